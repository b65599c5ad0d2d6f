//! Wrong input, endpoint by endpoint. `Z99`, `act_z` and their like exist and are somebody else's;
//! `act_none` and its like do not exist.

use serde_json::{Value, json};

use crate::support::{Ask, file};

/// One thing that is sent.
pub(super) struct Case {
    /// In words.
    pub(super) sent: String,
    /// By whom: `olga` operates the platform, `ana` is an admin of the agency.
    pub(super) by: &'static str,
    pub(super) ask: Ask,
}

/// Every `POST` of the native API.
pub(super) const NATIVE: &[&str] = &[
    "/api/v1/check",
    "/api/v1/checks",
    "/api/v1/explain",
    "/api/v1/who-can",
    "/api/v1/what-can",
    "/api/v1/partners/prove-removal",
    "/api/v1/commands",
    "/api/v1/sessions",
    "/api/v1/sign-in-codes",
    "/api/v1/import",
    "/api/v1/rulebook",
    "/api/v1/figures",
    "/api/v1/ledger/verify",
];

/// Every `POST` of AuthZEN.
pub(super) const AUTHZEN: &[&str] = &[
    "/access/v1/evaluation",
    "/access/v1/evaluations",
    "/access/v1/search/subject",
    "/access/v1/search/resource",
    "/access/v1/search/action",
];

/// Returns `base` with some fields in place of its own.
fn with(base: &Value, fields: Value) -> Value {
    let mut all = base.clone();
    let (Value::Object(all), Value::Object(fields)) = (&mut all, fields) else {
        panic!("objects are put together");
    };
    all.extend(fields);
    Value::Object(all.clone())
}

struct List {
    path: String,
    base: Value,
    cases: Vec<Case>,
}

impl List {
    fn new(path: &str, base: Value) -> Self {
        Self {
            path: path.to_owned(),
            base,
            cases: Vec::new(),
        }
    }

    fn case(self, by: &'static str, sent: &str, fields: Value) -> Self {
        let body = with(&self.base, fields);
        self.body(by, sent, &body)
    }

    fn olga(self, sent: &str, fields: Value) -> Self {
        self.case("olga", sent, fields)
    }

    fn ana(self, sent: &str, fields: Value) -> Self {
        self.case("ana", sent, fields)
    }

    fn body(self, by: &'static str, sent: &str, body: &Value) -> Self {
        let ask = Ask::post(&self.path, body);
        self.ask(by, sent, ask)
    }

    fn ask(mut self, by: &'static str, sent: &str, ask: Ask) -> Self {
        let sent = sent.to_owned();
        self.cases.push(Case { sent, by, ask });
        self
    }
}

pub(super) fn native_cases(path: &str) -> Vec<Case> {
    let list = match path {
        "/api/v1/check" | "/api/v1/explain" => question(path),
        "/api/v1/checks" => questions(path),
        "/api/v1/who-can" => who_can(path),
        "/api/v1/what-can" => what_can(path),
        "/api/v1/partners/prove-removal" => prove_removal(path),
        "/api/v1/commands" => command(path),
        "/api/v1/sessions" => List::new(path, json!({}))
            .olga("a field that is not there", json!({ "surprise": 1 }))
            .olga("a number for `holder`", json!({ "holder": 7 }))
            .olga("a holder that is none", json!({ "holder": "nobody" }))
            .ana(
                "somebody else, by somebody who may not",
                json!({ "holder": "person:ben" }),
            )
            .ana(
                "somebody unknown, by somebody who may not",
                json!({ "holder": "person:none" }),
            ),
        "/api/v1/sign-in-codes" => List::new(path, json!({}))
            .olga(
                "a field that is not there",
                json!({ "person": "ana", "surprise": 1 }),
            )
            .olga("a person that is none", json!({ "person": "a b" }))
            .olga("somebody unknown", json!({ "person": "none" }))
            .ana(
                "somebody else, by somebody who may not",
                json!({ "person": "ben" }),
            )
            .ana(
                "somebody unknown, by somebody who may not",
                json!({ "person": "none" }),
            ),
        "/api/v1/import" => import(path),
        "/api/v1/rulebook" => rulebook(path),
        "/api/v1/figures" => figures(path),
        "/api/v1/ledger/verify" => {
            List::new(path, json!({})).ana("anything, by somebody who may not", json!({}))
        }
        other => panic!("{other} has no cases"),
    };
    list.cases
}

fn question(path: &str) -> List {
    let base = json!({ "operation": "insights.read", "on": "asset:act_8101" });
    let list = List::new(path, base)
        .body("olga", "a list", &json!([]))
        .body("olga", "an empty object", &json!({}))
        .olga("a field that is not there", json!({ "surprise": 1 }))
        .olga("a number for `operation`", json!({ "operation": 7 }))
        .olga(
            "an operation that is not there",
            json!({ "operation": "ad.paint" }),
        )
        .olga("an `on` that names nothing", json!({ "on": "act_8101" }))
        .olga("a `who` that is nobody", json!({ "who": "ben" }))
        .olga(
            "a `who` that lacks fields",
            json!({ "who": { "holder": "person:ben" } }),
        )
        .olga(
            "a `with` that names nothing",
            json!({ "with": { "business": "9001" } }),
        )
        .olga(
            "a field of `context` that is not there",
            json!({ "context": { "weather": "fine" } }),
        )
        .olga(
            "a negative amount",
            json!({ "context": { "change": { "from": -1, "to": 2 } } }),
        )
        .olga(
            "a `proof` that is none",
            json!({ "evidence": { "proof": "maybe" } }),
        )
        .olga("an `at` that is no moment", json!({ "at": "soon" }))
        .olga(
            "a place beyond the end of the log",
            json!({ "at": 999_999 }),
        )
        .olga(
            "a place ahead of the realm's first entry",
            json!({ "at": 0 }),
        )
        .olga(
            "a time ahead of the realm's first entry",
            json!({ "at": "1999-01-01" }),
        )
        .ana(
            "somebody else as `who`, by somebody who may not",
            json!({ "who": "person:zed" }),
        )
        .ana(
            "somebody unknown as `who`, by somebody who may not",
            json!({ "who": "person:none" }),
        );
    if path == "/api/v1/check" {
        return list
            .ana(
                "an asset that does not exist",
                json!({ "on": "asset:act_none" }),
            )
            .ana("an asset of somebody else", json!({ "on": "asset:act_z" }))
            .ana(
                "a business that does not exist",
                json!({ "operation": "member.list", "on": "business:none" }),
            )
            .ana(
                "a business of somebody else",
                json!({ "operation": "member.list", "on": "business:Z99" }),
            );
    }
    list
}

fn questions(path: &str) -> List {
    let good = json!({ "operation": "insights.read", "on": "asset:act_8101" });
    let many = vec![good.clone(); 1_001];
    List::new(path, json!({}))
        .body("olga", "an empty object", &json!({}))
        .olga("no list", json!({ "questions": "all" }))
        .olga("more than 1000", json!({ "questions": many }))
        .olga(
            "a second question with a mistake",
            json!({ "questions": [good, { "operation": "ad.paint", "on": "realm" }] }),
        )
}

fn who_can(path: &str) -> List {
    let base = json!({ "operation": "insights.read", "on": "asset:act_8101" });
    List::new(path, base)
        .olga("a field that is not there", json!({ "surprise": 1 }))
        .olga(
            "an operation that is not there",
            json!({ "operation": "ad.paint" }),
        )
        .olga("an `on` that names nothing", json!({ "on": "act_8101" }))
        .olga("a page of none", json!({ "limit": 0 }))
        .olga("a page of too many", json!({ "limit": 1_001 }))
        .olga("half an item a page", json!({ "limit": 0.5 }))
        .olga("a cursor that is none", json!({ "cursor": "page 2" }))
        .olga("an `at` that is no moment", json!({ "at": {} }))
        .ana("anything, by somebody who may not", json!({}))
}

fn what_can(path: &str) -> List {
    let base = json!({ "operation": "insights.read", "kind": "ad_account" });
    List::new(path, base)
        .olga("a field that is not there", json!({ "surprise": 1 }))
        .olga(
            "an operation that is not there",
            json!({ "operation": "ad.paint" }),
        )
        .olga("a kind that is not there", json!({ "kind": "billboard" }))
        .olga("a page of none", json!({ "limit": 0 }))
        .olga("a cursor that is none", json!({ "cursor": "page 2" }))
        .olga("an `at` that is no moment", json!({ "at": "soon" }))
        .ana(
            "somebody else as `who`, by somebody who may not",
            json!({ "who": "person:zed" }),
        )
}

fn prove_removal(path: &str) -> List {
    let base = json!({ "businesses": ["Z99"], "partner": "9001" });
    List::new(path, base)
        .olga("a field that is not there", json!({ "surprise": 1 }))
        .olga("no business", json!({ "businesses": [] }))
        .olga("a business that is none", json!({ "businesses": ["a b"] }))
        .olga("a partner that is none", json!({ "partner": "" }))
        .ana("a business that is somebody else's", json!({}))
        .ana(
            "a business that does not exist",
            json!({ "businesses": ["none"] }),
        )
}

fn command(path: &str) -> List {
    let add = |business: &str, person: &str, role: &str| {
        let fields = json!({ "business": business, "person": person, "role": role });
        json!({ "command": { "member.add": fields } })
    };
    let base = json!({ "id": "c-1", "command": { "member.add": {} } });
    let long = "x".repeat(129);
    List::new(path, base)
        .body("olga", "an empty object", &json!({}))
        .olga("a field that is not there", json!({ "surprise": 1 }))
        .olga(
            "a command that is not there",
            json!({ "command": { "member.paint": {} } }),
        )
        .olga("two commands", json!({ "command": { "a": {}, "b": {} } }))
        .olga("a command without its fields", json!({}))
        .olga(
            "a number for `business`",
            json!({ "command": { "member.add": { "business": 7 } } }),
        )
        .case(
            "ana",
            "an empty id",
            with(&add("9001", "cleo", "employee"), json!({ "id": "" })),
        )
        .case(
            "ana",
            "an id with a `/`",
            with(&add("9001", "cleo", "employee"), json!({ "id": "a/b" })),
        )
        .case(
            "ana",
            "an id of 129 characters",
            with(&add("9001", "cleo", "employee"), json!({ "id": long })),
        )
        .ana("a role that is not there", add("9001", "cleo", "boss"))
        .ana(
            "a person that does not exist",
            add("9001", "none", "employee"),
        )
        .ana(
            "a business that does not exist",
            add("none", "cleo", "employee"),
        )
        .ana(
            "a business of somebody else",
            add("Z99", "cleo", "employee"),
        )
        .ana(
            "a token that does not exist",
            json!({ "command": { "token.revoke": { "token": "none" } } }),
        )
        .ana(
            "a token of somebody else",
            json!({ "command": { "token.revoke": { "token": "t-z" } } }),
        )
}

fn import(path: &str) -> List {
    let yaml = |query: &str, body: &str| {
        let path = format!("{path}?{query}");
        Ask::new("POST", &path)
            .header("content-type", "application/yaml")
            .body(body)
    };
    let unknown =
        "rulebook: meta\nmembers:\n  - { business: \"9001\", person: ana, role: admin }\n";
    let alike = file("scenarios/meta/directories/northlight.yaml");
    let anchor = "rulebook: meta\npeople:\n  - &row { id: ana }\n".to_owned();
    let aliases = anchor + &"  - *row\n".repeat(20_000);
    List::new(path, json!({}))
        .ask("olga", "no id", yaml("", &alike))
        .ask("olga", "an id with a `/`", yaml("id=a/b", &alike))
        .ask(
            "olga",
            "a parameter that is not there",
            yaml("id=i&surprise=1", &alike),
        )
        .ask(
            "olga",
            "a `plan` that is neither",
            yaml("plan=maybe", &alike),
        )
        .ask("olga", "nothing", yaml("plan=true", ""))
        .ask("olga", "no YAML", yaml("plan=true", "{ rulebook: ["))
        .ask(
            "olga",
            "20,000 aliases of one row",
            yaml("plan=true", &aliases),
        )
        .ask(
            "olga",
            "no UTF-8",
            yaml("plan=true", "").body(vec![0xff, 0xfe]),
        )
        .ask(
            "olga",
            "a section that is not there",
            yaml("plan=true", "rulebook: meta\npeeple: []\n"),
        )
        .ask(
            "olga",
            "rows that name what the file does not hold",
            yaml("plan=true", unknown),
        )
        .ask(
            "olga",
            "a file for another rulebook",
            yaml("plan=true", "rulebook: pinterest\n"),
        )
        .ask(
            "olga",
            "a file of 10 MB that is none",
            yaml("plan=true", &"x".repeat(super::LARGE)),
        )
        .ask(
            "olga",
            "JSON with another content type",
            Ask::new("POST", &format!("{path}?plan=true"))
                .header("content-type", "text/plain")
                .body("{}"),
        )
        .ask(
            "ana",
            "anything, by somebody who may not",
            yaml("id=i", &alike),
        )
}

fn rulebook(path: &str) -> List {
    let text = file("rulebooks/meta.toml");
    List::new(path, json!({ "id": "r-1", "text": text }))
        .body("olga", "an empty object", &json!({}))
        .olga("a field that is not there", json!({ "surprise": 1 }))
        .olga("no rulebook", json!({ "text": "hello" }))
        .olga("an empty text", json!({ "text": "" }))
        .olga(
            "a switch that is not there",
            json!({ "switches": { "weather": "fine" } }),
        )
        .olga(
            "a switch with a value that is not there",
            json!({ "switches": { "admin_reach": "far" } }),
        )
        .body(
            "olga",
            "no id",
            &json!({ "text": file("rulebooks/meta.toml") }),
        )
        .olga(
            "a rulebook that lacks names in use",
            json!({ "text": file("rulebooks/pinterest.toml") }),
        )
        .ana("anything, by somebody who may not", json!({}))
}

fn figures(path: &str) -> List {
    let feed = |fields: Value| {
        let good = json!({
            "asset": "act_8101", "figure": "cpa", "value": 1, "at": "2026-04-01T00:00:00Z",
        });
        json!([with(&good, fields)])
    };
    List::new(path, json!({}))
        .body("olga", "an object", &json!({}))
        .body(
            "olga",
            "a field that is not there",
            &feed(json!({ "surprise": 1 })),
        )
        .body(
            "olga",
            "a figure that is not there",
            &feed(json!({ "figure": "mood" })),
        )
        .body("olga", "a negative value", &feed(json!({ "value": -1 })))
        .body(
            "olga",
            "a time that is none",
            &feed(json!({ "at": "soon" })),
        )
        .body(
            "olga",
            "an id that cannot be one",
            &feed(json!({ "asset": "a b" })),
        )
        .body("ana", "anything, by somebody who may not", &feed(json!({})))
}

fn authzen_base(path: &str) -> Value {
    let subject = json!({ "type": "user", "id": "ben" });
    let resource = json!({ "type": "ad_account", "id": "act_8101" });
    let action = json!({ "name": "insights.read" });
    match path {
        "/access/v1/search/subject" => {
            json!({ "subject": { "type": "user" }, "action": action, "resource": resource })
        }
        "/access/v1/search/resource" => {
            json!({ "subject": subject, "action": action, "resource": { "type": "ad_account" } })
        }
        "/access/v1/search/action" => json!({ "subject": subject, "resource": resource }),
        _ => json!({ "subject": subject, "action": action, "resource": resource }),
    }
}

pub(super) fn authzen_cases(path: &str) -> Vec<Case> {
    let base = authzen_base(path);
    let plain = Ask::new("POST", path)
        .header("content-type", "text/plain")
        .body(base.to_string());
    let json = |body: &str| {
        Ask::new("POST", path)
            .header("content-type", "application/json")
            .body(body)
    };
    let large = format!("{{ \"large\": \"{}\" }}", "x".repeat(super::LARGE));
    let list = List::new(path, base)
        .ask("olga", "another content type", plain)
        .ask("olga", "nothing", json(""))
        .ask("olga", "JSON that ends too early", json("{ \"subject\": "))
        .ask("olga", "a body of 10 MB", json(&large))
        .body("olga", "a list", &json!([]))
        .body("olga", "an empty object", &json!({}))
        .olga("a text for `subject`", json!({ "subject": "ben" }))
        .olga("a `context` that is no object", json!({ "context": 7 }))
        .olga(
            "a subject type that is not there",
            json!({ "subject": { "type": "robot", "id": "r2" } }),
        );
    let list = authzen_more(path, list);
    list.ana("anything, by somebody who may not", json!({}))
        .cases
}

fn authzen_more(path: &str, list: List) -> List {
    match path {
        "/access/v1/evaluation" => list
            .olga(
                "a number for an id",
                json!({ "resource": { "type": "ad_account", "id": 7 } }),
            )
            .olga(
                "an operation that is not there",
                json!({ "action": { "name": "ad.paint" } }),
            )
            .olga(
                "a resource that does not exist",
                json!({ "resource": { "type": "ad_account", "id": "none" } }),
            )
            .olga(
                "a resource type that is not there",
                json!({ "resource": { "type": "billboard", "id": "b" } }),
            ),
        "/access/v1/evaluations" => list
            .olga(
                "`evaluations` that are no list",
                json!({ "evaluations": 7 }),
            )
            .olga(
                "a semantic that is not there",
                json!({ "evaluations": [{}], "options": { "evaluations_semantic": "majority" } }),
            )
            .olga(
                "a second item with a mistake",
                json!({ "evaluations": [{}, { "resource": 7 }] }),
            )
            .olga(
                "more than 1000",
                json!({ "evaluations": vec![json!({}); 1_001] }),
            ),
        _ => list
            .olga("a page that is no object", json!({ "page": 7 }))
            .olga(
                "a page of less than nothing",
                json!({ "page": { "limit": -1 } }),
            )
            .olga(
                "a page token that is none",
                json!({ "page": { "token": "page 2" } }),
            ),
    }
}
