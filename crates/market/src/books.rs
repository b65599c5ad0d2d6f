//! What runs in an asset, in sum.

use serde::{Deserialize, Serialize};

use crate::object::Object;

/// What runs in an asset, in sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    /// Ads that run.
    pub active_ads: u64,
    /// What everything that runs may spend in a day, in minor units.
    pub daily_budget_total: u64,
}

impl Books {
    /// Returns the books with a thing in place of another; either may be missing.
    #[must_use]
    pub fn after(self, was: Option<&Object>, is: Option<&Object>) -> Self {
        let ads = |one: Option<&Object>| u64::from(one.is_some_and(Object::is_running_ad));
        let spends = |one: Option<&Object>| one.map_or(0, Object::spends_daily);
        let without = Self {
            active_ads: self.active_ads.saturating_sub(ads(was)),
            daily_budget_total: self.daily_budget_total.saturating_sub(spends(was)),
        };
        Self {
            active_ads: without.active_ads.saturating_add(ads(is)),
            daily_budget_total: without.daily_budget_total.saturating_add(spends(is)),
        }
    }
}
