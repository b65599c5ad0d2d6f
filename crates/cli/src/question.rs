//! How a question is put on the command line, and the world it is put to.

use std::path::PathBuf;
use std::sync::Arc;

use ::rulebook::{Rulebook, nearest};
use anyhow::{Context as _, Result, anyhow};
use commands::document::{DirectoryFile, FreeText, plain_digest};
use commands::scenario::{AssumedRow, ContextRow, EvidenceRow, ThingRow, WhoRow};
use engine::fact::Change;
use engine::{Context, Credential, Directory, Evidence, Request, Thing};
use jiff::Timestamp;
use node::{Clock as _, RealClock};

use crate::sources;

/// Where the facts are, and when it is.
#[derive(Debug, clap::Args)]
pub(crate) struct WorldArgs {
    /// The directory file to ask.
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_DIRECTORY")]
    pub(crate) directory: PathBuf,
    /// Ask under this rulebook instead: its name or file.
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) rulebook: Option<String>,
    /// Ask at this time: `2026-05-03`, or `2026-05-03T12:00:00Z`. Now, if left out.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) at: Option<Timestamp>,
}

/// The circumstances of a question.
#[derive(Debug, clap::Args)]
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

impl WhoArgs {
    /// Returns who asks.
    pub(crate) fn who(&self) -> Result<WhoRow> {
        match (&self.app, &self.kind, &self.who) {
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
            _ => Ok(self.who.clone()),
        }
    }
}

/// Reads a time, or a day as its first moment, UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let whole = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        _ => text.to_owned(),
    };
    whole
        .parse()
        .map_err(|_| "write it as `2026-05-03` or `2026-05-03T12:00:00Z`".to_owned())
}

/// A directory to ask, and when.
pub(crate) struct World {
    pub(crate) file: DirectoryFile,
    pub(crate) texts: Vec<FreeText>,
    pub(crate) directory: Directory,
    pub(crate) now: Timestamp,
}

impl WorldArgs {
    /// Reads the files and applies the facts.
    pub(crate) fn world(&self) -> Result<World> {
        let file = sources::directory(&self.directory)?;
        let source = match &self.rulebook {
            Some(named) => sources::rulebook(named, None)?,
            None => sources::rulebook(&file.document().rulebook, Some(&self.directory))?,
        };
        let rulebook = file.document().compile(&source);
        let rulebook = Arc::new(rulebook.map_err(|wrong| anyhow!("{wrong}"))?);
        let facts = file.facts(&rulebook, &mut plain_digest);
        let facts = facts.map_err(|wrong| anyhow!("{wrong}"))?;
        // The file is the asker's own: nobody else chooses its ids, so any seed will do.
        let mut directory = Directory::new(rulebook, 0);
        for fact in facts.facts {
            directory.apply(&Change::Set(fact));
        }
        Ok(World {
            file,
            texts: facts.texts,
            directory,
            now: self.at.unwrap_or_else(|| RealClock.now()),
        })
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

/// A question and the world it is put to.
pub(crate) struct Asked {
    pub(crate) world: World,
    pub(crate) who: WhoRow,
    pub(crate) request: Request,
    pub(crate) evidence: Evidence,
}

impl QuestionArgs {
    /// Reads the world and puts the question together.
    pub(crate) fn asked(&self) -> Result<Asked> {
        let world = self.world.world()?;
        let who = self.who.who()?;
        operation(world.directory.rulebook(), &self.operation)?;
        let request = Request {
            credential: credential(&who, &world.directory)?,
            operation: self.operation.clone(),
            resource: self.on.0.clone(),
            with: self.around.with()?,
            context: self.around.context(Some(&self.on.0), &world.directory)?,
        };
        Ok(Asked {
            evidence: self.around.evidence(world.now),
            world,
            who,
            request,
        })
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
            "the directory has no token `{id}`: see `tokens` in the file"
        ));
    }
    Ok(who.credential(directory))
}
