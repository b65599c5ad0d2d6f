//! Pixels and the ad accounts they are connected with.

use commands::{MakeLink, RemoveAsset, RemoveLink};
use engine::fact::{Asset, Fact};
use engine::{AssetId, Thing};

use super::{Item, sorted};
use crate::error::GraphError;
use crate::node::{self, Node, viewing};
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};

fn asset_of(node: &Node) -> Result<&Asset, GraphError> {
    match node {
        Node::Asset(asset) => Ok(asset),
        _ => Err(GraphError::internal()),
    }
}

/// The ad accounts that a pixel is connected with, as far as the asker may know of them.
pub(super) fn accounts(
    sight: &Sight<'_>,
    node: &Node,
    _: &Params,
    place: &Place<'_>,
) -> Result<Vec<Item>, GraphError> {
    let pixel = asset_of(node)?;
    let (operation, thing) = node.reading();
    sight.must(operation, thing, place)?;
    let around = sight.directory.around_asset(&pixel.id).into_iter();
    let linked = around.filter_map(|fact| match fact {
        Fact::Link(link) if link.asset == pixel.id => node::asset(sight.directory, &link.to),
        _ => None,
    });
    let seen = linked.filter(|asset| {
        let thing = Thing::Asset(asset.id.clone());
        sight
            .decision(viewing(&asset.kind), thing, Vec::new())
            .visible
    });
    Ok(sorted(
        seen.map(|asset| Item::of(Node::Asset(asset))).collect(),
    ))
}

/// Reads an ad account, with its prefix or without.
fn account(params: &Params) -> Result<AssetId, GraphError> {
    let text = params.need("account_id")?;
    let text = match text.starts_with("act_") {
        true => text,
        false => format!("act_{text}"),
    };
    text.parse().map_err(|_| {
        let message = "Param account_id must be a valid ID string (e.g., \"123\")";
        GraphError::invalid(message).blaming("account_id")
    })
}

pub(super) fn connect(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = MakeLink {
        asset: asset_of(node)?.id.clone(),
        to: account(params)?,
    };
    Ok(Step::give(command, Then::Success))
}

pub(super) fn part(_: &Sight<'_>, node: &Node, params: &Params) -> Result<Step, GraphError> {
    let command = RemoveLink {
        asset: asset_of(node)?.id.clone(),
        to: account(params)?,
    };
    Ok(Step::give(command, Then::Success))
}

/// Removes a pixel or catalog for good.
pub(super) fn remove(_: &Sight<'_>, node: &Node, _: &Params) -> Result<Step, GraphError> {
    let command = RemoveAsset {
        asset: asset_of(node)?.id.clone(),
    };
    Ok(Step::give(command, Then::Success))
}
