//! A bulk on a data directory: written into its ledger.

use std::sync::mpsc;

use anyhow::{Context as _, Result};
use api::BulkItem;
use commands::scenario::CommandRow;
use commands::{Answer, Command};
use engine::Directory;
use ledger::{CommandId, Position};
use node::installation::{Asked, Given};
use node::realms::TaskRefusal;
use node::writer::{Answered, Outcome, SubmitError};
use node::{Clock as _, RealClock};

use super::bar::Bar;
use super::{Args, PART, problem, unreadable};
use crate::data_folder::{DataFolder, OpenData};
use crate::does::actor;
use crate::question::credential;
use crate::shell::Shell;

type Reply = Result<Answered<Answer, TaskRefusal>, SubmitError>;

pub(super) fn run(
    args: &Args,
    rows: &[CommandRow],
    folder: &DataFolder,
    shell: &mut Shell<'_>,
) -> Result<Vec<BulkItem>> {
    let opened = folder.open()?;
    if args.plan {
        let (directory, _) = opened.directory(None)?;
        return planned(args, rows, directory);
    }
    let id = args.id()?;
    let mut bar = Bar::new(rows.len());
    let mut items = Vec::with_capacity(rows.len());
    let mut numbered = (0_u64..).zip(rows).peekable();
    while numbered.peek().is_some() {
        let (directory, _) = opened.directory(None)?;
        let mut sent = Vec::with_capacity(PART);
        for (index, row) in numbered.by_ref().take(PART) {
            // An asset that the bulk itself made is known once its part is written.
            let begun = match row.command(&directory) {
                Ok(command) => Ok(begin(args, &opened, &directory, (&id, index), command)?),
                Err(wrong) => Err(unreadable(&wrong.to_string())),
            };
            sent.push((index, begun));
        }
        for (index, begun) in sent {
            items.push(match begun {
                Ok(receiver) => item(index, receiver.recv().context("the writer has stopped")?)?,
                Err(problem) => BulkItem::refused(index, problem),
            });
        }
        bar.tell(&items, shell);
    }
    Ok(items)
}

fn begin(
    args: &Args,
    opened: &OpenData,
    directory: &Directory,
    (bulk, index): (&str, u64),
    command: Command,
) -> Result<mpsc::Receiver<Reply>> {
    let who = args.who()?;
    let evidence = args.evidence.clone().unwrap_or_default();
    let given = Given {
        by: credential(who, directory)?,
        delegate: args.delegate.clone(),
        evidence: evidence.evidence(RealClock.now()),
    };
    let text = serde_json::to_string(&command)?;
    let asked = Asked::command(opened.realm.clone(), given, command, text);
    let id = CommandId::parse(&format!("{bulk}:{index}")).context("in `--id`")?;
    let (sender, receiver) = mpsc::channel();
    let actor = actor(who, directory)?;
    opened
        .installation
        .submit(id, actor, &asked, move |reply| {
            // Nobody waits any more: there is nobody to tell.
            let _ = sender.send(reply);
        })?;
    Ok(receiver)
}

fn item(index: u64, reply: Reply) -> Result<BulkItem> {
    let outcome = match reply {
        Ok(answered) => answered.outcome,
        Err(SubmitError::IdTaken { position }) => {
            let message = format!("entry {position} has this id and stands for something else");
            let taken = api::Problem::new(409, "COMMAND_ID_TAKEN", "The id is taken", message);
            return Ok(BulkItem::refused(index, taken));
        }
        Err(error) => {
            return Err(error).context("the bulk was cut off; give it again under its id");
        }
    };
    let told = |word: &'static str, answer: Answer, position: Option<Position>| {
        let mut item = BulkItem::planned(index, &[]);
        item.outcome = word.into();
        item.position = position.map(Position::get);
        item.made = answer.id;
        item.secret = answer.secret;
        item
    };
    Ok(match outcome {
        Outcome::Done { answer, position } => told("done", answer, Some(position)),
        Outcome::Repeated { answer, position } => told("repeated", answer, Some(position)),
        Outcome::NoEntry { answer } => told("unchanged", answer, None),
        Outcome::Refused(TaskRefusal::Command(refusal)) => {
            BulkItem::refused(index, problem(&refusal))
        }
        Outcome::Refused(refusal) => BulkItem::refused(index, unreadable(&refusal.to_string())),
    })
}

/// What each would come to, after those before it: nothing is written.
fn planned(args: &Args, rows: &[CommandRow], mut directory: Directory) -> Result<Vec<BulkItem>> {
    let mut items = Vec::with_capacity(rows.len());
    for (index, row) in (0_u64..).zip(rows) {
        let command = match row.command(&directory) {
            Ok(command) => command,
            Err(wrong) => {
                items.push(BulkItem::refused(index, unreadable(&wrong.to_string())));
                continue;
            }
        };
        let now = RealClock.now();
        let id = format!("plan:{index}");
        let tried = args.giver()?.tries(&command, &directory, now, &id)?;
        items.push(match tried.outcome {
            Ok(handled) => {
                for change in &handled.changes {
                    directory.apply(change);
                }
                BulkItem::planned(index, &handled.changes)
            }
            Err(refusal) => BulkItem::refused(index, problem(&refusal)),
        });
    }
    Ok(items)
}
