//! Whatever a client that knows no schema sends: the platform's own shape comes back, always.
//!
//! Half of what is sent is nearly right, since nonsense alone does not get past the first check. The
//! numbers are the same each time; `COUNTERSIGN_FUZZ` says how many requests, and that it is told how
//! long the slowest took.

mod making;

use std::time::{Duration, Instant};

use serde_json::Value;

use super::door::{Answer, Door};
use super::{Dice, SCOPES, has_null, world};
use making::{Shot, shot};

/// How many requests one world takes before it is made anew: by then much of it is gone.
const PER_WORLD: usize = 1_000;

const HOLDERS: [&str; 6] = [
    "person:501",
    "person:502",
    "person:503",
    "person:505",
    "person:506",
    "system_user:6001",
];

/// An error as the platform writes it, or an answer without one.
fn look(status: u16, body: &Value, trace: Option<&str>, what: &str) {
    assert!(status < 500, "{what}: {status} {body}");
    assert!(
        !body.is_null() && !body.is_boolean() && !body.is_number(),
        "{what}: {body}"
    );
    if (200..300).contains(&status) {
        assert!(body.get("error").is_none(), "{what}: {body}");
        return;
    }
    let error = &body["error"];
    assert!(!has_null(error) && error["code"].is_u64(), "{what}: {body}");
    assert!(
        error["message"].is_string() && error["type"].is_string(),
        "{what}: {body}"
    );
    let told = error["fbtrace_id"].as_str();
    assert!(
        told.is_some() && (trace.is_none() || trace == told),
        "{what}: {body}"
    );
}

fn look_at(answer: &Answer, shot: &Shot, what: &str) {
    if shot.method == "HEAD" {
        assert!(answer.status < 500, "{what}: {}", answer.status);
        return;
    }
    let body = answer.json();
    let trace = answer.trace.as_deref();
    assert!(trace.is_some(), "{what}: no trace");
    look(answer.status, &body, trace, what);
    let items = body
        .as_array()
        .filter(|_| shot.body.starts_with(b"{\"batch\""));
    for item in items.into_iter().flatten() {
        if item.is_null() {
            continue;
        }
        let status = u16::try_from(item["code"].as_u64().unwrap()).unwrap();
        let inner: Value = serde_json::from_str(item["body"].as_str().unwrap()).unwrap();
        look(status, &inner, None, what);
    }
}

fn shoot(count: usize, seed: u64) -> (Duration, String) {
    let mut dice = Dice(seed);
    let mut slowest = (Duration::ZERO, String::new());
    let realm = world();
    for from in (0..count).step_by(PER_WORLD) {
        let door = Door::open(&realm);
        let tokens: Vec<String> = HOLDERS
            .iter()
            .map(|holder| {
                let by = if holder.starts_with("person") {
                    holder
                } else {
                    "person:501"
                };
                door.consent(holder, by, "7001", &SCOPES, &holder.replace(':', "-"))
                    .unwrap()
            })
            .collect();
        for number in from..count.min(from + PER_WORLD) {
            let shot = shot(&mut dice, &tokens);
            let body = String::from_utf8_lossy(&shot.body);
            let what = format!(
                "{number}: {} {} [{}] {body}",
                shot.method, shot.uri, shot.kind
            );
            let began = Instant::now();
            let Some(answer) = door.send(shot.method, &shot.uri, shot.kind, &shot.body) else {
                continue;
            };
            slowest = slowest.max((began.elapsed(), what.clone()));
            look_at(&answer, &shot, &what);
        }
        door.close();
    }
    slowest
}

#[test]
#[allow(
    clippy::print_stderr,
    reason = "who asks for a long run wants to know what it met"
)]
fn a_client_that_knows_no_schema_is_always_answered_as_the_platform_answers() {
    let asked: Option<usize> = std::env::var("COUNTERSIGN_FUZZ")
        .ok()
        .map(|n| n.parse().unwrap());
    let (slowest, what) = shoot(asked.unwrap_or(3_000), 4_711);
    if asked.is_some() {
        eprintln!("slowest: {slowest:?} {what}");
    }
}
