//! Who calls: an API token stands for a first-party sign-in, a platform token for itself.

use api::Eyes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use engine::fact::Digest;
use engine::{Context, Credential, Decision, Directory, Evidence, Holder, Request, Thing, decide};
use ledger::{Actor, Realm};

use crate::app::{App, Sight};
use crate::fault::Fault;

/// A caller, and the realm as the call sees it.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) sight: Sight,
    pub(crate) credential: Credential,
    /// Who is behind the credential.
    pub(crate) holder: Holder,
    token: Option<String>,
    app: Option<String>,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let secret = authorization(&parts.headers)
            .unwrap_or_default()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, secret)| secret.trim());
        let secret = secret.ok_or_else(Fault::unauthenticated)?;
        Self::find(app, &Digest::of(secret))
    }
}

/// Returns the header that says who asks, if there is one.
///
/// Errors: what is wrong with it. Of two none counts: what stands before us may have looked at the other one.
pub(crate) fn authorization(headers: &HeaderMap) -> Result<Option<&str>, &'static str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let first = all.next();
    if all.next().is_some() {
        return Err("there are two Authorization headers");
    }
    let text = first.map(|value| value.to_str()).transpose();
    text.map_err(|_| "the Authorization header is not text")
}

impl Caller {
    /// Returns who a secret with this digest stands for. As it is looked up by it, the time taken tells nothing.
    pub(crate) fn find(app: &App, digest: &Digest) -> Result<Self, Fault> {
        let view = app.installation.view();
        let now = app.installation.now();
        if let Some(session) = app.installation.sessions.find(digest, now) {
            let realm = Realm::parse(&session.realm).map_err(Fault::internal)?;
            return Ok(Self {
                sight: Sight::new(view, realm),
                credential: Credential::Holder(session.holder.clone()),
                holder: session.holder,
                token: None,
                app: None,
            });
        }
        let found = view.state.iter().find_map(|(realm, directory)| {
            let token = directory.token_with(digest)?;
            let live = token.ended.is_none() && token.expires.is_none_or(|end| end > now);
            let grant = directory.grant(&token.grant)?;
            live.then(|| (realm.clone(), token, grant))
        });
        let (realm, token, grant) = found.ok_or_else(Fault::unauthenticated)?;
        Ok(Self {
            sight: Sight::new(view, realm),
            credential: Credential::Token(*digest),
            holder: grant.holder,
            token: Some(token.id.to_string()),
            app: Some(grant.app.to_string()),
        })
    }

    pub(crate) fn directory(&self) -> Result<&Directory, Fault> {
        self.sight.directory().ok_or_else(Fault::not_ready)
    }

    /// Returns the actor an entry names.
    pub(crate) fn actor(&self) -> Result<Actor, Fault> {
        Actor::through(
            &self.holder.to_string(),
            self.app.as_deref(),
            self.token.as_deref(),
        )
        .map_err(Fault::internal)
    }

    /// Decides whether the caller may do an operation of the realm.
    fn realm_decision(&self, app: &App, operation: &str) -> Result<Decision, Fault> {
        Ok(self.decision_in(self.directory()?, app, operation))
    }

    fn decision_in(&self, directory: &Directory, app: &App, operation: &str) -> Decision {
        let request = Request {
            credential: Credential::Holder(self.holder.clone()),
            operation: operation.to_owned(),
            resource: Thing::Realm,
            with: Vec::new(),
            context: Context::default(),
        };
        let evidence = Evidence {
            second_factor: true,
            ..Evidence::default()
        };
        decide(directory, &request, &evidence, app.installation.now())
    }

    /// May the caller ask about others?
    pub(crate) fn may_ask(&self, app: &App) -> Result<bool, Fault> {
        let first_party = matches!(self.credential, Credential::Holder(_));
        Ok(first_party && self.realm_decision(app, "decision.ask")?.is_allowed())
    }

    /// The caller may do the operation of the realm, or is told what is missing.
    pub(crate) fn must(&self, app: &App, operation: &str) -> Result<(), Fault> {
        self.must_in(self.directory()?, app, operation)
    }

    /// The same in a realm that may be one that is being loaded.
    pub(crate) fn must_in(
        &self,
        directory: &Directory,
        app: &App,
        operation: &str,
    ) -> Result<(), Fault> {
        let decision = self.decision_in(directory, app, operation);
        if decision.is_allowed() && matches!(self.credential, Credential::Holder(_)) {
            return Ok(());
        }
        let reasons = decision
            .reasons
            .iter()
            .map(rulebook::Reason::code)
            .collect();
        Err(Fault::forbidden(operation, reasons))
    }

    /// The caller may ask about everything, or may do the operation on this thing. Others hear of a
    /// thing they may not know what they hear of none.
    pub(crate) fn asks_of(
        &self,
        app: &App,
        operation: &str,
        on: Thing,
        second_factor: bool,
    ) -> Result<(), Fault> {
        if self.may_ask(app)? {
            return Ok(());
        }
        let request = Request {
            credential: self.credential.clone(),
            operation: operation.to_owned(),
            resource: on,
            with: Vec::new(),
            context: Context::default(),
        };
        let evidence = Evidence {
            second_factor,
            ..Evidence::default()
        };
        let (directory, now) = (self.directory()?, app.installation.now());
        let decision = decide(directory, &request, &evidence, now);
        if decision.is_allowed() {
            return Ok(());
        }
        let heard = api::heard(directory, &request, &evidence, now, &decision);
        Err(Fault::denied(operation, &heard))
    }

    /// The caller asks about himself, or may ask about others. Returns whether he may see all.
    pub(crate) fn asks_about(&self, app: &App, who: &Credential) -> Result<bool, Fault> {
        let everything = self.may_ask(app)?;
        let own = *who == self.credential || *who == Credential::Holder(self.holder.clone());
        if everything || own {
            return Ok(everything);
        }
        Err(Fault::forbidden("decision.ask", Vec::new()))
    }

    pub(crate) fn eyes(&self, everything: bool) -> Result<Eyes, Fault> {
        if everything {
            return Ok(Eyes::all());
        }
        Ok(Eyes::of(self.directory()?, &self.holder))
    }
}
