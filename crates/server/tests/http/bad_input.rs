//! What wrong input is answered: the section of docs/API.md is written from a real server's answers.

mod cases;

use serde_json::{Value, json};

use self::cases::{AUTHZEN, Case, NATIVE, authzen_cases, native_cases};
use crate::support::{Ask, Reply, Setup, TestServer, crowd};

const BEGIN: &str = "<!-- made by the test `bad_input`: run it with UPDATE=1 -->\n";
const END: &str = "<!-- end of what the test made -->\n";

/// More than any body may be, but for an import.
const LARGE: usize = 10 << 20;

struct World {
    server: TestServer,
    olga: String,
    ana: String,
    expired: String,
}

impl World {
    fn new() -> Self {
        let server = Setup {
            realms: vec![crowd("agency")],
            test_controls: true,
            ..Setup::default()
        }
        .start();
        let expired = server.token("agency", "person:olga");
        let days_61 = json!({ "seconds": 61 * 24 * 3600 });
        server
            .send(&Ask::post("/test-controls/clock", &days_61))
            .good();
        Self {
            olga: server.token("agency", "person:olga"),
            ana: server.token("agency", "person:ana"),
            expired,
            server,
        }
    }

    fn send(&self, ask: &Ask) -> Reply {
        let reply = self.server.send(ask);
        assert!(
            reply.status < 500,
            "{ask:?}: {} {}",
            reply.status,
            reply.text()
        );
        reply
    }

    fn ask(&self, case: &Case) -> Reply {
        let token = if case.by == "olga" {
            &self.olga
        } else {
            &self.ana
        };
        self.send(&case.ask.clone().token(token))
    }
}

#[test]
fn the_page_says_what_wrong_input_is_answered() {
    let world = World::new();
    let mut page = String::new();
    everywhere(&world, &mut page);
    for path in NATIVE {
        page += &format!("\n#### `POST {path}`\n\n");
        page += "| sent | status | code | field | detail |\n|---|---|---|---|---|\n";
        for case in native_cases(path) {
            page += &row(&case.sent, &world.ask(&case));
        }
    }
    page += "\n#### AuthZEN\n\nHere every mistake is 400 with a message, and what is not known is no mistake.\n\n";
    for path in AUTHZEN {
        page += &format!("\n##### `POST {path}`\n\n| sent | status | answer |\n|---|---|---|\n");
        for case in authzen_cases(path) {
            let reply = world.ask(&case);
            page += &format!(
                "| {} | {} | `{}` |\n",
                case.sent,
                reply.status,
                reply.text()
            );
        }
    }
    world.server.stop();
    compare(&page);
}

/// What is answered alike at every endpoint, once.
fn everywhere(world: &World, page: &mut String) {
    *page += "#### Every `POST` of the native API\n\n";
    *page += "| sent | status | code | field | detail |\n|---|---|---|---|---|\n";
    type Make<'m> = &'m dyn Fn(&str) -> Ask;
    let cases: [(&str, Make<'_>); 8] = [
        ("no token", &|path| json(path).body("{}")),
        ("a token nobody has", &|path| {
            json(path).token("csa_nobody").body("{}")
        }),
        ("an API token that is over", &|path| {
            json(path).token(&world.expired).body("{}")
        }),
        ("a platform token that is over", &|path| {
            json(path).token("test-ben").body("{}")
        }),
        ("another scheme than `Bearer`", &|path| {
            json(path)
                .header("authorization", "Basic b2xnYTpvbGdh")
                .body("{}")
        }),
        ("two headers that say who asks", &|path| {
            json(path)
                .token(&world.olga)
                .header("authorization", "Bearer csa_nobody")
                .body("{}")
        }),
        ("another content type", &|path| {
            Ask::new("POST", path)
                .token(&world.olga)
                .header("content-type", "text/plain")
                .body("{}")
        }),
        ("no content type", &|path| {
            Ask::new("POST", path).token(&world.olga).body("{}")
        }),
    ];
    for (sent, make) in cases {
        let replies = NATIVE.iter().map(|path| (*path, world.send(&make(path))));
        *page += &alike(
            sent,
            replies.filter(|(path, _)| takes_json(path) || !sent.contains("content")),
        );
    }
    bodies(world, page);
    let replies = NATIVE.iter().map(|path| {
        let ask = Ask::new("DELETE", path).token(&world.olga);
        (*path, world.send(&ask))
    });
    *page += &alike("`DELETE` in place of `POST`", replies);
    let nowhere = world.send(
        &Ask::new("POST", "/api/v1/nowhere")
            .token(&world.olga)
            .body("{}"),
    );
    *page += &row("a path that is not there", &nowhere);
}

/// A call that says its body is JSON.
fn json(path: &str) -> Ask {
    Ask::new("POST", path).header("content-type", "application/json")
}

/// What is no body.
fn bodies(world: &World, page: &mut String) {
    let large = format!("{{ \"large\": \"{}\" }}", "x".repeat(LARGE));
    let bodies: [(&str, &str); 4] = [
        ("nothing", ""),
        ("what is no JSON", "hello"),
        ("no UTF-8", "\u{0}"),
        ("a body of 10 MB", &large),
    ];
    for (sent, body) in bodies {
        let body = match sent {
            "no UTF-8" => vec![0xff, 0xfe],
            _ => body.as_bytes().to_vec(),
        };
        let paths = NATIVE.iter().filter(|path| takes_json(path));
        let replies = paths.map(|path| {
            let ask = json(path).token(&world.olga).body(body.clone());
            (*path, world.send(&ask))
        });
        *page += &alike(sent, replies);
    }
}

/// An import takes a file, and the check of the chain takes nothing.
fn takes_json(path: &str) -> bool {
    !path.contains("import") && !path.ends_with("verify")
}

fn alike<'p>(sent: &str, replies: impl Iterator<Item = (&'p str, Reply)>) -> String {
    let mut rows: Vec<(&str, String)> = replies
        .map(|(path, reply)| (path, row(sent, &reply)))
        .collect();
    let (_, first) = rows.remove(0);
    for (path, other) in rows {
        assert_eq!(other, first, "{path}");
    }
    first
}

fn row(sent: &str, reply: &Reply) -> String {
    if reply.status < 300 {
        return format!(
            "| {sent} | {} | | | `{}` |\n",
            reply.status,
            stateless(&reply.json())
        );
    }
    let problem = reply.json();
    assert_eq!(
        reply.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(problem["status"], reply.status);
    let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
    let field = match text("field") {
        field if field.is_empty() => field,
        field => format!("`{field}`"),
    };
    let mut detail = text("detail").replace('\n', " ").replace('|', "\\|");
    if let Some(reasons) = problem["reasons"].as_array() {
        let reasons: Vec<&str> = reasons.iter().map(|one| one.as_str().unwrap()).collect();
        detail += &format!(" ({})", reasons.join(", "));
    }
    format!(
        "| {sent} | {} | `{}` | {field} | {detail} |\n",
        reply.status,
        text("code")
    )
}

/// An answer without its place in the log, which hangs on the log's own id.
fn stateless(answer: &Value) -> Value {
    let mut answer = answer.clone();
    if let Some(answer) = answer.as_object_mut() {
        answer.remove("state");
    }
    answer
}

fn compare(page: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/API.md");
    let kept = std::fs::read_to_string(path).unwrap();
    let (before, rest) = kept.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let now = format!("{before}{BEGIN}\n{page}\n{END}{after}");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    assert!(
        now == kept,
        "docs/API.md does not say what the server answers: run with UPDATE=1 and read the change"
    );
}
