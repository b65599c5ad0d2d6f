//! A command to a server.

use anyhow::{Result, anyhow};
use api::{CommandAnswer, CommandBody};

use super::{Args, denied, tell};
use crate::client::{AskError, Client};
use crate::exit::Exit;
use crate::shell::Shell;

pub(super) fn run(args: &Args, client: &Client, shell: &mut Shell<'_>) -> Result<Exit> {
    if args.who.is_some() || args.to.is_some() {
        return Err(anyhow!(
            "the API token says who gives the command, and the server keeps what comes of it: \
             leave `--as` and `--to` out"
        ));
    }
    let body = CommandBody {
        id: args.id()?,
        command: args.command.value.clone(),
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
