//! What an app has of a permission: reviewed, raised, lowered, given up.

use engine::fact::{AppPermission, AppPermissionKey, Fact, Grant, Key, Level, Review, ReviewState};
use engine::{AppId, Credential, Directory, Owner};
use serde::{Deserialize, Serialize};

use super::{approved_at, by_platform, on_app};
use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// The platform approves a permission of an app for Advanced Access, or takes that back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewPermission {
    /// The app.
    pub app: AppId,
    /// A scope or feature.
    pub permission: String,
    /// Is it approved?
    pub approved: bool,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An app's administrator asks the platform to review a permission for Advanced Access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestReview {
    /// The app.
    pub app: AppId,
    /// A scope or feature.
    pub permission: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Sets the access level of a permission. Lowering it cuts off strangers at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetPermissionLevel {
    /// The app.
    pub app: AppId,
    /// A scope or feature.
    pub permission: String,
    /// The level.
    pub level: Level,
}

/// An app gives up a permission; what was approved before can be restored without a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemovePermission {
    /// The app.
    pub app: AppId,
    /// A scope or feature.
    pub permission: String,
}

app_command! {
    ReviewPermission(self, desk) about by_platform(&self.app); {
        let state = permission(desk, &self.app, &self.permission)?;
        let reviewed = match self.approved {
            true => ReviewState::Approved,
            false => ReviewState::Rejected,
        };
        let review = review(desk, reviewed, self.reason.as_deref());
        desk.set(AppPermission { approved: self.approved, review, ..state });
        Ok(())
    }
    RequestReview(self, desk) about on_app(&self.app); {
        let state = permission(desk, &self.app, &self.permission)?;
        let rules = desk.rules();
        let rule = rules.names.permission(&self.permission).and_then(|id| rules.permission(id));
        if !rule.is_some_and(|rule| rule.review) {
            let message = format!("`{}` needs no review", self.permission);
            return Err(Refusal::conflict(message));
        }
        if state.approved {
            let message = format!("`{}` is approved already; raise its level", self.permission);
            return Err(Refusal::conflict(message));
        }
        let waits = |review: &Review| review.state == ReviewState::Requested;
        if state.review.as_ref().is_some_and(waits) {
            return Err(Refusal::conflict("the platform has been asked already"));
        }
        let review = review(desk, ReviewState::Requested, self.reason.as_deref());
        desk.set(AppPermission { review, ..state });
        Ok(())
    }
    SetPermissionLevel(self, desk) about on_app(&self.app); {
        let state = permission(desk, &self.app, &self.permission)?;
        if self.level == Level::Advanced {
            may_be_advanced(desk, &state)?;
        } else if state.level == Level::Advanced {
            cut_off_strangers(desk, &self.app, &self.permission);
        }
        desk.set(AppPermission { level: self.level, removed: false, ..state });
        Ok(())
    }
    RemovePermission(self, desk) about on_app(&self.app); {
        let state = permission(desk, &self.app, &self.permission)?;
        let rules = desk.rules();
        let rule = rules.names.permission(&self.permission).and_then(|id| rules.permission(id));
        if rule.is_some_and(|rule| !rule.removable) {
            let message = format!("`{}` cannot be removed from an app", self.permission);
            return Err(Refusal::invalid("permission", message));
        }
        cut_off_strangers(desk, &self.app, &self.permission);
        desk.set(AppPermission { level: Level::Standard, removed: true, ..state });
        Ok(())
    }
}

/// Returns what an app has of a permission, as it stands or as it starts.
fn permission(desk: &Desk<'_>, app: &AppId, name: &str) -> Result<AppPermission, Refusal> {
    let fact = desk.app(app)?;
    let Some(id) = desk.rules().names.permission(name) else {
        let message = format!("`{name}` is no scope or feature of this platform");
        return Err(Refusal::invalid("permission", message));
    };
    let key = AppPermissionKey {
        app: app.clone(),
        permission: name.to_owned(),
    };
    if let Some(Fact::AppPermission(fact)) = desk.directory.fact(&Key::AppPermission(key)) {
        return Ok(fact);
    }
    let starts = approved_at(desk.rules(), &fact, id);
    Ok(AppPermission {
        app: app.clone(),
        permission: name.to_owned(),
        level: starts.unwrap_or(Level::Standard),
        approved: starts.is_some(),
        removed: false,
        review: None,
    })
}

/// Returns how far the review is from now on.
fn review(desk: &mut Desk<'_>, state: ReviewState, reason: Option<&str>) -> Option<Review> {
    Some(Review {
        state,
        at: desk.now,
        reason: desk.text(reason),
    })
}

/// Advanced Access needs a verified business and, for some permissions, a review; what was approved
/// before, or is approved for every such app, needs neither.
fn may_be_advanced(desk: &Desk<'_>, state: &AppPermission) -> Result<(), Refusal> {
    let rules = desk.rules();
    let app = desk.app(&state.app)?;
    let Some(id) = rules.names.permission(&state.permission) else {
        return Ok(());
    };
    if state.approved || approved_at(rules, &app, id).is_some() {
        return Ok(());
    }
    if rules.permission(id).is_some_and(|rule| rule.review) {
        let message = format!(
            "`{}` needs the platform's review first: ask for it with `app_permission.request_review`",
            state.permission
        );
        return Err(Refusal::conflict(message));
    }
    let verified = match &app.owner {
        Owner::Business(owner) => desk.business(owner)?.verified,
        Owner::Person(_) => false,
    };
    if rules.verification && !verified {
        return Err(Refusal::conflict(
            "the app's business must be verified first",
        ));
    }
    Ok(())
}

/// Takes a scope out of the grants of everybody who has no role on the app: they consent anew.
fn cut_off_strangers(desk: &mut Desk<'_>, app: &AppId, permission: &str) {
    for fact in desk.directory.grants_to(app) {
        let Fact::Grant(grant) = fact else { continue };
        if !grant.scopes.iter().any(|scope| scope == permission)
            || desk
                .directory
                .is_app_role_user(&grant.holder, app, desk.now)
        {
            continue;
        }
        let scopes = grant
            .scopes
            .iter()
            .filter(|scope| *scope != permission)
            .cloned()
            .collect();
        let mut targets = grant.targets.clone();
        targets.remove(permission);
        desk.set(Grant {
            scopes,
            targets,
            ..grant
        });
    }
}
