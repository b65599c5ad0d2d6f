//! One evaluation, and many at once.

use serde_json::{Value, json};

use super::{EVALUATION, EVALUATIONS, World, fixture_decisions, question, with};
use crate::support::Ask;

#[test]
fn the_fixture_is_decided_as_it_says_one_by_one_and_all_at_once() {
    let world = World::new();
    let expected = fixture_decisions();
    for (question, decision) in &expected {
        let answer = world.post(EVALUATION, question);
        // Nothing but the decision, unless more is asked for.
        assert_eq!(answer, json!({ "decision": decision }), "{question}");
    }
    let questions: Vec<&Value> = expected.iter().map(|(question, _)| question).collect();
    let answer = world.post(EVALUATIONS, &json!({ "evaluations": questions }));
    let decisions = decisions(&answer);
    let wanted: Vec<bool> = expected.iter().map(|(_, decision)| *decision).collect();
    assert_eq!(decisions, wanted);
    world.server.stop();
}

fn decisions(answer: &Value) -> Vec<bool> {
    let all = answer["evaluations"].as_array().unwrap();
    all.iter()
        .map(|one| one["decision"].as_bool().unwrap())
        .collect()
}

#[test]
fn a_batch_stops_where_its_semantic_says() {
    let world = World::new();
    let (yes, no) = (json!({}), json!({ "action": { "name": "paint" } }));
    let cases: [(Option<&str>, [&Value; 3], &[bool]); 6] = [
        (None, [&yes, &no, &yes], &[true, false, true]),
        (Some("execute_all"), [&no, &yes, &no], &[false, true, false]),
        (
            Some("deny_on_first_deny"),
            [&yes, &no, &yes],
            &[true, false],
        ),
        (
            Some("deny_on_first_deny"),
            [&yes, &yes, &yes],
            &[true, true, true],
        ),
        (
            Some("permit_on_first_permit"),
            [&no, &yes, &no],
            &[false, true],
        ),
        (
            Some("permit_on_first_permit"),
            [&no, &no, &no],
            &[false, false, false],
        ),
    ];
    for (semantic, items, wanted) in cases {
        let mut batch = question("alice", "read", "record-1");
        batch["evaluations"] = json!(items);
        if let Some(semantic) = semantic {
            batch["options"] = json!({ "evaluations_semantic": semantic });
        }
        assert_eq!(
            decisions(&world.post(EVALUATIONS, &batch)),
            wanted,
            "{semantic:?} {items:?}"
        );
    }
    world.server.stop();
}

#[test]
fn an_item_replaces_a_default_whole() {
    let world = World::new();
    let resource = json!({ "status": "archived" });
    let mut batch = with(question("alice", "write", "record-1"), "resource", resource);
    let again = json!({ "resource": { "type": "record", "id": "record-1" } });
    // The second names the resource anew, so what the default sent of it does not count.
    batch["evaluations"] = json!([{}, again]);
    assert_eq!(decisions(&world.post(EVALUATIONS, &batch)), [false, true]);
    world.server.stop();
}

#[test]
fn a_mistake_in_one_item_spoils_no_other() {
    let world = World::new();
    let mut batch = question("alice", "read", "record-1");
    batch["evaluations"] = json!([{}, { "resource": { "type": "record" } }, 7, {}]);
    let answer = world.post(EVALUATIONS, &batch);
    assert_eq!(decisions(&answer), [true, false, false, true]);
    for index in [1, 2] {
        let error = &answer["evaluations"][index]["context"]["error"];
        assert_eq!(error["status"], 400, "{answer}");
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
    assert_eq!(answer["evaluations"][3], json!({ "decision": true }));
    world.server.stop();
}

#[test]
fn a_batch_without_items_is_one_question() {
    let world = World::new();
    let one = question("alice", "read", "record-1");
    assert_eq!(world.post(EVALUATIONS, &one), json!({ "decision": true }));
    let mut empty = question("bob", "write", "record-1");
    empty["evaluations"] = json!([]);
    assert_eq!(
        world.post(EVALUATIONS, &empty),
        json!({ "decision": false })
    );
    world.server.stop();
}

#[test]
fn reasons_are_given_when_they_are_asked_for() {
    let world = World::new();
    let plain = question("bob", "write", "record-1");
    let mut asked = plain.clone();
    asked["context"] = json!({ "explain": true });
    let preferred = world
        .send(Ask::post(EVALUATION, &plain).header("prefer", "respond-async, explain"))
        .good();
    for answer in [world.post(EVALUATION, &asked), preferred] {
        let reasons = &answer["context"]["countersign"]["reasons"];
        assert_eq!(reasons[0]["code"], "ROLE_TOO_LOW", "{answer}");
        assert_eq!(answer["decision"], false);
    }
    asked["context"] = json!({ "explain": "yes" });
    for unasked in [&plain, &asked] {
        assert_eq!(
            world.post(EVALUATION, unasked),
            json!({ "decision": false })
        );
    }
    let mut batch = plain;
    batch["context"] = json!({ "explain": true });
    batch["evaluations"] = json!([{}, {}]);
    let answer = world.post(EVALUATIONS, &batch);
    assert_eq!(
        answer["evaluations"][1]["context"]["countersign"]["decision"],
        "deny"
    );
    world.server.stop();
}

#[test]
fn what_is_not_of_the_specification_is_passed_over() {
    let world = World::new();
    let mut asked = question("alice", "read", "record-1");
    asked["surprise"] = json!({ "deep": [1, 2] });
    asked["subject"]["nickname"] = json!("al");
    assert_eq!(world.post(EVALUATION, &asked), json!({ "decision": true }));
    world.server.stop();
}

#[test]
fn a_request_is_told_by_its_id_and_nobody_asks_unnamed() {
    let world = World::new();
    let ask = || Ask::post(EVALUATION, &question("alice", "read", "record-1"));
    let named = world.send(ask().header("x-request-id", "bfe9eb29-ab87"));
    assert_eq!(named.header("x-request-id"), Some("bfe9eb29-ab87"));
    let made = world.send(ask());
    assert!(made.header("x-request-id").is_some_and(|id| !id.is_empty()));
    let unnamed = world.server.send(&ask());
    assert_eq!(unnamed.status, 401);
    assert!(
        unnamed
            .header("www-authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
    // Alice may not ask about others, nor about herself at this door.
    let alice = world.server.token("fixture", "person:alice");
    assert_eq!(world.server.send(&ask().token(&alice)).status, 403);
    world.server.stop();
}
