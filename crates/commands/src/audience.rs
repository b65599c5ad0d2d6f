//! Custom audiences: assets that follow an ad account.

use engine::fact::{Asset, Link, Properties};
use engine::{AssetId, Credential, Directory, Thing};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::asset::{end_asset, free_id};
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// The kind of asset.
const KIND: &str = "custom_audience";

/// Makes an audience of an ad account: whose the account is, his is the audience, and who may use it
/// follows from the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateAudience {
    /// The ad account.
    pub account: AssetId,
    /// Its id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AssetId>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Ends an audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteAudience {
    /// The audience.
    pub audience: AssetId,
}

impl UseCase for CreateAudience {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Asset(self.account.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let account = desk.asset(&self.account)?;
        desk.kind(KIND)?;
        let id = free_id(desk, self.id.as_ref())?;
        let name = desk.text(self.name.as_deref());
        desk.answer.id = Some(id.to_string());
        desk.set(Asset {
            id: id.clone(),
            kind: KIND.to_owned(),
            owner: account.owner,
            name,
            sandbox: account.sandbox,
            properties: Properties::new(),
        });
        desk.set(Link {
            asset: id,
            to: self.account.clone(),
        });
        Ok(())
    }
}

impl UseCase for DeleteAudience {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Asset(self.audience.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let asset = desk.asset(&self.audience)?;
        if asset.kind != KIND {
            return Err(Refusal::not_found("custom audience", &self.audience));
        }
        end_asset(desk, &self.audience);
        Ok(())
    }
}
