//! A change in plain words.

use std::collections::BTreeSet;

use engine::fact::{Change, Fact, Key};
use serde_json::Value;

use crate::sentence::sentence;

/// Returns a change in one line: `+` for a fact that holds from now on, `-` for one that holds no more.
#[must_use]
pub fn change_sentence(change: &Change) -> String {
    match change {
        Change::Set(fact) => format!("+ {}", sentence(fact)),
        Change::End(key) => format!("- {}", key_words(key)),
    }
}

/// Returns a change that is planned: `+` for a new fact, `~` for one that becomes different, with the
/// fields that do, `-` for one that ends. `before` is the fact as it is.
#[must_use]
pub fn plan_sentence(change: &Change, before: Option<&Fact>) -> String {
    match (change, before) {
        (Change::Set(fact), Some(before)) => {
            let fields = differing(before, fact);
            format!("~ {}; changed: {}", sentence(fact), fields.join(", "))
        }
        _ => change_sentence(change),
    }
}

/// Returns the names of the fields in which two facts of one kind differ.
fn differing(before: &Fact, after: &Fact) -> Vec<String> {
    let fields = |fact: &Fact| match serde_json::to_value(fact) {
        Ok(mut value) => value.get_mut(fact.kind()).map(Value::take),
        Err(_) => None,
    };
    let (before, after) = (fields(before), fields(after));
    let (Some(Value::Object(before)), Some(Value::Object(after))) = (before, after) else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs = |name: &&&String| before.get(**name) != after.get(**name);
    names
        .iter()
        .filter(differs)
        .map(ToString::to_string)
        .collect()
}

/// Returns what a key names, in plain words: `the place of person:ben in business:9001`.
#[must_use]
pub fn key_words(key: &Key) -> String {
    match key {
        Key::Settings(()) => "the settings".to_owned(),
        Key::Business(id) => format!("business:{id}"),
        Key::Person(id) => format!("person:{id}"),
        Key::Operator(id) => format!("the platform's appointment of person:{id}"),
        Key::Membership(key) => format!(
            "the place of person:{} in business:{}",
            key.person, key.business
        ),
        Key::SystemUser(id) => format!("system_user:{id}"),
        Key::App(id) => format!("app:{id}"),
        Key::AppClaim(key) => format!("the claim of business:{} on app:{}", key.business, key.app),
        Key::AppRole(key) => format!("the role of person:{} on app:{}", key.person, key.app),
        Key::AppPermission(key) => format!("{} of app:{}", key.permission, key.app),
        Key::Install(key) => format!("app:{} on system_user:{}", key.app, key.system_user),
        Key::Asset(id) => format!("asset:{id}"),
        Key::Link(key) => format!("the link of asset:{} to asset:{}", key.asset, key.to),
        Key::Group(id) => format!("group:{id}"),
        Key::GroupAsset(key) => format!("asset:{} in group:{}", key.asset, key.group),
        Key::Share(key) => format!("the share of {} to business:{}", key.of, key.to),
        Key::Assignment(key) => match &key.via {
            Some(via) => format!(
                "the assignment of {} on {} through business:{via}",
                key.holder, key.on
            ),
            None => format!("the direct assignment of {} on {}", key.holder, key.on),
        },
        Key::Delegate(key) => format!("employee {} of business:{}", key.id, key.business),
        Key::Grant(id) => format!("grant {id}"),
        Key::Token(id) => format!("token:{id}"),
        Key::Renewal(id) => format!("the renewal of token:{id} by itself"),
        Key::Disclosure(key) => format!("token:{} shown to person:{}", key.token, key.to),
        Key::Mandate(id) => format!("mandate {id}"),
        Key::Invitation(id) => format!("invitation {id}"),
        Key::Proposal(id) => format!("proposal {id}"),
        Key::AccessRequest(id) => format!("request {id}"),
        Key::OnBehalf(key) => format!(
            "that business:{} acts on behalf of business:{}",
            key.partner, key.client
        ),
    }
}
