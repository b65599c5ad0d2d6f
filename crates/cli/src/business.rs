//! `countersign business`: what there is around a business.

use anyhow::Result;
use api::{
    AssetBody, AssetsBody, ChildBody, ChildrenBody, MemberBody, MembersBody, PartnerBody,
    PartnersBody,
};
use commands::{Part, assets, children, members, partners};
use engine::BusinessId;
use engine::fact::TextDigest;
use serde::Serialize;

use crate::exit::Exit;
use crate::output::Output;
use crate::pages::{Query, all_pages};
use crate::shell::Shell;
use crate::world::{Source, World, WorldArgs};

/// All of a list.
const ALL: Part = Part {
    after: None,
    limit: usize::MAX,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// The child businesses a parent made.
    Children(OfArgs),
    /// Who sits in a business, with which role.
    Members(OfArgs),
    /// With whom a business shares, either way.
    Partners(OfArgs),
    /// What a business owns, and what is shared to it.
    Assets(OfArgs),
}

#[derive(Debug, clap::Args)]
struct OfArgs {
    /// The business.
    business: BusinessId,
    /// The second factor was passed. Of a server.
    #[arg(long)]
    second_factor: bool,
    #[command(flatten)]
    world: WorldArgs,
}

impl OfArgs {
    /// Returns where a server lists it, and what is asked with.
    fn there(&self, what: &str) -> Result<(String, Query)> {
        self.world.only_now(what)?;
        let query = Query::new().with("second_factor", self.second_factor.then_some("true"));
        Ok((
            format!("/api/v1/businesses/{}/{what}", self.business),
            query,
        ))
    }
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    match &args.verb {
        Verb::Children(args) => tell(&children_of(args)?, child_line, shell),
        Verb::Members(args) => tell(&members_of(args)?, member_line, shell),
        Verb::Partners(args) => tell(&partners_of(args)?, partner_line, shell),
        Verb::Assets(args) => tell(&assets_of(args)?, asset_line, shell),
    }
}

fn tell<T: Serialize>(
    found: &[T],
    line: impl Fn(&T) -> String,
    shell: &mut Shell<'_>,
) -> Result<Exit> {
    if shell.output == Output::Json {
        shell.json(&found)?;
        return Ok(Exit::Ok);
    }
    for one in found {
        shell.line(line(one))?;
    }
    if found.is_empty() {
        shell.say("nothing is listed");
    }
    Ok(Exit::Ok)
}

fn text(world: &World, text: Option<&TextDigest>) -> Option<String> {
    text.and_then(|text| world.text(text))
}

fn children_of(args: &OfArgs) -> Result<Vec<ChildBody>> {
    Ok(match args.world.source()? {
        Source::Here(world) => {
            let found = children(&world.directory, &args.business, &ALL).items;
            let body = |one| ChildBody::of(one, text(&world, one.name.as_ref()));
            found.iter().map(body).collect()
        }
        Source::There(client) => {
            let (path, query) = args.there("children")?;
            let take = |page: ChildrenBody| (page.children, page.cursor);
            all_pages(&client, &path, &query, take)?
        }
    })
}

fn members_of(args: &OfArgs) -> Result<Vec<MemberBody>> {
    Ok(match args.world.source()? {
        Source::Here(world) => {
            let found = members(&world.directory, &args.business, &ALL, world.now).items;
            let found = found.iter();
            found
                .map(|one| MemberBody::of(one, world.name(&format!("person:{}", one.person))))
                .collect()
        }
        Source::There(client) => {
            let (path, query) = args.there("members")?;
            let take = |page: MembersBody| (page.members, page.cursor);
            all_pages(&client, &path, &query, take)?
        }
    })
}

fn partners_of(args: &OfArgs) -> Result<Vec<PartnerBody>> {
    Ok(match args.world.source()? {
        Source::Here(world) => {
            let found = partners(&world.directory, &args.business, &ALL, world.now).items;
            let found = found.iter();
            found
                .map(|one| PartnerBody::of(one, world.name(&format!("business:{}", one.partner))))
                .collect()
        }
        Source::There(client) => {
            let (path, query) = args.there("partners")?;
            let take = |page: PartnersBody| (page.partners, page.cursor);
            all_pages(&client, &path, &query, take)?
        }
    })
}

fn assets_of(args: &OfArgs) -> Result<Vec<AssetBody>> {
    Ok(match args.world.source()? {
        Source::Here(world) => {
            let found = assets(&world.directory, &args.business, &ALL, world.now).items;
            let found = found.iter();
            found
                .map(|one| AssetBody::of(one, text(&world, one.asset.name.as_ref())))
                .collect()
        }
        Source::There(client) => {
            let (path, query) = args.there("assets")?;
            let take = |page: AssetsBody| (page.assets, page.cursor);
            all_pages(&client, &path, &query, take)?
        }
    })
}

fn child_line(one: &ChildBody) -> String {
    let verified = if one.verified {
        "verified"
    } else {
        "not verified"
    };
    let suspended = if one.suspended { ", suspended" } else { "" };
    format!(
        "business:{}{}  {verified}{suspended}",
        one.business,
        named(one.name.as_ref())
    )
}

fn member_line(one: &MemberBody) -> String {
    let until = one
        .until
        .map_or_else(String::new, |until| format!(", until {until}"));
    format!(
        "person:{}{}  {}{until}",
        one.person,
        named(one.name.as_ref()),
        one.role
    )
}

fn partner_line(one: &PartnerBody) -> String {
    let waiting = match one.waiting {
        0 => String::new(),
        waiting => format!(", {waiting} waiting to be accepted"),
    };
    let (gives, receives) = (one.gives, one.receives);
    let name = named(one.name.as_ref());
    let behalf = match (one.acts_for_it, one.acts_for_us) {
        (false, false) => "",
        (true, false) => ", we act on its behalf",
        (false, true) => ", acts on our behalf",
        (true, true) => ", each acts on behalf of the other",
    };
    format!(
        "business:{}{name}  {gives} shared to it, {receives} from it{waiting}{behalf}",
        one.business
    )
}

fn asset_line(one: &AssetBody) -> String {
    let name = named(one.name.as_ref());
    let how = match &one.share {
        None => "its own".to_owned(),
        Some(state) => {
            let levels: Vec<&str> = one.terms.values().flatten().map(String::as_str).collect();
            let until = one
                .until
                .map_or_else(String::new, |until| format!(", until {until}"));
            format!(
                "of {}, shared as {}, {state}{until}",
                one.owner,
                levels.join(", ")
            )
        }
    };
    let sandbox = if one.sandbox { ", a sandbox asset" } else { "" };
    format!("asset:{}{name}  {}, {how}{sandbox}", one.asset, one.kind)
}

fn named(name: Option<&String>) -> String {
    name.map_or_else(String::new, |name| format!(" ({name})"))
}
