//! Layer 1: is the token known, alive, of the right kind, with the right proof? Rule 1, and the
//! part of rule 2 after which nothing else is asked, are in `principal`.

use engine::{Holder, Proof};
use rulebook::{Reason, Relation};

use super::Reasons;
use super::case::{Case, when};
use super::principal::{Bearer, Principal};

impl<'a> Case<'a> {
    pub(crate) fn layer_1(&self, principal: &Principal<'a>, bearer: &Bearer<'a>) -> Reasons {
        let found = [
            when(bearer.ended, Reason::TokenInvalidated),
            when(!self.is_live(bearer.expires), Reason::TokenExpired),
            when(
                self.is_of_wrong_kind(principal, bearer),
                Reason::TokenWrongKind,
            ),
            when(self.lacks_proof(bearer), Reason::ProofMissing),
        ];
        found.into_iter().flatten().collect()
    }

    /// Rule 4.
    fn is_of_wrong_kind(&self, principal: &Principal<'a>, bearer: &Bearer<'a>) -> bool {
        let mut kinds = self.rules.token_kinds.iter();
        let Some(kind) = kinds.find(|kind| kind.name == bearer.kind) else {
            return true;
        };
        let mut named = Vec::new();
        for id in &self.operation.tokens {
            named.extend(self.rules.token_kind(*id).map(|kind| kind.name.as_str()));
        }
        let fits = if named.is_empty() {
            !kind.only_where_named
        } else {
            named.contains(&bearer.kind)
        };
        self.operation.first_party || !fits || self.is_of_a_refused_child(principal)
    }

    fn is_of_a_refused_child(&self, principal: &Principal<'a>) -> bool {
        let Holder::SystemUser(id) = principal.holder else {
            return false;
        };
        let refused = self.operation.not_token_of.contains(&Relation::Child);
        let parent = self
            .facts
            .system_user(id)
            .and_then(|user| self.facts.parent(&user.business));
        refused && parent.is_some() && parent == self.primary_business().as_ref()
    }

    /// Rule 5.
    fn lacks_proof(&self, bearer: &Bearer<'a>) -> bool {
        match self.evidence.proof {
            Proof::Valid => false,
            Proof::Wrong => true,
            Proof::Missing => bearer.app.proof_required,
        }
    }
}
