//! `POST /api/v1/figures`: figures that live on the platform, with their time.

use api::FigureFeed;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{AssetId, Figure};
use ledger::Realm;
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
