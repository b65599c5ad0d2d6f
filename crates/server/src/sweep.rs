//! `POST /api/v1/sweep`: what is due by the calendar is done now. The server does it by itself every
//! so often; an operator may not want to wait.

use api::{SweptBody, due_words, not_done_words};
use axum::Json;
use axum::extract::State;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;

pub(crate) async fn run(State(app): State<App>, caller: Caller) -> Result<Json<SweptBody>, Fault> {
    caller.must(&app, "sweep.run")?;
    let installation = std::sync::Arc::clone(&app.installation);
    let realm = caller.sight.realm.clone();
    let swept = tokio::task::spawn_blocking(move || installation.sweep_one(&realm)).await;
    let swept = swept.map_err(Fault::internal)?.map_err(Fault::internal)?;
    app.metrics.swept(swept.done.len(), swept.not_done.len());
    Ok(Json(SweptBody {
        done: swept.done.iter().map(|(_, due)| due_words(due)).collect(),
        not_done: swept
            .not_done
            .iter()
            .map(|(_, one)| not_done_words(one))
            .collect(),
    }))
}

impl App {
    /// Does what is due in every realm, and tells the log and the metrics. Blocks.
    pub fn sweep(&self) {
        if let Err(error) = self.installation.keep_last_use() {
            tracing::warn!(%error, "when tokens were last used could not be kept");
        }
        match self.installation.sweep() {
            Ok(swept) => {
                self.metrics.swept(swept.done.len(), swept.not_done.len());
                for (realm, due) in &swept.done {
                    tracing::info!(
                        realm = realm.as_str(),
                        step = due.step.name(),
                        "{}",
                        due_words(due)
                    );
                }
                for (realm, one) in &swept.not_done {
                    tracing::error!(realm = realm.as_str(), "{}", not_done_words(one));
                }
            }
            Err(error) => tracing::error!(%error, "the sweep could not be done"),
        }
    }
}
