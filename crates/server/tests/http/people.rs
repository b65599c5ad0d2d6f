//! Invitations, what a person has, and findings, over the wire.

use serde_json::{Value, json};

use crate::support::{Ask, Setup, TestServer, crowd};

struct World {
    server: TestServer,
    given: u32,
}

impl World {
    fn new() -> Self {
        Self {
            server: Setup::with(crowd("agency")).start(),
            given: 0,
        }
    }

    fn get(&self, by: &str, path: &str) -> (u16, Value) {
        let token = self.server.token("agency", &format!("person:{by}"));
        let reply = self.server.send(&Ask::get(path).token(&token));
        (reply.status, reply.json())
    }

    fn give(&mut self, by: &str, command: &Value) -> (u16, Value) {
        self.given += 1;
        let token = self.server.token("agency", &format!("person:{by}"));
        let body = json!({ "id": format!("c-{}", self.given), "command": command });
        let reply = self
            .server
            .send(&Ask::post("/api/v1/commands", &body).token(&token));
        (reply.status, reply.json())
    }
}

#[test]
fn somebody_nobody_knows_comes_in_by_a_code_that_is_shown_once() {
    let mut world = World::new();
    let send = json!({ "invitation.send": { "business": "9001", "role": "employee", "email": "new@example.com" } });
    let (status, sent) = world.give("ana", &send);
    assert_eq!(status, 200, "{sent}");
    let (id, code) = (sent["made"].clone(), sent["secret"].clone());
    let accept = json!({ "invitation.accept": { "invitation": id, "code": code } });
    let wrong = json!({ "invitation.accept": { "invitation": id, "code": "guessed" } });
    let view = "/api/v1/holdings?business=9001&person=newcomer";
    assert_eq!(world.give("newcomer", &wrong).0, 403);
    assert_eq!(world.get("ana", view).1["holdings"], json!([]));
    let (status, accepted) = world.give("newcomer", &accept);
    assert_eq!(status, 200, "{accepted}");
    assert_eq!(world.give("zed", &accept).0, 404);
    let (status, held) = world.get("ana", view);
    assert_eq!(
        (status, &held["holdings"][0]["sort"]),
        (200, &json!("seat")),
        "{held}"
    );
    let seats = held["holdings"].as_array().map(Vec::len);
    assert_eq!(seats, Some(1), "{held}");
    world.server.stop();
}

#[test]
fn an_offboarding_tells_what_is_left_and_a_repeated_one_does_not() {
    let mut world = World::new();
    let seen = json!({ "disclosure.record": { "token": "t-own", "to": "cho" } });
    assert_eq!(world.give("ana", &seen).0, 200);
    let offboard = json!({ "person.offboard": { "business": "9001", "person": "cho" } });
    let (status, gone) = world.give("ana", &offboard);
    assert_eq!(status, 200, "{gone}");
    assert_eq!(gone["remains"][0]["sort"], "known_secret", "{gone}");
    assert_eq!(gone["remains"][0]["residual"], true, "{gone}");
    let found = world.get("ana", "/api/v1/findings?business=9001").1;
    let codes: Vec<&Value> = found["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| &one["code"])
        .collect();
    assert!(codes.contains(&&json!("KNOWN_SECRET")), "{found}");
    // The command that is told mends it.
    let (status, rotated) = world.give("ana", &gone["remains"][0]["removal"]);
    assert_eq!(status, 200, "{rotated}");
    let left = world.get("ana", "/api/v1/holdings?business=9001&person=cho");
    assert_eq!(left.1["holdings"], json!([]));
    let refused = world.give("ana", &offboard);
    assert_eq!(refused.0, 404, "{}", refused.1);
    world.server.stop();
}

#[test]
fn lists_are_for_those_who_could_mend_what_is_in_them() {
    let world = World::new();
    let holdings = |business: &str| format!("/api/v1/holdings?business={business}&person=zed");
    let findings = |business: &str| format!("/api/v1/findings?business={business}");
    for path in [&holdings as &dyn Fn(&str) -> String, &findings] {
        assert_eq!(world.get("ana", &path("9001")).0, 200);
        assert_eq!(world.get("olga", &path("Z99")).0, 200);
        let (status, employee) = world.get("cho", &path("9001"));
        assert_eq!((status, &employee["code"]), (403, &json!("DENIED")));
        let strange = world.get("ana", &path("Z99"));
        assert_eq!(strange.0, 403);
        assert_eq!(strange, world.get("ana", &path("none-1")));
        assert_eq!(world.get("ana", &path("no%20id")).0, 400);
    }
    assert_eq!(world.get("olga", "/api/v1/findings").0, 200);
    let (status, told) = world.get("ana", "/api/v1/findings");
    assert_eq!((status, &told["code"]), (403, &json!("FORBIDDEN")));
    assert_eq!(world.get("ana", "/api/v1/holdings?business=9001").0, 400);
    world.server.stop();
}
