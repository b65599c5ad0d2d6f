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
    "invitation",
    "invitation send",
    "invitation resend",
    "invitation cancel",
    "invitation accept",
    "person",
    "person offboard",
    "findings",
    "import",
    "export",
    "ledger",
    "ledger log",
    "ledger verify",
    "token",
    "token list",
    "token collect",
    "sweep",
    "test",
    "rulebook",
    "rulebook check",
    "rulebook show",
    "rulebook activate",
    "schema",
    "completions",
    "man",
    "ledger key",
    "certificate verify",
    "request withdraw",
    "request decline",
    "request approve",
    "request claim",
    "request make",
    "on-behalf",
    "on-behalf start",
    "on-behalf token",
    "on-behalf end",
    "partner prove-removal",
    "partner revoke",
    "partner decline",
    "partner accept",
    "partner add",
    "bulk",
    "business",
    "business children",
    "business members",
    "business partners",
    "business assets",
    "mandate",
    "mandate list",
    "mandate show",
    "mandate stop",
    "proposal",
    "proposal list",
    "proposal show",
    "proposal approve",
    "proposal decline",
    "person register",
    "person change",
    "partner",
    "request",
    "certificate",
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

#[test]
fn every_command_has_a_page_of_the_manual() {
    let folder = Folder::new();
    let said = folder.run("man --folder pages");
    assert_eq!((said.exit, said.err.as_str()), (0, ""), "{said}");
    for command in COMMANDS {
        let name = format!("countersign {command}").trim().replace(' ', "-");
        let page = folder.read(&format!("pages/{name}.1"));
        assert!(page.contains(".TH "), "{name}: {page}");
        let alone = folder.run(&format!("man {command}"));
        assert_eq!(
            (alone.exit, alone.out.as_str()),
            (0, page.as_str()),
            "{name}"
        );
    }
    let said = folder.run("man teapot");
    assert_eq!((said.exit, said.out.as_str()), (1, ""), "{said}");
}

#[test]
fn shells_complete_every_command() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = folder.run(&format!("completions {shell}"));
        assert_eq!((said.exit, said.err.as_str()), (0, ""), "{said}");
        for command in COMMANDS.iter().flat_map(|command| command.split(' ')) {
            assert!(said.out.contains(command), "{shell}: {command}");
        }
    }
}
