//! Signing in at an identity provider outside, and everything of it that is not believed.

mod provider;

use ::oauth::Form;
use ::oauth::form::encoded;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use self::provider::{Provider, SigningKey, written};
use super::browser::{World, request};
use super::sign_in::Browser;
use crate::support::{Ask, Reply};

/// A way to make a token of claims.
type Sign<'a> = &'a dyn Fn(&Value) -> String;

const CALLBACK: &str = "https://ads.example/oauth/shop/upstream/callback";
const SECRET: &str = "s3 of us";

/// A world whose people sign in outside, and the provider there.
struct Outside {
    world: World,
    provider: Provider,
    key: SigningKey,
}

impl Outside {
    fn new(second_factor: &[&str]) -> Self {
        let provider = Provider::start();
        let key = SigningKey::new("k1");
        provider.says.lock().unwrap().keys = vec![
            json!({ "kty": "of the future", "kid": "k0" }),
            key.published(),
        ];
        let identity = format!("{{ issuer: \"{}\", subject: \"c-1\" }}", provider.issuer);
        let directory = include_str!("world.yaml").replace(
            "{ id: cora, ",
            &format!("{{ id: cora, email: cora@shop.example, identity: {identity}, "),
        );
        let values = second_factor.iter().map(|value| (*value).to_owned());
        let upstream = server::Upstream::new(&provider.issuer, "us", SECRET)
            .unwrap()
            .named("Shop <Login>")
            .with_second_factor(values.collect());
        let world = World::with(&directory, Some(upstream));
        Self {
            world,
            provider,
            key,
        }
    }

    /// What the provider says of Cora, with some claims replaced; a null is left out.
    fn claims(&self, nonce: &str, other: Value) -> Value {
        let now = self.world.server.installation.now().as_second();
        let mut claims = json!({
            "iss": self.provider.issuer, "sub": "c-1", "aud": "us", "nonce": nonce,
            "iat": now, "exp": now + 300, "email": "cora@shop.example", "email_verified": true,
        });
        let fields = claims.as_object_mut().unwrap();
        for (name, value) in other.as_object().unwrap() {
            fields.insert(name.clone(), value.clone());
        }
        fields.retain(|_, value| !value.is_null());
        claims
    }

    fn says(&self, id_token: String) {
        self.provider.says.lock().unwrap().id_token = id_token;
    }

    fn header(&self) -> Value {
        json!({ "alg": "ES256", "kid": self.key.id })
    }

    /// Goes out and comes back; the provider says these claims.
    fn round(&self, browser: &mut Browser<'_>, other: Value) -> Reply {
        let asked = go_out(browser, "/oauth/shop/sign-in");
        let claims = self.claims(of(&asked, "nonce"), other);
        self.says(self.key.sign(&self.header(), &claims));
        self.come_back(browser, &asked)
    }

    fn come_back(&self, browser: &mut Browser<'_>, asked: &Form) -> Reply {
        let fields = [
            ("code", "c"),
            ("state", of(asked, "state")),
            ("iss", &*self.provider.issuer),
        ];
        browser.get(&back(&fields))
    }
}

fn of<'a>(form: &'a Form, name: &str) -> &'a str {
    form.get(name).unwrap().unwrap()
}

fn back(fields: &[(&str, &str)]) -> String {
    let query = encoded(fields.iter().copied());
    format!("/oauth/shop/upstream/callback?{query}")
}

/// Follows the link of a sign-in page; returns what the provider is asked.
fn go_out(browser: &mut Browser<'_>, path: &str) -> Form {
    let html = browser.get(path).text();
    let (_, link) = html.split_once("href=\"/oauth/shop/upstream").unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    let out = browser.get(&format!("/oauth/shop/upstream{link}"));
    assert_eq!(out.status, 303, "{}", out.text());
    let to = out.header("location").unwrap();
    let (address, query) = to.split_once('?').unwrap();
    assert!(address.ends_with("/ask"), "{address}");
    Form::parse(query.as_bytes()).unwrap()
}

fn is_refused(reply: &Reply) -> bool {
    let cookie = reply.header("set-cookie").unwrap_or_default();
    reply.status == 403 && !cookie.contains("csi_") && reply.header("location").is_none()
}

#[test]
fn a_person_signs_in_outside_and_is_asked_what_the_app_wanted() {
    let outside = Outside::new(&[]);
    let mut browser = Browser::new(&outside.world);
    let path = format!("/oauth/shop/authorize?{}", request(&[]));
    let page = browser.get(&path).text();
    assert!(page.contains("Continue with <bdi>Shop &#60;Login&#62;</bdi>"));
    let asked = go_out(&mut browser, &path);
    for (name, value) in [
        ("tenant", "1"),
        ("response_type", "code"),
        ("client_id", "us"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(of(&asked, name), value);
    }
    let claims = outside.claims(of(&asked, "nonce"), json!({}));
    outside.says(outside.key.sign(&outside.header(), &claims));
    let visit = browser.cookie.clone();
    let onward = outside.come_back(&mut browser, &asked);
    assert_eq!(onward.status, 303, "{}", onward.text());
    assert_ne!(browser.cookie, visit);
    let to = onward.header("location").unwrap().to_owned();
    assert!(browser.get(&to).text().contains("act for you?"));
    let says = outside.provider.says.lock().unwrap();
    let (who, form) = &says.asked[0];
    let pair = STANDARD.encode("us:s3%20of%20us");
    assert_eq!(*who, format!("Basic {pair}"));
    let form = Form::parse(form.as_bytes()).unwrap();
    assert_eq!(of(&form, "redirect_uri"), CALLBACK);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(of(&form, "code_verifier")));
    assert_eq!(challenge, of(&asked, "code_challenge"));
    drop(says);
    outside.world.server.stop();
}

#[test]
fn what_the_provider_did_not_say_of_now_to_us_signs_nobody_in() {
    let outside = Outside::new(&[]);
    let now = outside.world.server.installation.now().as_second();
    for other in [
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "aud": "them" }),
        json!({ "aud": null }),
        json!({ "aud": ["us", "them"] }),
        json!({ "azp": "them" }),
        json!({ "iss": "https://evil.example" }),
        json!({ "iss": null }),
        json!({ "iat": now - 900, "exp": now - 600 }),
        json!({ "exp": null }),
        json!({ "exp": "tomorrow" }),
        json!({ "iat": now + 600, "exp": now + 900 }),
        json!({ "nbf": now + 600 }),
        json!({ "iat": null }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
        // Nobody here is that, whatever address it has.
        json!({ "sub": "c-2" }),
        json!({ "sub": "cora" }),
    ] {
        let mut browser = Browser::new(&outside.world);
        let reply = outside.round(&mut browser, other.clone());
        assert!(is_refused(&reply), "{other}: {}", reply.text());
        assert!(reply.text().contains("role=\"alert\""), "{other}");
        assert!(
            browser
                .get("/oauth/shop/sign-in")
                .text()
                .contains("<h1>Sign in</h1>")
        );
    }
    // The same, said as it should be.
    let mut browser = Browser::new(&outside.world);
    assert_eq!(
        outside.round(&mut browser, json!({ "aud": ["us"] })).status,
        303
    );
    outside.world.server.stop();
}

#[test]
fn what_the_provider_did_not_sign_signs_nobody_in() {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let outside = Outside::new(&[]);
    let foreign = SigningKey::new("k1");
    let ways: [(&str, Sign<'_>); 8] = [
        ("no algorithm", &|claims| {
            format!("{}.", written(&json!({ "alg": "none" }), claims))
        }),
        ("the public key as a secret", &|claims| {
            let written = written(&json!({ "alg": "HS256", "kid": "k1" }), claims);
            let mut mac = Hmac::<Sha256>::new_from_slice(&outside.key.as_secret()).unwrap();
            mac.update(written.as_bytes());
            let code = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
            format!("{written}.{code}")
        }),
        ("a key of somebody else", &|claims| {
            foreign.sign(&outside.header(), claims)
        }),
        ("a key that brings itself", &|claims| {
            let jwk = foreign.published();
            foreign.sign(&json!({ "alg": "ES256", "kid": "k1", "jwk": jwk }), claims)
        }),
        ("a key nobody publishes", &|claims| {
            outside
                .key
                .sign(&json!({ "alg": "ES256", "kid": "k9" }), claims)
        }),
        ("another algorithm than the key's", &|claims| {
            outside
                .key
                .sign(&json!({ "alg": "ES384", "kid": "k1" }), claims)
        }),
        ("a word that must be understood", &|claims| {
            let header = json!({ "alg": "ES256", "kid": "k1", "crit": ["b64"], "b64": true });
            outside.key.sign(&header, claims)
        }),
        ("other claims than were signed", &|claims| {
            let token = outside
                .key
                .sign(&outside.header(), &json!({ "sub": "c-2" }));
            let signature = token.rsplit('.').next().unwrap();
            format!("{}.{signature}", written(&outside.header(), claims))
        }),
    ];
    for (what, sign) in ways {
        let mut browser = Browser::new(&outside.world);
        let asked = go_out(&mut browser, "/oauth/shop/sign-in");
        outside.says(sign(&outside.claims(of(&asked, "nonce"), json!({}))));
        let reply = outside.come_back(&mut browser, &asked);
        assert!(is_refused(&reply), "{what}: {}", reply.text());
    }
    outside.world.server.stop();
}

#[test]
fn a_state_is_one_browsers_good_once_and_not_for_long() {
    let outside = Outside::new(&[]);
    let world = &outside.world;
    let mut browser = Browser::new(world);
    let asked = go_out(&mut browser, "/oauth/shop/sign-in");
    let claims = outside.claims(of(&asked, "nonce"), json!({}));
    outside.says(outside.key.sign(&outside.header(), &claims));
    // Somebody else's browser, and one that has no cookie at all.
    let mut other = Browser::new(world);
    other.get("/oauth/shop/sign-in");
    assert!(is_refused(&outside.come_back(&mut other, &asked)));
    assert!(is_refused(
        &outside.come_back(&mut Browser::new(world), &asked)
    ));
    // That has not used it up; coming back has, and with it the code goes to the provider once.
    let visit = browser.cookie.clone();
    assert_eq!(outside.come_back(&mut browser, &asked).status, 303);
    browser.cookie = visit;
    assert!(is_refused(&outside.come_back(&mut browser, &asked)));
    assert_eq!(outside.provider.says.lock().unwrap().asked.len(), 1);
    let mut late = Browser::new(world);
    let asked = go_out(&mut late, "/oauth/shop/sign-in");
    world.later(10 * 60);
    assert!(is_refused(&outside.come_back(&mut late, &asked)));
    assert!(is_refused(
        &late.get(&back(&[("code", "c"), ("state", "cst_never")]))
    ));
    outside.world.server.stop();
}

#[test]
fn somebody_else_who_answers_for_the_provider_is_not_heard() {
    let outside = Outside::new(&[]);
    let mut browser = Browser::new(&outside.world);
    let mut answered = |more: &[(&str, &str)]| {
        let asked = go_out(&mut browser, "/oauth/shop/sign-in");
        let claims = outside.claims(of(&asked, "nonce"), json!({}));
        outside.says(outside.key.sign(&outside.header(), &claims));
        let mut fields = vec![("state", of(&asked, "state"))];
        fields.extend(more);
        browser.get(&back(&fields))
    };
    let issuer = &*outside.provider.issuer;
    assert!(is_refused(&answered(&[
        ("code", "c"),
        ("iss", "https://evil.example")
    ])));
    assert!(is_refused(&answered(&[("code", "c")])));
    assert!(is_refused(&answered(&[
        ("iss", issuer),
        ("error", "access_denied")
    ])));
    assert!(outside.provider.says.lock().unwrap().asked.is_empty());
    assert_eq!(answered(&[("iss", issuer), ("code", "c")]).status, 303);
    outside.world.server.stop();
}

#[test]
fn a_second_factor_outside_counts_only_if_the_operator_says_so() {
    let said = |second_factor: &[&str], claims: Value| {
        let outside = Outside::new(second_factor);
        let mut browser = Browser::new(&outside.world);
        assert_eq!(outside.round(&mut browser, claims).status, 303);
        let own = browser.get("/oauth/shop/sign-in").text();
        assert!(own.contains("<bdi>cora</bdi>"));
        outside.world.server.stop();
        own.contains("with a second factor")
    };
    assert!(!said(&[], json!({ "amr": ["pwd", "mfa"], "acr": "high" })));
    assert!(!said(&["mfa"], json!({ "amr": ["pwd"] })));
    assert!(said(&["mfa"], json!({ "amr": ["pwd", "mfa"] })));
    assert!(said(&["high"], json!({ "acr": "high" })));
}

#[test]
fn a_provider_that_takes_a_new_key_is_believed_and_one_that_is_another_is_not_asked() {
    let outside = Outside::new(&[]);
    let mut browser = Browser::new(&outside.world);
    assert_eq!(outside.round(&mut browser, json!({})).status, 303);
    let new = SigningKey::new("k2");
    outside.provider.says.lock().unwrap().keys = vec![new.published()];
    browser.cookie.clear();
    let asked = go_out(&mut browser, "/oauth/shop/sign-in");
    let claims = outside.claims(of(&asked, "nonce"), json!({}));
    outside.says(new.sign(&json!({ "alg": "ES256", "kid": "k2" }), &claims));
    assert_eq!(outside.come_back(&mut browser, &asked).status, 303);
    // What it publishes is kept for five minutes.
    outside.world.later(5 * 60);
    for (name, value) in [
        ("issuer", "https://evil.example"),
        ("token_endpoint", "http://10.0.0.1/token"),
        ("jwks_uri", "file:///etc/keys"),
    ] {
        let before = outside.provider.says.lock().unwrap().metadata.clone();
        outside.provider.says.lock().unwrap().metadata[name] = json!(value);
        browser.cookie.clear();
        browser.get("/oauth/shop/sign-in");
        let out = browser.get("/oauth/shop/upstream");
        assert!(is_refused(&out), "{name}: {}", out.text());
        outside.provider.says.lock().unwrap().metadata = before;
    }
    outside.world.server.stop();
}

#[test]
fn where_no_provider_is_named_nobody_goes_out() {
    let world = World::new();
    let page = world.server.send(&Ask::get("/oauth/shop/sign-in"));
    assert!(!page.text().contains("/upstream"));
    for path in [
        "/oauth/shop/upstream",
        "/oauth/shop/upstream/callback?state=a",
    ] {
        assert_eq!(world.server.send(&Ask::get(path)).status, 404, "{path}");
    }
    world.server.stop();
}
