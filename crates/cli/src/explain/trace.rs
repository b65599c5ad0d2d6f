//! `countersign explain --trace`: a refusal, by the id that was told with it.

use anyhow::{Result, anyhow};
use api::{At, Eyes, KeptRefusal, Reader, RefusalBody, RefusalSight};

use super::story::{self, Heading};
use super::way::{GivenTo, Way};
use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::output::Output;
use crate::place::Place;
use crate::shell::Shell;
use crate::world::WorldArgs;

pub(super) fn run(
    id: &str,
    no_remedies: bool,
    world: &WorldArgs,
    shell: &mut Shell<'_>,
) -> Result<Exit> {
    let is_one = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if id.is_empty() || !id.chars().all(is_one) {
        return Err(anyhow!(
            "`{id}` is no id of a refusal: give the `fbtrace_id` of the error, as in `AmFGcW_3hwDB7qFbl_QdebZ`"
        ));
    }
    let mut way = Way {
        given_to: GivenTo::Server,
        place: world.place.words()?,
        rulebook: None,
        at: None,
        asker: None,
        second_factor: false,
    };
    let refusal: RefusalBody = match world.place.place()? {
        Place::Server(client) => client.get(&format!("/api/v1/explanations/{id}"))?,
        Place::Data(folder) => {
            way.given_to = GivenTo::Data;
            let refusal = kept(id, &folder)?;
            way.asker = Some(refusal.holder.clone());
            refusal
        }
        Place::File(_) => {
            return Err(anyhow!(
                "a directory file keeps no refusals: name `--data FOLDER` or `--server URL`"
            ));
        }
    };
    match shell.output {
        Output::Json => shell.json(&refusal)?,
        Output::Table => tell(&refusal, &way, no_remedies, shell)?,
    }
    Ok(Exit::Denied)
}

/// Finds a refusal in a data directory. Who has that may see everything.
fn kept(id: &str, folder: &DataFolder) -> Result<RefusalBody> {
    let opened = folder.open()?;
    let found = opened.installation.refusal(id)?;
    let kept = found.as_deref().and_then(KeptRefusal::parse);
    let kept = kept.filter(|kept| kept.realm == opened.realm.as_str());
    let kept = kept.ok_or_else(|| {
        anyhow!(
            "no refusal is kept under `{id}` in realm `{}`; refusals are kept for seven days",
            opened.realm.as_str()
        )
    })?;
    let (then, _) = opened.directory(Some(At::Position(kept.position)))?;
    let (newest, now) = opened.directory(None)?;
    Ok(kept.told(
        id,
        &RefusalSight {
            then: &then,
            newest: &newest,
            now,
            reader: &Reader::Everything,
            eyes: &Eyes::all(),
            tell: &|gate| opened.text(gate.why.as_ref()?),
        },
    ))
}

fn tell(refusal: &RefusalBody, way: &Way, no_remedies: bool, shell: &mut Shell<'_>) -> Result<()> {
    let heading = Heading::of_refusal(refusal);
    match &refusal.explanation {
        Some(explanation) => story::tell(&heading, explanation, shell)?,
        None => {
            heading.tell(shell)?;
            let why = match &refusal.refusal {
                Some(code) => format!("the command was refused as it stands: {code}"),
                None => "the call itself was wrong".to_owned(),
            };
            return Ok(shell.line(format!(
                "\n{why}; no right is missing. The error says what."
            ))?);
        }
    }
    match refusal.allowed_now {
        Some(true) => shell.line("\nNow it would be allowed: make the call again.")?,
        _ if no_remedies => {}
        _ => way.tell(&refusal.remedies, shell)?,
    }
    Ok(())
}
