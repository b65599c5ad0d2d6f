//! The door to Meta's Graph under input that no SDK would send: always the platform's own shape,
//! never a 500, never a word that tells a hidden node from none.

mod door;
mod fuzz;
mod laws;

use node::installation::NewRealm;
use serde_json::{Value, json};

use crate::support::{Ask, Reply, Setup, TestServer, realm};

/// A server with the world of the flows, and tokens of an admin, an employee and a stranger.
struct World {
    server: TestServer,
    tokens: Vec<String>,
    /// The admin of a network with hundreds of accounts.
    pia: String,
}

const SCOPES: [&str; 5] = [
    "ads_read",
    "ads_management",
    "business_management",
    "pages_show_list",
    "pages_read_engagement",
];

/// The world of the flows, and three hundred accounts more.
fn world() -> NewRealm {
    let world = include_str!("../../../../tests/meta-sdk/world.yaml");
    let accounts: String = (0..300)
        .map(|n| format!("  - {{ id: act_9{n:03}, kind: ad_account, owner: \"business:3001\" }}\n"))
        .collect();
    let world = world.replacen("assets:\n", &format!("assets:\n{accounts}"), 1);
    realm("graph", "rulebooks/meta.toml", &world)
}

impl World {
    fn new() -> Self {
        let server = Setup {
            realms: vec![world()],
            test_controls: true,
            ..Setup::default()
        }
        .start();
        let people = ["501", "502", "505"];
        let tokens = people.map(|person| Self::token(&server, person)).into();
        let pia = Self::token(&server, "506");
        Self {
            server,
            tokens,
            pia,
        }
    }

    fn token(server: &TestServer, person: &str) -> String {
        let session = server.token("graph", &format!("person:{person}"));
        let give = json!({ "id": format!("g-{person}"), "command": { "grant.give": {
            "id": format!("g-{person}"), "holder": format!("person:{person}"), "app": "7001",
            "scopes": SCOPES } } });
        let ask = Ask::post("/api/v1/commands", &give).token(&session);
        server.send(&ask).good();
        let issue = json!({ "id": format!("t-{person}"), "command": { "token.issue": {
            "grant": format!("g-{person}"), "kind": "user" } } });
        let ask = Ask::post("/api/v1/commands", &issue).token(&session);
        let made = server.send(&ask).good();
        made["secret"].as_str().unwrap().to_owned()
    }
}

fn escaped(text: &str) -> String {
    text.replace('{', "%7B").replace('}', "%7D")
}

/// The same numbers each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }
}

const PARTS: &[&str] = &[
    "me",
    "1001",
    "2001",
    "4001",
    "501",
    "1001_501",
    "1001_",
    "_",
    "6001",
    "7001",
    "8001",
    "act_11",
    "act_41",
    "act_",
    "2101",
    "3101",
    "v26.0",
    "v24.0",
    "v1.0",
    "v99999999.1",
    "%00",
    "%FF%FE",
    "..",
    "%2e%2e",
    "%252F",
    "oauth",
    "access_token",
    "debug_token",
    "instruments",
    "permissions",
    "business_users",
    "assigned_users",
    "agencies",
    "clients",
    "owned_ad_accounts",
    "adaccounts",
    "accounts",
    "system_users",
    "access_tokens",
    "managed_businesses",
    "1001_2001",
    "onbehalf_requests",
    "test-users",
    "authorized_adaccounts",
    "7002%7Csecret",
    "%F0%9F%92%A9",
    "a%20b",
    "x.x",
    "-1",
    "99999999999999999999999999",
];
const NAMES: &[&str] = &[
    "fields",
    "ids",
    "limit",
    "after",
    "before",
    "summary",
    "user",
    "business",
    "tasks",
    "permitted_tasks",
    "batch",
    "method",
    "input_token",
    "client_id",
    "client_secret",
    "grant_type",
    "fb_exchange_token",
    "role",
    "email",
    "name",
    "scope",
    "business_app",
    "appsecret_proof",
    "id",
    "permission",
    "existing_client_business_id",
    "request_response",
];
const VALUES: &[&str] = &[
    "",
    "1",
    "-1",
    "0",
    "999999999999999999999",
    "id,name",
    "id%7B",
    "a%7Bb%7Bc%7Bd%7Be%7Bf%7Bg%7Bh%7D%7D",
    "%7B%7D",
    "%5B%5D",
    "%5B%22MANAGE%22%5D",
    "%5B%7B%22relative_url%22%3A%22me%22%7D%5D",
    "%5B1%2C%5B2%5D%5D",
    "null",
    "true",
    "act_11",
    "1001,act_41",
    "%00",
    "%FF",
    "%F0%9F%92%A9",
    "ADMIN",
    "'",
    "%22",
    "%0d%0aX:1",
    "delete",
    "put",
    "fb_exchange_token",
    "client_credentials",
    "AAAA",
    "!!!!",
];
const BODIES: &[&str] = &[
    "",
    "{}",
    "[]",
    "{",
    "null",
    "7",
    "\"x\"",
    "{\"fields\":{\"a\":1}}",
    "{\"ids\":[[[]]]}",
    "a=b&c",
    "%%%",
    "&&&=&=",
    "{\"access_token\":7}",
    "{\"access_token\":null}",
    "{\"batch\":{}}",
    "{\"batch\":[null,1,{}]}",
    "{\"limit\":1e400}",
    "{\"tasks\":[null,{},[]]}",
    "\u{0}\u{1}\u{2}",
];

fn asked(dice: &mut Dice, tokens: &[String]) -> Ask {
    let depth = dice.roll(5);
    let mut path = String::from("/meta");
    for _ in 0..depth {
        path.push_str(if dice.roll(12) == 0 { "//" } else { "/" });
        path.push_str(dice.pick(PARTS));
    }
    path.push('?');
    for _ in 0..dice.roll(4) {
        path.push_str(&format!("{}={}&", dice.pick(NAMES), dice.pick(VALUES)));
    }
    match dice.roll(8) {
        0 => path.push_str("access_token=nonsense"),
        1 => {}
        _ => path.push_str(&format!("access_token={}", tokens[dice.roll(tokens.len())])),
    }
    // What changes something is left to the flows: here the world stays as it is.
    let method = dice.pick(&["GET", "GET", "GET", "POST", "PUT", "PATCH", "OPTIONS"]);
    let kinds = [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ];
    let ask = Ask::new(method, &path).header("content-type", dice.pick(&kinds));
    if method == "POST" {
        ask.body(dice.pick(BODIES))
    } else {
        ask
    }
}

/// An answer is JSON, and an error is one as the platform writes it.
fn look_at(reply: &Reply, what: &str) {
    assert!(
        reply.status < 500,
        "{what}: {} {}",
        reply.status,
        reply.text()
    );
    let body = reply.json();
    assert!(
        !has_null(&body["error"]) || reply.status == 200,
        "{what}: {body}"
    );
    if reply.status != 200 {
        let error = &body["error"];
        assert!(error["code"].is_u64(), "{what}: {body}");
        assert!(
            error["message"].is_string() && error["type"].is_string(),
            "{what}: {body}"
        );
        assert_eq!(
            error["fbtrace_id"].as_str(),
            reply.header("x-fb-trace-id"),
            "{what}"
        );
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(fields) => fields.values().any(has_null),
        _ => false,
    }
}

#[test]
fn whatever_comes_is_answered_in_the_platforms_own_shape() {
    let world = World::new();
    let mut dice = Dice(20_261_122);
    for _ in 0..1_500 {
        let ask = asked(&mut dice, &world.tokens);
        let what = format!("{ask:?}");
        look_at(&world.server.send(&ask), &what);
    }
    world.server.stop();
}

#[test]
fn a_stranger_cannot_tell_a_hidden_node_from_none() {
    let world = World::new();
    let stranger = &world.tokens[2];
    let edges = [
        "",
        "/business_users",
        "/system_users",
        "/agencies",
        "/clients",
        "/assigned_users",
        "/owned_ad_accounts",
        "/users",
        "/roles",
        "/permissions",
        "/contained_pages",
        "/access_tokens",
        "/applications",
        "/access_token",
        "/managed_businesses",
        "/initiated_audience_sharing_requests",
        "/received_sharing_agreements",
        "/onbehalf_requests",
        "/instagram_accounts",
        "/pending_client_apps",
        "/accounts",
        "/accounts/test-users",
        "/authorized_adaccounts",
        "/connected_client_businesses",
        "/owned_apps",
        "/client_apps",
        "/businessprojects",
        "/adaccounts",
        "/nonsense",
    ];
    let pairs = [
        ("1001", "9991"),
        ("act_11", "act_99"),
        ("2101", "9992"),
        ("3101", "9993"),
        ("6001", "9994"),
        ("8001", "9995"),
        ("501", "9996"),
        ("1001_501", "1001_999"),
        ("1001_2001", "1001_2999"),
        ("7010", "9997"),
        ("4101", "9998"),
    ];
    for (there, absent) in pairs {
        for edge in edges {
            for method in ["GET", "POST", "DELETE"] {
                let said = [there, absent].map(|id| {
                    let path = format!(
                        "/meta/v26.0/{id}{edge}?access_token={stranger}&business=1001&app_id=7001\
                         &existing_client_business_id=4001&scope=ads_read&request_response=APPROVE&name=New&role=ADMIN"
                    );
                    let reply = world.server.send(&Ask::new(method, &path));
                    let mut body = reply.json();
                    body["error"]["fbtrace_id"] = json!("");
                    (reply.status, body.to_string().replace(id, "ID"))
                });
                assert_eq!(said[0], said[1], "{method} {there}{edge}");
                assert_ne!(said[0].0, 200, "{method} {there}{edge}");
            }
        }
    }
    world.server.stop();
}

#[test]
fn too_much_is_too_much() {
    let world = World::new();
    let admin = &world.tokens[0];
    let large = Ask::new("POST", &format!("/meta/v26.0/1001?access_token={admin}"))
        .header("content-type", "application/json")
        .body(vec![b' '; 2 << 20]);
    let reply = world.server.send(&large);
    assert_eq!(
        (reply.status, reply.json()["error"]["code"].clone()),
        (400, json!(100))
    );
    let long = format!(
        "/meta/v26.0/1001?fields={}&access_token={admin}",
        "id,".repeat(600)
    );
    let reply = world.server.send(&Ask::get(&long));
    assert_eq!(
        (reply.status, reply.json()["error"]["code"].clone()),
        (400, json!(2500))
    );
    // Edges within edges: each step multiplies what is looked at.
    let accounts = "owned_ad_accounts.limit(500){owner_business{";
    let deep = format!("{}id{}", accounts.repeat(3), "}}".repeat(3));
    let path = format!(
        "/meta/v26.0/3001?fields={}&access_token={}",
        escaped(&deep),
        world.pia
    );
    let reply = world.server.send(&Ask::get(&path));
    assert_eq!(
        (reply.status, reply.json()["error"]["code"].clone()),
        (400, json!(1))
    );
    let many = vec!["1001"; 51].join(",");
    let reply = world.server.send(&Ask::get(&format!(
        "/meta/?ids={many}&access_token={admin}"
    )));
    assert_eq!(
        (reply.status, reply.json()["error"]["code"].clone()),
        (400, json!(100))
    );
    world.server.stop();
}
