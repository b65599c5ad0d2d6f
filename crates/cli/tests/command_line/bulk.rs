//! Thousands of commands, each by itself.

use std::fmt::Write as _;

use crate::support::Folder;

const CHILDREN: usize = 2_000;
const WRONG: usize = 1_000;

const START: &str = r#"
rulebook: meta
businesses: [{ id: "7000", name: ShopWave Ads, verified: true }]
people: [{ id: pia, name: Pia }]
members: [{ business: "7000", person: pia, role: admin }]
"#;

fn network() -> Folder {
    let folder = Folder::new();
    folder.realm("net", "meta", &[]);
    folder.write("start.yaml", START);
    assert_eq!(folder.run("import start.yaml --data data").exit, 0);
    let mut children = String::new();
    for number in 1..=CHILDREN {
        // One of them is there already.
        let id = if number == WRONG { 1 } else { number };
        let line = format!(r#"{{ "child.create": {{ "parent": "7000", "id": "BM-{id}" }} }}"#);
        writeln!(children, "{line}").unwrap();
    }
    folder.write("children.jsonl", &children);
    folder
}

fn entries(folder: &Folder) -> usize {
    let said = folder.run("ledger log --data data --limit 10000");
    said.out.lines().count()
}

#[test]
fn two_thousand_children_are_made_and_the_one_that_cannot_be_is_told() {
    let folder = network();
    let before = entries(&folder);
    let bulk = "bulk children.jsonl --as person:pia --id all --data data";
    let said = folder.run(bulk);
    let told = "✗ command 1000: CONFLICT  there is a business `BM-1` already";
    assert!(said.err.contains(told), "{said}");
    assert!(
        said.err.contains("2000 commands: 1999 done, 1 refused"),
        "{said}"
    );
    // Entry 1 made the realm, and 2 brought the file in.
    assert!(said.err.contains("1999 entries (3 to 2001) in "), "{said}");
    assert_eq!((said.exit, entries(&folder)), (4, before + CHILDREN - 1));

    // Again under the same id: nothing is done twice.
    let again = folder.run(bulk);
    assert!(
        again
            .err
            .contains("2000 commands: 1 refused, 1999 repeated"),
        "{again}"
    );
    assert!(again.err.contains("no entries, in "), "{again}");
    assert_eq!(entries(&folder), before + CHILDREN - 1);
}

#[test]
fn a_template_is_planned_and_then_applied_to_each() {
    let folder = network();
    folder.run("bulk children.jsonl --as person:pia --id all --data data");
    let list: String = (1..=CHILDREN)
        .filter(|number| *number != WRONG)
        .map(|number| format!("BM-{number}\n"))
        .collect();
    folder.write("list.txt", &list);
    let template =
        r#"{ "asset.create": { "business": "{}", "kind": "ad_account", "id": "act-{}" } }"#;
    folder.write("template.jsonl", template);
    let before = entries(&folder);
    let bulk = "bulk template.jsonl --for-each list.txt --as person:pia --data data";
    let planned = folder.run(&format!("{bulk} --plan"));
    assert!(
        planned.err.contains("1999 commands: 1999 planned"),
        "{planned}"
    );
    assert_eq!((planned.exit, entries(&folder)), (0, before));
    let said = folder.run(&format!("{bulk} --id template-1"));
    assert!(said.err.contains("1999 commands: 1999 done"), "{said}");
    assert_eq!((said.exit, entries(&folder)), (0, before + CHILDREN - 1));
}
