//! The three searches, their pages, and the page about the door itself.

use serde_json::{Value, json};

use super::{World, fixture};
use crate::support::{Ask, Setup};

/// What each search of the fixture finds.
fn searches() -> [(&'static str, Value, Value); 4] {
    let record = |id: &str| json!({ "type": "record", "id": id });
    let user = |id: &str| json!({ "type": "user", "id": id });
    let named = |name: &str| json!({ "name": name });
    [
        (
            "/access/v1/search/subject",
            json!({ "subject": { "type": "user" }, "action": named("read"), "resource": record("record-1") }),
            json!([user("alice"), user("bob")]),
        ),
        (
            "/access/v1/search/subject",
            json!({
                "subject": { "type": "user" }, "action": named("write"),
                "resource": { "type": "record", "id": "record-2", "properties": { "status": "archived" } },
            }),
            json!([user("bob")]),
        ),
        (
            "/access/v1/search/resource",
            json!({ "subject": user("alice"), "action": named("read"), "resource": { "type": "record" } }),
            json!([record("record-1"), record("record-2")]),
        ),
        (
            "/access/v1/search/action",
            json!({ "subject": user("alice"), "resource": record("record-1") }),
            json!([named("read"), named("write")]),
        ),
    ]
}

#[test]
fn each_search_is_complete_at_once_and_page_by_page() {
    let world = World::new();
    for (path, search, wanted) in searches() {
        assert_eq!(
            world.post(path, &search),
            json!({ "results": wanted }),
            "{search}"
        );
        let all = wanted.as_array().unwrap();
        let mut found: Vec<Value> = Vec::new();
        let mut token = String::new();
        for page in 1.. {
            assert!(page <= all.len() + 1, "{path} has no last page");
            let mut asked = search.clone();
            asked["page"] = match token.as_str() {
                "" => json!({ "limit": 1 }),
                // What was the limit is in the token.
                token => json!({ "token": token }),
            };
            let answer = world.post(path, &asked);
            let results = answer["results"].as_array().unwrap();
            assert!(results.len() <= 1);
            assert_eq!(answer["page"]["count"], results.len());
            found.extend(results.clone());
            token = answer["page"]["next_token"].as_str().unwrap().to_owned();
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(&found, all, "{path}");
    }
    world.server.stop();
}

#[test]
fn a_page_token_is_of_its_request_alone() {
    let world = World::new();
    for (path, search, wanted) in searches() {
        if wanted.as_array().unwrap().len() < 2 {
            continue;
        }
        let mut first = search.clone();
        first["page"] = json!({ "limit": 1 });
        let token = world.post(path, &first)["page"]["next_token"].clone();
        let mut other = search.clone();
        other["page"] = json!({ "token": token });
        let second = world.post(path, &other);
        assert_eq!(second["results"][0], wanted[1]);
        other["context"] = json!({ "ip": "10.0.0.1" });
        world.refused(path, &other);
        let mut damaged = search;
        damaged["page"] = json!({ "token": format!("x{}", token.as_str().unwrap()) });
        world.refused(path, &damaged);
    }
    world.server.stop();
}

#[test]
fn what_is_not_known_is_found_nowhere() {
    let world = World::new();
    for (path, search, _) in searches() {
        for (part, unknown) in [
            ("subject", json!({ "type": "robot", "id": "r2" })),
            ("resource", json!({ "type": "billboard", "id": "b" })),
            ("action", json!({ "name": "paint" })),
        ] {
            if search.get(part).is_some() {
                let mut asked = search.clone();
                asked[part] = unknown;
                assert_eq!(
                    world.post(path, &asked),
                    json!({ "results": [] }),
                    "{asked}"
                );
            }
        }
    }
    world.server.stop();
}

#[test]
fn the_metadata_names_the_configured_address_whatever_the_caller_calls_us() {
    let server = Setup {
        public_url: Some("https://access.example"),
        ..fixture()
    }
    .start();
    let ask = Ask::get("/.well-known/authzen-configuration").header("host", "evil.example");
    let page = server.send(&ask).good();
    let at = |path: &str| format!("https://access.example{path}");
    assert_eq!(
        page,
        json!({
            "policy_decision_point": "https://access.example",
            "access_evaluation_endpoint": at("/access/v1/evaluation"),
            "access_evaluations_endpoint": at("/access/v1/evaluations"),
            "search_subject_endpoint": at("/access/v1/search/subject"),
            "search_resource_endpoint": at("/access/v1/search/resource"),
            "search_action_endpoint": at("/access/v1/search/action"),
        })
    );
    server.stop();
}
