//! Refusals by their ids, and errors of the platform.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::support::{Folder, Said, living};

fn error(code: u32, subcode: Option<u32>, message: &str) -> String {
    let mut error = json!({ "message": message, "type": "OAuthException", "code": code });
    if let Some(subcode) = subcode {
        error["error_subcode"] = json!(subcode);
    }
    json!({ "error": error }).to_string()
}

/// Returns the causes of an answer in JSON: what is said of each, and its reason.
fn causes(said: &Said) -> Vec<String> {
    let answer = said.json();
    let causes = answer["causes"].as_array().expect("causes");
    let words = causes.iter().map(|cause| {
        let word = |name: &str| cause[name].as_str().unwrap_or("other");
        format!("{} {}", word("verdict"), word("reason"))
    });
    words.collect()
}

#[test]
fn an_error_is_explained_with_no_facts_at_all() {
    let folder = Folder::new();
    folder.write(
        "error.json",
        &error(
            200,
            None,
            "(#200) Requires ads_management permission to manage the object",
        ),
    );
    let plain = folder.run("explain --error error.json --output json");
    assert_eq!((plain.exit, plain.err.as_str()), (0, ""), "{plain}");
    assert_eq!(causes(&plain)[0], "possible SCOPE_MISSING", "{plain}");
    let known = folder.run(
        "explain --error error.json --scopes ads_read,ads_management --app-mode live --level standard --output json",
    );
    assert_eq!(causes(&known)[0], "likely APP_LEVEL_STANDARD", "{known}");
    assert!(
        causes(&known).contains(&"ruled_out SCOPE_MISSING".to_owned()),
        "{known}"
    );
    // The same from the input, with everything around it that an SDK prints.
    folder.write(
        "printed.txt",
        &format!(
            "FacebookRequestError: \n  Method:  POST\n  Path:    https://graph.facebook.com/v26.0/act_1/campaigns\n  \
             Params:  {{'name': 'x'}}\n  Response:\n    {}\n",
            error(200, None, "(#200) Permissions error")
        ),
    );
    let printed = folder.run("explain --error - --role analyst --output json < printed.txt");
    assert_eq!(printed.json()["operation"], "campaign.create", "{printed}");
    assert_eq!(causes(&printed)[0], "likely ROLE_TOO_LOW", "{printed}");
    // Other words under a known code are known by the code.
    folder.write("new.json", &error(190, Some(999), "Something new"));
    let new = folder.run("explain --error new.json");
    assert_eq!(new.exit, 0, "{new}");
    assert!(new.out.contains("These words are not known"), "{new}");
}

#[test]
fn what_is_no_known_error_is_told_by_its_field() {
    let folder = Folder::new();
    for (text, more, field) in [
        (error(987_654, None, "?"), "", "`code`"),
        ("garbage".to_owned(), "", "`error`"),
        ("{}".to_owned(), "", "`error`"),
        (
            json!({ "error": { "code": "x" } }).to_string(),
            "",
            "`error.code`",
        ),
        (error(200, None, "?"), "--scopes ads_reed", "`--scopes`"),
        (error(200, None, "?"), "--call ad.edot", "`--call`"),
    ] {
        folder.write("error.json", &text);
        let said = folder.run(&format!("explain --error error.json {more}"));
        assert_eq!((said.exit, said.out.as_str()), (1, ""), "{said}");
        assert!(said.err.contains(field), "{said}");
    }
    let said = folder.run("explain --error none.json");
    assert_eq!(said.exit, 1, "{said}");
    // What belongs to an error belongs to nothing else.
    for words in [
        "explain --role analyst",
        "explain person:ben ad.edit",
        "explain --error - --trace x",
        "explain --error - person:ben ad.edit asset:act_81",
        "explain",
    ] {
        let said = folder.run(words);
        assert_eq!(said.exit, 2, "{said}");
    }
}

/// Makes a call that is refused, and returns the id it was told.
fn refused(url: &str, path: &str) -> String {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("it listens");
    let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("it listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let body: Value = serde_json::from_str(body).expect("JSON");
    body["error"]["fbtrace_id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[test]
fn a_refusal_is_explained_by_its_id_by_a_server_and_from_its_data() {
    let folder = Folder::new();
    folder.write("northlight.yaml", &living());
    let token = folder.realm("agency", "meta", &["admin_reach=owned"]);
    let said = folder.run("import northlight.yaml --data data");
    assert_eq!(said.exit, 0, "{said}");
    let server = folder.serve("");
    let path = "/meta/v26.0/act_81/assigned_users?business=9001&access_token=only-in-test-files";
    let id = refused(&server.url, path);
    let environment = [("COUNTERSIGN_TOKEN", token.as_str())];
    let words = format!("explain --trace {id} --server {}", server.url);
    let there = folder.run_with(&words, &environment);
    assert_eq!(there.exit, 3, "{there}");
    for part in [
        "✗ refused: get act_81/assigned_users  by person:ben",
        "assignment.list",
        "SCOPE_MISSING",
    ] {
        assert!(there.out.contains(part), "{part}: {there}");
    }
    let json = folder.run_with(&format!("{words} --output json"), &environment);
    assert_eq!(json.json()["id"], id.as_str(), "{json}");
    for other in ["AAAAAAAAAAAAAAAAAAAAAAA", "../explain"] {
        let words = format!("explain --trace {other} --server {}", server.url);
        let said = folder.run_with(&words, &environment);
        assert_eq!((said.exit, said.out.as_str()), (1, ""), "{said}");
    }
    server.stop();
    let here = folder.run(&format!("explain --trace {id} --data data"));
    assert_eq!(here.exit, 3, "{here}");
    let first_lines = |said: &Said| {
        said.out
            .lines()
            .take(8)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(first_lines(&here), first_lines(&there));
    let none = folder.run("explain --trace AAAAAAAAAAAAAAAAAAAAAAA --data data");
    assert_eq!(none.exit, 1, "{none}");
    let file = folder.run(&format!("explain --trace {id} --directory northlight.yaml"));
    assert_eq!(file.exit, 1, "{file}");
    assert!(file.err.contains("keeps no refusals"), "{file}");
}
