//! Apps: made, configured, claimed, reviewed.

use std::collections::BTreeSet;

use engine::fact::{
    App, AppMode, AppPermission, AppRole, AppRoleKey, Checkup, Environment, Fact, Key, Level,
    MandateOf,
};
use engine::{AppId, BusinessId, Credential, Directory, Holder, Owner, PersonId, Thing};
use rulebook::{AccessLevel, Family, PermissionId, PermissionSet, Rules};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::{Desk, caller};
use crate::order::Refusal;

macro_rules! app_command {
    ($($name:ident($self:ident, $desk:ident) about $about:expr; $body:block)*) => {$(
        impl UseCase for $name {
            fn about(&$self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
                Ok($about)
            }
            fn run(&$self, $desk: &mut Desk<'_>) -> Result<(), Refusal> $body
        }
    )*};
}

// Behind the macro, which they use.
mod claim;
mod permission;
mod redirect;
mod secret;
pub(crate) mod test_user;

pub use claim::{ClaimApp, InstallApp, OwnApp, UnclaimApp};
pub use permission::{RemovePermission, RequestReview, ReviewPermission, SetPermissionLevel};
pub use redirect::{MOST_REDIRECT_URIS, why_no_redirect};
pub use secret::NewSecret;
pub use test_user::{CreateTestUser, RemoveTestUser};

/// Makes an app; it starts in development, and in the sandbox where the rulebook has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateApp {
    /// The business that owns it.
    pub business: BusinessId,
    /// Its id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AppId>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A type of the rulebook.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub app_type: Option<String>,
    /// Acts by itself.
    #[serde(default)]
    pub automated: bool,
    /// Who administers it, and with which role of the app family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin: Option<(PersonId, String)>,
}

impl UseCase for CreateApp {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Business(self.business.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.business(&self.business)?;
        if let Some(name) = &self.app_type
            && desk.rules().names.app_type(name).is_none()
        {
            let types = desk.rules().app_types.iter().map(|one| one.name.as_str());
            let known: Vec<&str> = types.collect();
            let message = format!("`{name}` is no type of app; known: {}", known.join(", "));
            return Err(Refusal::invalid("type", message));
        }
        let id = match &self.id {
            Some(id) => id.clone(),
            None => desk.new_id("")?,
        };
        if desk.app(&id).is_ok() {
            return Err(Refusal::conflict(format!(
                "the id `{id}` is taken; name another"
            )));
        }
        let sandbox = desk.rules().sandbox.is_some();
        let development = desk.rules().development.is_some();
        let app = App {
            id: id.clone(),
            owner: Owner::Business(self.business.clone()),
            name: desk.text(self.name.as_deref()),
            app_type: self.app_type.clone(),
            mode: if development {
                AppMode::Development
            } else {
                AppMode::Live
            },
            environment: if sandbox {
                Environment::Sandbox
            } else {
                Environment::Production
            },
            tier: None,
            created: desk.now,
            automated: self.automated,
            confirmed_partner: false,
            proof_required: false,
            allow_lists: Vec::new(),
            credentials_held_by: Vec::new(),
            checkup: Checkup::None,
            checkup_since: None,
            suspended: false,
            redirect_uris: Vec::new(),
        };
        desk.answer.id = Some(id.to_string());
        automatic(desk, &app);
        desk.set(app);
        if let Some((person, role)) = &self.admin {
            desk.person(person)?;
            desk.checked_role(Family::App, role)?;
            test_user::not_by_hand(role)?;
            desk.set(AppRole {
                app: id,
                person: person.clone(),
                role: role.clone(),
            });
        }
        Ok(())
    }
}

/// Writes down what an app of this type is approved for without a review.
fn automatic(desk: &mut Desk<'_>, app: &App) {
    let rules = desk.rules();
    let permissions: BTreeSet<_> = rules
        .auto_approvals
        .iter()
        .flat_map(|row| row.permissions.iter())
        .collect();
    for permission in permissions {
        if let Some(level) = approved_at(rules, app, permission) {
            desk.set(AppPermission {
                app: app.id.clone(),
                permission: rules.names.permission_name(permission).to_owned(),
                level,
                approved: true,
                removed: false,
                review: None,
            });
        }
    }
}

/// Returns the level at which a permission of an app starts that is approved for it without a
/// review, by the type of the app and the day it was made.
fn approved_at(rules: &Rules, app: &App, permission: PermissionId) -> Option<Level> {
    let app_type = rules.names.app_type(app.app_type.as_deref()?)?;
    let row = rules.auto_approvals.iter().find(|row| {
        row.app_types.contains(&app_type)
            && row
                .created_before_ms
                .is_none_or(|before| app.created.as_millisecond() < before)
            && row.permissions.meets(PermissionSet::of(permission))
    })?;
    Some(match row.starts {
        AccessLevel::Standard => Level::Standard,
        AccessLevel::Advanced => Level::Advanced,
    })
}

/// What an app's administrators may change themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppChange {
    /// Every call needs a proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof_required: Option<bool>,
    /// Who holds its credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials_held_by: Option<Vec<PersonId>>,
    /// It acts by itself; an app that does cannot say it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automated: Option<bool>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where people who consented may be sent back to, letter for letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
}

/// Changes an app. What is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateApp {
    /// The app.
    pub app: AppId,
    /// What changes.
    pub change: AppChange,
}

/// Makes an app live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoLive {
    /// The app.
    pub app: AppId,
}

/// Lets an app out of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductionApp {
    /// The app.
    pub app: AppId,
}

/// Ends an app with its grants and tokens, and the mandates it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveApp {
    /// The app.
    pub app: AppId,
}

/// Ends every live token of an app. The consents stay: new tokens can be got under them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeAppTokens {
    /// The app.
    pub app: AppId,
}

/// The platform sets an app's API tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetTier {
    /// The app.
    pub app: AppId,
    /// A tier of the rulebook.
    pub tier: String,
}

/// The platform says where the yearly checkup stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetCheckup {
    /// The app.
    pub app: AppId,
    /// Where it stands.
    pub checkup: Checkup,
}

/// The platform suspends an app, or lets it go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspendApp {
    /// The app.
    pub app: AppId,
    /// Is it suspended?
    pub suspended: bool,
}

/// The platform puts an app on an allow-list, or confirms its maker as a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowApp {
    /// The app.
    pub app: AppId,
    /// The list, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_list: Option<String>,
    /// Is its maker a confirmed partner, if it is about that?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_partner: Option<bool>,
}

/// Gives a person a role on an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiveAppRole {
    /// The app.
    pub app: AppId,
    /// The person.
    pub person: PersonId,
    /// A role of the app family.
    pub role: String,
}

/// Takes a person's role on an app away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeAppRole {
    /// The app.
    pub app: AppId,
    /// The person.
    pub person: PersonId,
}

fn on_app(app: &AppId) -> About {
    About::new(Thing::App(app.clone()))
}

fn by_platform(app: &AppId) -> About {
    About::new(Thing::Realm).with("app", Thing::App(app.clone()))
}

app_command! {
    UpdateApp(self, desk) about on_app(&self.app); {
        let mut app = desk.app(&self.app)?;
        let change = &self.change;
        if app.automated && change.automated == Some(false) {
            let message = "an automated app stays one; make another app";
            return Err(Refusal::invalid("automated", message));
        }
        app.proof_required = change.proof_required.unwrap_or(app.proof_required);
        app.automated = change.automated.unwrap_or(app.automated);
        app.name = desk.text(change.name.as_deref()).or(app.name);
        if let Some(people) = &change.credentials_held_by {
            for person in people {
                desk.person(person)?;
            }
            app.credentials_held_by.clone_from(people);
        }
        if let Some(uris) = &change.redirect_uris {
            redirect::check(uris)?;
            app.redirect_uris.clone_from(uris);
        }
        desk.set(app);
        Ok(())
    }
    GoLive(self, desk) about on_app(&self.app); {
        let app = desk.app(&self.app)?;
        test_user::end_all(desk, &self.app);
        desk.set(App { mode: AppMode::Live, ..app });
        Ok(())
    }
    ProductionApp(self, desk) about on_app(&self.app).with("platform", Thing::Realm); {
        let app = desk.app(&self.app)?;
        desk.set(App { environment: Environment::Production, ..app });
        Ok(())
    }
    RemoveApp(self, desk) about on_app(&self.app); {
        desk.app(&self.app)?;
        end_app(desk, &self.app);
        Ok(())
    }
    RevokeAppTokens(self, desk) about on_app(&self.app); {
        desk.app(&self.app)?;
        for fact in desk.directory.grants_to(&self.app) {
            if let Fact::Grant(grant) = fact {
                desk.end_tokens(&grant.id, engine::fact::EndReason::Revoked);
            }
        }
        Ok(())
    }
    SetTier(self, desk) about by_platform(&self.app); {
        let app = desk.app(&self.app)?;
        if desk.rules().names.tier(&self.tier).is_none() {
            let known = desk.rules().names.tiers().join(", ");
            return Err(Refusal::invalid("tier", format!("`{}` is no tier; known: {known}", self.tier)));
        }
        desk.set(App { tier: Some(self.tier.clone()), ..app });
        Ok(())
    }
    SetCheckup(self, desk) about by_platform(&self.app); {
        let app = desk.app(&self.app)?;
        desk.set(App { checkup: self.checkup, checkup_since: Some(desk.now), ..app });
        Ok(())
    }
    SuspendApp(self, desk) about by_platform(&self.app); {
        let app = desk.app(&self.app)?;
        desk.set(App { suspended: self.suspended, ..app });
        Ok(())
    }
    AllowApp(self, desk) about by_platform(&self.app); {
        let mut app = desk.app(&self.app)?;
        if let Some(list) = self.allow_list.as_ref().filter(|list| !app.allow_lists.contains(list)) {
            app.allow_lists.push(list.clone());
        }
        app.confirmed_partner = self.confirmed_partner.unwrap_or(app.confirmed_partner);
        desk.set(app);
        Ok(())
    }
    GiveAppRole(self, desk) about on_app(&self.app); {
        desk.app(&self.app)?;
        desk.person(&self.person)?;
        desk.checked_role(Family::App, &self.role)?;
        test_user::not_by_hand(&self.role)?;
        desk.set(AppRole {
            app: self.app.clone(),
            person: self.person.clone(),
            role: self.role.clone(),
        });
        Ok(())
    }
}

impl UseCase for RevokeAppRole {
    fn about(&self, directory: &Directory, by: &Credential) -> Result<About, Refusal> {
        let own = caller(directory, by) == Some(Holder::Person(self.person.clone()));
        let person = Thing::Person(self.person.clone());
        let app = Thing::App(self.app.clone());
        Ok(if own {
            About::new(person).with("app", app)
        } else {
            About::new(app)
        })
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let key = AppRoleKey {
            app: self.app.clone(),
            person: self.person.clone(),
        };
        match desk.directory.fact(&Key::AppRole(key.clone())) {
            Some(Fact::AppRole(role)) => test_user::not_by_hand(&role.role)?,
            _ => return Err(Refusal::not_found("role on the app of", &self.person)),
        }
        desk.end(Key::AppRole(key));
        Ok(())
    }
}

pub(crate) fn end_app(desk: &mut Desk<'_>, app: &AppId) {
    for fact in desk.directory.grants_to(app) {
        if let Fact::Grant(grant) = fact {
            desk.end_grant(&grant.id, engine::fact::EndReason::AppRemoved);
        }
    }
    for fact in desk.directory.facts_of_app(app) {
        desk.end(fact.key());
    }
    for fact in desk.directory.mandates_to(&MandateOf::App(app.clone())) {
        desk.end(fact.key());
    }
    desk.end_everything_of(&Holder::App(app.clone()));
    desk.end(Key::App(app.clone()));
}
