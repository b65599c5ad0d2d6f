//! Questions to a directory file: the happy ways.

use insta::assert_snapshot;

use crate::support::Folder;

const AT: &str = "--directory northlight.yaml --at 2026-04-01";

fn ask(words: &str) -> crate::support::Said {
    Folder::new().run(&format!("{words} {AT}"))
}

#[test]
fn what_may_be_done_is_allowed() {
    assert_snapshot!(ask("check token:t-ben ad.edit asset:act_81"));
}

#[test]
fn what_may_not_be_done_is_denied_with_every_reason() {
    assert_snapshot!(ask("check token:t-report ad.edit asset:act_81"));
}

#[test]
fn programs_are_told_the_same() {
    assert_snapshot!(ask(
        "check token:t-report ad.edit asset:act_81 --output json"
    ));
}

#[test]
fn an_allow_is_explained_by_its_paths() {
    assert_snapshot!(ask("explain token:t-ben ad.edit asset:act_81"));
}

#[test]
fn a_deny_is_explained_with_what_would_put_it_right() {
    assert_snapshot!(ask("explain token:t-report ad.edit asset:act_81"));
}

#[test]
fn who_signs_in_first_party_is_asked_for_roles_and_mandates_only() {
    assert_snapshot!(ask("explain person:ana ad.edit asset:act_81"));
}

#[test]
fn an_explanation_for_programs_has_commands_ready_to_be_given() {
    let said = ask("explain token:t-report ad.edit asset:act_81 -o json");
    let remedies = &said.json()["remedies"];
    assert_snapshot!(serde_json::to_string_pretty(remedies).expect("it is JSON"));
}

#[test]
fn a_token_can_be_described() {
    assert_snapshot!(ask(
        "check person:ben insights.read asset:act_81 --app tools --kind user --scope ads_read"
    ));
}

#[test]
fn lists_are_one_a_line() {
    let said = [
        ask("who-can ad.edit asset:act_81"),
        ask("who-can ad.edit asset:act_81 --limit 2"),
        ask("who-can ad.edit asset:act_81 -o json"),
        ask("who-can ad.edit asset:aud_99"),
        ask("what-can person:ben ad.edit"),
        ask("what-can person:ben"),
        ask("what-can person:ben ad.edit --of page -o json"),
    ];
    let said: Vec<String> = said.iter().map(ToString::to_string).collect();
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn a_command_on_a_file_gives_the_file_as_it_is_then() {
    let folder = Folder::new();
    let before = folder.run("export --directory northlight.yaml").out;
    let remove = r#"do '{ member.remove: { business: "9001", person: ben } }' --as person:ana"#;
    let said = folder.run(&format!(
        "{remove} {AT} --evidence '{{ second_factor: true }}'"
    ));
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (before, after) = (lines(&before), lines(&said.out));
    let gone: Vec<&String> = before.iter().filter(|line| !after.contains(line)).collect();
    assert!(after.iter().all(|line| before.contains(line)), "{said}");
    assert_snapshot!(format!(
        "{}\ngone from the file: {gone:#?}",
        said.err.trim()
    ));
}

#[test]
fn a_file_can_be_written_in_place() {
    let folder = Folder::new();
    let verify = "do '{ member.change: { business: \"9001\", person: ben, role: admin } }' --as person:ana \
                  --evidence '{ second_factor: true }'";
    let said = folder.run(&format!("{verify} {AT} --to northlight.yaml"));
    assert_snapshot!(said);
    assert!(
        folder
            .read("northlight.yaml")
            .contains("person: ben, role: admin")
    );
}

#[test]
fn an_export_of_an_export_is_the_same() {
    let folder = Folder::new();
    let once = folder.run("export --directory northlight.yaml");
    assert_eq!((once.exit, once.err.as_str()), (0, ""), "{once}");
    folder.write("again.yaml", &once.out);
    assert_eq!(folder.run("export --directory again.yaml").out, once.out);
    let json = folder
        .run("export --directory northlight.yaml -o json")
        .json();
    assert_eq!(json["people"][0]["name"], "Ana");
}

#[test]
fn a_plan_tells_what_is_new_different_and_over() {
    let folder = Folder::new();
    let changed = folder
        .read("northlight.yaml")
        .replace(
            "email: ben@northlight.example",
            "email: ben@elsewhere.example",
        )
        .replace(
            "  - { asset: page_81, to: \"9001\", terms: Standard }\n",
            "",
        )
        .replace("person: cleo, role: admin", "person: cleo, role: employee")
        .replace("people:\n", "people:\n  - { id: dan, name: Dan }\n");
    folder.write("changed.yaml", &changed);
    let plan = "import changed.yaml --plan --replace --directory northlight.yaml";
    let said = [
        folder.run(plan),
        folder.run(&format!("{plan} -o json")),
        folder.run("import changed.yaml --plan --directory northlight.yaml"),
        folder.run("import northlight.yaml --plan --replace --directory northlight.yaml"),
    ];
    let said: Vec<String> = said.iter().map(ToString::to_string).collect();
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn rulebooks_are_checked_and_shown() {
    let folder = Folder::new();
    let said = [
        folder.run("rulebook check meta pinterest"),
        folder.run("rulebook show meta --only roles"),
    ];
    assert_eq!(said[0].exit, 0, "{}", said[0]);
    assert_eq!(said[1].exit, 0, "{}", said[1]);
    assert!(said[1].out.contains("manage_people"), "{}", said[1]);
    let active = folder.run("rulebook show --directory northlight.yaml --only roles");
    assert_eq!(active.out, said[1].out);
}

#[test]
fn colour_is_for_terminals_only() {
    let folder = Folder::new();
    let words = format!("explain token:t-report ad.edit asset:act_81 {AT}");
    let piped = folder.run(&words);
    assert!(!piped.out.contains('\u{1b}'), "{piped}");
    let plain = folder.run_with(&words, &[("NO_COLOR", "1")]);
    assert_eq!(plain.out, piped.out);
}

#[test]
fn the_environment_can_say_where_the_facts_are_and_how_to_write() {
    let folder = Folder::new();
    let words = "check token:t-ben ad.edit asset:act_81 --at 2026-04-01";
    let here = [
        ("COUNTERSIGN_DIRECTORY", "northlight.yaml"),
        ("COUNTERSIGN_OUTPUT", "json"),
    ];
    assert_eq!(folder.run_with(words, &here).json()["decision"], "allow");
    let two = [
        ("COUNTERSIGN_DIRECTORY", "northlight.yaml"),
        ("COUNTERSIGN_DATA", "data"),
    ];
    assert_eq!(folder.run_with(words, &two).exit, 1);
    let flag = format!("{words} --directory northlight.yaml");
    assert_eq!(folder.run_with(&flag, &two).exit, 0);
}
