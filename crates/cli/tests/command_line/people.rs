//! People come and go on the command line.

use crate::support::Folder;

const FINCH: &str = "--directory finch.yaml --at 2026-07-04T12:00:00Z";

fn finch() -> Folder {
    let folder = Folder::new();
    folder.write(
        "finch.yaml",
        include_str!("../../../../scenarios/meta/directories/finch.yaml"),
    );
    folder
}

#[test]
fn offboarding_ends_green_when_nothing_is_left() {
    let folder = finch();
    let plan = folder.run(&format!(
        "person offboard dana --business 4400 --plan {FINCH}"
    ));
    assert_eq!((plan.exit, plan.err.as_str()), (4, ""), "{plan}");
    insta::assert_snapshot!(plan.out);
    let json = folder.run(&format!(
        "person offboard dana --business 4400 --plan {FINCH} --output json"
    ));
    assert_eq!(json.json().as_array().map(Vec::len), Some(8), "{json}");
    let steps = [
        ("person offboard dana --business 4400 --as person:lou", 3),
        ("person offboard dana --business 4400 --as person:fay", 4),
        (
            "do '{ app_role.revoke: { app: finch-capi, person: dana } }' --as person:lou",
            0,
        ),
        ("person offboard dana --business 4400 --as person:fay", 4),
        (
            "do '{ token.rotate: { token: t-su-capi } }' --as person:fay",
            0,
        ),
        ("person offboard dana --business 4400 --as person:fay", 0),
    ];
    for (words, exit) in steps {
        let said = folder.run(&format!("{words} --to finch.yaml {FINCH}"));
        assert_eq!(said.exit, exit, "{words}\n{said}");
    }
}

#[test]
fn what_is_unsafe_is_found_and_the_exit_code_says_so() {
    let folder = finch();
    let found = folder.run(&format!("findings --business 4400 {FINCH}"));
    assert_eq!((found.exit, found.err.as_str()), (4, ""), "{found}");
    insta::assert_snapshot!(found.out);
    let none = folder.run(&format!("findings --business 4444 {FINCH}"));
    assert_eq!((none.exit, none.out.as_str()), (0, ""), "{none}");
    let json = folder.run(&format!("findings {FINCH} --output json"));
    assert_eq!((json.exit, json.json()[0]["code"].is_string()), (4, true));
}

#[test]
fn an_invitation_is_accepted_with_its_code_from_the_environment() {
    let folder = finch();
    let sent = folder.run(&format!(
        "invitation send --business 4400 --role employee --email new@example.com --as person:fay --to finch.yaml {FINCH}"
    ));
    assert_eq!(sent.exit, 0, "{sent}");
    let word = |before: &str| {
        let rest = sent.err.split(before).nth(1).unwrap_or_default();
        rest.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let (id, code) = (word("it made "), word("shown this once: "));
    let accept = format!("invitation accept {id} --as person:nova --to finch.yaml {FINCH}");
    let wrong = folder.run_with(&accept, &[("COUNTERSIGN_CODE", "guessed")]);
    assert_eq!(wrong.exit, 3, "{wrong}");
    let came = folder.run_with(&accept, &[("COUNTERSIGN_CODE", &code)]);
    assert_eq!(came.exit, 0, "{came}");
    let twice = folder.run_with(&accept, &[("COUNTERSIGN_CODE", &code)]);
    assert_eq!(twice.exit, 1, "{twice}");
    let held = folder.run(&format!(
        "person offboard nova --business 4400 --plan {FINCH}"
    ));
    assert!(held.out.contains("seat"), "{held}");
    for verb in ["resend", "cancel"] {
        let gone = folder.run(&format!("invitation {verb} {id} --as person:fay {FINCH}"));
        assert_eq!(gone.exit, 3, "{gone}");
    }
}
