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
