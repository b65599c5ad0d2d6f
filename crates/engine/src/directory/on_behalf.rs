//! Businesses that act on behalf of others: found by either side. No decision reads them.

use std::borrow::Cow;

use super::Directory;
use super::aside::{Aside, By};
use crate::fact::{OnBehalf, OnBehalfKey};
use crate::id::BusinessId;

impl Aside for OnBehalf {
    fn names(&self) -> [Cow<'_, str>; 3] {
        [
            Cow::Owned(self.key().name()),
            Cow::Borrowed(self.partner.as_str()),
            Cow::Borrowed(self.client.as_str()),
        ]
    }
}

impl OnBehalfKey {
    /// Returns both sides as one text. No id holds a line break.
    pub(crate) fn name(&self) -> String {
        format!("{}\n{}", self.partner, self.client)
    }
}

impl Directory {
    /// Returns the relation of a partner that acts for a client, if there is one.
    #[must_use]
    pub fn on_behalf(&self, key: &OnBehalfKey) -> Option<OnBehalf> {
        self.on_behalf.get(&key.name())
    }

    /// Returns for whom a business acts, by the client.
    #[must_use]
    pub fn managed_by(&self, partner: &BusinessId) -> Vec<OnBehalf> {
        self.on_behalf.all(By::First, partner.as_str())
    }

    /// Returns who acts for a business, by the partner.
    #[must_use]
    pub fn managers_of(&self, client: &BusinessId) -> Vec<OnBehalf> {
        self.on_behalf.all(By::Second, client.as_str())
    }
}
