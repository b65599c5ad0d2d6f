//! The direct way for who is told and brings no token: a holder asked first-party, or one with an app
//! and scopes.

use rulebook::{OperationId, ReasonSet};

use super::asker::Names;
use super::direct::{On, Plain};
use super::{Around, Asker};
use crate::decision::{Decision, Layers};
use crate::directory::Directory;
use crate::directory::index::HolderIx;
use crate::directory::person_slot::PersonSlot;
use crate::directory::places::Places;

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

    /// Returns the decision for a person who is told, by this slot, if the question is plain.
    #[inline(never)]
    pub(super) fn direct_without_token(
        &self,
        plain: Plain<'_>,
        asker: Asker<'_>,
        person: &PersonSlot,
        on: On<'_>,
    ) -> Option<Decision> {
        let places = person.places()?;
        let (asked, reasons) = match asker {
            Asker::Token(_) => return None,
            Asker::Holder(_) => (Layers::RoleAndMandate, ReasonSet::EMPTY),
            Asker::Told(told) => {
                let app = plain.directory.app_by(told.numbered, &told.app);
                let reasons = self.by_told(&plain, &places, app, told.names)?;
                (Layers::All, reasons)
            }
            Asker::Assumed(assumed) => {
                let names = Names::of(assumed, plain.rules);
                let app = plain.directory.app_mentioned(&assumed.app);
                let reasons = self.by_told(&plain, &places, app, names)?;
                (Layers::All, reasons)
            }
        };
        let decision = self.between(plain, (person.holder(), &places), on, reasons)?;
        Some(Decision { asked, ..decision })
    }

    #[inline]
    fn by_told(
        &self,
        plain: &Plain<'_>,
        places: &Places,
        app: Option<u32>,
        names: Names,
    ) -> Option<ReasonSet> {
        let directory = plain.directory;
        let app = directory.apps.get(app?)?;
        let (consent, kind) = (&names.consent, names.kind?);
        let served = self.is_served(plain, app, kind)? && plain.suffices(consent, app);
        Some(if served {
            ReasonSet::EMPTY
        } else {
            self.missing(plain, consent, app, kind, places)
        })
    }
}
