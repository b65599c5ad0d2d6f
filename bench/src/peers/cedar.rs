//! Cedar, all entities preloaded: the fastest way to ask it, and the slowest to change anything.
//!
//! A person is a member of one group per task of each assignment and of the group of admins of the
//! business; an account lists, per task, the groups of the businesses that own it or were given the
//! task. Taking a share away then changes one entity, as it should. Groups are parents only, they
//! are no entities, which halves the memory. No schema is used at run time.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, ensure};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};

use crate::engine::Engine;
use crate::questions::Question;
use crate::terms::Task;
use crate::world::{AccountId, BusinessId, UserId, World};

/// Memory needed at scale 1, in MiB; it grows with the scale.
pub const NEEDS_MIB: f64 = 145.0;

const POLICIES: &str = r#"
permit (principal, action == Action::"MANAGE", resource)
when { context.scopes.contains("ads_management") && principal in resource.manage };

permit (principal, action == Action::"ADVERTISE", resource)
when { context.scopes.contains("ads_management") && principal in resource.advertise };

permit (principal, action == Action::"ANALYZE", resource)
when { context.scopes.containsAny(["ads_read", "ads_management"]) && principal in resource.analyze };
"#;

pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    kinds: Kinds,
}

/// The names of entity types, parsed once.
struct Kinds {
    action: EntityTypeName,
    user: EntityTypeName,
    group: EntityTypeName,
    account: EntityTypeName,
}

impl Kinds {
    fn new() -> anyhow::Result<Self> {
        Ok(Self {
            action: "Action".parse()?,
            user: "User".parse()?,
            group: "Group".parse()?,
            account: "Account".parse()?,
        })
    }

    fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
    }

    fn user(&self, user: UserId) -> EntityUid {
        Self::uid(&self.user, &user.name())
    }

    fn account(&self, account: AccountId) -> EntityUid {
        Self::uid(&self.account, &account.name())
    }

    fn admins(&self, business: BusinessId) -> EntityUid {
        Self::uid(&self.group, &business.name())
    }

    /// Those whom a business assigned a task on an account. The id fits into 23 bytes, which Cedar
    /// keeps without an allocation.
    fn assigned(&self, business: BusinessId, account: AccountId, task: Task) -> EntityUid {
        let letter = &task.name()[..2];
        Self::uid(
            &self.group,
            &format!("{}/{}/{letter}", business.0, account.0),
        )
    }
}

impl Engine for Cedar {
    const NAME: &'static str = "Cedar 4.14.1, entities preloaded";

    type Prepared = Request;

    fn load(world: &World) -> anyhow::Result<Self> {
        let kinds = Kinds::new()?;
        let accounts = world
            .accounts()
            .map(|account| account_entity(world, &kinds, account));
        // Entities are made one at a time as Cedar takes them: a list of all would hold half as
        // much memory again.
        let mut failed = None;
        let entities = user_entities(world, &kinds)
            .map(Ok)
            .chain(accounts)
            .map_while(|entity| entity.map_err(|error| failed = Some(error)).ok());
        let entities =
            Entities::from_entities(entities, None).context("could not load the entities")?;
        if let Some(error) = failed {
            return Err(error.context("could not make an entity"));
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: POLICIES.parse().context("could not parse the policies")?,
            entities,
            kinds,
        })
    }

    fn prepare(&self, world: &World, question: &Question) -> anyhow::Result<Request> {
        let scopes = world.user(question.user).scopes.names();
        let scopes = scopes.map(|name| RestrictedExpression::new_string(name.into()));
        let scopes = RestrictedExpression::new_set(scopes);
        Ok(Request::new(
            self.kinds.user(question.user),
            Kinds::uid(&self.kinds.action, question.task.name()),
            self.kinds.account(question.account),
            Context::from_pairs([("scopes".to_owned(), scopes)])?,
            None,
        )?)
    }

    fn decide(&mut self, question: &Request) -> anyhow::Result<bool> {
        let response = self
            .authorizer
            .is_authorized(question, &self.policies, &self.entities);
        ensure!(
            response.diagnostics().errors().next().is_none(),
            "a policy failed"
        );
        Ok(response.decision() == Decision::Allow)
    }
}

fn user_entities(world: &World, kinds: &Kinds) -> impl Iterator<Item = Entity> {
    let mut groups: Vec<HashSet<EntityUid>> = vec![HashSet::new(); world.users.len()];
    for business in world.businesses() {
        groups[World::admin(business).0 as usize].insert(kinds.admins(business));
    }
    for account in world.accounts() {
        for assignment in world.assignments(account) {
            for task in assignment.tasks.iter() {
                let group = kinds.assigned(assignment.via, account, task);
                groups[assignment.user.0 as usize].insert(group);
            }
        }
    }
    let users: Vec<EntityUid> = world.users().map(|user| kinds.user(user)).collect();
    users
        .into_iter()
        .zip(groups)
        .map(|(user, groups)| Entity::new_no_attrs(user, groups))
}

fn account_entity(world: &World, kinds: &Kinds, account: AccountId) -> anyhow::Result<Entity> {
    let attribute = |task: Task| {
        let reaching = world
            .reaching(account)
            .filter(|(_, tasks)| tasks.contains(task));
        let groups = reaching
            .flat_map(|(business, _)| {
                [
                    kinds.admins(business),
                    kinds.assigned(business, account, task),
                ]
            })
            .map(RestrictedExpression::new_entity_uid);
        (
            task.name().to_lowercase(),
            RestrictedExpression::new_set(groups),
        )
    };
    let attributes: HashMap<_, _> = Task::ALL.into_iter().map(attribute).collect();
    Ok(Entity::new(
        kinds.account(account),
        attributes,
        HashSet::new(),
    )?)
}
