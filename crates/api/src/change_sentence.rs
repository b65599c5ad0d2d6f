//! A change in plain words.

use engine::fact::{Change, Key};

use crate::sentence::sentence;

/// Returns a change in one line: `+` for a fact that holds from now on, `-` for one that holds no more.
#[must_use]
pub fn change_sentence(change: &Change) -> String {
    match change {
        Change::Set(fact) => format!("+ {}", sentence(fact)),
        Change::End(key) => format!("- {}", key_words(key)),
    }
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
        Key::Disclosure(key) => format!("token:{} shown to person:{}", key.token, key.to),
        Key::Mandate(id) => format!("mandate {id}"),
    }
}
