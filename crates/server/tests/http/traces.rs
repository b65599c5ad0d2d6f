//! Refusals at the door to Meta's Graph, explained by the id that was told with them.

use ledger::row::Table;
use serde_json::{Value, json};

use crate::support::{Ask, Reply, Setup, TestServer, realm};

/// A server with the world of the flows.
struct World {
    server: TestServer,
}

/// A refusal as the caller hears it.
struct Heard {
    code: (Value, Value),
    trace: String,
}

impl World {
    fn start(data: Option<std::path::PathBuf>, again: bool) -> Self {
        let world = include_str!("../../../../tests/meta-sdk/world.yaml");
        let realms = match again {
            true => Vec::new(),
            false => vec![realm("graph", "rulebooks/meta.toml", world)],
        };
        let server = Setup {
            realms,
            test_controls: true,
            data,
            ..Setup::default()
        }
        .start();
        Self { server }
    }

    fn new() -> Self {
        Self::start(None, false)
    }

    fn session(&self, person: &str) -> String {
        self.server.token("graph", &format!("person:{person}"))
    }

    /// A token of a person for the app `7001`.
    fn token(&self, person: &str, scopes: &[&str]) -> String {
        let session = self.session(person);
        let grant = format!("g-{person}-{}", scopes.len());
        let give = json!({ "grant.give": { "id": grant, "holder": format!("person:{person}"),
            "app": "7001", "scopes": scopes } });
        self.give(&session, &grant, &give);
        let issue = json!({ "token.issue": { "grant": grant, "kind": "user" } });
        let made = self.give(&session, &format!("t-{grant}"), &issue);
        made["secret"].as_str().unwrap().to_owned()
    }

    fn give(&self, session: &str, id: &str, command: &Value) -> Value {
        let body = json!({ "id": id, "command": command, "second_factor": true });
        let ask = Ask::post("/api/v1/commands", &body).token(session);
        self.server.send(&ask).good()
    }

    fn refused(&self, method: &str, path: &str, token: &str) -> Heard {
        let ask = Ask::new(method, &format!("/meta/v26.0/{path}")).token(token);
        heard(&self.server.send(&ask))
    }

    fn explained(&self, trace: &str, session: &str) -> Reply {
        let ask = Ask::get(&format!("/api/v1/explanations/{trace}")).token(session);
        self.server.send(&ask)
    }

    fn advance(&self, seconds: u32) {
        let ask = Ask::post("/test-controls/clock", &json!({ "seconds": seconds }));
        self.server.send(&ask).good();
    }
}

fn heard(reply: &Reply) -> Heard {
    assert!(reply.status >= 400, "not refused: {}", reply.text());
    let body = reply.json();
    let error = &body["error"];
    let trace = error["fbtrace_id"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("x-fb-trace-id"), Some(trace.as_str()));
    Heard {
        code: (error["code"].clone(), error["error_subcode"].clone()),
        trace,
    }
}

/// What is answered, without what no two refusals share.
fn alike(reply: &Reply, words: &[&str]) -> (u16, String) {
    let mut body = reply.json();
    for field in ["id", "at", "position"] {
        if !body[field].is_null() {
            body[field] = json!("");
        }
    }
    let mut text = body.to_string();
    for word in words {
        text = text.replace(word, "…");
    }
    (reply.status, text)
}

const READ: [&str; 2] = ["ads_read", "business_management"];

#[test]
fn a_refusal_is_explained_to_who_was_refused_and_to_who_administers() {
    let world = World::new();
    let ben = world.token("502", &READ);
    let heard = world.refused("GET", "act_12?fields=name", &ben);
    assert_eq!(heard.code, (json!(100), json!(33)));
    let told = world.explained(&heard.trace, &ben).good();
    assert_eq!(told["id"], heard.trace.as_str());
    assert_eq!((&told["code"], &told["subcode"]), (&json!(100), &json!(33)));
    assert_eq!(told["call"], "get act_12");
    assert_eq!(told["operation"], "ad_account.view");
    assert_eq!(told["on"], "asset:act_12");
    assert_eq!(told["explanation"]["first_reason"], "ASSET_NOT_ASSIGNED");
    assert_eq!(told["allowed_now"], false);
    let step = &told["remedies"][0]["steps"][0];
    assert!(step["command"]["assignment.give"].is_object(), "{told}");
    // Who administers the account, and who may ask about everything, hear why too.
    for person in ["501", "509"] {
        let told = world.explained(&heard.trace, &world.session(person)).good();
        assert_eq!(told["explanation"]["first_reason"], "ASSET_NOT_ASSIGNED");
        assert_eq!(told["on"], "asset:act_12", "{person}");
    }
    // Who administers the app may ask, and hears of an account of others what he would of none.
    let told = world.explained(&heard.trace, &world.session("503")).good();
    assert_eq!(told["explanation"]["first_reason"], "ASSET_NOT_ASSIGNED");
    assert!(
        told["on"].is_null() && told["operation"].is_null(),
        "{told}"
    );
    assert_eq!(told["remedies"], json!([]));
    // What would put it right is run, and then it is right.
    world.give(&world.session("501"), "mend", &step["command"]);
    let told = world.explained(&heard.trace, &ben).good();
    assert_eq!(told["allowed_now"], true);
    assert_eq!(told["remedies"], json!([]));
    // The reasons stay those of then.
    assert_eq!(told["explanation"]["first_reason"], "ASSET_NOT_ASSIGNED");
    let ask = Ask::get("/meta/v26.0/act_12?fields=name").token(&ben);
    assert_eq!(world.server.send(&ask).good()["name"], "Autumn");
    world.server.stop();
}

#[test]
fn to_a_stranger_an_id_is_one_that_was_never_given() {
    let world = World::new();
    let ben = world.token("502", &READ);
    let heard = world.refused("GET", "act_12?fields=name", &ben);
    let never = world
        .server
        .send(&Ask::get("/api/v1/explanations/AAAAAAAAAAAAAAAAAAAAAAA").token(&ben));
    assert_eq!((never.status, never.code().as_str()), (404, "NOT_FOUND"));
    // Eve has nothing, Sam administers another business, Dan works at the agency. A token of an app
    // reads for its own holder only, whoever that is.
    let ada = world.token("501", &READ);
    for asker in [
        world.session("505"),
        world.session("507"),
        world.session("504"),
        ada,
    ] {
        let reply = world.explained(&heard.trace, &asker);
        assert_eq!(alike(&reply, &[]), alike(&never, &[]));
    }
    for odd in ["A", "..%2F", "%00", "Ä", &"A".repeat(5_000)] {
        let reply = world.explained(odd, &ben);
        assert!(
            (400..500).contains(&reply.status),
            "{odd}: {}",
            reply.status
        );
    }
    world.server.stop();
}

#[test]
fn an_explanation_does_not_tell_a_hidden_node_from_none() {
    let world = World::new();
    let eve = world.token("505", &READ);
    let cleo = world.session("503");
    let pairs = [
        ("act_41", "act_99"),
        ("4001", "9991"),
        ("2101", "9992"),
        ("6001", "9994"),
        ("8001", "9995"),
        ("501", "9996"),
    ];
    for (there, absent) in pairs {
        for edge in ["", "/assigned_users", "/business_users", "/nonsense"] {
            for method in ["GET", "POST", "DELETE"] {
                let traces =
                    [there, absent].map(|id| world.refused(method, &format!("{id}{edge}"), &eve));
                for reader in [&eve, &cleo] {
                    let told = traces.each_ref().map(|heard| {
                        let reply = world.explained(&heard.trace, reader);
                        assert_eq!(reply.status, 200, "{method} {there}{edge}");
                        alike(&reply, &[there, absent])
                    });
                    assert_eq!(told[0], told[1], "{method} {there}{edge}");
                }
            }
        }
    }
    // Whoever administers the hidden account hears everything of it.
    let heard = world.refused("GET", "act_41", &eve);
    let told = world.explained(&heard.trace, &world.session("507")).good();
    assert_eq!(told["on"], "asset:act_41");
    world.server.stop();
}

#[test]
fn commands_items_of_a_batch_and_dead_tokens_are_explained_alike() {
    let world = World::new();
    let (ben, ada) = (world.token("502", &READ), world.token("501", &READ));
    let heard = world.refused(
        "POST",
        "act_11/assigned_users?user=1001_502&tasks=ADVERTISE,ANALYZE",
        &ben,
    );
    let told = world.explained(&heard.trace, &ben).good();
    assert_eq!(told["operation"], "assignment.give", "{told}");
    assert!(
        !told["explanation"]["reasons"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // No right is missing: the command itself cannot be done.
    let heard = world.refused("DELETE", "1001_501", &ada);
    assert_eq!(heard.code.0, 3914);
    let told = world.explained(&heard.trace, &ada).good();
    assert_eq!(
        (&told["refusal"], &told["explanation"]),
        (&json!("LAST_ADMIN"), &Value::Null)
    );
    let heard = world.refused("GET", "act_11?fields=nonsense", &ben);
    let told = world.explained(&heard.trace, &ben).good();
    assert_eq!(
        (&told["call"], &told["explanation"]),
        (&json!("get act_11"), &Value::Null)
    );
    // Each item of a batch has an id of its own.
    let batch = json!({ "batch": [
        { "method": "GET", "relative_url": "act_11?fields=name" },
        { "method": "GET", "relative_url": "act_12?fields=name" },
        { "method": "GET", "relative_url": "act_41?fields=name" },
    ] });
    let answer = world
        .server
        .send(&Ask::post("/meta/v26.0/", &batch).token(&ben))
        .good();
    let ids: Vec<String> = answer.as_array().unwrap()[1..]
        .iter()
        .map(|item| {
            let body: Value = serde_json::from_str(item["body"].as_str().unwrap()).unwrap();
            let trace = body["error"]["fbtrace_id"].as_str().unwrap();
            let told = world.explained(trace, &ben).good();
            told["call"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids, ["get act_12", "get act_41"]);
    // A token that is over cannot ask; its holder can.
    world.advance(61 * 24 * 3_600);
    let heard = world.refused("GET", "me", &ben);
    assert_eq!(heard.code, (json!(190), json!(463)));
    assert_eq!(world.explained(&heard.trace, &ben).status, 401);
    let told = world.explained(&heard.trace, &world.session("502")).good();
    assert_eq!(told["explanation"]["first_reason"], "TOKEN_EXPIRED");
    world.server.stop();
}

#[test]
fn refusals_outlive_the_process_and_last_a_week() {
    let folder = tempfile::tempdir().unwrap();
    let data = || Some(folder.path().to_owned());
    let world = World::start(data(), false);
    let ben = world.token("502", &READ);
    let heard = world.refused("GET", "act_12?fields=name", &ben);
    world.server.stop();
    let world = World::start(data(), true);
    let told = world.explained(&heard.trace, &world.session("502")).good();
    assert_eq!(told["explanation"]["first_reason"], "ASSET_NOT_ASSIGNED");
    world.advance(7 * 24 * 3_600 - 600);
    let reply = world.explained(&heard.trace, &world.session("502"));
    assert_eq!(reply.status, 200);
    world.advance(600);
    let reply = world.explained(&heard.trace, &world.session("502"));
    assert_eq!(reply.status, 404);
    world.server.stop();
}

#[test]
fn what_is_kept_is_small_and_holds_no_secret_and_no_parameter() {
    let world = World::new();
    let ben = world.token("502", &READ);
    for path in [
        "act_12?fields=name",
        "act_41",
        "4001",
        "9999/business_users?email=eve%40example.com",
        "act_11/assigned_users?user=502",
    ] {
        world.refused("GET", path, &ben);
    }
    world.refused(
        "POST",
        "act_11/assigned_users?user=1001_502&tasks=ANALYZE",
        &ben,
    );
    world.server.installation.write_refusals().unwrap();
    let store = world.server.installation.store();
    let rows = store.rows(Table::Refusal, "", "", 100).unwrap();
    let kept: Vec<_> = rows
        .iter()
        .filter(|row| !row.key.key.starts_with("count/"))
        .collect();
    assert_eq!(kept.len(), 6);
    for row in &kept {
        let text = String::from_utf8_lossy(&row.value);
        assert!(row.value.len() < 480, "{} {text}", row.value.len());
        assert!(
            !text.contains(&ben) && !text.contains("example.com"),
            "{text}"
        );
    }
    let all: usize = kept.iter().map(|row| row.value.len()).sum();
    assert!(all / kept.len() < 350, "{}", all / kept.len());
    world.server.stop();
}

#[test]
fn a_limited_app_is_refused_after_sixty_points_and_every_answer_says_where_it_stands() {
    let world = World::new();
    // The platform puts the app on the Limited tier.
    let tier = json!({ "app.set_tier": { "app": "7001", "tier": "limited" } });
    world.give(&world.session("509"), "tier", &tier);
    let ada = world.token("501", &READ);
    let call = |account: &str| {
        let path = format!("/meta/v26.0/{account}?fields=name");
        world.server.send(&Ask::get(&path).token(&ada))
    };
    let usage = |reply: &Reply| {
        let said = reply.header("x-ad-account-usage").unwrap().to_owned();
        let said: Value = serde_json::from_str(&said).unwrap();
        said["acc_id_util_pct"].as_f64().unwrap()
    };
    let first = usage(&call("act_12"));
    assert!((1.0..2.0).contains(&first), "{first}");
    for _ in 1..60 {
        assert_eq!(call("act_12").status, 200);
    }
    let over = call("act_12");
    assert_eq!(over.status, 400);
    let heard = heard(&over);
    assert_eq!(heard.code, (json!(80004), json!(2_446_079)));
    assert!((usage(&over) - 100.0).abs() < 0.001);
    let told = world.explained(&heard.trace, &ada).good();
    assert_eq!(told["explanation"]["first_reason"], "RATE_LIMITED");
    // Others are other scores. One that is hidden is counted like one that is not there.
    assert_eq!(call("act_11").status, 200);
    let said = ["act_41", "act_49"].map(|account| {
        let replies: Vec<Reply> = (0..61).map(|_| call(account)).collect();
        let last = replies.last().unwrap();
        (
            last.status,
            last.json()["error"]["code"].clone(),
            usage(last),
        )
    });
    assert_eq!(said[0], said[1]);
    assert_eq!(said[0].1, 80004);
    // Each item of a batch counts, and says so.
    let items: Vec<Value> = (0..50)
        .map(|_| json!({ "method": "GET", "relative_url": "act_12" }))
        .collect();
    world.advance(601);
    let ask = Ask::post("/meta/v26.0/", &json!({ "batch": items })).token(&ada);
    let reply = world.server.send(&ask);
    let answers = reply.good();
    let headers = answers[49]["headers"].as_array().unwrap();
    let own = headers
        .iter()
        .find(|one| one["name"] == "x-ad-account-usage");
    let own: Value = serde_json::from_str(own.unwrap()["value"].as_str().unwrap()).unwrap();
    assert!(own["acc_id_util_pct"].as_f64().unwrap() > 80.0, "{own}");
    assert!(usage(&reply) > 80.0);
    // A write costs three.
    let write = Ask::new("POST", "/meta/v26.0/act_12/assigned_users").token(&ada);
    let before = usage(&call("act_12"));
    let after = usage(&world.server.send(&write));
    assert!((4.9..5.1).contains(&(after - before)), "{before} {after}");
    world.server.stop();
}

#[test]
fn an_answer_that_the_caller_has_is_not_sent_again() {
    let world = World::new();
    let ben = world.token("502", &READ);
    let get = |path: &str, known: &str| {
        let ask = Ask::get(&format!("/meta/v26.0/{path}")).token(&ben);
        let ask = match known {
            "" => ask,
            known => ask.header("if-none-match", known),
        };
        world.server.send(&ask)
    };
    let first = get("act_11?fields=name", "");
    let mark = first.header("etag").unwrap().to_owned();
    for known in [
        mark.clone(),
        format!("W/{mark}"),
        format!("\"x\", {mark}"),
        "*".to_owned(),
    ] {
        let again = get("act_11?fields=name", &known);
        assert_eq!((again.status, again.body.len()), (304, 0), "{known}");
        assert_eq!(again.header("etag"), Some(mark.as_str()));
        assert!(again.header("x-app-usage").is_some());
    }
    assert_eq!(get("act_11?fields=name", "\"x\"").status, 200);
    assert_eq!(get("act_11?fields=id", &mark).status, 200);
    // A refusal is never the answer that one has.
    let refused = get("act_12?fields=name", "*");
    assert_eq!((refused.status, refused.header("etag")), (400, None));
    world.server.stop();
}

#[test]
fn parameters_come_as_parts_too() {
    let world = World::new();
    let ada = world.token("501", &READ);
    let kind = "multipart/form-data; boundary=x";
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let send = |body: String| {
        let ask = Ask::new("POST", "/meta/v26.0/act_12/assigned_users").token(&ada);
        world
            .server
            .send(&ask.header("content-type", kind).body(body))
    };
    let whole = part("user", "1001_502") + &part("tasks", "[\"ANALYZE\"]") + "--x--";
    let reply = send(whole.clone());
    assert_eq!(reply.good(), json!({ "success": true }));
    for broken in ["--x", "user=1001_502", "--y--", &whole[..whole.len() - 5]] {
        let reply = send(broken.to_owned());
        assert_eq!(
            (reply.status, heard(&reply).code.0),
            (400, json!(100)),
            "{broken}"
        );
    }
    world.server.stop();
}
