//! A business acts on behalf of a client, from beginning to end.

use crate::support::Folder;

const HERE: &str = "--directory northlight.yaml --at 2026-04-01";

fn partners(folder: &Folder, business: &str) -> String {
    let said = folder.run(&format!("business partners {business} {HERE}"));
    assert_eq!(said.exit, 0, "{said}");
    said.out
}

#[test]
fn a_client_lets_a_partner_act_and_ends_it() {
    let folder = Folder::new();
    let between = "9001 --client C01";
    let token = format!("token {between} --app tools --scope ads_read");
    let ana = "--as person:ana --evidence '{ second_factor: true }'";
    let steps = [
        (format!("start {between} {ana}"), 3),
        (format!("{token} {ana}"), 1),
        (format!("start {between} --as person:cleo"), 0),
        (format!("start {between} --as person:cleo"), 1),
    ];
    for (words, exit) in &steps {
        let said = folder.run(&format!("on-behalf {words} --to northlight.yaml {HERE}"));
        assert_eq!(said.exit, *exit, "{words}\n{said}");
    }
    assert!(partners(&folder, "C01").contains("business:9001 (Northlight Media)  1 shared to it"));
    assert!(partners(&folder, "C01").ends_with(", acts on our behalf\n"));
    assert!(partners(&folder, "9001").ends_with(", we act on its behalf\n"));
    let left = folder.run(&format!("partner prove-removal 9001 --business C01 {HERE}"));
    assert!(
        left.out
            .contains("✗ that it acts on our behalf: 1 looked at, 1 left"),
        "{left}"
    );
    assert!(
        left.out
            .contains("business:9001 acts on behalf of business:C01\n"),
        "{left}"
    );
    let steps = [
        (format!("{token} --as person:cleo"), 3),
        (format!("{token} --as person:ben"), 3),
        (format!("{token} --name 'Bakery SYSTEM USER' {ana}"), 0),
        (format!("end {between} --as person:ben"), 3),
    ];
    for (words, exit) in &steps {
        let said = folder.run(&format!("on-behalf {words} --to northlight.yaml {HERE}"));
        assert_eq!(said.exit, *exit, "{words}\n{said}");
    }
    assert!(
        folder
            .read("northlight.yaml")
            .contains("Bakery SYSTEM USER")
    );
    let words = format!("on-behalf end {between} --as person:cleo --to northlight.yaml {HERE}");
    assert_eq!(folder.run(&words).exit, 0);
    assert!(
        !folder
            .read("northlight.yaml")
            .contains("Bakery SYSTEM USER")
    );
    assert!(!partners(&folder, "C01").contains("behalf"));
}
