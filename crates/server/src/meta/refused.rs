//! Calls that are refused: answered with an id, under which the refusal is kept.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ::meta::error::{Behind, Denial};
use ::meta::{Call, GraphError};
use api::{KeptRefusal, QuestionBody};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use rulebook::Reason;
use serde_json::Value;

use super::{Place, json_response, new_trace};
use crate::app::App;

/// How long a refusal waits at most until it is written down.
const WRITTEN_WITHIN: Duration = Duration::from_secs(1);

/// A refusal, and the id that is told with it.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) error: GraphError,
    trace: String,
}

impl From<GraphError> for Refused {
    /// One that nobody can ask for later: nobody is known to have asked.
    fn from(error: GraphError) -> Self {
        Self {
            error,
            trace: new_trace(),
        }
    }
}

impl Refused {
    pub(super) fn body(&self) -> Value {
        self.error.body(&self.trace)
    }

    pub(super) fn response(&self) -> Response {
        let status = StatusCode::from_u16(self.error.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = json_response(status, &self.body(), &self.trace);
        if self.error.status == 401 {
            let challenge = format!(
                "OAuth \"Facebook Platform\" \"invalid_token\" \"{}\"",
                self.error.message
            );
            if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                let headers = response.headers_mut();
                headers.insert(header::WWW_AUTHENTICATE, challenge);
            }
        }
        response
    }
}

/// Keeps a refusal, so that it can be explained by its id. Errors of ours are not kept, nor are those
/// of tokens whose holder is not known any more.
pub(super) fn kept(app: &App, place: &Place, call: &Call, error: GraphError) -> Refused {
    let ours = error.status >= 500;
    let record = record(app, place, call, &error).filter(|_| !ours);
    let Some(record) = record else {
        return error.into();
    };
    let bytes = serde_json::to_vec(&record).unwrap_or_default();
    let kept = app
        .installation
        .keep_refusal(&place.realm, &record.app, &bytes);
    match kept {
        Ok(trace) => {
            write_soon(app);
            Refused { error, trace }
        }
        Err(fault) => {
            tracing::warn!(error = %crate::fault::chain(&fault), "a refusal could not be kept");
            error.into()
        }
    }
}

fn record(app: &App, place: &Place, call: &Call, error: &GraphError) -> Option<KeptRefusal> {
    let grant = place.asker.grant.as_ref()?;
    let mut kept = KeptRefusal {
        at: app.installation.now(),
        position: place.view.head.position.get(),
        realm: place.realm.as_str().to_owned(),
        call: words(call),
        code: error.code,
        subcode: error.subcode,
        holder: grant.holder.to_string(),
        app: grant.app.to_string(),
        token: place.asker.token.id.to_string(),
        reasons: Vec::new(),
        hidden: false,
        question: None,
        refusal: None,
    };
    match &error.behind {
        Some(Behind::Denied(denial)) => denied(&mut kept, denial),
        Some(Behind::Nothing) => {
            kept.hidden = true;
            kept.reasons = vec![Cow::Borrowed(Reason::Unknown.code())];
        }
        Some(Behind::Refused(code)) => kept.refusal = Some(Cow::Borrowed(code)),
        None => {}
    }
    Some(kept)
}

fn denied(kept: &mut KeptRefusal, denial: &Denial) {
    let codes = denial.reasons.iter().map(Reason::code);
    kept.reasons = codes.map(Cow::Borrowed).collect();
    kept.hidden = denial.hidden;
    kept.question = Some(QuestionBody::of(&denial.request, &denial.evidence));
}

/// Returns a call without its parameters, among which are secrets.
fn words(call: &Call) -> String {
    const LONGEST: usize = 128;
    let path = call.path.join("/");
    let path = path.chars().filter(|c| !c.is_control()).take(LONGEST);
    format!("{} {}", call.method.word(), path.collect::<String>())
}

/// Sees to it that what is new is written down, once a second at most, and by nobody who waits.
fn write_soon(app: &App) {
    if app.refusals_due.swap(true, Ordering::AcqRel) {
        return;
    }
    let (due, installation) = (Arc::clone(&app.refusals_due), Arc::clone(&app.installation));
    tokio::spawn(async move {
        tokio::time::sleep(WRITTEN_WITHIN).await;
        due.store(false, Ordering::Release);
        let written = tokio::task::spawn_blocking(move || {
            let written = installation.write_refusals();
            written.map_err(|error| crate::fault::chain(&error))
        });
        match written.await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(error, "refusals could not be written down"),
            Err(error) => tracing::warn!(%error, "refusals could not be written down"),
        }
    });
}
