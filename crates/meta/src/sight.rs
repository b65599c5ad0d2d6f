//! What one call sees: the directory as it stands, who asks, and what the shell measured.

use std::cell::Cell;

use engine::fact::{Digest, EndReason, Grant, TextDigest, Token};
use engine::{
    AssetId, Context, Credential, Decision, Directory, Evidence, Figures, Holder, Request, Thing,
    decide,
};
use jiff::Timestamp;
use market::Shelf;

use crate::error::{Behind, Denial, GraphError};
use crate::page_token::{PageTokens, page_of};
use crate::refusal::{Place, of_decision};

/// The kind of token that acts as a Page.
pub(crate) const PAGE: &str = "page";

/// Who asks: a token that is known, alive or not.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The digest of its secret.
    pub digest: Digest,
    /// The token.
    pub token: Token,
    /// What it stands on; nothing once that is gone.
    pub grant: Option<Grant>,
}

impl Asker {
    /// Returns who a secret with this digest stands for in a directory; nothing if it is not known there.
    #[must_use]
    pub fn find(directory: &Directory, digest: &Digest) -> Option<Self> {
        let token = directory.token_with(digest)?;
        let grant = directory.grant(&token.grant);
        Some(Self {
            digest: *digest,
            token,
            grant,
        })
    }

    /// Returns who holds the token.
    #[must_use]
    pub fn holder(&self) -> Option<&Holder> {
        self.grant.as_ref().map(|grant| &grant.holder)
    }

    /// Returns the Page as which a Page token acts; nothing for any other.
    #[must_use]
    pub fn page(&self) -> Option<&AssetId> {
        let grant = self.grant.as_ref().filter(|_| self.token.kind == PAGE);
        grant.and_then(page_of)
    }

    /// Errors: the token is over, each way with its own subcode. Source: platform docs, error 190.
    pub fn must_live(&self, now: Timestamp) -> Result<(), GraphError> {
        let app = self.grant.as_ref().map_or("", |grant| grant.app.as_str());
        let unauthorized = format!("The user has not authorized application {app}.");
        let dead = match (&self.grant, self.token.ended) {
            (_, Some(EndReason::PasswordChanged)) => Some((
                460,
                "The session has been invalidated because the user changed their password or Facebook has \
                 changed the session for security reasons."
                    .to_owned(),
            )),
            (_, Some(EndReason::AppRemoved)) => Some((458, unauthorized)),
            (_, Some(EndReason::RoleLost)) => Some((
                492,
                "The user of this token has no appropriate role on the Page.".to_owned(),
            )),
            (_, Some(EndReason::Revoked | EndReason::Rotated | EndReason::Reused)) => Some((
                467,
                "The session is invalid because the user logged out.".to_owned(),
            )),
            (None, None) => Some((458, unauthorized)),
            (Some(_), None) => self.token.expires.filter(|end| *end <= now).map(|end| {
                let (end, now) = (moment(end), moment(now));
                (463, format!("Session has expired on {end}. The current time is {now}."))
            }),
        };
        match dead {
            Some((subcode, message)) => Err(GraphError::dead_token(subcode, &message)),
            None => Ok(()),
        }
    }
}

fn moment(at: Timestamp) -> String {
    at.strftime("%A, %d-%b-%y %H:%M:%S UTC").to_string()
}

/// How many things one call may look at, wishes within wishes counted.
pub const MOST_WORK: usize = 50_000;

/// What one call sees.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The directory.
    pub directory: &'a Directory,
    /// The time.
    pub now: Timestamp,
    /// Who asks.
    pub asker: &'a Asker,
    /// What the shell measured.
    pub evidence: &'a Evidence,
    /// Returns the text behind a digest; nothing once it was erased.
    pub text: &'a dyn Fn(&TextDigest) -> Option<String>,
    /// A UUID without hyphens that no other call has, for what the call makes.
    pub fresh: &'a str,
    /// How many things it may still look at; begins with [`MOST_WORK`].
    pub left: &'a Cell<usize>,
    /// Campaigns, products, posts.
    pub market: Shelf<'a>,
    /// Returns the figures that were fed of an asset, or of a thing in it by its id.
    pub figures: &'a dyn Fn(&AssetId, Option<&str>) -> Figures,
    /// What refusals are said with.
    pub place: Place<'a>,
    /// The tokens of Pages.
    pub page_tokens: &'a PageTokens<'a>,
}

impl std::fmt::Debug for Sight<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sight")
            .field("now", &self.now)
            .field("token", &self.asker.token.id)
            .finish_non_exhaustive()
    }
}

impl Sight<'_> {
    /// Returns the credential of the call.
    #[must_use]
    pub fn credential(&self) -> Credential {
        Credential::Token(self.asker.digest)
    }

    /// Returns what may be heard of whether the operation may be done: of a thing the asker may not
    /// know, the same as of none.
    pub fn decision(&self, operation: &str, on: Thing, with: Vec<(String, Thing)>) -> Decision {
        let request = self.request(operation, on, with);
        let decision = decide(self.directory, &request, self.evidence, self.now);
        api::heard(self.directory, &request, self.evidence, self.now, &decision)
    }

    fn request(&self, operation: &str, on: Thing, with: Vec<(String, Thing)>) -> Request {
        Request {
            credential: self.credential(),
            operation: operation.to_owned(),
            resource: on,
            with,
            context: Context::default(),
        }
    }

    /// Returns the denial of an operation, with all its reasons. It is for whoever explains it later,
    /// never for the answer.
    #[must_use]
    pub fn denial(
        &self,
        operation: &str,
        on: Thing,
        with: Vec<(String, Thing)>,
        hidden: bool,
    ) -> Behind {
        let request = self.request(operation, on, with);
        let decision = decide(self.directory, &request, self.evidence, self.now);
        Behind::Denied(Box::new(Denial {
            request,
            evidence: self.evidence.clone(),
            reasons: decision.reasons,
            hidden,
        }))
    }

    /// May the operation be done on the thing?
    #[must_use]
    pub fn may(&self, operation: &str, on: Thing) -> bool {
        self.decision(operation, on, Vec::new()).is_allowed()
    }

    /// The operation may be done on the thing, or the call is refused.
    pub fn must(&self, operation: &str, on: Thing, place: &Place<'_>) -> Result<(), GraphError> {
        self.must_with(operation, on, Vec::new(), place)
    }

    /// The same, with further things by the names the operation uses.
    pub fn must_with(
        &self,
        operation: &str,
        on: Thing,
        with: Vec<(String, Thing)>,
        place: &Place<'_>,
    ) -> Result<(), GraphError> {
        let decision = self.decision(operation, on.clone(), with.clone());
        if decision.is_allowed() {
            return Ok(());
        }
        let error = of_decision(self.directory, operation, &decision, place);
        Err(error.because(self.denial(operation, on, with, false)))
    }

    /// Counts things that are looked at.
    ///
    /// Errors: it is more than one call may ask for. Edges within edges grow with every step, and
    /// nobody may keep a server busy with one line.
    pub fn spend(&self, things: usize) -> Result<(), GraphError> {
        let left = self.left.get().checked_sub(things);
        let left = left.ok_or_else(GraphError::too_much)?;
        self.left.set(left);
        Ok(())
    }

    /// Returns the name behind a digest, or what stands in for it.
    #[must_use]
    pub fn name(&self, name: Option<&TextDigest>, otherwise: &str) -> String {
        name.and_then(|digest| (self.text)(digest))
            .unwrap_or_else(|| otherwise.to_owned())
    }
}
