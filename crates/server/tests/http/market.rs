//! Marketing objects through the door to Meta's Graph, where several work at once.

use serde_json::{Value, json};

use crate::support::{Ask, Setup, TestServer, realm};

/// How many work at once.
const TOOLS: usize = 8;
/// What may run in a day in all, and what does before they begin: there is room for five raises of 100.
const CAP: u64 = 8_500;

fn started() -> TestServer {
    let world = include_str!("../../../../tests/meta-sdk/world.yaml");
    let limits = "{ step: 2000, daily_budget_total: 20000 }";
    assert!(world.contains(limits));
    let world = world.replace(limits, &format!("{{ daily_budget_total: {CAP} }}"));
    Setup {
        realms: vec![realm("graph", "rulebooks/meta.toml", &world)],
        test_controls: true,
        ..Setup::default()
    }
    .start()
}

fn token(server: &TestServer, person: &str, app: &str) -> String {
    let session = server.token("graph", &format!("person:{person}"));
    let give = json!({ "id": format!("g-{person}-{app}"), "command": { "grant.give": {
        "id": format!("g-{person}-{app}"), "holder": format!("person:{person}"), "app": app,
        "scopes": ["ads_read", "ads_management"] } } });
    server
        .send(&Ask::post("/api/v1/commands", &give).token(&session))
        .good();
    let issue = json!({ "id": format!("t-{person}-{app}"), "command": { "token.issue": {
        "grant": format!("g-{person}-{app}"), "kind": "user" } } });
    let made = server
        .send(&Ask::post("/api/v1/commands", &issue).token(&session))
        .good();
    made["secret"].as_str().unwrap().to_owned()
}

fn post(server: &TestServer, path: &str, token: &str, fields: &Value) -> Value {
    let ask = Ask::post(&format!("/meta/v26.0/{path}?access_token={token}"), fields);
    server.send(&ask).json()
}

#[test]
fn tools_that_raise_at_once_never_pass_the_cap_together() {
    let server = started();
    let (owner, tool) = (token(&server, "520", "7001"), token(&server, "520", "7020"));
    let campaigns: Vec<String> = (0..TOOLS)
        .map(|n| {
            let said = json!({ "name": format!("C{n}"), "objective": "OUTCOME_SALES", "daily_budget": 1000 });
            let made = post(&server, "act_14/campaigns", &owner, &said);
            let id = made["id"].as_str().unwrap().to_owned();
            post(&server, &id, &owner, &json!({ "status": "ACTIVE" }));
            id
        })
        .collect();
    let raise = |id: &str| post(&server, id, &tool, &json!({ "daily_budget": 1100 }));
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let running: Vec<_> = campaigns
            .iter()
            .map(|id| scope.spawn(|| raise(id)))
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let done = answers.iter().filter(|one| one["success"] == true).count();
    let refused = answers.iter().filter(|one| one["error"]["code"] == 200);
    assert_eq!((done, refused.count()), (5, 3), "{answers:#?}");

    // What stands there is what was answered, and each that counted has an entry.
    let path = format!("/meta/v26.0/act_14/campaigns?fields=daily_budget&access_token={owner}");
    let listed = server.send(&Ask::get(&path)).good();
    let budgets = listed["data"].as_array().unwrap().iter();
    let budgets = budgets.map(|one| {
        one["daily_budget"]
            .as_str()
            .unwrap()
            .parse::<u64>()
            .unwrap()
    });
    assert_eq!(budgets.sum::<u64>(), CAP);
    let operator = server.token("graph", "person:olga");
    let entries = server
        .send(&Ask::get("/api/v1/ledger/entries?limit=1000").token(&operator))
        .good();
    let entries = entries["entries"].as_array().unwrap().iter();
    let counted: Vec<&str> = entries
        .filter(|one| one["operation"] == "change.make")
        .map(|one| one["told"].as_str().unwrap())
        .collect();
    assert_eq!(counted.len(), 5, "{counted:?}");
    let told = "raised the daily budget of asset:act_14 from 1000 to 1100";
    assert!(counted.iter().all(|one| one.contains(told)), "{counted:?}");
}

/// Raises a budget of something that is not kept here, at the native API.
fn raise_elsewhere(server: &TestServer, token: &str, id: &str, (from, to): (u64, u64)) -> Value {
    let change = json!({ "from": from, "to": to });
    let made = json!({ "operation": "budget.raise", "asset": "act_14", "change": change });
    let command = json!({ "id": id, "command": { "change.make": made } });
    let ask = Ask::post("/api/v1/commands", &command).token(token);
    server.send(&ask).json()
}

fn running(server: &TestServer, owner: &str, daily_budget: u64) -> String {
    let said = json!({ "name": "C", "objective": "OUTCOME_SALES", "daily_budget": daily_budget });
    let made = post(server, "act_14/campaigns", owner, &said);
    let id = made["id"].as_str().unwrap().to_owned();
    let started = post(server, &id, owner, &json!({ "status": "ACTIVE" }));
    assert_eq!(started["success"], true, "{started}");
    id
}

#[test]
fn raises_at_both_doors_never_pass_the_cap_together() {
    let server = started();
    let (owner, tool) = (token(&server, "520", "7001"), token(&server, "520", "7020"));
    let campaigns: Vec<String> = (0..TOOLS)
        .map(|_| running(&server, &owner, 1_000))
        .collect();
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let raise = |(number, id): (usize, &String)| match number % 2 {
            0 => post(&server, id, &tool, &json!({ "daily_budget": 1100 })),
            _ => raise_elsewhere(&server, &tool, &format!("n-{number}"), (1_000, 1_100)),
        };
        let all = campaigns.iter().enumerate();
        let running: Vec<_> = all.map(|one| scope.spawn(move || raise(one))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let done = |one: &&Value| one["success"] == true || one["outcome"] == "done";
    let refused =
        |one: &&Value| one["error"]["code"] == 200 || one["reasons"][0] == "MANDATE_LIMIT";
    let counted = (
        answers.iter().filter(done).count(),
        answers.iter().filter(refused).count(),
    );
    assert_eq!(counted, (5, 3), "{answers:#?}");
    // One after the other, either way: what was raised here counts there, and the other way round.
    let late = raise_elsewhere(&server, &tool, "late", (1_000, 1_001));
    assert_eq!(late["reasons"][0], "MANDATE_LIMIT", "{late}");
    let lower = json!({ "operation": "budget.lower", "asset": "act_14", "change": { "from": 1100, "to": 1050 } });
    let lower = json!({ "id": "lower", "command": { "change.make": lower } });
    server
        .send(&Ask::post("/api/v1/commands", &lower).token(&tool))
        .good();
    let id = running(&server, &owner, 0);
    let raise = |to: u64| post(&server, &id, &tool, &json!({ "daily_budget": to }));
    assert_eq!(raise(51)["error"]["code"], 200);
    assert_eq!(raise(50)["success"], true);
}

#[test]
fn what_was_known_before_anything_was_made_here_still_counts() {
    let server = started();
    let (owner, tool) = (token(&server, "520", "7001"), token(&server, "520", "7020"));
    let now = server.send(&Ask::get("/test-controls/clock")).good()["now"].clone();
    let fed = json!({ "realm": "graph", "figures": [
        { "asset": "act_14", "figure": "daily_budget_total", "value": CAP - 50, "at": now }] });
    server
        .send(&Ask::post("/test-controls/figures", &fed))
        .good();
    let raised = raise_elsewhere(&server, &tool, "early", (1_000, 1_040));
    assert_eq!(raised["outcome"], "done", "{raised}");
    let said = json!({ "name": "C", "objective": "OUTCOME_SALES", "daily_budget": 1000 });
    let id = post(&server, "act_14/campaigns", &owner, &said)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let raise = |to: u64| post(&server, &id, &tool, &json!({ "daily_budget": to }));
    assert_eq!(raise(1_011)["error"]["code"], 200);
    assert_eq!(raise(1_010)["success"], true);
    // A question at the native API is decided on the same sum.
    let question = |to: u64| {
        let asked = json!({ "operation": "budget.raise", "on": "asset:act_14",
            "context": { "change": { "from": 1000, "to": to } } });
        let ask = Ask::post("/api/v1/check", &asked).token(&tool);
        server.send(&ask).good()["decision"].clone()
    };
    assert_eq!(
        (question(1_010), question(1_011)),
        (json!("allow"), json!("deny"))
    );
}
