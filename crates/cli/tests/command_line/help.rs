//! What each command says of itself.

use crate::support::Folder;

const COMMANDS: &[&str] = &[
    "",
    "serve",
    "realm",
    "realm create",
    "check",
    "explain",
    "who-can",
    "what-can",
    "do",
    "import",
    "export",
    "ledger",
    "ledger log",
    "ledger verify",
    "test",
    "rulebook",
    "rulebook check",
    "rulebook show",
    "rulebook activate",
    "schema",
];

#[test]
fn each_command_says_what_it_is_for() {
    let folder = Folder::new();
    for command in COMMANDS {
        let said = folder.run(&format!("{command} --help"));
        assert_eq!((said.exit, said.err.as_str()), (0, ""), "{said}");
        let name = format!("help_{}", command.replace([' ', '-'], "_"));
        insta::assert_snapshot!(name, said.out);
    }
}

#[test]
fn each_command_that_there_is_has_its_help_looked_at() {
    let folder = Folder::new();
    for command in COMMANDS {
        let said = folder.run(&format!("{command} --help"));
        let listed = said.out.split("Commands:\n").nth(1).unwrap_or_default();
        for line in listed.lines().take_while(|line| !line.is_empty()) {
            let name = line.split_whitespace().next().unwrap_or_default();
            let whole = format!("{command} {name}");
            let whole = whole.trim();
            assert!(
                name == "help" || COMMANDS.contains(&whole),
                "`{whole}` is in no snapshot"
            );
        }
    }
}
