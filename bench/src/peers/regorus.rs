//! regorus, Rego compiled to bytecode for the virtual machine of the same crate.
//!
//! The world is one `data` document: per person the businesses, per business the assignments; per
//! account the owner and the shares. Names and task sets that occur more than once are one
//! allocation, as its own JSON reader would make the keys.

use std::collections::BTreeMap;

use anyhow::Context;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::value::Object;
use regorus::{Rc, Value};

use crate::engine::Engine;
use crate::questions::Question;
use crate::terms::{Task, Tasks};
use crate::world::{AccountId, BusinessId, World};

/// Memory needed at scale 1, in MiB; it grows with the scale.
pub const NEEDS_MIB: f64 = 10.0;

const ENTRY: &str = "data.access.allow";

const POLICY: &str = r#"
package access

covers := {
    "MANAGE": {"ads_management"},
    "ADVERTISE": {"ads_management"},
    "ANALYZE": {"ads_read", "ads_management"},
}

default allow := false

allow if {
    covered
    some business, member in data.users[input.user]
    reaches(business)
    holds(member)
}

covered if {
    some scope in input.scopes
    scope in covers[input.task]
}

reaches(business) if data.accounts[input.account].owner == business
reaches(business) if input.task in data.accounts[input.account].shares[business]

holds(member) if member.admin
holds(member) if input.task in member.assigned[input.account]
"#;

pub struct Regorus {
    machine: RegoVM,
    keys: InputKeys,
}

/// The names of the input's fields, allocated once.
struct InputKeys {
    user: Value,
    account: Value,
    task: Value,
    scopes: Value,
}

impl Engine for Regorus {
    const NAME: &'static str = "regorus 0.14.1, bytecode";

    type Prepared = Value;

    fn load(world: &World) -> anyhow::Result<Self> {
        let mut engine = regorus::Engine::new();
        engine.add_policy("access.rego".into(), POLICY.into())?;
        let policy = engine
            .compile_with_entrypoint(&Rc::from(ENTRY))
            .context("could not compile the policy")?;
        let program = Compiler::compile_from_policy(&policy, &[ENTRY])
            .map_err(|error| anyhow::anyhow!("could not make bytecode: {error}"))?;
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine
            .set_data(data(world))
            .map_err(|error| anyhow::anyhow!("could not load the data: {error}"))?;
        let keys = InputKeys {
            user: "user".into(),
            account: "account".into(),
            task: "task".into(),
            scopes: "scopes".into(),
        };
        Ok(Self { machine, keys })
    }

    fn prepare(&self, world: &World, question: &Question) -> anyhow::Result<Value> {
        let scopes: Vec<Value> = world
            .user(question.user)
            .scopes
            .names()
            .map(Value::from)
            .collect();
        Ok(frozen([
            (self.keys.user.clone(), question.user.name().into()),
            (self.keys.account.clone(), question.account.name().into()),
            (self.keys.task.clone(), question.task.name().into()),
            (self.keys.scopes.clone(), scopes.into()),
        ]))
    }

    fn decide(&mut self, question: &Value) -> anyhow::Result<bool> {
        self.machine.set_input(question.clone());
        let answer = self
            .machine
            .execute()
            .map_err(|error| anyhow::anyhow!("could not evaluate: {error}"))?;
        Ok(answer == Value::Bool(true))
    }
}

/// An object in the compact form that regorus's own JSON reader makes.
fn frozen(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
    let entries: BTreeMap<Value, Value> = entries.into_iter().collect();
    Object::from(entries).into_value()
}

/// Values that occur many times, allocated once.
struct Names {
    accounts: Vec<Value>,
    businesses: Vec<Value>,
    task_sets: Vec<Value>,
}

impl Names {
    fn of(world: &World) -> Self {
        let set = |tasks: Tasks| {
            let names: std::collections::BTreeSet<Value> = tasks
                .iter()
                .map(|task| Value::from(Task::name(task)))
                .collect();
            Value::from(names)
        };
        Self {
            accounts: world
                .accounts()
                .map(|account| account.name().into())
                .collect(),
            businesses: world
                .businesses()
                .map(|business| business.name().into())
                .collect(),
            task_sets: Tasks::EVERY_SET.into_iter().map(set).collect(),
        }
    }

    fn account(&self, account: AccountId) -> Value {
        self.accounts[account.0 as usize].clone()
    }

    fn business(&self, business: BusinessId) -> Value {
        self.businesses[business.0 as usize].clone()
    }

    fn tasks(&self, tasks: Tasks) -> Value {
        self.task_sets[tasks.index()].clone()
    }
}

fn data(world: &World) -> Value {
    let names = Names::of(world);
    let (owner, shares) = (Value::from("owner"), Value::from("shares"));
    let accounts = world.accounts().map(|account| {
        let shared = world.shares(account).iter();
        let shared = shared.map(|share| (names.business(share.partner), names.tasks(share.tasks)));
        let fields = [
            (owner.clone(), names.business(world.owner(account))),
            (shares.clone(), frozen(shared)),
        ];
        (names.account(account), frozen(fields))
    });
    frozen([
        ("accounts".into(), frozen(accounts)),
        ("users".into(), frozen(users(world, &names))),
    ])
}

fn users(world: &World, names: &Names) -> impl Iterator<Item = (Value, Value)> {
    let mut assigned: Vec<Vec<(BusinessId, AccountId, Tasks)>> =
        vec![Vec::new(); world.users.len()];
    for account in world.accounts() {
        for assignment in world.assignments(account) {
            let of_user = &mut assigned[assignment.user.0 as usize];
            of_user.push((assignment.via, account, assignment.tasks));
        }
    }
    let (admin, assigned_key) = (Value::from("admin"), Value::from("assigned"));
    world.users().zip(assigned).map(move |(user, assigned)| {
        let memberships = world.user(user).businesses().map(|business| {
            let here = assigned.iter().filter(|(via, ..)| *via == business);
            let here =
                here.map(|(_, account, tasks)| (names.account(*account), names.tasks(*tasks)));
            let fields = [
                (admin.clone(), world.is_admin(user, business).into()),
                (assigned_key.clone(), frozen(here)),
            ];
            (names.business(business), frozen(fields))
        });
        (user.name().into(), frozen(memberships))
    })
}
