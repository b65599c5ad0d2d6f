//! Random commands: about things that are there, mostly; by somebody who may, often.

use commands::Command;
use engine::fact::{Fact, Terms};
use engine::{
    AssetOrGroup, Credential, Directory, Evidence, Holder, Owner, Request, Search, who_can,
};
use jiff::{SignedDuration, Timestamp};
use rulebook::{Family, Rules};
use serde_json::{Value, json};
use testkit::world::Dice;

/// A directory, from which commands are made.
pub(crate) struct Giving<'a> {
    directory: &'a Directory,
    facts: Vec<Fact>,
    now: Timestamp,
    dice: &'a mut Dice,
}

/// Picks from the facts of one kind, giving back some of its fields.
macro_rules! of {
    ($self:ident, $kind:ident($one:ident) => $value:expr) => {{
        let found: Vec<_> = $self
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::$kind($one) => Some($value),
                _ => None,
            })
            .collect();
        $self.dice.pick(&found).cloned()
    }};
}

impl<'a> Giving<'a> {
    pub(crate) fn new(directory: &'a Directory, now: Timestamp, dice: &'a mut Dice) -> Self {
        let facts = directory.facts();
        Self {
            directory,
            facts,
            now,
            dice,
        }
    }

    /// Returns a command, if its things are there.
    pub(crate) fn command(&mut self) -> Option<Command> {
        let name = *self.dice.pick(Command::NAMES)?;
        self.command_named(name)
    }

    /// Returns a command of this name, if its things are there.
    pub(crate) fn command_named(&mut self, name: &str) -> Option<Command> {
        let (family, verb) = name.split_once('.')?;
        let body = match family {
            "business" | "child" | "member" => self.about_businesses(name),
            "system_user" | "delegate" => self.about_system_users(name),
            "asset" | "custom_audience" | "group" | "link" => self.about_assets(name),
            "request" | "claim" => self.about_requests(name),
            "share" | "partner" => self.about_shares(name),
            "assignment" => self.about_assignments(verb),
            "app" | "app_role" | "app_permission" | "test_user" => self.about_apps(name),
            "grant" | "token" | "disclosure" | "renewal" => self.about_grants(name),
            "mandate" => self.about_mandates(verb),
            "person" | "invitation" => self.about_newcomers(name),
            "proposal" | "change" => self.about_proposals(verb),
            "on_behalf" | "on_behalf_token" => self.about_clients(name),
            _ => self.about_operators(verb),
        }?;
        let command = serde_json::from_value(json!({ name: body }));
        Some(command.unwrap_or_else(|wrong| panic!("{name}: {body}: {wrong}")))
    }

    /// Returns who gives the command: somebody the engine allows, if there is one, in most cases.
    pub(crate) fn caller(&mut self, request: &Request, evidence: &Evidence) -> Option<Credential> {
        if request.operation == "invitation.accept" && self.dice.chance(80) {
            let newcomer = json!(format!("person:newcomer-{}", self.dice.count(0, 30)));
            let newcomer: Holder = serde_json::from_value(newcomer).unwrap();
            return Some(Credential::Holder(newcomer));
        }
        if self.dice.chance(70) {
            let search = Search {
                with: &request.with,
                context: &request.context,
                evidence,
                now: self.now,
                limit: 20,
            };
            let (on, operation) = (&request.resource, request.operation.as_str());
            let able = who_can(self.directory, operation, on, None, &search).items;
            if let Some(holder) = self.dice.pick(&able) {
                return Some(Credential::Holder(holder.clone()));
            }
        }
        if self.dice.chance(20) {
            return of!(self, Token(one) => Credential::Token(one.digest));
        }
        self.holder().map(Credential::Holder)
    }

    pub(crate) fn holder(&mut self) -> Option<Holder> {
        match self.dice.count(0, 5) {
            0 => of!(self, SystemUser(one) => Holder::SystemUser(one.id.clone())),
            1 => of!(self, Business(one) => Holder::Business(one.id.clone())),
            2 => of!(self, App(one) => Holder::App(one.id.clone())),
            _ => of!(self, Person(one) => Holder::Person(one.id.clone())),
        }
    }

    fn rules(&self) -> &'a Rules {
        self.directory.rulebook().rules(0)
    }

    /// A new id, or none, so that one is made.
    fn id(&mut self) -> Value {
        match self.dice.chance(70) {
            true => json!(format!("new-{}", self.dice.count(0, 30))),
            false => Value::Null,
        }
    }

    fn until(&mut self) -> Value {
        let hours = match self.dice.count(0, 7) {
            0 => -5,
            1 => 20,
            _ => return Value::Null,
        };
        json!(self.now + SignedDuration::from_hours(hours))
    }

    fn role(&mut self, family: Family) -> Option<Value> {
        let rules = self.rules();
        let kind = rules.kinds.iter().find(|kind| kind.family == family)?;
        let names: Vec<&str> = kind.roles.iter().map(|role| role.name.as_str()).collect();
        self.dice.pick(&names).map(|name| json!(name))
    }

    fn business(&mut self) -> Option<Value> {
        of!(self, Business(one) => json!(one.id))
    }

    fn person(&mut self) -> Option<Value> {
        of!(self, Person(one) => json!(one.id))
    }

    fn asset(&mut self) -> Option<Value> {
        of!(self, Asset(one) => json!(one.id))
    }

    fn group(&mut self) -> Option<Value> {
        of!(self, Group(one) => json!(one.id))
    }

    fn app(&mut self) -> Option<Value> {
        of!(self, App(one) => json!(one.id))
    }

    fn system_user(&mut self) -> Option<Value> {
        of!(self, SystemUser(one) => json!(one.id))
    }

    fn permission(&mut self) -> Option<Value> {
        let known: Vec<&String> = self
            .rules()
            .permissions
            .iter()
            .map(|one| &one.name)
            .collect();
        self.dice.pick(&known).map(|name| json!(name))
    }

    /// Levels or roles of the kind of an asset; of one or two kinds for a group.
    fn terms(&mut self, on: &AssetOrGroup) -> Option<Value> {
        let rules = self.rules();
        let kind = self.facts.iter().find_map(|fact| match (fact, on) {
            (Fact::Asset(one), AssetOrGroup::Asset(id)) if one.id == *id => Some(one.kind.clone()),
            _ => None,
        });
        let kind = match kind {
            Some(kind) => rules.kind_named(&kind)?,
            None => {
                let assets: Vec<_> = rules
                    .kinds
                    .iter()
                    .filter(|one| one.family.is_asset())
                    .collect();
                self.dice.pick(&assets).copied()?
            }
        };
        let roles = kind.roles.iter().map(|role| &role.name);
        let names: Vec<&String> = roles
            .chain(kind.levels.iter().map(|level| &level.name))
            .collect();
        let name = self.dice.pick(&names)?;
        Some(json!(Terms::of(&kind.name, name)))
    }

    fn on(&mut self) -> Option<AssetOrGroup> {
        match self.dice.chance(70) {
            true => of!(self, Asset(one) => AssetOrGroup::Asset(one.id.clone())),
            false => of!(self, Group(one) => AssetOrGroup::Group(one.id.clone())),
        }
    }

    fn about_businesses(&mut self, name: &str) -> Option<Value> {
        let member =
            of!(self, Membership(one) => json!({ "business": one.business, "person": one.person }));
        Some(match name {
            "business.create" => {
                json!({ "id": self.id(), "admin": self.person()?, "role": self.role(Family::Business)? })
            }
            "business.update" => json!({ "business": self.business()?, "name": "A new name" }),
            "business.verify" => {
                json!({ "business": self.business()?, "verified": self.dice.chance(50) })
            }
            "business.suspend" => {
                json!({ "business": self.business()?, "suspended": self.dice.chance(20) })
            }
            "child.create" => {
                let page = self.asset().filter(|_| self.facts.len().is_multiple_of(2));
                json!({ "parent": self.business()?, "id": self.id(), "page": page })
            }
            "child.delete" => json!({ "business": self.business()? }),
            "member.add" => json!({ "business": self.business()?, "person": self.person()?,
                "role": self.role(Family::Business)?, "until": self.until() }),
            "member.change" => with(
                member?,
                json!({ "role": self.role(Family::Business)?, "until": self.until() }),
            ),
            _ => member?,
        })
    }

    /// The code of an invitation of a world is its id; one that was sent again has another.
    fn about_newcomers(&mut self, name: &str) -> Option<Value> {
        let invitation = of!(self, Invitation(one) => json!(one.id));
        Some(match name {
            "person.register" => {
                json!({ "person": format!("newcomer-{}", self.dice.count(0, 30)) })
            }
            "person.offboard" => {
                let direct = of!(self, Assignment(one) => one.holder.clone());
                let member = of!(self, Membership(one) => json!({ "business": one.business, "person": one.person }))?;
                match direct {
                    Some(Holder::Person(id)) if self.dice.chance(30) => {
                        with(member, json!({ "person": id }))
                    }
                    _ => member,
                }
            }
            "person.password_changed" => json!({ "person": self.person()? }),
            "person.change" => {
                json!({ "person": self.person()?, "shared_login": self.dice.chance(30) })
            }
            "invitation.send" => {
                let on = self.on()?;
                let offered = json!({ "on": on, "terms": self.terms(&on)? });
                let offered: Vec<Value> = self.dice.some(&[offered], 30);
                json!({ "business": self.business()?, "id": self.id(), "role": self.role(Family::Business)?,
                    "assignments": offered })
            }
            "invitation.accept" => {
                let invitation = invitation?;
                json!({ "invitation": invitation, "code": invitation })
            }
            "invitation.resend" => json!({ "invitation": invitation?, "until": self.until() }),
            "invitation.change" => {
                json!({ "invitation": invitation?, "role": self.role(Family::Business)? })
            }
            _ => json!({ "invitation": invitation? }),
        })
    }

    fn about_system_users(&mut self, name: &str) -> Option<Value> {
        let delegate = of!(self, Delegate(one) => json!({ "delegate": one.id, "system_user": one.system_user }));
        Some(match name {
            "system_user.create" => {
                json!({ "business": self.business()?, "id": self.id(), "role": self.role(Family::Business)? })
            }
            "system_user.change" => {
                json!({ "system_user": self.system_user()?, "role": self.role(Family::Business)? })
            }
            "system_user.remove" => json!({ "system_user": self.system_user()? }),
            "delegate.map" => {
                json!({ "delegate": "new-employee", "system_user": self.system_user()?, "assets": [self.asset()?] })
            }
            _ => delegate?,
        })
    }

    fn about_assets(&mut self, name: &str) -> Option<Value> {
        let within =
            of!(self, GroupAsset(one) => json!({ "group": one.group, "asset": one.asset }));
        let link = of!(self, Link(one) => json!({ "asset": one.asset, "to": one.to }));
        let kinds: Vec<&String> = self.rules().kinds.iter().map(|kind| &kind.name).collect();
        Some(match name {
            "asset.create" => {
                json!({ "business": self.business()?, "id": self.id(), "kind": self.dice.pick(&kinds)? })
            }
            "asset.rename" => json!({ "asset": self.asset()?, "name": "A new name" }),
            "asset.remove" => json!({ "asset": self.asset()? }),
            "asset.claim" => json!({ "business": self.business()?, "asset": self.asset()? }),
            "group.create" => {
                json!({ "business": self.business()?, "id": self.id(), "project": self.dice.chance(50) })
            }
            "group.rename" => json!({ "group": self.group()?, "name": "A new name" }),
            "group.remove" => json!({ "group": self.group()? }),
            "group.add_asset" => json!({ "group": self.group()?, "asset": self.asset()? }),
            "group.remove_asset" => within?,
            "custom_audience.create" => json!({ "account": self.asset()?, "id": self.id() }),
            "custom_audience.delete" => json!({ "audience": self.asset()? }),
            "link.make" => json!({ "asset": self.asset()?, "to": self.asset()? }),
            _ => link?,
        })
    }

    fn about_shares(&mut self, name: &str) -> Option<Value> {
        let share = of!(self, Share(one) => (one.of.clone(), one.to.clone()));
        Some(match name {
            "share.offer" => {
                let on = self.on()?;
                json!({ "of": on, "to": self.business()?, "terms": self.terms(&on)?, "until": self.until() })
            }
            "share.change" => {
                let (on, to) = share?;
                json!({ "of": on, "to": to, "terms": self.terms(&on)?, "until": self.until() })
            }
            "partner.add" => {
                let types = &self.rules().partner_types;
                let types: Vec<&String> = types.iter().map(|one| &one.name).collect();
                let (asset, owner) = of!(self, Asset(one) => (one.id.clone(), one.owner.clone()))?;
                let Owner::Business(business) = owner else {
                    return None;
                };
                let template = self
                    .dice
                    .pick(&types)
                    .filter(|_| self.facts.len().is_multiple_of(2));
                json!({ "business": business, "partner": self.business()?, "assets": [asset],
                    "template": template })
            }
            "partner.remove" => json!({ "business": self.business()?, "partner": share?.1 }),
            "partner.accept" | "partner.decline" => {
                let (on, to) = share?;
                let owner = self.facts.iter().find_map(|fact| match (fact, &on) {
                    (Fact::Asset(one), AssetOrGroup::Asset(id)) if one.id == *id => {
                        Some(json!(one.owner.parts().1))
                    }
                    (Fact::Group(one), AssetOrGroup::Group(id)) if one.id == *id => {
                        Some(json!(one.business))
                    }
                    _ => None,
                });
                json!({ "business": to, "partner": owner? })
            }
            _ => {
                let (on, to) = share?;
                json!({ "of": on, "to": to })
            }
        })
    }

    fn about_requests(&mut self, name: &str) -> Option<Value> {
        if name != "request.make" {
            return of!(self, AccessRequest(one) => json!({ "request": one.id }));
        }
        let asset = of!(self, Asset(one) => (one.id.clone(), one.kind.clone()));
        let (asset, kind) = match self.dice.chance(90) {
            true => asset?,
            false => ("nothing".parse().ok()?, asset?.1),
        };
        let terms = self.terms(&AssetOrGroup::Asset(asset.clone()))?;
        let terms = (self.dice.chance(50) && terms.get(&kind).is_some()).then_some(terms);
        let terms = terms.unwrap_or_else(|| json!({}));
        Some(
            json!({ "from": self.business()?, "asset": asset, "asset_kind": kind, "terms": terms }),
        )
    }

    fn about_assignments(&mut self, verb: &str) -> Option<Value> {
        if verb == "revoke" {
            return of!(self, Assignment(one) => json!({ "holder": one.holder, "on": one.on, "via": one.via }));
        }
        let on = self.on()?;
        let member = of!(self, Membership(one) => (json!(Holder::Person(one.person.clone())), json!(one.business)));
        let of_business = of!(self, SystemUser(one) => (json!(Holder::SystemUser(one.id.clone())), json!(one.business)));
        let (holder, via) = match self.dice.count(0, 4) {
            0 => (json!(self.holder()?), Value::Null),
            1 => of_business?,
            _ => member?,
        };
        Some(
            json!({ "holder": holder, "on": on, "via": via, "terms": self.terms(&on)?, "until": self.until() }),
        )
    }

    fn about_apps(&mut self, name: &str) -> Option<Value> {
        let role = of!(self, AppRole(one) => json!({ "app": one.app, "person": one.person }));
        let claim = of!(self, AppClaim(one) => json!({ "app": one.app, "business": one.business }));
        let types: Vec<&String> = self.rules().app_types.iter().map(|one| &one.name).collect();
        let app = self.app()?;
        Some(match name {
            "app.create" => {
                let admin = json!([self.person()?, self.role(Family::App)?]);
                json!({ "business": self.business()?, "id": self.id(), "type": self.dice.pick(&types), "admin": admin })
            }
            "app.update" => {
                json!({ "app": app, "change": { "proof_required": self.dice.chance(50) } })
            }
            "app.claim" => json!({ "app": app, "business": self.business()? }),
            "app.own" => json!({ "app": app, "business": self.business()? }),
            "app.unclaim" => claim?,
            "app.install" => json!({ "app": app, "system_user": self.system_user()? }),
            "app.review" => {
                json!({ "app": app, "permission": self.permission()?, "approved": self.dice.chance(70) })
            }
            "app.set_tier" => {
                let tiers: Vec<&String> = self.rules().names.tiers().iter().collect();
                json!({ "app": app, "tier": self.dice.pick(&tiers)? })
            }
            "app.set_checkup" => json!({ "app": app, "checkup": "done" }),
            "app_permission.request_review" => {
                json!({ "app": app, "permission": self.permission()?, "reason": "For our customers" })
            }
            "app.suspend" => json!({ "app": app, "suspended": self.dice.chance(20) }),
            "app.allow" => json!({ "app": app, "confirmed_partner": true }),
            "app_role.give" => {
                json!({ "app": app, "person": self.person()?, "role": self.role(Family::App)? })
            }
            "app_role.revoke" | "test_user.remove" => role?,
            "test_user.create" => {
                let kind = self.dice.chance(50).then_some("user");
                let scopes = self.scopes().filter(|_| kind.is_some());
                json!({ "app": app, "id": self.id(), "kind": kind, "scopes": scopes.unwrap_or(json!([])) })
            }
            "app_permission.set_level" => {
                let level = if self.dice.chance(50) {
                    "standard"
                } else {
                    "advanced"
                };
                json!({ "app": app, "permission": self.permission()?, "level": level })
            }
            "app_permission.remove" => json!({ "app": app, "permission": self.permission()? }),
            _ => json!({ "app": app }),
        })
    }

    fn about_grants(&mut self, name: &str) -> Option<Value> {
        let grant = of!(self, Grant(one) => json!(one.id));
        let token = of!(self, Token(one) => json!(one.id));
        let kinds: Vec<&String> = self
            .rules()
            .token_kinds
            .iter()
            .map(|kind| &kind.name)
            .collect();
        Some(match name {
            "grant.give" => self.consent()?,
            "grant.redeem" => json!({ "grant": self.id(), "person": self.person()?,
                "app": self.app()?, "scopes": [self.permission()?] }),
            "grant.renew" => json!({ "token": token? }),
            "grant.narrow" => {
                let scopes = self.scopes().filter(|_| self.facts.len().is_multiple_of(2));
                let of = match self.facts.len().is_multiple_of(3) {
                    true => json!({ "grant": grant? }),
                    false => json!({ "token": token? }),
                };
                json!({ "of": of, "life_s": 60, "scopes": scopes })
            }
            "grant.revoke" => json!({ "grant": grant? }),
            "token.issue" => {
                let associated = if self.dice.chance(30) {
                    self.person()?
                } else {
                    Value::Null
                };
                let replaces = if self.dice.chance(30) {
                    token?
                } else {
                    Value::Null
                };
                json!({ "grant": grant?, "kind": self.dice.pick(&kinds)?, "id": self.id(),
                    "associated_user": associated, "replaces": replaces })
            }
            "token.revoke" | "renewal.end" => json!({ "token": token? }),
            "token.refresh" | "token.rotate" | "token.exchange_long_lived" => {
                json!({ "token": token?, "id": self.id() })
            }
            "token.revoke_all" => match self.dice.chance(50) {
                true => json!({ "holder": self.holder()? }),
                false => json!({ "grant": grant? }),
            },
            "renewal.set" => {
                let days = self.dice.chance(50).then(|| self.dice.count(0, 40));
                json!({ "token": token?, "days_before": days })
            }
            _ => json!({ "token": token?, "to": self.person()? }),
        })
    }

    /// A new consent, or one under the id of a grant that is there, with more or less than it gives.
    fn consent(&mut self) -> Option<Value> {
        let known = of!(self, Grant(one) => (json!(one.id), json!(one.holder), json!(one.app)));
        let (id, holder, app) = match self.dice.chance(40) {
            true => known?,
            false => (self.id(), json!(self.holder()?), self.app()?),
        };
        let scopes = self.scopes()?;
        let targets = match (self.dice.chance(30), scopes.get(0).and_then(Value::as_str)) {
            (true, Some(scope)) => json!({ scope: [self.asset()?] }),
            _ => json!({}),
        };
        Some(
            json!({ "id": id, "holder": holder, "app": app, "scopes": scopes, "targets": targets }),
        )
    }

    fn scopes(&mut self) -> Option<Value> {
        let rules = self.rules();
        let names: Vec<&String> = rules.permissions.iter().map(|one| &one.name).collect();
        let mut scopes = self.dice.some(&names, 30);
        scopes.extend(self.dice.pick(&names));
        scopes.dedup();
        Some(json!(scopes))
    }

    /// The app is one of the partner's, mostly.
    fn about_clients(&mut self, name: &str) -> Option<Value> {
        let relation = of!(self, OnBehalf(one) => (one.partner.clone(), one.client.clone()));
        if name == "on_behalf.start" {
            return Some(json!({ "partner": self.business()?, "client": self.business()? }));
        }
        let (partner, client) = relation?;
        if name == "on_behalf.end" {
            return Some(json!({ "partner": partner, "client": client }));
        }
        let owner = Owner::Business(partner.clone());
        let own = self.facts.iter().filter_map(|fact| match fact {
            Fact::App(one) if one.owner == owner => Some(json!(one.id)),
            Fact::AppClaim(one) if one.business == partner => Some(json!(one.app)),
            _ => None,
        });
        let own: Vec<Value> = own.collect();
        let own = self.dice.pick(&own).cloned();
        let app = match own {
            Some(app) if self.dice.chance(80) => app,
            _ => self.app()?,
        };
        Some(json!({ "partner": partner, "client": client, "app": app, "scopes": self.scopes()? }))
    }

    fn about_mandates(&mut self, verb: &str) -> Option<Value> {
        let mandate = of!(self, Mandate(one) => json!(one.id));
        let owned = of!(self, Asset(one) => (one.id.clone(), one.owner.clone()));
        Some(match verb {
            "set" => {
                let (asset, owner) = owned?;
                let business = match owner {
                    Owner::Business(id) => json!(id),
                    Owner::Person(_) => self.business()?,
                };
                let to = match self.dice.chance(60) {
                    true => json!({ "app": self.app()? }),
                    false => json!({ "partner": self.business()? }),
                };
                json!({ "id": self.id(), "business": business, "to": to, "assets": [asset],
                    "mode": "autopilot", "limits": { "step": 1000 }, "until": self.until() })
            }
            "stop" => json!({ "mandate": mandate?, "stopped": self.dice.chance(70) }),
            _ => json!({ "mandate": mandate? }),
        })
    }

    fn about_proposals(&mut self, verb: &str) -> Option<Value> {
        let proposal = of!(self, Proposal(one) => json!(one.id));
        let asset = of!(self, Asset(one) => json!(one.id));
        Some(match verb {
            "make" => {
                let from = self.dice.count(1, 100);
                let change = json!({ "from": from, "to": from + self.dice.count(0, 5) });
                let operation = match self.dice.chance(50) {
                    true => "budget.raise",
                    false => "budget.lower",
                };
                json!({ "operation": operation, "asset": asset?, "change": change })
            }
            _ => json!({ "proposal": proposal? }),
        })
    }

    fn about_operators(&mut self, verb: &str) -> Option<Value> {
        let operator = of!(self, Operator(one) => json!(one.person));
        Some(match verb {
            "appoint" => {
                json!({ "person": self.person()?, "role": self.role(Family::Realm)?, "until": self.until() })
            }
            "break_glass" => json!({ "business": self.business()?, "reason": "a fire" }),
            _ => json!({ "person": operator? }),
        })
    }
}

/// Returns an object with the fields of another.
fn with(mut object: Value, more: Value) -> Value {
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}
