//! Layer 1: is the token known, alive, of the right kind, with the right proof?

use rulebook::{PermissionSet, Reason, ReasonSet, Relation};

use super::{Walk, asked};
use crate::decision::Layers;
use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, Who};
use crate::directory::rows::{ALWAYS, GrantRow};
use crate::directory::words::WordId;
use crate::request::{Assumed, Credential, Proof};

/// Who asks, by which credential, as numbers.
#[derive(Debug, Clone)]
pub(crate) struct Principal {
    pub(crate) asked: Layers,
    holder: HolderIx,
    app: u32,
    state: State,
    pub(crate) token: u32,
    pub(crate) grant: u32,
    expires: i64,
    ended: bool,
    pub(crate) kind: Option<rulebook::TokenKindId>,
    associated_user: u32,
    /// The scopes of an assumed credential.
    assumed: PermissionSet,
}

/// How much of the credential there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// All of it.
    Whole,
    /// No such token, or an assumed holder or app that is not known.
    Unknown,
    /// The token is there; its grant, holder or app is not.
    Broken,
}

impl Principal {
    #[inline]
    pub(crate) fn find(directory: &Directory, credential: &Credential) -> Self {
        match credential {
            Credential::Token(digest) => Self::of_token(directory, &digest.0),
            Credential::Assumed(assumed) => Self::assumed(directory, assumed),
            Credential::Holder(holder) => Self {
                asked: asked(credential),
                holder: directory.find_holder(holder).unwrap_or(HolderIx::NOBODY),
                state: State::Whole,
                ..Self::nobody()
            },
        }
    }

    /// A holder by number, asked first-party.
    pub(crate) const fn of_holder(holder: HolderIx) -> Self {
        Self {
            asked: Layers::RoleAndMandate,
            holder,
            state: State::Whole,
            ..Self::nobody()
        }
    }

    const fn nobody() -> Self {
        Self {
            asked: Layers::All,
            holder: HolderIx::NOBODY,
            app: NONE,
            state: State::Unknown,
            token: NONE,
            grant: NONE,
            expires: ALWAYS,
            ended: false,
            kind: None,
            associated_user: NONE,
            assumed: PermissionSet::NONE,
        }
    }

    #[inline]
    fn of_token(directory: &Directory, digest: &[u8; 32]) -> Self {
        let Some(slot) = directory.token_slot(digest) else {
            return Self::nobody();
        };
        let index = slot.token.wrapping_sub(1);
        let grant = directory.grants.get(slot.grant);
        let Some(token) = directory.tokens.get(index) else {
            return Self::nobody();
        };
        let whole = grant.is_some_and(|grant| grant_is_whole(directory, grant));
        Self {
            holder: grant.map_or(HolderIx::NOBODY, |grant| grant.holder),
            app: grant.map_or(NONE, |grant| grant.app),
            state: if whole { State::Whole } else { State::Broken },
            token: index,
            grant: slot.grant,
            expires: token.expires,
            ended: token.ended != 0,
            kind: kind_of(directory, token.kind),
            associated_user: token.associated_user,
            ..Self::nobody()
        }
    }

    fn assumed(directory: &Directory, assumed: &Assumed) -> Self {
        let names = &directory.rulebook.rules(0).names;
        let holder = directory.find_holder(&assumed.holder);
        let app = directory.find_app(assumed.app.as_str());
        let (Some(holder), Some(app)) = (holder, app) else {
            return Self::nobody();
        };
        let scopes = assumed
            .scopes
            .iter()
            .filter_map(|scope| names.permission(scope));
        Self {
            holder,
            app,
            state: State::Whole,
            kind: names.token_kind(&assumed.kind),
            assumed: scopes.collect(),
            ..Self::nobody()
        }
    }

    pub(crate) const fn asked(&self) -> Layers {
        self.asked
    }

    pub(crate) const fn holder(&self) -> HolderIx {
        self.holder
    }

    /// Returns the app's number, if the credential names one.
    pub(crate) fn app(&self) -> Option<u32> {
        (self.app != NONE).then_some(self.app)
    }

    pub(crate) const fn associated_user(&self) -> u32 {
        self.associated_user
    }

    /// Is so much of the credential missing that nothing else can be asked?
    pub(crate) fn is_broken(&self) -> bool {
        self.state != State::Whole
    }

    /// Returns the grant, if the credential is a token with one.
    pub(crate) fn grant_row<'d>(&self, directory: &'d Directory) -> Option<&'d GrantRow> {
        directory.grants.get(self.grant)
    }

    /// Returns the granted scopes and the declined ones.
    #[inline]
    pub(crate) fn scopes(&self, directory: &Directory) -> (PermissionSet, PermissionSet) {
        match self.grant_row(directory) {
            Some(grant) => (
                directory.vocabulary.permissions(grant.scopes),
                directory.vocabulary.permissions(grant.declined),
            ),
            None => (self.assumed, PermissionSet::NONE),
        }
    }
}

fn kind_of(directory: &Directory, word: WordId) -> Option<rulebook::TokenKindId> {
    directory.vocabulary.token_kind(word)
}

#[inline]
fn grant_is_whole(directory: &Directory, grant: &GrantRow) -> bool {
    let holder = match grant.holder.which() {
        Who::Person(index) => directory.people.get(index).is_some_and(|row| row.present),
        Who::SystemUser(index) => directory
            .system_users
            .get(index)
            .is_some_and(|row| row.present),
        Who::Business(index) => directory
            .businesses
            .get(index)
            .is_some_and(|row| row.present),
        Who::App(index) => directory.apps.get(index).is_some_and(|row| row.present),
        Who::Nobody => false,
    };
    grant.present && holder && directory.apps.get(grant.app).is_some_and(|row| row.present)
}

impl Walk<'_> {
    /// Returns the reasons of layer 1.
    #[inline]
    pub(super) fn credential(&self) -> ReasonSet {
        let principal = &self.principal;
        let mut reasons = ReasonSet::EMPTY;
        if principal.asked == Layers::RoleAndMandate {
            return reasons;
        }
        if principal.state == State::Unknown {
            return ReasonSet::of(Reason::TokenUnknown);
        }
        let broken = principal.state == State::Broken;
        reasons.add_if(principal.ended || broken, Reason::TokenInvalidated);
        reasons.add_if(principal.expires <= self.now_ms, Reason::TokenExpired);
        if broken {
            return reasons;
        }
        reasons.add_if(self.is_wrong_kind(), Reason::TokenWrongKind);
        let required = principal
            .app()
            .and_then(|app| self.directory.apps.get(app))
            .is_some_and(|row| row.proof_required);
        let proven = match self.evidence.proof {
            Proof::Valid => true,
            Proof::Missing => !required,
            Proof::Wrong => false,
        };
        reasons.add_if(!proven, Reason::ProofMissing);
        reasons
    }

    #[inline]
    fn is_wrong_kind(&self) -> bool {
        let operation = self.operation;
        let Some(kind) = self.principal.kind else {
            return true;
        };
        let named = operation.tokens.contains(&kind);
        let only_named = self
            .rules
            .token_kind(kind)
            .is_none_or(|kind| kind.only_where_named);
        operation.first_party
            || (!operation.tokens.is_empty() && !named)
            || (operation.tokens.is_empty() && only_named)
            || (!operation.not_token_of.is_empty() && self.is_token_of_child())
    }

    fn is_token_of_child(&self) -> bool {
        let Who::SystemUser(index) = self.principal.holder().which() else {
            return false;
        };
        let business = self
            .directory
            .system_users
            .get(index)
            .map(|row| row.business);
        let child = self.operation.not_token_of.contains(&Relation::Child);
        let primary = self.primary_business();
        child
            && business
                .zip(primary)
                .is_some_and(|(business, primary)| self.directory.is_child_of(business, primary))
    }
}
