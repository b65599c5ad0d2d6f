//! `countersign rulebook show`: the rules as tables.

mod tables;

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};

use crate::args::Output;
use crate::exit::Exit;
use crate::paint::Paint;
use crate::shell::Shell;
use crate::sources;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of a shipped rulebook, or a file.
    rulebook: String,
    /// Show it under this value of a switch, as in `admin_reach=none`.
    #[arg(long = "switch", value_name = "SWITCH=VALUE")]
    switches: Vec<String>,
    /// Show it for businesses with this value of the switch that businesses set.
    #[arg(long)]
    profile: Option<String>,
    /// Show one part only.
    #[arg(long, value_enum)]
    only: Option<tables::Part>,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let source = sources::rulebook(&args.rulebook, None)?;
    let mut chosen = BTreeMap::new();
    for switch in &args.switches {
        let Some((name, value)) = switch.split_once('=') else {
            return Err(anyhow!(
                "`{switch}` is no switch and value: write `NAME=VALUE`"
            ));
        };
        chosen.insert(name.to_owned(), value.to_owned());
    }
    let rulebook = source
        .compile(&chosen)
        .map_err(|wrong| anyhow!("{wrong}"))?;
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
    let tables = tables::of(&rulebook, profile, args.only);
    match shell.output {
        Output::Json => shell.json(&tables)?,
        Output::Table => {
            let title = format!("{} {}", rulebook.label, rulebook.version);
            let title = shell.paint(Paint::Strong, &title);
            shell.line(title)?;
            for table in &tables {
                let heading = shell.paint(Paint::Strong, &table.title);
                shell.line(format!("\n{heading}"))?;
                shell.line(table.text())?;
            }
        }
    }
    Ok(Exit::Ok)
}
