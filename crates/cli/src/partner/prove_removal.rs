//! `countersign partner prove-removal`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use api::{Eyes, ProveRemovalBody, ResidueBody, ResidueListBody};
use commands::residue::residue;
use engine::BusinessId;
use node::certificate::Circumstances;
use node::{Clock as _, RealClock};

use crate::client::Client;
use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::explain::way::{GivenTo, Way};
use crate::output::Output;
use crate::paint::Paint;
use crate::place::Place;
use crate::shell::Shell;
use crate::world::{Source, WorldArgs};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Where nothing is left, and there is a log to sign for, the certificate goes to the output, or to \
    the file named with `--certificate`; whoever has the public key (`ledger key`) verifies it with `certificate verify`."
)]
pub(crate) struct Args {
    /// The partner that was removed.
    partner: BusinessId,
    /// The business whose assets are looked at. May be repeated.
    #[arg(long = "business", value_name = "ID", required = true)]
    businesses: Vec<BusinessId>,
    /// Write the certificate to this file.
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    #[command(flatten)]
    world: WorldArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let mut way = Way {
        given_to: GivenTo::Server,
        place: args.world.place.words()?,
        rulebook: args.world.rulebook.clone(),
        at: args.world.at,
        asker: None,
        second_factor: false,
    };
    let body = match args.world.place.place()? {
        Place::Server(client) => there(args, &client)?,
        Place::Data(folder) if args.world.at.is_none() && args.world.rulebook.is_none() => {
            way.given_to = GivenTo::Data;
            in_folder(args, &folder)?
        }
        Place::Data(_) | Place::File(_) => {
            way.given_to = GivenTo::File;
            listed(args)?
        }
    };
    tell(args, &body, &way, shell)
}

/// Looks at facts without a log, or at those of the past: nothing of it is certified.
fn listed(args: &Args) -> Result<ResidueBody> {
    let Source::Here(world) = args.world.source()? else {
        return Err(anyhow!("a server was named, and a file"));
    };
    let left = residue(&world.directory, &args.businesses, &args.partner, world.now);
    Ok(ResidueBody::of(
        &world.directory,
        &left,
        &Eyes::all(),
        world.now,
    ))
}

fn in_folder(args: &Args, folder: &DataFolder) -> Result<ResidueBody> {
    let opened = folder.open()?;
    let installation = &opened.installation;
    let view = installation.view();
    let now = RealClock.now().max(view.head.time);
    let directory = node::installation::directory(&view, &opened.realm);
    let directory = directory.ok_or_else(|| anyhow!("the realm is being loaded"))?;
    let left = residue(directory, &args.businesses, &args.partner, now);
    let mut body = ResidueBody::of(directory, &left, &Eyes::all(), now);
    if left.is_empty() && !left.assets.is_empty() {
        let around = Circumstances {
            head: &view.head,
            realm: &opened.realm,
            rulebook: directory.rulebook().digest,
            now,
        };
        let certificate = installation.certify(&left, &around);
        let certificate =
            certificate.ok_or_else(|| anyhow!("the key of the installation cannot sign"))??;
        body.certificate = Some(serde_json::to_value(&certificate)?);
        body.file = Some(certificate.to_file()?);
    }
    Ok(body)
}

fn there(args: &Args, client: &Client) -> Result<ResidueBody> {
    if args.world.at.is_some() {
        return Err(anyhow!(
            "a server proves what is, not what was: leave `--at` out"
        ));
    }
    let body = ProveRemovalBody {
        businesses: args.businesses.iter().map(ToString::to_string).collect(),
        partner: args.partner.to_string(),
    };
    Ok(client.post("/api/v1/partners/prove-removal", &body)?)
}

fn tell(args: &Args, body: &ResidueBody, way: &Way, shell: &mut Shell<'_>) -> Result<Exit> {
    if let (Some(path), Some(file)) = (&args.certificate, &body.file) {
        std::fs::write(path, file).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    let exit = match body.left {
        0 => Exit::Ok,
        _ => Exit::Findings,
    };
    if shell.output == Output::Json {
        shell.json(body)?;
        return Ok(exit);
    }
    for list in &body.lists {
        tell_list(list, way, shell)?;
    }
    shell.say("It cannot see:");
    for one in &body.cannot_see {
        shell.say(format!("  {one}"));
    }
    if body.left > 0 {
        let mark = format!("✗ {} {}", api::RESIDUAL_ACCESS, body.left);
        let mark = shell.paint(Paint::Bad, &mark);
        shell.line(format!("{mark} left: nothing is certified"))?;
        return Ok(exit);
    }
    let mark = shell.paint(Paint::Good, "✓ nothing is left");
    match (&body.file, &args.certificate) {
        (Some(_), Some(path)) => {
            shell.line(format!("{mark}  certificate: {}", path.display()))?;
        }
        (Some(file), None) => {
            shell.say(mark);
            write!(shell.out, "{file}")?;
        }
        (None, _) => shell.line(format!("{mark}; there is no log here to certify it"))?,
    }
    Ok(exit)
}

fn tell_list(list: &ResidueListBody, way: &Way, shell: &mut Shell<'_>) -> Result<()> {
    let words = format!("{}: {} looked at", list.of, list.checked);
    if list.left.is_empty() {
        shell.say(format!("✓ {words}, none left"));
        return Ok(());
    }
    let mark = shell.paint(Paint::Bad, "✗");
    shell.line(format!("{mark} {words}, {} left", list.left.len()))?;
    for one in &list.left {
        shell.line(format!("    {}", one.text))?;
        let line = one
            .removal
            .as_ref()
            .and_then(|step| way.command_line(step, &way.place));
        if let Some(line) = line {
            shell.line(format!("      {line}"))?;
        }
    }
    Ok(())
}
