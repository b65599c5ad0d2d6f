//! The rules per value of the switch that each business sets for itself.

use std::iter::{Chain, Once, once};
use std::slice;
use std::sync::Arc;

use super::Rules;

/// One set of rules per profile; never empty, because the first is kept apart.
#[derive(Debug, Clone)]
pub struct Profiles {
    first: Arc<Rules>,
    others: Vec<Arc<Rules>>,
}

impl Profiles {
    pub(crate) const fn new(first: Arc<Rules>, others: Vec<Arc<Rules>>) -> Self {
        Self { first, others }
    }

    /// Returns the rules of a profile; the default ones for a number out of range.
    #[must_use]
    pub fn get(&self, profile: u8) -> &Arc<Rules> {
        self.iter().nth(usize::from(profile)).unwrap_or(&self.first)
    }

    /// Returns all, by number.
    pub fn iter(&self) -> Chain<Once<&Arc<Rules>>, slice::Iter<'_, Arc<Rules>>> {
        once(&self.first).chain(&self.others)
    }
}

impl<'p> IntoIterator for &'p Profiles {
    type Item = &'p Arc<Rules>;
    type IntoIter = Chain<Once<&'p Arc<Rules>>, slice::Iter<'p, Arc<Rules>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
