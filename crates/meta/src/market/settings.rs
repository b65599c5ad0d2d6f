//! Settings of an asset that the platform keeps and access does not rest on.

use engine::AssetId;
use market::Kind;
use serde_json::{Value, json};

use super::ads::{asset_of, fields_among};
use super::draft::Draft;
use crate::error::GraphError;
use crate::node::{Kind as NodeKind, Node};
use crate::params::Params;
use crate::sight::Sight;
use crate::step::Step;

/// The operation that changing a kind's settings is, and which settings it has. Source: the platform's
/// published reference of each node.
const fn kept(kind: NodeKind) -> Option<(&'static str, &'static str)> {
    match kind {
        NodeKind::AdAccount => Some((
            "ad_account.update",
            "currency default_dsa_beneficiary default_dsa_payor end_advertiser is_notifications_enabled \
             media_agency partner spend_cap timezone_id tos_accepted",
        )),
        NodeKind::Page => Some((
            "page.update",
            "about bio company_overview cover description emails hours phone username website",
        )),
        NodeKind::Pixel => Some((
            "pixel.edit",
            "automatic_matching_fields data_use_setting enable_automatic_matching first_party_cookie_status",
        )),
        _ => None,
    }
}

fn id_of(asset: &AssetId) -> String {
    format!("settings:{asset}")
}

/// Has a kind settings that are kept?
pub(crate) const fn has(kind: NodeKind) -> bool {
    kept(kind).is_some()
}

/// Changes settings, if any are named.
pub(crate) fn change_if_any(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Option<Step>, GraphError> {
    let named = match kept(node.kind()) {
        Some((_, names)) => !fields_among(names, params)?.is_empty(),
        None => false,
    };
    named.then(|| change(sight, node, params)).transpose()
}

/// Changes settings.
pub(crate) fn change(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let asset = asset_of(node)?;
    let unsupported = || GraphError::unsupported_method("post");
    let (operation, names) = kept(node.kind()).ok_or_else(unsupported)?;
    let mut draft = Draft::on(sight, asset)?;
    draft.ask(operation, asset)?;
    let said = fields_among(names, params)?;
    if said.is_empty() {
        let message = format!("Nothing to change: one of name {names}");
        return Err(GraphError::invalid(&message));
    }
    draft.note(id_of(asset), Kind::Settings, asset, |fields| {
        fields.extend(said)
    })?;
    draft.finish(json!({ "success": true }))
}

/// Returns a setting of an asset; nothing if it was never set.
pub(crate) fn setting(sight: &Sight<'_>, asset: &AssetId, name: &str) -> Option<Value> {
    let kept = sight.market.find(&id_of(asset)).ok()??;
    kept.value.fields.get(name).cloned()
}
