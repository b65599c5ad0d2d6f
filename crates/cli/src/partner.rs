//! `countersign partner`: share with a partner, answer one, remove one, and prove that it is gone.

mod prove_removal;

use anyhow::{Context as _, Result, anyhow};
use commands::scenario::CommandRow;
use engine::{AssetId, BusinessId};
use serde_json::{Value, json};

use crate::does::{self, GivingArgs};
use crate::exit::Exit;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    subcommand: Subcommand,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// Share assets with a partner, all in one entry.
    Add(AddArgs),
    /// Accept everything another business shared and that waits.
    Accept(BetweenArgs),
    /// Decline everything another business shared and that waits.
    Decline(BetweenArgs),
    /// End everything between two businesses, in one action.
    Revoke(BetweenArgs),
    /// Look for everything that is left of a partner; nothing left is certified.
    ProveRemoval(prove_removal::Args),
}

#[derive(Debug, clap::Args)]
struct BetweenArgs {
    /// The other business.
    partner: BusinessId,
    /// The business that acts.
    #[arg(long, value_name = "ID")]
    business: BusinessId,
    #[command(flatten)]
    give: GivingArgs,
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    #[command(flatten)]
    between: BetweenArgs,
    /// A type of partner of the rulebook, whose levels are meant.
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// What is shared. May be repeated.
    #[arg(long = "asset", value_name = "ID", required = true)]
    assets: Vec<AssetId>,
    /// Levels per kind of asset, in place of the template's: `{ page: [Standard] }`.
    #[arg(long, value_name = "YAML")]
    terms: Option<String>,
    /// Only tell what would change.
    #[arg(long)]
    plan: bool,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    match &args.subcommand {
        Subcommand::Add(args) => add(args, shell),
        Subcommand::Accept(args) => between("partner.accept", args, shell),
        Subcommand::Decline(args) => between("partner.decline", args, shell),
        Subcommand::Revoke(args) => between("partner.remove", args, shell),
        Subcommand::ProveRemoval(args) => prove_removal::run(args, shell),
    }
}

fn between(name: &str, args: &BetweenArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    let body = json!({ "business": args.business, "partner": args.partner });
    Ok(does::give(&row(name, &body)?, &args.give, shell)?.exit)
}

fn add(args: &AddArgs, shell: &mut Shell<'_>) -> Result<Exit> {
    let between = &args.between;
    let mut body = json!({
        "business": between.business, "partner": between.partner, "assets": args.assets,
    });
    if let (Some(template), Some(body)) = (&args.template, body.as_object_mut()) {
        body.insert("template".to_owned(), json!(template));
    }
    let row = match &args.terms {
        None => row("partner.add", &body)?,
        Some(terms) => {
            // JSON is YAML, so the terms can stand in it as they were written.
            let text = body.to_string();
            let open = text.strip_suffix('}').unwrap_or(&text);
            format!("{{ partner.add: {open}, \"terms\": {terms} }} }}")
                .parse()
                .map_err(|wrong| anyhow!("{wrong}"))?
        }
    };
    match args.plan {
        true => does::plan(&row, &between.give, shell),
        false => Ok(does::give(&row, &between.give, shell)?.exit),
    }
}

/// Returns a command as a file would write it.
pub(crate) fn row(name: &str, body: &Value) -> Result<CommandRow> {
    let text = json!({ name: body }).to_string();
    let row: Result<CommandRow, _> = text.parse();
    row.map_err(|wrong| anyhow!("{wrong}"))
        .with_context(|| format!("in `{name}`"))
}
