//! A command on a directory file: nothing is changed but what is written anew.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use api::HoldingBody;
use commands::document::FreeText;
use commands::scenario::CommandRow;
use commands::{Handled, Refusal};
use engine::fact::{Change, ShareState};
use serde_json::json;

use super::{Given, GivingArgs, denied, tell_remains};
use crate::exit::Exit;
use crate::order::Giver;
use crate::output::Output;
use crate::shell::Shell;
use crate::world::{Source, World};

pub(super) fn run(command: &CommandRow, args: &GivingArgs, shell: &mut Shell<'_>) -> Result<Given> {
    let mut world = here(args)?;
    let mut texts: Vec<FreeText> = Vec::new();
    let Some(handled) = handled(command, args, &world, &mut texts, shell)? else {
        return Ok(Exit::Denied.into());
    };
    for change in &handled.changes {
        world.directory.apply(change);
    }
    world.add_texts(texts);
    let remains = handled.answer.remains.as_ref();
    let remains: Option<Vec<HoldingBody>> =
        remains.map(|left| left.iter().map(HoldingBody::of).collect());
    tell(args, &world, &handled, remains.as_deref(), shell)?;
    Ok(Given {
        exit: Exit::Ok,
        remains,
    })
}

/// Tells what a command would change in facts that are here.
pub(super) fn plan(command: &CommandRow, args: &GivingArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    let world = here(args)?;
    let Some(handled) = handled(command, args, &world, &mut Vec::new(), shell)? else {
        return Ok(Exit::Denied);
    };
    let sentence = |change: &Change| {
        let key = match change {
            Change::Set(fact) => fact.key(),
            Change::End(key) => key.clone(),
        };
        api::plan_sentence(change, world.directory.fact(&key).as_ref())
    };
    let lines: Vec<String> = handled.changes.iter().map(sentence).collect();
    if shell.output == Output::Json {
        shell.json(&json!({ "plan": lines, "changes": handled.changes }))?;
        return Ok(Exit::Ok);
    }
    for line in &lines {
        shell.line(line)?;
    }
    if lines.is_empty() {
        shell.say("nothing would change");
    }
    Ok(Exit::Ok)
}

fn here(args: &GivingArgs) -> Result<World> {
    match args.world.source()? {
        Source::Here(world) => Ok(*world),
        Source::There(_) => Err(anyhow!(
            "a server tells no plans: ask an export of it, or its data directory"
        )),
    }
}

/// Returns what a command does; nothing if it was denied, which has been told then.
fn handled(
    command: &CommandRow,
    args: &GivingArgs,
    world: &World,
    texts: &mut Vec<FreeText>,
    shell: &mut Shell<'_>,
) -> Result<Option<Handled>> {
    let command = command.command(&world.directory)?;
    let giver = Giver {
        who: args.who()?,
        delegate: args.delegate.as_ref(),
        evidence: args.evidence.as_ref(),
    };
    let id = world.now.to_string();
    let tried = giver.tries(&command, &world.directory, world.now, &id)?;
    texts.extend(tried.texts);
    match tried.outcome {
        Ok(handled) => Ok(Some(handled)),
        Err(Refusal::Denied { decision, .. }) => {
            let codes = decision.reasons.iter().map(rulebook::Reason::code);
            denied(codes, shell);
            Ok(None)
        }
        Err(refusal) => {
            Err(anyhow!("{refusal}").context(format!("{} was refused", command.name())))
        }
    }
}

/// The directory as it is now goes where data goes, what happened where talk goes.
fn tell(
    args: &GivingArgs,
    world: &World,
    handled: &Handled,
    remains: Option<&[HoldingBody]>,
    shell: &mut Shell<'_>,
) -> Result<()> {
    let to: Option<&Path> = args.to.as_deref();
    let yaml = world.document().to_yaml()?;
    if let Some(path) = to {
        std::fs::write(path, &yaml)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    if shell.output == Output::Json {
        let share = handled.answer.share.map(|state| match state {
            ShareState::Pending => "pending",
            ShareState::Accepted => "accepted",
        });
        return shell.json(&json!({
            "changes": handled.changes,
            "made": handled.answer.id,
            "secret": handled.answer.secret,
            "share": share,
            "remains": remains,
        }));
    }
    for change in &handled.changes {
        shell.say(api::change_sentence(change));
    }
    match (remains, &handled.answer.id) {
        (Some(remains), _) => tell_remains(remains, shell),
        (None, Some(id)) => shell.say(format!("it made {id}")),
        (None, None) => {}
    }
    if let Some(secret) = &handled.answer.secret {
        shell.say(format!("the secret, shown this once: {secret}"));
    }
    match to {
        Some(path) => shell.say(format!("the directory as it is now: {}", path.display())),
        None => write!(shell.out, "{yaml}")?,
    }
    Ok(())
}
