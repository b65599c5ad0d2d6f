//! The rulebook of the AuthZEN fixture needs nothing but the common format.

use std::collections::BTreeMap;

use rulebook::Source;

#[test]
fn the_fixture_compiles_and_holds_the_three_actions() {
    let text = include_str!("../../../fixtures/authzen/rulebook.toml");
    let source = Source::parse("rulebook.toml", text).unwrap_or_else(|wrong| panic!("{wrong}"));
    let rulebook = source
        .compile(&BTreeMap::new())
        .unwrap_or_else(|wrong| panic!("{wrong}"));
    let rules = rulebook.rules(0);
    let conditions = |operation: &str| {
        let operation = rules.operation_named(operation).expect("an action");
        let lists = operation.conditions.iter();
        lists
            .map(|all| all.iter().map(|one| one.property.clone()).collect())
            .collect::<Vec<Vec<String>>>()
    };
    // Whoever runs the fixture asks the server about others; that is an operation like any other.
    let operations = ["read", "write", "delete", "decision.ask"];
    assert_eq!(rules.names.operations(), operations);
    assert_eq!(conditions("read"), Vec::<Vec<String>>::new());
    assert_eq!(conditions("write"), [["status"], ["role"]]);
    assert_eq!(conditions("delete"), [["soft"]]);
}
