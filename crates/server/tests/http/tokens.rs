//! The inventory of tokens, and the sweep, as callers meet them.

use serde_json::{Value, json};

use crate::support::{Ask, Setup, crowd};

fn listed(body: &Value) -> Vec<&str> {
    let tokens = body["tokens"].as_array().unwrap().iter();
    tokens.map(|one| one["token"].as_str().unwrap()).collect()
}

#[test]
fn who_may_sees_the_tokens_and_nobody_sees_a_secret() {
    let server = Setup::with(crowd("agency")).start();
    let olga = server.token("agency", "person:olga");
    let zed = server.token("agency", "person:zed");
    let issue = json!({ "id": "grant", "command": { "grant.give": {
        "id": "g-z", "holder": "system_user:su-z", "app": "app-z", "scopes": ["ads_read"] } } });
    server
        .send(&Ask::post("/api/v1/commands", &issue).token(&zed))
        .good();
    let mut secrets = Vec::new();
    for id in ["t-z-1", "t-z-2"] {
        let issue = json!({ "id": id, "command": { "token.issue": {
            "id": id, "grant": "g-z", "kind": "system_user" } } });
        let answer = server
            .send(&Ask::post("/api/v1/commands", &issue).token(&zed))
            .good();
        secrets.push(answer["secret"].as_str().unwrap().to_owned());
    }
    let question = json!({ "operation": "insights.read", "on": "asset:act_z" });
    let used = Ask::post("/api/v1/check", &question).token(&secrets[0]);
    server.send(&used).good();

    let get = |path: &str, token: &str| server.send(&Ask::new("GET", path).token(token));
    let own = get("/api/v1/tokens?business=Z99", &zed).good();
    assert_eq!(listed(&own), ["t-z", "t-z-1", "t-z-2"]);
    let said = own.to_string();
    assert!(secrets.iter().all(|secret| !said.contains(secret.as_str())));
    assert_eq!(own["tokens"][1]["holder"], "system_user:su-z");
    assert_eq!(own["tokens"][1]["days_left"], 59);
    assert!(own["tokens"][1]["last_used"].is_string());
    assert!(own["tokens"][2]["last_used"].is_null());

    let soon = "/api/v1/tokens?business=Z99&ending_within_days=";
    let within = |days: u32| get(&format!("{soon}{days}"), &zed).good();
    assert!(!listed(&within(14)).contains(&"t-z-1"));
    assert!(listed(&within(60)).contains(&"t-z-1"));

    // Page by page, as the platform's staff sees it.
    let first = get("/api/v1/tokens?limit=1", &olga).good();
    let cursor = first["cursor"].as_str().unwrap();
    let path = format!("/api/v1/tokens?limit=1000&cursor={cursor}");
    let rest = get(&path, &olga).good();
    assert!(listed(&rest).contains(&"t-z-1"));
    assert!(!listed(&rest).contains(&cursor));

    // Another's business and one that is not there are told alike.
    let ana = server.token("agency", "person:zed");
    let there = get("/api/v1/tokens?business=9001", &ana);
    let absent = get("/api/v1/tokens?business=nowhere", &ana);
    assert_eq!((there.status, absent.status), (403, 403));
    let told = |text: &str| {
        let mut body: Value = serde_json::from_str(text).unwrap();
        body["request_id"].take();
        body
    };
    assert_eq!(told(&there.text()), told(&absent.text()));
    assert_eq!(get("/api/v1/tokens", &ana).status, 403);
    assert_eq!(get("/api/v1/tokens?limit=0", &olga).status, 400);
    server.stop();
}

#[test]
fn the_sweep_is_the_platforms_staffs_to_run() {
    let server = Setup::with(crowd("agency")).start();
    let olga = server.token("agency", "person:olga");
    let zed = server.token("agency", "person:zed");
    let sweep = |token: &str| server.send(&Ask::post("/api/v1/sweep", &json!({})).token(token));
    assert_eq!(sweep(&zed).status, 403);
    let first = sweep(&olga).good();
    assert!(first["done"].is_array(), "{first}");
    let second = sweep(&olga).good();
    assert_eq!(second["done"], json!([]), "it is done once");
    let nothing = json!({ "id": "collect", "token": "t-nothing" });
    let collect = Ask::post("/api/v1/tokens/collect", &nothing).token(&zed);
    assert_eq!(server.send(&collect).status, 403);
    server.stop();
}

/// A proxy may have looked at the other one.
#[test]
fn of_two_headers_that_say_who_asks_none_counts() {
    let server = Setup::with(crowd("agency")).start();
    let zed = server.token("agency", "person:zed");
    let other = "Bearer somebody-else";
    let question = json!({ "operation": "insights.read", "on": "asset:act_z" });
    for path in ["/api/v1/check", "/access/v1/evaluation"] {
        let ask = || Ask::post(path, &question);
        let twice = [
            ask().token(&zed).header("authorization", other),
            ask().header("authorization", other).token(&zed),
            ask().token(&zed).token(&zed),
        ];
        for ask in &twice {
            assert_eq!(server.send(ask).status, 401, "{path}");
        }
        assert_ne!(server.send(&ask().token(&zed)).status, 401, "{path}");
    }
    let me = || Ask::new("GET", "/meta/v26.0/me");
    let one = server.send(&me().token(&zed)).json();
    assert_eq!(one["error"]["code"], 190, "{one}");
    for ask in [me(), me().token(&zed).header("authorization", other)] {
        let answer = server.send(&ask);
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert_eq!(answer.json()["error"]["code"], 2500, "{}", answer.text());
    }
}
