//! The law of import and export: what was exported and is imported is the same, whatever was there.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::support::Folder;

/// The worlds of the demo, each with its rulebook.
const WORLDS: &[(&str, &str, &str)] = &[
    (
        "agency",
        "meta",
        include_str!("../../../../scenarios/meta/directories/northlight.yaml"),
    ),
    (
        "network",
        "meta",
        include_str!("../../../../scenarios/meta/directories/shopwave.yaml"),
    ),
    (
        "ai-tool",
        "meta",
        include_str!("../../../../scenarios/meta/directories/maple.yaml"),
    ),
    (
        "hub",
        "pinterest",
        include_str!("../../../../scenarios/pinterest/directories/lumen.yaml"),
    ),
    (
        "marketplace",
        "retail-media",
        include_str!("../../../../scenarios/retail-media/directories/bazaar.yaml"),
    ),
];

/// Sections of which no other names a row, so that any row may be left out.
const LOOSE: &[&str] = &[
    "members",
    "app_claims",
    "app_roles",
    "app_permissions",
    "installs",
    "links",
    "group_assets",
    "shares",
    "assignments",
    "delegates",
    "disclosures",
    "mandates",
];

fn export(folder: &Folder, realm: &str) -> String {
    let said = folder.run(&format!("export --data data --realm {realm}"));
    assert_eq!((said.exit, said.err.as_str()), (0, ""), "{said}");
    said.out
}

/// Makes the realm hold exactly what a file says.
fn replace(folder: &Folder, realm: &str, text: &str) -> String {
    folder.write("wanted.yaml", text);
    let said = folder.run(&format!(
        "import wanted.yaml --replace --data data --realm {realm}"
    ));
    assert_eq!(said.exit, 0, "{said}");
    said.err
}

fn comes_out_as_it_went_in(world: usize) {
    let (realm, rulebook, text) = WORLDS[world];
    let folder = Folder::new();
    folder.realm(realm, rulebook, &[]);
    folder.write("world.yaml", text);
    let said = folder.run(&format!("import world.yaml --data data --realm {realm}"));
    assert_eq!(said.exit, 0, "{said}");
    let once = export(&folder, realm);
    folder.realm("again", rulebook, &[]);
    replace(&folder, "again", &once);
    assert_eq!(export(&folder, "again"), once);
    let idle = replace(&folder, realm, &once);
    assert!(idle.contains("unchanged: all was so already"), "{idle}");
}

#[test]
fn the_agency_comes_out_as_it_went_in() {
    comes_out_as_it_went_in(0);
}

#[test]
fn the_network_comes_out_as_it_went_in() {
    comes_out_as_it_went_in(1);
}

#[test]
fn the_ai_tool_comes_out_as_it_went_in() {
    comes_out_as_it_went_in(2);
}

#[test]
fn the_hub_comes_out_as_it_went_in() {
    comes_out_as_it_went_in(3);
}

/// Returns an export without some rows of its loose sections.
fn without(text: &str, left_out: &BTreeSet<usize>) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let (mut section, mut number) = ("", 0);
    for line in text.lines() {
        if !line.starts_with(' ') {
            section = line.trim_end_matches(':');
        }
        let loose = line.starts_with("  - ") && LOOSE.contains(&section);
        number += usize::from(loose);
        if !(loose && left_out.contains(&number)) {
            kept.push(line);
        }
    }
    // A section without rows is not written.
    let heads = kept.iter().zip(kept.iter().skip(1).chain(&[""]));
    let full = heads.filter(|(line, next)| {
        let head = LOOSE.contains(&line.trim_end_matches(':'));
        !head || next.starts_with("  - ")
    });
    full.map(|(line, _)| format!("{line}\n")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn one_random_world_after_another_comes_out_as_it_went_in(
        (realm, rulebook, text) in proptest::sample::select(WORLDS),
        worlds in proptest::collection::vec(proptest::collection::btree_set(0_usize..120, 0..60), 2..4),
    ) {
        let folder = Folder::new();
        folder.realm(realm, rulebook, &[]);
        folder.write("world.yaml", text);
        let said = folder.run("import world.yaml --data data");
        prop_assert_eq!(said.exit, 0, "{}", said);
        let whole = export(&folder, realm);
        for left_out in worlds {
            let wanted = without(&whole, &left_out);
            replace(&folder, realm, &wanted);
            prop_assert_eq!(export(&folder, realm), wanted);
        }
        let said = folder.run("ledger verify --data data");
        prop_assert_eq!(said.exit, 0, "{}", said);
    }
}
