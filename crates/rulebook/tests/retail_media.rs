//! The whole policy of the retail media rulebook as tables: a change of policy shows as a changed
//! table.

#![cfg(test)]

#[path = "support/tables.rs"]
mod tables;

use std::collections::BTreeMap;

use insta::assert_snapshot;
use rulebook::{Rulebook, Source};

const TEXT: &str = include_str!("../../../rulebooks/retail-media.toml");

fn source() -> Source {
    Source::parse("rulebooks/retail-media.toml", TEXT)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn compiled(network_sees: &str) -> Rulebook {
    let chosen = BTreeMap::from([("network_sees".to_owned(), network_sees.to_owned())]);
    source()
        .compile(&chosen)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn kinds_roles_and_levels() {
    let rulebook = compiled("campaigns");
    let rules = rulebook.rules(0);
    let tables: Vec<String> = rules
        .kinds
        .iter()
        .map(|kind| tables::kinds::kind(rules, kind))
        .collect();
    assert_snapshot!(tables.join("\n"));
}

#[test]
fn what_the_network_sees() {
    let tables: Vec<String> = ["campaigns", "reports", "nothing"]
        .iter()
        .map(|value| {
            let reach = tables::kinds::reach(compiled(value).rules(0));
            format!("network_sees = {value}\n{reach}")
        })
        .collect();
    assert_snapshot!(tables.join("\n"));
}

#[test]
fn partners_tools_and_tokens() {
    let rulebook = compiled("campaigns");
    let rules = rulebook.rules(0);
    let tables = [
        tables::kinds::partner_types(rules),
        tables::apps::permissions_table(rules),
        tables::apps::app_rules(rules),
        tables::apps::token_kinds(rules),
        tables::apps::the_rest(&rulebook, rules),
        tables::switches(&source()),
    ];
    assert_snapshot!(tables.join("\n"));
}

#[test]
fn operations() {
    assert_snapshot!(tables::operations::operations(
        compiled("campaigns").rules(0)
    ));
}

#[test]
fn who_runs_the_money() {
    let account: &[&str] = &["manager", "campaigner", "analyst", "payer", "none"];
    let tasks: [(&str, &[&str]); 4] = [
        ("report.read", account),
        ("campaign.edit", account),
        ("campaign.halt", account),
        ("budget.raise", account),
    ];
    assert_snapshot!(tables::operations::tasks(
        compiled("campaigns").rules(0),
        &tasks
    ));
}
