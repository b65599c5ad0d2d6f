//! The AuthZEN door, as its own specification describes it.

mod decisions;
mod lists;
mod tls;

use serde_json::{Value, json};

use crate::support::{Ask, Reply, Setup, TestServer, file, realm};

const EVALUATION: &str = "/access/v1/evaluation";
const EVALUATIONS: &str = "/access/v1/evaluations";

/// The realm of the certification fixture.
fn fixture() -> Setup {
    let directory = file("fixtures/authzen/directory.yaml");
    Setup::with(realm(
        "fixture",
        "fixtures/authzen/rulebook.toml",
        &directory,
    ))
}

struct World {
    server: TestServer,
    token: String,
}

impl World {
    fn new() -> Self {
        let server = fixture().start();
        let token = server.token("fixture", "person:olga");
        Self { server, token }
    }

    fn send(&self, ask: Ask) -> Reply {
        self.server.send(&ask.token(&self.token))
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let reply = self.send(Ask::post(path, body));
        assert_eq!(reply.header("content-type"), Some("application/json"));
        reply.good()
    }

    fn refused(&self, path: &str, body: &Value) {
        let reply = self.send(Ask::post(path, body));
        assert_eq!(reply.status, 400, "{body}: {}", reply.text());
        assert!(reply.json().is_string(), "a message: {}", reply.text());
    }
}

/// May `who` do `action` on `record`? With what is sent along.
fn question(who: &str, action: &str, record: &str) -> Value {
    json!({
        "subject": { "type": "user", "id": who },
        "action": { "name": action },
        "resource": { "type": "record", "id": record },
    })
}

/// The same with properties of the three.
fn with(mut question: Value, part: &str, properties: Value) -> Value {
    question[part]["properties"] = properties;
    question
}

/// The fixture's decisions.
fn fixture_decisions() -> Vec<(Value, bool)> {
    let archived = || json!({ "status": "archived" });
    let mut in_context = question("alice", "read", "record-1");
    in_context["context"] = json!({ "ip": "192.168.1.1", "tags": ["a", "b"] });
    let admin = with(
        question("bob", "write", "record-2"),
        "subject",
        json!({ "role": "admin" }),
    );
    let manager = json!({ "role": "manager", "department": "Sales" });
    let manager = with(question("alice", "read", "record-1"), "subject", manager);
    let delete = || question("alice", "delete", "record-1");
    vec![
        (question("alice", "read", "record-1"), true),
        (question("bob", "write", "record-1"), false),
        (in_context, true),
        (
            with(
                question("alice", "write", "record-2"),
                "resource",
                archived(),
            ),
            false,
        ),
        (with(admin, "resource", archived()), true),
        (with(delete(), "action", json!({ "soft": true })), true),
        (with(delete(), "action", json!({ "soft": false })), false),
        (delete(), false),
        (with(manager, "resource", json!({ "owner": "bob" })), true),
        (question("nobody", "read", "record-1"), false),
        (question("alice", "paint", "record-1"), false),
        (question("alice", "read", "record-9"), false),
    ]
}
