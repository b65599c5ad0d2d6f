//! Revoking never adds access.
//!
//! For every fact that gives something, ending it allows nothing that was denied. Three kinds of
//! reasons are honest exceptions, since they come *with* what is revoked:
//!
//! - a business demands a second factor, or is suspended, only of those who act through it. Who
//!   leaves it, or loses its share, is rid of the demand as well, and may hold the right elsewhere;
//! - an approver may not be of the tool's business. Who leaves it may approve;
//! - a role on an app that reaches sandbox assets only is a role and a restriction.
//!
//! Not covered, because ending them is no revocation: a business (it carries suspension, demands
//! and its profile), settings, and what is recorded of a permission while it restricts (it was
//! given up, or is at Standard where the rulebook would give Advanced).

use engine::decide;
use engine::fact::{Change, Fact, Level};
use rulebook::{Reason, ReasonSet, Rulebook};
use testkit::world::{Dice, Question, World, shrink, story};

use crate::worlds::{directory, every_feature, worlds};

/// Questions in each world.
const QUESTIONS: u64 = 25;

/// What may have stood against it before, though the fact gave something; nothing if the fact is
/// not one that is revoked.
fn exceptions(fact: &Fact, rulebook: &Rulebook) -> Option<ReasonSet> {
    let demands: ReasonSet = [Reason::StepUp, Reason::BusinessSuspended]
        .into_iter()
        .collect();
    match fact {
        Fact::Membership(_) => Some(demands.with(ReasonSet::of(Reason::ApprovalNeeded))),
        // Shares and what is shared through groups and links make partners' businesses concerned.
        Fact::Share(_) | Fact::GroupAsset(_) | Fact::Link(_) | Fact::Asset(_) => Some(demands),
        Fact::AppRole(role) => Some(if is_restricted(&role.role, rulebook) {
            ReasonSet::of(Reason::EnvSandbox)
        } else {
            ReasonSet::EMPTY
        }),
        Fact::AppPermission(record) if record.removed || record.level == Level::Standard => None,
        // An invitation gives nothing: its end is in another law.
        Fact::Settings(_) | Fact::Business(_) | Fact::Invitation(_) => None,
        // What was raised before is counted.
        Fact::Proposal(_) => Some(ReasonSet::of(Reason::MandateLimit)),
        Fact::Person(_)
        | Fact::Operator(_)
        | Fact::SystemUser(_)
        | Fact::App(_)
        | Fact::AppClaim(_)
        | Fact::AppPermission(_)
        | Fact::Install(_)
        | Fact::Group(_)
        | Fact::Assignment(_)
        | Fact::Delegate(_)
        | Fact::Grant(_)
        | Fact::Token(_)
        | Fact::Renewal(_)
        | Fact::Disclosure(_)
        | Fact::Mandate(_)
        | Fact::AccessRequest(_)
        | Fact::OnBehalf(_) => Some(ReasonSet::EMPTY),
    }
}

fn is_restricted(role: &str, rulebook: &Rulebook) -> bool {
    let mut rules = rulebook.profiles.iter();
    rules.any(|rules| {
        let app = rules.kind_named("app");
        let mut roles = app.into_iter().flat_map(|kind| &kind.roles);
        roles.any(|known| known.name == role && known.sandbox_only)
    })
}

/// Was it denied with the fact, for more than the exceptions, and is it allowed without?
fn is_added(world: &World, fact: &Fact, question: &Question) -> bool {
    let Some(exceptions) = exceptions(fact, &world.rulebook) else {
        return false;
    };
    let (request, evidence) = (&question.request, &question.evidence);
    let mut directory = directory(world);
    let with = decide(&directory, request, evidence, world.now);
    directory.apply(&Change::End(fact.key()));
    let without = decide(&directory, request, evidence, world.now);
    !with.reasons.without(exceptions).is_empty() && without.is_allowed()
}

#[test]
fn revoking_never_adds_access() {
    let mut taken_away = 0;
    for world in worlds(20, 120, &every_feature()) {
        let whole = directory(&world);
        let mut dice = Dice::new(world.seed);
        let questions: Vec<Question> = (0..QUESTIONS).map(|_| world.question(&mut dice)).collect();
        let before: Vec<_> = questions
            .iter()
            .map(|one| decide(&whole, &one.request, &one.evidence, world.now))
            .collect();
        for fact in &world.facts {
            let Some(exceptions) = exceptions(fact, &world.rulebook) else {
                continue;
            };
            let mut without = whole.clone();
            without.apply(&Change::End(fact.key()));
            for (question, before) in questions.iter().zip(&before) {
                let after = decide(&without, &question.request, &question.evidence, world.now);
                taken_away += u64::from(before.is_allowed() && !after.is_allowed());
                let refused = !before.reasons.without(exceptions).is_empty();
                if refused && after.is_allowed() {
                    tell(&world, fact, question);
                }
            }
        }
    }
    // A law about revoking says nothing where revoking changes nothing.
    assert!(taken_away > 1_000, "{taken_away} allows were taken away");
}

fn tell(world: &World, fact: &Fact, question: &Question) -> ! {
    let small = shrink(world, |smaller| {
        smaller.facts.contains(fact) && is_added(smaller, fact, question)
    });
    let request = &question.request;
    let before = decide(&directory(&small), request, &question.evidence, small.now);
    panic!(
        "{}\nending {fact:?}\nallows what was denied for {:?}",
        story(&small, question),
        before.reasons
    );
}
