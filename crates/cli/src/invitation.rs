//! `countersign invitation`: asking people into a business.

use std::collections::BTreeMap;
use std::io::Read as _;

use anyhow::{Context as _, Result, anyhow};
use commands::{
    AcceptInvitation, CancelInvitation, Code, Command, ResendInvitation, SendInvitation,
};
use engine::fact::{Offered, Terms};
use engine::{BusinessId, InvitationId};
use jiff::Timestamp;

use crate::does::{self, GivingArgs};
use crate::exit::Exit;
use crate::shell::Shell;

/// The variable that holds the code. Never an argument: everybody on a machine can see those.
const CODE: &str = "COUNTERSIGN_CODE";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Ask somebody into a business. The code is shown this once.
    Send {
        /// Into which business.
        #[arg(long, value_name = "ID")]
        business: BusinessId,
        /// As what: a role of businesses.
        #[arg(long)]
        role: String,
        /// To which e-mail address.
        #[arg(long)]
        email: Option<String>,
        /// Over at this time; after the time the rulebook says is usual, if left out.
        #[arg(long, value_name = "TIME")]
        until: Option<Timestamp>,
        /// What is assigned when it is accepted, as in `asset:act_81=ad_account:advertiser`. May be
        /// repeated.
        #[arg(long = "assign", value_name = "ON=KIND:ROLE")]
        assign: Vec<Assigned>,
        #[command(flatten)]
        giving: GivingArgs,
    },
    /// Send it again: a new code, a new end, and the old code is dead.
    Resend {
        /// The invitation.
        invitation: InvitationId,
        /// Over at this time; after the time the rulebook says is usual, if left out.
        #[arg(long, value_name = "TIME")]
        until: Option<Timestamp>,
        #[command(flatten)]
        giving: GivingArgs,
    },
    /// Take it back.
    Cancel {
        /// The invitation.
        invitation: InvitationId,
        #[command(flatten)]
        giving: GivingArgs,
    },
    /// Accept it, for oneself. The code is read from `COUNTERSIGN_CODE`, or from the input.
    Accept {
        /// The invitation.
        invitation: InvitationId,
        #[command(flatten)]
        giving: GivingArgs,
    },
}

/// An assignment that goes with an invitation.
#[derive(Debug, Clone)]
struct Assigned(Offered);

impl std::str::FromStr for Assigned {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write `ON=KIND:ROLE`, as in `asset:act_81=ad_account:advertiser`";
        let (on, terms) = text.split_once('=').ok_or(form)?;
        let (kind, roles) = terms.split_once(':').ok_or(form)?;
        let on = on
            .parse()
            .map_err(|wrong| format!("`{on}` is no asset and no group: {wrong}; {form}"))?;
        let roles = roles.split(',').map(str::to_owned).collect();
        Ok(Self(Offered {
            on,
            terms: Terms(BTreeMap::from([(kind.to_owned(), roles)])),
            until: None,
        }))
    }
}

pub(crate) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let (command, giving): (Command, GivingArgs) = match args.verb {
        Verb::Send {
            business,
            role,
            email,
            until,
            assign,
            giving,
        } => {
            let send = SendInvitation {
                business,
                id: None,
                role,
                email,
                until,
                assignments: assign.into_iter().map(|one| one.0).collect(),
            };
            (send.into(), giving)
        }
        Verb::Resend {
            invitation,
            until,
            giving,
        } => (ResendInvitation { invitation, until }.into(), giving),
        Verb::Cancel { invitation, giving } => (CancelInvitation { invitation }.into(), giving),
        Verb::Accept { invitation, giving } => {
            let code = code()?;
            (AcceptInvitation { invitation, code }.into(), giving)
        }
    };
    Ok(does::give(&command.into(), &giving, shell)?.exit)
}

fn code() -> Result<Code> {
    let mut code = std::env::var(CODE).unwrap_or_default();
    if code.is_empty() {
        let mut input = std::io::stdin();
        input.read_to_string(&mut code).context("the code")?;
    }
    match code.trim() {
        "" => Err(anyhow!(
            "an invitation is accepted with its code: put it into {CODE}"
        )),
        code => Ok(Code(code.to_owned())),
    }
}
