//! Employees of a call centre: known elsewhere, mapped to assets, acting through a system user.

use serde_json::{Value, json};

use crate::support::{Ask, Setup, TestServer, file, realm};

fn heron() -> TestServer {
    let directory = file("scenarios/meta/directories/heron.yaml")
        .replace("expires: \"2026-10-09T00:00:00Z\"", "expires: never");
    Setup::with(realm("heron", "rulebooks/meta.toml", &directory)).start()
}

/// The call centre gives a command for an employee.
fn give(server: &TestServer, id: &str, employee: &str, command: &Value) -> (u16, Value) {
    let body = json!({ "id": id, "command": command, "delegate": employee });
    let reply = server.send(&Ask::post("/api/v1/commands", &body).token("test-desk"));
    (reply.status, reply.json())
}

fn raise(asset: &str) -> Value {
    let amounts = json!({ "from": 10000, "to": 11500 });
    json!({ "change.make": { "operation": "budget.raise", "asset": asset, "change": amounts } })
}

fn lets_bob_in(asset: &str) -> Value {
    json!({ "assignment.give": { "holder": "person:bob", "on": format!("asset:{asset}"), "via": "6100",
        "terms": { "ad_account": ["analyst"] } } })
}

fn log(server: &TestServer, who: &str, path: &str) -> Vec<Value> {
    let token = server.token("heron", who);
    let sent = Ask::get(&format!("/api/v1/ledger/entries{path}")).token(&token);
    let page = server.send(&sent).good();
    page["entries"].as_array().unwrap().clone()
}

#[test]
fn the_ledger_names_the_employee_beside_the_system_user() {
    let server = heron();
    let (status, done) = give(&server, "raise", "emp-1", &raise("act_61a"));
    assert_eq!(status, 200, "{done}");
    let (status, done) = give(&server, "bob", "emp-1", &lets_bob_in("act_61a"));
    assert_eq!(status, 200, "{done}");
    let entries = log(&server, "person:olga", "");
    let (raised, given) = (&entries[entries.len() - 2], &entries[entries.len() - 1]);
    assert_eq!(raised["delegate"], "employee emp-1", "{raised}");
    assert_eq!(
        raised["told"],
        "system_user:su-desk through app:desk raised the daily budget of asset:act_61a from $100 to $115 \
         under mandate m-desk for employee emp-1"
    );
    assert_eq!(
        given["told"],
        "system_user:su-desk for employee emp-1 gave an assignment: person:bob is assigned on asset:act_61a \
         through business:6100 as analyst"
    );
    // Nobody is named where nobody was.
    assert_eq!(entries[0].get("delegate"), None, "{}", entries[0]);
    server.stop();
}

#[test]
fn an_employee_does_nothing_where_nobody_mapped_them() {
    let server = heron();
    let before = log(&server, "person:olga", "").len();
    let cases = [
        ("emp-1", raise("act_61b")),
        ("emp-1", raise("act_nowhere")),
        ("emp-1", lets_bob_in("act_61b")),
        // Of the night, of another business, of nobody.
        ("emp-3", raise("act_61a")),
        ("emp-7", raise("act_61a")),
        ("emp-9", raise("act_61a")),
    ];
    for (index, (employee, command)) in cases.iter().enumerate() {
        let (status, told) = give(&server, &format!("no-{index}"), employee, command);
        assert_eq!((status, &told["code"]), (403, &json!("DENIED")), "{told}");
        let reasons = told["reasons"].as_array().unwrap();
        assert!(
            reasons.contains(&json!("NOT_DELEGATED")) || command.to_string().contains("nowhere"),
            "{employee}: {told}"
        );
    }
    let (status, told) = give(&server, "bad", "no id\n", &raise("act_61a"));
    assert_eq!((status, &told["code"]), (400, &json!("INVALID")), "{told}");
    assert_eq!(log(&server, "person:olga", "").len(), before);
    server.stop();
}

#[test]
fn the_same_id_for_another_employee_is_another_command() {
    let server = heron();
    assert_eq!(give(&server, "one", "emp-1", &raise("act_61a")).0, 200);
    let (status, again) = give(&server, "one", "emp-1", &raise("act_61a"));
    assert_eq!((status, &again["outcome"]), (200, &json!("repeated")));
    let (status, told) = give(&server, "one", "emp-3", &raise("act_61a"));
    assert_eq!(
        (status, &told["code"]),
        (409, &json!("COMMAND_ID_TAKEN")),
        "{told}"
    );
    server.stop();
}

#[test]
fn a_bulk_is_given_for_one_employee() {
    let server = heron();
    let body = |plan: bool| {
        json!({ "id": "many", "plan": plan, "delegate": "emp-1",
            "commands": [lets_bob_in("act_61a"), lets_bob_in("act_61b")] })
    };
    for (plan, done) in [(true, "planned"), (false, "done")] {
        let sent = Ask::post("/api/v1/bulk", &body(plan)).token("test-desk");
        let told = server.send(&sent).good();
        assert_eq!(told["items"][0]["outcome"], done, "{told}");
        assert_eq!(
            told["items"][1]["problem"]["reasons"],
            json!(["NOT_DELEGATED"])
        );
    }
    server.stop();
}

#[test]
fn strangers_of_the_employer_hear_of_an_employee_and_not_of_which() {
    let server = heron();
    assert_eq!(give(&server, "raise", "emp-1", &raise("act_61a")).0, 200);
    // The account is Moor's, so that what was done to it concerns Moor as well.
    let last = |who: &str, business: &str| {
        let path = format!("?business={business}&second_factor=true");
        log(&server, who, &path).last().unwrap().clone()
    };
    assert_eq!(last("person:ada", "6100")["delegate"], "employee emp-1");
    let moor = last("person:mia", "6300");
    assert_eq!(moor["operation"], "change.make", "{moor}");
    assert_eq!(moor["delegate"], "an employee", "{moor}");
    assert!(!moor.to_string().contains("emp-1"), "{moor}");
    server.stop();
}
