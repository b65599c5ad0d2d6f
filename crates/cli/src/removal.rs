//! The command that takes something away, or mends it, as a line to copy.

use anyhow::Result;
use api::{Eyes, StepBody, step_body};
use commands::{Action, Command, Step, runners};
use engine::Directory;
use jiff::Timestamp;
use serde_json::Value;

use crate::explain::way::{GivenTo, Way};
use crate::place::Place;
use crate::world::{World, WorldArgs};

/// Writes command lines for the place that was asked.
#[derive(Debug)]
pub(crate) struct Lines {
    way: Way,
    /// The facts, where they are here: they say who may give a command.
    facts: Option<(Directory, Timestamp)>,
    /// Whoever is being taken away from gives none of them, if anybody else may.
    not_by: Option<String>,
}

impl Lines {
    /// Returns lines for a place. `world` has the facts, where they are here.
    pub(crate) fn of(args: &WorldArgs, world: Option<&World>) -> Result<Self> {
        let given_to = match (args.place.place()?, world) {
            (Place::Server(_), _) | (_, None) => GivenTo::Server,
            (Place::File(_), Some(_)) => GivenTo::File,
            (Place::Data(_), Some(_)) => GivenTo::Data,
        };
        Ok(Self {
            way: Way {
                given_to,
                place: args.place.words()?,
                rulebook: args.rulebook.clone(),
                at: args.at,
                asker: None,
                second_factor: world.is_some_and(World::demands_second_factor),
            },
            facts: world.map(|world| (world.directory.clone(), world.now)),
            not_by: None,
        })
    }

    /// Returns the same lines, none of them for this holder to give, if anybody else may.
    pub(crate) fn not_by(mut self, holder: String) -> Self {
        self.not_by = Some(holder);
        self
    }

    /// Returns the same lines for facts that somebody wrote to another file.
    pub(crate) fn for_file(mut self, path: &std::path::Path) -> Self {
        let path = crate::next::quoted(&path.display().to_string());
        self.way.place = format!("--directory {path}");
        self
    }

    /// Returns the line that gives a command.
    pub(crate) fn line(&self, command: &Value) -> String {
        let step = StepBody {
            text: String::new(),
            command: Some(command.clone()),
            who: self.givers(command),
        };
        let line = self.way.command_line(&step, &self.way.place);
        line.unwrap_or_else(|| format!("nobody among the facts may give {command}"))
    }

    /// Returns who may give a command; nobody where no facts are here that would tell.
    fn givers(&self, command: &Value) -> Vec<String> {
        let Some((directory, now)) = &self.facts else {
            return Vec::new();
        };
        let Ok(command) = serde_json::from_value::<Command>(command.clone()) else {
            return Vec::new();
        };
        let Some(runners) = runners(directory, &command, *now) else {
            return Vec::new();
        };
        let action = Action::Command(Box::new(command));
        let step = Step { action, runners };
        let mut who = step_body(directory, &step, &Eyes::all()).who;
        // Those who are left over stand behind the others.
        who.sort_by_key(|one| Some(one) == self.not_by.as_ref());
        who
    }
}
