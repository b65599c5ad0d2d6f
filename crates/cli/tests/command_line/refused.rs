//! What cannot be done: what is said, and how it ends.

use insta::assert_snapshot;

use crate::support::Folder;

const AT: &str = "--directory northlight.yaml --at 2026-04-01";

/// Runs each, and returns what was said, one after the other.
fn said(folder: &Folder, lines: &[&str]) -> String {
    let said: Vec<String> = lines
        .iter()
        .map(|line| folder.run(&line.replace("AT", AT)).to_string())
        .collect();
    said.join("\n\n")
}

#[test]
fn what_is_misspelt_is_an_error_with_the_nearest_name() {
    let folder = Folder::new();
    let lines = [
        "check person:ben ad.edti asset:act_81 AT",
        "check token:t-bne ad.edit asset:act_81 AT",
        "what-can person:ben --of ad_acount AT",
        "check person:ben ad.edit asset:act_81 --directory nowhere.yaml",
        "check person:ben ad.edit asset:act_81 --directory northlight.yaml --rulebook metta",
        "check person:ben ad.edit asset:act_81 --directory northlight.yaml --at 17",
        "check person:ben ad.edit asset:act_81",
        "check person:ben assignment.give asset:act_99 --context '{ terms: analyst }' AT",
        "check token:t-ben ad.edit asset:act_81 --app tools --kind user AT",
        "check person:ben ad.edit asset:act_81 --with business AT",
        "rulebook show nothing",
        "export --data nowhere",
        "ledger verify --directory northlight.yaml",
        "import northlight.yaml",
        "import northlight.yaml --directory northlight.yaml",
        "check person:ben ad.edit asset:act_81 --server example.org",
    ];
    let said = said(&folder, &lines);
    assert!(!said.contains("= 0"), "{said}");
    assert_snapshot!(said);
}

#[test]
fn what_is_no_command_line_ends_with_two() {
    let folder = Folder::new();
    let lines = [
        "chekc",
        "check person:ben",
        "check ben ad.edit asset:act_81 AT",
        "check person:ben ad.edit act_81 AT",
        "check person:ben ad.edit asset:act_81 --directory northlight.yaml --at yesterday",
        "check person:ben ad.edit asset:act_81 --context '{ projekt: x }' AT",
        "check person:ben ad.edit asset:act_81 --app tools AT",
        "check person:ben ad.edit asset:act_81 --directory northlight.yaml --data data",
        "do '{ member.leave: {} }' --as person:ben AT",
        "schema rulebok",
    ];
    let said = said(&folder, &lines);
    let ends: Vec<&str> = said.lines().filter(|line| line.starts_with("= ")).collect();
    assert_eq!(ends, vec!["= 2"; lines.len()], "{said}");
    assert_snapshot!(said);
}

#[test]
fn an_identity_provider_needs_an_address_over_tls_a_client_and_its_secret() {
    let folder = Folder::new();
    folder.write("secret", "s3\n");
    folder.write("empty", "\n");
    let at = "serve --oidc-issuer https://login.example";
    let lines = [
        at.to_owned(),
        "serve --oidc-name Login".to_owned(),
        format!("{at} --oidc-client-id us"),
        format!("{at} --oidc-client-id us --oidc-client-secret-file nowhere"),
        format!("{at} --oidc-client-id us --oidc-client-secret-file empty"),
        "serve --oidc-issuer http://login.example --oidc-client-id us --oidc-client-secret-file secret"
            .to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_snapshot!(said(&folder, &lines));
}

#[test]
fn what_is_denied_ends_with_three() {
    let folder = Folder::new();
    let lines = [
        "check person:ben page.update asset:page_81 AT",
        "explain person:cleo ad.edit asset:act_99 AT",
        "do '{ member.remove: { business: \"9001\", person: ana } }' --as person:ben AT",
    ];
    let said = said(&folder, &lines);
    assert_snapshot!(said);
}

#[test]
fn a_command_that_is_refused_for_another_reason_is_an_error() {
    let folder = Folder::new();
    let lines = [
        "do '{ member.remove: { business: C01, person: cleo } }' --as person:cleo AT",
        "do '{ member.add: { business: C01, person: ben, role: chief } }' --as person:cleo AT",
        "do '{ member.remove: { business: C01, person: ben } }' AT",
        "do '{ share.accept: { to: \"9001\" } }' --as person:ana AT",
    ];
    assert_snapshot!(said(&folder, &lines));
}

#[test]
fn what_is_found_ends_with_four() {
    let folder = Folder::new();
    folder.write("wrong.toml", "[rulebook]\nformat = 1\nname = \"wrong\"\n");
    folder.write(
        "failing.yaml",
        "title: One that fails\n\
         directory: northlight.yaml\n\
         at: 2026-04-01T00:00:00Z\n\
         steps:\n  \
           - ask: Ben edits an ad\n    \
             who: token:t-ben\n    \
             operation: ad.edit\n    \
             on: asset:act_81\n    \
             expect: deny\n    \
             reasons: [ROLE_TOO_LOW]\n",
    );
    let lines = [
        "rulebook check meta wrong.toml",
        "test failing.yaml",
        "test failing.yaml -o json",
    ];
    let said = said(&folder, &lines);
    let ends: Vec<&str> = said.lines().filter(|line| line.starts_with("= ")).collect();
    assert_eq!(ends, vec!["= 4"; lines.len()], "{said}");
    assert_snapshot!(said);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = Folder::new();
    let said = folder.shell("countersign rulebook show meta | head -n 1");
    assert_eq!((said.exit, said.err.as_str()), (0, ""), "{said}");
}
