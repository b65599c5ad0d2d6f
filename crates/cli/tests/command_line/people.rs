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

#[test]
fn each_line_of_a_plan_is_typed_as_it_stands_there() {
    let folder = finch();
    let plan = folder.run(&format!(
        "person offboard dana --business 4400 --plan {FINCH}"
    ));
    let lines = plan.out.lines().map(str::trim);
    let lines: Vec<&str> = lines
        .filter(|line| line.starts_with("countersign "))
        .collect();
    assert_eq!(lines.len(), 8, "{plan}");
    let found = folder.run(&format!("findings {FINCH}"));
    let mending = found
        .out
        .lines()
        .filter_map(|line| line.trim().strip_prefix("mend: "));
    for line in lines.into_iter().chain(mending) {
        let said = folder.shell(line);
        assert_eq!(said.exit, 0, "{said}");
        assert_ne!(folder.read("changed.yaml"), folder.read("finch.yaml"));
    }
}

#[test]
fn what_is_left_comes_with_the_line_that_ends_it() {
    let folder = finch();
    let said = folder.run(&format!(
        "person offboard dana --business 4400 --as person:fay --to left.yaml {FINCH}"
    ));
    assert_eq!(said.exit, 4, "{said}");
    let next: Vec<&str> = said
        .err
        .lines()
        .filter_map(|line| line.strip_prefix("next: "))
        .collect();
    assert!(!next.is_empty(), "{said}");
    for line in next {
        assert!(line.contains("--directory left.yaml"), "{said}");
        let typed = folder.shell(line);
        assert_eq!(typed.exit, 0, "{typed}");
    }
}

#[test]
fn somebody_is_made_known_and_changed() {
    let folder = Folder::with_data();
    let who = "--issuer https://id.example.com --subject d-1";
    let register = format!(
        "person register dora --name Dora --email dora@example.com {who} --as person:olga --data data"
    );
    let said = folder.run(&register);
    assert_eq!(said.exit, 0, "{said}");
    let twice = folder.run(&register);
    assert_eq!(twice.exit, 1, "{twice}");
    let same = folder.run(&format!(
        "person register dan {who} --as person:olga --data data"
    ));
    assert_eq!(same.exit, 1, "one login is one person's: {same}");
    let stranger = folder.run("person register dan --as person:ana --data data");
    assert_eq!(stranger.exit, 3, "{stranger}");
    let changed = folder
        .run("person change dora --shared-login true --name Dorothea --as person:olga --data data");
    assert_eq!(changed.exit, 0, "{changed}");
    let now = folder.run("export --data data").out;
    let dora = now
        .lines()
        .find(|line| line.contains("id: dora"))
        .unwrap_or_default();
    let rest = now.split("id: dora").nth(1).unwrap_or_default();
    assert!(
        rest.contains("Dorothea") && rest.contains("dora@example.com"),
        "{dora}"
    );
    assert!(rest.contains("shared_login: true"), "{dora}");
    let half = folder
        .run("person change dora --issuer https://id.example.com --as person:olga --data data");
    assert_eq!(half.exit, 2, "{half}");
}

#[test]
fn what_goes_with_an_invitation_is_assigned_when_it_is_accepted() {
    let folder = finch();
    let sent = folder.run(&format!(
        "invitation send --business 4400 --role employee --as person:fay --to finch.yaml {FINCH} \
         --assign asset:act_44a=ad_account:analyst --assign asset:page_44=page:editor"
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
    let came = folder.run_with(&accept, &[("COUNTERSIGN_CODE", &code)]);
    assert_eq!(came.exit, 0, "{came}");
    for (operation, on, exit) in [
        ("insights.read", "asset:act_44a", 0),
        ("ad.edit", "asset:act_44a", 3),
        ("post.publish", "asset:page_44", 0),
    ] {
        let said = folder.run(&format!("check person:nova {operation} {on} {FINCH}"));
        assert_eq!(said.exit, exit, "{said}");
    }
    for wrong in [
        "act_44a=ad_account:analyst",
        "asset:act_44a=analyst",
        "asset:act_44a",
    ] {
        let said = folder.run(&format!(
            "invitation send --business 4400 --role employee --as person:fay {FINCH} --assign {wrong}"
        ));
        assert_eq!(said.exit, 2, "{said}");
    }
}

#[test]
fn lists_around_a_business_are_in_the_order_of_their_ids() {
    let folder = Folder::new();
    let lists = [
        (
            "members 9001",
            "person:ana (Ana)  admin\nperson:ben (Ben)  employee, until 2026-12-31T00:00:00Z\n",
        ),
        ("children 9001", ""),
        (
            "partners 9001",
            "business:C01 (Corner Bakery)  0 shared to it, 1 from it, 1 waiting to be accepted\n",
        ),
        (
            "partners C01",
            "business:9001 (Northlight Media)  1 shared to it, 0 from it, 1 waiting to be accepted\n",
        ),
        (
            "assets 9001",
            "asset:act_81 (Bakery ads)  ad_account, of business:C01, shared as Standard, accepted\n\
             asset:page_81  page, of business:C01, shared as Standard, pending\n",
        ),
        (
            "assets C01",
            "asset:act_81 (Bakery ads)  ad_account, its own\n\
             asset:aud_81  custom_audience, its own\nasset:page_81  page, its own\n",
        ),
        ("members none", ""),
    ];
    for (list, expected) in lists {
        let said = folder.run(&format!(
            "business {list} --directory northlight.yaml --at 2026-04-01"
        ));
        assert_eq!((said.exit, said.out.as_str()), (0, expected), "{said}");
    }
    let later = folder.run("business members 9001 --directory northlight.yaml --at 2026-12-31");
    assert_eq!(later.out, "person:ana (Ana)  admin\n");
}
