//! A bulk given to a server, in parts, so that one sees how far it is.

use anyhow::{Result, anyhow};
use api::{BulkAnswer, BulkBody, BulkItem};
use commands::scenario::CommandRow;

use super::bar::Bar;
use super::{Args, PART};
use crate::client::Client;
use crate::does::no_facts;
use crate::shell::Shell;

pub(super) fn run(
    args: &Args,
    rows: &[CommandRow],
    client: &Client,
    shell: &mut Shell<'_>,
) -> Result<Vec<BulkItem>> {
    if args.to.is_some() {
        return Err(anyhow!(
            "the server keeps what comes of it: leave `--to` out"
        ));
    }
    let id = args.id()?;
    let second_factor = args.evidence.as_ref().is_some_and(|row| row.second_factor);
    // A plan is one call: each command is tried after those before it.
    let part = if args.plan { rows.len().max(1) } else { PART };
    // Made once: a rulebook is compiled for it.
    let no_facts = no_facts()?;
    let mut bar = Bar::new(rows.len());
    let mut items = Vec::with_capacity(rows.len());
    for (number, rows_of_part) in rows.chunks(part).enumerate() {
        let commands = rows_of_part.iter();
        let commands = commands.map(|row| Ok(serde_json::to_value(row.command(&no_facts)?)?));
        let body = BulkBody {
            id: id.clone(),
            first: u64::try_from(number.saturating_mul(part))?,
            commands: commands.collect::<Result<_>>()?,
            second_factor,
            plan: args.plan,
            delegate: args.delegate.as_ref().map(ToString::to_string),
        };
        let answer: BulkAnswer = client.post("/api/v1/bulk", &body)?;
        items.extend(answer.items);
        bar.tell(&items, shell);
    }
    Ok(items)
}
