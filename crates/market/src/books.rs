//! What runs in an asset, in sum.

use engine::{Figure, Figures};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::object::Object;
use crate::shelf::Kept;

/// What runs in an asset, in sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    /// Ads that run.
    pub active_ads: u64,
    /// What everything that runs may spend in a day, in minor units.
    pub daily_budget_total: u64,
    /// What else may be spent in a day, in things that are not kept here, in minor units: what was
    /// known of the asset when its books were begun, and what was noted of it since.
    #[serde(default)]
    pub elsewhere: u64,
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
            elsewhere: self.elsewhere,
        };
        Self {
            active_ads: without.active_ads.saturating_add(ads(is)),
            daily_budget_total: without.daily_budget_total.saturating_add(spends(is)),
            elsewhere: self.elsewhere,
        }
    }

    /// Returns the books once an amount that is not kept here is another.
    #[must_use]
    pub const fn noted(self, from: u64, to: u64) -> Self {
        let raised = to.saturating_sub(from);
        let lowered = from.saturating_sub(to);
        Self {
            elsewhere: self
                .elsewhere
                .saturating_add(raised)
                .saturating_sub(lowered),
            ..self
        }
    }
}

impl Kept<Books> {
    /// Returns what is known of an asset: what was fed, and over it what runs as it is kept here. Once
    /// anything was made in the asset, the rows know better what may be spent; ads that were fed run
    /// beside those that are kept here.
    #[must_use]
    pub fn over(&self, fed: Figures, now: Timestamp) -> Figures {
        if self.version.is_none() {
            return fed;
        }
        let counted = |value| Some(Figure { value, at: now });
        let here = self.value.active_ads;
        let ads = fed.active_ads.map(|elsewhere| Figure {
            value: elsewhere.value.saturating_add(here),
            at: elsewhere.at,
        });
        let spends = self.value.daily_budget_total;
        Figures {
            active_ads: ads.or_else(|| counted(here)),
            daily_budget_total: counted(spends.saturating_add(self.value.elsewhere)),
            ..fed
        }
    }
}
