//! What the documentation shows is what happens.

use crate::support::{Folder, fenced, masked, northlight};

const SCENARIOS: &str = include_str!("../../../../docs/scenario-files.md");
const DIRECTORIES: &str = include_str!("../../../../docs/directory-files.md");

#[test]
fn the_documented_scenario_says_what_the_page_says() {
    let folder = Folder::new();
    folder.write("bakery.yaml", &fenced(SCENARIOS, "yaml", 0));
    let said = folder.run("test bakery.yaml");
    assert_eq!((said.exit, said.err.as_str()), (0, ""), "{said}");
    let shown = fenced(SCENARIOS, "console", 0);
    assert_eq!(
        format!("$ countersign test bakery.yaml\n{}", said.out),
        shown
    );
}

/// Types what a page shows in its consoles, from the number given on; returns what it should show.
fn typed(page: &str, from: usize) -> (String, String) {
    let folder = Folder::new();
    folder.link("scenarios", "../../scenarios");
    typed_in(&folder, page, from)
}

fn typed_in(folder: &Folder, page: &str, from: usize) -> (String, String) {
    let (mut shown, mut typed) = (String::new(), String::new());
    for number in from..page.matches("```console\n").count() {
        let block = fenced(page, "console", number);
        let mut exports = String::new();
        for line in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
            typed.push_str(&format!("$ {line}\n"));
            if line.starts_with("export ") {
                exports.push_str(&format!("{line}\n"));
            } else {
                typed.push_str(&folder.shell(&format!("{exports}{{ {line}; }} 2>&1")).out);
            }
        }
        shown.push_str(&block);
    }
    (shown, typed)
}

#[test]
fn the_consoles_of_the_documentation_show_what_happens() {
    let pages = [
        (include_str!("../../../../README.md"), 0),
        (include_str!("../../../../docs/command-line.md"), 0),
        (DIRECTORIES, 0),
        // The first is another test's: it needs a file of its own.
        (SCENARIOS, 1),
    ];
    for (page, from) in pages {
        let (shown, typed) = typed(page, from);
        assert_eq!(typed, shown);
    }
}

#[test]
fn the_documented_mistake_is_told_as_the_page_says() {
    let folder = Folder::new();
    let wrong = northlight().replace(
        "{ asset: act_81, to: \"9001\", terms: Standard,",
        "{ asset: act_81, to: \"9001\", terms: Standart,",
    );
    assert_ne!(wrong, northlight());
    folder.write("northlight.yaml", &wrong);
    let said = folder.run("import northlight.yaml --plan");
    let shown = fenced(DIRECTORIES, "text", 0);
    assert_eq!((said.exit, said.err), (1, format!("error: {shown}")));
}

#[test]
fn the_published_schemas_are_those_of_the_command() {
    let folder = Folder::new();
    let published = [
        (
            "directory",
            include_str!("../../../../schemas/directory.schema.json"),
        ),
        (
            "scenario",
            include_str!("../../../../schemas/scenario.schema.json"),
        ),
    ];
    for (kind, text) in published {
        assert_eq!(folder.run(&format!("schema {kind}")).out, text, "{kind}");
    }
}

const WALK: &str = include_str!("../../../../docs/guides/share-with-an-agency.md");

const TOOL: &str = include_str!("../../../../docs/guides/let-a-tool-buy.md");

/// Ids of logs, times and hashes are new each time; everything else is as the page says.
fn walked(page: &str) {
    let folder = Folder::new();
    folder.write("start.yaml", &fenced(page, "yaml", 0));
    let (shown, typed) = typed_in(&folder, page, 0);
    assert_eq!(masked(&typed), masked(&shown));
}

#[test]
fn the_walk_with_an_agency_goes_as_the_guide_says() {
    walked(WALK);
}

#[test]
fn the_walk_with_a_tool_goes_as_the_guide_says() {
    walked(TOOL);
}
