//! `countersign rulebook activate`: another rulebook for a realm, or other switches.

use std::collections::BTreeMap;

use ::rulebook::Source;
use anyhow::{Context as _, Result, anyhow};
use api::ActivateAnswer;
use commands::scenario::WhoRow;
use engine::Evidence;
use engine::fact::Digest;
use ledger::{Actor, CommandId, Position};
use node::installation::Asked;
use node::realms::{Call, CallTask, Task, TaskRefusal};
use node::writer::Outcome;
use serde_json::json;

use crate::client::{AskError, Client};
use crate::data_folder::DataFolder;
use crate::does::{denied, new_id};
use crate::exit::Exit;
use crate::output::Output;
use crate::place::{Place, PlaceArgs};
use crate::question::credential;
use crate::realm::switches;
use crate::shell::Shell;
use crate::sources;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of a shipped rulebook, or a file.
    rulebook: String,
    /// A value of a switch, where it differs from the default. May be repeated.
    #[arg(long = "switch", value_name = "SWITCH=VALUE")]
    switches: Vec<String>,
    /// Say what would change, and change nothing.
    #[arg(long)]
    plan: bool,
    /// By whom, as in `person:olga`. With a server, the API token says it.
    #[arg(long = "as", value_name = "WHO", conflicts_with = "server")]
    who: Option<WhoRow>,
    /// The command's own id: given again under it, nothing is done twice. One is made, if left out.
    #[arg(long, conflicts_with = "plan")]
    id: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let place = args.place.place()?;
    let source = sources::rulebook(&args.rulebook, None)?;
    let switches = switches(&args.switches)?;
    match place {
        Place::File(_) => Err(anyhow!(
            "a directory file names its rulebook and switches itself: edit it"
        )),
        Place::Data(folder) => here(args, &folder, &source, switches, shell),
        Place::Server(client) => there(args, &client, &source, switches, shell),
    }
}

fn there(
    args: &Args,
    client: &Client,
    source: &Source,
    switches: BTreeMap<String, String>,
    shell: &mut Shell<'_>,
) -> Result<Exit> {
    if args.who.is_some() {
        return Err(anyhow!(
            "the API token says who activates it: leave `--as` out"
        ));
    }
    let body = |id: Option<String>| {
        json!({
            "plan": id.is_none(),
            "id": id,
            "file": args.rulebook,
            "text": source.text(),
            "switches": switches,
        })
    };
    let path = "/api/v1/rulebook";
    let answer: ActivateAnswer = client.post(path, &body(None))?;
    tell(&answer, args.plan, shell)?;
    if args.plan {
        return Ok(Exit::Ok);
    }
    let id = id(args)?;
    let answer: Result<ActivateAnswer, AskError> = client.post(path, &body(Some(id)));
    match answer {
        Ok(answer) => tell(&answer, true, shell)?,
        Err(AskError::Refused(problem)) if problem.code == "DENIED" => {
            return Ok(denied(problem.reasons.iter().map(AsRef::as_ref), shell));
        }
        Err(other) => return Err(other.into()),
    }
    Ok(Exit::Ok)
}

fn here(
    args: &Args,
    folder: &DataFolder,
    source: &Source,
    switches: BTreeMap<String, String>,
    shell: &mut Shell<'_>,
) -> Result<Exit> {
    let opened = folder.open()?;
    let (directory, _) = opened.directory(None)?;
    let compiled = source.compile(&switches);
    let compiled = compiled.map_err(|wrong| anyhow!("{wrong}"))?;
    let plan = commands::activation(&directory, &compiled);
    if !plan.missing.is_empty() {
        return Err(anyhow!("{}", TaskRefusal::NamesInUse(plan.missing)));
    }
    for change in &plan.renamed {
        shell.say(api::change_sentence(change));
    }
    let mut answer = ActivateAnswer {
        outcome: "planned".into(),
        name: compiled.name.clone(),
        digest: Digest(compiled.digest).to_string(),
        switches: compiled.switches.iter().cloned().collect(),
        renamed: plan.renamed.len(),
        position: None,
        state: opened.installation.view().head.token().to_string(),
    };
    tell(&answer, args.plan, shell)?;
    if args.plan {
        return Ok(Exit::Ok);
    }
    let who = args.who.as_ref();
    let who = who.context("who activates it? Say it with `--as`, as in `--as person:olga`")?;
    let WhoRow::Holder(holder) = who else {
        return Err(anyhow!(
            "a rulebook is activated by somebody signed in, not with a token"
        ));
    };
    let asked = Asked {
        realm: opened.realm.clone(),
        text: format!("{}\n{switches:?}", source.text()),
        task: Task::Call(Box::new(Call {
            by: credential(who, &directory)?,
            evidence: Evidence {
                second_factor: true,
                ..Evidence::default()
            },
            what: CallTask::Activate {
                file: args.rulebook.clone(),
                rulebook: source.text().to_owned(),
                switches,
            },
        })),
    };
    let id = CommandId::parse(&id(args)?).context("in `--id`")?;
    let actor = Actor::through(&holder.to_string(), None, None)?;
    let (outcome, position) = match opened.installation.run(id, actor, &asked)? {
        Outcome::Done { position, .. } => ("done", Some(position)),
        Outcome::Repeated { position, .. } => ("repeated", Some(position)),
        Outcome::NoEntry { .. } => ("unchanged", None),
        Outcome::Refused(TaskRefusal::Denied { decision, .. }) => {
            let codes = decision.reasons.iter().map(::rulebook::Reason::code);
            return Ok(denied(codes, shell));
        }
        Outcome::Refused(refusal) => return Err(anyhow!("{refusal}")),
    };
    answer.outcome = outcome.into();
    answer.position = position.map(Position::get);
    answer.state = opened.installation.view().head.token().to_string();
    tell(&answer, true, shell)?;
    Ok(Exit::Ok)
}

fn id(args: &Args) -> Result<String> {
    match &args.id {
        Some(id) => Ok(id.clone()),
        None => new_id(),
    }
}

/// Tells what came of it. Programs are told the last word only.
fn tell(answer: &ActivateAnswer, last: bool, shell: &mut Shell<'_>) -> Result<()> {
    if shell.output == Output::Json {
        return match last {
            true => shell.json(answer),
            false => Ok(()),
        };
    }
    let place = answer.position;
    let place = place.map_or_else(String::new, |position| format!("; entry {position}"));
    let words = format!(
        "{}: rulebook `{}` {}, {} facts under new names{place}",
        answer.outcome, answer.name, answer.digest, answer.renamed
    );
    Ok(shell.line(words)?)
}
