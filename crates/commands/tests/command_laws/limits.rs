//! A business has only so many system users of a role as the rulebook says for its API tier: one more
//! is refused, and one fewer than that is not.

use commands::{Command, Refusal};
use engine::BusinessId;
use engine::Owner;
use engine::fact::Fact;
use rulebook::{Family, LimitOf, Rules};
use testkit::world::World;

use super::walking::{Step, walk};
use super::{all_rulebooks, worlds};

/// What makes and ends system users, and moves the tier.
const NAMES: &[&str] = &[
    "system_user.create",
    "system_user.create",
    "system_user.create",
    "system_user.change",
    "system_user.change",
    "system_user.remove",
    "app.set_tier",
    "app.remove",
    "app.create",
    "child.delete",
    "child.create",
    "on_behalf.start",
    "on_behalf_token.issue",
    "on_behalf_token.issue",
];

fn count(facts: &[Fact], business: &BusinessId, role: &str) -> usize {
    let is_one = |fact: &&Fact| matches!(fact, Fact::SystemUser(one) if one.business == *business && one.role == role);
    facts.iter().filter(is_one).count()
}

/// Returns how many there may be: by the highest tier among the apps the business owns and the one that
/// another acts through, by the lowest of all if there is none.
fn most(
    rules: &Rules,
    step: &Step<'_>,
    facts: &[Fact],
    business: &BusinessId,
    role: &str,
) -> usize {
    let through = match step.command {
        Command::IssueOnBehalf(issue) if issue.client == *business => Some(&issue.app),
        _ => None,
    };
    let mut kinds = rules.kinds.iter();
    let kind = kinds.find(|kind| kind.family == Family::Business);
    let tiers = rules.names.tiers();
    let owner = Owner::Business(business.clone());
    let mut tier = tiers.first();
    for (index, name) in tiers.iter().enumerate() {
        let has = |fact: &Fact| matches!(fact, Fact::App(app) if (app.owner == owner || Some(&app.id) == through) && app.tier.as_ref() == Some(name));
        if index > 0 && facts.iter().any(has) {
            tier = Some(name);
        }
    }
    let mut most = usize::MAX;
    for limit in &rules.limits {
        let of_role = limit
            .role
            .is_none_or(|id| kind.is_some_and(|kind| kind.role_id(role) == Some(id)));
        let at_tier = limit
            .tier
            .is_none_or(|id| tiers.get(usize::from(id)) == tier);
        if limit.counts == LimitOf::SystemUsersPerBusiness && of_role && at_tier {
            most = most.min(limit.at_most as usize);
        }
    }
    most
}

/// Returns of which business and role the command would make one more.
fn one_more(step: &Step<'_>) -> Option<(BusinessId, String)> {
    match step.command {
        Command::CreateSystemUser(make) => Some((make.business.clone(), make.role.clone())),
        Command::ChangeSystemUser(change) => step.before.iter().find_map(|fact| match fact {
            Fact::SystemUser(one) if one.id == change.system_user => {
                let role = change.role.clone().filter(|role| *role != one.role)?;
                Some((one.business.clone(), role))
            }
            _ => None,
        }),
        Command::IssueOnBehalf(issue) => step.before.iter().find_map(|fact| match fact {
            Fact::OnBehalf(one) if one.partner == issue.partner && one.client == issue.client => {
                let rule = step.world.rulebook.rules(0).on_behalf.as_ref()?;
                let makes = one.system_user.is_none();
                makes.then(|| (one.client.clone(), rule.role.clone()))
            }
            _ => None,
        }),
        _ => None,
    }
}

/// How often one more was refused, and how often a second one, or a later one, was made.
#[derive(Debug, Default)]
struct Met {
    refused: u32,
    made: u32,
    several: u32,
}

fn look(step: &Step<'_>, met: &mut Met) {
    let rules = step.world.rulebook.rules(0);
    for fact in step.after {
        let Fact::SystemUser(one) = fact else {
            continue;
        };
        let (before, after) = (
            count(step.before, &one.business, &one.role),
            count(step.after, &one.business, &one.role),
        );
        let most = most(rules, step, step.after, &one.business, &one.role);
        // A tier that went down leaves more than it allows; nothing is added to those.
        let told = || format!("{before} to {after} of {most}\n{}", step.told());
        assert!(after <= before || after <= most, "{}", told());
    }
    let Some((business, role)) = one_more(step) else {
        return;
    };
    let there = count(step.before, &business, &role);
    let fits = there < most(rules, step, step.before, &business, &role);
    match step.came {
        Err(Refusal::LimitReached { .. }) => {
            assert!(!fits, "refused before the limit\n{}", step.told());
            met.refused += 1;
        }
        Ok(_) => {
            assert!(fits, "beyond the limit\n{}", step.told());
            met.made += 1;
            met.several += u32::from(there > 0);
        }
        Err(_) => {}
    }
}

#[test]
fn limits_on_system_users_hold() {
    let rulebooks = all_rulebooks();
    let mut met = Met::default();
    for seed in 0..worlds() {
        let world = World::of(seed, &rulebooks).unwrap();
        walk(&world, NAMES, |step| look(step, &mut met));
    }
    assert!(
        met.refused > 30 && met.made > 60 && met.several > 20,
        "{met:?}"
    );
}
