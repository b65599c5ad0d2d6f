//! Lists around a business: a page at a time, for those who may look, and alike for everybody else
//! whether there is such a business.

use serde_json::{Value, json};

use crate::support::{Ask, Setup, TestServer, crowd};

const LISTS: [(&str, &str); 4] = [
    ("children", "business"),
    ("members", "person"),
    ("partners", "business"),
    ("assets", "asset"),
];

fn get(server: &TestServer, by: &str, path: &str) -> (u16, Value) {
    let token = server.token("agency", by);
    let reply = server.send(&Ask::get(path).token(&token));
    let mut body = reply.json();
    if reply.status != 200 {
        body["request_id"].take();
    }
    (reply.status, body)
}

/// Returns the ids of a whole list, read in pages of `limit`.
fn all(
    server: &TestServer,
    by: &str,
    path: &str,
    (list, id): (&str, &str),
    limit: usize,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let (status, page) = get(server, by, &format!("{path}?limit={limit}{cursor}"));
        assert_eq!(status, 200, "{path}: {page}");
        let items = page[list].as_array().unwrap();
        assert!(items.len() <= limit);
        found.extend(items.iter().map(|one| one[id].as_str().unwrap().to_owned()));
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[test]
fn every_page_size_gives_the_same_list_in_the_order_of_its_ids() {
    let server = Setup::with(crowd("agency")).start();
    for (list, id) in LISTS {
        for business in ["9001", "Z98", "C01"] {
            let path = format!("/api/v1/businesses/{business}/{list}");
            let whole = all(&server, "person:olga", &path, (list, id), 1_000);
            let mut sorted = whole.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!(whole, sorted, "{path}");
            for limit in [1, 3] {
                assert_eq!(
                    all(&server, "person:olga", &path, (list, id), limit),
                    whole,
                    "{path}"
                );
            }
        }
    }
    let path = "/api/v1/businesses/Z98/children";
    assert_eq!(
        all(&server, "person:olga", path, ("children", "business"), 10),
        ["Z99"]
    );
    server.stop();
}

#[test]
fn a_list_is_for_those_the_rulebook_lets_read_it() {
    let server = Setup::with(crowd("agency")).start();
    for (list, _) in LISTS {
        let own = get(
            &server,
            "person:ana",
            &format!("/api/v1/businesses/9001/{list}"),
        );
        assert_eq!(own.0, 200, "{list}: {}", own.1);
        let strange = get(
            &server,
            "person:ana",
            &format!("/api/v1/businesses/Z99/{list}"),
        );
        let none = get(
            &server,
            "person:ana",
            &format!("/api/v1/businesses/none-1/{list}"),
        );
        assert_eq!(strange.0, 403, "{list}: {}", strange.1);
        assert_eq!(strange, none, "{list}");
        // A child does not see its parent, nor what it has.
        let parent = get(
            &server,
            "person:zed",
            &format!("/api/v1/businesses/Z98/{list}"),
        );
        let none = get(
            &server,
            "person:zed",
            &format!("/api/v1/businesses/none-1/{list}"),
        );
        assert_eq!((parent.0, &parent), (403, &none), "{list}");
    }
    // An employee sees who is there, and makes no children.
    assert_eq!(
        get(&server, "person:cho", "/api/v1/businesses/9001/members").0,
        200
    );
    assert_eq!(
        get(&server, "person:cho", "/api/v1/businesses/9001/children").0,
        403
    );
    server.stop();
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let server = Setup::with(crowd("agency")).start();
    for (query, field) in [
        ("?limit=0", "limit"),
        ("?limit=1001", "limit"),
        ("?page=2", "page"),
    ] {
        let path = format!("/api/v1/businesses/9001/members{query}");
        let (status, told) = get(&server, "person:olga", &path);
        assert_eq!((status, &told["field"]), (400, &json!(field)), "{told}");
    }
    for path in ["no%20id", "%FF"] {
        let path = format!("/api/v1/businesses/{path}/members");
        let (status, told) = get(&server, "person:olga", &path);
        assert_eq!((status, &told["field"]), (400, &json!("id")), "{told}");
    }
    let own = server.send(&Ask::get("/api/v1/businesses/9001/members"));
    assert_eq!(own.status, 401);
    server.stop();
}
