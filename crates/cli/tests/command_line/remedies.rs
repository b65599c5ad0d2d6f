//! The remedies that `explain` prints are typed as they stand there, and the decision flips.

use crate::support::{Folder, Said};

/// Returns the commands of the first remedy.
fn commands(explained: &Said) -> Vec<String> {
    let (_, ways) = explained
        .out
        .split_once("What would put it right")
        .expect("there are ways");
    let first = ways.split("\n  2. ").next().unwrap_or_default();
    let lines = first.lines().map(str::trim);
    let commands = lines.filter(|line| line.starts_with("countersign do "));
    commands.map(str::to_owned).collect()
}

/// Types the commands of the first remedy; returns what they said.
fn follow(folder: &Folder, question: &str) -> Vec<Said> {
    let explained = folder.run(&question.replacen("check", "explain", 1));
    assert_eq!(explained.exit, 3, "{explained}");
    let commands = commands(&explained);
    assert!(!commands.is_empty(), "{explained}");
    let said = commands.iter().map(|command| folder.shell(command));
    let said: Vec<Said> = said.collect();
    for one in &said {
        assert_eq!(one.exit, 0, "{explained}\n{one}");
    }
    said
}

#[test]
fn in_a_data_directory_somebody_is_assigned_and_may() {
    let folder = Folder::with_data();
    let question =
        "check person:ana ad.edit asset:act_81 --data data --evidence '{ second_factor: true }'";
    assert_eq!(folder.run(question).exit, 3);
    follow(&folder, question);
    let now = folder.run(question);
    assert_eq!(now.exit, 0, "{now}");
}

#[test]
fn in_a_data_directory_a_token_gets_its_scope_and_its_role() {
    let folder = Folder::with_data();
    let question = "check token:t-report ad.edit asset:act_81 --data data";
    let said = follow(&folder, question);
    // One of the steps is to ask with the token that was issued: it says which.
    let issued = said.iter().find(|one| one.line.contains("token.issue"));
    let made = issued.and_then(|one| {
        one.err
            .lines()
            .find_map(|line| line.strip_prefix("it made "))
    });
    let token = made.expect("a token was issued");
    let with_it = question.replace("token:t-report", &format!("token:{token}"));
    let now = folder.run(&with_it);
    assert_eq!(now.exit, 0, "{now}");
}

#[test]
fn on_a_file_each_command_reads_what_the_one_ahead_of_it_wrote() {
    let folder = Folder::new();
    let before = folder.read("northlight.yaml");
    let question = "check system_user:su-report ad.edit asset:act_81 --directory northlight.yaml --at 2026-04-01";
    follow(&folder, question);
    let now = folder.run(&question.replace("northlight.yaml", "changed.yaml"));
    assert_eq!(now.exit, 0, "{now}");
    assert_eq!(folder.read("northlight.yaml"), before);
}
