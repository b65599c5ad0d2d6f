//! What the page shows that asks a person.

use std::collections::BTreeMap;

use ::oauth::authorize::Asked;
use ::oauth::consent::reaches_assets;
use askama::Template;
use engine::fact::{Asset, Fact, Key};
use engine::{BusinessId, Owner};
use node::sign_in::SignedIn;

use super::super::answer::Refused;
use super::super::authorize::origin;
use super::super::cookie::Visitor;
use super::super::page::{Frame, Page, Shown};
use super::super::place::Place;
use super::offered;

/// How many assets of one kind are shown without being asked for.
const FEW: usize = 12;

#[derive(Debug, Template)]
#[template(path = "oauth/consent.html")]
struct ConsentPage<'a> {
    frame: &'a Frame,
    person: Shown,
    /// The app's name, and its id.
    name: Shown,
    app: Shown,
    /// Where the person is sent after it.
    back: Shown,
    request: &'a str,
    scopes: Vec<Choice>,
    /// Did the app name assets?
    named: bool,
    /// What the person may choose among, if any scope reaches assets.
    offered: Option<Offered>,
}

/// A box to tick.
#[derive(Debug)]
struct Choice {
    name: Shown,
    id: Shown,
    /// The id as the form brings it back.
    value: String,
    ticked: bool,
}

impl Choice {
    fn new(name: Shown, id: &str, ticked: bool) -> Self {
        Self {
            name,
            id: Shown::new(id),
            value: id.to_owned(),
            ticked,
        }
    }
}

#[derive(Debug, Default)]
struct Offered {
    businesses: Vec<Choice>,
    kinds: Vec<OfKind>,
}

#[derive(Debug)]
struct OfKind {
    label: Shown,
    is_short: bool,
    owners: Vec<OfOwner>,
}

#[derive(Debug)]
struct OfOwner {
    name: Shown,
    assets: Vec<Choice>,
}

/// Returns the page that asks a person.
pub(in super::super) fn page(
    place: &Place,
    visitor: &mut Visitor,
    asked: &Asked,
    signed_in: &SignedIn,
    request: &str,
) -> Result<Page, Refused> {
    let (frame, cookie) = visitor.frame(place, None)?;
    let rules = place.directory()?.rulebook().rules(0);
    let reaches = |scope: &String| reaches_assets(rules, scope);
    let offered = if asked.scopes.iter().any(reaches) {
        let assets = offered(place, asked, signed_in)?;
        Some(Offered::of(place, &assets, !asked.details.is_empty())?)
    } else {
        None
    };
    let scopes = asked.scopes.iter().map(|scope| {
        let permission = rules.names.permission(scope);
        let permission = permission.and_then(|id| rules.permission(id));
        let label = permission.map_or(scope, |permission| &permission.label);
        Choice::new(Shown::new(label), scope, true)
    });
    let template = ConsentPage {
        frame: &frame,
        person: Shown::new(signed_in.person.as_str()),
        name: place.name_of_app(&asked.app),
        app: Shown::new(asked.app.id.as_str()),
        back: Shown::new(&origin(&asked.redirect_uri)),
        request,
        scopes: scopes.collect(),
        named: !asked.details.is_empty(),
        offered,
    };
    Page::with_form(&template, &frame, cookie)
}

impl Offered {
    /// Returns assets by kind, and within it by business. `named`: did the app ask for them by name?
    fn of(place: &Place, assets: &[Asset], named: bool) -> Result<Self, Refused> {
        let rules = place.directory()?.rulebook().rules(0);
        let mut offered = Self::default();
        let mut owners: Vec<&Owner> = assets.iter().map(|asset| &asset.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        for owner in owners {
            let Owner::Business(business) = owner else {
                continue;
            };
            let name = business_name(place, business)?;
            let choice = Choice::new(name, business.as_str(), false);
            offered.businesses.push(choice);
        }
        let mut by_kind: BTreeMap<&str, BTreeMap<&Owner, Vec<&Asset>>> = BTreeMap::new();
        for asset in assets {
            let owners = by_kind.entry(&asset.kind).or_default();
            owners.entry(&asset.owner).or_default().push(asset);
        }
        for (kind, owners) in by_kind {
            let label = rules.kind_named(kind);
            let label = label.map_or(kind, |kind| kind.label.as_str());
            let count: usize = owners.values().map(Vec::len).sum();
            let owners = owners.into_iter();
            let owners = owners.map(|(owner, assets)| OfOwner::of(place, owner, &assets, named));
            offered.kinds.push(OfKind {
                label: Shown::new(label),
                // What is ticked already must be seen.
                is_short: named || count <= FEW,
                owners: owners.collect::<Result<_, _>>()?,
            });
        }
        Ok(offered)
    }
}

impl OfOwner {
    fn of(place: &Place, owner: &Owner, assets: &[&Asset], ticked: bool) -> Result<Self, Refused> {
        let assets = assets.iter().map(|asset| {
            let name = place.text(asset.name.as_ref());
            let name = name.unwrap_or_else(|| Shown::new(""));
            Choice::new(name, asset.id.as_str(), ticked)
        });
        let name = match owner {
            Owner::Business(id) => business_name(place, id)?,
            Owner::Person(id) => Shown::new(&format!("Of {id}, without a business")),
        };
        Ok(Self {
            name,
            assets: assets.collect(),
        })
    }
}

fn business_name(place: &Place, id: &BusinessId) -> Result<Shown, Refused> {
    let fact = place.directory()?.fact(&Key::Business(id.clone()));
    let name = match &fact {
        Some(Fact::Business(business)) => place.text(business.name.as_ref()),
        _ => None,
    };
    Ok(name.unwrap_or_else(|| Shown::new(id.as_str())))
}
