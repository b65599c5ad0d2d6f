//! `countersign token collect`.

use anyhow::{Result, anyhow};
use api::{CollectBody, CommandAnswer};
use engine::TokenId;

use crate::client::AskError;
use crate::does::{denied, new_id};
use crate::exit::Exit;
use crate::output::Output;
use crate::place::{Place, PlaceArgs};
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The new token's public id, as the list and the log have it.
    token: TokenId,
    #[command(flatten)]
    place: PlaceArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let Place::Server(client) = args.place.place()? else {
        return Err(anyhow!(
            "secrets of renewed tokens are with the server that renewed them: name `--server`"
        ));
    };
    let body = CollectBody {
        id: new_id()?,
        token: args.token.to_string(),
    };
    let answer: Result<CommandAnswer, AskError> = client.post("/api/v1/tokens/collect", &body);
    let answer = match answer {
        Ok(answer) => answer,
        Err(AskError::Refused(problem)) if problem.code == "DENIED" => {
            return Ok(denied(problem.reasons.iter().map(AsRef::as_ref), shell));
        }
        Err(other) => return Err(other.into()),
    };
    if shell.output == Output::Json {
        shell.json(&answer)?;
    } else if let Some(secret) = &answer.secret {
        shell.say("the secret below is shown this once");
        shell.line(secret)?;
    }
    Ok(Exit::Ok)
}
