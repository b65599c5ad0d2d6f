//! `GET /api/v1/businesses/{id}/…`: the children, people, partners and assets of a business, a page
//! at a time. A business that is not the caller's to look at answers as one that is not there.

use api::{
    AssetBody, AssetsBody, ChildBody, ChildrenBody, MemberBody, MembersBody, PartnerBody,
    PartnersBody,
};
use axum::Json;
use axum::extract::State;
use commands::Part;
use engine::fact::{Fact, Key, TextDigest};
use engine::{BusinessId, Thing};
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;
use crate::holding::id;
use crate::list::limit;
use crate::params::{Params, Segment};

/// Which part of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The second factor was passed.
    #[serde(default)]
    second_factor: bool,
    limit: Option<usize>,
    cursor: Option<String>,
}

/// A list that the caller may read, and the part that is wanted.
struct Asked {
    app: App,
    caller: Caller,
    business: BusinessId,
    part: Part,
}

impl Asked {
    fn of(
        app: App,
        caller: Caller,
        operation: &str,
        business: &str,
        wanted: Wanted,
    ) -> Result<Self, Fault> {
        let business: BusinessId = id("id", business)?;
        let part = Part {
            limit: limit(wanted.limit)?,
            after: wanted.cursor,
        };
        let on = Thing::Business(business.clone());
        caller.asks_of(&app, operation, on, wanted.second_factor)?;
        Ok(Self {
            app,
            caller,
            business,
            part,
        })
    }

    /// Returns a free text; nothing if there is none, or it was erased.
    fn text(&self, text: Option<&TextDigest>) -> Result<Option<String>, Fault> {
        let text = text.map(|text| self.app.installation.text(text));
        Ok(text.transpose().map_err(Fault::internal)?.flatten())
    }

    fn name(&self, key: &Key) -> Result<Option<String>, Fault> {
        let name = match self.caller.directory()?.fact(key) {
            Some(Fact::Business(one)) => one.name,
            Some(Fact::Person(one)) => one.name,
            _ => None,
        };
        self.text(name.as_ref())
    }
}

pub(crate) async fn children(
    State(app): State<App>,
    caller: Caller,
    Segment(business): Segment,
    Params(wanted): Params<Wanted>,
) -> Result<Json<ChildrenBody>, Fault> {
    let asked = Asked::of(app, caller, "child.list", &business, wanted)?;
    let found = commands::children(asked.caller.directory()?, &asked.business, &asked.part);
    let lines = found.items.iter();
    let lines = lines.map(|one| Ok(ChildBody::of(one, asked.text(one.name.as_ref())?)));
    let children = lines.collect::<Result<Vec<_>, Fault>>()?;
    let last = children.last().map(|one| one.business.clone());
    Ok(Json(ChildrenBody {
        cursor: last.filter(|_| found.more),
        children,
        state: asked.caller.sight.state(),
    }))
}

pub(crate) async fn members(
    State(app): State<App>,
    caller: Caller,
    Segment(business): Segment,
    Params(wanted): Params<Wanted>,
) -> Result<Json<MembersBody>, Fault> {
    let asked = Asked::of(app, caller, "member.list", &business, wanted)?;
    let (directory, now) = (asked.caller.directory()?, asked.app.installation.now());
    let found = commands::members(directory, &asked.business, &asked.part, now);
    let lines = found.items.iter();
    let lines = lines.map(|one| {
        let name = asked.name(&Key::Person(one.person.clone()))?;
        Ok(MemberBody::of(one, name))
    });
    let members = lines.collect::<Result<Vec<_>, Fault>>()?;
    let last = members.last().map(|one| one.person.clone());
    Ok(Json(MembersBody {
        cursor: last.filter(|_| found.more),
        members,
        state: asked.caller.sight.state(),
    }))
}

pub(crate) async fn partners(
    State(app): State<App>,
    caller: Caller,
    Segment(business): Segment,
    Params(wanted): Params<Wanted>,
) -> Result<Json<PartnersBody>, Fault> {
    let asked = Asked::of(app, caller, "partner.list", &business, wanted)?;
    let (directory, now) = (asked.caller.directory()?, asked.app.installation.now());
    let found = commands::partners(directory, &asked.business, &asked.part, now);
    let lines = found.items.iter();
    let lines = lines.map(|one| {
        let name = asked.name(&Key::Business(one.partner.clone()))?;
        Ok(PartnerBody::of(one, name))
    });
    let partners = lines.collect::<Result<Vec<_>, Fault>>()?;
    let last = partners.last().map(|one| one.business.clone());
    Ok(Json(PartnersBody {
        cursor: last.filter(|_| found.more),
        partners,
        state: asked.caller.sight.state(),
    }))
}

pub(crate) async fn assets(
    State(app): State<App>,
    caller: Caller,
    Segment(business): Segment,
    Params(wanted): Params<Wanted>,
) -> Result<Json<AssetsBody>, Fault> {
    let asked = Asked::of(app, caller, "asset.list", &business, wanted)?;
    let (directory, now) = (asked.caller.directory()?, asked.app.installation.now());
    let found = commands::assets(directory, &asked.business, &asked.part, now);
    let lines = found.items.iter();
    let lines = lines.map(|one| Ok(AssetBody::of(one, asked.text(one.asset.name.as_ref())?)));
    let assets = lines.collect::<Result<Vec<_>, Fault>>()?;
    let last = assets.last().map(|one| one.asset.clone());
    Ok(Json(AssetsBody {
        cursor: last.filter(|_| found.more),
        assets,
        state: asked.caller.sight.state(),
    }))
}
