//! Changing a realm's rulebook: a name that facts use is kept, renamed, or in the way.

// Functions beside the tests are held to the rules for tests.
#![cfg(test)]

use std::collections::BTreeMap;
use std::sync::Arc;

use commands::activation;
use commands::document::{DirectoryFile, plain_digest};
use engine::fact::Change;
use engine::{Context, Credential, Directory, Evidence, Request, Thing, decide};
use jiff::Timestamp;
use rulebook::{Reason, Rulebook, Source};

/// A rulebook whose names stand in `<…>`, so that a test can change one.
const RULEBOOK: &str = r#"[rulebook]
format = 1
name = "tiny"
label = "Tiny"
version = "1"
tiers = ["low", "<high>"]
[kind.business]
label = "Business"
family = "business"
can = ["run", "rest"]
role."<admin>" = { label = "Admin", can = ["run"], source = "page 1" }
role.sleeper = { label = "Sleeper", can = ["rest"], source = "page 1" }
source = "page 1"
[kind.app]
label = "App"
family = "app"
can = ["build"]
role."<maker>" = { label = "Maker", can = ["build"], source = "page 1" }
source = "page 1"
[kind."<account>"]
label = "Account"
can = ["manage", "look"]
role."<keeper>" = { label = "Keeper", can = ["*"], source = "page 1" }
role.viewer = { label = "Viewer", can = ["look"], source = "page 1" }
level."<Work>" = { role = "<keeper>", source = "page 1" }
source = "page 1"
[scope]
"<read>" = { label = "Read", source = "page 1" }
write = { label = "Write", source = "page 1" }
[app_type."<shop>"]
label = "Shop"
access_levels = true
source = "page 1"
[token_kind]
"<user>" = { label = "User", holders = ["person"], source = "page 1" }
[[operation]]
name = "account.look"
label = "Look"
class = "read"
needs = [{ kind = "<account>", can = ["look"] }]
scopes = { all = ["<read>"] }
source = "page 1"
[[operation]]
name = "<account.change>"
label = "Change"
class = "write"
needs = [{ kind = "<account>", can = ["manage"] }]
scopes = { all = ["<read>"] }
tier = "<high>"
source = "page 1"
[[operation]]
name = "app.build"
label = "Build"
class = "manage"
needs = [{ kind = "app", can = ["build"] }]
scopes = { all = ["<read>"] }
source = "page 1"
[[operation]]
name = "business.run"
label = "Run"
class = "manage"
needs = [{ kind = "business", can = ["run"] }]
scopes = { all = ["<read>"] }
source = "page 1"
[[operation]]
name = "business.rest"
label = "Rest"
class = "read"
needs = [{ kind = "business", can = ["rest"] }]
scopes = { all = ["<read>"] }
source = "page 1"
"#;

const DIRECTORY: &str = r#"rulebook: tiny
businesses:
  - { id: north }
  - { id: south }
people:
  - { id: ana }
  - { id: sid }
members:
  - { business: north, person: ana, role: admin }
  - { business: south, person: sid, role: admin }
apps:
  - { id: tools, type: shop, owner: "business:north", tier: high, created: 2024-01-01T00:00:00Z }
app_roles:
  - { app: tools, person: ana, role: maker }
app_permissions:
  - { app: tools, permission: read, level: standard }
assets:
  - { id: acc-1, kind: account, owner: "business:north" }
  - { id: acc-2, kind: account, owner: "business:north" }
shares:
  - { asset: acc-1, to: south, terms: Work, state: accepted }
assignments:
  - { holder: "person:ana", asset: acc-1, via: north, terms: keeper }
  - { holder: "person:ana", asset: acc-2, via: north, terms: keeper }
  - { holder: "person:sid", asset: acc-1, via: south, terms: keeper }
grants:
  - { id: g-ana, holder: "person:ana", app: tools, scopes: [read], targets: { read: [acc-1] } }
  - { id: g-sid, holder: "person:sid", app: tools, scopes: [read] }
tokens:
  - { id: t-ana, grant: g-ana, kind: user, issued: 2026-03-02T00:00:00Z, expires: never, secret: test-ana }
  - { id: t-sid, grant: g-sid, kind: user, issued: 2026-03-02T00:00:00Z, expires: never, secret: test-sid }
mandates:
  - { id: m-1, business: north, app: tools, operations: [account.change], mode: autopilot, limits: { step: 1000 } }
"#;

/// Every name the facts use.
const NAMES: [&str; 10] = [
    "high",
    "admin",
    "maker",
    "account",
    "keeper",
    "Work",
    "read",
    "shop",
    "user",
    "account.change",
];

/// Returns the rulebook with one name changed, told of it or not.
fn rulebook(changed: Option<(&str, &str)>, told: bool) -> Arc<Rulebook> {
    let mut text = RULEBOOK.to_owned();
    if let Some((old, new)) = changed {
        text = text.replace(&format!("<{old}>"), new);
        if told {
            text.push_str(&format!("[renamed]\n\"{old}\" = \"{new}\"\n"));
        }
    }
    let text = text.replace(['<', '>'], "");
    let source = Source::parse("tiny.toml", &text).unwrap_or_else(|wrong| panic!("{wrong}"));
    let compiled = source.compile(&BTreeMap::new());
    Arc::new(compiled.unwrap_or_else(|wrong| panic!("{wrong}")))
}

fn directory(rulebook: &Arc<Rulebook>) -> Directory {
    let file =
        DirectoryFile::parse("tiny.yaml", DIRECTORY).unwrap_or_else(|wrong| panic!("{wrong}"));
    let facts = file.facts(rulebook, &mut plain_digest);
    let mut directory = Directory::new(Arc::clone(rulebook), 0);
    for fact in facts.unwrap_or_else(|wrong| panic!("{wrong}")).facts {
        directory.apply(&Change::Set(fact));
    }
    directory
}

fn now() -> Timestamp {
    "2026-04-01T12:00:00Z".parse().unwrap()
}

/// Returns what each question is answered: who, by token or sign-in, does what on what.
fn answers(directory: &Directory, change: &str) -> Vec<String> {
    let operations = [
        ("account.look", "asset:acc-1"),
        ("account.look", "asset:acc-2"),
        (change, "asset:acc-1"),
        (change, "asset:acc-2"),
        ("app.build", "app:tools"),
        ("business.run", "business:north"),
        ("business.rest", "business:north"),
    ];
    let mut said = Vec::new();
    for who in ["test-ana", "test-sid", "person:ana", "person:sid"] {
        for (operation, on) in operations {
            let credential = match who.parse() {
                Ok(holder) => Credential::Holder(holder),
                Err(_) => Credential::Token(engine::fact::Digest::of(who)),
            };
            let request = Request {
                credential,
                operation: operation.to_owned(),
                resource: on.parse::<Thing>().unwrap(),
                with: Vec::new(),
                context: Context::default(),
            };
            let decision = decide(directory, &request, &Evidence::default(), now());
            let reasons: Vec<&str> = decision.reasons.iter().map(Reason::code).collect();
            said.push(format!("{who} {on} {}", reasons.join(" ")));
        }
    }
    said
}

#[test]
fn the_same_rulebook_changes_nothing() {
    let plan = activation(&directory(&rulebook(None, false)), &rulebook(None, false));
    assert_eq!(plan, commands::Activation::default());
}

#[test]
fn a_name_in_use_that_is_not_there_any_more_is_in_the_way() {
    let directory = directory(&rulebook(None, false));
    for name in NAMES {
        let plan = activation(&directory, &rulebook(Some((name, "other")), false));
        assert_eq!(plan.missing, [name]);
    }
}

#[test]
fn a_name_that_nobody_uses_may_go() {
    let directory = directory(&rulebook(None, false));
    let without = RULEBOOK
        .replace("sleeper", "dreamer")
        .replace(['<', '>'], "");
    let source = Source::parse("tiny.toml", &without).unwrap_or_else(|wrong| panic!("{wrong}"));
    let next = source.compile(&BTreeMap::new()).unwrap();
    assert_eq!(
        activation(&directory, &next),
        commands::Activation::default()
    );
}

#[test]
fn a_name_that_was_renamed_keeps_every_answer() {
    let before = directory(&rulebook(None, false));
    let told = answers(&before, "account.change");
    let yes = told.iter().filter(|one| one.ends_with(' ')).count();
    assert!((6..told.len() - 6).contains(&yes), "{told:#?}");
    for name in NAMES {
        let next = rulebook(Some((name, "other")), true);
        let plan = activation(&before, &next);
        assert_eq!(plan.missing, Vec::<String>::new(), "{name}");
        assert!(!plan.renamed.is_empty(), "{name}");
        let mut after = before.under(next);
        plan.renamed.iter().for_each(|change| after.apply(change));
        let change = if name == "account.change" {
            "other"
        } else {
            "account.change"
        };
        assert_eq!(answers(&after, change), told, "{name}");
    }
}

/// A picture of an earlier time keeps the rules of its time.
#[test]
fn what_was_asked_before_the_activation_is_answered_by_the_rules_of_then() {
    let then = directory(&rulebook(None, false));
    let told = answers(&then, "account.change");
    let stricter = RULEBOOK
        .replace(
            r#"label = "Keeper", can = ["*"]"#,
            r#"label = "Keeper", can = ["manage"]"#,
        )
        .replace(['<', '>'], "");
    let source = Source::parse("tiny.toml", &stricter).unwrap_or_else(|wrong| panic!("{wrong}"));
    let next = Arc::new(source.compile(&BTreeMap::new()).unwrap());
    assert_eq!(activation(&then, &next), commands::Activation::default());
    let now = then.under(next);
    assert_ne!(answers(&now, "account.change"), told);
    assert_eq!(answers(&then, "account.change"), told);
    assert_eq!(now.facts(), then.facts());
}
