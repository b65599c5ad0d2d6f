//! Claims: an asset gets another owner. It has exactly one at every moment.

use engine::fact::{Asset, Fact, Key, Mandate, RequestKind, Terms};
use engine::{AssetId, AssetOrGroup, BusinessId, Credential, Directory, Owner, RequestId, Thing};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;
use crate::partner::take_from_delegate;
use crate::request::{about_answer, new_request, open_request, wait};
use crate::share::end_share;

/// Makes an asset the business's own: at once by whoever may give it away, else by asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimAsset {
    /// The business that wants to own it.
    pub business: BusinessId,
    /// The asset.
    pub asset: AssetId,
}

impl UseCase for ClaimAsset {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        let about = About::new(Thing::Asset(self.asset.clone()));
        Ok(about.with("business", Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let (business, asset) = (&self.business, &self.asset);
        let none = Terms::default();
        let request = new_request(desk, RequestKind::Claim, asset, business, None, none)?;
        let about = crate::request::about(asset, business);
        match desk.asset(asset) {
            Ok(asset) if desk.may("claim.approve", about) => hand_over(desk, asset, business),
            _ => wait(desk, request),
        }
        Ok(())
    }
}

/// The owner gives an asset to the business that claims it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveClaim {
    /// The claim.
    pub request: RequestId,
}

impl UseCase for ApproveClaim {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_answer(directory, &self.request)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let claim = open_request(desk, &self.request, RequestKind::Claim)?;
        let asset = desk.asset(&claim.asset)?;
        desk.business(&claim.from)?;
        hand_over(desk, asset, &claim.from);
        Ok(())
    }
}

/// The owner keeps the asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclineClaim {
    /// The claim.
    pub request: RequestId,
}

impl UseCase for DeclineClaim {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_answer(directory, &self.request)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let claim = open_request(desk, &self.request, RequestKind::Claim)?;
        desk.end(Key::AccessRequest(claim.id));
        Ok(())
    }
}

/// Gives an asset a new owner. What the old one gave ends with it: the new one never agreed to it.
/// What the new one assigned to its own people stays.
fn hand_over(desk: &mut Desk<'_>, asset: Asset, to: &BusinessId) {
    let on = AssetOrGroup::Asset(asset.id.clone());
    let via = Some(to.clone());
    for share in desk.shares_of(&on) {
        if share.to == *to {
            desk.end(Key::Share(share.key()));
        } else {
            end_share(desk, &share.key());
        }
    }
    desk.end_assignments_on(&on, |key| key.via != via);
    for fact in desk.directory.around_asset(&asset.id) {
        let stays = match &fact {
            Fact::GroupAsset(one) => keeps_group(desk, &one.group, to),
            Fact::Link(link) => {
                let other = if link.asset == asset.id {
                    &link.to
                } else {
                    &link.asset
                };
                let owner = Owner::Business(to.clone());
                desk.asset(other).is_ok_and(|other| other.owner == owner)
            }
            _ => true,
        };
        if !stays {
            desk.end(fact.key());
        }
    }
    if let Owner::Business(old) = &asset.owner {
        take_from_owner(desk, old, &asset.id);
    }
    for request in desk.directory.requests_for(&asset.id) {
        if request.from == *to {
            desk.end(Key::AccessRequest(request.id));
        }
    }
    desk.set(Asset {
        owner: Owner::Business(to.clone()),
        ..asset
    });
}

/// Is the group kept by the business, or by its parent?
fn keeps_group(desk: &Desk<'_>, group: &engine::GroupId, business: &BusinessId) -> bool {
    let parent = desk.business(business).ok().and_then(|fact| fact.parent);
    crate::asset::group(desk, group)
        .is_ok_and(|group| group.business == *business || Some(group.business) == parent)
}

/// The old owner's mandates and employees name the asset no more. A mandate that named nothing else
/// ends: without a list it would reach everything.
fn take_from_owner(desk: &mut Desk<'_>, owner: &BusinessId, asset: &AssetId) {
    for fact in desk.directory.facts_of_business(owner) {
        match fact {
            Fact::Mandate(mandate) if mandate.assets.contains(asset) => {
                let mut assets = mandate.assets.clone();
                assets.retain(|one| one != asset);
                if assets.is_empty() {
                    desk.end(Key::Mandate(mandate.id));
                } else {
                    desk.set(Mandate { assets, ..mandate });
                }
            }
            Fact::Delegate(delegate) => {
                take_from_delegate(desk, delegate, std::slice::from_ref(asset));
            }
            _ => {}
        }
    }
}
