//! Scenario files: what is said about mistakes, and that a wrong expectation is always told.

// Functions beside the tests are held to the rules for tests.
#![cfg(test)]

use commands::scenario::{FileKind, Report, ScenarioFile, json_schema};
use insta::assert_snapshot;
use rulebook::{Problems, Source};

fn run(yaml: &str) -> Result<Report, Problems> {
    let text = include_str!("../../../rulebooks/meta.toml");
    let source = Source::parse("meta.toml", text)?;
    let scenario = ScenarioFile::parse("story.yaml", yaml)?;
    let directory = scenario.directory().expect("it stands in the scenario");
    scenario.run(&directory, &source)
}

fn told(report: &Report) -> String {
    let told: Vec<String> = report.questions.iter().map(ToString::to_string).collect();
    format!("{}\n{} failed", told.join("\n"), report.failed())
}

fn mistakes(yaml: &str) -> String {
    run(yaml).expect_err("there is a mistake").to_string()
}

const HEAD: &str = r#"title: Northlight
directory:
  rulebook: meta
  businesses: [{ id: "9001" }, { id: C01 }]
  people: [{ id: ana }, { id: ben }, { id: cleo }]
  members:
    - { business: "9001", person: ana, role: admin }
    - { business: "9001", person: ben, role: employee }
    - { business: C01, person: cleo, role: admin }
  apps: [{ id: tools, owner: "business:9001", mode: live, tier: full, type: business, created: 2020-01-01T00:00:00Z }]
  app_roles: [{ app: tools, person: ben, role: admin }]
  assets: [{ id: act_1, kind: ad_account, owner: "business:C01" }]
  shares: [{ asset: act_1, to: "9001", terms: Standard, state: accepted }]
  assignments: [{ holder: "person:ben", asset: act_1, via: "9001", terms: analyst }]
  grants: [{ id: g, holder: "person:ben", app: tools, scopes: [ads_read] }]
  tokens: [{ id: t, grant: g, kind: user, issued: 2026-03-02T00:00:00Z, secret: s }]
at: 2026-04-01T00:00:00Z
steps:
"#;

fn northlight(steps: &str) -> String {
    format!("{HEAD}{steps}")
}

#[test]
fn what_comes_out_as_expected_is_ok() {
    let report = run(&northlight(
        r#"
  - { ask: Ben reads, who: token:t, operation: insights.read, on: asset:act_1, expect: allow, visible: true, obligations: [] }
  - { ask: Ben edits, who: token:t, operation: ad.edit, on: asset:act_1, expect: deny, reasons: [SCOPE_MISSING, ROLE_TOO_LOW], remedies: some }
  - { ask: Too late, at: 2026-06-01T00:00:00Z, who: token:t, operation: insights.read, on: asset:act_1, expect: deny, reasons: [TOKEN_EXPIRED] }
  - { ask: A token described, who: { holder: "person:ben", app: tools, scopes: [ads_read], kind: user }, operation: insights.read, on: asset:act_1, expect: allow }
  - { who_can: Who edits, operation: ad.edit, on: asset:act_1, expect: ["business:9001", "business:C01", "person:cleo"] }
  - { ask: Cleo edits, who: person:cleo, operation: ad.edit, on: asset:act_1, expect: allow }
  - { ask: Cleo edits without reach, switches: { admin_reach: none }, who: person:cleo, operation: ad.edit, on: asset:act_1, expect: deny, reasons: [ASSET_NOT_ASSIGNED] }
  - { do: Ana lets Ben advertise, as: person:ana, command: { assignment.give: { holder: "person:ben", asset: act_1, via: "9001", terms: advertiser } } }
  - { what_can: Where Ben edits, who: person:ben, operation: ad.edit, expect: ["asset:act_1"] }
  - { do: Ben leaves the bakery no admin, as: person:cleo, command: { member.remove: { business: C01, person: cleo } }, expect: { refused: [LAST_ADMIN] } }
"#,
    ));
    let report = report.unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(report.failed(), 0, "{}", told(&report));
    assert_eq!(report.questions.len(), 10);
}

#[test]
fn every_wrong_expectation_is_told_with_what_came() {
    let report = run(&northlight(
        r#"
  - { ask: Ben reads, who: token:t, operation: insights.read, on: asset:act_1, expect: deny, reasons: [ROLE_TOO_LOW], visible: false, obligations: [notify] }
  - { ask: Ben edits, who: token:t, operation: ad.edit, on: asset:act_1, expect: allow, remedies: none }
  - { ask: One reason of two, who: token:t, operation: ad.edit, on: asset:act_1, expect: deny, reasons: [SCOPE_MISSING], remedies: [[dance]] }
  - { ask: Nothing can help but it is expected, who: token:t, operation: insights.read, on: asset:act_1, expect: allow, remedies: some }
  - { who_can: Who edits, operation: ad.edit, on: asset:act_1, expect: ["person:ben", "person:cleo"] }
  - { what_can: Where Ben edits, who: person:ben, operation: ad.edit, expect: ["asset:act_1"] }
  - { what_can: What Ben reaches, who: person:ben, expect: [] }
  - { do: Ben makes himself admin, as: person:ben, command: { member.change: { business: "9001", person: ben, role: admin } } }
  - { do: Ana leaves, as: person:ana, command: { member.remove: { business: "9001", person: ana } }, expect: { refused: [CONFLICT] } }
  - { do: Ana sends Ben away, as: person:ana, command: { member.remove: { business: "9001", person: ben } }, expect: { refused: [CONFLICT] } }
  - { ask: Ben is gone, who: token:t, operation: insights.read, on: asset:act_1, expect: allow }
"#,
    ));
    let report = report.unwrap_or_else(|wrong| panic!("{wrong}"));
    assert!(
        report.questions.iter().all(|one| !one.is_ok()),
        "{}",
        told(&report)
    );
    assert_snapshot!(told(&report));
}

#[test]
fn a_step_that_says_too_little_or_too_much_is_a_mistake() {
    let said = mistakes(&northlight(
        r#"
  - { who: token:t, operation: ad.edit, on: asset:act_1, expect: allow }
  - { ask: a, do: b, who: token:t, operation: ad.edit, on: asset:act_1, expect: allow }
  - { ask: No who, operation: ad.edit, on: asset:act_1, expect: allow }
  - { ask: No expect, who: token:t, operation: ad.edit, on: asset:act_1 }
  - { ask: A deny without why, who: token:t, operation: ad.edit, on: asset:act_1, expect: deny }
  - { ask: An allow with why, who: token:t, operation: ad.edit, on: asset:act_1, expect: allow, reasons: [SCOPE_MISSING] }
  - { ask: No such reason, who: token:t, operation: ad.edit, on: asset:act_1, expect: deny, reasons: [SCOPE_MISING] }
  - { ask: A command as well, who: token:t, operation: ad.edit, on: asset:act_1, expect: allow, as: person:ana }
  - { who_can: No list, operation: ad.edit, on: asset:act_1, expect: allow }
  - { who_can: No holder, operation: ad.edit, on: asset:act_1, expect: [ben] }
  - { what_can: On what, who: token:t, on: asset:act_1, expect: [] }
  - { do: Allowed, as: person:ana, command: { member.remove: { business: "9001", person: ben } }, expect: allow }
"#,
    ));
    assert_snapshot!(said);
}

#[test]
fn what_cannot_be_read_says_what_to_write() {
    let steps = [
        "  - { ask: x, who: ben, operation: ad.edit, on: asset:act_1, expect: allow }\n",
        "  - { ask: x, who: token:t, operation: ad.edit, on: act_1, expect: allow }\n",
        "  - { ask: x, who: { holder: ben }, operation: ad.edit, on: asset:act_1, expect: allow }\n",
        "  - { ask: x, who: { holder: \"person:ben\", app: tools }, operation: ad.edit, on: asset:act_1, expect: allow }\n",
        "  - { ask: x, who: token:t, operation: ad.edit, on: asset:act_1, expect: { denied: [] } }\n",
        "  - { ask: x, who: token:t, operation: ad.edit, on: asset:act_1, expect: allow, evidence: { environment: production } }\n",
        "  - { ask: x, who: token:t, operation: ad.edit, on: asset:act_1, expect: allow, evidence: { figures: { cpc: { value: 1 } } } }\n",
        "  - { ask: x, who: token:t, operation: ad.edit, on: asset:act_1, expect: allow, context: { change: { from: -1, to: 2 } } }\n",
        "  - { ask: x, who: token:t, operation: ad.edit, on: asset:act_1, expect: allow, reason: [X] }\n",
        "  - { do: x, as: person:ana, command: { member.leave: {} } }\n",
        "  - { do: x, as: person:ana, command: { member.remove: { business: \"9001\" } } }\n",
        "  - { do: x, as: person:ana, command: { share.revoke: { asset: act_1, to: \"9001\", terms: Standard } } }\n",
        "  - { do: x, as: person:ana, command: {} }\n",
        "  - { do: x, as: person:ana, command: { mandate.end: { mandate: m }, mandate.stop: { mandate: m } } }\n",
    ];
    let said: Vec<String> = steps
        .iter()
        .map(|step| mistakes(&northlight(step)))
        .collect();
    assert_snapshot!(said.join("\n"));
}

#[test]
fn what_the_rulebook_does_not_have_is_told_before_it_is_compared() {
    let said = mistakes(&northlight(
        r#"
  - { ask: No such operation, who: token:t, operation: ad.edti, on: asset:act_1, expect: deny, reasons: [UNKNOWN] }
  - { what_can: No such kind, who: token:t, kinds: [ad_acount], expect: [] }
  - { ask: No such value, switches: { admin_reach: all }, who: token:t, operation: ad.edit, on: asset:act_1, expect: allow }
  - { ask: No kind for the terms, who: person:ana, operation: assignment.give, on: asset:act_9, context: { terms: analyst }, expect: allow }
  - { do: On nothing, as: person:ana, command: { share.accept: { to: "9001" } } }
"#,
    ));
    assert_snapshot!(said);
    let timeless = northlight(
        "  - { ask: When, who: token:t, operation: ad.edit, on: asset:act_1, expect: allow }\n",
    )
    .replace("at: 2026-04-01T00:00:00Z\n", "");
    assert_snapshot!(mistakes(&timeless), @r"
    story.yaml:18: When: it is asked at no time
      hint: write `at: 2026-04-01T00:00:00Z` at the top of the scenario or in the step
    ");
}

#[test]
fn mistakes_in_a_directory_inside_have_their_own_lines() {
    let steps = "  - { who_can: Who edits, operation: ad.edit, on: asset:act_1, expect: [] }\n";
    let yaml = northlight(steps).replace("kind: ad_account", "kind: ad_acount");
    assert_snapshot!(mistakes(&yaml), @r"
    story.yaml:12: assets: act_1: kind: `ad_acount` is no kind of asset
      hint: did you mean `ad_account`?
    story.yaml:13: shares: asset:act_1 to 9001: terms: `ad_acount` is no kind of asset
      hint: did you mean `ad_account`?
    story.yaml:14: assignments: person:ben on asset:act_1 via 9001: terms: `ad_acount` is no kind of asset
      hint: did you mean `ad_account`?
    ");
}

#[test]
fn a_file_tells_what_it_is() {
    let cases = [
        (HEAD, FileKind::Scenario),
        ("rulebook: meta\n", FileKind::Directory),
        ("name: x\n", FileKind::Other),
        ("- a\n", FileKind::Other),
        ("{", FileKind::Other),
    ];
    for (text, kind) in cases {
        assert_eq!(FileKind::of(text), kind, "{text}");
    }
}

#[test]
fn the_schema_of_scenario_files_is_published() {
    let mut text = serde_json::to_string_pretty(&json_schema()).expect("a schema is JSON");
    text.push('\n');
    let published = include_str!("../../../schemas/scenario.schema.json");
    assert!(
        text == published,
        "run `countersign schema scenario > schemas/scenario.schema.json`"
    );
}
