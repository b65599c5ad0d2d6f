//! Figures that live on the platform: fed from outside, each with its time, evidence and never facts.
//! Those of what is in an asset, a campaign or an ad, are for reports alone.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use engine::{AssetId, Figure, Figures};
use ledger::Realm;

/// What figures are of: an asset, or a thing in it by its id.
type Of = (Realm, AssetId, Option<String>);

/// The newest figures, by realm, asset, and thing in it. Gone when the process ends: what is not fed again counts
/// as missing, and missing figures refuse.
#[derive(Debug, Default)]
pub struct FigureBoard {
    known: Mutex<BTreeMap<Of, Figures>>,
}

/// Which figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// The sum of daily budgets, in minor units.
    DailyBudgetTotal,
    /// Cost per action, in minor units.
    Cpa,
    /// Return on ad spend, in thousandths.
    Roas,
    /// What was spent under the mandate, in minor units.
    SpendTotal,
    /// Ads that are running.
    ActiveAds,
}

impl FigureBoard {
    /// Notes a figure; an older one than is known changes nothing.
    pub fn feed(
        &self,
        realm: &Realm,
        (asset, object): (&AssetId, Option<&str>),
        kind: FigureKind,
        figure: Figure,
    ) {
        let of = (realm.clone(), asset.clone(), object.map(str::to_owned));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let figures = known.entry(of).or_default();
        let place = match kind {
            FigureKind::DailyBudgetTotal => &mut figures.daily_budget_total,
            FigureKind::Cpa => &mut figures.cpa,
            FigureKind::Roas => &mut figures.roas,
            FigureKind::SpendTotal => &mut figures.spend_total,
            FigureKind::ActiveAds => &mut figures.active_ads,
        };
        if place.is_none_or(|known| known.at <= figure.at) {
            *place = Some(figure);
        }
    }

    /// Returns what was fed of an asset.
    #[must_use]
    pub fn of(&self, realm: &Realm, asset: &AssetId) -> Figures {
        self.of_thing(realm, asset, None)
    }

    /// Returns what was fed of a thing in an asset; without one, of the asset.
    #[must_use]
    pub fn of_thing(&self, realm: &Realm, asset: &AssetId, object: Option<&str>) -> Figures {
        let of = (realm.clone(), asset.clone(), object.map(str::to_owned));
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&of).copied().unwrap_or_default()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}
