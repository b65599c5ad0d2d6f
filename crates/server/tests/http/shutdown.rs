//! A server that is told to stop answers what it was asked, and is the same when it is back.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::support::{Ask, Setup, agency, client};

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Setup {
        data: Some(folder.path().to_owned()),
        ..Setup::with(agency("agency"))
    }
    .start();
    let token = server.token("agency", "person:ana");
    let member = json!({ "business": "9001", "person": "cleo", "role": "employee" });
    let body = json!({ "id": "last", "command": { "member.add": member }, "second_factor": true });
    let body = body.to_string();
    let ask = Ask::new("POST", "/api/v1/commands")
        .header("content-type", "application/json")
        .header("content-length", &body.len().to_string())
        .header("expect", "100-continue")
        .token(&token);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(ask.head().as_bytes()).unwrap();
    // The server says "go on" when it reads the body: the request is under way.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    server.tell_to_stop();
    // Nobody new gets in. What was accepted before the word reached the server is closed unheard.
    while let Ok(mut late) = TcpStream::connect(server.address) {
        let _ = late.write_all(b"x");
        late.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        // Whoever listens and does not close is another server, which was given the port since.
        let heard = late.read(&mut [0]);
        if heard.is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
            break;
        }
    }
    stream.write_all(body.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let done = client::reply(&bytes).good();
    assert_eq!(done["outcome"], "done");
    server.stop();

    let again = Setup {
        data: Some(folder.path().to_owned()),
        ..Setup::default()
    }
    .start();
    // The token is good still, what was done is done, and the head that was left is signed.
    let ask = Ask::post("/api/v1/commands", &serde_json::from_str(&body).unwrap());
    let repeated = again.send(&ask.token(&token)).good();
    assert_eq!(repeated["outcome"], "repeated");
    assert_eq!(repeated["position"], done["position"]);
    let olga = again.token("agency", "person:olga");
    let verified = again
        .send(&Ask::post("/api/v1/ledger/verify", &json!({})).token(&olga))
        .good();
    assert_eq!(verified["whole"], true, "{verified}");
    let head = again
        .send(&Ask::get("/api/v1/ledger/head").token(&olga))
        .good();
    assert!(
        head["checkpoint"].as_str().unwrap().contains("countersign"),
        "{head}"
    );
    again.stop();
}

#[test]
fn a_caller_who_says_nothing_holds_up_no_end() {
    let server = Setup::with(agency("agency")).start();
    let silent = TcpStream::connect(server.address).unwrap();
    assert_eq!(server.send(&Ask::get("/health/live")).status, 200);
    server.stop();
    drop(silent);
}
