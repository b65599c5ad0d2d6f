//! `countersign realm create`: makes a realm in a data directory, with its first operator.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use engine::{Holder, PersonId};
use ledger::Realm;
use node::clock::RealClock;
use node::installation::{Installation, NewRealm};

use crate::exit::Exit;
use crate::shell::Shell;
use crate::sources;

/// Who operates the demo's realms.
pub(crate) const OPERATOR: &str = "operator";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make a realm and its first operator; prints the operator's API token, this once.
    Create(Create),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// The realm's name.
    #[arg(long)]
    realm: String,
    /// A shipped rulebook's name, or a file.
    #[arg(long)]
    rulebook: String,
    /// A switch of the rulebook, as `name=value`; can be given several times.
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    switches: Vec<String>,
    /// The first operator: a person's id.
    #[arg(long)]
    operator: PersonId,
    /// The operator's role in the rulebook's realm.
    #[arg(long, default_value = "operator")]
    role: String,
    /// The data directory; no server may have it open.
    #[arg(long)]
    data: PathBuf,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    match &args.what {
        What::Create(args) => create(args, shell),
    }
}

fn create(args: &Create, shell: &mut Shell<'_>) -> Result<Exit> {
    let source = sources::rulebook(&args.rulebook, None)?;
    let realm = Realm::parse(&args.realm)?;
    let (installation, writer) = Installation::open(&args.data, Arc::new(RealClock))?;
    let new = NewRealm {
        realm: realm.clone(),
        rulebook: source.text().to_owned(),
        switches: switches(&args.switches)?,
        operator: Some((args.operator.clone(), args.role.clone())),
        changes: Vec::new(),
        texts: Vec::new(),
    };
    installation.create_realm(&new, &mut |_, _| {})?;
    let holder = Holder::Person(args.operator.clone());
    let token = installation.open_session(&realm, &holder)?;
    shell.say(format!(
        "made realm `{}`; its operator is {}",
        realm.as_str(),
        args.operator
    ));
    shell.say("the API token below is shown this once");
    shell.line(token)?;
    drop(installation);
    writer.wait()?;
    Ok(Exit::Ok)
}

/// Reads `name=value` pairs.
pub(crate) fn switches(pairs: &[String]) -> Result<BTreeMap<String, String>> {
    pairs
        .iter()
        .map(|pair| {
            let (name, value) = pair
                .split_once('=')
                .with_context(|| anyhow!("write a switch as `name=value`, not `{pair}`"))?;
            Ok((name.to_owned(), value.to_owned()))
        })
        .collect()
}
