//! The login dialog: how apps of some platforms send people to be asked, in words of their own.
//!
//! It is older than most of what OAuth learned: scopes with commas between them, no challenge, and a
//! token in the fragment of an address where one is asked for. So it is there only where the rulebook
//! has a kind of token for it, and takes nothing from the rest: a code of the dialog is good only with
//! the app's secret and without a verifier, and a code that was asked for with a challenge is never
//! good without one. Source: platform docs, manually build a login flow.

use std::collections::BTreeSet;

use engine::Directory;
use rulebook::{OauthGrant, Rules};

use crate::authorize::Asked;
use crate::error::{ErrorCode, OauthError};
use crate::form::{Form, encoded};
use crate::redirect::with_fields;
use crate::scope;

/// The field by which a request says that it comes from the dialog.
pub const FIELD: &str = "dialog";

/// What the app wants to hear, and how often the person is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialog {
    wants: BTreeSet<Wish>,
    /// Are scopes asked for that the person declined before? `auth_type=rerequest`.
    pub again: bool,
    /// Must the person have signed in a moment ago? `auth_type=reauthenticate`.
    pub anew: bool,
}

/// One thing an app wants to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wish {
    /// A code.
    Code,
    /// A token, at once.
    Token,
    /// Which scopes were given and which were not.
    GrantedScopes,
}

/// What the person is sent back with.
#[derive(Default)]
pub struct Given<'a> {
    /// A code.
    pub code: Option<&'a str>,
    /// A token's secret, and how many seconds it lives.
    pub token: Option<(&'a str, Option<i64>)>,
    /// The scopes given and declined.
    pub scopes: (&'a [String], &'a [String]),
}

impl std::fmt::Debug for Given<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Given").finish_non_exhaustive()
    }
}

/// Is it a request of the dialog?
#[must_use]
pub fn is_in(form: &Form) -> bool {
    form.all(FIELD).next().is_some()
}

impl Dialog {
    /// Reads what a request of the dialog wants; nothing if it is none.
    ///
    /// Errors: the realm's platform has no dialog; `response_type` names something else.
    pub(crate) fn of(form: &Form, rules: &Rules) -> Result<Option<Self>, OauthError> {
        if !is_in(form) {
            return Ok(None);
        }
        let kinds = &rules.token_kinds;
        if !kinds
            .iter()
            .any(|kind| kind.oauth.contains(&OauthGrant::Dialog))
        {
            return Err(OauthError::request("this platform has no login dialog"));
        }
        let mut wants = BTreeSet::new();
        let words = form.get("response_type")?.unwrap_or("code");
        for word in words.split([' ', ',']).filter(|word| !word.is_empty()) {
            wants.insert(match word {
                "code" => Wish::Code,
                "token" => Wish::Token,
                "granted_scopes" => Wish::GrantedScopes,
                _ => {
                    let message = "`code`, `token` and `granted_scopes` are given";
                    return Err(OauthError::new(ErrorCode::UnsupportedResponseType, message));
                }
            });
        }
        if !wants.contains(&Wish::Token) {
            wants.insert(Wish::Code);
        }
        let how = form.get("auth_type")?.unwrap_or_default();
        let is = |word: &str| how.split([' ', ',']).any(|one| one == word);
        Ok(Some(Self {
            wants,
            again: is("rerequest"),
            anew: is("reauthenticate"),
        }))
    }

    /// Is this wanted?
    #[must_use]
    pub fn wants(&self, wish: Wish) -> bool {
        self.wants.contains(&wish)
    }

    /// Returns where the person is sent back to with what was given: in the fragment where a token is
    /// among it, so that it does not reach the server of the address.
    #[must_use]
    pub fn sent_back(&self, asked: &Asked, given: &Given<'_>) -> String {
        let life = given
            .token
            .and_then(|(_, life)| life)
            .unwrap_or(0)
            .to_string();
        let (granted, declined) = (given.scopes.0.join(","), given.scopes.1.join(","));
        let mut fields: Vec<(&str, &str)> = Vec::new();
        if let Some((secret, _)) = given.token {
            fields.extend([
                ("access_token", secret),
                ("expires_in", life.as_str()),
                ("data_access_expiration_time", "0"),
            ]);
        }
        if let Some(code) = given.code {
            fields.push(("code", code));
        }
        if self.wants(Wish::GrantedScopes) {
            fields.extend([
                ("granted_scopes", granted.as_str()),
                ("denied_scopes", declined.as_str()),
            ]);
        }
        if let Some(state) = &asked.state {
            fields.push(("state", state));
        }
        match given.token {
            Some(_) => format!("{}#{}", asked.redirect_uri, encoded(fields)),
            None => with_fields(&asked.redirect_uri, fields),
        }
    }
}

/// Reads the scopes of a request of the dialog: with commas or spaces between; the profile alone, if
/// none are named.
pub(crate) fn scopes(form: &Form, directory: &Directory) -> Result<Vec<String>, OauthError> {
    let named = form.get("scope")?.unwrap_or("public_profile");
    scope::parse(&named.replace(',', " "), directory.rulebook().rules(0))
}

/// Returns where a person is sent back to with what is wrong, in the dialog's words.
pub(crate) fn refused(redirect_uri: &str, state: Option<&str>, error: &OauthError) -> String {
    let mut fields = match error.code {
        ErrorCode::AccessDenied => vec![
            ("error", "access_denied"),
            ("error_code", "200"),
            ("error_description", "Permissions error"),
            ("error_reason", "user_denied"),
        ],
        code => vec![
            ("error", code.name()),
            ("error_description", error.description.as_str()),
        ],
    };
    fields.extend(state.map(|state| ("state", state)));
    with_fields(redirect_uri, fields)
}
