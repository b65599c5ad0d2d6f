//! Assets, groups, links.

use engine::fact::{Asset, Fact, Group, GroupAsset, GroupAssetKey, Key, Link, LinkKey, Properties};
use engine::{AssetId, AssetOrGroup, BusinessId, Credential, Directory, GroupId, Owner, Thing};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// Makes an asset that a business owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateAsset {
    /// The owner.
    pub business: BusinessId,
    /// Its id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AssetId>,
    /// A kind of the rulebook.
    pub kind: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// For trying things out.
    #[serde(default)]
    pub sandbox: bool,
    /// Plain facts for conditions.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

impl UseCase for CreateAsset {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.business(&self.business)?;
        desk.kind(&self.kind)?;
        let id = free_id(desk, self.id.as_ref())?;
        let name = desk.text(self.name.as_deref());
        desk.answer.id = Some(id.to_string());
        desk.set(Asset {
            id,
            kind: self.kind.clone(),
            owner: Owner::Business(self.business.clone()),
            name,
            sandbox: self.sandbox,
            properties: self.properties.clone(),
        });
        Ok(())
    }
}

/// Returns the id that a new asset gets: the one named, if it is free, or one that is made.
pub(crate) fn free_id(desk: &mut Desk<'_>, named: Option<&AssetId>) -> Result<AssetId, Refusal> {
    let id = match named {
        Some(id) => id.clone(),
        None => desk.new_id("")?,
    };
    if desk.asset(&id).is_ok() {
        return Err(Refusal::conflict(format!(
            "the id `{id}` is taken; name another"
        )));
    }
    Ok(id)
}

/// Ends an asset with its shares, assignments and links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveAsset {
    /// The asset.
    pub asset: AssetId,
}

impl UseCase for RemoveAsset {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Asset(self.asset.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.asset(&self.asset)?;
        end_asset(desk, &self.asset);
        Ok(())
    }
}

/// Makes a group or project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateGroup {
    /// The business that keeps it.
    pub business: BusinessId,
    /// Its id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<GroupId>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Can it be named as the context of a call?
    #[serde(default)]
    pub project: bool,
}

impl UseCase for CreateGroup {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.business(&self.business)?;
        let id = match &self.id {
            Some(id) => id.clone(),
            None => desk.new_id("g")?,
        };
        if desk.directory.fact(&Key::Group(id.clone())).is_some() {
            return Err(Refusal::conflict(format!(
                "the id `{id}` is taken; name another"
            )));
        }
        let name = desk.text(self.name.as_deref());
        desk.answer.id = Some(id.to_string());
        desk.set(Group {
            id,
            business: self.business.clone(),
            name,
            project: self.project,
        });
        Ok(())
    }
}

/// Ends a group with its shares and assignments; its assets stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveGroup {
    /// The group.
    pub group: GroupId,
}

impl UseCase for RemoveGroup {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Group(self.group.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        group(desk, &self.group)?;
        end_group(desk, &self.group);
        Ok(())
    }
}

/// Puts an asset into a group. The business that keeps the group owns the asset, or it was shared
/// to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddGroupAsset {
    /// The group.
    pub group: GroupId,
    /// The asset.
    pub asset: AssetId,
}

impl UseCase for AddGroupAsset {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Group(self.group.clone()))
            .with("asset", Thing::Asset(self.asset.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let keeper = group(desk, &self.group)?.business;
        let asset = desk.asset(&self.asset)?;
        let owner = match &asset.owner {
            Owner::Business(owner) => Some(owner.clone()),
            Owner::Person(_) => None,
        };
        let parent = owner
            .as_ref()
            .and_then(|owner| desk.business(owner).ok()?.parent);
        let shared = desk
            .shares_of(&AssetOrGroup::Asset(self.asset.clone()))
            .iter()
            .any(|share| share.to == keeper);
        if owner.as_ref() != Some(&keeper) && parent.as_ref() != Some(&keeper) && !shared {
            // The same words as for an id that does not exist: a stranger learns nothing.
            return Err(Refusal::not_found("asset", &self.asset));
        }
        desk.set(GroupAsset {
            group: self.group.clone(),
            asset: self.asset.clone(),
        });
        Ok(())
    }
}

/// Takes an asset out of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveGroupAsset {
    /// The group.
    pub group: GroupId,
    /// The asset.
    pub asset: AssetId,
}

impl UseCase for RemoveGroupAsset {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Group(self.group.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let key = GroupAssetKey {
            group: self.group.clone(),
            asset: self.asset.clone(),
        };
        if desk.directory.fact(&Key::GroupAsset(key.clone())).is_none() {
            return Err(Refusal::not_found("asset in the group", &self.asset));
        }
        desk.end(Key::GroupAsset(key));
        Ok(())
    }
}

/// Lets an asset follow another: an audience its ad account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeLink {
    /// The one that follows.
    pub asset: AssetId,
    /// The one that is followed.
    pub to: AssetId,
}

impl UseCase for MakeLink {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Asset(self.asset.clone())).with("to", Thing::Asset(self.to.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.asset(&self.asset)?;
        desk.asset(&self.to)?;
        if self.asset == self.to {
            return Err(Refusal::invalid("to", "an asset cannot follow itself"));
        }
        desk.set(Link {
            asset: self.asset.clone(),
            to: self.to.clone(),
        });
        Ok(())
    }
}

/// Lets an asset follow another no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveLink {
    /// The one that follows.
    pub asset: AssetId,
    /// The one that is followed.
    pub to: AssetId,
}

impl UseCase for RemoveLink {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Asset(self.asset.clone())).with("to", Thing::Asset(self.to.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let key = LinkKey {
            asset: self.asset.clone(),
            to: self.to.clone(),
        };
        if desk.directory.fact(&Key::Link(key.clone())).is_none() {
            return Err(Refusal::not_found("link to", &self.to));
        }
        desk.end(Key::Link(key));
        Ok(())
    }
}

pub(crate) fn group(desk: &Desk<'_>, id: &GroupId) -> Result<Group, Refusal> {
    match desk.directory.fact(&Key::Group(id.clone())) {
        Some(Fact::Group(fact)) => Ok(fact),
        _ => Err(Refusal::not_found("group", id)),
    }
}

pub(crate) fn end_asset(desk: &mut Desk<'_>, id: &AssetId) {
    let on = AssetOrGroup::Asset(id.clone());
    desk.end_assignments_on(&on, |_| true);
    for share in desk.shares_of(&on) {
        desk.end(Key::Share(share.key()));
    }
    crate::invitation::withdraw(desk, &on);
    for fact in desk.directory.around_asset(id) {
        desk.end(fact.key());
    }
    desk.end(Key::Asset(id.clone()));
}

pub(crate) fn end_group(desk: &mut Desk<'_>, id: &GroupId) {
    let on = AssetOrGroup::Group(id.clone());
    desk.end_assignments_on(&on, |_| true);
    for share in desk.shares_of(&on) {
        desk.end(Key::Share(share.key()));
    }
    crate::invitation::withdraw(desk, &on);
    for fact in desk.directory.assets_in(id) {
        desk.end(fact.key());
    }
    desk.end(Key::Group(id.clone()));
}
