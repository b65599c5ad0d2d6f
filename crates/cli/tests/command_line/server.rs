//! The same questions and commands to a running server.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Folder, Said, all, living, masked};

/// A server on the documented agency, and the token of its operator.
struct Running {
    folder: Folder,
    server: crate::support::Server,
    token: String,
}

impl Running {
    fn new() -> Self {
        Self::with("")
    }

    fn with(more: &str) -> Self {
        let folder = Folder::new();
        folder.write("northlight.yaml", &living());
        let token = folder.realm("agency", "meta", &["admin_reach=owned"]);
        let said = folder.run("import northlight.yaml --data data");
        assert_eq!(said.exit, 0, "{said}");
        let server = folder.serve(more);
        Self {
            folder,
            server,
            token,
        }
    }

    /// Asks the server, as the operator.
    fn ask(&self, words: &str) -> Said {
        self.ask_as(&self.token, words)
    }

    /// Returns an API token of somebody, made by the operator; there is no command for it.
    fn token_of(&self, holder: &str) -> String {
        let body = json!({ "holder": holder }).to_string();
        let address = self.server.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("it listens");
        let head = format!(
            "POST /api/v1/sessions HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.token,
            body.len()
        );
        stream
            .write_all((head + &body).as_bytes())
            .expect("it listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        let body: Value = serde_json::from_str(body).expect("JSON");
        body["token"].as_str().expect("a token").to_owned()
    }

    fn ask_as(&self, token: &str, words: &str) -> Said {
        let environment = [
            ("COUNTERSIGN_SERVER", self.server.url.as_str()),
            ("COUNTERSIGN_TOKEN", token),
        ];
        self.folder.run_with(words, &environment)
    }
}

#[test]
fn questions_are_answered_as_from_the_file() {
    let running = Running::new();
    let questions = [
        "check token:t-ben ad.edit asset:act_81",
        "check token:t-report ad.edit asset:act_81",
        "check person:ben insights.read asset:act_81 --app tools --kind user --scope ads_read",
        "check person:ana ad.edit asset:act_81 --evidence '{ second_factor: true }'",
        "who-can ad.edit asset:act_81",
        "who-can ad.edit asset:act_81 --limit 2",
        "what-can person:ben ad.edit",
        "what-can person:ben business.view",
        "what-can person:ben ad.edit --of ad_account --of custom_audience",
    ];
    for question in questions {
        let there = running.ask(question);
        let here = running
            .folder
            .run(&format!("{question} --directory northlight.yaml"));
        assert_eq!(
            (&there.out, there.exit),
            (&here.out, here.exit),
            "{there}\n{here}"
        );
    }
}

#[test]
fn an_explanation_is_told_in_the_same_words() {
    let running = Running::new();
    for question in [
        "token:t-report ad.edit asset:act_81",
        "token:t-ben ad.edit asset:act_81",
    ] {
        let layers = |said: &Said| -> String {
            let (_, layers) = said.out.split_once("\n\n").expect("layers");
            layers
                .split("\nWhat would")
                .next()
                .unwrap_or_default()
                .trim_end()
                .to_owned()
        };
        let there = running.ask(&format!("explain {question}"));
        let here = running
            .folder
            .run(&format!("explain {question} --directory northlight.yaml"));
        assert_eq!(layers(&there), layers(&here));
        assert_eq!(there.exit, here.exit);
    }
    let said = running.ask("explain token:t-report ad.edit asset:act_81");
    assert_snapshot!(masked(&said.to_string()));
}

#[test]
fn commands_are_given_and_the_past_is_asked() {
    let running = Running::new();
    let before = running.ask("export").out;
    let invite = "do '{ person.add: {} }'";
    assert_eq!(running.ask(invite).exit, 2);
    let said = [
        running.ask("do '{ business.verify: { business: C01, verified: true } }' --id verify"),
        running.ask("do '{ business.verify: { business: C01, verified: true } }' --id verify"),
        running.ask(
            "do '{ share.offer: { asset: page_81, to: \"9001\", terms: { page: [Standard] } } }'",
        ),
        running.ask("do '{ business.verify: { business: C01, verified: true } }' --as person:ana"),
        running.ask("ledger log --from 3 --changes"),
        running.ask("ledger log --limit 1"),
        running.ask("ledger verify"),
        running.ask("rulebook show"),
    ];
    assert_snapshot!(all(&said));
    for words in [
        "check token:t-ben ad.edit asset:act_81",
        "explain token:t-ben ad.edit asset:act_81",
        "who-can ad.edit asset:act_81",
        "what-can person:ben ad.edit",
    ] {
        let then = running.ask(&format!("{words} --at 2"));
        assert_eq!(then.exit, 0, "{then}");
        let ahead = running.ask(&format!("{words} --at 1"));
        assert_ne!(ahead.out, then.out, "{ahead}");
    }
    assert_eq!(running.ask("export --at 2").out, before);
    assert_ne!(running.ask("export").out, before);
    assert_eq!(
        running
            .ask("check token:t-ben ad.edit asset:act_81 --at 2")
            .exit,
        0
    );
}

#[test]
fn a_realm_goes_out_and_in_again() {
    let running = Running::new();
    let text = running.ask("export").out;
    running.folder.write("again.yaml", &text);
    let changed = text.replace("person: cleo, role: admin", "person: cleo, role: employee");
    running.folder.write("changed.yaml", &changed);
    let said = [
        running.ask("import again.yaml --replace"),
        running.ask("import changed.yaml --plan"),
        running.ask("import changed.yaml --id demote"),
        running.ask("import changed.yaml --id demote"),
    ];
    let quiet = running.ask("import changed.yaml --plan -o json").json();
    assert_eq!(
        (&quiet["outcome"], &quiet["unchanged"]),
        (&json!("planned"), &json!(31))
    );
    let done = running.ask("import again.yaml -o json").json();
    assert_eq!(
        (&done["outcome"], &done["position"]),
        (&json!("done"), &json!(4))
    );
    assert_eq!(running.ask("export --at 3").out, changed);
    assert_eq!(running.ask("export").out, text);
    assert_eq!(
        running.ask("export -o json").json()["people"][0]["name"],
        "Ana"
    );
    assert_snapshot!(all(&said));
}

#[test]
fn what_is_printed_as_a_remedy_works_with_the_tokens_of_those_it_names() {
    let running = Running::new();
    let question = "check person:ana ad.edit asset:act_81 --evidence '{ second_factor: true }'";
    let explained = running.ask(&question.replacen("check", "explain", 1));
    let mut lines = explained.out.lines();
    let step = lines
        .find(|line| line.contains("assignment.give by"))
        .expect("a step");
    assert!(step.contains("person:cleo"), "{explained}");
    let command = lines.next().expect("its command").trim();
    let environment = |token| [("COUNTERSIGN_TOKEN", token)];
    // Olga runs the platform; the bakery's account is not hers to hand out.
    let denied = running
        .folder
        .shell_with(command, &environment(running.token.as_str()));
    assert_eq!(denied.exit, 3, "{denied}");
    let cleo = running.token_of("person:cleo");
    let done = running.folder.shell_with(command, &environment(&cleo));
    assert_eq!(done.exit, 0, "{done}");
    assert_eq!(running.ask(question).exit, 0);
}

#[test]
fn a_rulebook_is_planned_and_activated() {
    let running = Running::new();
    let narrow = "rulebook activate meta --switch admin_reach=none";
    let said = [
        running.ask(&format!("{narrow} --plan")),
        running.ask(narrow),
        running.ask("check person:cleo ad.edit asset:act_81"),
        running.ask("rulebook activate pinterest"),
    ];
    assert_snapshot!(all(&said));
}

#[test]
fn what_the_server_refuses_is_said_and_ends_as_it_should() {
    let running = Running::new();
    running
        .folder
        .write("wrong.yaml", "rulebook: meta\npeople: [{ id: a b }]\n");
    let said = [
        running.ask_as("", "check person:ben ad.edit asset:act_81"),
        running.ask_as("not-a-token", "check person:ben ad.edit asset:act_81"),
        running.ask("check person:ben ad.edti asset:act_81"),
        running.ask("check person:ben ad.edit asset:act_81 --at 999"),
        running.ask("what-can person:ben"),
        running.ask("what-can person:ben ad.edit --with business=business:9001"),
        running.ask("do '{ member.remove: { business: \"9001\", person: ana } }'"),
        running.ask("do '{ share.offer: { asset: page_81, to: \"9001\", terms: Standard } }'"),
        running.ask("import wrong.yaml"),
        running.folder.run_with(
            "check person:ben ad.edit asset:act_81 --server http://127.0.0.1:1",
            &[("COUNTERSIGN_TOKEN", "x")],
        ),
    ];
    assert_snapshot!(all(&said));
}

#[test]
fn a_private_certificate_is_trusted_when_it_is_named() {
    let tls = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/command_line/tls");
    let running = Running::with(&format!(
        "--tls-cert {tls}/server.pem --tls-key {tls}/server.key"
    ));
    assert!(
        running.server.url.starts_with("https://"),
        "{}",
        running.server.url
    );
    let question = "check token:t-ben ad.edit asset:act_81";
    let trusted = running.ask(&format!("{question} --ca {tls}/authority.pem"));
    assert_eq!(trusted.exit, 0, "{trusted}");
    let strange = running.ask(question);
    assert_eq!(strange.exit, 1, "{strange}");
    assert!(strange.err.contains("UnknownIssuer"), "{strange}");
}

#[test]
fn the_token_follows_no_redirect() {
    let listen = || TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = |listener: &TcpListener| listener.local_addr().expect("an address");
    let (named, other) = (listen(), listen());
    let (url, elsewhere) = (format!("http://{}", address(&named)), address(&other));
    let redirecting = std::thread::spawn(move || {
        let (mut stream, _) = named.accept().expect("it is asked");
        let _request = stream.read(&mut [0; 4096]).expect("a request");
        let answer = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{elsewhere}/\r\n\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(answer.as_bytes()).expect("it listens");
    });
    let said = Folder::new().run_with(
        "export",
        &[
            ("COUNTERSIGN_SERVER", &url),
            ("COUNTERSIGN_TOKEN", "secret"),
        ],
    );
    redirecting.join().expect("it was asked");
    other.set_nonblocking(true).expect("a port");
    assert!(other.accept().is_err(), "{said}");
    assert_eq!(said.exit, 1, "{said}");
}

#[test]
fn people_and_findings_are_told_as_from_the_file() {
    let running = Running::new();
    for words in [
        "person offboard ben --business 9001 --plan",
        "person offboard ben --business 9001 --plan --output json",
        "findings",
        "findings --business 9001",
    ] {
        let there = running.ask(words);
        let here = running
            .folder
            .run(&format!("{words} --directory northlight.yaml"));
        // A command to copy names its own place, and says who gives it where no token does.
        let placeless = |said: &Said| -> Vec<String> {
            let lines = said.out.lines();
            let bare = lines.map(|line| line.split("' --").next().unwrap_or_default().to_owned());
            bare.collect()
        };
        assert_eq!(
            (placeless(&there), there.exit),
            (placeless(&here), here.exit),
            "{there}\n{here}"
        );
        if !words.contains("json") {
            let place = format!("' --server {}", running.server.url);
            assert!(there.out.contains(&place), "{there}");
            assert!(
                here.out.contains("' --as person:ana --directory "),
                "{here}"
            );
        }
    }
    let gone = running.ask("person offboard ben --business 9001 --id offboard");
    assert_eq!(gone.exit, 3, "the operator manages nobody's people\n{gone}");
    let ana = running.token_of("person:ana");
    let gone = running.ask_as(
        &ana,
        "person offboard ben --business 9001 --evidence '{ second_factor: true }'",
    );
    assert!([0, 4].contains(&gone.exit), "{gone}");
    let after = running.ask("person offboard ben --business 9001 --plan");
    assert_eq!(after.exit, gone.exit, "{after}");
}

#[test]
fn lists_are_the_same_from_a_server_for_those_who_may_read_them() {
    let running = Running::new();
    let lists = [
        "business members C01",
        "business children C01",
        "business partners C01",
        "business assets C01",
        "mandate list --business C01",
        "proposal list --business C01",
    ];
    let cleo = running.token_of("person:cleo");
    let ben = running.token_of("person:ben");
    for list in lists {
        let here = running
            .folder
            .run(&format!("{list} --directory northlight.yaml"));
        let there = running.ask_as(&cleo, list);
        assert_eq!((&there.out, there.exit), (&here.out, 0), "{there}");
        // Another's business and one that is not there are told alike.
        let strange = running.ask_as(&ben, list);
        let none = running.ask_as(&ben, &list.replace("C01", "nowhere"));
        assert_eq!((&strange.err, strange.exit), (&none.err, 1), "{strange}");
    }
    let past = running.ask("business members C01 --at 2");
    assert_eq!(past.exit, 1, "{past}");
}

#[test]
fn the_ledger_of_a_business_is_for_its_admins_and_holds_nothing_of_others() {
    let running = Running::new();
    for command in [
        "do '{ member.add: { business: C01, person: ben, role: employee } }'",
        "do '{ business.verify: { business: \"9001\", verified: true } }'",
        "do '{ business.verify: { business: C01, verified: true } }'",
    ] {
        running.ask_as(&running.token_of("person:cleo"), command);
        running.ask(command);
    }
    let cleo = running.token_of("person:cleo");
    let told = running.ask_as(&cleo, "ledger log --business C01 --changes");
    assert_snapshot!(masked(&told.to_string()));
    assert!(!told.out.contains("person:ana"), "{told}");
    let whole = running.ask("ledger log --business C01");
    assert_eq!((whole.exit, whole.out.lines().count()), (0, 3), "{whole}");
    let first = running.ask("ledger log --business C01 --limit 2");
    assert!(first.err.contains("go on with `--from "), "{first}");
    let ben = running.token_of("person:ben");
    let employee = running.ask_as(&ben, "ledger log --business C01");
    assert_eq!(employee.exit, 1, "{employee}");
    let strange = running.ask_as(&cleo, "ledger log --business 9001");
    let none = running.ask_as(&cleo, "ledger log --business nowhere");
    assert_eq!((&strange.err, strange.exit), (&none.err, 1), "{strange}");
    assert_eq!(running.ask_as(&cleo, "ledger log").exit, 1);
}
