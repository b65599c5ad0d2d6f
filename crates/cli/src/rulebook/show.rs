//! `countersign rulebook show`: the rules as tables.

mod tables;

use std::collections::BTreeMap;
use std::sync::Arc;

use ::rulebook::Rulebook;
use anyhow::{Result, anyhow};
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::exit::Exit;
use crate::output::Output;
use crate::paint::Paint;
use crate::place::{Place, PlaceArgs};
use crate::realm::switches;
use crate::shell::Shell;
use crate::sources;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of a shipped rulebook, or a file. The active one of a realm, if left out.
    rulebook: Option<String>,
    /// Show it under this value of a switch, as in `admin_reach=none`.
    #[arg(long = "switch", value_name = "SWITCH=VALUE", requires = "rulebook")]
    switches: Vec<String>,
    /// Show it for businesses with this value of the switch that businesses set.
    #[arg(long)]
    profile: Option<String>,
    /// Show one part only.
    #[arg(long, value_enum)]
    only: Option<tables::Part>,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What a server says of its active rulebook.
#[derive(Debug, Serialize, Deserialize)]
struct Active {
    name: String,
    label: String,
    version: String,
    digest: String,
    switches: BTreeMap<String, String>,
    kinds: Vec<String>,
    operations: Vec<String>,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let rulebook = match &args.rulebook {
        Some(named) => {
            let source = sources::rulebook(named, None)?;
            let compiled = source.compile(&switches(&args.switches)?);
            Arc::new(compiled.map_err(|wrong| anyhow!("{wrong}"))?)
        }
        None => match args.place.place()? {
            Place::Data(folder) => {
                let (directory, _) = folder.open()?.directory(None)?;
                Arc::clone(directory.rulebook())
            }
            Place::File(path) => {
                let file = sources::directory(&path)?;
                let source = sources::rulebook(&file.document().rulebook, Some(&path))?;
                let compiled = file.document().compile(&source);
                Arc::new(compiled.map_err(|wrong| anyhow!("{wrong}"))?)
            }
            Place::Server(client) => return there(&client, shell),
        },
    };
    tell(args, &rulebook, shell)?;
    Ok(Exit::Ok)
}

fn tell(args: &Args, rulebook: &Rulebook, shell: &mut Shell<'_>) -> Result<()> {
    let profile = match &args.profile {
        None => 0,
        Some(value) => rulebook.profile(value).ok_or_else(|| {
            let values = rulebook.profile_switch.as_ref();
            let known = values.map_or("none".to_owned(), |(_, values)| values.join(", "));
            anyhow!(
                "`{value}` is no profile of `{}`; known: {known}",
                rulebook.name
            )
        })?,
    };
    let tables = tables::of(rulebook, profile, args.only);
    if shell.output == Output::Json {
        return shell.json(&tables);
    }
    let title = format!("{} {}", rulebook.label, rulebook.version);
    let title = shell.paint(Paint::Strong, &title);
    shell.line(title)?;
    for table in &tables {
        let heading = shell.paint(Paint::Strong, &table.title);
        shell.line(format!("\n{heading}"))?;
        shell.line(table.text())?;
    }
    Ok(())
}

/// A server tells which rulebook it is, not its text: the tables come from the file itself.
fn there(client: &Client, shell: &mut Shell<'_>) -> Result<Exit> {
    let active: Active = client.get("/api/v1/rulebook")?;
    if shell.output == Output::Json {
        shell.json(&active)?;
        return Ok(Exit::Ok);
    }
    let title = format!("{} {}", active.label, active.version);
    let title = shell.paint(Paint::Strong, &title);
    shell.line(title)?;
    shell.line(format!("name    {}", active.name))?;
    shell.line(format!("digest  {}", active.digest))?;
    for (name, value) in &active.switches {
        shell.line(format!("switch  {name} = {value}"))?;
    }
    shell.line(format!(
        "{} kinds of things, {} operations",
        active.kinds.len(),
        active.operations.len()
    ))?;
    Ok(Exit::Ok)
}
