//! Apps, claims, app roles, permissions, installations.

use std::sync::Arc;

use super::people::extra_mut;
use crate::directory::Directory;
use crate::directory::index::{HolderIx, Who};
use crate::directory::rows::PermissionState;
use crate::fact::{
    App, AppClaim, AppClaimKey, AppMode, AppPermission, AppPermissionKey, AppRole, AppRoleKey,
    Environment, Install, InstallKey,
};
use crate::id::AppId;

impl Directory {
    pub(super) fn set_app(&mut self, fact: &App) {
        let index = self.intern_app(&fact.id);
        let owner = self.intern_owner(&fact.owner);
        self.move_app(index, owner);
        if let Some(row) = self.apps.get_mut(index) {
            row.present = true;
            row.proof_required = fact.proof_required;
            row.automated = fact.automated;
            row.confirmed_partner = fact.confirmed_partner;
            row.suspended = fact.suspended;
            row.development = fact.mode == AppMode::Development;
            row.sandbox = fact.environment == Environment::Sandbox;
            row.checkup = fact.checkup;
            row.created = fact.created.as_millisecond();
            row.fact = Some(Arc::new(fact.clone()));
        }
        self.weigh_app(index);
    }

    pub(super) fn end_app(&mut self, id: &AppId) {
        let index = self.intern_app(id);
        self.move_app(index, HolderIx::NOBODY);
        if let Some(row) = self.apps.get_mut(index) {
            row.present = false;
            row.fact = None;
        }
        self.weigh_app(index);
    }

    fn move_app(&mut self, app: u32, owner: HolderIx) {
        let before = self.apps.get(app).map_or(HolderIx::NOBODY, |row| row.owner);
        if before == owner {
            return;
        }
        if let Who::Business(business) = before.which()
            && let Some(row) = self.businesses.get_mut(business)
        {
            row.apps = self.lists.remove(row.apps, app);
        }
        if let Who::Business(business) = owner.which()
            && let Some(row) = self.businesses.get_mut(business)
        {
            row.apps = self.lists.push(row.apps, app);
        }
        if let Some(row) = self.apps.get_mut(app) {
            row.owner = owner;
        }
    }

    pub(super) fn set_app_claim(&mut self, fact: &AppClaim) {
        let app = self.intern_app(&fact.app);
        let business = self.intern_business(fact.business.as_str());
        if let Some(row) = self.apps.get_mut(app) {
            Arc::make_mut(&mut row.claims).insert(business);
        }
    }

    pub(super) fn end_app_claim(&mut self, key: &AppClaimKey) {
        let app = self.intern_app(&key.app);
        let business = self.intern_business(key.business.as_str());
        if let Some(row) = self.apps.get_mut(app) {
            Arc::make_mut(&mut row.claims).remove(&business);
        }
    }

    pub(super) fn set_app_role(&mut self, fact: &AppRole) {
        let app = self.intern_app(&fact.app);
        let person = self.intern_person(&fact.person);
        let role = self.vocabulary.word(&fact.role, &self.rulebook);
        let Some(row) = self.apps.get_mut(app) else {
            return;
        };
        let changed = Arc::make_mut(&mut row.roles).insert(person, role).is_none();
        row.note_plain();
        if changed {
            self.list_app_role(person, app, true);
        }
    }

    pub(super) fn end_app_role(&mut self, key: &AppRoleKey) {
        let app = self.intern_app(&key.app);
        let person = self.intern_person(&key.person);
        let Some(row) = self.apps.get_mut(app) else {
            return;
        };
        let changed = Arc::make_mut(&mut row.roles).remove(&person).is_some();
        row.note_plain();
        if changed {
            self.list_app_role(person, app, false);
        }
    }

    fn list_app_role(&mut self, person: u32, app: u32, add: bool) {
        if let Some(extra) = extra_mut(&mut self.people, &mut self.person_extras, person) {
            self.lists.note(&mut extra.app_roles, app, add);
        }
    }

    pub(super) fn set_app_permission(&mut self, fact: &AppPermission) {
        let app = self.intern_app(&fact.app);
        let state = PermissionState {
            level: fact.level,
            approved: fact.approved,
            removed: fact.removed,
            review: fact.review.clone(),
        };
        if let Some(row) = self.apps.get_mut(app) {
            Arc::make_mut(&mut row.permissions).insert(fact.permission.clone(), state);
        }
        self.weigh_app(app);
    }

    pub(super) fn end_app_permission(&mut self, key: &AppPermissionKey) {
        let app = self.intern_app(&key.app);
        if let Some(row) = self.apps.get_mut(app) {
            Arc::make_mut(&mut row.permissions).remove(&key.permission);
        }
        self.weigh_app(app);
    }

    pub(super) fn set_install(&mut self, fact: &Install) {
        let app = self.intern_app(&fact.app);
        let system_user = self.intern_system_user(fact.system_user.as_str());
        let Some(row) = self.apps.get_mut(app) else {
            return;
        };
        if Arc::make_mut(&mut row.installs).insert(system_user)
            && let Some(row) = self.system_users.get_mut(system_user)
        {
            row.installs = self.lists.push(row.installs, app);
        }
    }

    pub(super) fn end_install(&mut self, key: &InstallKey) {
        let app = self.intern_app(&key.app);
        let system_user = self.intern_system_user(key.system_user.as_str());
        let Some(row) = self.apps.get_mut(app) else {
            return;
        };
        if Arc::make_mut(&mut row.installs).remove(&system_user)
            && let Some(row) = self.system_users.get_mut(system_user)
        {
            row.installs = self.lists.remove(row.installs, app);
        }
    }
}
