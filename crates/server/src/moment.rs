//! The moment a question is about: now, or one of the past.

use std::sync::Arc;

use api::At;
use engine::Directory;
use jiff::Timestamp;
use ledger::{Position, Realm};
use node::realms::Realms;
use node::view::View;

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;

/// A realm at one moment: what it held then, and what time it was.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    view: Arc<View<Realms>>,
    realm: Realm,
    /// The time questions are decided at.
    pub(crate) now: Timestamp,
}

impl Moment {
    /// Returns the moment a caller asks about. A time to come is decided on what is known now.
    ///
    /// Errors: the log has no such place yet; the realm was not there then, or was being loaded.
    pub(crate) async fn of(app: &App, caller: &Caller, at: Option<At>) -> Result<Self, Fault> {
        let Some(at) = at else {
            caller.directory()?;
            return Ok(Self {
                view: Arc::clone(caller.sight.view()),
                realm: caller.sight.realm.clone(),
                now: app.installation.now(),
            });
        };
        let moment = Self::past(app, caller, at).await?;
        if node::installation::directory(&moment.view, &moment.realm).is_none() {
            return Err(Fault::invalid(
                "at",
                "the realm was not there then, or was being loaded",
            ));
        }
        Ok(moment)
    }

    async fn past(app: &App, caller: &Caller, at: At) -> Result<Self, Fault> {
        if let At::Position(position) = at {
            let end = caller.sight.view().head.position.get();
            if position > end {
                return Err(Fault::invalid("at", format!("the log ends at {end}")));
            }
        }
        // Folding costs; two at a time leave room for everybody else.
        let _turn = app.past.acquire().await.map_err(Fault::internal)?;
        let installation = Arc::clone(&app.installation);
        let view = tokio::task::spawn_blocking(move || match at {
            At::Time(time) => installation.at_time(time),
            At::Position(position) => installation.at_position(Position::new(position)),
        });
        let view = view
            .await
            .map_err(Fault::internal)?
            .map_err(Fault::internal)?;
        let now = match at {
            At::Time(time) => time,
            At::Position(_) => view.head.time,
        };
        Ok(Self {
            view,
            realm: caller.sight.realm.clone(),
            now,
        })
    }

    /// Returns what the realm held.
    pub(crate) fn directory(&self) -> Result<&Directory, Fault> {
        node::installation::directory(&self.view, &self.realm).ok_or_else(Fault::not_ready)
    }

    /// Returns the consistency token of the state.
    pub(crate) fn state(&self) -> String {
        self.view.head.token().to_string()
    }
}
