//! Scopes for single assets, named one by one. Source: RFC 9396.
//!
//! One type is known: `{"type":"ad_asset","identifier":"act_1","privileges":["ads_read"]}`. Without
//! `privileges` it is meant for every scope that is asked for beside it.

use std::collections::BTreeMap;

use engine::AssetId;
use rulebook::Rules;
use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, OauthError};

/// The one type that is known.
pub const TYPE: &str = "ad_asset";
/// The most details one request has.
const MOST: usize = 500;

/// One asset, and what is asked for on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// `ad_asset`.
    #[serde(rename = "type")]
    pub of_type: String,
    /// The asset.
    pub identifier: AssetId,
    /// The scopes; all that are asked for, if left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub privileges: Vec<String>,
}

/// Reads the field `authorization_details`.
pub fn parse(text: &str, rules: &Rules) -> Result<Vec<Detail>, OauthError> {
    let details: Vec<Detail> = serde_json::from_str(text)
        .map_err(|_| wrong("write a list of objects with `type`, `identifier` and `privileges`"))?;
    if details.len() > MOST {
        return Err(wrong("at most 500 assets are named at once"));
    }
    for detail in &details {
        if detail.of_type != TYPE {
            return Err(wrong("the one type known here is `ad_asset`"));
        }
        let unknown = |name: &String| rules.names.permission(name).is_none();
        if detail.privileges.iter().any(unknown) {
            return Err(wrong("`privileges` are scopes of this platform"));
        }
    }
    Ok(details)
}

/// Returns the details of what was granted, for each asset once.
#[must_use]
pub fn of_targets(targets: &BTreeMap<String, Vec<AssetId>>) -> Vec<Detail> {
    let mut by_asset: BTreeMap<&AssetId, Vec<String>> = BTreeMap::new();
    for (scope, assets) in targets {
        for asset in assets {
            by_asset.entry(asset).or_default().push(scope.clone());
        }
    }
    let details = by_asset.into_iter().map(|(asset, privileges)| Detail {
        of_type: TYPE.to_owned(),
        identifier: asset.clone(),
        privileges,
    });
    details.collect()
}

/// Returns, for each of these scopes, the assets that were named for it.
#[must_use]
pub fn targets(details: &[Detail], scopes: &[String]) -> BTreeMap<String, Vec<AssetId>> {
    let named = |scope: &String| {
        let of = details
            .iter()
            .filter(|detail| detail.privileges.is_empty() || detail.privileges.contains(scope));
        of.map(|detail| detail.identifier.clone()).collect()
    };
    scopes
        .iter()
        .map(|scope| (scope.clone(), named(scope)))
        .collect()
}

fn wrong(description: &str) -> OauthError {
    OauthError::new(ErrorCode::InvalidAuthorizationDetails, description)
}
