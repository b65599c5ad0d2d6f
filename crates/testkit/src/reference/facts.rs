//! Looking through the whole list, once per question.

use std::collections::BTreeSet;

use engine::fact::{
    App, AppClaim, AppPermission, AppRole, Asset, Assignment, Business, Delegate, Fact, Grant,
    Group, GroupAsset, Install, Link, Mandate, Membership, Operator, Person, Proposal, Share,
    SystemUser, Token,
};
use engine::{AppId, AssetId, BusinessId, GroupId, Holder, Owner, PersonId, SystemUserId, Thing};

/// Every fact there is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a>(pub(crate) &'a [Fact]);

macro_rules! scans {
    ($($name:ident: $variant:ident;)*) => {
        impl<'a> Facts<'a> {
            $(pub(crate) fn $name(self) -> impl Iterator<Item = &'a $variant> {
                self.0.iter().filter_map(|fact| match fact {
                    Fact::$variant(fact) => Some(fact),
                    _ => None,
                })
            })*
        }
    };
}

scans! {
    businesses: Business;
    people: Person;
    operators: Operator;
    memberships: Membership;
    system_users: SystemUser;
    apps: App;
    app_claims: AppClaim;
    app_roles: AppRole;
    app_permissions: AppPermission;
    installs: Install;
    assets: Asset;
    links: Link;
    groups: Group;
    group_assets: GroupAsset;
    shares: Share;
    assignments: Assignment;
    delegates: Delegate;
    grants: Grant;
    tokens: Token;
    mandates: Mandate;
    proposals: Proposal;
}

impl<'a> Facts<'a> {
    pub(crate) fn business(self, id: &BusinessId) -> Option<&'a Business> {
        self.businesses().find(|business| business.id == *id)
    }

    pub(crate) fn person(self, id: &PersonId) -> Option<&'a Person> {
        self.people().find(|person| person.id == *id)
    }

    pub(crate) fn system_user(self, id: &SystemUserId) -> Option<&'a SystemUser> {
        self.system_users().find(|user| user.id == *id)
    }

    pub(crate) fn app(self, id: &AppId) -> Option<&'a App> {
        self.apps().find(|app| app.id == *id)
    }

    pub(crate) fn asset(self, id: &AssetId) -> Option<&'a Asset> {
        self.assets().find(|asset| asset.id == *id)
    }

    pub(crate) fn group(self, id: &GroupId) -> Option<&'a Group> {
        self.groups().find(|group| group.id == *id)
    }

    /// The role a person has on an app, by name.
    pub(crate) fn app_role(self, app: &AppId, person: &PersonId) -> Option<&'a str> {
        self.app_roles()
            .find(|role| role.app == *app && role.person == *person)
            .map(|role| role.role.as_str())
    }

    pub(crate) fn parent(self, business: &BusinessId) -> Option<&'a BusinessId> {
        self.business(business)?.parent.as_ref()
    }

    pub(crate) fn is_parent(self, parent: &BusinessId, child: &BusinessId) -> bool {
        self.parent(child) == Some(parent)
    }

    /// Is the fact of the thing itself there?
    pub(crate) fn knows(self, thing: &Thing) -> bool {
        match thing {
            Thing::Realm => true,
            Thing::Business(id) => self.business(id).is_some(),
            Thing::Asset(id) => self.asset(id).is_some(),
            Thing::App(id) => self.app(id).is_some(),
            Thing::Group(id) => self.group(id).is_some(),
            Thing::Person(id) => self.person(id).is_some(),
            Thing::SystemUser(id) => self.system_user(id).is_some(),
        }
    }

    pub(crate) fn knows_holder(self, holder: &Holder) -> bool {
        match holder {
            Holder::Person(id) => self.person(id).is_some(),
            Holder::SystemUser(id) => self.system_user(id).is_some(),
            Holder::Business(id) => self.business(id).is_some(),
            Holder::App(id) => self.app(id).is_some(),
        }
    }

    /// Every known holder.
    pub(crate) fn holders(self) -> BTreeSet<Holder> {
        let people = self
            .people()
            .map(|person| Holder::Person(person.id.clone()));
        let users = self
            .system_users()
            .map(|user| Holder::SystemUser(user.id.clone()));
        let businesses = self
            .businesses()
            .map(|one| Holder::Business(one.id.clone()));
        let apps = self.apps().map(|app| Holder::App(app.id.clone()));
        people.chain(users).chain(businesses).chain(apps).collect()
    }

    /// Target `owner`: the owner of an asset or app, the business of a group or system user, a
    /// business itself; nothing for persons and the realm.
    pub(crate) fn owner(self, thing: &Thing) -> Option<Owner> {
        match thing {
            Thing::Business(id) => Some(Owner::Business(id.clone())),
            Thing::Asset(id) => Some(self.asset(id)?.owner.clone()),
            Thing::App(id) => Some(self.app(id)?.owner.clone()),
            Thing::Group(id) => Some(Owner::Business(self.group(id)?.business.clone())),
            Thing::SystemUser(id) => Some(Owner::Business(self.system_user(id)?.business.clone())),
            Thing::Person(_) | Thing::Realm => None,
        }
    }

    /// The business that owns a thing, if a business does.
    pub(crate) fn owner_business(self, thing: &Thing) -> Option<BusinessId> {
        match self.owner(thing)? {
            Owner::Business(id) => Some(id),
            Owner::Person(_) => None,
        }
    }

    /// Does the business own the app, or has it claimed it?
    pub(crate) fn claims(self, business: &BusinessId, app: &App) -> bool {
        app.owner == Owner::Business(business.clone())
            || self
                .app_claims()
                .any(|claim| claim.app == app.id && claim.business == *business)
    }

    /// Does the business, or its parent, own the app, or has one of them claimed it?
    pub(crate) fn family_claims(self, business: &BusinessId, app: &App) -> bool {
        self.claims(business, app)
            || self
                .parent(business)
                .is_some_and(|parent| self.claims(parent, app))
    }

    /// The assets that an asset is linked to, known or not.
    pub(crate) fn linked_to(self, asset: &AssetId) -> BTreeSet<&'a AssetId> {
        self.links()
            .filter(|link| link.asset == *asset)
            .map(|link| &link.to)
            .collect()
    }

    /// Does the group contain the asset?
    pub(crate) fn contains(self, group: &GroupId, asset: &AssetId) -> bool {
        self.group_assets()
            .any(|row| row.group == *group && row.asset == *asset)
    }
}
