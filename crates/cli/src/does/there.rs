//! A command to a server.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use api::{CommandAnswer, CommandBody};
use commands::scenario::CommandRow;
use engine::Directory;

use super::{Given, GivingArgs, denied, tell};
use crate::client::{AskError, Client};
use crate::exit::Exit;
use crate::shell::Shell;
use crate::sources;

pub(super) fn run(
    command: &CommandRow,
    args: &GivingArgs,
    client: &Client,
    shell: &mut Shell<'_>,
) -> Result<Given> {
    if args.who.is_some() || args.to.is_some() {
        return Err(anyhow!(
            "the API token says who gives the command, and the server keeps what comes of it: \
             leave `--as` and `--to` out"
        ));
    }
    let body = CommandBody {
        id: args.id()?,
        command: serde_json::to_value(command.command(&no_facts()?)?)?,
        second_factor: args.second_factor(),
        delegate: args.delegate.as_ref().map(ToString::to_string),
    };
    let answer: Result<CommandAnswer, AskError> = client.post("/api/v1/commands", &body);
    match answer {
        Ok(answer) => {
            tell(&answer, shell)?;
            Ok(Given {
                exit: Exit::Ok,
                remains: answer.remains,
            })
        }
        Err(AskError::Refused(problem)) if problem.code == "DENIED" => {
            let codes = problem.reasons.iter().map(AsRef::as_ref);
            Ok(denied(codes, shell).into())
        }
        Err(other) => Err(other.into()),
    }
}

/// Returns a directory without facts. None are here to tell the kind of an asset, so terms must name
/// it; and the server is not asked for it, since what it says of things depends on who asks.
pub(crate) fn no_facts() -> Result<Directory> {
    let rulebook = sources::rulebook("meta", None)?.compile(&BTreeMap::new());
    let rulebook = rulebook.map_err(|wrong| anyhow!("{wrong}"))?;
    Ok(Directory::new(Arc::new(rulebook), 0))
}
