//! A walk: one command after the other on a random world, with a look at each that is given.

use commands::{Command, Handled, Refusal};
use engine::fact::{Digest, Fact};
use engine::{Credential, Directory};
use testkit::world::{Dice, World};

use super::giving::Giving;
use super::{apply, directory, evidence, fitting, give};

/// Commands given in each world, one after the other.
const STEPS: u64 = 80;

/// A command that was given, what came of it, and the facts before and after.
pub(crate) struct Step<'a> {
    pub(crate) world: &'a World,
    pub(crate) command: &'a Command,
    pub(crate) by: &'a Credential,
    pub(crate) came: &'a Result<Handled, Refusal>,
    pub(crate) before: &'a [Fact],
    pub(crate) after: &'a [Fact],
    pub(crate) directory: &'a Directory,
}

impl Step<'_> {
    pub(crate) fn told(&self) -> String {
        let mut text = format!(
            "{:?} by {:?} in {}\n",
            self.command, self.by, self.world.seed
        );
        for fact in self.before {
            text.push_str(&serde_json::to_string(fact).unwrap());
            text.push('\n');
        }
        text
    }
}

/// Gives commands in a world: mostly of these names, so that a law meets what it is about; any others
/// in between.
pub(crate) fn walk(world: &World, names: &[&str], mut look: impl FnMut(&Step<'_>)) {
    let world = fitting(world);
    let mut directory = directory(&world);
    let mut dice = Dice::new(world.seed);
    for number in 0..STEPS {
        let before = directory.facts();
        let name = match dice.chance(75) {
            true => *dice.pick(names).unwrap(),
            false => *dice.pick(Command::NAMES).unwrap(),
        };
        let mut giving = Giving::new(&directory, world.now, &mut dice);
        let Some(command) = giving.command_named(name) else {
            continue;
        };
        let nobody = Credential::Token(Digest([0; 32]));
        let request = command.request(&directory, &nobody).ok();
        let by = request.and_then(|request| giving.caller(&request, &evidence(world.now)));
        let Some(by) = by else { continue };
        let came = give(
            &directory,
            &command,
            &by,
            world.now,
            &format!("step {number}"),
        );
        let mut next = directory.clone();
        if let Ok(handled) = &came {
            apply(&mut next, &handled.changes);
        }
        look(&Step {
            world: &world,
            command: &command,
            by: &by,
            came: &came,
            before: &before,
            after: &next.facts(),
            directory: &next,
        });
        directory = next;
    }
}
