//! What answers the reasons of layer 4: an assignment, a share, a role.

use engine::fact::{Asset, Fact, Key, Membership, MembershipKey, ShareState, SystemUser, Terms};
use engine::{AssetId, AssetOrGroup, BusinessId, Holder, Owner, PersonId, Thing};
use rulebook::{CapSet, Family, Kind, Need, Reason, Target};

use super::state::State;
use super::{Candidate, RequestChange};
use crate::app::GiveAppRole;
use crate::assignment::{GiveAssignment, MapDelegate};
use crate::business::{AddMember, ChangeMember, SuspendBusiness};
use crate::realm::AppointOperator;
use crate::system_user::ChangeSystemUser;

impl State {
    pub(super) fn role_candidates(&self, reason: Reason) -> Vec<Candidate> {
        let Some(actor) = self.actor() else {
            return Vec::new();
        };
        match reason {
            Reason::StepUp => vec![Candidate::request(RequestChange::PassSecondFactor)],
            Reason::NotDelegated => self.map_delegate(&actor),
            Reason::BusinessSuspended => self.unsuspend(&actor),
            Reason::PartnerPending | Reason::PartnerCap | Reason::PartnerNotShared => self
                .needed_assets()
                .into_iter()
                .flat_map(|(asset, need)| self.share_candidates(&actor, &asset, &need))
                .chain(self.handing_on())
                .collect(),
            _ => self.on_needs(&actor),
        }
    }

    fn needs(&self) -> Vec<Need> {
        let needs = self
            .operation()
            .map_or(&[][..], |operation| &operation.needs);
        needs
            .iter()
            .flat_map(|need| std::iter::once(need).chain(&need.or))
            .cloned()
            .collect()
    }

    fn target(&self, target: &Target) -> Option<Thing> {
        match target {
            Target::Resource => Some(self.request.resource.clone()),
            Target::Owner => self
                .owner_business(&self.request.resource)
                .map(Thing::Business),
            Target::Parent => {
                let business = self.owner_business(&self.request.resource)?;
                match self.directory.fact(&Key::Business(business))? {
                    Fact::Business(fact) => fact.parent.map(Thing::Business),
                    _ => None,
                }
            }
            Target::Named(name) => self
                .request
                .with
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, thing)| thing.clone()),
        }
    }

    fn on_needs(&self, actor: &Holder) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for need in self.needs() {
            match self.target(&need.target) {
                Some(Thing::Asset(id)) => {
                    if let Some(asset) = self.asset(&id) {
                        candidates.extend(self.assignments(actor, &asset, need.any_of, 0));
                        candidates.extend(self.share_candidates(actor, &asset, &need));
                    }
                }
                Some(Thing::Business(business)) => {
                    candidates.extend(self.business_role(actor, &business, &need));
                }
                Some(Thing::App(app)) => {
                    if let Holder::Person(person) = actor {
                        candidates.extend(self.roles(&need).into_iter().map(|(role, weight)| {
                            let (app, person) = (app.clone(), person.clone());
                            Candidate::command(GiveAppRole { app, person, role }, weight)
                        }));
                    }
                }
                Some(Thing::Realm) => candidates.extend(self.operator(actor, &need)),
                _ => {}
            }
        }
        candidates.extend(self.handing_on());
        candidates
    }

    pub(super) fn asset(&self, id: &AssetId) -> Option<Asset> {
        match self.directory.fact(&Key::Asset(id.clone())) {
            Some(Fact::Asset(asset)) => Some(asset),
            _ => None,
        }
    }

    fn needed_assets(&self) -> Vec<(Asset, Need)> {
        self.needs()
            .into_iter()
            .filter_map(|need| match self.target(&need.target)? {
                Thing::Asset(id) => Some((self.asset(&id)?, need)),
                _ => None,
            })
            .collect()
    }

    pub(super) fn kind(&self, name: &str) -> Option<&Kind> {
        self.directory.rulebook().rules(0).kind_named(name)
    }

    /// Returns the roles of the need's kind that meet it, weakest first.
    fn roles(&self, need: &Need) -> Vec<(String, u32)> {
        let kind = self.directory.rulebook().rules(0).kind(need.kind);
        kind.map(|kind| roles_with(kind, need.any_of))
            .unwrap_or_default()
    }

    /// Assignments that would bring the right: the weakest role, through each business that stands
    /// to the asset; directly by the owner where none does. For an asset that follows another, on
    /// that one too.
    fn assignments(
        &self,
        actor: &Holder,
        asset: &Asset,
        need: CapSet,
        depth: u8,
    ) -> Vec<Candidate> {
        let Some(kind) = self.kind(&asset.kind) else {
            return Vec::new();
        };
        let on = AssetOrGroup::Asset(asset.id.clone());
        let ways = self.ways_in(actor, asset);
        let mut candidates = Vec::new();
        for (role, weight) in roles_with(kind, need).into_iter().take(2) {
            for via in &ways {
                let mut terms = self.assigned_terms(actor, &on, via.as_ref());
                let names = terms.0.entry(kind.name.clone()).or_default();
                // A stronger role takes the place of what it contains.
                names.retain(|known| !contains(kind, &role, known));
                names.push(role.clone());
                let command = GiveAssignment {
                    holder: actor.clone(),
                    on: on.clone(),
                    via: via.clone(),
                    terms,
                    until: None,
                };
                let direct = if via.is_none() { 20 } else { 0 };
                candidates.push(Candidate::command(command, weight + direct));
            }
        }
        if depth == 0 {
            candidates.extend(self.followed(actor, asset, kind, need));
        }
        candidates
    }

    fn followed(&self, actor: &Holder, asset: &Asset, kind: &Kind, need: CapSet) -> Vec<Candidate> {
        let links = self.directory.around_asset(&asset.id).into_iter();
        let links = links.filter_map(|fact| match fact {
            Fact::Link(link) if link.asset == asset.id => self.asset(&link.to),
            _ => None,
        });
        let mut candidates = Vec::new();
        for there in links {
            let Some(other) = self.kind(&there.kind) else {
                continue;
            };
            for rule in kind.follows.iter().filter(|rule| rule.kind == other.id) {
                if rule.can.meets(need) {
                    candidates.extend(self.assignments(actor, &there, rule.has, 1));
                }
            }
        }
        candidates
    }

    fn assigned_terms(&self, actor: &Holder, on: &AssetOrGroup, via: Option<&BusinessId>) -> Terms {
        let facts = self.directory.assignments_on(on).into_iter();
        let mut terms = facts.filter_map(|fact| match fact {
            Fact::Assignment(one) if one.holder == *actor && one.via.as_ref() == via => {
                Some(one.terms)
            }
            _ => None,
        });
        terms.next().unwrap_or_default()
    }

    /// Returns the businesses through which the actor could be assigned; `None` stands for the owner
    /// adding the actor directly.
    fn ways_in(&self, actor: &Holder, asset: &Asset) -> Vec<Option<BusinessId>> {
        let seats = self.seats(actor);
        let inside = |business: &BusinessId| self.is_inside(business, asset);
        let shared = |business: &BusinessId| {
            self.shares(asset, business)
                .iter()
                .any(|share| share.state == ShareState::Accepted)
        };
        let mut ways: Vec<Option<BusinessId>> = seats
            .into_iter()
            .filter(|seat| inside(seat) || shared(seat))
            .map(Some)
            .collect();
        if ways.is_empty() {
            ways.push(None);
        }
        ways
    }

    pub(super) fn is_inside(&self, business: &BusinessId, asset: &Asset) -> bool {
        let Owner::Business(owner) = &asset.owner else {
            return false;
        };
        let parent = match self.directory.fact(&Key::Business(owner.clone())) {
            Some(Fact::Business(fact)) => fact.parent,
            _ => None,
        };
        owner == business || parent.as_ref() == Some(business)
    }

    pub(super) fn seats(&self, actor: &Holder) -> Vec<BusinessId> {
        match actor {
            Holder::Person(person) => self
                .directory
                .facts_of_person(person)
                .into_iter()
                .filter_map(|fact| match fact {
                    Fact::Membership(one) => Some(one.business),
                    _ => None,
                })
                .collect(),
            Holder::SystemUser(id) => match self.directory.fact(&Key::SystemUser(id.clone())) {
                Some(Fact::SystemUser(one)) => vec![one.business],
                _ => Vec::new(),
            },
            Holder::Business(business) => vec![business.clone()],
            Holder::App(_) => Vec::new(),
        }
    }

    fn business_role(&self, actor: &Holder, business: &BusinessId, need: &Need) -> Vec<Candidate> {
        let roles = self.roles(need).into_iter().take(2);
        match actor {
            Holder::Person(person) => roles
                .map(|(role, weight)| self.seat(business, person, role, weight + 30))
                .collect(),
            Holder::SystemUser(id) => {
                let own = match self.directory.fact(&Key::SystemUser(id.clone())) {
                    Some(Fact::SystemUser(SystemUser { business: own, .. })) => own == *business,
                    _ => false,
                };
                roles
                    .filter(|_| own)
                    .map(|(role, weight)| {
                        let system_user = id.clone();
                        let command = ChangeSystemUser {
                            system_user,
                            name: None,
                            role: Some(role),
                        };
                        Candidate::command(command, weight + 30)
                    })
                    .collect()
            }
            Holder::Business(_) | Holder::App(_) => Vec::new(),
        }
    }

    fn seat(
        &self,
        business: &BusinessId,
        person: &PersonId,
        role: String,
        weight: u32,
    ) -> Candidate {
        let key = MembershipKey {
            business: business.clone(),
            person: person.clone(),
        };
        let (business, person) = (business.clone(), person.clone());
        match self.directory.fact(&Key::Membership(key)) {
            Some(Fact::Membership(Membership { .. })) => {
                let command = ChangeMember {
                    business,
                    person,
                    role,
                    until: None,
                };
                Candidate::command(command, weight)
            }
            _ => Candidate::command(
                AddMember {
                    business,
                    person,
                    role,
                    until: None,
                },
                weight + 10,
            ),
        }
    }

    fn operator(&self, actor: &Holder, need: &Need) -> Vec<Candidate> {
        let Holder::Person(person) = actor else {
            return Vec::new();
        };
        let roles = self.roles(need).into_iter().take(1);
        roles
            .map(|(role, weight)| {
                let person = person.clone();
                Candidate::command(
                    AppointOperator {
                        person,
                        role,
                        until: None,
                    },
                    weight + 100,
                )
            })
            .collect()
    }

    fn map_delegate(&self, actor: &Holder) -> Vec<Candidate> {
        let (Some(delegate), Holder::SystemUser(system_user), Thing::Asset(asset)) = (
            &self.request.context.delegate,
            actor,
            &self.request.resource,
        ) else {
            return Vec::new();
        };
        let business = match self.directory.fact(&Key::SystemUser(system_user.clone())) {
            Some(Fact::SystemUser(one)) => one.business,
            _ => return Vec::new(),
        };
        let key = engine::fact::DelegateKey {
            business,
            id: delegate.clone(),
        };
        let mut assets = match self.directory.fact(&Key::Delegate(key)) {
            Some(Fact::Delegate(known)) if known.system_user == *system_user => known.assets,
            _ => Vec::new(),
        };
        if !assets.contains(asset) {
            assets.push(asset.clone());
        }
        let command = MapDelegate {
            delegate: delegate.clone(),
            system_user: system_user.clone(),
            assets,
        };
        vec![Candidate::command(command, 3)]
    }

    fn unsuspend(&self, actor: &Holder) -> Vec<Candidate> {
        let owner = self.owner_business(&self.request.resource);
        let all = owner
            .into_iter()
            .chain(self.named_business())
            .chain(self.seats(actor));
        let suspended = all.filter(|business| {
            let fact = self.directory.fact(&Key::Business(business.clone()));
            matches!(fact, Some(Fact::Business(fact)) if fact.suspended)
        });
        suspended
            .map(|business| {
                Candidate::command(
                    SuspendBusiness {
                        business,
                        suspended: false,
                    },
                    20,
                )
            })
            .collect()
    }
}

/// Returns the roles that carry one of the capabilities, weakest first.
fn roles_with(kind: &Kind, need: CapSet) -> Vec<(String, u32)> {
    debug_assert!(kind.family != Family::Realm || kind.levels.is_empty());
    let mut roles: Vec<_> = kind
        .roles
        .iter()
        .filter(|role| role.can.meets(need))
        .map(|role| (role.name.clone(), role.can.len()))
        .collect();
    roles.sort_by(|one, two| (one.1, &one.0).cmp(&(two.1, &two.0)));
    roles
}

/// Does one term give everything another does?
fn contains(kind: &Kind, one: &str, other: &str) -> bool {
    match (kind.term(one), kind.term(other)) {
        (Some(one), Some(other)) => other.is_within(one),
        _ => false,
    }
}
