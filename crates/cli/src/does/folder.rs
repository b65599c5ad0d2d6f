//! A command on a data directory: written into its ledger.

use anyhow::{Context as _, Result, anyhow};
use api::{CommandAnswer, HoldingBody};
use commands::Refusal;
use commands::scenario::{CommandRow, WhoRow};
use engine::Directory;
use engine::fact::{Fact, Key, ShareState};
use ledger::{Actor, CommandId, Position};
use node::body::Body;
use node::installation::{Asked, Installation};
use node::realms::TaskRefusal;
use node::writer::Outcome;
use node::{Clock as _, RealClock};

use super::{Given, GivingArgs, denied, tell};
use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::output::Output;
use crate::question::credential;
use crate::shell::Shell;

pub(super) fn run(
    command: &CommandRow,
    args: &GivingArgs,
    folder: &DataFolder,
    shell: &mut Shell<'_>,
) -> Result<Given> {
    if args.to.is_some() {
        return Err(anyhow!(
            "what comes of it is kept in the data directory: leave `--to` out"
        ));
    }
    let opened = folder.open()?;
    let (directory, _) = opened.directory(None)?;
    let command = command.command(&directory)?;
    let name = command.name();
    let who = args.who()?;
    let evidence = args.evidence.clone().unwrap_or_default();
    let given = node::installation::Given {
        by: credential(who, &directory)?,
        delegate: args.delegate.clone(),
        evidence: evidence.evidence(RealClock.now()),
    };
    let text = serde_json::to_string(&command)?;
    let asked = Asked::command(opened.realm.clone(), given, command, text);
    let id = CommandId::parse(&args.id()?).context("in `--id`")?;
    let installation = &opened.installation;
    let outcome = installation.run(id, actor(who, &directory)?, &asked)?;
    let (outcome, answer, position) = match outcome {
        Outcome::Done { answer, position } => ("done", answer, Some(position)),
        Outcome::Repeated { answer, position } => ("repeated", answer, Some(position)),
        Outcome::NoEntry { answer } => ("unchanged", answer, None),
        Outcome::Refused(TaskRefusal::Command(Refusal::Denied { decision, .. })) => {
            let codes = decision.reasons.iter().map(rulebook::Reason::code);
            return Ok(denied(codes, shell).into());
        }
        Outcome::Refused(refusal) => {
            return Err(anyhow!("{refusal}").context(format!("{name} was refused")));
        }
    };
    if let Some(position) = position.filter(|_| shell.output == Output::Table) {
        tell_changes(installation, position, shell)?;
    }
    let answer = CommandAnswer {
        refresh: answer.refresh,
        outcome: outcome.into(),
        position: position.map(Position::get),
        made: answer.id,
        secret: answer.secret,
        share: answer.share.map(|state| match state {
            ShareState::Pending => "pending".into(),
            ShareState::Accepted => "accepted".into(),
        }),
        remains: answer
            .remains
            .map(|left| left.iter().map(HoldingBody::of).collect()),
        state: installation.view().head.token().to_string(),
    };
    tell(&answer, shell)?;
    Ok(Given {
        exit: Exit::Ok,
        remains: answer.remains,
    })
}

/// Tells the changes of an entry.
fn tell_changes(
    installation: &Installation,
    position: Position,
    shell: &mut Shell<'_>,
) -> Result<()> {
    let entries = installation.store().read(position, 1)?;
    let body = entries.first().and_then(|entry| entry.body.text());
    if let Some(body) = body
        .map(Body::parse)
        .transpose()
        .map_err(|error| anyhow!(error))?
    {
        for change in &body.changes {
            shell.say(api::change_sentence(change));
        }
    }
    Ok(())
}

/// Returns who the entry names.
pub(crate) fn actor(who: &WhoRow, directory: &Directory) -> Result<Actor> {
    Ok(match who {
        WhoRow::Holder(holder) => Actor::through(&holder.to_string(), None, None)?,
        WhoRow::Token(id) => {
            let grant = match directory.fact(&Key::Token(id.clone())) {
                Some(Fact::Token(token)) => directory.fact(&Key::Grant(token.grant)),
                _ => None,
            };
            let Some(Fact::Grant(grant)) = grant else {
                return Err(anyhow!("token `{id}` is of no grant"));
            };
            let (holder, app) = (grant.holder.to_string(), grant.app.to_string());
            Actor::through(&holder, Some(&app), Some(id.as_str()))?
        }
        WhoRow::Assumed(_) => return Err(anyhow!("a token described gives no commands")),
    })
}
