//! `at`: every question can be put to another moment.

use serde_json::{Value, json};

use crate::support::{Ask, Setup, TestServer, agency};

#[test]
fn every_question_can_be_put_to_the_past() {
    let server = Setup {
        test_controls: true,
        ..Setup::with(agency("agency"))
    }
    .start();
    let olga = server.token("agency", "person:olga");
    let ana = server.token("agency", "person:ana");
    let loaded = server.installation.view().head.clone();
    server
        .send(&Ask::post(
            "/test-controls/clock",
            &json!({ "seconds": 3600 }),
        ))
        .good();
    let removed = json!({
        "id": "off", "command": { "member.remove": { "business": "9001", "person": "ben" } },
        "second_factor": true,
    });
    let removed = server
        .send(&Ask::post("/api/v1/commands", &removed).token(&ana))
        .good();
    assert_eq!(removed["outcome"], "done");

    let moments = [
        (json!(null), false),
        (json!(loaded.position.get()), true),
        (json!(loaded.position.get().to_string()), true),
        (json!(loaded.time.to_string()), true),
        (json!("2999-01-01"), false),
    ];
    for (at, there) in moments {
        let world = World {
            server: &server,
            olga: &olga,
            at: &at,
        };
        world.asks_of_ben(there);
        // The answer says which place it rests on.
        let checked = world.post(
            "check",
            json!({ "operation": "ledger.read", "on": "realm" }),
        );
        let place = checked["state"]
            .as_str()
            .unwrap()
            .rsplit('.')
            .next()
            .unwrap();
        let wanted = if there {
            loaded.position.get()
        } else {
            loaded.position.get() + 1
        };
        assert_eq!(place, wanted.to_string());
    }
    server.stop();
}

/// One who asks about one moment.
struct World<'w> {
    server: &'w TestServer,
    olga: &'w str,
    at: &'w Value,
}

impl World<'_> {
    fn with_at(&self, mut body: Value) -> Value {
        if !self.at.is_null() {
            body["at"] = self.at.clone();
        }
        body
    }

    fn post(&self, endpoint: &str, body: Value) -> Value {
        let ask = Ask::post(&format!("/api/v1/{endpoint}"), &self.with_at(body));
        self.server.send(&ask.token(self.olga)).good()
    }

    /// Is Ben there, in the answers to every question?
    fn asks_of_ben(&self, there: bool) {
        let (at, asset) = (self.at, "asset:act_8101");
        let verdict = json!(if there { "allow" } else { "deny" });
        let ben = json!({ "who": "person:ben", "operation": "ad.edit", "on": asset });
        let checked = self.post("check", ben.clone());
        assert_eq!(checked["decision"], verdict, "{at}");
        let once = self.with_at(ben.clone());
        let many = Ask::post(
            "/api/v1/checks",
            &json!({ "questions": [once.clone(), once] }),
        );
        assert_eq!(self.server.send(&many.token(self.olga)).good()[1], checked);
        assert_eq!(
            self.post("explain", ben)["explanation"]["decision"],
            verdict
        );

        let who = self.post("who-can", json!({ "operation": "ad.edit", "on": asset }));
        let holders = who["holders"].as_array().unwrap();
        assert_eq!(holders.contains(&json!("person:ben")), there, "{at}");
        let what = json!({ "who": "person:ben", "operation": "ad.edit", "kind": "ad_account" });
        let what = self.post("what-can", what);
        assert_eq!(
            what["things"].as_array().unwrap().contains(&json!(asset)),
            there
        );

        let query = match at {
            Value::Null => String::new(),
            Value::String(at) => format!("?at={at}"),
            at => format!("?at={at}"),
        };
        let export = Ask::get(&format!("/api/v1/export{query}")).token(self.olga);
        let export = self.server.send(&export).text();
        let row = "holder: person:ben, asset: act_8101";
        assert_eq!(export.contains(row), there, "{at}");
    }
}
