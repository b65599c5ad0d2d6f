//! The direct way for who is told and brings no token: a holder asked first-party, or one with an app
//! and scopes.

use rulebook::{OperationId, ReasonSet};

use super::direct::{On, Plain};
use super::{Around, Consent};
use crate::decision::{Decision, Layers};
use crate::directory::Directory;
use crate::directory::index::HolderIx;
use crate::directory::slots::Places;
use crate::request::{Assumed, Credential};

impl Around<'_> {
    /// Returns the decision for a holder, asked first-party, if the question is plain.
    #[inline]
    pub(crate) fn direct_for(
        &self,
        directory: &Directory,
        operation: OperationId,
        holder: HolderIx,
        on: On<'_>,
    ) -> Option<Decision> {
        let plain = Plain::of(directory, operation)?;
        let places = Places::of(directory.person_row(holder)?)?;
        let decision = self.between(plain, (holder, &places), on, ReasonSet::EMPTY)?;
        Some(Decision {
            asked: Layers::RoleAndMandate,
            ..decision
        })
    }

    #[inline(never)]
    pub(super) fn direct_without_token(
        &self,
        plain: Plain<'_>,
        credential: &Credential,
        on: On<'_>,
    ) -> Option<Decision> {
        let directory = plain.directory;
        match credential {
            Credential::Token(_) => None,
            Credential::Holder(holder) => {
                let holder = directory.find_holder(holder)?;
                let places = Places::of(directory.person_row(holder)?)?;
                let decision = self.between(plain, (holder, &places), on, ReasonSet::EMPTY)?;
                Some(Decision {
                    asked: Layers::RoleAndMandate,
                    ..decision
                })
            }
            Credential::Assumed(assumed) => {
                let holder = directory.find_holder(&assumed.holder)?;
                let places = Places::of(directory.person_row(holder)?)?;
                let reasons = self.by_assumed(&plain, &places, assumed)?;
                self.between(plain, (holder, &places), on, reasons)
            }
        }
    }

    fn by_assumed(
        &self,
        plain: &Plain<'_>,
        places: &Places,
        assumed: &Assumed,
    ) -> Option<ReasonSet> {
        let directory = plain.directory;
        let app = directory.find_app(assumed.app.as_str())?;
        let app = directory.apps.get(app)?;
        let kind = plain.rules.names.token_kind(&assumed.kind)?;
        let consent = Consent::to(assumed.granted(plain.rules), plain.rules);
        let served = self.is_served(plain, app, kind)? && plain.suffices(&consent, app);
        Some(if served {
            ReasonSet::EMPTY
        } else {
            self.missing(plain, &consent, app, kind, places)
        })
    }
}
