//! The facts each layer looked at.

use rulebook::Layer;

use crate::decide::{Actor, ThingIx, Walk};
use crate::directory::index::{HolderIx, Who};
use crate::fact::{
    AppClaimKey, AppPermissionKey, AppRoleKey, AssignmentKey, DelegateKey, Fact, GroupAssetKey,
    InstallKey, Key, MembershipKey, ShareKey,
};
use crate::id::{AppId, AssetId, AssetOrGroup, BusinessId, Holder};
use crate::request::Thing;

impl Walk<'_> {
    pub(super) fn facts_of(&self, layer: Layer) -> Vec<Fact> {
        match layer {
            Layer::Credential => self.credential_facts(),
            Layer::App => self.app_facts_used(),
            Layer::Permission => self.permission_facts(),
            Layer::Role => self.role_facts(),
            Layer::Mandate => self.mandate_facts(),
        }
    }

    fn credential_facts(&self) -> Vec<Fact> {
        let directory = self.directory;
        let id = directory.token_id(self.principal.token);
        let token = id
            .parse()
            .ok()
            .and_then(|id| directory.fact(&Key::Token(id)));
        token.into_iter().collect()
    }

    fn app_id(&self) -> Option<AppId> {
        match self.directory.holder(HolderIx::app(self.principal.app()?)) {
            Some(Holder::App(id)) => Some(id),
            _ => None,
        }
    }

    fn app_facts_used(&self) -> Vec<Fact> {
        let directory = self.directory;
        let Some(app) = self.app_id() else {
            return Vec::new();
        };
        let mut facts: Vec<Fact> = directory.fact(&Key::App(app.clone())).into_iter().collect();
        match directory.holder(self.principal.holder()) {
            Some(Holder::Person(person)) => {
                let key = Key::AppRole(AppRoleKey {
                    app: app.clone(),
                    person,
                });
                facts.extend(directory.fact(&key));
            }
            Some(Holder::SystemUser(system_user)) => {
                let key = Key::Install(InstallKey {
                    app: app.clone(),
                    system_user,
                });
                facts.extend(directory.fact(&key));
            }
            _ => {}
        }
        let claims = self
            .primary_business()
            .and_then(|index| self.business_id_of(index));
        let claim = claims
            .and_then(|business| directory.fact(&Key::AppClaim(AppClaimKey { app, business })));
        facts.extend(claim);
        facts
    }

    fn permission_facts(&self) -> Vec<Fact> {
        let directory = self.directory;
        let grant = self.principal.grant(directory);
        let grant = grant.and_then(|row| row.id.as_str().parse().ok());
        let grant = grant.and_then(|id| directory.fact(&Key::Grant(id)));
        let mut facts: Vec<Fact> = grant.into_iter().collect();
        let Some(app) = self.app_id() else {
            return facts;
        };
        let operation = self.operation;
        let needed = operation
            .all_scopes
            .with(operation.any_scope)
            .with(operation.features);
        for permission in needed.iter() {
            let permission = self.rules.names.permission_name(permission).to_owned();
            let key = Key::AppPermission(AppPermissionKey {
                app: app.clone(),
                permission,
            });
            facts.extend(directory.fact(&key));
        }
        facts
    }

    fn role_facts(&self) -> Vec<Fact> {
        let directory = self.directory;
        let actor = self.actor();
        let mut facts = Vec::new();
        facts.extend(match self.thing(self.resource) {
            Some(Thing::Asset(id)) => directory.fact(&Key::Asset(id)),
            Some(Thing::Business(id)) => directory.fact(&Key::Business(id)),
            Some(Thing::App(id)) => directory.fact(&Key::App(id)),
            _ => None,
        });
        if !matches!(self.resource, ThingIx::Business(_)) {
            facts.extend(self.owner_fact(self.owner));
        }
        for seat in &actor.seats {
            facts.extend(self.seat_fact(&actor, seat.business));
        }
        if let Some(Thing::Asset(asset)) = self.thing(self.resource) {
            facts.extend(self.shares_and_assignments(&actor, &asset));
        }
        if let ThingIx::App(app) = self.resource {
            facts.extend(self.app_role_fact(&actor, app));
        }
        facts.extend(self.delegate_fact_used(&actor));
        facts
    }

    /// Every assignment of the actor and share to the actor's businesses on the asset, its groups
    /// and what it follows; live or over.
    fn shares_and_assignments(&self, actor: &Actor, asset: &AssetId) -> Vec<Fact> {
        let directory = self.directory;
        let Some(index) = directory.find_asset(asset.as_str()) else {
            return Vec::new();
        };
        let Some(row) = directory.assets.get(index) else {
            return Vec::new();
        };
        let groups = directory
            .lists
            .iter(row.groups)
            .map(crate::directory::index::OnIx::group);
        let links = directory
            .lists
            .iter(directory.links_of(row))
            .map(crate::directory::index::OnIx::asset);
        let itself = crate::directory::index::OnIx::asset(index);
        let places = std::iter::once(itself).chain(groups).chain(links);
        let holder = directory.holder(actor.holder);
        let mut facts = Vec::new();
        for on in places.filter_map(|on| directory.on(on)) {
            if let (AssetOrGroup::Group(group), Some(holder)) = (&on, &holder) {
                let key = GroupAssetKey {
                    group: group.clone(),
                    asset: asset.clone(),
                };
                let assigned = actor
                    .seats
                    .iter()
                    .map(|seat| self.business_id_of(seat.business));
                let held = assigned.chain([None]).any(|via| {
                    let key = AssignmentKey {
                        holder: holder.clone(),
                        on: on.clone(),
                        via,
                    };
                    directory.fact(&Key::Assignment(key)).is_some()
                });
                if held {
                    facts.extend(directory.fact(&Key::GroupAsset(key)));
                }
            }
            let vias = actor
                .seats
                .iter()
                .map(|seat| self.business_id_of(seat.business));
            for via in vias.chain([None]) {
                if let Some(to) = &via {
                    let key = ShareKey {
                        of: on.clone(),
                        to: to.clone(),
                    };
                    facts.extend(directory.fact(&Key::Share(key)));
                }
                if let Some(holder) = &holder {
                    let key = AssignmentKey {
                        holder: holder.clone(),
                        on: on.clone(),
                        via,
                    };
                    facts.extend(directory.fact(&Key::Assignment(key)));
                }
            }
        }
        facts
    }

    fn mandate_facts(&self) -> Vec<Fact> {
        let directory = self.directory;
        let owner = self.owner.as_business();
        let row = owner.and_then(|owner| directory.businesses.get(owner));
        let app = self.principal.app().map(HolderIx::app);
        let maker = self
            .principal
            .app()
            .and_then(|app| Some(directory.apps.get(app)?.owner));
        let own = match self.acting().which() {
            Who::SystemUser(index) => directory
                .system_users
                .get(index)
                .map(|row| HolderIx::business(row.business)),
            _ => None,
        };
        let mut facts = Vec::new();
        for index in directory
            .lists
            .iter(row.map(|row| row.mandates).unwrap_or_default())
        {
            let Some(row) = directory.mandates.get(index) else {
                continue;
            };
            let to = Some(row.to);
            if to == app || to == maker || to == own {
                facts.extend(
                    row.fact
                        .as_ref()
                        .map(|fact| Fact::Mandate((**fact).clone())),
                );
            }
        }
        facts
    }

    fn delegate_fact_used(&self, actor: &Actor) -> Option<Fact> {
        let id = self.context.delegate.clone()?;
        let business = self.business_id_of(actor.seats.first()?.business)?;
        self.directory
            .fact(&Key::Delegate(DelegateKey { business, id }))
    }

    /// The fact that puts the actor into a business.
    pub(super) fn seat_fact(&self, actor: &Actor, business: u32) -> Option<Fact> {
        match self.directory.holder(actor.holder)? {
            Holder::Person(person) => {
                let business = self.business_id_of(business)?;
                self.directory
                    .fact(&Key::Membership(MembershipKey { business, person }))
            }
            Holder::SystemUser(id) => self.directory.fact(&Key::SystemUser(id)),
            Holder::Business(_) | Holder::App(_) => None,
        }
    }

    pub(super) fn app_role_fact(&self, actor: &Actor, app: u32) -> Option<Fact> {
        let Some(Holder::App(app)) = self.directory.holder(HolderIx::app(app)) else {
            return None;
        };
        let Some(Holder::Person(person)) = self.directory.holder(actor.holder) else {
            return None;
        };
        self.directory
            .fact(&Key::AppRole(AppRoleKey { app, person }))
    }

    pub(super) fn business_id_of(&self, business: u32) -> Option<BusinessId> {
        match self.directory.holder(HolderIx::business(business)) {
            Some(Holder::Business(id)) => Some(id),
            _ => None,
        }
    }

    pub(super) fn business_fact_of(&self, business: u32) -> Option<Fact> {
        self.directory
            .fact(&Key::Business(self.business_id_of(business)?))
    }

    pub(super) fn asset_fact(&self, asset: u32) -> Option<Fact> {
        match self
            .directory
            .on(crate::directory::index::OnIx::asset(asset))
        {
            Some(AssetOrGroup::Asset(id)) => self.directory.fact(&Key::Asset(id)),
            _ => None,
        }
    }
}
