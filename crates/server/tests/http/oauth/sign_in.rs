//! Signing in: passwords, second factors, and what a guesser learns.

use serde_json::json;

use super::browser::{Fields, World, form, hidden, request};
use crate::support::{Ask, Reply};

pub(super) const PASSWORD: &str = "correct horse battery";

/// A browser with its cookie.
pub(super) struct Browser<'a> {
    world: &'a World,
    pub(super) cookie: String,
}

impl<'a> Browser<'a> {
    pub(super) fn new(world: &'a World) -> Self {
        let cookie = String::new();
        Self { world, cookie }
    }

    fn keep(&mut self, reply: &Reply) {
        if let Some(cookie) = reply.header("set-cookie") {
            for said in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
                assert!(cookie.contains(said), "{cookie}");
            }
            assert!(cookie.starts_with("__Host-countersign-shop"), "{cookie}");
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
    }

    pub(super) fn get(&mut self, path: &str) -> Reply {
        let ask = Ask::get(path).header("cookie", &self.cookie);
        let reply = self.world.server.send(&ask);
        self.keep(&reply);
        reply
    }

    /// Fills in the form of a page.
    fn send(&mut self, page: &Reply, path: &str, fields: &[(&str, &str)]) -> Reply {
        let hidden = hidden(&page.text());
        let mut all: Fields<'_> = fields.to_vec();
        all.extend(
            hidden
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        self.post(path, &all)
    }

    /// Sends a form with these fields.
    pub(super) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let ask = form(path, fields).header("cookie", &self.cookie);
        let reply = self.world.server.send(&ask);
        self.keep(&reply);
        reply
    }

    pub(super) fn sign_in(&mut self, person: &str, password: &str, digits: &str) -> Reply {
        self.cookie.clear();
        let page = self.get("/oauth/shop/sign-in");
        let fields = [
            ("person", person),
            ("password", password),
            ("digits", digits),
        ];
        self.send(&page, "/oauth/shop/sign-in", &fields)
    }
}

fn password_code(world: &World, by: &str, person: &str) -> Reply {
    let body = json!({ "person": person });
    let ask = Ask::post("/api/v1/sign-in-codes", &body);
    world
        .server
        .send(&ask.token(&world.server.token("shop", by)))
}

fn set_password(world: &World, code: &str, password: &str) -> Reply {
    set_password_of(world, "cora", code, password)
}

pub(super) fn set_password_of(world: &World, person: &str, code: &str, password: &str) -> Reply {
    let mut browser = Browser::new(world);
    let page = browser.get("/oauth/shop/password");
    let fields = [
        ("person", person),
        ("code", code),
        ("password", password),
        ("again", password),
    ];
    browser.send(&page, "/oauth/shop/password", &fields)
}

fn code_for_cora(world: &World) -> String {
    code_for(world, "cora")
}

pub(super) fn code_for(world: &World, person: &str) -> String {
    let made = password_code(world, "person:olga", person).good();
    made["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_person_sets_a_password_signs_in_and_is_asked_what_the_app_wanted() {
    let world = World::new();
    let code = code_for_cora(&world);
    assert_eq!(set_password(&world, &code, PASSWORD).status, 200);
    let mut browser = Browser::new(&world);
    let page = browser.get(&format!("/oauth/shop/authorize?{}", request(&[])));
    assert!(page.text().contains("<h1>Sign in</h1>"));
    let visit = browser.cookie.clone();
    // Who mistypes is on the same way still, and the browser is told where it leads.
    let fields = [("person", "cora"), ("password", "mistyped")];
    let page = browser.send(&page, "/oauth/shop/sign-in", &fields);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self' https://client.example;"),
        "{policy}"
    );
    assert!(page.text().contains("Reports &#60;b&#62;"));
    let fields = [("person", "cora"), ("password", PASSWORD)];
    let onward = browser.send(&page, "/oauth/shop/sign-in", &fields);
    assert_eq!(onward.status, 303, "{}", onward.text());
    assert_ne!(browser.cookie, visit);
    let to = onward.header("location").unwrap().to_owned();
    assert!(to.starts_with("/oauth/shop/authorize?"), "{to}");
    assert!(browser.get(&to).text().contains("act for you?"));
    // Out, and the cookie is worth nothing.
    let own = browser.get("/oauth/shop/sign-in");
    assert!(own.text().contains("You are signed in"));
    let before = browser.cookie.clone();
    browser.send(&own, "/oauth/shop/sign-out", &[]);
    browser.cookie = before;
    assert!(
        browser
            .get("/oauth/shop/sign-in")
            .text()
            .contains("<h1>Sign in</h1>")
    );
    world.server.stop();
}

#[test]
fn a_code_that_sets_a_password_is_good_once_for_one_person_and_a_day() {
    let world = World::new();
    assert_eq!(password_code(&world, "person:dan", "cora").status, 403);
    assert_eq!(password_code(&world, "person:dan", "dan").status, 200);
    assert_eq!(password_code(&world, "person:olga", "nobody").status, 400);
    let dans = password_code(&world, "person:olga", "dan").good();
    assert_eq!(
        set_password(&world, dans["code"].as_str().unwrap(), PASSWORD).status,
        403
    );
    let code = code_for_cora(&world);
    assert_eq!(set_password(&world, &code, "too short").status, 403);
    assert_eq!(set_password(&world, &code, PASSWORD).status, 200);
    assert_eq!(set_password(&world, &code, PASSWORD).status, 403);
    let late = code_for_cora(&world);
    world.later(24 * 3600 + 1);
    assert_eq!(set_password(&world, &late, PASSWORD).status, 403);
    world.server.stop();
}

#[test]
fn a_new_password_ends_sign_ins_and_tokens() {
    let world = World::new();
    set_password(&world, &code_for_cora(&world), PASSWORD);
    let tokens = world.tokens();
    let mut browser = Browser::new(&world);
    assert_eq!(browser.sign_in("cora", PASSWORD, "").status, 303);
    world.later(1);
    set_password(&world, &code_for_cora(&world), "another horse battery");
    assert!(!world.is_active(tokens["access_token"].as_str().unwrap()));
    assert!(!world.is_active(tokens["refresh_token"].as_str().unwrap()));
    assert!(
        browser
            .get("/oauth/shop/sign-in")
            .text()
            .contains("<h1>Sign in</h1>")
    );
    assert_eq!(browser.sign_in("cora", PASSWORD, "").status, 403);
    assert_eq!(
        browser.sign_in("cora", "another horse battery", "").status,
        303
    );
    world.server.stop();
}

#[test]
fn a_guesser_learns_nothing_and_must_wait() {
    let world = World::new();
    set_password(&world, &code_for_cora(&world), PASSWORD);
    let mut browser = Browser::new(&world);
    let said = |reply: &Reply| {
        let html = reply.text();
        let from = html.find("role=\"alert\">").unwrap();
        html[from..].split("</p>").next().unwrap().to_owned()
    };
    let wrong = said(&browser.sign_in("cora", "wrong", ""));
    for person in ["dan", "nobody-at-all", "no id at all", ""] {
        assert_eq!(
            said(&browser.sign_in(person, "wrong", "")),
            wrong,
            "{person}"
        );
    }
    for _ in 0..4 {
        browser.sign_in("cora", "wrong", "");
    }
    let waiting = said(&browser.sign_in("cora", PASSWORD, ""));
    assert_ne!(waiting, wrong);
    // Somebody who is not there waits too.
    for _ in 0..4 {
        browser.sign_in("nobody-at-all", "wrong", "");
    }
    assert_eq!(
        said(&browser.sign_in("nobody-at-all", "wrong", "")),
        waiting
    );
    world.later(15 * 60);
    assert_eq!(browser.sign_in("cora", PASSWORD, "").status, 303);
    world.server.stop();
}

#[test]
fn a_second_factor_is_asked_once_it_is_there_and_its_digits_are_good_once() {
    let world = World::new();
    set_password(&world, &code_for_cora(&world), PASSWORD);
    let mut browser = Browser::new(&world);
    browser.sign_in("cora", PASSWORD, "");
    let page = browser.get("/oauth/shop/second-factor");
    let key = hidden(&page.text())
        .into_iter()
        .find(|(name, _)| name == "secret")
        .unwrap()
        .1;
    let secret = node::sign_in::TotpSecret::from_base32(&key).unwrap();
    let now = || secret.digits_at(world.server.installation.now());
    let refused = browser.send(
        &page,
        "/oauth/shop/second-factor",
        &[("digits", "nonsense")],
    );
    assert_eq!(refused.status, 403);
    let taken = browser.send(&page, "/oauth/shop/second-factor", &[("digits", &now())]);
    assert_eq!(taken.status, 200, "{}", taken.text());
    assert_eq!(browser.sign_in("cora", PASSWORD, "").status, 403);
    // Those of a moment ago were used to take it into use.
    world.later(60);
    let digits = now();
    assert_eq!(browser.sign_in("cora", PASSWORD, &digits).status, 303);
    assert_eq!(browser.sign_in("cora", PASSWORD, &digits).status, 403);
    world.later(60);
    assert_eq!(browser.sign_in("cora", "wrong", &now()).status, 403);
    world.server.stop();
}

#[test]
fn a_form_from_elsewhere_signs_nobody_in() {
    let world = World::new();
    set_password(&world, &code_for_cora(&world), PASSWORD);
    let fields = [("person", "cora"), ("password", PASSWORD)];
    let bare = world.server.send(&form("/oauth/shop/sign-in", &fields));
    assert_eq!((bare.status, bare.header("set-cookie")), (403, None));
    world.server.stop();
}
