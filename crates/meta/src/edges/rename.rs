//! New names. Of an asset the platform asks the operation that changing its settings is; of whoever
//! signs in, the right to rename it.

use commands::{Command, RenameAsset, RenameGroup};
use serde_json::json;

use crate::error::GraphError;
use crate::market::ads::asset_of;
use crate::market::draft::Draft;
use crate::market::settings;
use crate::node::{Kind, Node};
use crate::params::Params;
use crate::sight::Sight;
use crate::step::{Step, Then};

/// Changes the name of an asset, its settings, or both. Settings are told by [`settings`].
pub(super) fn asset(sight: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let Some(name) = params.text("name") else {
        return match settings::has(node.kind()) {
            true => settings::change(sight, node, params),
            false => Err(GraphError::missing("name")),
        };
    };
    let asset = asset_of(node)?;
    let rename = Command::from(RenameAsset {
        asset: asset.clone(),
        name,
    });
    let step = match settings::change_if_any(sight, node, params)? {
        Some(step) => step,
        None => {
            let mut draft = Draft::on(sight, asset)?;
            draft.ask(operation(node.kind()), asset)?;
            draft.finish(json!({ "success": true }))?
        }
    };
    Ok(step.and_then(rename))
}

/// The operation that changing an asset is, where it has no settings here.
const fn operation(kind: Kind) -> &'static str {
    match kind {
        Kind::Catalog => "catalog.update",
        Kind::OfflineSet => "offline_event_set.edit",
        Kind::Audience => "custom_audience.edit",
        Kind::Page => "page.update",
        Kind::Pixel => "pixel.edit",
        _ => "ad_account.update",
    }
}

/// Changes the name of a group.
pub(super) fn group(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let Node::Group(group) = node else {
        return Err(GraphError::internal());
    };
    let command = RenameGroup {
        group: group.id.clone(),
        name: params.need("name")?,
    };
    Ok(Step::give(command, Then::Success))
}
