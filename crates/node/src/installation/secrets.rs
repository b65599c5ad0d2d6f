//! What is done with secrets that are kept sealed.

use engine::{AppId, Proof, TokenId};
use ledger::Realm;

use super::Installation;
use crate::realms::app_secret::{self, ProofError};

impl Installation {
    /// Returns whether a proof is the one that an app's secret makes of a token's.
    ///
    /// Errors: it cannot be known; nothing counts as proved then.
    pub fn check_proof(
        &self,
        realm: &Realm,
        app: &AppId,
        (token, proof): (&str, &str),
    ) -> Result<Proof, ProofError> {
        app_secret::check((&*self.store, &*self.keys), realm, app, (token, proof))
    }

    /// Returns the secret of a token that is shown again; nothing if none is kept.
    ///
    /// Errors: the row could not be read or opened.
    pub fn kept_token(&self, realm: &Realm, token: &TokenId) -> Result<Option<String>, ProofError> {
        app_secret::of_token((&*self.store, &*self.keys), realm, token)
    }
}
