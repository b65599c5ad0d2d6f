//! A client sends a person to be asked.

use engine::fact::{App, Fact, Key};
use engine::{AppId, Directory};

use crate::details::{self, Detail};
use crate::dialog::{self, Dialog};
use crate::error::{ErrorCode, OauthError};
use crate::form::Form;
use crate::issuer::Issuer;
use crate::pkce::Challenge;
use crate::redirect::{is_registered, with_fields};
use crate::scope;

/// A request that can be put to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The app that asks.
    pub app: App,
    /// Where the person is sent back to.
    pub redirect_uri: String,
    /// What the client wants to hear again.
    pub state: Option<String>,
    /// The scopes asked for.
    pub scopes: Vec<String>,
    /// The assets asked for by name; without any, the person chooses among all.
    pub details: Vec<Detail>,
    /// The proof that whoever comes with the code must match; none in the login dialog.
    pub challenge: Option<Challenge>,
    /// What the app wants to hear, if it asks in the login dialog.
    pub dialog: Option<Dialog>,
    /// Scopes that were asked for, and that the person is not asked about again.
    pub passed_over: Vec<String>,
    /// May the person be asked to sign in or consent? Not with `prompt=none`.
    pub may_ask: bool,
}

/// Why a request is not put to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAsked {
    /// Nobody is sent anywhere: who asks, or where to, is not certain. The person is told.
    Told(OauthError),
    /// The person is sent back, with what is wrong.
    SentBack(String),
}

impl Asked {
    /// Reads a request.
    ///
    /// Until client and address are certain, nobody is sent anywhere.
    /// Source: RFC 6749 section 4.1, RFC 9700 section 4.1, RFC 8707, RFC 9207.
    pub fn read(form: &Form, directory: &Directory, issuer: &Issuer) -> Result<Self, NotAsked> {
        let certain = certain(form, directory).map_err(NotAsked::Told)?;
        let state = form.get("state").ok().flatten();
        let redirect_uri = certain.1.clone();
        Self::of(form, certain, directory, issuer).map_err(|error| {
            NotAsked::SentBack(if dialog::is_in(form) {
                dialog::refused(&redirect_uri, state, &error)
            } else {
                sent_back_with(&redirect_uri, state, issuer, &error)
            })
        })
    }

    /// Checks a request that a client hands in itself, before anybody is asked.
    ///
    /// Errors: whatever [`Asked::read`] would not put to a person, told to the client.
    /// Source: RFC 9126 section 2.1.
    pub fn check(form: &Form, directory: &Directory, issuer: &Issuer) -> Result<Self, OauthError> {
        if dialog::is_in(form) {
            return Err(OauthError::request("the login dialog is not handed in"));
        }
        Self::of(form, certain(form, directory)?, directory, issuer)
    }

    fn of(
        form: &Form,
        (app, redirect_uri): (App, String),
        directory: &Directory,
        issuer: &Issuer,
    ) -> Result<Self, OauthError> {
        let state = form.get("state")?.map(str::to_owned);
        if let Some(dialog) = Dialog::of(form, directory.rulebook().rules(0))? {
            return Ok(Self {
                scopes: dialog::scopes(form, directory)?,
                app,
                redirect_uri,
                state,
                details: Vec::new(),
                challenge: None,
                dialog: Some(dialog),
                passed_over: Vec::new(),
                may_ask: true,
            });
        }
        let (scopes, details, challenge) = Self::rest(form, directory, issuer)?;
        Ok(Self {
            app,
            redirect_uri,
            state,
            scopes,
            details,
            challenge: Some(challenge),
            dialog: None,
            passed_over: Vec::new(),
            may_ask: form.all("prompt").all(|prompt| prompt != "none"),
        })
    }

    fn rest(
        form: &Form,
        directory: &Directory,
        issuer: &Issuer,
    ) -> Result<(Vec<String>, Vec<Detail>, Challenge), OauthError> {
        form.get("state")?;
        form.get("prompt")?;
        if form.need("response_type")? != "code" {
            let message = "only `code` is given";
            return Err(OauthError::new(ErrorCode::UnsupportedResponseType, message));
        }
        if form
            .get("response_mode")?
            .is_some_and(|mode| mode != "query")
        {
            return Err(OauthError::request("the only `response_mode` is `query`"));
        }
        if form.get("request")?.is_some() || form.get("request_uri")?.is_some() {
            return Err(OauthError::request(
                "`request` is not taken, nor a `request_uri` that is none of ours",
            ));
        }
        let challenge = Challenge::of(form)?;
        issuer.check_resources(form)?;
        let rules = directory.rulebook().rules(0);
        let scopes = scope::parse(form.get("scope")?.unwrap_or(""), rules)?;
        let details = match form.get("authorization_details")? {
            None => Vec::new(),
            Some(text) => details::parse(text, rules)?,
        };
        let beyond = |detail: &Detail| detail.privileges.iter().any(|one| !scopes.contains(one));
        if details.iter().any(beyond) {
            let message = "`privileges` name only scopes that are asked for";
            return Err(OauthError::new(
                ErrorCode::InvalidAuthorizationDetails,
                message,
            ));
        }
        Ok((scopes, details, challenge))
    }

    /// Returns where the person is sent back to with a code.
    #[must_use]
    pub fn with_code(&self, code: &str, issuer: &Issuer) -> String {
        sent_back(
            &self.redirect_uri,
            self.state.as_deref(),
            issuer,
            &[("code", code)],
        )
    }

    /// Returns where the person is sent back to with what is wrong.
    #[must_use]
    pub fn with_error(&self, error: &OauthError, issuer: &Issuer) -> String {
        match &self.dialog {
            Some(_) => dialog::refused(&self.redirect_uri, self.state.as_deref(), error),
            None => sent_back_with(&self.redirect_uri, self.state.as_deref(), issuer, error),
        }
    }
}

/// Returns the app that asks, and where its people are sent back to.
fn certain(form: &Form, directory: &Directory) -> Result<(App, String), OauthError> {
    let unknown = || OauthError::request("there is no such client");
    let id: AppId = form.need("client_id")?.parse().map_err(|_| unknown())?;
    let Some(Fact::App(app)) = directory.fact(&Key::App(id)) else {
        return Err(unknown());
    };
    let redirect_uri = form.need("redirect_uri")?;
    if !is_registered(&app.redirect_uris, redirect_uri) {
        return Err(OauthError::request(
            "`redirect_uri` is none of those the client registered",
        ));
    }
    Ok((app, redirect_uri.to_owned()))
}

fn sent_back_with(
    redirect_uri: &str,
    state: Option<&str>,
    issuer: &Issuer,
    error: &OauthError,
) -> String {
    let fields = [
        ("error", error.code.name()),
        ("error_description", error.description.as_str()),
    ];
    sent_back(redirect_uri, state, issuer, &fields)
}

/// With `iss`, so that a client that asks several of us hears who answered (RFC 9207).
fn sent_back(
    redirect_uri: &str,
    state: Option<&str>,
    issuer: &Issuer,
    fields: &[(&str, &str)],
) -> String {
    let state = state.map(|state| ("state", state));
    let name = issuer.to_string();
    let fields = fields.iter().copied().chain(state);
    with_fields(redirect_uri, fields.chain([("iss", name.as_str())]))
}
