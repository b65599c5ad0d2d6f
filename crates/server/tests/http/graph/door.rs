//! The door without a wire: the same routes, called in process, so that a hundred thousand calls take
//! minutes and no ports.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use engine::Holder;
use jiff::SignedDuration;
use ledger::Realm;
use node::installation::{Installation, NewRealm};
use node::realms::RealmMachine;
use node::writer::Writer;
use serde_json::{Value, json};
use server::{App, Options, TestClock};
use tower::ServiceExt as _;

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) trace: Option<String>,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|_| panic!("{}: {}", self.status, self.text))
    }
}

/// A server without a port, with one realm in it.
pub(super) struct Door {
    router: Router,
    runtime: tokio::runtime::Runtime,
    installation: Arc<Installation>,
    clock: Arc<TestClock>,
    realm: Realm,
    writer: Writer<RealmMachine>,
}

impl Door {
    pub(super) fn open(realm: &NewRealm) -> Self {
        let clock = Arc::new(TestClock::new());
        let (installation, writer) =
            Installation::in_memory(Arc::clone(&clock) as Arc<dyn node::clock::Clock>).unwrap();
        installation.create_realm(realm, &mut |_, _| {}).unwrap();
        let installation = Arc::new(installation);
        let options = Options {
            public_url: "http://countersign.test".to_owned(),
            test_clock: Some(Arc::clone(&clock)),
            upstream: None,
        };
        let router = server::router(App::new(Arc::clone(&installation), options));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            router,
            runtime,
            installation,
            clock,
            realm: Realm::parse("graph").unwrap(),
            writer,
        }
    }

    pub(super) fn close(self) {
        drop((self.router, self.runtime));
        self.installation.leave().unwrap();
        drop(self.installation);
        self.writer.wait().unwrap();
    }

    pub(super) fn advance(&self, days: i64) {
        self.clock.advance(SignedDuration::from_hours(24 * days));
    }

    /// Returns an API token of a holder, as a sign-in gives it.
    pub(super) fn session(&self, holder: &str) -> String {
        let holder: Holder = holder.parse().unwrap();
        self.installation
            .open_session(&self.realm, &holder)
            .unwrap()
    }

    /// Sends a request; nothing if no client could send it.
    pub(super) fn send(&self, method: &str, uri: &str, kind: &str, body: &[u8]) -> Option<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("content-type", kind)
            .body(Body::from(body.to_vec()))
            .ok()?;
        let router = self.router.clone();
        let answer = self.runtime.block_on(async move {
            let response = router.oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let trace = response.headers().get("x-fb-trace-id");
            let trace = trace.map(|trace| trace.to_str().unwrap().to_owned());
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            Answer {
                status,
                trace,
                text,
            }
        });
        Some(answer)
    }

    /// Calls Graph with a token, the parameters in JSON.
    pub(super) fn graph(&self, method: &str, path: &str, token: &str, params: &Value) -> Answer {
        let uri = format!("/meta/v26.0/{path}");
        let mut params = params.clone();
        params["access_token"] = json!(token);
        self.send(
            method,
            &uri,
            "application/json",
            params.to_string().as_bytes(),
        )
        .unwrap()
    }

    /// Gives a command at the native API.
    pub(super) fn command(&self, holder: &str, id: &str, command: &Value) -> Answer {
        let session = self.session(holder);
        let body = json!({ "id": id, "command": command, "second_factor": true }).to_string();
        let request = Request::builder()
            .method("POST")
            .uri("/api/v1/commands")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {session}"))
            .body(Body::from(body))
            .unwrap();
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let response = router.oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            Answer {
                status,
                trace: None,
                text,
            }
        })
    }

    /// Feeds the figure that no ad of an account is active now.
    pub(super) fn no_active_ads(&self, asset: &str) {
        let now = node::clock::Clock::now(&*self.clock).to_string();
        let figure = json!({ "asset": asset, "figure": "active_ads", "value": 0, "at": now });
        let body = json!({ "realm": "graph", "figures": [figure] }).to_string();
        let json = "application/json";
        let fed = self.send("POST", "/test-controls/figures", json, body.as_bytes());
        let fed = fed.unwrap();
        assert_eq!(fed.status, 200, "{}", fed.text);
    }

    /// Returns a new token of a holder for an app, with scopes, and the id of its grant; nothing if the
    /// holder may not have one now.
    pub(super) fn consent(
        &self,
        holder: &str,
        by: &str,
        app: &str,
        scopes: &[&str],
        id: &str,
    ) -> Option<String> {
        let grant = format!("g-{id}");
        let give = json!({ "grant.give": {
            "id": grant, "holder": holder, "app": app, "scopes": scopes } });
        let given = self.command(by, &format!("give-{id}"), &give);
        if given.status != 200 {
            return None;
        }
        let kind = if holder.starts_with("person") {
            "user"
        } else {
            "system_user"
        };
        let issue = json!({ "token.issue": { "grant": grant, "kind": kind } });
        let issued = self.command(by, &format!("issue-{id}"), &issue);
        if issued.status != 200 {
            return None;
        }
        Some(issued.json()["secret"].as_str().unwrap().to_owned())
    }
}
