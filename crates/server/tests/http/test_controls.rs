//! Test controls: absent unless the server was started with them.

use serde_json::{Value, json};

use crate::support::{Ask, Setup, TestServer, agency, file};

const PATHS: [(&str, &str); 7] = [
    ("GET", "/test-controls/clock"),
    ("POST", "/test-controls/clock"),
    ("POST", "/test-controls/realms"),
    ("POST", "/test-controls/reset"),
    ("POST", "/test-controls/sessions"),
    ("POST", "/test-controls/sign-ins"),
    ("POST", "/test-controls/figures"),
];

#[test]
fn without_the_flag_the_paths_do_not_exist() {
    let server = Setup::with(agency("agency")).start();
    let olga = server.token("agency", "person:olga");
    for (method, path) in PATHS {
        let ask = Ask::new(method, path)
            .header("content-type", "application/json")
            .body("{}");
        for ask in [ask.clone(), ask.token(&olga)] {
            let reply = server.send(&ask);
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (404, "NOT_FOUND"),
                "{path}"
            );
        }
        // As any path that never was.
        let nowhere = server.send(&Ask::new(method, "/test-controls/nowhere"));
        assert_eq!(nowhere.status, 404);
    }
    server.stop();
}

/// A server without a realm, into which a test loads its own.
struct World {
    server: TestServer,
}

impl World {
    fn new() -> Self {
        let server = Setup {
            test_controls: true,
            ..Setup::default()
        }
        .start();
        let world = Self { server };
        world.post("/test-controls/realms", &load());
        world
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.server.send(&Ask::post(path, body)).good()
    }

    fn sign_in(&self, holder: &str) -> String {
        let body = json!({ "realm": "maple", "holder": holder });
        let answer = self.post("/test-controls/sessions", &body);
        answer["token"].as_str().unwrap().to_owned()
    }

    /// May Lena, who operates the realm, read the account's reports?
    fn may_read(&self, token: &str) -> bool {
        let on = "asset:act_52";
        let question = json!({ "who": "person:lena", "operation": "insights.read", "on": on });
        let ask = Ask::post("/api/v1/check", &question).token(token);
        self.server.send(&ask).good()["decision"] == "allow"
    }

    fn cpa(&self) -> Option<u64> {
        let asset = "act_52".parse().unwrap();
        let realm = ledger::Realm::parse("maple").unwrap();
        let figures = self.server.installation.figures.of(&realm, &asset);
        figures.cpa.map(|one| one.value)
    }
}

fn load() -> Value {
    let directory = file("scenarios/meta/directories/maple.yaml")
        + "operators: [{ person: lena, role: operator }]\n";
    json!({ "realm": "maple", "rulebook": file("rulebooks/meta.toml"), "directory": directory })
}

#[test]
fn a_realm_is_loaded_once_and_anybody_of_it_signs_in() {
    let world = World::new();
    let twice = world
        .server
        .send(&Ask::post("/test-controls/realms", &load()));
    assert_eq!((twice.status, twice.code().as_str()), (409, "CONFLICT"));
    let tom = world.sign_in("person:tom");
    let me = world
        .server
        .send(&Ask::get("/api/v1/whoami").token(&tom))
        .good();
    assert_eq!(
        (&me["holder"], &me["realm"]),
        (&json!("person:tom"), &json!("maple"))
    );
    let nowhere = json!({ "realm": "nowhere", "holder": "person:lena" });
    let refused = world
        .server
        .send(&Ask::post("/test-controls/sessions", &nowhere));
    assert_eq!(refused.status, 404);
    world.server.stop();
}

#[test]
fn the_clock_moves_on_and_what_ends_ends() {
    let world = World::new();
    let lena = world.sign_in("person:lena");
    let now =
        |answer: Value| -> jiff::Timestamp { answer["now"].as_str().unwrap().parse().unwrap() };
    let before = now(world.server.send(&Ask::get("/test-controls/clock")).good());
    let day = 24 * 3600;
    let on = |days: i64| now(world.post("/test-controls/clock", &json!({ "seconds": days * day })));
    assert!(on(1).duration_since(before).as_secs() >= day);
    let whoami = Ask::get("/api/v1/whoami").token(&lena);
    assert_eq!(world.server.send(&whoami).status, 200);
    on(60);
    assert_eq!(world.server.send(&whoami).status, 401);
    // The log says for ever that its times were made up.
    let head = world.server.installation.store().head().unwrap();
    assert_eq!(head.clock, ledger::LogClock::Test);
    world.server.stop();
}

#[test]
fn figures_are_fed_all_or_none_and_a_reset_leaves_nobody_but_operators() {
    let world = World::new();
    let lena = world.sign_in("person:lena");
    let good = json!({
        "asset": "act_52", "figure": "cpa", "value": 2500, "at": "2026-04-01T00:00:00Z",
    });
    let mut wrong = good.clone();
    wrong["figure"] = json!("mood");
    let feed = |figures: Value| {
        let body = json!({ "realm": "maple", "figures": figures });
        world
            .server
            .send(&Ask::post("/test-controls/figures", &body))
            .status
    };
    assert_eq!((feed(json!([good, wrong])), world.cpa()), (400, None));
    assert_eq!((feed(json!([good])), world.cpa()), (200, Some(2500)));
    assert!(world.may_read(&lena));

    world.post("/test-controls/reset", &json!({ "realm": "maple" }));
    assert_eq!(world.cpa(), None);
    assert!(!world.may_read(&lena));
    let export = world
        .server
        .send(&Ask::get("/api/v1/export").token(&lena))
        .text();
    assert!(
        export.contains("lena") && !export.contains("act_52"),
        "{export}"
    );
    world.server.stop();
}

/// The guide's example, as somebody who copies it would run it.
#[test]
fn the_guides_example_runs_as_it_stands() {
    let guide = file("docs/guides/testing-your-integration.md");
    let (_, rest) = guide.split_once("```python\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let server = Setup {
        test_controls: true,
        ..Setup::default()
    }
    .start();
    let ran = std::process::Command::new("python3")
        .args(["-c", example])
        .env("COUNTERSIGN_SERVER", format!("http://{}", server.address))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    let wrong = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(said, "every day came as it should\n", "{wrong}");
    server.stop();
}
