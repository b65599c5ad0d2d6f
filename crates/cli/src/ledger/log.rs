//! `countersign ledger log`.

use ::ledger::store::entries;
use ::ledger::{Entry, Position, Realm};
use anyhow::{Context as _, Result};
use api::{change_sentence, entry_sentence};
use engine::BusinessId;
use node::body::Body;
use serde::{Deserialize, Serialize};

use super::{no_log, open};
use crate::client::Client;
use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::output::Output;
use crate::pages::Query;
use crate::paint::Paint;
use crate::place::{Place, PlaceArgs};
use crate::shell::Shell;

/// The longest page a server gives.
const PAGE: usize = 1_000;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "With `--output json` a data directory gives one entry a line, in the form that can be verified \
    anywhere; a server gives those of the caller's realm in plain words."
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    /// From this position on.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// At most so many entries.
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// Tell every change.
    #[arg(long)]
    changes: bool,
    /// Only entries that touch this business: what it is, who is in it, what it has, shares and is
    /// given.
    #[arg(long, value_name = "ID")]
    business: Option<BusinessId>,
    /// The second factor was passed. Of a server, with `--business`.
    #[arg(long, requires = "business")]
    second_factor: bool,
}

/// An entry in words.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    position: u64,
    time: String,
    actor: String,
    /// The employee for whom a system user did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delegate: Option<String>,
    operation: String,
    /// What was done, in one line.
    told: String,
    changes: Vec<String>,
    hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    realm: Option<String>,
}

/// A page of entries, as a server gives them.
#[derive(Debug, Deserialize)]
struct Page {
    entries: Vec<Told>,
    next: Option<u64>,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let more = match args.place.place()? {
        Place::File(_) => return Err(no_log()),
        Place::Data(folder) => match &args.business {
            Some(business) => touching(args, business, &folder, shell)?,
            None => here(args, &folder, shell)?,
        },
        Place::Server(client) => there(args, &client, shell)?,
    };
    if let Some(next) = more {
        shell.say(format!("more follow: go on with `--from {next}`"));
    }
    Ok(Exit::Ok)
}

/// Returns the position to go on from, if there is more.
fn here(args: &Args, folder: &DataFolder, shell: &mut Shell<'_>) -> Result<Option<u64>> {
    let store = open(folder)?;
    let realm = folder.realm_named().map(Realm::parse).transpose()?;
    let mut told = 0;
    for entry in entries(&store, Position::new(args.from)) {
        let entry =
            entry.context("the log cannot be read: `countersign ledger verify` says more")?;
        if realm.as_ref().is_some_and(|realm| entry.realm != *realm) {
            continue;
        }
        if told == args.limit {
            return Ok(Some(entry.position.get()));
        }
        told += 1;
        match shell.output {
            Output::Json => shell.line(entry.to_line()?)?,
            Output::Table => tell(&in_words(&entry), args.changes, shell)?,
        }
    }
    if told == 0 {
        shell.say("no entries");
    }
    Ok(None)
}

/// Returns the position to go on from, if there is more. Whose a thing was must be known, so that here
/// the facts are folded too, and not the log read alone.
fn touching(
    args: &Args,
    business: &BusinessId,
    folder: &DataFolder,
    shell: &mut Shell<'_>,
) -> Result<Option<u64>> {
    let opened = folder.open()?;
    let (mut from, mut told) = (Position::new(args.from), 0);
    loop {
        let wanted = args.limit.saturating_sub(told);
        let page = opened
            .installation
            .touching(&opened.realm, business, from, wanted)?;
        told += page.entries.len();
        for one in &page.entries {
            match shell.output {
                Output::Json => shell.line(one.entry.to_line()?)?,
                Output::Table => tell(&in_words(&one.entry), args.changes, shell)?,
            }
        }
        match page.next {
            Some(next) if told == args.limit => return Ok(Some(next.get())),
            Some(next) => from = next,
            None => break,
        }
    }
    if told == 0 {
        shell.say("no entries");
    }
    Ok(None)
}

fn there(args: &Args, client: &Client, shell: &mut Shell<'_>) -> Result<Option<u64>> {
    let (mut from, mut told) = (args.from, 0);
    loop {
        let wanted = args.limit.saturating_sub(told);
        if wanted == 0 {
            return Ok(Some(from));
        }
        let query = Query::new()
            .with("from", Some(from))
            .with("limit", Some(wanted.min(PAGE)))
            .with("business", args.business.as_ref())
            .with("second_factor", args.second_factor.then_some("true"));
        let page: Page = client.get_with("/api/v1/ledger/entries", query.pairs())?;
        told += page.entries.len();
        for entry in &page.entries {
            match shell.output {
                Output::Json => shell.line(serde_json::to_string(entry)?)?,
                Output::Table => tell(entry, args.changes, shell)?,
            }
        }
        match page.next {
            Some(next) => from = next,
            None if told == 0 => {
                shell.say("no entries");
                return Ok(None);
            }
            None => return Ok(None),
        }
    }
}

fn in_words(entry: &Entry) -> Told {
    let who = entry.actor.who().unwrap_or("system");
    let through = match (entry.actor.app(), entry.actor.token()) {
        (Some(app), Some(token)) => format!(" through app {app}, token {token}"),
        (Some(app), None) => format!(" through app {app}"),
        (None, Some(token)) => format!(" with token {token}"),
        (None, None) => String::new(),
    };
    let body = entry.body.text().map(Body::parse).transpose();
    let actor = format!("{who}{through}");
    let without = |what: &str| (what.to_owned(), format!("{actor}: {what}"), Vec::new());
    let delegate = body.as_ref().ok().and_then(Option::as_ref);
    let delegate = delegate.and_then(|body| body.delegate.as_ref());
    let delegate = delegate.map(|employee| format!("employee {employee}"));
    let (operation, told, changes) = match body {
        Ok(Some(body)) => {
            let (employee, name) = (delegate.as_deref(), &body.operation);
            let told = entry_sentence(&actor, employee, name, &body.changes);
            let changes = body.changes.iter().map(change_sentence).collect();
            (body.operation, told, changes)
        }
        Ok(None) => without("(withheld)"),
        Err(_) => without("(not known to this version)"),
    };
    Told {
        position: entry.position.get(),
        time: format!("{:.3}", entry.time),
        actor,
        delegate,
        operation,
        told,
        changes,
        hash: entry.hash.to_string(),
        realm: Some(entry.realm.as_str().to_owned()),
    }
}

fn tell(entry: &Told, with_changes: bool, shell: &mut Shell<'_>) -> Result<()> {
    let realm = entry.realm.as_ref();
    let realm = realm.map_or_else(String::new, |realm| format!("  {realm}"));
    let told = shell.paint(Paint::Strong, &entry.told);
    shell.line(format!(
        "{:>8}  {}{realm}  {told}",
        entry.position, entry.time
    ))?;
    if with_changes {
        for change in &entry.changes {
            shell.line(format!("          {change}"))?;
        }
    }
    Ok(())
}
