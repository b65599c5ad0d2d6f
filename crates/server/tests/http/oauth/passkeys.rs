//! Passkeys: made beside a password, shown in its place, and what is refused.

use serde_json::Value;

use super::browser::{World, form, hidden, request};
use super::device::{COPIED, Device, TOUCHED};
use super::sign_in::{Browser, PASSWORD, code_for, set_password_of};
use crate::support::{Ask, Reply, Setup, realm};

const PAGE: &str = "/oauth/shop/passkeys";
const NOT_TAKEN: &str = "This passkey was not taken. Try again, or sign in another way.";

fn world() -> World {
    let world = World::new();
    set_password_of(&world, "cora", &code_for(&world, "cora"), PASSWORD);
    world
}

fn signed_in<'a>(world: &'a World, person: &str) -> Browser<'a> {
    let mut browser = Browser::new(world);
    assert_eq!(browser.sign_in(person, PASSWORD, "").status, 303);
    browser
}

fn token(page: &Reply) -> String {
    let hidden = hidden(&page.text());
    let found = hidden.into_iter().find(|(name, _)| name == "form_token");
    found.unwrap_or_else(|| panic!("{}", page.text())).1
}

fn post(browser: &mut Browser<'_>, page: &Reply, path: &str, fields: &[(&str, &str)]) -> Reply {
    let token = token(page);
    let mut all = fields.to_vec();
    all.push(("form_token", &token));
    browser.post(path, &all)
}

/// Asks as the script does.
fn question(browser: &mut Browser<'_>, page: &Reply, path: &str) -> Value {
    post(browser, page, path, &[]).good()
}

/// Makes a passkey on a device.
fn make(browser: &mut Browser<'_>, device: &mut Device, name: &str) -> Reply {
    let page = browser.get(PAGE);
    let asked = question(browser, &page, "/oauth/shop/passkeys/ask");
    let answer = device.make(&asked);
    post(browser, &page, PAGE, &[("name", name), ("answer", &answer)])
}

/// A browser where nobody is signed in shows a key.
fn show(world: &World, device: &Device) -> (Reply, String) {
    let mut browser = Browser::new(world);
    let page = browser.get("/oauth/shop/sign-in");
    let asked = question(&mut browser, &page, "/oauth/shop/passkey/ask");
    let answer = device.show(&asked);
    let reply = post(
        &mut browser,
        &page,
        "/oauth/shop/passkey",
        &[("answer", &answer)],
    );
    (reply, browser.cookie)
}

fn wrong(reply: &Reply) -> String {
    let html = reply.text();
    assert_eq!(reply.status, 403, "{html}");
    let from = html
        .find("role=\"alert\">")
        .unwrap_or_else(|| panic!("{html}"));
    let rest = &html[from + "role=\"alert\">".len()..];
    rest.split('<').next().unwrap().to_owned()
}

fn coras_key(world: &World) -> Device {
    let mut device = Device::new("phone");
    let mut browser = signed_in(world, "cora");
    let made = make(&mut browser, &mut device, "My phone");
    assert_eq!(made.status, 200, "{}", made.text());
    device
}

#[test]
fn a_passkey_stands_for_password_and_second_factor() {
    let world = world();
    let mut browser = signed_in(&world, "cora");
    let own = browser.get("/oauth/shop/sign-in").text();
    assert!(!own.contains("with a second factor"), "{own}");
    let mut device = Device::new("phone");
    let made = make(&mut browser, &mut device, "Cora's <phone>");
    assert!(
        made.text().contains("Your passkey is made"),
        "{}",
        made.text()
    );
    // The key is the second factor from now on, and this sign-in had none.
    assert!(browser.get(PAGE).text().contains("Sign in once more"));
    let (reply, cookie) = show(&world, &device);
    assert_eq!(reply.status, 303, "{}", reply.text());
    browser.cookie = cookie;
    let own = browser.get("/oauth/shop/sign-in").text();
    assert!(
        own.contains("<bdi>cora</bdi></strong>, with a second factor"),
        "{own}"
    );
    let list = browser.get(PAGE).text();
    assert!(
        list.contains("Cora&#39;s &#60;phone&#62;") && list.contains("last used on"),
        "{list}"
    );
    world.server.stop();
}

#[test]
fn whoever_comes_for_an_app_goes_on_to_it() {
    let world = world();
    let device = coras_key(&world);
    let mut browser = Browser::new(&world);
    let page = browser.get(&format!("/oauth/shop/authorize?{}", request(&[])));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("script-src 'self'; connect-src 'self';"),
        "{policy}"
    );
    assert!(
        policy.contains("form-action 'self' https://client.example;"),
        "{policy}"
    );
    let asked = question(&mut browser, &page, "/oauth/shop/passkey/ask");
    let query = request(&[]);
    let fields = [("answer", &*device.show(&asked)), ("request", &query)];
    let onward = post(&mut browser, &page, "/oauth/shop/passkey", &fields);
    let to = onward.header("location").unwrap().to_owned();
    assert!(to.starts_with("/oauth/shop/authorize?"), "{to}");
    assert!(browser.get(&to).text().contains("act for you?"));
    world.server.stop();
}

#[test]
fn a_question_is_answered_once_in_time_by_the_browser_that_was_asked() {
    let world = world();
    let device = coras_key(&world);
    let mut browser = Browser::new(&world);
    let page = browser.get("/oauth/shop/sign-in");
    let path = "/oauth/shop/passkey";
    let asked = question(&mut browser, &page, "/oauth/shop/passkey/ask");
    let answer = device.show(&asked);
    let fields = [("answer", answer.as_str())];
    // Another browser has it from somewhere.
    let mut other = Browser::new(&world);
    let others = other.get("/oauth/shop/sign-in");
    assert_eq!(wrong(&post(&mut other, &others, path, &fields)), NOT_TAKEN);
    let visit = browser.cookie.clone();
    assert_eq!(post(&mut browser, &page, path, &fields).status, 303);
    browser.cookie.clone_from(&visit);
    assert_eq!(wrong(&post(&mut browser, &page, path, &fields)), NOT_TAKEN);
    // A wrong answer uses it up, too.
    let asked = question(&mut browser, &page, "/oauth/shop/passkey/ask");
    for answer in ["", "{}", "[1]", "no answer", &"x".repeat(100_000)] {
        let fields = [("answer", answer)];
        assert_eq!(wrong(&post(&mut browser, &page, path, &fields)), NOT_TAKEN);
    }
    let answer = device.show(&asked);
    let fields = [("answer", answer.as_str())];
    assert_eq!(wrong(&post(&mut browser, &page, path, &fields)), NOT_TAKEN);
    // And so does time.
    let asked = question(&mut browser, &page, "/oauth/shop/passkey/ask");
    world.later(301);
    let answer = device.show(&asked);
    let fields = [("answer", answer.as_str())];
    assert_eq!(wrong(&post(&mut browser, &page, path, &fields)), NOT_TAKEN);
    world.server.stop();
}

#[test]
fn an_answer_that_is_not_quite_right_signs_nobody_in() {
    type Change = fn(&mut Device);
    let world = world();
    let cases: [(&str, Change); 7] = [
        ("a page that looks like ours", |key| {
            key.origin = "https://ads.example.evil".into()
        }),
        ("not over TLS", |key| {
            key.origin = "http://ads.example".into()
        }),
        ("a key of another site", |key| {
            key.site = "evil.example".into()
        }),
        ("a device that was not unlocked", |key| key.flags = TOUCHED),
        ("a key nobody here has", |key| key.id = vec![7; 32]),
        ("a device that takes its person for another", |key| {
            key.handle = vec![7; 16]
        }),
        ("a key like it, of somebody else", |key| {
            let other = Device::new("other");
            *key = Device {
                id: key.id.clone(),
                handle: key.handle.clone(),
                ..other
            };
        }),
    ];
    let device = coras_key(&world);
    assert_eq!(show(&world, &device).0.status, 303);
    for (case, change) in cases {
        let mut bad = device.clone();
        change(&mut bad);
        assert_eq!(wrong(&show(&world, &bad).0), NOT_TAKEN, "{case}");
    }
    assert_eq!(show(&world, &device).0.status, 303);
    world.server.stop();
}

#[test]
fn a_device_that_counts_does_not_count_back() {
    let world = world();
    let mut device = coras_key(&world);
    for (count, is_taken) in [
        (0, true),
        (0, true),
        (5, true),
        (5, false),
        (4, false),
        (0, false),
        (6, true),
    ] {
        device.count = count;
        let (reply, _) = show(&world, &device);
        match is_taken {
            true => assert_eq!(reply.status, 303, "{count}"),
            false => assert_eq!(wrong(&reply), NOT_TAKEN, "{count}"),
        }
    }
    world.server.stop();
}

#[test]
fn a_key_that_is_copied_between_devices_is_taken_and_stays_one_that_may_be() {
    let world = world();
    let mut device = Device::new("phone");
    device.flags |= COPIED;
    let made = make(&mut signed_in(&world, "cora"), &mut device, "My phone");
    assert_eq!(made.status, 200, "{}", made.text());
    assert_eq!(show(&world, &device).0.status, 303);
    // One that could be copied when it was made is no other key now.
    device.flags &= !COPIED;
    assert_eq!(wrong(&show(&world, &device).0), NOT_TAKEN);
    world.server.stop();
}

#[test]
fn several_keys_have_names_and_go_one_by_one() {
    let world = world();
    let phone = coras_key(&world);
    let mut browser = Browser::new(&world);
    browser.cookie = show(&world, &phone).1;
    let mut laptop = Device::new("laptop");
    assert_eq!(make(&mut browser, &mut laptop, "Laptop").status, 200);
    // The browser tells the device which keys there are, so that it makes no second one.
    let page = browser.get(PAGE);
    let asked = question(&mut browser, &page, "/oauth/shop/passkeys/ask");
    assert_eq!(
        asked["excludeCredentials"].as_array().unwrap().len(),
        2,
        "{asked}"
    );
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(
        asked["authenticatorSelection"]["userVerification"],
        "required"
    );
    for name in ["", "   ", &"n".repeat(65)] {
        let reply = make(&mut browser, &mut Device::new("third"), name);
        assert_eq!(wrong(&reply), "Call it something, in at most 64 letters.");
    }
    assert_eq!(
        wrong(&make(&mut browser, &mut Device::new("laptop"), "Again")),
        "This passkey could not be taken. Try again, or with another device."
    );
    let list = browser.get(PAGE).text();
    let ids: Vec<&str> = list
        .split("name=\"id\" value=\"")
        .skip(1)
        .map(|rest| &rest[..64])
        .collect();
    assert_eq!(ids.len(), 2, "{list}");
    let page = browser.get(PAGE);
    for _ in 0..2 {
        let fields = [("id", ids[0])];
        let gone = post(&mut browser, &page, "/oauth/shop/passkeys/remove", &fields);
        assert_eq!(gone.status, 303, "{}", gone.text());
    }
    assert_eq!(wrong(&show(&world, &phone).0), NOT_TAKEN);
    assert_eq!(show(&world, &laptop).0.status, 303);
    let fields = [("id", ids[1])];
    post(&mut browser, &page, "/oauth/shop/passkeys/remove", &fields);
    assert!(browser.get(PAGE).text().contains("You have none yet."));
    // The password is left.
    signed_in(&world, "cora");
    world.server.stop();
}

#[test]
fn how_one_signs_in_is_changed_soon_after_signing_in_and_with_all_factors() {
    let world = world();
    let phone = coras_key(&world);
    let again = |browser: &mut Browser<'_>, path: &str| {
        let text = browser.get(path).text();
        text.contains("<h1>Sign in once more</h1>")
    };
    // Who knows the password alone gives himself no key, and no digits in its place.
    let mut password = signed_in(&world, "cora");
    assert!(again(&mut password, PAGE));
    assert!(again(&mut password, "/oauth/shop/second-factor"));
    let page = password.get(PAGE);
    for path in [
        "/oauth/shop/passkeys/ask",
        PAGE,
        "/oauth/shop/passkeys/remove",
        "/oauth/shop/second-factor",
    ] {
        let fields = [
            ("secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            ("digits", "123456"),
            ("name", "x"),
            ("answer", "{}"),
            ("id", "x"),
        ];
        let reply = post(&mut password, &page, path, &fields);
        assert!(
            reply.status == 403 || reply.text().contains("Sign in once more"),
            "{path}: {}",
            reply.text()
        );
    }
    let mut both = Browser::new(&world);
    both.cookie = show(&world, &phone).1;
    assert!(!again(&mut both, PAGE));
    assert!(!again(&mut both, "/oauth/shop/second-factor"));
    world.later(601);
    assert!(again(&mut both, PAGE));
    // Nobody at all signs in first, and a form of another page is none.
    let mut nobody = Browser::new(&world);
    assert!(nobody.get(PAGE).text().contains("<h1>Sign in</h1>"));
    for path in [
        PAGE,
        "/oauth/shop/passkey",
        "/oauth/shop/passkey/ask",
        "/oauth/shop/passkeys/ask",
    ] {
        let ask = form(path, &[("answer", "{}"), ("form_token", "guessed")]);
        assert_eq!(world.server.send(&ask).status, 403, "{path}");
    }
    world.server.stop();
}

#[test]
fn a_new_password_forgets_the_passkeys_with_everything_else() {
    let world = world();
    let phone = coras_key(&world);
    world.later(1);
    set_password_of(&world, "cora", &code_for(&world, "cora"), PASSWORD);
    assert_eq!(wrong(&show(&world, &phone).0), NOT_TAKEN);
    // Nobody has it any more, so somebody may.
    let mut again = Device::new("phone");
    assert_eq!(
        make(&mut signed_in(&world, "cora"), &mut again, "My phone").status,
        200
    );
    assert_eq!(show(&world, &again).0.status, 303);
    world.server.stop();
}

#[test]
fn a_key_belongs_to_one_person_and_stands_beside_a_password() {
    let world = world();
    coras_key(&world);
    set_password_of(&world, "dan", &code_for(&world, "dan"), PASSWORD);
    let mut dan = signed_in(&world, "dan");
    assert_eq!(
        wrong(&make(&mut dan, &mut Device::new("phone"), "Mine now")),
        "This passkey is known already."
    );
    // Somebody who signs in elsewhere, and has no password here.
    let mut ann = Browser::new(&world);
    ann.cookie = world.cookie("ann");
    let page = ann.get(PAGE);
    let told = post(&mut ann, &page, "/oauth/shop/passkeys/ask", &[]);
    assert_eq!(told.status, 409, "{}", told.text());
    assert!(
        told.text().contains("set a password first"),
        "{}",
        told.text()
    );
    world.server.stop();
}

#[test]
fn the_question_is_the_same_for_everybody_but_for_its_challenge() {
    let world = world();
    coras_key(&world);
    let asked = || {
        let mut browser = Browser::new(&world);
        let page = browser.get("/oauth/shop/sign-in");
        let mut asked = question(&mut browser, &page, "/oauth/shop/passkey/ask");
        (asked["challenge"].take(), asked)
    };
    let (one, other) = (asked(), asked());
    assert_ne!(one.0, other.0);
    assert_eq!(one.1, other.1);
    assert_eq!(
        one.1["allowCredentials"],
        serde_json::json!([]),
        "{}",
        one.1
    );
    world.server.stop();
}

#[test]
fn where_browsers_know_no_passkeys_none_are_offered() {
    let server = Setup::with(realm(
        "shop",
        "rulebooks/meta.toml",
        include_str!("world.yaml"),
    ))
    .start();
    let page = server.send(&Ask::get("/oauth/shop/sign-in"));
    assert!(!page.text().contains("passkey"), "{}", page.text());
    let policy = page.header("content-security-policy").unwrap();
    assert!(!policy.contains("script-src"), "{policy}");
    assert_eq!(server.send(&Ask::get(PAGE)).status, 404);
    let script = server.send(&Ask::get("/oauth/passkey.js"));
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    server.stop();
}
