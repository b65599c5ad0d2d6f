//! Edges: what hangs on a node, and what can be done there. One line an edge.

pub mod agreements;
pub mod asking;
pub mod business_token;
pub mod links;
pub mod managed;
pub mod of_app;
pub mod of_asset;
pub mod of_business;
pub mod of_group;
pub mod of_page;
pub mod of_people;
pub mod of_system_user;
pub mod of_user;
pub mod partners;
pub mod rename;
pub mod test_users;

use serde_json::{Map, Value};

use crate::error::GraphError;
use crate::market::{ads, audience, catalog, change, events, insights, page};
use crate::node::{Kind, Node};
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::Step;

/// One thing on an edge.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its id: the order of the edge, and what cursors stand for.
    pub id: String,
    /// The node, if it is one.
    pub node: Option<Node>,
    /// What the edge says of it.
    pub extra: Map<String, Value>,
    /// What the node gives unasked on this edge, where that is not what it gives elsewhere.
    pub unasked: &'static [&'static str],
}

impl Item {
    /// Returns a node of which the edge says nothing.
    #[must_use]
    pub fn of(node: Node) -> Self {
        Self::with(node, [])
    }

    /// Returns a node with what the edge says of it.
    #[must_use]
    pub fn with<const N: usize>(node: Node, extra: [(&str, Value); N]) -> Self {
        Self {
            id: node.id(),
            node: Some(node),
            extra: extra
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
            unasked: &[],
        }
    }

    /// Returns something that is no node.
    #[must_use]
    pub fn plain<const N: usize>(id: &str, extra: [(&str, Value); N]) -> Self {
        Self {
            id: id.to_owned(),
            node: None,
            extra: extra
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
            unasked: &[],
        }
    }
}

/// Reads an edge: all of it, in the order of ids.
pub type List = fn(&Sight<'_>, &Node, &Params, &Place<'_>) -> Result<Vec<Item>, GraphError>;
/// Writes at an edge.
pub type Write = fn(&Sight<'_>, &Node, &Params) -> Result<Step, GraphError>;

/// An edge, or with an empty name the node itself.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    /// On which kinds of node.
    pub on: &'static [Kind],
    /// Its name.
    pub name: &'static str,
    /// GET.
    pub list: Option<List>,
    /// POST.
    pub post: Option<Write>,
    /// DELETE.
    pub delete: Option<Write>,
    /// May POST name a node that the asker need not know? Then only the command says whether it may be
    /// done, and whatever is wrong sounds like a node that is not there.
    pub unseen: bool,
}

const fn edge(on: &'static [Kind], name: &'static str) -> Edge {
    Edge {
        on,
        name,
        list: None,
        post: None,
        delete: None,
        unseen: false,
    }
}

impl Edge {
    const fn get(self, list: List) -> Self {
        Self {
            list: Some(list),
            ..self
        }
    }

    const fn post(self, write: Write) -> Self {
        Self {
            post: Some(write),
            ..self
        }
    }

    const fn delete(self, write: Write) -> Self {
        Self {
            delete: Some(write),
            ..self
        }
    }

    const fn unseen(self) -> Self {
        Self {
            unseen: true,
            ..self
        }
    }
}

const BUSINESS: &[Kind] = &[Kind::Business];
const USER: &[Kind] = &[Kind::User];
const HOLDERS: &[Kind] = &[Kind::User, Kind::BusinessUser, Kind::SystemUser];
const ACCOUNT: &[Kind] = &[Kind::AdAccount];
const CATALOG: &[Kind] = &[Kind::Catalog];
const EVENTS: &[Kind] = &[Kind::Pixel, Kind::OfflineSet];
/// What is changed and deleted by itself.
const THINGS: &[Kind] = &[
    Kind::Campaign,
    Kind::AdSet,
    Kind::Ad,
    Kind::Creative,
    Kind::Product,
    Kind::Feed,
    Kind::ProductSet,
    Kind::Post,
    Kind::Comment,
];
const ASSIGNED: &[Kind] = &[
    Kind::AdAccount,
    Kind::Page,
    Kind::Pixel,
    Kind::Catalog,
    Kind::Instagram,
    Kind::Asset,
];

/// Every edge. Source: platform docs, the reference of each node.
pub const EDGES: &[Edge] = &[
    // A business and its people.
    edge(BUSINESS, "").post(of_business::update),
    edge(BUSINESS, "business_users")
        .get(of_people::members)
        .post(of_people::invite),
    edge(BUSINESS, "pending_users").get(of_people::invitations),
    edge(BUSINESS, "system_users")
        .get(of_people::system_users)
        .post(of_people::make_system_user),
    edge(BUSINESS, "access_token").post(business_token::of_business),
    edge(BUSINESS, "system_user_access_tokens").post(business_token::of_system_user),
    edge(BUSINESS, "owned_businesses")
        .get(of_business::children)
        .post(of_business::make_child)
        .delete(of_business::end_child),
    // What it owns.
    edge(BUSINESS, "owned_ad_accounts")
        .get(of_business::own_ad_accounts)
        .post(of_business::claim_ad_account),
    edge(BUSINESS, "owned_pages")
        .get(of_business::own_pages)
        .post(of_business::claim_page),
    edge(BUSINESS, "owned_pixels").get(of_business::own_pixels),
    edge(BUSINESS, "adspixels")
        .get(of_business::own_pixels)
        .post(of_business::make_pixel),
    edge(BUSINESS, "owned_product_catalogs")
        .get(of_business::own_catalogs)
        .post(of_business::make_catalog),
    edge(BUSINESS, "owned_instagram_accounts").get(of_business::own_instagram),
    edge(BUSINESS, "owned_instagram_assets").get(of_business::own_instagram),
    edge(BUSINESS, "owned_apps")
        .get(of_business::own_apps)
        .post(of_app::own),
    edge(BUSINESS, "adaccount").post(of_business::make_ad_account),
    edge(BUSINESS, "ad_accounts").delete(partners::give_back_ad_account),
    edge(BUSINESS, "pages").delete(partners::give_back_page),
    edge(BUSINESS, "business_asset_groups").get(of_group::groups),
    edge(BUSINESS, "businessprojects").get(of_group::projects),
    edge(&[Kind::AdAccount, Kind::Page], "businessprojects").get(of_group::projects_of_asset),
    // Its partners.
    edge(BUSINESS, "client_ad_accounts")
        .get(partners::client_ad_accounts)
        .post(asking::ask_for_ad_account),
    edge(BUSINESS, "client_pages")
        .get(partners::client_pages)
        .post(asking::ask_for_page),
    edge(BUSINESS, "pending_owned_ad_accounts").get(asking::claimed_ad_accounts),
    edge(BUSINESS, "pending_owned_pages").get(asking::claimed_pages),
    edge(BUSINESS, "client_pixels").get(partners::client_pixels),
    edge(BUSINESS, "client_product_catalogs").get(partners::client_catalogs),
    edge(BUSINESS, "client_instagram_assets").get(partners::client_instagram),
    edge(BUSINESS, "client_apps")
        .get(of_business::claimed_apps)
        .post(of_app::claim),
    edge(BUSINESS, "pending_client_ad_accounts").get(partners::pending_ad_accounts),
    edge(BUSINESS, "pending_client_pages").get(partners::pending_pages),
    edge(BUSINESS, "agencies")
        .get(partners::agencies)
        .delete(partners::end_partner),
    edge(BUSINESS, "clients")
        .get(partners::clients)
        .delete(partners::end_partner),
    edge(BUSINESS, "managed_businesses")
        .get(managed::clients)
        .post(managed::start)
        .delete(managed::end)
        .unseen(),
    edge(BUSINESS, "initiated_audience_sharing_requests").get(agreements::initiated),
    edge(BUSINESS, "initiated_sharing_agreements").get(agreements::initiated),
    edge(BUSINESS, "received_audience_sharing_requests").get(agreements::received),
    edge(BUSINESS, "received_sharing_agreements").get(agreements::received),
    edge(&[Kind::AdAccount], "onbehalf_requests").get(agreements::of_account),
    edge(&[Kind::Request], "")
        .post(agreements::answer_request)
        .delete(agreements::cancel),
    edge(&[Kind::Agreement], "").post(agreements::answer_agreement),
    edge(BUSINESS, "instagram_accounts")
        .get(partners::instagram_accounts)
        .delete(partners::give_back_instagram),
    edge(BUSINESS, "pending_client_apps").get(partners::pending_apps),
    edge(
        BUSINESS,
        "pending_shared_offsite_signal_container_business_objects",
    )
    .get(partners::pending_pixels),
    // People, their places, system users.
    edge(USER, "businesses")
        .get(of_user::businesses)
        .post(of_user::make_business)
        .delete(of_user::leave_business),
    edge(USER, "business_users").get(of_user::places),
    edge(&[Kind::SystemUser], "businesses").get(of_user::businesses),
    edge(&[Kind::User, Kind::SystemUser], "adaccounts").get(of_user::ad_accounts),
    edge(&[Kind::User, Kind::SystemUser], "accounts").get(of_user::pages),
    edge(&[Kind::User, Kind::SystemUser], "permissions")
        .get(of_user::permissions)
        .delete(of_user::remove_permission),
    edge(HOLDERS, "assigned_ad_accounts").get(of_user::assigned_ad_accounts),
    edge(HOLDERS, "assigned_pages").get(of_user::assigned_pages),
    edge(HOLDERS, "assigned_product_catalogs").get(of_user::assigned_catalogs),
    edge(HOLDERS, "assigned_instagram_accounts").get(of_user::assigned_instagram),
    edge(HOLDERS, "assigned_business_asset_groups").get(of_user::assigned_groups),
    edge(&[Kind::BusinessUser], "")
        .post(of_people::change_member)
        .delete(of_people::remove_member),
    edge(&[Kind::RoleRequest], "")
        .post(of_people::change_invitation)
        .delete(of_people::cancel_invitation),
    edge(&[Kind::SystemUser], "").post(of_system_user::rename),
    edge(&[Kind::SystemUser], "applications").post(of_system_user::install),
    edge(&[Kind::SystemUser], "access_tokens")
        .post(of_system_user::make_token)
        .delete(of_system_user::end_tokens),
    // Assets.
    edge(ASSIGNED, "assigned_users")
        .get(of_asset::assigned)
        .post(of_asset::assign)
        .delete(of_asset::unassign),
    edge(ASSIGNED, "agencies")
        .get(of_asset::agencies)
        .post(of_asset::share)
        .delete(of_asset::end_share),
    edge(&[Kind::Page], "roles").get(of_page::roles),
    edge(&[Kind::Pixel], "")
        .post(rename::asset)
        .delete(links::remove),
    edge(CATALOG, "").post(rename::asset).delete(links::remove),
    edge(&[Kind::OfflineSet], "").post(rename::asset),
    edge(&[Kind::Pixel], "shared_accounts")
        .get(links::accounts)
        .post(links::connect)
        .delete(links::part),
    edge(&[Kind::Pixel], "adaccounts").get(links::accounts),
    edge(&[Kind::Pixel], "shared_agencies").get(of_asset::agencies),
    edge(&[Kind::AdAccount], "users").get(of_asset::users),
    edge(&[Kind::AdAccount], "adspixels").get(of_asset::pixels),
    // Groups.
    edge(&[Kind::Group], "")
        .post(rename::group)
        .delete(of_group::delete),
    edge(&[Kind::Group], "assigned_users")
        .get(of_group::assigned)
        .post(of_group::assign)
        .delete(of_group::unassign),
    edge(&[Kind::Group], "contained_instagram_accounts")
        .get(of_group::instagram)
        .post(of_group::add)
        .delete(of_group::remove),
    edge(&[Kind::Group], "contained_offline_conversion_data_sets")
        .get(of_group::offline_event_sets)
        .post(of_group::add)
        .delete(of_group::remove),
    edge(&[Kind::Group], "contained_adaccounts")
        .get(of_group::ad_accounts)
        .post(of_group::add)
        .delete(of_group::remove),
    edge(&[Kind::Group], "contained_pages")
        .get(of_group::pages)
        .post(of_group::add)
        .delete(of_group::remove),
    edge(&[Kind::Group], "contained_pixels")
        .get(of_group::pixels)
        .post(of_group::add)
        .delete(of_group::remove),
    edge(&[Kind::Group], "contained_product_catalogs")
        .get(of_group::catalogs)
        .post(of_group::add)
        .delete(of_group::remove),
    // Apps.
    edge(&[Kind::App], "roles").get(of_app::roles),
    edge(&[Kind::App], "permissions").get(of_app::permissions),
    edge(&[Kind::App], "accounts")
        .get(test_users::list)
        .post(test_users::make)
        .delete(test_users::remove),
    edge(&[Kind::App], "accounts/test-users")
        .get(test_users::list)
        .post(test_users::make)
        .delete(test_users::remove),
    edge(&[Kind::App], "agencies").get(of_app::agencies),
    edge(&[Kind::App], "connected_client_businesses").get(of_app::clients),
    edge(&[Kind::App], "authorized_adaccounts").get(of_app::accounts),
    // Campaigns, ad sets, ads, reports.
    edge(&[Kind::AdAccount, Kind::Page], "").post(rename::asset),
    edge(ACCOUNT, "campaigns")
        .get(ads::campaigns)
        .post(ads::make_campaign),
    edge(ACCOUNT, "adsets")
        .get(ads::ad_sets)
        .post(ads::make_ad_set),
    edge(&[Kind::Campaign], "adsets").get(ads::ad_sets),
    edge(ACCOUNT, "ads").get(ads::ads).post(ads::make_ad),
    edge(&[Kind::Campaign, Kind::AdSet], "ads").get(ads::ads),
    edge(ACCOUNT, "adcreatives")
        .get(ads::creatives)
        .post(ads::make_creative),
    edge(
        &[Kind::AdAccount, Kind::Campaign, Kind::AdSet, Kind::Ad],
        "insights",
    )
    .get(insights::read)
    .post(insights::ask),
    edge(&[Kind::Report], "insights").get(insights::fetch),
    edge(THINGS, "").post(change::change).delete(change::delete),
    // Audiences, events.
    edge(ACCOUNT, "customaudiences")
        .get(audience::listed)
        .post(audience::make),
    edge(&[Kind::Audience], "")
        .post(rename::asset)
        .delete(audience::delete),
    edge(&[Kind::Audience], "users")
        .post(audience::add)
        .delete(audience::take),
    edge(EVENTS, "events").post(events::send),
    edge(EVENTS, "stats").get(events::stats),
    edge(&[Kind::Pixel], "da_checks").get(events::audit),
    // Catalogs.
    edge(CATALOG, "products")
        .get(catalog::products)
        .post(catalog::make_product),
    edge(CATALOG, "items_batch").post(catalog::write_many),
    edge(CATALOG, "product_feeds")
        .get(catalog::feeds)
        .post(catalog::make_feed),
    edge(CATALOG, "product_sets")
        .get(catalog::sets)
        .post(catalog::make_set),
    // Pages.
    edge(&[Kind::Page], "feed")
        .get(page::posts)
        .post(page::publish),
    edge(&[Kind::Page], "posts").get(page::posts),
    edge(&[Kind::Page], "insights").get(page::insights),
    edge(&[Kind::Post], "comments")
        .get(page::comments)
        .post(page::answer),
];

/// Returns an edge of a kind of node.
#[must_use]
pub fn find(kind: Kind, name: &str) -> Option<&'static Edge> {
    EDGES
        .iter()
        .find(|edge| edge.name == name && edge.on.contains(&kind))
}

/// Puts items in the order of their ids; each id once.
#[must_use]
pub fn sorted(mut items: Vec<Item>) -> Vec<Item> {
    items.sort_by(|one, two| one.id.cmp(&two.id));
    items.dedup_by(|one, two| one.id == two.id);
    items
}

/// Reads an id from a parameter.
pub(crate) fn id<T: std::str::FromStr>(params: &Params, name: &str) -> Result<T, GraphError> {
    params.need(name)?.parse().map_err(|_| {
        let message = format!("Param {name} must be a valid ID string (e.g., \"123\")");
        GraphError::invalid(&message).blaming(name)
    })
}

#[cfg(test)]
mod tests {
    use super::EDGES;

    #[test]
    fn an_edge_stands_once_and_does_something() {
        for (index, edge) in EDGES.iter().enumerate() {
            assert!(edge.list.is_some() || edge.post.is_some() || edge.delete.is_some());
            for other in EDGES.iter().skip(index + 1) {
                let twice =
                    edge.name == other.name && edge.on.iter().any(|kind| other.on.contains(kind));
                assert!(!twice, "{}", edge.name);
            }
        }
    }
}
