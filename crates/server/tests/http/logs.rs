//! What the log of the server holds, and what it never does.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Ask, Setup, TestServer, crowd};

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Keeps every line of the process.
struct Page;

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Page {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        Self
    }
}

const NAME: &str = "Rosalind Quartermaine";

/// Makes a system user with a token; returns the token's secret, which is shown once.
fn issued(server: &TestServer, ana: &str) -> String {
    let give = |id: &str, command: &str, fields: Value| {
        let body = json!({ "id": id, "command": { command: fields }, "second_factor": true });
        let ask = Ask::post("/api/v1/commands?access_token=in-the-query", &body);
        server
            .send(&ask.header("x-request-id", "told-apart").token(ana))
            .good()
    };
    let robot = json!({ "business": "9001", "id": "su-new", "role": "employee", "name": NAME });
    assert_eq!(
        give("robot", "system_user.create", robot)["outcome"],
        "done"
    );
    let install = json!({ "app": "northlight-tools", "system_user": "su-new" });
    assert_eq!(give("install", "app.install", install)["outcome"], "done");
    let (holder, app) = ("system_user:su-new", "northlight-tools");
    let grant = json!({ "holder": holder, "app": app, "scopes": ["ads_read"], "id": "gr-new" });
    assert_eq!(give("grant", "grant.give", grant)["outcome"], "done");
    let issue = || {
        give(
            "issue",
            "token.issue",
            json!({ "grant": "gr-new", "kind": "system_user" }),
        )
    };
    let issued = issue();
    let again = issue();
    assert_eq!(
        (&again["outcome"], again.get("secret")),
        (&json!("repeated"), None)
    );
    issued["secret"].as_str().unwrap().to_owned()
}

#[test]
fn nothing_secret_and_nobodys_name_is_logged_and_a_secret_is_shown_once() {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(Page)
        .init();
    let server = Setup::with(crowd("agency")).start();
    let ana = server.token("agency", "person:ana");
    let secret = issued(&server, &ana);
    let session = server
        .send(&Ask::post("/api/v1/sessions", &json!({})).token(&ana))
        .good();
    let session = session["token"].as_str().unwrap().to_owned();
    for token in [&secret, &session, "csa_a-guess-of-mine"] {
        let question = json!({ "operation": "insights.read", "on": "asset:act_8101" });
        server.send(&Ask::post("/api/v1/check", &question).token(token));
    }
    let wrong = Ask::new("POST", "/api/v1/check")
        .token(&ana)
        .body("password=in-the-body");
    server.send(&wrong.header("content-type", "application/json"));
    server.stop();

    let written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    let log = String::from_utf8(written.clone()).unwrap();
    for said in [
        "request{request_id=\"told-apart\"}",
        "did token.issue",
        "actor=\"person:ana\"",
        "answered POST /api/v1/check with 401",
    ] {
        assert!(log.contains(said), "{said} is not in\n{log}");
    }
    let never = [
        &ana,
        &secret,
        &session,
        "a-guess-of-mine",
        "in-the-query",
        "in-the-body",
        NAME,
    ];
    for secret in never {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
        // Nor what it can be checked against.
        let digest = engine::fact::Digest::of(secret).to_string();
        assert!(
            !log.contains(&digest),
            "the digest of {secret} is in\n{log}"
        );
    }
}
