//! `POST /api/v1/figures`: figures that live on the platform, with their time.

use api::FigureFeed;
use axum::extract::State;
use axum::http::StatusCode;
use commands::Command;
use engine::fact::Fact;
use engine::{AssetId, BusinessId, Directory, Figure, Figures, Thing};
use ledger::{Realm, RowWrite};
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
        read.push(figure(feed).map_err(|fault| fault.within(&format!("[{index}]")))?);
    }
    for (asset, kind, figure) in read {
        app.installation.figures.feed(realm, &asset, kind, figure);
    }
    Ok(())
}

/// Returns the figures that are known of a thing: those fed of an asset; of a business, how many ads
/// run in all it owns.
pub(crate) fn known(app: &App, realm: &Realm, directory: &Directory, thing: &Thing) -> Figures {
    match thing {
        Thing::Asset(asset) => app.installation.figures.of(realm, asset),
        Thing::Business(business) => Figures {
            active_ads: ads_of(app, realm, directory, business),
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
    let mut sum = Figure {
        value: 0,
        at: app.installation.now(),
    };
    for fact in directory.facts_of_business(business) {
        if let Fact::Asset(asset) = fact
            && runs_ads(&asset.kind)
        {
            let one = ads_in(app, realm, &asset.id)?;
            sum = Figure {
                value: sum.value.saturating_add(one.value),
                at: sum.at.min(one.at),
            };
        }
    }
    Some(sum)
}

/// Returns how many ads run in an asset.
fn ads_in(app: &App, realm: &Realm, asset: &AssetId) -> Option<Figure> {
    let shelf = market::Shelf::new(app.installation.store(), realm);
    // What cannot be read is missing, and what is missing is refused.
    let books = shelf.books(asset).ok()?;
    let fed = app.installation.figures.of(realm, asset);
    books.over(fed, app.installation.now()).active_ads
}

/// Returns the rows that must be as they are when a command is done: of a child that goes, what runs
/// in its assets. To be read before what the command is decided on.
pub(crate) fn held(
    app: &App,
    realm: &Realm,
    directory: &Directory,
    command: &Command,
) -> Result<Vec<RowWrite>, Fault> {
    let Command::DeleteChild(child) = command else {
        return Ok(Vec::new());
    };
    let mut plan = market::Plan::new(market::Shelf::new(app.installation.store(), realm));
    for fact in directory.facts_of_business(&child.business) {
        if let Fact::Asset(asset) = fact {
            plan.hold(&asset.id).map_err(Fault::internal)?;
        }
    }
    plan.into_writes().map_err(Fault::internal)
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
