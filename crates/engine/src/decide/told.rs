//! The direct way for who is told and brings no token: a holder asked first-party, or one with an app
//! and scopes.

use rulebook::{OperationId, ReasonSet};

use super::asker::Names;
use super::direct::{On, Plain, Verdict};
use super::{Around, Asker, Question};
use crate::directory::Directory;
use crate::directory::index::HolderIx;
use crate::directory::person_slot::PersonSlot;
use crate::directory::places::Places;

impl Around<'_> {
    /// Returns what comes of a question about a holder, asked first-party, if it is plain.
    #[inline]
    pub(crate) fn direct_for(
        &self,
        directory: &Directory,
        operation: OperationId,
        holder: HolderIx,
        on: On<'_>,
    ) -> Option<Verdict> {
        let plain = Plain::of(directory, operation)?;
        let places = Places::of(directory.person_row(holder)?)?;
        self.between(plain, (holder, &places), on, ReasonSet::EMPTY)
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
            plain.missing(self.evidence, consent, app, kind, places)
        })
    }
}

impl Question<'_> {
    /// Returns what comes of a question for a person who is told, by this slot, if it is plain.
    #[inline(never)]
    pub(super) fn without_token(
        &self,
        plain: Plain<'_>,
        person: &PersonSlot,
        on: On<'_>,
    ) -> Option<Verdict> {
        let (around, places) = (self.around(), person.places()?);
        let reasons = match self.asker {
            Asker::Token(_) => return None,
            Asker::Holder(_) => ReasonSet::EMPTY,
            Asker::Told(told) => {
                let app = plain.directory.app_by(told.numbered, &told.app);
                around.by_told(&plain, &places, app, told.names)?
            }
            Asker::Assumed(assumed) => {
                let names = Names::of(assumed, plain.rules);
                let app = plain.directory.app_mentioned(&assumed.app);
                around.by_told(&plain, &places, app, names)?
            }
        };
        around.between(plain, (person.holder(), &places), on, reasons)
    }
}
