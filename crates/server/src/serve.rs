//! Listening: plain or TLS, until told to stop; requests under way are answered first.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// How long requests under way may take after the word to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(10);
/// How long a client may take to shake hands, or to say what it wants.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Certificate and key, as PEM files.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The certificate chain.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Why the server could not listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A PEM file could not be read.
    #[error("`{path}` holds no usable certificate or key")]
    Pem {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: rustls_pki_types::pem::Error,
    },
    /// Certificate and key do not fit.
    #[error("the certificate and key cannot be used")]
    Tls(#[source] rustls::Error),
}

/// Serves until `stop` is done. `listening` is told the address once it is open.
pub async fn serve(
    router: Router,
    address: SocketAddr,
    tls: Option<Tls>,
    listening: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let acceptor = tls.as_ref().map(acceptor).transpose()?;
    let listen = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let open = listener.local_addr().map_err(listen)?;
    tracing::info!(address = %open, tls = acceptor.is_some(), "listening");
    listening(open);
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        // A client that is gone before it was accepted is no reason to stop.
        let Ok((stream, _)) = accepted else { continue };
        let _ = stream.set_nodelay(true);
        let (router, acceptor, watcher) = (router.clone(), acceptor.clone(), graceful.watcher());
        tokio::spawn(connection(router, stream, acceptor, watcher));
    }
    drop(listener);
    if tokio::time::timeout(LAST_ANSWERS, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were not answered before the end");
    }
    tracing::info!("stopped listening");
    Ok(())
}

async fn connection(
    router: Router,
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    watcher: Watcher,
) {
    let service = TowerToHyperService::new(router);
    let mut builder = Builder::new(TokioExecutor::new());
    let timer = TokioTimer::new();
    builder
        .http1()
        .timer(timer.clone())
        .header_read_timeout(HANDSHAKE);
    builder.http2().timer(timer);
    // A connection that breaks off is the client's affair.
    match acceptor {
        None => {
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            let _ = watcher.watch(connection.into_owned()).await;
        }
        Some(acceptor) => {
            let shaken = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await;
            let Ok(Ok(stream)) = shaken else { return };
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            let _ = watcher.watch(connection.into_owned()).await;
        }
    }
}

fn acceptor(tls: &Tls) -> Result<TlsAcceptor, ServeError> {
    let pem = |path: &PathBuf| {
        let path = path.clone();
        move |source| ServeError::Pem { path, source }
    };
    let chain: Result<Vec<CertificateDer<'static>>, _> =
        CertificateDer::pem_file_iter(&tls.certificate)
            .map_err(pem(&tls.certificate))?
            .collect();
    let chain = chain.map_err(pem(&tls.certificate))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(pem(&tls.key))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(ServeError::Tls)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(ServeError::Tls)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
