//! Layer 1: is the token known, alive, of the right kind, with the right proof?

use rulebook::{PermissionSet, Reason, ReasonSet, Relation};

use super::asker::Names;
use super::{Asker, Walk};
use crate::decision::Layers;
use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, Who};
use crate::directory::rows::{ALWAYS, AppRow, GrantRow, PersonRow};
use crate::directory::slots::{TokenMarks, TokenSlot};
use crate::id::{AppId, Holder};
use crate::request::Proof;

/// Who asks, by which credential, with the rows that were found on the way.
#[derive(Debug, Clone)]
pub(crate) struct Principal<'d> {
    pub(crate) asked: Layers,
    state: State,
    holder: HolderIx,
    /// The holder's row, if a person.
    pub(crate) person: Option<&'d PersonRow>,
    app: u32,
    /// The app's row, if the credential names an app.
    pub(crate) app_row: Option<&'d AppRow>,
    pub(crate) token: u32,
    expires: i64,
    ended: bool,
    pub(crate) kind: Option<rulebook::TokenKindId>,
    associated_user: u32,
    /// The scopes that were granted.
    pub(super) granted: PermissionSet,
    /// With everything they imply.
    pub(super) implied: PermissionSet,
    pub(super) declined: PermissionSet,
    /// Were scopes granted for some assets only?
    pub(super) targeted: bool,
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

impl<'d> Principal<'d> {
    /// Finds who asks; `token` is the slot of the token, if the credential is one that is known.
    #[inline]
    pub(crate) fn find(
        directory: &'d Directory,
        asker: Asker<'_>,
        token: Option<&TokenSlot>,
    ) -> Self {
        match asker {
            Asker::Token(_) => token.map_or(Self::nobody(), |slot| Self::of_token(directory, slot)),
            Asker::Assumed(assumed) => {
                let names = Names::of(assumed, directory.rulebook.rules(0));
                Self::told(directory, &assumed.holder, &assumed.app, names)
            }
            Asker::Told(told) => Self::told(directory, &told.holder, &told.app, told.names),
            Asker::Holder(holder) => {
                let holder = directory.find_holder(holder);
                Self::of_holder(directory, holder.unwrap_or(HolderIx::NOBODY))
            }
        }
    }

    /// A holder by number, asked first-party.
    pub(crate) fn of_holder(directory: &'d Directory, holder: HolderIx) -> Self {
        Self {
            asked: Layers::RoleAndMandate,
            holder,
            person: directory.person_row(holder),
            state: State::Whole,
            ..Self::nobody()
        }
    }

    const fn nobody() -> Self {
        Self {
            asked: Layers::All,
            state: State::Unknown,
            holder: HolderIx::NOBODY,
            person: None,
            app: NONE,
            app_row: None,
            token: NONE,
            expires: ALWAYS,
            ended: false,
            kind: None,
            associated_user: NONE,
            granted: PermissionSet::NONE,
            implied: PermissionSet::NONE,
            declined: PermissionSet::NONE,
            targeted: false,
        }
    }

    #[inline]
    fn of_token(directory: &'d Directory, slot: &TokenSlot) -> Self {
        let vocabulary = &directory.vocabulary;
        let token = slot.token.wrapping_sub(1);
        let associated = slot.marks.has(TokenMarks::ASSOCIATED);
        let row = directory.tokens.get(token).filter(|_| associated);
        let person = directory.person_row(slot.holder);
        let app_row = directory.apps.get(slot.app);
        let holder = match person {
            Some(row) => row.present,
            None => directory.is_holder_there(slot.holder),
        };
        let granted = slot.marks.has(TokenMarks::GRANTED);
        let whole = granted && holder && app_row.is_some_and(|row| row.present);
        let consent = vocabulary.consent(slot.scopes);
        Self {
            asked: Layers::All,
            state: if whole { State::Whole } else { State::Broken },
            holder: slot.holder,
            person,
            app: slot.app,
            app_row,
            token,
            expires: slot.expires,
            ended: slot.ended != 0,
            kind: vocabulary.token_kind(slot.kind),
            associated_user: row.map_or(NONE, |row| row.associated_user),
            granted: consent.granted,
            implied: consent.held,
            declined: vocabulary.consent(slot.declined).granted,
            targeted: slot.marks.has(TokenMarks::TARGETED),
        }
    }

    fn told(directory: &'d Directory, holder: &Holder, app: &AppId, names: Names) -> Self {
        let holder = directory.find_holder(holder);
        let app = directory.find_app(app);
        let (Some(holder), Some(app)) = (holder, app) else {
            return Self::nobody();
        };
        Self {
            holder,
            person: directory.person_row(holder),
            app,
            app_row: directory.apps.get(app),
            state: State::Whole,
            kind: names.kind,
            granted: names.consent.granted,
            implied: names.consent.held,
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

    /// Returns the token's grant, if the credential is a token with one.
    pub(crate) fn grant(&self, directory: &'d Directory) -> Option<&'d GrantRow> {
        let row = directory.tokens.get(self.token)?;
        directory.grants.get(row.grant)
    }
}

impl Directory {
    /// Returns the row of a holder who is a person.
    #[inline]
    pub(crate) fn person_row(&self, holder: HolderIx) -> Option<&PersonRow> {
        match holder.which() {
            Who::Person(index) => self.people.get(index),
            _ => None,
        }
    }

    fn is_holder_there(&self, holder: HolderIx) -> bool {
        match holder.which() {
            Who::Person(index) => self.people.get(index).is_some_and(|row| row.present),
            Who::SystemUser(index) => self.system_users.get(index).is_some_and(|row| row.present),
            Who::Business(index) => self.businesses.get(index).is_some_and(|row| row.present),
            Who::App(index) => self.apps.get(index).is_some_and(|row| row.present),
            Who::Nobody => false,
        }
    }
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
        let proven = match self.evidence.proof {
            Proof::Valid => true,
            Proof::Missing => !principal.app_row.is_some_and(|row| row.proof_required),
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
