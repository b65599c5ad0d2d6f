//! Children of a business: made, and deleted with everything in them.

use engine::fact::{AssignmentKey, Fact, Key, MandateOf};
use engine::{AssetId, BusinessId, Credential, Directory, Holder, Thing};
use serde::{Deserialize, Serialize};

use super::new_business;
use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// A parent makes a child business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateChild {
    /// The parent.
    pub parent: BusinessId,
    /// The child's id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<BusinessId>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The Page of the client for whom it is made. Whoever manages it may make the child himself,
    /// through the parent's app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<AssetId>,
}

impl UseCase for CreateChild {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        let about = About::new(Thing::Business(self.parent.clone()));
        Ok(match &self.page {
            Some(page) => about.with("page", Thing::Asset(page.clone())),
            None => about,
        })
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let parent = desk.business(&self.parent)?;
        if parent.parent.is_some() {
            return Err(Refusal::invalid(
                "parent",
                "a child has no children of its own",
            ));
        }
        new_business(
            desk,
            self.id.as_ref(),
            self.name.as_deref(),
            Some(&self.parent),
        )?;
        Ok(())
    }
}

/// A parent deletes a child business and everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteChild {
    /// The child.
    pub business: BusinessId,
}

impl UseCase for DeleteChild {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        let parent = match directory.fact(&Key::Business(self.business.clone())) {
            Some(Fact::Business(fact)) => fact.parent,
            _ => None,
        };
        // Whose child it is must not be learnt by trying: without a parent, it is asked about itself.
        let parent = parent.unwrap_or_else(|| self.business.clone());
        Ok(About::new(Thing::Business(parent))
            .with("child", Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        if desk.business(&self.business)?.parent.is_none() {
            return Err(Refusal::not_found("child business", &self.business));
        }
        let facts = desk.directory.facts_of_business(&self.business);
        if facts.iter().any(|fact| matches!(fact, Fact::Business(_))) {
            let message = "it has children of its own; delete those first";
            return Err(Refusal::conflict(message));
        }
        end_business(desk, &self.business);
        Ok(())
    }
}

/// Ends a business with everything in it, in an order that leaves nothing hanging.
fn end_business(desk: &mut Desk<'_>, business: &BusinessId) {
    for share in desk.shares_to(business) {
        crate::share::end_share(desk, &share.key());
    }
    for fact in desk.directory.facts_of_business(business) {
        match fact {
            Fact::Asset(asset) => crate::asset::end_asset(desk, &asset.id),
            Fact::Group(group) => crate::asset::end_group(desk, &group.id),
            Fact::SystemUser(one) => crate::system_user::end_system_user(desk, &one.id),
            Fact::App(app) => crate::app::end_app(desk, &app.id),
            Fact::Membership(member) => {
                let holder = Holder::Person(member.person.clone());
                let via = Some(business.clone());
                desk.end_assignments_of(&holder, |key: &AssignmentKey| key.via == via);
                desk.end(Key::Membership(member.key()));
            }
            Fact::Mandate(mandate) => desk.end(Key::Mandate(mandate.id)),
            Fact::Delegate(delegate) => desk.end(Key::Delegate(delegate.key())),
            _ => {}
        }
    }
    crate::on_behalf::end_all_on_behalf(desk, business);
    for invitation in desk.directory.invitations_of(business) {
        desk.end(Key::Invitation(invitation.id.clone()));
    }
    let partner = MandateOf::Partner(business.clone());
    let mut pointing = desk.directory.claims_of(business);
    pointing.extend(desk.directory.mandates_to(&partner));
    for fact in pointing {
        desk.end(fact.key());
    }
    crate::realm::leave_all(desk, business);
    for request in desk.directory.requests_from(business) {
        desk.end(Key::AccessRequest(request.id));
    }
    desk.end_everything_of(&Holder::Business(business.clone()));
    desk.end(Key::Business(business.clone()));
}
