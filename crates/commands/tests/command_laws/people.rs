//! People come in once, and somebody always stays.

use std::collections::BTreeSet;

use commands::{
    AcceptInvitation, CancelInvitation, Code, Command, Handled, Refusal, ResendInvitation,
    SendInvitation,
};
use engine::fact::{Digest, Fact, Key, Person};
use engine::{BusinessId, Credential, Directory, Holder, PersonId};
use jiff::{SignedDuration, Timestamp};
use rulebook::Family;
use testkit::world::{Dice, World};

use super::{all_rulebooks, apply, directory, fitting, give, worlds};

/// Returns whom a command makes known: who presents the right code and was not known.
pub(crate) fn newcomer(facts: &[Fact], command: &Command, by: &Credential) -> Option<Fact> {
    let (Command::AcceptInvitation(accept), Credential::Holder(Holder::Person(id))) = (command, by)
    else {
        return None;
    };
    let opens = facts.iter().any(|fact| match fact {
        Fact::Invitation(one) => {
            one.id == accept.invitation && one.code == Digest::of(&accept.code.0)
        }
        _ => false,
    });
    let known = facts
        .iter()
        .any(|fact| fact.key() == Key::Person(id.clone()));
    (opens && !known).then(|| Person::plain(id.clone()).into())
}

/// Returns the businesses without a parent in which somebody manages people, and not for a time.
fn with_admin(directory: &Directory) -> BTreeSet<BusinessId> {
    let rules = directory.rulebook().rules(0);
    let kind = rules
        .kinds
        .iter()
        .find(|kind| kind.family == Family::Business);
    let Some(manages) = kind.and_then(|kind| kind.term("manage_people")) else {
        return BTreeSet::new();
    };
    let roles = kind.into_iter().flat_map(|kind| &kind.roles);
    let roles = roles.filter(|role| role.can.meets(manages));
    let roles: BTreeSet<&str> = roles.map(|role| role.name.as_str()).collect();
    let facts = directory.facts();
    let parentless = |id: &BusinessId| matches!(directory.fact(&Key::Business(id.clone())), Some(Fact::Business(one)) if one.parent.is_none());
    facts
        .into_iter()
        .filter_map(|fact| match fact {
            Fact::Membership(one) if one.until.is_none() && roles.contains(one.role.as_str()) => {
                Some(one.business)
            }
            _ => None,
        })
        .filter(parentless)
        .collect()
}

/// A business in which somebody managed people still has somebody who does.
pub(crate) fn keeps_an_admin(before: &Directory, after: &Directory, told: &str) {
    let there = |id: &&BusinessId| after.fact(&Key::Business((*id).clone())).is_some();
    let stays = with_admin(after);
    let lost: Vec<BusinessId> = with_admin(before)
        .iter()
        .filter(there)
        .filter(|id| !stays.contains(id))
        .cloned()
        .collect();
    assert!(lost.is_empty(), "{lost:?} lost the last one\n{told}");
}

/// What a reader of the promise would write down of an invitation: the code that opens it, and when
/// it is over. Nothing once it was accepted or taken back.
struct Open {
    code: String,
    until: Timestamp,
}

struct Play<'a> {
    directory: Directory,
    admin: Credential,
    dice: &'a mut Dice,
    now: Timestamp,
    step: u64,
    /// Every code that ever opened it.
    codes: Vec<String>,
    open: Option<Open>,
    accepted: u32,
    /// How long one waits, by the rulebook.
    usual_h: i64,
}

impl Play<'_> {
    fn give(&mut self, command: &Command, by: &Credential) -> Result<Handled, Refusal> {
        self.step += 1;
        let id = format!("step {}", self.step);
        let came = give(&self.directory, command, by, self.now, &id);
        if let Ok(handled) = &came {
            apply(&mut self.directory, &handled.changes);
        }
        came
    }

    fn opened(&mut self, came: Result<Handled, Refusal>) {
        if let Ok(handled) = came {
            let code = handled.answer.secret.unwrap();
            self.codes.push(code.clone());
            let until = self.now + SignedDuration::from_hours(self.usual_h);
            self.open = Some(Open { code, until });
        }
    }

    fn accept(&mut self) {
        let code = match self.dice.chance(15) {
            true => "guessed".to_owned(),
            false => self.dice.pick(&self.codes).cloned().unwrap(),
        };
        let name = format!("guest-{}", self.dice.count(0, 3));
        let person: PersonId = name.parse().unwrap();
        let by = Credential::Holder(Holder::Person(person));
        let opens = self
            .open
            .as_ref()
            .is_some_and(|open| open.code == code && open.until > self.now);
        let command = AcceptInvitation {
            invitation: "i".parse().unwrap(),
            code: Code(code),
        };
        let came = self.give(&command.into(), &by);
        assert_eq!(came.is_ok(), opens, "{came:?}");
        if opens {
            self.open = None;
            self.accepted += 1;
        }
    }

    fn step(&mut self) {
        let (invitation, admin) = ("i".parse().unwrap(), self.admin.clone());
        match self.dice.count(0, 9) {
            0 => {
                let until = None;
                let again = ResendInvitation { invitation, until };
                let came = self.give(&again.into(), &admin);
                assert_eq!(came.is_ok(), self.open.is_some(), "{came:?}");
                self.opened(came);
            }
            1 => {
                let came = self.give(&CancelInvitation { invitation }.into(), &admin);
                assert_eq!(came.is_ok(), self.open.is_some(), "{came:?}");
                self.open = None;
            }
            2 | 3 => self.now += SignedDuration::from_hours(60),
            _ => self.accept(),
        }
    }
}

/// Of all that present a code, in whatever order and however often it was sent, one comes in: the
/// first with the newest code, in time, if it was not taken back.
#[test]
fn an_invitation_is_accepted_once() {
    let rulebooks = all_rulebooks();
    let (mut accepted, mut not) = (0, 0);
    for seed in 0..worlds() * 4 {
        let world = fitting(&World::of(seed, &rulebooks).unwrap());
        let mut dice = Dice::new(seed);
        let Some((admin, business)) = admin(&world) else {
            continue;
        };
        let mut play = Play {
            directory: directory(&world),
            admin: Credential::Holder(Holder::Person(admin)),
            dice: &mut dice,
            now: world.now,
            step: 0,
            codes: Vec::new(),
            open: None,
            accepted: 0,
            usual_h: world.rulebook.rules(0).waiting.invitation_usual_h.into(),
        };
        let role = world.rulebook.rules(0).kinds.iter();
        let role = role.filter(|kind| kind.family == Family::Business);
        let role = role.flat_map(|kind| &kind.roles).next().unwrap();
        let command = SendInvitation {
            business,
            id: "i".parse().ok(),
            role: role.name.clone(),
            email: None,
            until: None,
            assignments: Vec::new(),
        };
        let by = play.admin.clone();
        let came = play.give(&command.into(), &by);
        if came.is_err() {
            continue;
        }
        play.opened(came);
        for _ in 0..12 {
            play.step();
        }
        assert!(play.accepted <= 1);
        accepted += play.accepted;
        not += 1 - play.accepted;
    }
    assert!(accepted > 20 && not > 5, "{accepted} accepted, {not} not");
}

/// Returns somebody who manages people without an end, in a business without a parent.
fn admin(world: &World) -> Option<(PersonId, BusinessId)> {
    let directory = directory(world);
    let businesses = with_admin(&directory);
    world.facts.iter().find_map(|fact| match fact {
        Fact::Membership(one) if businesses.contains(&one.business) && one.until.is_none() => {
            Some((one.person.clone(), one.business.clone()))
        }
        _ => None,
    })
}
