//! casbin, role-based access with domains: one domain per ad account.
//!
//! Within the domain of an account, a person is given `business/TASK` by each assignment, and the
//! business's `business/TASK` is given `TASK` by owning the account or by a share with that task.
//! The pattern has no way to say "in every account of my business", so each admin is copied into the
//! domain of each account that the business reaches. Four policy lines map tasks to scopes.

use anyhow::{Context, ensure};
use casbin::function_map::OperatorFunction;
use casbin::rhai::{Dynamic, ImmutableString};
use casbin::{CoreApi, DefaultModel, Enforcer, MgmtApi, NullAdapter};

use crate::engine::Engine;
use crate::questions::Question;
use crate::terms::Task;
use crate::world::{AccountId, BusinessId, UserId, World};

/// Memory needed at scale 1, in MiB; it grows with the scale.
pub const NEEDS_MIB: f64 = 70.0;

const MODEL: &str = "
[request_definition]
r = sub, dom, act, scopes
[policy_definition]
p = act, scope
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && has(r.scopes, p.scope) && g(r.sub, p.act, r.dom)
";

/// Rules given to the engine in one call.
const RULES_PER_CALL: usize = 100_000;

pub struct Casbin(Enforcer);

impl Engine for Casbin {
    const NAME: &'static str = "casbin 2.20.0, a domain per account";

    type Prepared = Vec<ImmutableString>;

    fn load(world: &World) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        runtime.block_on(load(world)).map(Self)
    }

    fn prepare(&self, world: &World, question: &Question) -> anyhow::Result<Self::Prepared> {
        let scopes: Vec<&str> = world.user(question.user).scopes.names().collect();
        Ok(vec![
            question.user.name().into(),
            question.account.name().into(),
            question.task.name().into(),
            scopes.join(" ").into(),
        ])
    }

    fn decide(&mut self, question: &Self::Prepared) -> anyhow::Result<bool> {
        Ok(self.0.enforce(question.clone())?)
    }
}

async fn load(world: &World) -> anyhow::Result<Enforcer> {
    let model = DefaultModel::from_str(MODEL)
        .await
        .context("could not parse the model")?;
    // Registered before the model is compiled: the matcher names it. The adapter that stores
    // nothing saves casbin a second copy of all rules.
    let mut enforcer = Enforcer::new(model, NullAdapter).await?;
    enforcer.add_function("has", OperatorFunction::Arg2(has));
    // casbin tries its lines in order and stops at the first that allows: what is asked most is first.
    let lines = [Task::Advertise, Task::Analyze, Task::Manage]
        .into_iter()
        .flat_map(|task| {
            let scopes = task.any_scope_of().iter();
            scopes.map(move |scope| vec![task.name().to_owned(), scope.name().to_owned()])
        });
    enforcer.add_policies(lines.collect()).await?;
    let mut rules = Vec::with_capacity(RULES_PER_CALL + 1_000);
    for account in world.accounts() {
        push_rules(world, account, &mut rules);
        if rules.len() >= RULES_PER_CALL {
            let full = std::mem::replace(&mut rules, Vec::with_capacity(RULES_PER_CALL + 1_000));
            ensure!(
                enforcer.add_grouping_policies(full).await?,
                "a rule was there before"
            );
        }
    }
    ensure!(
        enforcer.add_grouping_policies(rules).await?,
        "a rule was there before"
    );
    Ok(enforcer)
}

fn push_rules(world: &World, account: AccountId, rules: &mut Vec<Vec<String>>) {
    let given = |business: BusinessId, task: Task| format!("{}/{}", business.name(), task.name());
    let mut push = |who: String, role: String| rules.push(vec![who, role, account.name()]);
    for (business, tasks) in world.reaching(account) {
        for task in tasks.iter() {
            push(given(business, task), task.name().to_owned());
            push(World::admin(business).name(), given(business, task));
        }
    }
    for assignment in world.assignments(account) {
        for task in assignment.tasks.iter() {
            push(UserId::name(assignment.user), given(assignment.via, task));
        }
    }
}

/// Whether a list of words has this word: casbin's own string functions are for paths and patterns.
fn has(words: Dynamic, word: Dynamic) -> Dynamic {
    let (Ok(words), Ok(word)) = (words.into_immutable_string(), word.into_immutable_string())
    else {
        return false.into();
    };
    words.split(' ').any(|other| other == word.as_str()).into()
}
