//! Countersign: the real rulebook of Meta, all five layers, a token that must be found.
//!
//! ADVERTISE is `ad.edit`, ANALYZE is `insights.read`. The admin of a business reaches what is shared
//! to it as well (`admin_reach = "connected"`), as the world's rule says. All people use one live app
//! of a verified business, in which none of them has a role; so the access levels are asked too.

mod batches;
mod beside;
mod facts;
mod told;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use countersign::fact::Digest;
use countersign::{Asker, Context, Directory, Evidence, Question as Asking, Thing};
use jiff::Timestamp;
use rulebook::{OperationId, Source};

use crate::engine::{Asked, Engine, Extra};
use crate::questions::Question;
use crate::terms::Task;
use crate::world::World;

/// Memory needed at scale 1, in MiB; it grows with the scale.
pub const NEEDS_MIB: f64 = 15.0;

const RULEBOOK: &str = include_str!("../../rulebooks/meta.toml");

pub struct Countersign {
    directory: Directory,
    context: Context,
    evidence: Evidence,
    now: Timestamp,
    advertise: OperationId,
    analyze: OperationId,
}

type AskedOurs<'a> = Asked<'a, Prepared>;

/// A question whose token has been digested and whose ids have been checked, as a door does once.
pub struct Prepared {
    operation: OperationId,
    token: Digest,
    resource: Thing,
}

impl Engine for Countersign {
    const NAME: &'static str = "Countersign";
    const QUESTIONS: usize = 100_000;

    type Prepared = Prepared;

    fn load(world: &World) -> anyhow::Result<Self> {
        let switches = BTreeMap::from([("admin_reach".to_owned(), "connected".to_owned())]);
        let rulebook = Source::parse("meta.toml", RULEBOOK)
            .and_then(|source| source.compile(&switches))
            .context("could not compile the rulebook")?;
        let operation = |name| {
            let found = rulebook.rules(0).names.operation(name);
            found.with_context(|| format!("the rulebook has no operation `{name}`"))
        };
        let (advertise, analyze) = (
            operation(name_of(Task::Advertise))?,
            operation(name_of(Task::Analyze))?,
        );
        let mut directory = Directory::new(Arc::new(rulebook), world.seed);
        facts::fill(&mut directory, world)?;
        Ok(Self {
            directory,
            context: Context::default(),
            evidence: Evidence::default(),
            now: Timestamp::from_second(facts::NOW_S)?,
            advertise,
            analyze,
        })
    }

    fn prepare(&self, _world: &World, question: &Question) -> anyhow::Result<Prepared> {
        let operation = match question.task {
            Task::Analyze => self.analyze,
            Task::Advertise | Task::Manage => self.advertise,
        };
        Ok(Prepared {
            operation,
            token: Digest::of(&facts::secret(question.user)),
            resource: Thing::Asset(question.account.name().parse()?),
        })
    }

    fn decide(&mut self, question: &Prepared) -> anyhow::Result<bool> {
        Ok(self.asking(question).answer(&self.directory).is_allowed())
    }

    fn more(&self, asked: &Asked<'_, Prepared>) -> anyhow::Result<Vec<Extra>> {
        beside::measure(self, asked)
    }
}

impl Countersign {
    fn asking<'a>(&'a self, question: &'a Prepared) -> Asking<'a> {
        self.asked_by(Asker::Token(&question.token), question)
    }

    /// The same question, asked by somebody else.
    fn asked_by<'a>(&'a self, asker: Asker<'a>, question: &'a Prepared) -> Asking<'a> {
        Asking {
            operation: question.operation,
            asker,
            resource: &question.resource,
            with: &[],
            context: &self.context,
            evidence: &self.evidence,
            now: self.now,
        }
    }
}

const fn name_of(task: Task) -> &'static str {
    match task {
        Task::Analyze => "insights.read",
        Task::Advertise | Task::Manage => "ad.edit",
    }
}
