//! A command to a server.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use api::{CommandAnswer, CommandBody};
use commands::Command;
use commands::scenario::CommandRow;
use engine::Directory;

use super::{Args, denied, tell};
use crate::client::{AskError, Client};
use crate::exit::Exit;
use crate::shell::Shell;
use crate::sources;

pub(super) fn run(args: &Args, client: &Client, shell: &mut Shell<'_>) -> Result<Exit> {
    if args.who.is_some() || args.to.is_some() {
        return Err(anyhow!(
            "the API token says who gives the command, and the server keeps what comes of it: \
             leave `--as` and `--to` out"
        ));
    }
    let body = CommandBody {
        id: args.id()?,
        command: serde_json::to_value(whole(&args.command)?)?,
        second_factor: args.second_factor(),
    };
    let answer: Result<CommandAnswer, AskError> = client.post("/api/v1/commands", &body);
    match answer {
        Ok(answer) => tell(&answer, shell)?,
        Err(AskError::Refused(problem)) if problem.code == "DENIED" => {
            return Ok(denied(problem.reasons.iter().map(AsRef::as_ref), shell));
        }
        Err(other) => return Err(other.into()),
    }
    Ok(Exit::Ok)
}

/// Returns the command in full. No facts are here to tell the kind of an asset, so terms must name
/// it; and the server is not asked for it, since what it says of things depends on who asks.
fn whole(row: &CommandRow) -> Result<Command> {
    let no_facts = sources::rulebook("meta", None)?.compile(&BTreeMap::new());
    let no_facts = no_facts.map_err(|wrong| anyhow!("{wrong}"))?;
    Ok(row.command(&Directory::new(Arc::new(no_facts), 0))?)
}
