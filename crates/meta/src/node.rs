//! Nodes: from the ids of the wire to what the directory knows.
//!
//! The wire has one space of ids and the directory one for each class, so ids are looked for in a
//! fixed order. A *business user* is a person's place in a business and has an id of its own,
//! `{business}_{person}`.

use engine::fact::{
    AccessRequest, App, Asset, Business, Fact, Group, Invitation, Key, Membership, MembershipKey,
    SystemUser,
};
use engine::{AssetId, BusinessId, Directory, GroupId, Holder, PersonId, Thing};
use market::{Kept, Object};

use crate::market as trade;
use crate::market::trade::of_node;

use crate::sight::Asker;

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A business.
    Business(Business),
    /// A person.
    User(PersonId),
    /// A person's place in a business.
    BusinessUser(Membership),
    /// A system user.
    SystemUser(SystemUser),
    /// An app.
    App(App),
    /// An ad account, Page, pixel, …
    Asset(Asset),
    /// A group or project.
    Group(Group),
    /// An invitation that waits.
    RoleRequest(Invitation),
    /// What a business asks another for.
    Request(AccessRequest),
    /// What one business shares to another, all of it.
    Agreement(Agreement),
    /// A campaign, product, post, … as it is kept.
    Market(Box<Kept<Object>>),
}

/// What one business shares to another, all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The business that shares.
    pub initiator: BusinessId,
    /// The business it shares to.
    pub recipient: BusinessId,
    /// Does any of it wait to be accepted?
    pub waits: bool,
}

/// The kind of a node: what it is called, and what hangs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A business.
    Business,
    /// A person.
    User,
    /// A person's place in a business.
    BusinessUser,
    /// A system user.
    SystemUser,
    /// An app.
    App,
    /// An ad account.
    AdAccount,
    /// A Page.
    Page,
    /// A pixel.
    Pixel,
    /// A catalog.
    Catalog,
    /// An Instagram account.
    Instagram,
    /// A custom audience.
    Audience,
    /// An offline event set.
    OfflineSet,
    /// Another asset.
    Asset,
    /// A group or project.
    Group,
    /// An invitation that waits.
    RoleRequest,
    /// What a business asks another for.
    Request,
    /// What one business shares to another, all of it.
    Agreement,
    /// A campaign.
    Campaign,
    /// An ad set.
    AdSet,
    /// An ad.
    Ad,
    /// What an ad shows.
    Creative,
    /// A report that was asked for.
    Report,
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
    /// Returns the name that errors use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Business => "Business",
            Self::User => "User",
            Self::BusinessUser => "BusinessUser",
            Self::SystemUser => "SystemUser",
            Self::App => "Application",
            Self::AdAccount => "AdAccount",
            Self::Page => "Page",
            Self::Pixel => "AdsPixel",
            Self::Catalog => "ProductCatalog",
            Self::Instagram => "InstagramBusinessAsset",
            Self::Audience => "CustomAudience",
            Self::OfflineSet => "OfflineConversionDataSet",
            Self::Asset => "Asset",
            Self::Group => "BusinessAssetGroup",
            Self::RoleRequest => "BusinessRoleRequest",
            Self::Request => "BusinessOwnedObjectOnBehalfOfRequest",
            Self::Agreement => "BusinessAssetSharingAgreement",
            Self::Campaign => "Campaign",
            Self::AdSet => "AdSet",
            Self::Ad => "Ad",
            Self::Creative => "AdCreative",
            Self::Report => "AdReportRun",
            Self::Product => "ProductItem",
            Self::Feed => "ProductFeed",
            Self::ProductSet => "ProductSet",
            Self::Post => "PagePost",
            Self::Comment => "Comment",
        }
    }
}

impl Node {
    /// Returns the node with an id; nothing if none is known.
    #[must_use]
    pub fn find(directory: &Directory, id: &str) -> Option<Self> {
        let fact = |key: Key| directory.fact(&key);
        if let Some(Fact::Asset(asset)) = id.parse().ok().and_then(|id| fact(Key::Asset(id))) {
            return Some(Self::Asset(asset));
        }
        if let Some(business) = business(directory, id) {
            return Some(Self::Business(business));
        }
        if let Some(Fact::SystemUser(one)) =
            id.parse().ok().and_then(|id| fact(Key::SystemUser(id)))
        {
            return Some(Self::SystemUser(one));
        }
        if let Some(Fact::App(app)) = id.parse().ok().and_then(|id| fact(Key::App(id))) {
            return Some(Self::App(app));
        }
        if let Some(Fact::Group(group)) = id.parse().ok().and_then(|id| fact(Key::Group(id))) {
            return Some(Self::Group(group));
        }
        if let Some(Fact::Invitation(one)) =
            id.parse().ok().and_then(|id| fact(Key::Invitation(id)))
        {
            return Some(Self::RoleRequest(one));
        }
        let request = id.parse().ok().and_then(|id| directory.access_request(&id));
        if let Some(request) = request {
            return Some(Self::Request(request));
        }
        if let Some(membership) = business_user(directory, id) {
            return Some(Self::BusinessUser(membership));
        }
        match id.parse().ok().and_then(|id| fact(Key::Person(id))) {
            Some(Fact::Person(person)) => Some(Self::User(person.id)),
            _ => None,
        }
    }

    /// Returns the node that `me` is: of a Page token the Page.
    #[must_use]
    pub fn of_asker(directory: &Directory, asker: &Asker) -> Option<Self> {
        match asker.page() {
            Some(page) => asset(directory, page).map(Self::Asset),
            None => Self::of_holder(directory, asker.holder()?),
        }
    }

    /// Returns the node of a holder; nothing if it is not known.
    #[must_use]
    pub fn of_holder(directory: &Directory, holder: &Holder) -> Option<Self> {
        match holder {
            Holder::Person(id) => Some(Self::User(id.clone())),
            Holder::SystemUser(id) => match directory.fact(&Key::SystemUser(id.clone()))? {
                Fact::SystemUser(one) => Some(Self::SystemUser(one)),
                _ => None,
            },
            Holder::Business(id) => business(directory, id.as_str()).map(Self::Business),
            Holder::App(id) => match directory.fact(&Key::App(id.clone()))? {
                Fact::App(app) => Some(Self::App(app)),
                _ => None,
            },
        }
    }

    /// Returns its id.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Business(one) => one.id.to_string(),
            Self::User(id) => id.to_string(),
            Self::BusinessUser(one) => business_user_id(&one.business, &one.person),
            Self::SystemUser(one) => one.id.to_string(),
            Self::App(one) => one.id.to_string(),
            Self::Asset(one) => one.id.to_string(),
            Self::Group(one) => one.id.to_string(),
            Self::RoleRequest(one) => one.id.to_string(),
            Self::Request(one) => one.id.to_string(),
            Self::Agreement(one) => format!("{}_{}", one.initiator, one.recipient),
            Self::Market(kept) => kept.value.id.clone(),
        }
    }

    /// Returns its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Business(_) => Kind::Business,
            Self::User(_) => Kind::User,
            Self::BusinessUser(_) => Kind::BusinessUser,
            Self::SystemUser(_) => Kind::SystemUser,
            Self::App(_) => Kind::App,
            Self::Asset(asset) => match asset.kind.as_str() {
                "ad_account" => Kind::AdAccount,
                "page" => Kind::Page,
                "pixel" => Kind::Pixel,
                "catalog" => Kind::Catalog,
                "instagram_account" => Kind::Instagram,
                "custom_audience" => Kind::Audience,
                "offline_event_set" => Kind::OfflineSet,
                _ => Kind::Asset,
            },
            Self::Group(_) => Kind::Group,
            Self::RoleRequest(_) => Kind::RoleRequest,
            Self::Request(_) => Kind::Request,
            Self::Agreement(_) => Kind::Agreement,
            Self::Market(kept) => trade::kind_of(&kept.value),
        }
    }

    /// Returns who it is as a holder of access, if it can be one.
    #[must_use]
    pub fn holder(&self) -> Option<Holder> {
        match self {
            Self::User(id) => Some(Holder::Person(id.clone())),
            Self::BusinessUser(one) => Some(Holder::Person(one.person.clone())),
            Self::SystemUser(one) => Some(Holder::SystemUser(one.id.clone())),
            _ => None,
        }
    }

    /// Returns the operation that reading it is, and on what.
    #[must_use]
    pub fn reading(&self) -> (&'static str, Thing) {
        match self {
            Self::Business(one) => ("business.view", Thing::Business(one.id.clone())),
            Self::User(id) => ("profile.read", Thing::Person(id.clone())),
            Self::BusinessUser(one) => ("member.list", Thing::Business(one.business.clone())),
            Self::SystemUser(one) => ("system_user.list", Thing::Business(one.business.clone())),
            Self::App(one) => ("app.view", Thing::App(one.id.clone())),
            Self::Group(one) => ("asset.list", Thing::Business(one.business.clone())),
            Self::RoleRequest(one) => ("member.list", Thing::Business(one.business.clone())),
            // Either side reads these; which, `agreements` knows.
            Self::Request(one) => ("share.list", Thing::Asset(one.asset.clone())),
            Self::Agreement(one) => ("partner.list", Thing::Business(one.recipient.clone())),
            Self::Asset(asset) => (viewing(&asset.kind), Thing::Asset(asset.id.clone())),
            Self::Market(kept) => {
                let operation = of_node(self.kind()).map_or("ad_account.view", |trade| trade.read);
                (operation, Thing::Asset(kept.value.asset.clone()))
            }
        }
    }
}

/// Returns the operation that looking at an asset of a kind is.
#[must_use]
pub fn viewing(kind: &str) -> &'static str {
    match kind {
        "page" => "page.view",
        "pixel" => "pixel.view",
        "catalog" => "catalog.view",
        "instagram_account" => "instagram.read_insights",
        "offline_event_set" => "offline_event_set.view",
        "creative_hub" => "creative_hub.view",
        "custom_audience" => "custom_audience.view",
        _ => "ad_account.view",
    }
}

/// Returns a business.
#[must_use]
pub fn business(directory: &Directory, id: &str) -> Option<Business> {
    match directory.fact(&Key::Business(id.parse().ok()?))? {
        Fact::Business(business) => Some(business),
        _ => None,
    }
}

/// Returns an asset.
#[must_use]
pub fn asset(directory: &Directory, id: &AssetId) -> Option<Asset> {
    match directory.fact(&Key::Asset(id.clone()))? {
        Fact::Asset(asset) => Some(asset),
        _ => None,
    }
}

/// Returns a group.
#[must_use]
pub fn group(directory: &Directory, id: &GroupId) -> Option<Group> {
    match directory.fact(&Key::Group(id.clone()))? {
        Fact::Group(group) => Some(group),
        _ => None,
    }
}

/// Returns the id of a person's place in a business.
#[must_use]
pub fn business_user_id(business: &BusinessId, person: &PersonId) -> String {
    format!("{business}_{person}")
}

/// Returns the place an id names. An id that two places could mean names neither.
fn business_user(directory: &Directory, id: &str) -> Option<Membership> {
    let mut found = id.match_indices('_').filter_map(|(at, _)| {
        let key = MembershipKey {
            business: id.get(..at)?.parse().ok()?,
            person: id.get(at + 1..)?.parse().ok()?,
        };
        match directory.fact(&Key::Membership(key))? {
            Fact::Membership(membership) => Some(membership),
            _ => None,
        }
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
