//! `POST /api/v1/figures`: figures that live on the platform, with their time.

use api::FigureFeed;
use axum::extract::State;
use axum::http::StatusCode;
use commands::Command;
use engine::fact::{Amounts, Fact};
use engine::{AssetId, BusinessId, Directory, Figure, Figures, Thing};
use jiff::Timestamp;
use ledger::{Realm, RowWrite};
use meta::sight::MOST_WORK;
use node::figures::FigureKind;

use crate::app::App;
use crate::body::List;
use crate::caller::Caller;
use crate::fault::Fault;

pub(crate) async fn feed(
    State(app): State<App>,
    caller: Caller,
    List(figures): List<FigureFeed>,
) -> Result<StatusCode, Fault> {
    caller.must(&app, "decision.ask")?;
    note(&app, &caller.sight.realm, &figures)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes figures of a realm: all of them, or none when one is wrong.
pub(crate) fn note(app: &App, realm: &Realm, feeds: &[FigureFeed]) -> Result<(), Fault> {
    let mut read = Vec::with_capacity(feeds.len());
    for (index, feed) in feeds.iter().enumerate() {
        let one = figure(feed).and_then(|(asset, kind, figure)| {
            let object = object_of(app, realm, feed, &asset, kind)?;
            Ok(((asset, object), kind, figure))
        });
        read.push(one.map_err(|fault| fault.within(&format!("[{index}]")))?);
    }
    for ((asset, object), kind, figure) in read {
        let of = (&asset, object.as_deref());
        app.installation.figures.feed(realm, of, kind, figure);
    }
    Ok(())
}

/// Returns the thing in an asset that a figure is about, if it names one.
///
/// Errors: there is no such campaign, ad set or ad in the asset, or the figure is none of reports.
fn object_of(
    app: &App,
    realm: &Realm,
    feed: &FigureFeed,
    asset: &AssetId,
    kind: FigureKind,
) -> Result<Option<String>, Fault> {
    let Some(id) = &feed.object else {
        return Ok(None);
    };
    if matches!(kind, FigureKind::DailyBudgetTotal | FigureKind::ActiveAds) {
        let message = format!("`{}` of what is kept here is counted, not fed", feed.figure);
        return Err(Fault::invalid("object", message));
    }
    let shelf = market::Shelf::new(app.installation.store(), realm);
    let found = shelf.find(id).map_err(Fault::internal)?;
    let reported = |one: &market::Object| {
        use market::Kind::{Ad, AdSet, Campaign};
        one.asset == *asset && matches!(one.kind, Campaign | AdSet | Ad)
    };
    if !found.is_some_and(|kept| reported(&kept.value)) {
        let message = format!("`{asset}` has no campaign, ad set or ad `{id}`");
        return Err(Fault::invalid("object", message));
    }
    Ok(Some(id.clone()))
}

/// Returns the figures that are known of a thing: of an asset those fed, and what runs in it as it is
/// kept here; of a business, how many ads run in all it owns. What is counted here is true `now`, which
/// must not be later than the time at which it is decided: a figure of the future counts for nothing.
pub(crate) fn known(
    app: &App,
    realm: &Realm,
    directory: &Directory,
    thing: &Thing,
    now: Timestamp,
) -> Figures {
    match thing {
        Thing::Asset(asset) => of_asset(app, realm, asset, now).unwrap_or_default(),
        Thing::Business(business) => Figures {
            active_ads: ads_of(app, realm, directory, business, now),
            ..Figures::default()
        },
        _ => Figures::default(),
    }
}

/// Returns how many ads run in everything a business owns, as old as the oldest figure; nothing if
/// one is missing. Who owns nothing that ads run in has none.
fn ads_of(
    app: &App,
    realm: &Realm,
    directory: &Directory,
    business: &BusinessId,
    now: Timestamp,
) -> Option<Figure> {
    let rules = directory.rulebook().rules(0);
    // Ads run in what campaigns and ads are made in: what is made there starts paused.
    let runs_ads = |kind: &str| {
        let kind = rules.kind_named(kind).map(|kind| kind.id);
        let mut making = rules.operations.iter().flatten();
        kind.is_some_and(|kind| {
            making.any(|one| one.starts_paused && one.needs.iter().any(|need| need.kind == kind))
        })
    };
    let mut sum = Figure { value: 0, at: now };
    for fact in directory.facts_of_business(business) {
        if let Fact::Asset(asset) = fact
            && runs_ads(&asset.kind)
        {
            let one = ads_in(app, realm, &asset.id, now)?;
            sum = Figure {
                value: sum.value.saturating_add(one.value),
                at: sum.at.min(one.at),
            };
        }
    }
    Some(sum)
}

/// Returns the figures of an asset; nothing if what is kept of it cannot be read. What is missing is
/// refused.
fn of_asset(app: &App, realm: &Realm, asset: &AssetId, now: Timestamp) -> Option<Figures> {
    let shelf = market::Shelf::new(app.installation.store(), realm);
    let books = shelf.books(asset).ok()?;
    let fed = app.installation.figures.of(realm, asset);
    Some(books.over(fed, now))
}

/// Returns how many ads run in an asset. One below a paused campaign does not, so where ads are to run,
/// they are looked at.
fn ads_in(app: &App, realm: &Realm, asset: &AssetId, now: Timestamp) -> Option<Figure> {
    let shelf = market::Shelf::new(app.installation.store(), realm);
    let mut books = shelf.books(asset).ok()?;
    if books.value.active_ads > 0 {
        books.value.active_ads = shelf.running_ads(asset, MOST_WORK).ok()?;
    }
    let fed = app.installation.figures.of(realm, asset);
    books.over(fed, now).active_ads
}

/// Returns the rows that must be as they are when a command is done, or that come with it: of a child
/// that goes, what runs in its assets; of an amount that changes under a mandate, the books of the asset,
/// in which it is noted. To be read before what the command is decided on.
pub(crate) fn held(
    app: &App,
    realm: &Realm,
    directory: &Directory,
    command: &Command,
) -> Result<Vec<RowWrite>, Fault> {
    let mut plan = market::Plan::new(market::Shelf::new(app.installation.store(), realm));
    match command {
        Command::DeleteChild(child) => {
            for fact in directory.facts_of_business(&child.business) {
                if let Fact::Asset(asset) = fact {
                    plan.hold(&asset.id).map_err(Fault::internal)?;
                }
            }
        }
        Command::MakeChange(made) => note_in(&mut plan, &made.asset, made.change)?,
        Command::ExecuteProposal(made) => {
            if let Some(one) = directory.proposal(&made.proposal) {
                note_in(&mut plan, &one.asset, one.change)?;
            }
        }
        _ => {}
    }
    plan.into_writes().map_err(Fault::internal)
}

fn note_in(
    plan: &mut market::Plan<'_>,
    asset: &AssetId,
    change: Option<Amounts>,
) -> Result<(), Fault> {
    match change {
        Some(Amounts { from, to }) => plan.note(asset, from, to).map_err(Fault::internal),
        None => Ok(()),
    }
}

fn figure(feed: &FigureFeed) -> Result<(AssetId, FigureKind, Figure), Fault> {
    let asset = feed
        .asset
        .parse()
        .map_err(|error: engine::IdError| Fault::invalid("asset", error.to_string()))?;
    let kind = match feed.figure.as_str() {
        "daily_budget_total" => FigureKind::DailyBudgetTotal,
        "cpa" => FigureKind::Cpa,
        "roas" => FigureKind::Roas,
        "spend_total" => FigureKind::SpendTotal,
        "active_ads" => FigureKind::ActiveAds,
        other => {
            let message = format!(
                "`{other}` is no figure: \
                 `daily_budget_total`, `cpa`, `roas`, `spend_total` or `active_ads`"
            );
            return Err(Fault::invalid("figure", message));
        }
    };
    let figure = Figure {
        value: feed.value,
        at: feed.at,
    };
    Ok((asset, kind, figure))
}
