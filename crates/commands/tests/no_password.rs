//! No command takes a customer's password at the platform, and no operation of a rulebook is for
//! keeping one. The names are asked of the commands' own readers, not written down here.

use std::path::Path;

use commands::Command;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use testkit::password::asks_for_one;

/// A name nobody gave anything: readers that know their fields refuse it and tell which they know.
const NOBODY: &str = "\u{1}";
/// How deep readers are asked.
const DEPTH: usize = 5;

/// One step into what is read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Item,
    Entry,
}

fn wrapped(path: &[Step], inner: Value) -> Value {
    path.iter().rev().fold(inner, |value, step| match step {
        Step::Field(name) => json!({ name.as_str(): value }),
        Step::Item => json!([value]),
        Step::Entry => json!({ "key": value }),
    })
}

fn refused<T: DeserializeOwned>(path: &[Step], inner: Value) -> String {
    let read = serde_json::from_value::<T>(wrapped(path, inner));
    read.err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

/// Returns the names that a reader knows in this place; none where it reads no such thing.
fn known<T: DeserializeOwned>(path: &[Step]) -> Vec<String> {
    let told = refused::<T>(path, json!({ NOBODY: 0 }));
    let about_it = told.starts_with(&format!("unknown field `{NOBODY}`"))
        || told.starts_with(&format!("unknown variant `{NOBODY}`"));
    let names = told.split('`').skip(3).step_by(2).map(str::to_owned);
    if about_it {
        names.collect()
    } else {
        Vec::new()
    }
}

/// Collects every place in which a text, or anything else, is read.
fn places<T: DeserializeOwned>(path: &mut Vec<Step>, all: &mut Vec<Vec<Step>>) {
    if path.len() > DEPTH {
        return;
    }
    for name in known::<T>(path) {
        path.push(Step::Field(name));
        all.push(path.clone());
        places::<T>(path, all);
        path.pop();
    }
    for into in [Step::Item, Step::Entry] {
        path.push(into);
        if !known::<T>(path).is_empty() {
            places::<T>(path, all);
        }
        path.pop();
    }
}

fn all_places<T: DeserializeOwned>() -> Vec<Vec<Step>> {
    let mut all = Vec::new();
    places::<T>(&mut Vec::new(), &mut all);
    all
}

/// Returns the places whose name asks for a password, and that read a text.
fn asking<T: DeserializeOwned>() -> Vec<Vec<Step>> {
    let mut all = all_places::<T>();
    all.retain(|path| {
        let named = matches!(path.last(), Some(Step::Field(name)) if asks_for_one(name));
        // The names of commands are themselves fields: those are looked into.
        path.len() > 1 && named && !refused::<T>(path, json!("text")).contains("invalid type")
    });
    all
}

#[test]
fn no_command_takes_a_password() {
    let all = all_places::<Command>();
    let commands = all.iter().filter(|path| path.len() == 1).count();
    assert_eq!(commands, Command::NAMES.len());
    let deep = ["app.update", "change", "credentials_held_by"];
    let deep = deep.map(|name| Step::Field(name.to_owned()));
    assert!(
        all.len() > 250 && all.contains(&deep.to_vec()),
        "{}",
        all.len()
    );
    assert_eq!(asking::<Command>(), Vec::<Vec<Step>>::new());
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(
    dead_code,
    reason = "only read from JSON, to see what its reader knows"
)]
struct Customer {
    name: String,
    shared_login: Option<bool>,
    accounts: Option<Vec<Account>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(
    dead_code,
    reason = "only read from JSON, to see what its reader knows"
)]
struct Account {
    id: String,
    platform_password: Option<String>,
}

/// Were there such a field, it would be seen.
#[test]
fn a_password_deep_inside_is_found() {
    let field = |name: &str| Step::Field(name.to_owned());
    let found = vec![vec![
        field("accounts"),
        Step::Item,
        field("platform_password"),
    ]];
    assert_eq!(asking::<Customer>(), found);
}

/// What a rulebook calls by such a name is forbidden to everybody, or a command without such a field.
#[test]
fn no_operation_is_for_keeping_a_password() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks");
    let mut forbidden = 0;
    for name in ["meta.toml", "pinterest.toml", "retail-media.toml"] {
        let text = std::fs::read_to_string(root.join(name)).unwrap();
        for rulebook in testkit::rulebooks::variants(name, &text).unwrap() {
            for operation in rulebook.rules(0).operations.iter().flatten() {
                let command = Command::NAMES.contains(&operation.name.as_str());
                if asks_for_one(&operation.name) && !command {
                    assert!(operation.forbidden, "{name}: {}", operation.name);
                    forbidden += 1;
                }
            }
        }
    }
    assert!(forbidden > 0);
}
