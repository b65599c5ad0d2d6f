//! `POST /api/v1/figures`: figures that live on the platform, with their time.

use api::FigureFeed;
use axum::extract::State;
use axum::http::StatusCode;
use engine::Figure;
use node::figures::FigureKind;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::fault::Fault;

pub(crate) async fn feed(
    State(app): State<App>,
    caller: Caller,
    Body(figures): Body<Vec<FigureFeed>>,
) -> Result<StatusCode, Fault> {
    caller.must(&app, "decision.ask")?;
    for feed in &figures {
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
                    "`{other}` is no figure: `daily_budget_total`, `cpa`, `roas`, `spend_total` or `active_ads`"
                );
                return Err(Fault::invalid("figure", message));
            }
        };
        let figure = Figure {
            value: feed.value,
            at: feed.at,
        };
        app.installation
            .figures
            .feed(&caller.sight.realm, &asset, kind, figure);
    }
    Ok(StatusCode::NO_CONTENT)
}
