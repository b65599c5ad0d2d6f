//! A thing that belongs to an asset.

use engine::AssetId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// What kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A campaign of an ad account.
    Campaign,
    /// An ad set of a campaign.
    AdSet,
    /// An ad of an ad set.
    Ad,
    /// What an ad shows.
    Creative,
    /// Settings of the asset itself.
    Settings,
    /// A report that was asked for.
    Report,
    /// How many people were put on a custom audience.
    Members,
    /// How often an event was sent to a pixel or an offline event set.
    EventCount,
    /// An item of a catalog.
    Product,
    /// Where a catalog's items come from.
    Feed,
    /// Some of a catalog's items.
    ProductSet,
    /// A post of a Page.
    Post,
    /// A comment on a post.
    Comment,
}

impl Kind {
    /// Returns the word under which rows are kept.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::AdSet => "ad_set",
            Self::Ad => "ad",
            Self::Creative => "creative",
            Self::Settings => "settings",
            Self::Report => "report",
            Self::Members => "members",
            Self::EventCount => "event_count",
            Self::Product => "product",
            Self::Feed => "feed",
            Self::ProductSet => "product_set",
            Self::Post => "post",
            Self::Comment => "comment",
        }
    }
}

/// Whether a campaign, ad set or ad is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It runs.
    Active,
    /// It does not.
    Paused,
    /// It never will again.
    Archived,
}

/// A thing that belongs to an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Its id: no other thing of the realm has it.
    pub id: String,
    /// What kind of thing.
    pub kind: Kind,
    /// The asset that it belongs to, and on which is decided what may be done with it.
    pub asset: AssetId,
    /// The thing that it is part of: the campaign of an ad set, the post of a comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Whether it is to run, if it is something that runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Did it ever run? To start what never did is a right of its own.
    #[serde(default)]
    pub launched: bool,
    /// What it may spend in a day, in minor units of the account's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_budget: Option<u64>,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Whatever else the platform lets be said of it.
    #[serde(default)]
    pub fields: Map<String, Value>,
}

impl Object {
    /// Returns a thing of which nothing is said yet.
    #[must_use]
    pub fn new(id: String, kind: Kind, asset: AssetId, now: Timestamp) -> Self {
        Self {
            id,
            kind,
            asset,
            parent: None,
            status: None,
            launched: false,
            daily_budget: None,
            created: now,
            updated: now,
            fields: Map::new(),
        }
    }

    /// Returns what it may spend in a day now: nothing unless it runs.
    #[must_use]
    pub fn spends_daily(&self) -> u64 {
        match self.status {
            Some(Status::Active) => self.daily_budget.unwrap_or(0),
            _ => 0,
        }
    }

    /// Is it an ad that is to run? Whether its campaign does is not asked.
    #[must_use]
    pub fn is_running_ad(&self) -> bool {
        self.kind == Kind::Ad && self.status == Some(Status::Active)
    }
}

/// Returns the id that a seed stands for: sixteen digits, the same for the same seed.
#[must_use]
pub fn number(seed: &str) -> String {
    let digest = Sha256::digest(seed.as_bytes());
    let head = digest.iter().take(8);
    let mixed = head.fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
    format!("2{:015}", mixed % 1_000_000_000_000_000)
}
