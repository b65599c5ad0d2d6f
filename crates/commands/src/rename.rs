//! New names: of assets and of groups.

use engine::{AssetId, Credential, Directory, GroupId, Thing};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::asset::group;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// Gives an asset another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameAsset {
    /// The asset.
    pub asset: AssetId,
    /// Its new name.
    pub name: String,
}

/// Gives a group or project another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameGroup {
    /// The group.
    pub group: GroupId,
    /// Its new name.
    pub name: String,
}

impl UseCase for RenameAsset {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Asset(self.asset.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let mut asset = desk.asset(&self.asset)?;
        asset.name = desk.text(Some(named(&self.name)?));
        desk.set(asset);
        Ok(())
    }
}

impl UseCase for RenameGroup {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Group(self.group.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let mut group = group(desk, &self.group)?;
        group.name = desk.text(Some(named(&self.name)?));
        desk.set(group);
        Ok(())
    }
}

/// A name says something.
fn named(name: &str) -> Result<&str, Refusal> {
    match name.trim().is_empty() {
        true => Err(Refusal::invalid("name", "a name has at least one letter")),
        false => Ok(name),
    }
}
