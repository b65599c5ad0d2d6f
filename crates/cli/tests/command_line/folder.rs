//! The data directory of an installation, with no server on it.

use insta::assert_snapshot;
use rusqlite::Connection;
use serde_json::json;

use crate::support::{Folder, Said, all, living};

#[test]
fn a_realm_is_made_filled_asked_and_exported() {
    let folder = Folder::new();
    folder.realm("agency", "meta", &["admin_reach=owned"]);
    folder.write("northlight.yaml", &living());
    let said = [
        folder.run("import northlight.yaml --data data --plan"),
        folder.run("import northlight.yaml --data data --id first"),
        folder.run("import northlight.yaml --data data --id first"),
        folder.run("import northlight.yaml --data data"),
        folder.run("check token:t-ben ad.edit asset:act_81 --data data"),
        folder.run("check token:t-report ad.edit asset:act_81 --data data --realm agency"),
        folder.run("who-can ad.edit asset:act_81 --data data"),
        folder.run("what-can person:ben ad.edit --data data"),
        folder.run("rulebook show --data data --only switches"),
    ];
    assert_snapshot!(all(&said));
}

#[test]
fn an_explanation_is_the_same_from_a_file_and_from_a_data_directory() {
    let folder = Folder::with_data();
    let words = "explain token:t-report ad.edit asset:act_81";
    let whole = |said: &Said| -> Vec<String> {
        assert_eq!(said.exit, 3, "{said}");
        let lines = said.out.lines();
        // The time differs, and the flags that say where the facts are.
        let lines = lines.filter(|line| !line.starts_with("at "));
        lines
            .map(|line| line.split(" --as ").next().unwrap_or(line).to_owned())
            .collect()
    };
    let here = whole(&folder.run(&format!("{words} --directory northlight.yaml")));
    let there = whole(&folder.run(&format!("{words} --data data")));
    assert_eq!(here, there);
}

#[test]
fn a_command_goes_into_the_ledger_once() {
    let folder = Folder::with_data();
    let away =
        r#"do '{ member.remove: { business: "9001", person: ben } }' --as person:ana --data data"#;
    let said = [
        folder.run(away),
        folder.run(&format!(
            "{away} --id away --evidence '{{ second_factor: true }}'"
        )),
        folder.run(&format!(
            "{away} --id away --evidence '{{ second_factor: true }}'"
        )),
        folder.run("check token:t-ben ad.edit asset:act_81 --data data"),
        folder.run(
            "do '{ member.remove: { business: C01, person: cleo } }' --as person:cleo --data data",
        ),
        folder.run(&format!("{away} --at 2026-04-01")),
        folder.run("ledger log --data data --changes --from 3"),
        folder.run("ledger log --data data --limit 1"),
        folder.run("ledger verify --data data"),
        folder.run("ledger verify --data data/countersign.db"),
    ];
    assert_snapshot!(all(&said));
}

#[test]
fn the_past_can_be_asked_by_position_and_by_time() {
    let folder = Folder::with_data();
    let before = folder.run("export --data data").out;
    let entry = folder
        .run("ledger log --data data -o json")
        .out
        .lines()
        .count();
    let away = r#"do '{ member.remove: { business: "9001", person: ben } }' --as person:ana --data data
                  --evidence '{ second_factor: true }'"#;
    assert_eq!(folder.run(&away.replace('\n', " ")).exit, 0);
    let question = "check token:t-ben ad.edit asset:act_81 --data data";
    assert_eq!(folder.run(question).exit, 3);
    assert_eq!(folder.run(&format!("{question} --at {entry}")).exit, 0);
    assert_eq!(
        folder.run(&format!("{question} --at {}", entry + 1)).exit,
        3
    );
    assert_eq!(
        folder.run(&format!("export --data data --at {entry}")).out,
        before
    );
    assert_ne!(folder.run("export --data data").out, before);
    let who = format!("who-can ad.edit asset:act_81 --data data --at {entry}");
    assert!(folder.run(&who).out.contains("person:ben"));
    let what = format!("what-can person:ben ad.edit --data data --at {entry}");
    assert!(folder.run(&what).out.contains("asset:act_81"));
    let explained = folder.run(&format!(
        "explain token:t-ben ad.edit asset:act_81 --data data --at {entry}"
    ));
    assert_eq!(explained.exit, 0, "{explained}");
    let said = [
        folder.run(&format!("{question} --at 99")),
        folder.run(&format!("{question} --at 2020-01-01")),
    ];
    assert_snapshot!(all(&said));
}

#[test]
fn a_log_that_was_edited_is_found_out() {
    let folder = Folder::with_data();
    assert_eq!(folder.run("ledger verify --data data").exit, 0);
    let intruder = Connection::open(folder.path("data/countersign.db")).expect("it opens");
    let triggers: Vec<String> = intruder
        .prepare("select name from sqlite_schema where type = 'trigger'")
        .and_then(|mut found| found.query_map((), |row| row.get(0))?.collect())
        .expect("there are triggers");
    for trigger in triggers {
        intruder
            .execute_batch(&format!("drop trigger {trigger}"))
            .expect("it drops");
    }
    let edit = "update entry set body = replace(body, 'advertiser', 'admin') where position = 2";
    assert_eq!(intruder.execute(edit, ()).expect("it edits"), 1);
    drop(intruder);
    let said = [
        folder.run("ledger verify --data data"),
        folder.run("ledger verify --data data -o json"),
    ];
    assert_eq!([said[0].exit, said[1].exit], [4, 4], "{}", said[0]);
    assert_snapshot!(all(&said));
}

#[test]
fn another_rulebook_is_planned_and_activated() {
    let folder = Folder::with_data();
    let narrow = "rulebook activate meta --switch admin_reach=none --data data";
    let question = "check person:cleo ad.edit asset:act_81 --data data";
    assert_eq!(folder.run(question).exit, 0);
    let said = [
        folder.run(&format!("{narrow} --plan")),
        folder.run(&format!("{narrow} --as person:ben")),
        folder.run(&format!("{narrow} --as person:olga")),
        folder.run(question),
        folder.run("import northlight.yaml --data data"),
        folder.run("rulebook activate pinterest --data data --as person:olga"),
    ];
    assert_snapshot!(all(&said));
}

#[test]
fn one_realm_is_meant_and_only_one_process_has_the_data() {
    let folder = Folder::with_data();
    folder.realm("other", "pinterest", &[]);
    let question = "check person:cleo ad.edit asset:act_81 --data data";
    let said = [
        folder.run(question),
        folder.run(&format!("{question} --realm agnecy")),
        folder.run(&format!("{question} --realm agency")),
    ];
    assert_snapshot!(all(&said));
    let server = folder.serve("");
    let busy = folder.run(&format!("{question} --realm agency"));
    drop(server);
    assert_eq!(busy.exit, 1, "{busy}");
    assert!(
        busy.err.contains("ask a running server with `--server`"),
        "{busy}"
    );
}

#[test]
fn a_long_import_is_counted_at_its_end_and_seen_whole() {
    let folder = Folder::with_data();
    let people: String = (0..10_050)
        .map(|number| format!("  - {{ id: p{number} }}\n"))
        .collect();
    folder.write(
        "many.yaml",
        &format!("rulebook: meta\nswitches: {{ admin_reach: owned }}\npeople:\n{people}"),
    );
    let said = folder.run("import many.yaml --data data");
    assert_eq!(said.exit, 0, "{}", said.err);
    assert_eq!(said.out.lines().count(), 10_050);
    // Where no terminal looks, nothing is said in between.
    assert_snapshot!(said.err);
    assert_eq!(folder.run("ledger verify --data data").exit, 0);
    let again = folder.run("import many.yaml --data data -o json").json();
    assert_eq!(
        (&again["outcome"], &again["unchanged"]),
        (&json!("unchanged"), &json!(10_081))
    );
}

/// The same with no word of how long it took.
fn timeless(said: &str) -> String {
    let without = |line: &str| match line.rsplit_once(" in ") {
        Some((what, took)) if took.ends_with(" s") => format!("{what} in TIME"),
        _ => line.to_owned(),
    };
    said.lines().map(|line| without(line) + "\n").collect()
}

#[test]
fn the_log_names_the_employee_for_whom_the_call_centre_acts() {
    let folder = Folder::new();
    folder.realm("heron", "meta", &[]);
    let heron = include_str!("../../../../scenarios/meta/directories/heron.yaml");
    let heron = heron.replace("expires: \"2026-10-09T00:00:00Z\"", "expires: never");
    folder.write("heron.yaml", &heron);
    folder.run("import heron.yaml --data data --id first");
    let raise = |asset: &str| {
        format!(
            "do '{{ change.make: {{ operation: budget.raise, asset: {asset}, change: {{ from: 10000, to: 11500 }} }} }}' \
         --as token:t-desk --delegate emp-1"
        )
    };
    folder.write(
        "many.yaml",
        "{ change.make: { operation: ad.pause, asset: act_61a } }\n",
    );
    let said = [
        folder.run(&format!("{} --data data --id one", raise("act_61a"))),
        folder.run(&format!("{} --data data", raise("act_61b"))),
        folder.run("bulk many.yaml --as token:t-desk --delegate emp-1 --data data --id many"),
        folder.run("bulk many.yaml --as token:t-desk --delegate emp-3 --data data --plan"),
        folder.run("ledger log --data data --from 3"),
    ];
    assert_snapshot!(timeless(&all(&said)));
}
