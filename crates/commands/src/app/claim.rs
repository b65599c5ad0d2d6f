//! Businesses that claim an app, and the system users it is installed on.

use engine::fact::{App, AppClaim, AppClaimKey, Fact, Install, Key};
use engine::{AppId, BusinessId, Credential, Directory, Owner, SystemUserId, Thing};
use serde::{Deserialize, Serialize};

use super::on_app;
use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// A business claims an app it does not own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimApp {
    /// The app.
    pub app: AppId,
    /// The business.
    pub business: BusinessId,
}

/// A business becomes the owner of an app that a person owns. Of another business's app it can only
/// make a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnApp {
    /// The app.
    pub app: AppId,
    /// The business.
    pub business: BusinessId,
}

/// A business gives up its claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnclaimApp {
    /// The app.
    pub app: AppId,
    /// The business.
    pub business: BusinessId,
}

/// Installs an app on a system user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstallApp {
    /// The app.
    pub app: AppId,
    /// The system user.
    pub system_user: SystemUserId,
}

app_command! {
    ClaimApp(self, desk) about on_app(&self.app).with("business", Thing::Business(self.business.clone())); {
        desk.app(&self.app)?;
        desk.business(&self.business)?;
        desk.set(AppClaim { app: self.app.clone(), business: self.business.clone() });
        Ok(())
    }
    OwnApp(self, desk) about on_app(&self.app).with("business", Thing::Business(self.business.clone())); {
        let app = desk.app(&self.app)?;
        desk.business(&self.business)?;
        match &app.owner {
            Owner::Business(owner) if *owner == self.business => {
                return Err(Refusal::conflict("the business owns the app already"));
            }
            Owner::Business(_) => {
                return Err(Refusal::conflict("another business owns the app; claim it instead"));
            }
            Owner::Person(_) => {}
        }
        let claim = AppClaimKey { app: self.app.clone(), business: self.business.clone() };
        if desk.directory.fact(&Key::AppClaim(claim.clone())).is_some() {
            desk.end(Key::AppClaim(claim));
        }
        desk.set(App { owner: Owner::Business(self.business.clone()), ..app });
        Ok(())
    }
    UnclaimApp(self, desk) about on_app(&self.app).with("business", Thing::Business(self.business.clone())); {
        let key = AppClaimKey { app: self.app.clone(), business: self.business.clone() };
        if desk.directory.fact(&Key::AppClaim(key.clone())).is_none() {
            return Err(Refusal::not_found("claim of", &self.business));
        }
        desk.end(Key::AppClaim(key));
        Ok(())
    }
}

impl UseCase for InstallApp {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        let about = on_app(&self.app);
        Ok(
            match directory.fact(&Key::SystemUser(self.system_user.clone())) {
                Some(Fact::SystemUser(one)) => {
                    about.with("business", Thing::Business(one.business))
                }
                // Named, so that it is told like a system user of a stranger.
                _ => about.with("business", Thing::SystemUser(self.system_user.clone())),
            },
        )
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let owner = desk.app(&self.app).ok().map(|app| app.owner);
        let business = desk.system_user(&self.system_user)?.business;
        let parent = desk.business(&business)?.parent;
        let claimed = |one: &BusinessId| {
            let key = AppClaimKey {
                app: self.app.clone(),
                business: one.clone(),
            };
            owner == Some(Owner::Business(one.clone()))
                || desk.directory.fact(&Key::AppClaim(key)).is_some()
        };
        // An app of a stranger and one that does not exist are told alike.
        if !claimed(&business) && !parent.as_ref().is_some_and(claimed) {
            let message = format!("business `{business}` must own or claim the app first");
            return Err(Refusal::conflict(message));
        }
        desk.set(Install {
            app: self.app.clone(),
            system_user: self.system_user.clone(),
        });
        Ok(())
    }
}
