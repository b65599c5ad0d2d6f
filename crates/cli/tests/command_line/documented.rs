//! What the documentation shows is what happens.

use crate::support::{Folder, fenced, northlight};

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
