//! What Countersign can be asked beside a yes or no, one question at a time: explanations, remedies, lists.

use std::hint::black_box;

use anyhow::ensure;
use commands::remedies;
use countersign::fact::Change;
use countersign::{Context, Credential, Holder, Request, Search, Thing, decide, explain, who_can};

use super::{AskedOurs, Countersign, Prepared, batches, facts, name_of, told};
use crate::engine::{Engine, Extra};
use crate::measure;
use crate::terms::Task;
use crate::world::{AccountId, UserId, World};

/// Explanations, and lists, asked for in each repetition.
const STORIES: usize = 2_000;
/// Remedies asked for in each repetition: each runs commands on copies of the directory.
const REMEDIES: usize = 200;

pub(super) fn measure(ours: &Countersign, asked: &AskedOurs<'_>) -> anyhow::Result<Vec<Extra>> {
    let requests: Vec<Request> = asked
        .prepared
        .iter()
        .zip(asked.questions)
        .map(|(prepared, question)| Request {
            credential: Credential::Token(prepared.token),
            operation: name_of(question.task).into(),
            resource: prepared.resource.clone(),
            with: Vec::new(),
            context: Context::default(),
        })
        .collect();
    let denied: Vec<&Request> = requests
        .iter()
        .zip(asked.answers)
        .filter(|(_, answer)| !**answer)
        .map(|(r, _)| r)
        .collect();
    Ok(vec![
        by_name(ours, asked, &requests)?,
        told::by_name(ours, asked)?,
        told::ready(ours, asked)?,
        batches::by_token(ours, asked)?,
        batches::told(ours, asked)?,
        batches::two_threads(ours, asked),
        explanations(ours, asked, &denied)?,
        proven_remedies(ours, asked, &denied)?,
        lists(ours, asked)?,
        long_lists(ours, asked)?,
    ])
}

/// The public function as a stranger to the crate calls it, from a request with an operation's name.
fn by_name(
    ours: &Countersign,
    asked: &AskedOurs<'_>,
    requests: &[Request],
) -> anyhow::Result<Extra> {
    const EACH: usize = Countersign::QUESTIONS;
    let decide = |request| decide(&ours.directory, request, &ours.evidence, ours.now);
    let right = requests
        .iter()
        .zip(asked.answers)
        .all(|(r, a)| decide(r).is_allowed() == *a);
    ensure!(right, "an answer to a request is wrong");
    let timing = measure::repeat(asked.repetitions, EACH, |repetition| {
        for request in &requests[repetition * EACH..][..EACH] {
            let _ = black_box(decide(request));
        }
        Ok(())
    })?;
    Ok(Extra::new(
        "decide, a request with names",
        timing,
        requests.len(),
    ))
}

fn explanations(
    ours: &Countersign,
    asked: &AskedOurs<'_>,
    denied: &[&Request],
) -> anyhow::Result<Extra> {
    let explain = |request| explain(&ours.directory, request, &ours.evidence, ours.now);
    let count = STORIES * (asked.repetitions + 1);
    for request in &denied[..count] {
        let told = explain(request);
        let reasons: usize = told.layers.iter().map(|layer| layer.reasons.len()).sum();
        ensure!(
            !told.decision.is_allowed() && reasons > 0,
            "a denial tells no reason"
        );
    }
    let timing = measure::repeat(asked.repetitions, STORIES, |repetition| {
        for request in &denied[repetition * STORIES..][..STORIES] {
            black_box(explain(request));
        }
        Ok(())
    })?;
    Ok(Extra::new(
        "explain a denial: layers, facts, paths",
        timing,
        count,
    ))
}

fn proven_remedies(
    ours: &Countersign,
    asked: &AskedOurs<'_>,
    denied: &[&Request],
) -> anyhow::Result<Extra> {
    let remedies = |request| remedies(&ours.directory, request, &ours.evidence, ours.now);
    let count = REMEDIES * (asked.repetitions + 1);
    let all = denied[..count].iter().map(|request| remedies(request));
    let with_one = all.filter(|found| !found.offered.is_empty()).count();
    let timing = measure::repeat(asked.repetitions, REMEDIES, |repetition| {
        for request in &denied[repetition * REMEDIES..][..REMEDIES] {
            black_box(remedies(request));
        }
        Ok(())
    })?;
    let mut extra = Extra::new("remedies of a denial, each proven", timing, count);
    extra.note = Some(format!("{} % have one", with_one * 100 / count));
    Ok(extra)
}

fn lists(ours: &Countersign, asked: &AskedOurs<'_>) -> anyhow::Result<Extra> {
    let search = Search {
        with: &[],
        context: &ours.context,
        evidence: &ours.evidence,
        now: ours.now,
        limit: 1_000,
    };
    let list = |account: &Prepared| {
        who_can(
            &ours.directory,
            name_of(Task::Advertise),
            &account.resource,
            None,
            &search,
        )
    };
    let count = STORIES * (asked.repetitions + 1);
    for (prepared, question) in asked.prepared[..count].iter().zip(asked.questions) {
        let found = list(prepared);
        let right = holders(asked.world, question.account)?;
        // A business account is a holder as well; the world asks of people.
        let people = found
            .items
            .iter()
            .filter(|who| matches!(who, Holder::Person(_)));
        ensure!(
            !found.more && people.eq(&right),
            "a list of who can is wrong"
        );
    }
    let timing = measure::repeat(asked.repetitions, STORIES, |repetition| {
        for prepared in &asked.prepared[repetition * STORIES..][..STORIES] {
            black_box(list(prepared));
        }
        Ok(())
    })?;
    Ok(Extra::new(
        "who_can advertise on an account, all of them",
        timing,
        count,
    ))
}

/// The same on accounts to which fifty people of the owner are assigned, as at an agency.
fn long_lists(ours: &Countersign, asked: &AskedOurs<'_>) -> anyhow::Result<Extra> {
    const PEOPLE: u32 = 50;
    const ACCOUNTS: u32 = 200;
    let mut directory = ours.directory.clone();
    // One account for each of so many businesses; the people come from other ones.
    let accounts: Vec<AccountId> = (0..ACCOUNTS)
        .map(|business| AccountId(business * 10))
        .collect();
    for account in &accounts {
        let all = asked.world.users.len() as u32;
        let people = (0..PEOPLE).map(|one| UserId((2_500 + account.0 * 5 + one) % all));
        facts::assign(asked.world, *account, people, |fact| {
            directory.apply(&Change::Set(fact));
        })?;
    }
    let search = Search {
        with: &[],
        context: &ours.context,
        evidence: &ours.evidence,
        now: ours.now,
        limit: 1_000,
    };
    let things: Vec<Thing> = accounts
        .iter()
        .map(|account| Ok(Thing::Asset(account.name().parse()?)))
        .collect::<anyhow::Result<_>>()?;
    let list = |thing| who_can(&directory, name_of(Task::Advertise), thing, None, &search);
    for thing in &things {
        let found = list(thing).items.len();
        ensure!(found > PEOPLE as usize, "a long list of who can is short");
    }
    let timing = measure::repeat(asked.repetitions, things.len(), |_| {
        for thing in &things {
            black_box(list(thing));
        }
        Ok(())
    })?;
    let what = format!("who_can, {PEOPLE} people assigned");
    Ok(Extra::new(&what, timing, things.len()))
}

/// Who can advertise on this account, tokens left aside, in the order of ids.
fn holders(world: &World, account: AccountId) -> anyhow::Result<Vec<Holder>> {
    let task = Task::Advertise;
    let mut users: Vec<String> = Vec::new();
    for (business, _) in world
        .reaching(account)
        .filter(|(_, tasks)| tasks.contains(task))
    {
        users.push(World::admin(business).name());
        let assigned = world.assignments(account).iter();
        let assigned = assigned.filter(|a| a.via == business && a.tasks.contains(task));
        users.extend(assigned.map(|a| a.user.name()));
    }
    users.sort_unstable();
    users.dedup();
    users
        .iter()
        .map(|user| Ok(Holder::Person(user.parse()?)))
        .collect()
}
