//! `countersign on-behalf`: let a partner act for a client, get its tokens, end it.

use anyhow::Result;
use engine::{AppId, BusinessId};
use serde_json::json;

use crate::does::{self, GivingArgs};
use crate::exit::Exit;
use crate::partner::row;
use crate::shell::Shell;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    subcommand: Subcommand,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// Let a partner act on behalf of a client. By itself that gives the partner nothing.
    Start(BetweenArgs),
    /// Get a token of the client's system user through which the partner acts; the first makes it.
    Token(TokenArgs),
    /// End it, with the system user and its tokens.
    End(BetweenArgs),
}

#[derive(Debug, clap::Args)]
struct BetweenArgs {
    /// The business that acts.
    partner: BusinessId,
    /// The business for which it acts.
    #[arg(long, value_name = "ID")]
    client: BusinessId,
    #[command(flatten)]
    give: GivingArgs,
}

#[derive(Debug, clap::Args)]
struct TokenArgs {
    #[command(flatten)]
    between: BetweenArgs,
    /// An app of the partner.
    #[arg(long, value_name = "ID")]
    app: AppId,
    /// A scope of the token. May be repeated.
    #[arg(long = "scope", value_name = "NAME", required = true)]
    scopes: Vec<String>,
    /// What the system user is called, if this makes it.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let (name, body, give) = match &args.subcommand {
        Subcommand::Start(args) => ("on_behalf.start", between(args), &args.give),
        Subcommand::End(args) => ("on_behalf.end", between(args), &args.give),
        Subcommand::Token(args) => {
            let body = json!({
                "partner": args.between.partner, "client": args.between.client, "app": args.app,
                "scopes": args.scopes, "name": args.name,
            });
            ("on_behalf_token.issue", body, &args.between.give)
        }
    };
    Ok(does::give(&row(name, &body)?, give, shell)?.exit)
}

fn between(args: &BetweenArgs) -> serde_json::Value {
    json!({ "partner": args.partner, "client": args.client })
}
