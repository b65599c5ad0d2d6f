//! What the engines are asked, and the plain answer they must agree with.

use crate::random::Random;
use crate::terms::Task;
use crate::world::{AccountId, UserId, World};

/// May the holder of this person's token do this on this account?
#[derive(Debug, Clone, Copy)]
pub struct Question {
    pub user: UserId,
    pub account: AccountId,
    pub task: Task,
}

/// Draws questions: 70 % plausible and 30 % random pairs, 70 % ADVERTISE and 30 % ANALYZE.
///
/// A plausible pair is, in five cases of ten, somebody assigned to the account; in one, the admin of
/// a business that reaches it; in four, any member of such a business.
pub fn draw(world: &World, count: usize) -> Vec<Question> {
    let mut random = Random::new(world.seed ^ 0x5EED_0F0A_5C1D_E5A5);
    let accounts = world.accounts().count() as u32;
    (0..count)
        .map(|_| {
            let account = AccountId(random.below(accounts));
            let user = match random.below(100) {
                0..30 => UserId(random.below(world.users.len() as u32)),
                _ => plausible_user(world, account, &mut random),
            };
            let task = if random.below(10) < 7 {
                Task::Advertise
            } else {
                Task::Analyze
            };
            Question {
                user,
                account,
                task,
            }
        })
        .collect()
}

fn plausible_user(world: &World, account: AccountId, random: &mut Random) -> UserId {
    let assigned = world.assignments(account);
    let reaching = world.reaching(account).count() as u32;
    let (business, _) = world
        .reaching(account)
        .nth(random.below(reaching) as usize)
        .unwrap_or_else(|| unreachable!("an account has an owner"));
    match random.below(10) {
        0..5 if !assigned.is_empty() => assigned[random.below(assigned.len() as u32) as usize].user,
        5 => World::admin(business),
        _ => {
            let members: Vec<UserId> = world.members(business).collect();
            members[random.below(members.len() as u32) as usize]
        }
    }
}

/// The reference: the rule in the words of the business, over the world's plain lists.
///
/// The token's scopes cover the task, and some business of the person owns the account or holds a
/// share of it with that task, and there the person is admin or is assigned the task.
pub fn answer(world: &World, question: &Question) -> bool {
    let user = world.user(question.user);
    user.scopes.cover(question.task)
        && user.businesses().any(|business| {
            let reaches = world
                .reaching(question.account)
                .any(|(other, tasks)| other == business && tasks.contains(question.task));
            let assigned = || {
                world.assignments(question.account).iter().any(|a| {
                    a.user == question.user && a.via == business && a.tasks.contains(question.task)
                })
            };
            reaches && (world.is_admin(question.user, business) || assigned())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_has_the_size_it_claims() {
        let size = World::new(1, 1).size();
        assert_eq!(
            (size.businesses, size.people, size.accounts),
            (1_000, 5_000, 10_000)
        );
        let near = |value: usize, wanted: usize| value.abs_diff(wanted) * 50 < wanted;
        assert!(near(size.shares, 7_170), "{} shares", size.shares);
        assert!(
            near(size.assignments, 31_227),
            "{} assignments",
            size.assignments
        );
    }

    #[test]
    fn the_same_seed_makes_the_same_world_and_questions() {
        let print = |seed| format!("{:?}", draw(&World::new(1, seed), 1_000));
        assert_eq!(print(7), print(7));
        assert_ne!(print(7), print(8));
    }

    #[test]
    fn about_38_in_100_questions_are_allowed() {
        let world = World::new(1, 1);
        let questions = draw(&world, 20_000);
        let allowed = questions.iter().filter(|q| answer(&world, q)).count();
        assert!((7_200..8_000).contains(&allowed), "{allowed} of 20,000");
    }

    #[test]
    fn a_partners_assignment_is_cut_by_the_share() {
        let world = World::new(1, 1);
        let mut cut = 0;
        for account in world.accounts() {
            for share in world.shares(account) {
                for a in world
                    .assignments(account)
                    .iter()
                    .filter(|a| a.via == share.partner)
                {
                    let task = Task::Advertise;
                    let only_way = world.user(a.user).businesses().count() == 1;
                    if a.tasks.contains(task) && !share.tasks.contains(task) && only_way {
                        cut += 1;
                        assert!(!answer(
                            &world,
                            &Question {
                                user: a.user,
                                account,
                                task
                            }
                        ));
                    }
                }
            }
        }
        assert!(cut > 100);
    }
}
