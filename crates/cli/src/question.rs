//! How a question is put on the command line: who, what, on what, under which circumstances.

mod wire;

use ::rulebook::{Rulebook, nearest};
use anyhow::{Context as _, Result, anyhow};
use api::{ContextBody, EvidenceBody, QuestionBody, WhoBody};
use commands::scenario::{AssumedRow, ContextRow, EvidenceRow, ThingRow, WhoRow};
use engine::{Context, Credential, Directory, Evidence, Request, Thing};
use jiff::Timestamp;
use node::{Clock as _, RealClock};
use std::collections::BTreeMap;

use crate::client::Client;
use crate::world::{Source, World, WorldArgs};

/// The circumstances of a question.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct AroundArgs {
    /// A further thing the operation names, as in `business=business:9001`. May be repeated.
    #[arg(long, value_name = "NAME=THING")]
    with: Vec<String>,
    /// The circumstances named, as in a scenario: `{ project: proj-c03 }`.
    #[arg(long, value_name = "YAML")]
    context: Option<ContextRow>,
    /// What was measured, as in a scenario: `{ proof: valid, second_factor: true }`.
    #[arg(long, value_name = "YAML")]
    evidence: Option<EvidenceRow>,
}

/// Who asks. A holder with an app is a token described, not held.
#[derive(Debug, clap::Args)]
pub(crate) struct WhoArgs {
    /// Who: `token:ID`, `person:ID`, `system_user:ID`, `business:ID` or `app:ID`.
    who: WhoRow,
    #[command(flatten)]
    described: DescribedArgs,
}

/// A token that is described, not held.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct DescribedArgs {
    /// Ask as if with a token of this app.
    #[arg(long, requires = "kind")]
    app: Option<String>,
    /// …of this kind,
    #[arg(long, requires = "app")]
    kind: Option<String>,
    /// …that carries this scope. May be repeated.
    #[arg(long = "scope", value_name = "SCOPE", requires = "app")]
    scopes: Vec<String>,
}

impl DescribedArgs {
    fn who(&self, who: &WhoRow) -> Result<WhoRow> {
        match (&self.app, &self.kind, who) {
            (Some(app), Some(kind), WhoRow::Holder(holder)) => Ok(WhoRow::Assumed(AssumedRow {
                holder: holder.clone(),
                app: app
                    .parse()
                    .with_context(|| format!("`{app}` is no id of an app"))?,
                scopes: self.scopes.clone(),
                kind: kind.clone(),
            })),
            (Some(_), _, _) => Err(anyhow!(
                "`--app` describes a token of a holder: name the holder, as in `person:ben`"
            )),
            _ => Ok(who.clone()),
        }
    }
}

impl WhoArgs {
    /// Returns who asks.
    pub(crate) fn who(&self) -> Result<WhoRow> {
        self.described.who(&self.who)
    }

    /// Returns who asks, as a server is told.
    pub(crate) fn body(&self) -> Result<WhoBody> {
        Ok(wire::who(&self.who()?))
    }
}

impl AroundArgs {
    /// Returns the further things.
    pub(crate) fn with(&self) -> Result<Vec<(String, Thing)>> {
        let parse = |text: &String| {
            let (name, thing) = text.split_once('=').ok_or_else(|| {
                anyhow!("`--with {text}` names no thing: write `NAME=THING`, as in `business=business:9001`")
            })?;
            let thing = thing
                .parse()
                .with_context(|| format!("in `--with {text}`"))?;
            Ok((name.to_owned(), thing))
        };
        self.with.iter().map(parse).collect()
    }

    /// Returns the circumstances of a question about `on`.
    pub(crate) fn context(&self, on: Option<&Thing>, directory: &Directory) -> Result<Context> {
        let row = self.context.clone().unwrap_or_default();
        let on = on.unwrap_or(&Thing::Realm);
        row.context(on, directory).context("in `--context`: terms")
    }

    /// Returns what was measured.
    pub(crate) fn evidence(&self, now: Timestamp) -> Evidence {
        self.evidence.clone().unwrap_or_default().evidence(now)
    }

    /// Returns the further things, as a server is told.
    pub(crate) fn with_body(&self) -> Result<BTreeMap<String, String>> {
        let with = self.with()?.into_iter();
        Ok(with
            .map(|(name, thing)| (name, thing.to_string()))
            .collect())
    }

    /// Returns the circumstances, as a server is told.
    pub(crate) fn context_body(&self) -> ContextBody {
        wire::context(&self.context.clone().unwrap_or_default())
    }

    /// Returns what was measured, as a server is told.
    pub(crate) fn evidence_body(&self) -> EvidenceBody {
        let row = self.evidence.clone().unwrap_or_default();
        wire::evidence(&row, RealClock.now())
    }
}

/// Returns the operation, if the rulebook has it.
pub(crate) fn operation<'o>(rulebook: &Rulebook, name: &'o str) -> Result<&'o str> {
    let names = &rulebook.rules(0).names;
    if names.operation(name).is_some() {
        return Ok(name);
    }
    let near = nearest(name, names.operations().iter().map(String::as_str));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "`countersign rulebook show {} --only operations` lists them",
            rulebook.name
        ),
    };
    Err(anyhow!(
        "rulebook `{}` has no operation `{name}`; {hint}",
        rulebook.name
    ))
}

/// May this be done? As asked on the command line.
#[derive(Debug, clap::Args)]
pub(crate) struct QuestionArgs {
    #[command(flatten)]
    who: WhoArgs,
    /// What they want to do: an operation of the rulebook, as in `ad.edit`.
    operation: String,
    /// On what: `asset:ID`, `business:ID`, `app:ID`, `group:ID`, `person:ID`, `system_user:ID` or `realm`.
    on: ThingRow,
    #[command(flatten)]
    around: AroundArgs,
    #[command(flatten)]
    pub(crate) world: WorldArgs,
}

/// A question in words, for the heading of its answer.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) who: String,
    pub(crate) operation: String,
    pub(crate) on: String,
}

/// A question, and where it is put.
pub(crate) enum Asked {
    /// To facts that are here.
    Here(Box<AskedHere>),
    /// To a server.
    There(Client, Box<QuestionBody>),
}

/// A question, and the facts it is put to.
pub(crate) struct AskedHere {
    pub(crate) world: World,
    pub(crate) request: Request,
    pub(crate) evidence: Evidence,
}

impl QuestionArgs {
    /// Puts together what was said apart.
    pub(crate) fn new(
        (who, described): (WhoRow, DescribedArgs),
        operation: String,
        on: ThingRow,
        around: AroundArgs,
        world: WorldArgs,
    ) -> Self {
        Self {
            who: WhoArgs { who, described },
            operation,
            on,
            around,
            world,
        }
    }

    /// Reads the facts, if they are here, and puts the question together.
    pub(crate) fn asked(&self) -> Result<Asked> {
        let who = self.who.who()?;
        let world = match self.world.source()? {
            Source::Here(world) => world,
            Source::There(client) => return Ok(Asked::There(client, Box::new(self.body(&who)?))),
        };
        operation(world.directory.rulebook(), &self.operation)?;
        let request = Request {
            credential: credential(&who, &world.directory)?,
            operation: self.operation.clone(),
            resource: self.on.0.clone(),
            with: self.around.with()?,
            context: self.around.context(Some(&self.on.0), &world.directory)?,
        };
        Ok(Asked::Here(Box::new(AskedHere {
            evidence: self.around.evidence(world.now),
            world: *world,
            request,
        })))
    }

    fn body(&self, who: &WhoRow) -> Result<QuestionBody> {
        Ok(QuestionBody {
            who: Some(wire::who(who)),
            operation: self.operation.clone(),
            on: self.on.0.to_string(),
            with: self.around.with_body()?,
            context: self.around.context_body(),
            evidence: self.around.evidence_body(),
            at: self.world.at,
        })
    }

    /// Returns the question in words.
    pub(crate) fn words(&self) -> Result<Words> {
        Ok(Words {
            who: who_words(&self.who.who()?),
            operation: self.operation.clone(),
            on: self.on.0.to_string(),
        })
    }
}

/// Returns who asks, as it is written on the command line.
pub(crate) fn who_words(who: &WhoRow) -> String {
    match who {
        WhoRow::Token(id) => format!("token:{id}"),
        WhoRow::Holder(holder) => holder.to_string(),
        WhoRow::Assumed(row) => format!("{} by app:{}", row.holder, row.app),
    }
}

/// Returns the credential; a token must be one that the directory has, since its secret is not known here.
pub(crate) fn credential(who: &WhoRow, directory: &Directory) -> Result<Credential> {
    if let WhoRow::Token(id) = who
        && directory
            .fact(&engine::fact::Key::Token(id.clone()))
            .is_none()
    {
        return Err(anyhow!(
            "there is no token `{id}` among the facts: ask with the id of a token that is"
        ));
    }
    Ok(who.credential(directory))
}
