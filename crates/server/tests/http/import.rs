//! A realm out and in again: export, plan, import, activate.

use serde_json::{Value, json};

use crate::support::{Ask, Reply, Setup, TestServer, agency, file};

struct World {
    server: TestServer,
    olga: String,
}

impl World {
    fn new() -> Self {
        let server = Setup::with(agency("agency")).start();
        let olga = server.token("agency", "person:olga");
        Self { server, olga }
    }

    fn export(&self) -> String {
        let reply = self
            .server
            .send(&Ask::get("/api/v1/export").token(&self.olga));
        assert_eq!(reply.header("content-type"), Some("application/yaml"));
        assert!(reply.header("x-countersign-state").is_some());
        reply.text()
    }

    fn import(&self, query: &str, kind: &str, text: &str) -> Reply {
        let ask = Ask::new("POST", &format!("/api/v1/import?{query}"))
            .header("content-type", kind)
            .token(&self.olga)
            .body(text);
        self.server.send(&ask)
    }

    fn check(&self, who: &str, operation: &str, on: &str) -> Value {
        let question = json!({ "who": who, "operation": operation, "on": on });
        let ask = Ask::post("/api/v1/check", &question).token(&self.olga);
        self.server.send(&ask).good()["decision"].clone()
    }
}

const YAML: &str = "application/yaml";

#[test]
fn what_was_exported_and_is_imported_changes_nothing() {
    let world = World::new();
    let text = world.export();
    assert!(text.contains("name: Northlight Media"), "{text}");
    for replace in ["", "&replace=true"] {
        let plan = world
            .import(&format!("plan=true{replace}"), YAML, &text)
            .good();
        assert_eq!(plan["outcome"], "planned");
        assert_eq!(
            (&plan["adds"], &plan["changed"], &plan["ends"]),
            (&json!({}), &json!({}), &json!({})),
            "{plan}"
        );
        assert_eq!(plan["entries"], 0);
        let done = world
            .import(&format!("id=same{replace}"), YAML, &text)
            .good();
        assert_eq!(done["outcome"], "unchanged");
    }
    assert_eq!(world.export(), text);
    world.server.stop();
}

#[test]
fn an_export_makes_another_realm_the_same() {
    let mut other = agency("other");
    // The other realm knows nobody but its operator.
    other.changes.clear();
    other.texts.clear();
    let server = Setup {
        realms: vec![agency("agency"), other],
        ..Setup::default()
    }
    .start();
    let from = server.token("agency", "person:olga");
    let to = server.token("other", "person:olga");
    for (id, kind) in [("a", "application/yaml"), ("b", "application/json")] {
        let ask = Ask::get("/api/v1/export").header("accept", kind);
        let text = server.send(&ask.clone().token(&from)).text();
        let into = Ask::new("POST", &format!("/api/v1/import?id={id}&replace=true"))
            .header("content-type", kind)
            .token(&to)
            .body(text.clone());
        let done = server.send(&into).good();
        assert_ne!(done["outcome"], "running");
        assert_eq!(server.send(&ask.token(&to)).text(), text, "{kind}");
    }
    server.stop();
}

#[test]
fn a_plan_changes_nothing_and_says_what_the_import_does() {
    let world = World::new();
    let before = world.export();
    let text = before.replace("person: ben, role: employee", "person: ben, role: admin");
    assert_ne!(text, before);
    let plan = world.import("plan=true", YAML, &text).good();
    assert_eq!(plan["changed"], json!({ "membership": 1 }), "{plan}");
    assert_eq!(
        plan["changes"],
        json!(["~ person:ben is admin in business:9001; changed: role"])
    );
    assert_eq!(world.export(), before);

    let done = world.import("id=promote", YAML, &text).good();
    assert_eq!(done["outcome"], "done");
    assert_eq!(done["changed"], plan["changed"]);
    assert_eq!(world.export(), text);

    let again = world.import("id=promote", YAML, &text).good();
    assert_eq!(
        (&again["outcome"], &again["position"]),
        (&json!("repeated"), &done["position"])
    );
    let other = world.import("id=promote", YAML, &before);
    assert_eq!(
        (other.status, other.code().as_str()),
        (409, "COMMAND_ID_TAKEN")
    );
    world.server.stop();
}

#[test]
fn what_the_file_does_not_say_stays_or_ends_as_asked() {
    let world = World::new();
    let all = world.export();
    let without: Vec<&str> = all
        .lines()
        .filter(|line| !line.contains("person: ben"))
        .collect();
    let without = without.join("\n") + "\n";
    assert_eq!(
        world.import("id=merge", YAML, &without).good()["outcome"],
        "unchanged"
    );
    assert_eq!(world.export(), all);
    let plan = world
        .import("plan=true&replace=true", YAML, &without)
        .good();
    assert_eq!(plan["ends"]["membership"], 1, "{plan}");
    assert_eq!(
        world.import("id=cut&replace=true", YAML, &without).good()["outcome"],
        "done"
    );
    assert_eq!(world.export(), without);
    world.server.stop();
}

#[test]
fn somebody_must_stay_to_operate() {
    let world = World::new();
    let all = world.export();
    let nobody: Vec<&str> = all
        .lines()
        .filter(|line| !line.contains("olga") && *line != "operators:")
        .collect();
    let reply = world.import("id=alone&replace=true", YAML, &nobody.join("\n"));
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (409, "LAST_OPERATOR")
    );
    assert_eq!(world.export(), all);
    world.server.stop();
}

#[test]
fn only_whoever_the_rulebook_lets_imports_exports_and_activates() {
    let world = World::new();
    let text = world.export();
    let ana = world.server.token("agency", "person:ana");
    let asks = [
        Ask::get("/api/v1/export"),
        Ask::new("POST", "/api/v1/import?id=mine")
            .header("content-type", YAML)
            .body(text.clone()),
        Ask::new("POST", "/api/v1/import?plan=true")
            .header("content-type", YAML)
            .body(text),
        Ask::post(
            "/api/v1/rulebook",
            &json!({ "id": "r", "text": "no rulebook" }),
        ),
        Ask::post(
            "/api/v1/rulebook",
            &json!({ "plan": true, "text": "no rulebook" }),
        ),
    ];
    for ask in asks {
        let reply = world.server.send(&ask.token(&ana));
        assert_eq!((reply.status, reply.code().as_str()), (403, "FORBIDDEN"));
    }
    world.server.stop();
}

#[test]
fn mistakes_of_a_file_are_told_with_line_name_and_hint() {
    let world = World::new();
    let text = world
        .export()
        .replace("person: ben, role: employee", "person: bem, role: employe");
    let line = 1 + text.lines().position(|line| line.contains("bem")).unwrap();
    let reply = world.import("id=wrong&file=ours.yaml", YAML, &text);
    assert_eq!((reply.status, reply.code().as_str()), (400, "FILE"));
    let problems = reply.json()["problems"].clone();
    assert_eq!(problems[0]["file"], "ours.yaml");
    assert_eq!(problems[0]["line"], line);
    let hints: Vec<&str> = problems
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["hint"].as_str().unwrap())
        .collect();
    assert!(
        hints.iter().any(|hint| hint.contains("`ben`")),
        "{problems}"
    );
    assert!(
        hints.iter().any(|hint| hint.contains("`employee`")),
        "{problems}"
    );
    world.server.stop();
}

#[test]
fn an_import_changes_facts_and_never_the_rules() {
    let world = World::new();
    let text = world.export();
    let other = text.replace("rulebook: meta", "rulebook: pinterest");
    let digest = other
        .lines()
        .find(|line| line.starts_with("rulebook_digest"))
        .unwrap();
    let reply = world.import("id=a", YAML, &other.replace(digest, ""));
    assert_eq!((reply.status, reply.code().as_str()), (409, "OTHER_RULES"));
    let switched = text.clone() + "switches: { admin_reach: none }\n";
    let reply = world.import("id=b", YAML, &switched);
    assert_eq!((reply.status, reply.code().as_str()), (409, "OTHER_RULES"));
    let changed = text.replace(digest, &format!("rulebook_digest: {}", "0".repeat(64)));
    let reply = world.import("id=c", YAML, &changed);
    assert_eq!((reply.status, reply.code().as_str()), (400, "FILE"));
    world.server.stop();
}

#[test]
fn a_rulebook_is_planned_checked_and_activated() {
    let world = World::new();
    let rulebook = file("rulebooks/meta.toml");
    let post = |body: Value| {
        let ask = Ask::post("/api/v1/rulebook", &body).token(&world.olga);
        world.server.send(&ask)
    };
    // Ana is an admin: what is hers by reach hangs on a switch.
    let before = world.check("person:ana", "member.add", "business:9001");
    assert_eq!(before, "allow");

    let wrong = rulebook.replacen("\nneeds = ", "\nneed = ", 1);
    let reply = post(json!({ "id": "r0", "text": wrong, "file": "meta.toml" }));
    assert_eq!((reply.status, reply.code().as_str()), (400, "FILE"));
    assert_eq!(reply.json()["problems"][0]["file"], "meta.toml");
    assert!(reply.json()["problems"][0]["line"].as_u64().unwrap() > 0);

    let switches = json!({ "admin_reach": "none" });
    let plan = post(json!({ "plan": true, "text": rulebook, "switches": switches })).good();
    assert_eq!(plan["outcome"], "planned");
    assert_eq!(plan["switches"]["admin_reach"], "none");
    let body = json!({ "id": "r1", "text": rulebook, "switches": switches });
    assert_eq!(post(body.clone()).good()["outcome"], "done");
    assert_eq!(post(body).good()["outcome"], "repeated");
    let shown = world
        .server
        .send(&Ask::get("/api/v1/rulebook").token(&world.olga));
    assert_eq!(shown.good()["switches"]["admin_reach"], "none");

    let reply = post(json!({ "id": "r2", "text": file("rulebooks/pinterest.toml") }));
    assert_eq!((reply.status, reply.code().as_str()), (409, "NAMES_IN_USE"));
    world.server.stop();
}

#[test]
fn a_long_import_goes_in_parts_and_nobody_sees_it_half_done() {
    let world = World::new();
    let before = world.export();
    let people: String = (0..10_050)
        .map(|number| format!("  - {{ id: p{number}, name: \"Person {number}\" }}\n"))
        .collect();
    let text = before.replacen("people:\n", &format!("people:\n{people}"), 1);
    let started = world.import("id=many", YAML, &text);
    assert_eq!(started.status, 202, "{}", started.text());
    let started = started.json();
    assert_eq!(
        (&started["outcome"], &started["adds"]["person"]),
        (&json!("running"), &json!(10_050))
    );
    let of = started["entries"].as_u64().unwrap();
    assert!(of > 2);
    let progress = || {
        let ask = Ask::get("/api/v1/import?id=many").token(&world.olga);
        world.server.send(&ask).good()
    };
    let mut last = 0;
    let done = loop {
        let asked = Ask::get("/api/v1/export").token(&world.olga);
        let seen = world.server.send(&asked);
        // Either as it was, or nothing, or as it is to be.
        match seen.status {
            503 => assert_eq!(seen.code(), "NOT_READY"),
            200 => assert!([10_050, 0].contains(&seen.text().matches("Person ").count())),
            status => panic!("{status} {}", seen.text()),
        }
        let now = progress();
        let written = now["written"].as_u64().unwrap();
        assert!(written >= last && written <= of, "{now}");
        last = written;
        match now["outcome"].as_str().unwrap() {
            "running" => {}
            "done" => break now,
            other => panic!("{other}: {now}"),
        }
    };
    assert_eq!(done["written"], of);
    assert_eq!(world.export().matches("Person ").count(), 10_050);
    let again = world.import("id=many", YAML, &text).good();
    assert_eq!(
        (&again["outcome"], &again["position"]),
        (&json!("repeated"), &done["position"])
    );
    // Others do not see it.
    let ana = world.server.token("agency", "person:ana");
    let reply = world
        .server
        .send(&Ask::get("/api/v1/import?id=many").token(&ana));
    assert_eq!((reply.status, reply.code().as_str()), (404, "NOT_FOUND"));
    world.server.stop();
}
