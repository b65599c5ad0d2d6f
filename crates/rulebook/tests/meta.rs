//! The whole policy of the Meta rulebook as tables: a change of policy shows as a changed table.

#![cfg(test)]

#[path = "support/tables.rs"]
mod tables;

use std::collections::BTreeMap;

use insta::assert_snapshot;
use rulebook::{Rulebook, Source};

const TEXT: &str = include_str!("../../../rulebooks/meta.toml");

fn source() -> Source {
    Source::parse("rulebooks/meta.toml", TEXT).unwrap_or_else(|problems| panic!("{problems}"))
}

fn compiled(chosen: &[(&str, &str)]) -> Rulebook {
    let chosen: BTreeMap<String, String> = chosen
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    source()
        .compile(&chosen)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn every_value_of_every_switch_compiles() {
    let source = source();
    for (name, switch) in &source.document().switch {
        for value in &switch.values {
            let chosen = [(name.get_ref().as_str(), value.get_ref().as_str())];
            let rulebook = compiled(&chosen);
            let holds =
                |(known, now): &(String, String)| known == chosen[0].0 && now == chosen[0].1;
            assert!(rulebook.switches.iter().any(holds), "{chosen:?}");
        }
    }
}

#[test]
fn kinds_roles_and_levels() {
    let rulebook = compiled(&[]);
    let rules = rulebook.rules(0);
    let tables: Vec<String> = rules
        .kinds
        .iter()
        .map(|kind| tables::kinds::kind(rules, kind))
        .collect();
    assert_snapshot!(tables.join("\n"));
}

#[test]
fn partner_types() {
    assert_snapshot!(tables::kinds::partner_types(compiled(&[]).rules(0)));
}

#[test]
fn the_six_tasks() {
    let account: &[&str] = &["admin", "advertiser", "analyst", "none"];
    let tasks: [(&str, &[&str]); 6] = [
        ("insights.read", account),
        ("ad.edit", account),
        ("custom_audience.create", account),
        ("page.read_engagement", account),
        ("campaign.pause", account),
        ("pixel.audit", account),
    ];
    assert_snapshot!(tables::operations::tasks(compiled(&[]).rules(0), &tasks));
}

#[test]
fn operations() {
    assert_snapshot!(tables::operations::operations(compiled(&[]).rules(0)));
}

/// Only the operations that differ are shown.
#[test]
fn operations_as_documented() {
    let seed = tables::operations::operations(compiled(&[]).rules(0));
    let documented = tables::operations::operations(
        compiled(&[("custom_audience_rule", "documentation")]).rules(0),
    );
    let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let before: Vec<String> = seed.lines().map(squeezed).collect();
    let changed: Vec<String> = documented
        .lines()
        .map(squeezed)
        .filter(|line| !before.contains(line))
        .collect();
    assert_snapshot!(changed.join("\n"));
}

#[test]
fn reach() {
    let tables: Vec<String> = ["owned", "none", "connected"]
        .iter()
        .map(|value| {
            let rulebook = compiled(&[("admin_reach", value)]);
            format!(
                "admin_reach = {value}\n{}",
                tables::kinds::reach(rulebook.rules(0))
            )
        })
        .collect();
    assert_snapshot!(tables.join("\n"));
}

#[test]
fn token_kinds() {
    let tables: Vec<String> = ["false", "true"]
        .iter()
        .map(|value| {
            let rulebook = compiled(&[("system_user_never_expires", value)]);
            let table = tables::apps::token_kinds(rulebook.rules(0));
            format!("system_user_never_expires = {value}\n{table}")
        })
        .collect();
    assert_snapshot!(tables.join("\n"));
}

#[test]
fn apps_permissions_and_limits() {
    let rulebook = compiled(&[]);
    let rules = rulebook.rules(0);
    assert_snapshot!("permissions", tables::apps::permissions_table(rules));
    assert_snapshot!("app_rules", tables::apps::app_rules(rules));
    assert_snapshot!("limits_and_order", tables::apps::the_rest(&rulebook, rules));
}

#[test]
fn switches() {
    assert_snapshot!(tables::switches(&source()));
}

#[test]
fn switches_change_what_they_say() {
    let rulebook = compiled(&[
        ("share_acceptance", "none"),
        ("missed_checkup", "warn"),
        ("legacy_verification", "true"),
        ("one_child_per_user", "true"),
    ]);
    let rules = rulebook.rules(0);
    let limits = rules.limits.len();
    let shown = format!(
        "{:?} {:?} {} {limits}",
        rules.acceptance, rules.missed_checkup, rules.verification
    );
    assert_snapshot!(shown, @"None Warn false 8");
}
