//! Every path of an actor towards what an operation needs.

use rulebook::{CapSet, Kind, Need, Relation};

use super::{NeedStory, Path, PathSort};
use crate::decide::{Actor, Given, Source, ThingIx, ThingOrOwner, Walk};
use crate::directory::index::{HolderIx, NONE, OnIx};
use crate::fact::{AssignmentKey, Fact, Key, ShareKey};
use crate::id::{AssetOrGroup, Holder, Owner};
use crate::request::Thing;

impl Walk<'_> {
    pub(super) fn need_story(&self, actor: &Actor, need: &Need) -> NeedStory {
        let kind = self.rules.kind(need.kind);
        let (on, mut paths) = match self.target(&need.target) {
            ThingOrOwner::Person(person) => {
                let owner = self.directory.holder(HolderIx::person(person));
                let thing = match owner {
                    Some(Holder::Person(id)) => Some(Thing::Person(id)),
                    _ => None,
                };
                (
                    thing,
                    self.owner_path(actor, HolderIx::person(person), need),
                )
            }
            ThingOrOwner::Thing(thing) => (self.thing(thing), self.paths(actor, thing, need, kind)),
        };
        for or in &need.or {
            if let ThingOrOwner::Thing(thing) = self.target(&or.target) {
                paths.extend(self.paths(actor, thing, or, self.rules.kind(or.kind)));
            }
        }
        paths.sort_by_key(|path| (!path.enough, path.sort));
        NeedStory {
            on,
            kind: kind.map_or_else(String::new, |kind| kind.name.clone()),
            can: names(kind, need.any_of),
            roles: kind.map_or_else(Vec::new, |kind| roles_with(kind, need.any_of)),
            paths,
        }
    }

    pub(crate) fn thing(&self, thing: ThingIx) -> Option<Thing> {
        let directory = self.directory;
        let id = |text: &str| text.to_owned();
        match thing {
            ThingIx::Realm => Some(Thing::Realm),
            ThingIx::Business(index) => {
                let row = directory.businesses.get(index)?;
                id(row.id.as_str()).parse().ok().map(Thing::Business)
            }
            ThingIx::Asset(index) => {
                let row = directory.assets.get(index)?;
                id(row.id.as_str()).parse().ok().map(Thing::Asset)
            }
            ThingIx::App(index) => {
                let row = directory.apps.get(index)?;
                id(row.id.as_str()).parse().ok().map(Thing::App)
            }
            _ => None,
        }
    }

    fn paths(&self, actor: &Actor, on: ThingIx, need: &Need, kind: Option<&Kind>) -> Vec<Path> {
        if !actor.known || !self.fits(on, need.kind) {
            return Vec::new();
        }
        match on {
            ThingIx::Asset(asset) => {
                let mut given = Vec::new();
                self.visit_rights(actor, asset, &mut |one| given.push(one));
                let given = given.into_iter().filter(|one| !one.gives.is_empty());
                given
                    .map(|one| self.asset_path(actor, asset, one, need, kind))
                    .collect()
            }
            ThingIx::Business(business) => self.business_paths(actor, business, need, kind),
            ThingIx::App(app) => self.app_paths(actor, app, need, kind),
            _ => self.operator_path(actor, need, kind).into_iter().collect(),
        }
    }

    fn asset_path(
        &self,
        actor: &Actor,
        asset: u32,
        given: Given,
        need: &Need,
        kind: Option<&Kind>,
    ) -> Path {
        let all = kind.map_or(CapSet::NONE, Kind::all);
        let mut facts = Vec::new();
        let sort = match given.source {
            Source::Owner => PathSort::Owner,
            Source::Assignment { on, via } => {
                if via != NONE {
                    facts.extend(self.seat_fact(actor, via));
                }
                facts.extend(self.assignment(actor, on, via));
                if let (group, true) = on.parts() {
                    facts.extend(self.group_asset(group, given.on));
                }
                if via != NONE {
                    facts.extend(self.standing_facts(via, given.on));
                }
                PathSort::Assignment
            }
            Source::Reach { business, .. } => {
                facts.extend(self.seat_fact(actor, business));
                facts.extend(self.standing_facts(business, given.on));
                PathSort::Reach
            }
            Source::Partner { business, .. } => {
                facts.extend(self.seat_fact(actor, business));
                facts.extend(self.standing_facts(business, given.on));
                PathSort::Partner
            }
        };
        if given.on != asset {
            facts.extend(self.link(asset, given.on));
        }
        facts.extend(self.asset_fact(given.on));
        let can = given.can.within(all);
        let capped = CapSet(given.gives.within(all).0 & !can.0);
        Path {
            sort,
            facts,
            can: names(kind, can),
            capped: names(kind, capped),
            enough: can.meets(need.any_of) && (given.direct || !need.direct),
        }
    }

    /// How a business stands to an asset, as facts: the child it is the parent of, or the shares.
    fn standing_facts(&self, business: u32, asset: u32) -> Vec<Fact> {
        let directory = self.directory;
        let Some(row) = directory.assets.get(asset) else {
            return Vec::new();
        };
        let owner = row.owner.as_business();
        if owner == Some(business) {
            return Vec::new();
        }
        if let Some(owner) = owner.filter(|owner| directory.is_child_of(*owner, business)) {
            return self.business_fact_of(owner).into_iter().collect();
        }
        let Some(to) = directory.holder(HolderIx::business(business)) else {
            return Vec::new();
        };
        let Holder::Business(to) = to else {
            return Vec::new();
        };
        let groups = directory.lists.iter(row.groups);
        let groups = groups.filter(|group| directory.speaks_for(*group, row));
        let groups = groups.map(OnIx::group);
        let all = std::iter::once(OnIx::asset(asset)).chain(groups);
        all.filter_map(|on| {
            let of = directory.on(on)?;
            directory.fact(&Key::Share(ShareKey { of, to: to.clone() }))
        })
        .collect()
    }

    fn assignment(&self, actor: &Actor, on: OnIx, via: u32) -> Option<Fact> {
        let directory = self.directory;
        let key = AssignmentKey {
            holder: directory.holder(actor.holder)?,
            on: directory.on(on)?,
            via: match directory.holder(HolderIx::business(via)) {
                Some(Holder::Business(id)) if via != NONE => Some(id),
                _ => None,
            },
        };
        directory.fact(&Key::Assignment(key))
    }

    fn group_asset(&self, group: u32, asset: u32) -> Option<Fact> {
        let directory = self.directory;
        match (
            directory.on(OnIx::group(group))?,
            directory.on(OnIx::asset(asset))?,
        ) {
            (AssetOrGroup::Group(group), AssetOrGroup::Asset(asset)) => {
                directory.fact(&Key::GroupAsset(crate::fact::GroupAssetKey {
                    group,
                    asset,
                }))
            }
            _ => None,
        }
    }

    fn link(&self, asset: u32, to: u32) -> Option<Fact> {
        let directory = self.directory;
        match (
            directory.on(OnIx::asset(asset))?,
            directory.on(OnIx::asset(to))?,
        ) {
            (AssetOrGroup::Asset(asset), AssetOrGroup::Asset(to)) => {
                directory.fact(&Key::Link(crate::fact::LinkKey { asset, to }))
            }
            _ => None,
        }
    }

    fn business_paths(
        &self,
        actor: &Actor,
        business: u32,
        need: &Need,
        kind: Option<&Kind>,
    ) -> Vec<Path> {
        let mut paths = self.owner_path(actor, HolderIx::business(business), need);
        for seat in &actor.seats {
            let Some(role) = seat.role else { continue };
            let parent = self.directory.is_child_of(business, seat.business);
            let own = (seat.business == business)
                .then(|| kind.and_then(|kind| kind.role(role)).map(|role| role.can))
                .flatten()
                .map(|can| (PathSort::Membership, can, None));
            let above = parent.then(|| {
                let can = self
                    .rules
                    .reach(role, actor.kind, Relation::Child, need.kind);
                (PathSort::Parent, can, self.business_fact_of(business))
            });
            for (sort, can, child) in own.into_iter().chain(above) {
                if can.is_empty() {
                    continue;
                }
                let facts = self
                    .seat_fact(actor, seat.business)
                    .into_iter()
                    .chain(child)
                    .collect();
                paths.push(path(sort, facts, can, need, kind));
            }
        }
        paths
    }

    fn app_paths(&self, actor: &Actor, app: u32, need: &Need, kind: Option<&Kind>) -> Vec<Path> {
        let directory = self.directory;
        let Some(row) = directory.apps.get(app) else {
            return Vec::new();
        };
        let mut paths = self.owner_path(actor, row.owner, need);
        let own = actor
            .person()
            .and_then(|person| row.roles.get(&person).copied());
        let role = own
            .and_then(|word| directory.vocabulary.app_role(self.profile, word))
            .and_then(|role| kind.and_then(|kind| kind.role(role)));
        if let Some(role) = role {
            let facts = self.app_role_fact(actor, app).into_iter().collect();
            paths.push(path(PathSort::AppRole, facts, role.can, need, kind));
        }
        for seat in &actor.seats {
            let (true, Some(role)) = (row.owner == HolderIx::business(seat.business), seat.role)
            else {
                continue;
            };
            let can = self
                .rules
                .reach(role, actor.kind, Relation::Owned, need.kind);
            if !can.is_empty() {
                let facts = self.seat_fact(actor, seat.business).into_iter().collect();
                paths.push(path(PathSort::Reach, facts, can, need, kind));
            }
        }
        paths
    }

    fn operator_path(&self, actor: &Actor, need: &Need, kind: Option<&Kind>) -> Option<Path> {
        let operator = self.directory.operators.get(&actor.person()?)?;
        let live = operator.until.is_none_or(|until| until > self.now);
        let role = kind?.roles.iter().find(|role| role.name == operator.role)?;
        let facts = vec![Fact::Operator(operator.clone())];
        live.then(|| path(PathSort::Operator, facts, role.can, need, kind))
    }

    fn owner_path(&self, actor: &Actor, owner: HolderIx, need: &Need) -> Vec<Path> {
        if !actor.known || owner != actor.holder {
            return Vec::new();
        }
        let kind = self.rules.kind(need.kind);
        let all = kind.map_or(CapSet::NONE, Kind::all);
        vec![path(PathSort::Owner, Vec::new(), all, need, kind)]
    }

    pub(super) fn owner_fact(&self, owner: HolderIx) -> Option<Fact> {
        match self.directory.owner(owner)? {
            Owner::Business(id) => self.directory.fact(&Key::Business(id)),
            Owner::Person(_) => None,
        }
    }
}

fn path(sort: PathSort, facts: Vec<Fact>, can: CapSet, need: &Need, kind: Option<&Kind>) -> Path {
    Path {
        sort,
        facts,
        can: names(kind, can),
        capped: Vec::new(),
        enough: can.meets(need.any_of),
    }
}

fn names(kind: Option<&Kind>, can: CapSet) -> Vec<String> {
    kind.into_iter()
        .flat_map(|kind| kind.names_of(can))
        .map(str::to_owned)
        .collect()
}

/// Returns the roles that carry one of the capabilities, those with the fewest rights first.
fn roles_with(kind: &Kind, any_of: CapSet) -> Vec<String> {
    let mut roles: Vec<_> = kind
        .roles
        .iter()
        .filter(|role| role.can.meets(any_of))
        .collect();
    roles.sort_by_key(|role| (role.can.len(), role.name.as_str()));
    roles.into_iter().map(|role| role.name.clone()).collect()
}
