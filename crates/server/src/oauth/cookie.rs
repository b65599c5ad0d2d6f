//! Cookies: who is signed in, and whose form came back.

use ::oauth::Form;
use axum::http::{HeaderMap, header};
use engine::fact::Digest;
use node::sign_in::SignedIn;

use super::answer::Refused;
use super::page::Frame;
use super::place::Place;

/// Whoever sits at a browser.
#[derive(Debug)]
pub(super) struct Visitor {
    /// Who is signed in, if anybody.
    pub(super) signed_in: Option<SignedIn>,
    /// The secret that the browser sent: of the sign-in, or of the visit before it.
    secret: Option<String>,
}

impl Visitor {
    /// Returns who sits at the browser.
    pub(super) fn find(place: &Place, headers: &HeaderMap) -> Result<Self, Refused> {
        if let Some(secret) = sent(headers, &name(place)) {
            let found = place
                .installation
                .sign_in_desk()
                .signed_in(&place.realm, &secret);
            if let Some(signed_in) = found.map_err(Refused::internal)? {
                return Ok(Self {
                    signed_in: Some(signed_in),
                    secret: Some(secret),
                });
            }
        }
        Ok(Self {
            signed_in: None,
            secret: sent(headers, &visit_name(place)),
        })
    }

    /// Returns what a form of this browser must bring back, and the cookie to set if the browser has
    /// no secret yet.
    fn form_token(&mut self, place: &Place) -> Result<(String, Option<String>), Refused> {
        let cookie = self.secret_or_new(place)?;
        let secret = self.secret.as_deref().unwrap_or_default();
        Ok((token(secret), cookie))
    }

    /// Gives the browser a secret if it has none; returns the cookie to set.
    pub(super) fn secret_or_new(&mut self, place: &Place) -> Result<Option<String>, Refused> {
        if self.secret.is_some() {
            return Ok(None);
        }
        let desk = place.installation.sign_in_desk();
        let secret = desk.new_secret("csv_").map_err(Refused::internal)?;
        let cookie = cookie(place, &visit_name(place), &secret);
        self.secret = Some(secret);
        Ok(Some(cookie))
    }

    /// Returns what a page with a form has, and the cookie to set if the browser has no secret yet.
    pub(super) fn frame(
        &mut self,
        place: &Place,
        wrong: Option<&str>,
    ) -> Result<(Frame, Option<String>), Refused> {
        let (token, cookie) = self.form_token(place)?;
        let frame = Frame {
            realm: place.realm.as_str().to_owned(),
            token,
            wrong: wrong.map(str::to_owned),
        };
        Ok((frame, cookie))
    }

    /// The form is one of ours, shown to this browser; or it is refused.
    pub(super) fn check(&self, form: &Form) -> Result<(), Refused> {
        let shown = form.get("form_token")?.unwrap_or("");
        let right = self
            .secret
            .as_deref()
            .is_some_and(|secret| Digest::of(&token(secret)).is(&Digest::of(shown)));
        if right {
            return Ok(());
        }
        Err(Refused::Body(
            403,
            "this form is not from here, or too old: load the page again",
        ))
    }

    /// Returns the secret of the sign-in.
    pub(super) fn secret(&self) -> Option<&str> {
        self.secret.as_deref()
    }
}

/// Returns the cookie that carries a sign-in.
pub(super) fn of_sign_in(place: &Place, secret: &str) -> String {
    cookie(place, &name(place), secret)
}

/// Returns the cookie that ends one.
pub(super) fn ended(place: &Place) -> String {
    format!("{}; Max-Age=0", cookie(place, &name(place), ""))
}

fn token(secret: &str) -> String {
    Digest::of(&format!("countersign form 1\n{secret}")).to_string()
}

/// Over TLS the browser itself sees to it that the cookie is ours alone: `__Host-`.
fn name(place: &Place) -> String {
    let prefix = if place.secure { "__Host-" } else { "" };
    format!("{prefix}countersign-{}", place.realm.as_str())
}

fn visit_name(place: &Place) -> String {
    format!("{}-visit", name(place))
}

fn cookie(place: &Place, name: &str, secret: &str) -> String {
    let secure = if place.secure { "; Secure" } else { "" };
    format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

fn sent(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter();
    let pairs = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    let mut found = pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name);
    let (_, value) = found.next()?;
    (!value.is_empty() && value.len() <= 256).then(|| value.to_owned())
}
