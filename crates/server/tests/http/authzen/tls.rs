//! The same door over TLS, with a certificate made for the test.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use server::Tls;

use super::{EVALUATION, fixture, fixture_decisions};
use crate::support::{Ask, Setup, TestServer, client};

/// Makes a key and a certificate of its own for this machine's loopback address.
fn certificate(folder: &Path) -> Tls {
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"])
        .args([
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-subj",
            "/CN=test",
        ])
        .args(["-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("`openssl` makes the certificate");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    Tls { certificate, key }
}

fn send(server: &TestServer, config: &Arc<ClientConfig>, ask: &Ask) -> client::Reply {
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let connection = ClientConnection::new(Arc::clone(config), name).unwrap();
    let stream = TcpStream::connect(server.address).unwrap();
    client::exchange(StreamOwned::new(connection, stream), ask)
}

#[test]
fn the_fixture_is_decided_over_tls_and_by_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let tls = certificate(folder.path());
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(&tls.certificate).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    let server = Setup {
        tls: Some(tls),
        ..fixture()
    }
    .start();
    let token = server.token("fixture", "person:olga");
    for (question, decision) in fixture_decisions() {
        let ask = Ask::post(EVALUATION, &question).token(&token);
        assert_eq!(
            send(&server, &config, &ask).good()["decision"],
            decision,
            "{question}"
        );
    }
    // Who speaks without TLS gets no word of HTTP.
    let mut plain = TcpStream::connect(server.address).unwrap();
    let heard = client::heard(&mut plain, &Ask::get("/health/live"));
    assert!(!heard.starts_with(b"HTTP/"), "{heard:?}");
    drop(plain);
    server.stop();
}
