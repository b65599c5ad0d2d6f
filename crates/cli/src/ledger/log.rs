//! `countersign ledger log`.

use ::ledger::store::entries;
use ::ledger::{Entry, Position, Realm};
use anyhow::{Context as _, Result};
use engine::fact::Change;
use node::body::Body;

use super::DataArgs;
use crate::args::Output;
use crate::exit::Exit;
use crate::paint::Paint;
use crate::shell::Shell;
use api::change_sentence;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// From this position on.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// At most so many entries.
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// Of this realm only.
    #[arg(long)]
    realm: Option<String>,
    /// Tell every change.
    #[arg(long)]
    changes: bool,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let store = args.data.open()?;
    let realm = args.realm.as_deref().map(Realm::parse).transpose()?;
    let from = Position::new(args.from);
    let mut told = 0;
    for entry in entries(&store, from) {
        let entry =
            entry.context("the log cannot be read: `countersign ledger verify` says more")?;
        if realm.as_ref().is_some_and(|realm| entry.realm != *realm) {
            continue;
        }
        if told == args.limit {
            shell.say(format!(
                "more follow: go on with `--from {}`",
                entry.position
            ));
            break;
        }
        told += 1;
        match shell.output {
            // One entry a line, in the form that can be verified anywhere.
            Output::Json => shell.line(entry.to_line()?)?,
            Output::Table => tell(&entry, args.changes, shell)?,
        }
    }
    if told == 0 {
        shell.say("no entries");
    }
    Ok(Exit::Ok)
}

fn tell(entry: &Entry, with_changes: bool, shell: &mut Shell<'_>) -> Result<()> {
    let who = entry.actor.who().unwrap_or("system");
    let through = match (entry.actor.app(), entry.actor.token()) {
        (Some(app), Some(token)) => format!(" through app {app}, token {token}"),
        (Some(app), None) => format!(" through app {app}"),
        (None, Some(token)) => format!(" with token {token}"),
        (None, None) => String::new(),
    };
    let body = entry.body.text().map(Body::parse).transpose();
    let (operation, changes) = match &body {
        Ok(Some(body)) => (body.operation.as_str(), body.changes.as_slice()),
        Ok(None) => ("(withheld)", [].as_slice()),
        Err(_) => ("(not known to this version)", [].as_slice()),
    };
    let operation = shell.paint(Paint::Strong, operation);
    shell.line(format!(
        "{:>8}  {:.3}  {}  {who}{through}  {operation}  {} changes",
        entry.position.get(),
        entry.time,
        entry.realm.as_str(),
        changes.len()
    ))?;
    if with_changes {
        tell_changes(changes, shell)?;
    }
    Ok(())
}

fn tell_changes(changes: &[Change], shell: &mut Shell<'_>) -> Result<()> {
    for change in changes {
        shell.line(format!("          {}", change_sentence(change)))?;
    }
    Ok(())
}
