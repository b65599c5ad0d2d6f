//! `countersign do`: a command, as an administrator would give it.

mod file;
mod folder;
mod there;

pub(crate) use folder::actor;
pub(crate) use there::no_facts;

use anyhow::{Context as _, Result, anyhow};
use api::{CommandAnswer, HoldingBody};
use commands::scenario::{CommandRow, EvidenceRow, WhoRow};
use engine::DelegateId;
use node::{Random as _, SystemRandom};
use rulebook::Reason;
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::output::Output;
use crate::place::Place;
use crate::shell::Shell;
use crate::world::WorldArgs;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "In a directory file nothing is changed: the directory as it is then goes to the output, or to \
    the file named with `--to`. In a data directory and with a server the command is written into the ledger."
)]
pub(crate) struct Args {
    /// The command, as in `{ member.remove: { business: "9001", person: ben } }`.
    command: CommandRow,
    #[command(flatten)]
    giving: GivingArgs,
}

/// How a command is given.
#[derive(Debug, clap::Args)]
pub(crate) struct GivingArgs {
    /// By whom: `person:ID`, `token:ID`, … With a server, the API token says it.
    #[arg(long = "as", value_name = "WHO", conflicts_with = "server")]
    who: Option<WhoRow>,
    /// The employee, known elsewhere and mapped to the asset, for whom a system user gives it.
    #[arg(long, value_name = "ID")]
    delegate: Option<DelegateId>,
    /// What was measured, as in a scenario: `{ second_factor: true }`.
    #[arg(long, value_name = "YAML")]
    evidence: Option<EvidenceRow>,
    /// Write the directory as it is then to this file, not to the output. It may be the one read.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "server"])]
    to: Option<PathBuf>,
    /// The command's own id: given again under it, nothing is done twice. One is made, if left out.
    #[arg(long, conflicts_with = "directory")]
    id: Option<String>,
    #[command(flatten)]
    pub(crate) world: WorldArgs,
}

/// What became of a command that was given.
#[derive(Debug)]
pub(crate) struct Given {
    /// Done, or denied.
    pub(crate) exit: Exit,
    /// What is left, if something was taken away.
    pub(crate) remains: Option<Vec<HoldingBody>>,
}

impl From<Exit> for Given {
    fn from(exit: Exit) -> Self {
        Self {
            exit,
            remains: None,
        }
    }
}

impl GivingArgs {
    fn who(&self) -> Result<&WhoRow> {
        let who = self.who.as_ref();
        who.ok_or_else(|| {
            anyhow!("who gives the command? Say it with `--as`, as in `--as person:ana`")
        })
    }

    fn id(&self) -> Result<String> {
        match &self.id {
            Some(id) => Ok(id.clone()),
            None => new_id(),
        }
    }

    /// Returns the file that the changed directory is written to, if one is named.
    pub(crate) fn written_to(&self) -> Option<&Path> {
        self.to.as_deref()
    }

    pub(crate) fn second_factor(&self) -> bool {
        self.evidence.as_ref().is_some_and(|row| row.second_factor)
    }
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    Ok(give(&args.command, &args.giving, shell)?.exit)
}

/// Gives a command where the facts are, and tells what became of it.
pub(crate) fn give(
    command: &CommandRow,
    args: &GivingArgs,
    shell: &mut Shell<'_>,
) -> Result<Given> {
    let place = args.world.place.place()?;
    if !matches!(place, Place::File(_))
        && (args.world.at.is_some() || args.world.rulebook.is_some())
    {
        return Err(anyhow!(
            "the ledger is written now and under the active rulebook: leave `--at` and `--rulebook` out"
        ));
    }
    match place {
        Place::File(_) => file::run(command, args, shell),
        Place::Data(folder) => folder::run(command, args, &folder, shell),
        Place::Server(client) => there::run(command, args, &client, shell),
    }
}

/// Tells what a command would change, and changes nothing.
pub(crate) fn plan(command: &CommandRow, args: &GivingArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    file::plan(command, args, shell)
}

/// Returns an id for something that is asked for once.
pub(crate) fn new_id() -> Result<String> {
    let mut random = [0_u8; 12];
    SystemRandom.fill(&mut random).context("an id")?;
    let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("cli-{text}"))
}

/// Tells what became of a command that went into the ledger.
fn tell(answer: &CommandAnswer, shell: &mut Shell<'_>) -> Result<()> {
    if shell.output == Output::Json {
        return shell.json(answer);
    }
    let place = answer.position;
    let place = place.map_or_else(String::new, |position| format!(", entry {position}"));
    let words = match answer.outcome.as_ref() {
        "unchanged" => "unchanged: all was so already".to_owned(),
        "repeated" => format!("repeated: it had been done before{place}"),
        outcome => format!("{outcome}{place}"),
    };
    shell.say(words);
    if let Some(state) = &answer.share {
        shell.say(format!("the share is {state}"));
    }
    if let Some(id) = answer.made.as_ref().filter(|_| answer.remains.is_none()) {
        shell.say(format!("it made {id}"));
    }
    if let Some(remains) = &answer.remains {
        tell_remains(remains, shell);
    }
    if let Some(secret) = &answer.secret {
        shell.say("the secret below is shown this once");
        shell.line(secret)?;
    }
    Ok(())
}

/// Tells what is left when something was taken away.
fn tell_remains(remains: &[HoldingBody], shell: &mut Shell<'_>) {
    if remains.is_empty() {
        shell.say("nothing is left");
    }
    for left in remains {
        shell.say(format!("left: {}", left.what));
    }
}

/// Tells why a command was denied.
pub(crate) fn denied<'r>(codes: impl Iterator<Item = &'r str>, shell: &mut Shell<'_>) -> Exit {
    for code in codes {
        let text = Reason::from_code(code).map_or("", Reason::text);
        shell.say(format!("✗ {code}  {text}"));
    }
    Exit::Denied
}
