//! `countersign request`: ask for access to what is another's, and answer those who ask.

use anyhow::Result;
use engine::{AssetId, BusinessId, RequestId};
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
    /// Ask for a share of an asset; whoever may answer himself has it at once.
    Make(MakeArgs),
    /// Ask to own an asset.
    Claim(ClaimArgs),
    /// Give what is asked for, or less.
    Approve(ApproveArgs),
    /// Give nothing.
    Decline(AnswerArgs),
    /// Take a request back.
    Withdraw(AnswerArgs),
}

#[derive(Debug, clap::Args)]
struct MakeArgs {
    /// What is asked for.
    asset: AssetId,
    /// What kind of asset that is.
    #[arg(long, value_name = "KIND")]
    kind: String,
    /// The business that asks.
    #[arg(long, value_name = "ID")]
    business: BusinessId,
    /// The level asked for; the kind's lowest usual one, if left out.
    #[arg(long, value_name = "NAME")]
    level: Option<String>,
    #[command(flatten)]
    give: GivingArgs,
}

#[derive(Debug, clap::Args)]
struct ClaimArgs {
    /// What is claimed.
    asset: AssetId,
    /// The business that claims it.
    #[arg(long, value_name = "ID")]
    business: BusinessId,
    #[command(flatten)]
    give: GivingArgs,
}

#[derive(Debug, clap::Args)]
struct ApproveArgs {
    #[command(flatten)]
    answer: AnswerArgs,
    /// A lower level than was asked for, with its kind of asset: `page=View Only`.
    #[arg(long, value_name = "KIND=NAME", conflicts_with = "claim")]
    level: Option<String>,
}

#[derive(Debug, clap::Args)]
struct AnswerArgs {
    /// The request.
    request: RequestId,
    /// It is a claim: the asset gets another owner.
    #[arg(long)]
    claim: bool,
    #[command(flatten)]
    give: GivingArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let (name, body, give) = match &args.subcommand {
        Subcommand::Make(args) => {
            let mut terms = serde_json::Map::new();
            if let Some(level) = &args.level {
                terms.insert(args.kind.clone(), json!([level]));
            }
            let body = json!({
                "from": args.business, "asset": args.asset, "asset_kind": args.kind, "terms": terms,
            });
            ("request.make", body, &args.give)
        }
        Subcommand::Claim(args) => {
            let body = json!({ "business": args.business, "asset": args.asset });
            ("asset.claim", body, &args.give)
        }
        Subcommand::Approve(args) => {
            let mut terms = serde_json::Map::new();
            if let Some((kind, level)) = args.level.as_ref().and_then(|text| text.split_once('=')) {
                terms.insert(kind.to_owned(), json!([level]));
            }
            let answer = &args.answer;
            match answer.claim {
                true => (
                    "claim.approve",
                    json!({ "request": answer.request }),
                    &answer.give,
                ),
                false => {
                    let body = json!({ "request": answer.request, "terms": terms });
                    ("request.approve", body, &answer.give)
                }
            }
        }
        Subcommand::Decline(args) => {
            let name = if args.claim {
                "claim.decline"
            } else {
                "request.decline"
            };
            (name, json!({ "request": args.request }), &args.give)
        }
        Subcommand::Withdraw(args) => (
            "request.withdraw",
            json!({ "request": args.request }),
            &args.give,
        ),
    };
    Ok(does::give(&row(name, &body)?, give, shell)?.exit)
}
