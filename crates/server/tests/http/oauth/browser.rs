//! A client of OAuth and the browser of the person it sends.

use ::oauth::Form;
use ::oauth::form::encoded;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Ask, Reply, Setup, TestServer, realm};

pub(super) const ISSUER: &str = "https://ads.example/oauth/shop";
pub(super) const CALLBACK: &str = "https://client.example/cb";
pub(super) const VERIFIER: &str = "a-verifier-of-at-least-forty-three-letters-1234";
pub(super) const SCOPES: &str = "ads_read ads_management email";

/// A server with one realm, and the secrets of two apps of it.
pub(super) struct World {
    pub(super) server: TestServer,
    pub(super) secret: String,
    pub(super) other_secret: String,
}

/// The fields of a form.
pub(super) type Fields<'a> = Vec<(&'a str, &'a str)>;

impl World {
    pub(super) fn new() -> Self {
        Self::of(include_str!("world.yaml"))
    }

    /// Another directory than the usual one.
    pub(super) fn of(directory: &str) -> Self {
        Self::with(directory, None)
    }

    /// Another directory, and an identity provider outside.
    pub(super) fn with(directory: &str, upstream: Option<server::Upstream>) -> Self {
        let new = realm("shop", "rulebooks/meta.toml", directory);
        let server = Setup {
            realms: vec![new],
            test_controls: true,
            public_url: Some("https://ads.example"),
            upstream,
            ..Setup::default()
        }
        .start();
        let secret_of = |app: &str| {
            let body = json!({ "id": format!("secret-{app}"), "command": { "app.new_secret": { "app": app } } });
            let ask =
                Ask::post("/api/v1/commands", &body).token(&server.token("shop", "person:ann"));
            server.send(&ask).good()["secret"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let (secret, other_secret) = (secret_of("reports"), secret_of("other"));
        Self {
            secret,
            other_secret,
            server,
        }
    }

    /// The cookie of somebody who signed in.
    pub(super) fn cookie(&self, person: &str) -> String {
        let body = json!({ "realm": "shop", "person": person });
        let signed = self
            .server
            .send(&Ask::post("/test-controls/sign-ins", &body))
            .good();
        signed["cookie"].as_str().unwrap().to_owned()
    }

    /// Moves the clock on.
    pub(super) fn later(&self, seconds: u32) {
        let body = json!({ "seconds": seconds });
        self.server
            .send(&Ask::post("/test-controls/clock", &body))
            .good();
    }

    /// Sends a form as a client with these credentials.
    pub(super) fn post(
        &self,
        path: &str,
        who: Option<(&str, &str)>,
        fields: &[(&str, &str)],
    ) -> Reply {
        let mut ask = form(&format!("/oauth/shop/{path}"), fields);
        if let Some((id, secret)) = who {
            let pair = STANDARD.encode(format!("{id}:{secret}"));
            ask = ask.header("authorization", &format!("Basic {pair}"));
        }
        self.server.send(&ask)
    }

    /// The same as the tool.
    pub(super) fn reports(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.post(path, Some(("reports", &self.secret)), fields)
    }

    /// Cora consents; returns the code.
    pub(super) fn code(&self, answers: &[(&str, &str)]) -> String {
        let query = request(&[]);
        let back = self.consent("cora", &query, answers);
        back.get("code").unwrap().unwrap().to_owned()
    }

    /// A person is asked and answers; returns what the client hears.
    pub(super) fn consent(&self, person: &str, query: &str, answers: &[(&str, &str)]) -> Form {
        let cookie = self.cookie(person);
        let page = self.authorize(query, &cookie);
        assert_eq!(page.status, 200, "{}", page.text());
        let hidden = hidden(&page.text());
        let mut fields: Fields<'_> = answers.to_vec();
        fields.extend(
            hidden
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let ask = form("/oauth/shop/consent", &fields).header("cookie", &cookie);
        heard(&self.server.send(&ask))
    }

    pub(super) fn authorize(&self, query: &str, cookie: &str) -> Reply {
        let ask = Ask::get(&format!("/oauth/shop/authorize?{query}")).header("cookie", cookie);
        self.server.send(&ask)
    }

    /// The tool redeems a code.
    pub(super) fn redeem(&self, code: &str) -> Reply {
        self.reports("token", &redemption(code))
    }

    /// Cora consents to everything on one account, and the tool gets its tokens.
    pub(super) fn tokens(&self) -> Value {
        let code = self.code(&everything());
        let reply = self.redeem(&code);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        reply.good()
    }

    /// Is a token active, as the tool is told?
    pub(super) fn is_active(&self, token: &str) -> bool {
        let told = self.reports("introspect", &[("token", token)]).good();
        told["active"] == json!(true)
    }

    /// May the token's holder do this with it?
    pub(super) fn may(&self, token: &str, operation: &str, on: &str) -> bool {
        let question = json!({ "operation": operation, "on": on });
        let reply = self
            .server
            .send(&Ask::post("/api/v1/check", &question).token(token));
        reply.status == 200 && reply.json()["decision"] == "allow"
    }
}

pub(super) fn everything() -> Fields<'static> {
    vec![
        ("answer", "allow"),
        ("scope", "ads_read"),
        ("scope", "ads_management"),
        ("scope", "email"),
        ("asset", "act_1"),
    ]
}

pub(super) fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

/// A good request, with some fields in place of its own; an empty one is left out.
pub(super) fn request(other: &[(&str, &str)]) -> String {
    let challenge = challenge();
    let mut fields = vec![
        ("response_type", "code"),
        ("client_id", "reports"),
        ("redirect_uri", CALLBACK),
        ("scope", SCOPES),
        ("state", "xyz 1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in other {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) => field.1 = value,
            None => fields.push((name, value)),
        }
    }
    fields.retain(|(_, value)| !value.is_empty());
    encoded(fields)
}

pub(super) fn redemption(code: &str) -> Fields<'_> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

pub(super) fn form(path: &str, fields: &[(&str, &str)]) -> Ask {
    Ask::new("POST", path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(fields.iter().copied()))
}

/// What a client hears when the person comes back.
pub(super) fn heard(reply: &Reply) -> Form {
    assert_eq!(reply.status, 303, "{}", reply.text());
    let to = reply.header("location").unwrap();
    let (address, query) = to.split_once('?').unwrap();
    assert_eq!(address, CALLBACK);
    let form = Form::parse(query.as_bytes()).unwrap();
    assert_eq!(form.get("iss").unwrap(), Some(ISSUER));
    assert_eq!(form.get("state").unwrap(), Some("xyz 1"));
    form
}

/// The hidden fields of a page's first form.
pub(super) fn hidden(page: &str) -> Vec<(String, String)> {
    let plain = |text: &str| {
        text.replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&")
    };
    let end = page.find("</form>").unwrap_or(page.len());
    page[..end]
        .split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|field| {
            let (name, rest) = field.split_once("\" value=\"").unwrap();
            (name.to_owned(), plain(rest.split_once('"').unwrap().0))
        })
        .collect()
}

/// The name of an error in OAuth's shape; nothing else is in it.
pub(super) fn error(reply: &Reply) -> String {
    let kind = reply.header("content-type");
    assert_eq!(kind, Some("application/json"), "{}", reply.text());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let body = reply.json();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["error", "error_description"]);
    format!("{} {}", reply.status, body["error"].as_str().unwrap())
}
