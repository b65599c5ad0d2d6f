//! Requests that a client hands in itself: what comes of them, and what is refused.

use ::oauth::form::encoded;
use serde_json::json;

use super::browser::{CALLBACK, ISSUER, World, error, everything, form, heard, hidden, request};
use crate::support::{Ask, Reply};

/// The fields of a request, some of them replaced.
fn fields(other: &[(&str, &str)]) -> Vec<(String, String)> {
    let query = ::oauth::Form::parse(request(other).as_bytes()).unwrap();
    let fields = query.fields();
    fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn push(world: &World, other: &[(&str, &str)]) -> Reply {
    let fields = fields(other);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    world.reports("par", &fields)
}

fn pushed(world: &World) -> String {
    let reply = push(world, &[]);
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["request_uri"].as_str().unwrap().to_owned()
}

fn query(uri: &str) -> String {
    encoded([("client_id", "reports"), ("request_uri", uri)])
}

/// Cora's browser comes with a reference; returns where it is sent, with one of its own.
fn open(world: &World, uri: &str, cookie: &str) -> String {
    let reply = world.authorize(&query(uri), cookie);
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").unwrap().to_owned()
}

fn page(world: &World, to: &str, cookie: &str) -> Reply {
    world.server.send(&Ask::get(to).header("cookie", cookie))
}

fn answer(world: &World, page: &Reply, cookie: &str, answers: &[(&str, &str)]) -> Reply {
    let hidden = hidden(&page.text());
    let mut fields = answers.to_vec();
    fields.extend(hidden.iter().map(|(name, value)| (&**name, &**value)));
    let ask = form("/oauth/shop/consent", &fields).header("cookie", cookie);
    world.server.send(&ask)
}

#[test]
fn a_request_that_was_handed_in_is_put_to_the_person_and_is_in_no_address() {
    let world = World::new();
    let reply = push(&world, &[]);
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let body = reply.json();
    assert_eq!(body["expires_in"], json!(60));
    let uri = body["request_uri"].as_str().unwrap();
    assert!(
        uri.starts_with("urn:ietf:params:oauth:request_uri:csr_"),
        "{uri}"
    );
    let cookie = world.cookie("cora");
    let to = open(&world, uri, &cookie);
    assert!(
        to.starts_with("/oauth/shop/authorize?client_id=reports&request_uri="),
        "{to}"
    );
    // The person may take longer than the client had, and load the page again.
    world.later(5 * 60);
    let asked = page(&world, &to, &cookie);
    let policy = asked.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self' https://client.example;"),
        "{policy}"
    );
    let again = page(&world, &to, &cookie);
    assert!(!again.text().contains("xyz 1") && !again.text().contains(CALLBACK));
    let back = heard(&answer(&world, &again, &cookie, &everything()));
    let tokens = world.redeem(back.get("code").unwrap().unwrap()).good();
    assert_eq!(tokens["scope"], json!("ads_read ads_management email"));
    world.server.stop();
}

#[test]
fn a_reference_is_good_once() {
    let world = World::new();
    let cookie = world.cookie("cora");
    let uri = pushed(&world);
    let to = open(&world, &uri, &cookie);
    // The client's own is used up by the browser that came with it.
    let twice = world.authorize(&query(&uri), &cookie);
    assert_eq!(twice.status, 400);
    assert!(twice.text().contains("invalid_request_uri"));
    // The browser's is used up by the answer, a no as well.
    let asked = page(&world, &to, &cookie);
    let no = heard(&answer(&world, &asked, &cookie, &[("answer", "deny")]));
    assert_eq!(no.get("error").unwrap(), Some("access_denied"));
    assert_eq!(page(&world, &to, &cookie).status, 400);
    let late = answer(&world, &asked, &cookie, &everything());
    assert_eq!((late.status, late.header("location")), (400, None));
    world.server.stop();
}

#[test]
fn of_two_answers_to_one_request_one_counts() {
    let world = World::new();
    let cookie = world.cookie("cora");
    let to = open(&world, &pushed(&world), &cookie);
    let asked = page(&world, &to, &cookie);
    heard(&answer(&world, &asked, &cookie, &everything()));
    let second = answer(&world, &asked, &cookie, &everything());
    assert_eq!((second.status, second.header("location")), (400, None));
    world.server.stop();
}

#[test]
fn a_reference_ends_and_is_one_clients() {
    let world = World::new();
    let cookie = world.cookie("cora");
    let uri = pushed(&world);
    let foreign = encoded([("client_id", "other"), ("request_uri", &uri)]);
    assert_eq!(world.authorize(&foreign, &cookie).status, 400);
    let nobody = encoded([("request_uri", &*uri)]);
    assert_eq!(world.authorize(&nobody, &cookie).status, 400);
    // Nobody's use of it has used it up; time does.
    world.later(60);
    let late = world.authorize(&query(&uri), &cookie);
    assert!(
        late.text().contains("invalid_request_uri"),
        "{}",
        late.text()
    );
    let to = open(&world, &pushed(&world), &cookie);
    world.later(15 * 60);
    assert_eq!(page(&world, &to, &cookie).status, 400);
    let unknown = query("urn:ietf:params:oauth:request_uri:csr_never");
    assert_eq!(world.authorize(&unknown, &cookie).status, 400);
    let elsewhere = query("https://client.example/request.jwt");
    assert_eq!(world.authorize(&elsewhere, &cookie).status, 400);
    world.server.stop();
}

#[test]
fn what_is_beside_the_reference_changes_nothing() {
    let world = World::new();
    let cookie = world.cookie("cora");
    let uri = pushed(&world);
    let more = encoded([
        ("client_id", "reports"),
        ("request_uri", &uri),
        ("redirect_uri", "https://evil.example/cb"),
        ("scope", "business_management"),
    ]);
    let reply = world.authorize(&more, &cookie);
    let asked = page(&world, reply.header("location").unwrap(), &cookie);
    assert!(!asked.text().contains("business_management"));
    heard(&answer(&world, &asked, &cookie, &everything()));
    world.server.stop();
}

#[test]
fn what_cannot_be_asked_is_told_to_the_client() {
    let world = World::new();
    for (other, expected) in [
        (
            [("response_type", "token")],
            "400 unsupported_response_type",
        ),
        ([("code_challenge", "")], "400 invalid_request"),
        ([("code_challenge_method", "plain")], "400 invalid_request"),
        (
            [("redirect_uri", "https://evil.example/")],
            "400 invalid_request",
        ),
        ([("scope", "nonsense")], "400 invalid_scope"),
        (
            [("resource", "https://evil.example/")],
            "400 invalid_target",
        ),
        (
            [("authorization_details", "{}")],
            "400 invalid_authorization_details",
        ),
        ([("request", "eyJ")], "400 invalid_request"),
        (
            [("request_uri", "urn:ietf:params:oauth:request_uri:csr_1")],
            "400 invalid_request",
        ),
        ([("client_id", "other")], "400 invalid_request"),
    ] {
        assert_eq!(error(&push(&world, &other)), expected, "{other:?}");
    }
    world.server.stop();
}

#[test]
fn only_a_client_with_its_secret_hands_anything_in() {
    let world = World::new();
    let owned = fields(&[]);
    let good: Vec<(&str, &str)> = owned
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let wrong = world.post("par", Some(("reports", "wrong")), &good);
    assert_eq!(error(&wrong), "401 invalid_client");
    assert!(wrong.header("www-authenticate").is_some());
    assert_eq!(error(&world.post("par", None, &good)), "401 invalid_client");
    let native = fields(&[
        ("client_id", "native"),
        ("redirect_uri", "http://127.0.0.1/cb"),
    ]);
    let native: Vec<(&str, &str)> = native
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    assert_eq!(
        error(&world.post("par", None, &native)),
        "400 unauthorized_client"
    );
    let get = world.server.send(&Ask::get("/oauth/shop/par"));
    assert_eq!(get.status, 405);
    // The secret of the client is in nothing that is kept for later.
    let with_secret = {
        let mut fields = good.clone();
        fields.push(("client_secret", &world.secret));
        world.post("par", None, &fields)
    };
    assert_eq!(with_secret.status, 201);
    let metadata = world.server.send(&Ask::get(
        "/.well-known/oauth-authorization-server/oauth/shop",
    ));
    assert_eq!(
        metadata.json()["pushed_authorization_request_endpoint"],
        json!(format!("{ISSUER}/par"))
    );
    world.server.stop();
}
