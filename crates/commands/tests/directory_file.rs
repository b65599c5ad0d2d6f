//! Directory files: what is filled in, and what is said about mistakes.

// Functions beside the tests are held to the rules for tests.
#![cfg(test)]

use commands::document::{DirectoryDocument, DirectoryFile, Facts, json_schema, plain_digest};
use engine::fact::{Fact, Terms};
use insta::assert_snapshot;
use rulebook::{Rulebook, Source};

fn meta(document: &DirectoryDocument) -> Rulebook {
    let text = include_str!("../../../rulebooks/meta.toml");
    let source = Source::parse("meta.toml", text).unwrap_or_else(|wrong| panic!("{wrong}"));
    document
        .compile(&source)
        .unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn read(yaml: &str) -> Result<Facts, String> {
    let file = DirectoryFile::parse("north.yaml", yaml).map_err(|wrong| wrong.to_string())?;
    let facts = file.facts(&meta(file.document()), &mut plain_digest);
    facts.map_err(|wrong| wrong.to_string())
}

fn facts(yaml: &str) -> Vec<Fact> {
    read(yaml).unwrap_or_else(|wrong| panic!("{wrong}")).facts
}

fn mistakes(yaml: &str) -> String {
    read(yaml).expect_err("there is a mistake")
}

const NORTH: &str = r#"
rulebook: meta
businesses:
  - { id: "9001", name: Northlight }
  - { id: "C01" }
people:
  - { id: ben, name: Ben, email: ben@northlight.example }
members:
  - { business: "9001", person: ben, role: employee }
system_users:
  - { id: su-buy, business: "9001", role: employee }
apps:
  - { id: tools, owner: "business:9001", created: 2024-01-01T00:00:00Z }
assets:
  - { id: act_1, kind: ad_account, owner: "business:C01" }
groups:
  - { id: north, business: "9001" }
"#;

fn north_and(more: &str) -> String {
    format!("{NORTH}{more}")
}

#[test]
fn a_name_means_the_kind_of_the_asset() {
    let written = [
        "terms: advertiser",
        "terms: [advertiser]",
        "terms: { ad_account: advertiser }",
        "terms: { ad_account: [advertiser] }",
    ];
    for terms in written {
        let share = format!(
            "assignments:\n  - {{ holder: person:ben, asset: act_1, via: 9001, {terms} }}\n"
        );
        let facts = facts(&north_and(&share));
        let Some(Fact::Assignment(assignment)) = facts.last() else {
            panic!("the last fact is the assignment");
        };
        assert_eq!(assignment.terms, Terms::of("ad_account", "advertiser"));
    }
}

#[test]
fn digits_are_an_id_with_and_without_quotes() {
    let quoted = facts("rulebook: meta\nbusinesses: [{ id: \"0912\" }]\n");
    let plain = facts("rulebook: meta\nbusinesses: [{ id: 0912 }]\n");
    assert_eq!(quoted, plain);
}

#[test]
fn a_token_without_an_end_lives_as_long_as_its_kind() {
    let token = |expires: &str| {
        let more = format!(
            "grants:\n  - {{ id: g, holder: person:ben, app: tools }}\ntokens:\n  - {{ id: t, grant: g, kind: user, issued: 2026-03-02T00:00:00Z, secret: s{expires} }}\n"
        );
        match facts(&north_and(&more)).pop() {
            Some(Fact::Token(token)) => token.expires.map(|end| end.to_string()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(token("").as_deref(), Some("2026-05-01T00:00:00Z"));
    assert_eq!(
        token(", expires: 2026-03-03T00:00:00Z").as_deref(),
        Some("2026-03-03T00:00:00Z")
    );
    assert_eq!(token(", expires: never"), None);
}

#[test]
fn a_delegate_belongs_to_the_business_of_its_system_user() {
    let more = "delegates:\n  - { id: emp-1, system_user: su-buy, assets: [act_1] }\n";
    let Some(Fact::Delegate(delegate)) = facts(&north_and(more)).pop() else {
        panic!("the last fact is the delegate");
    };
    assert_eq!(delegate.business.as_str(), "9001");
}

#[test]
fn texts_stand_beside_the_facts() {
    let read = read(NORTH).unwrap_or_else(|wrong| panic!("{wrong}"));
    let texts: Vec<(&str, &str)> = read
        .texts
        .iter()
        .map(|text| (text.of.as_str(), text.text.as_str()))
        .collect();
    let expected = [
        ("business:9001/name", "Northlight"),
        ("person:ben/name", "Ben"),
        ("person:ben/email", "ben@northlight.example"),
    ];
    assert_eq!(texts, expected);
    let printed = format!("{:?}", read.facts);
    assert!(!printed.contains("northlight.example"), "{printed}");
}

#[test]
fn what_cannot_be_read_says_where_and_what_to_write() {
    let written = [
        "rulebook: meta\nbusiness: []\n",
        "rulebook: meta\nbusinesses:\n  - { id: \"1\", verifed: true }\n",
        "rulebook: meta\nbusinesses:\n  - { name: Northlight }\n",
        "businesses: []\n",
        "rulebook: meta\npeople:\n  - id: a b\n",
        "rulebook: meta\nassets:\n  - { id: act_1, kind: ad_account, owner: C01 }\n",
        "rulebook: meta\nassets:\n  - { id: act_1, kind: ad_account, owner: \"business:C01\", owner: \"person:ana\" }\n",
        "rulebook: meta\nmembers:\n  - { business: 1, person: a, role: admin, until: soon }\n",
        "rulebook: meta\nshares:\n  - { asset: a, to: b, terms: Admin, state: acepted }\n",
        "rulebook: meta\nshares:\n  - { asset: a, to: b, terms: { ad_account: { x: y } } }\n",
        "rulebook: meta\npeople:\n  - { id: ana, shared_login: maybe }\n",
        "rulebook: meta\npeople: ana\n",
        "rulebook: meta\npeople:\n  - {\"id\": [ana]}\n",
        "rulebook: meta\nbusinesses:\n  - { name: \"Žofie 東京 🎈\", id: [b] }\n",
        "rulebook: meta\npeople:\n  - ana\n",
        "rulebook: meta\npeople:\n  ana: ben\n",
        "rulebook: meta\nassets:\n  - { id: \"a: [b\", kind: { x: y }, owner: \"person:ana\" }\n",
        "rulebook: meta\npeople: [\n",
        "rulebook: meta\ntokens:\n  - { id: t, grant: g, kind: user, issued: 2026-03-02T00:00:00Z, digest: abc }\n",
        "rulebook: meta\ntokens:\n  - { id: t, grant: g, kind: user, issued: 2026-03-02T00:00:00Z, expires: later }\n",
    ];
    let said: Vec<String> = written.iter().map(|yaml| mistakes(yaml)).collect();
    assert_snapshot!(said.join("\n"));
}

#[test]
fn what_does_not_fit_together_says_which_row_and_the_nearest_name() {
    let yaml = r#"rulebook: meta
businesses:
  - { id: "9001", parent: "900", profile: hub }
  - { id: "C01", parent: C01 }
people:
  - { id: ben }
members:
  - { business: "9001", person: ben, role: manager }
system_users:
  - { id: su-buy, business: "9001", role: employee }
apps:
  - { id: tools, owner: "business:9001", type: busines, tier: max, created: 2024-01-01T00:00:00Z }
assets:
  - { id: act_1, kind: ad_account, owner: "business:C01" }
  - { id: pixel-1, kind: pixle, owner: "business:9002" }
groups:
  - { id: north, business: "9001" }
shares:
  - { asset: act_2, to: "9001", terms: Standard }
  - { asset: act_1, to: "9001", terms: Standart }
  - { asset: act_1, group: north, to: "9001", terms: Standard }
  - { group: north, to: "9001", terms: Standard }
  - { group: north, to: C01, terms: { ad_account: Standard, billboard: Standard } }
assignments:
  - { holder: "person:bne", asset: act_1, via: "9001", terms: analyst }
  - { holder: "person:ben", asset: act_1, via: "9001", terms: { page: analyst } }
app_permissions:
  - { app: tools, permission: ads_managment }
grants:
  - { id: g, holder: "person:ben", app: tols, scopes: [ads_red], targets: { ads_read: [act_9] } }
tokens:
  - { id: t1, grant: g, kind: usr, issued: 2026-03-02T00:00:00Z, secret: one }
  - { id: t2, grant: h, kind: user, issued: 2026-03-02T00:00:00Z, secret: one }
  - { id: t3, grant: g, kind: user, issued: 2026-03-02T00:00:00Z }
mandates:
  - { id: m, business: C01, operations: [ad.edti], approvers: [ben] }
links:
  - { asset: act_1, to: act_1 }
delegates:
  - { id: emp-1, system_user: su-by }
"#;
    assert_snapshot!(mistakes(yaml));
}

#[test]
fn what_is_there_twice_is_told_with_the_first_line() {
    let yaml = "rulebook: meta\npeople:\n  - id: ana\n  - id: ben\n  - id: ana\n";
    assert_snapshot!(mistakes(yaml), @r"
    north.yaml:5: people: `ana` is there twice, first in line 3
      hint: leave one of them out
    ");
}

#[test]
fn another_text_of_the_rulebook_is_refused() {
    let digest = "0".repeat(64);
    let yaml = format!("rulebook: meta\npeople: []\nrulebook_digest: {digest}\n");
    let said = mistakes(&yaml);
    assert!(
        said.starts_with("north.yaml:3: rulebook_digest: rulebook `meta` has another text"),
        "{said}"
    );
}

#[test]
fn the_schema_of_directory_files_is_published() {
    let mut text = serde_json::to_string_pretty(&json_schema()).expect("a schema is JSON");
    text.push('\n');
    let published = include_str!("../../../schemas/directory.schema.json");
    assert!(
        text == published,
        "run `countersign schema directory > schemas/directory.schema.json`"
    );
}
