//! Mandates and proposals, as those who may know of them list them.

use serde_json::{Value, json};

use crate::support::{Ask, Setup, TestServer, file, realm};

/// Maple & Main, its tool AdPilot, and another client of the tool.
fn maple() -> TestServer {
    let directory = file("scenarios/meta/directories/maple.yaml")
        .replace("expires: \"2026-10-09T00:00:00Z\"", "expires: never")
        .replace(", until: \"2026-10-01T00:00:00Z\"", "");
    let others = "  - { id: m-birch, business: \"5300\", app: adpilot, mode: semi_automatic, \
                  approvers: [tom], limits: { step: 500 } }\n";
    Setup::with(realm("maple", "rulebooks/meta.toml", &(directory + others))).start()
}

fn get(server: &TestServer, token: &str, path: &str) -> (u16, Value) {
    let reply = server.send(&Ask::get(path).token(token));
    let mut body = reply.json();
    if reply.status != 200 {
        body["request_id"].take();
    }
    (reply.status, body)
}

fn ids(list: &str, (status, body): (u16, Value)) -> Vec<String> {
    assert_eq!(status, 200, "{body}");
    let found = body[list].as_array().unwrap().iter();
    found
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn everybody_lists_what_concerns_them() {
    let server = maple();
    let by = |who: &str| server.token("maple", who);
    let mut tools = Vec::new();
    for (id, asset) in [("p-1", "act_52"), ("p-2", "act_52"), ("p-3", "act_53")] {
        let make = json!({ "id": id, "command": { "proposal.make": {
            "id": id, "operation": "ad.pause", "asset": asset } } });
        let sent = Ask::post("/api/v1/commands", &make).token("test-pilot");
        tools.push(server.send(&sent).good());
    }
    let approve = json!({ "id": "yes", "command": { "proposal.approve": { "proposal": "p-1" } } });
    server
        .send(&Ask::post("/api/v1/commands", &approve).token(&by("person:lena")))
        .good();
    let all = ["p-1", "p-2", "p-3"];
    let proposals: [(&str, &[&str], &[&str]); 6] = [
        ("person:olga", &all, &["m-birch", "m-maple"]),
        ("person:max", &["p-1", "p-2"], &["m-maple"]),
        // Named to approve for another business, beside what is his own business's.
        ("person:tom", &all, &["m-birch", "m-maple"]),
        ("person:bo", &["p-3"], &["m-birch"]),
        ("person:pat", &[], &[]),
        ("system_user:su-pilot", &all, &["m-birch", "m-maple"]),
    ];
    for (who, wished, given) in proposals {
        let token = by(who);
        assert_eq!(
            ids("proposals", get(&server, &token, "/api/v1/proposals")),
            wished,
            "{who}"
        );
        assert_eq!(
            ids("mandates", get(&server, &token, "/api/v1/mandates")),
            given,
            "{who}"
        );
    }
    // The tool itself, with its token: it must learn what was approved.
    let own = get(&server, "test-pilot", "/api/v1/proposals?id=p-1");
    assert_eq!(own.1["proposals"][0]["state"], "approved", "{}", own.1);
    assert_eq!(own.1["proposals"][0]["approved_by"], "lena");
    let max = by("person:max");
    let pages = "/api/v1/proposals?mandate=m-maple&limit=1";
    let (_, first) = get(&server, &max, pages);
    assert_eq!(
        (&first["proposals"][0]["id"], &first["cursor"]),
        (&json!("p-1"), &json!("p-1"))
    );
    assert_eq!(
        ids(
            "proposals",
            get(&server, &max, &format!("{pages}&cursor=p-1"))
        ),
        ["p-2"]
    );
    let (_, given) = get(&server, &max, "/api/v1/mandates?id=m-maple");
    assert_eq!(given["mandates"][0]["waiting"], 2, "{given}");
    server.stop();
}

#[test]
fn anothers_and_none_are_told_alike() {
    let server = maple();
    let bo = server.token("maple", "person:bo");
    for (path, strange, none) in [
        ("mandates?business=", "5200", "nowhere"),
        ("proposals?business=", "5200", "nowhere"),
        ("mandates?id=", "m-maple", "m-none"),
        ("proposals?mandate=", "m-maple", "m-none"),
    ] {
        let path = |id: &str| format!("/api/v1/{path}{id}");
        let strange = get(&server, &bo, &path(strange));
        let none = get(&server, &bo, &path(none));
        assert_eq!(strange, none);
    }
    let max = server.token("maple", "person:max");
    for wrong in [
        "mandates?limit=0",
        "proposals?limit=1001",
        "proposals?id=no%20id",
        "mandates?all=1",
    ] {
        let (status, told) = get(&server, &max, &format!("/api/v1/{wrong}"));
        assert_eq!(status, 400, "{wrong}: {told}");
    }
    server.stop();
}
