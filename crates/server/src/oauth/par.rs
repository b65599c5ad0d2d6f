//! `POST /oauth/{realm}/par`: a client hands in what it is going to ask a person.
//!
//! Only clients with a secret: whoever has none is anybody, and each request handed in is a row.

use ::oauth::authorize::Asked;
use ::oauth::form::encoded;
use ::oauth::push::{self, Pushed, Reference, no_such_request};
use ::oauth::{Form, OauthError};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use engine::fact::Digest;
use ledger::Version;
use ledger::row::{Expect, RowKey, RowWrite, Table};
use ledger::store::WriteRowsError;
use serde_json::{Value, json};

use super::answer::{self, Refused};
use super::client;
use super::place::{Place, waiting};
use crate::app::App;

pub(super) async fn answer(
    State(app): State<App>,
    Path(realm): Path<String>,
    request: Request,
) -> Response {
    let answered = async {
        let authorization = client::authorization(request.headers())?;
        let place = Place::find(&app, &realm)?;
        let form = answer::form(request).await?;
        waiting(move || hand_in(&place, authorization.as_deref(), &form)).await
    };
    match answered.await {
        Ok(body) => answer::json(201, &body),
        Err(refused) => refused.into_response(),
    }
}

fn hand_in(place: &Place, authorization: Option<&str>, form: &Form) -> Result<Value, Refused> {
    let client = client::verified(place, authorization, form)?;
    client.must_be_confidential()?;
    let pushed = Pushed::new(form, client.app, place.now)?;
    let request = pushed.form(&pushed.app, place.now)?;
    Asked::check(&request, place.directory()?, &place.issuer)?;
    let uri = keep(place, &pushed, "csr_", Vec::new())?;
    Ok(json!({ "request_uri": uri, "expires_in": push::LIFE.as_secs() }))
}

/// Keeps a request under a new reference, with what is written beside it; returns the reference.
fn keep(
    place: &Place,
    pushed: &Pushed,
    prefix: &str,
    mut writes: Vec<RowWrite>,
) -> Result<String, Refused> {
    let desk = place.installation.sign_in_desk();
    let secret = desk.new_secret(prefix).map_err(Refused::internal)?;
    let value = serde_json::to_vec(pushed).map_err(Refused::internal)?;
    let write = RowWrite::put_until(key(place, &Digest::of(&secret)), value, pushed.expires);
    writes.push(write.expecting(Expect::Absent));
    write_once(place, &writes)?;
    Ok(push::uri(&secret))
}

/// Writes rows; when one is not as it was read, somebody else was first with the same request.
pub(super) fn write_once(place: &Place, writes: &[RowWrite]) -> Result<(), Refused> {
    let written = place.installation.store().write_rows(writes);
    written.map_err(|error| match error {
        WriteRowsError::Row(_) => no_such_request().into(),
        other => Refused::internal(other),
    })
}

fn key(place: &Place, digest: &Digest) -> RowKey {
    let name = format!("request/{}/{digest}", place.realm.as_str());
    RowKey::new(Table::Code, &name)
}

/// A request that was handed in, as it stands in its row.
#[derive(Debug)]
pub(super) struct HandedIn {
    key: RowKey,
    version: Version,
    pushed: Pushed,
    /// What it says.
    pub(super) form: Form,
}

impl HandedIn {
    /// Finds the request that a form refers to; nothing if it refers to none.
    pub(super) fn find(place: &Place, form: &Form) -> Result<Option<Self>, Refused> {
        let Some(reference) = Reference::of(form)? else {
            return Ok(None);
        };
        let key = key(place, &reference.digest);
        let row = place.installation.store().row(&key);
        let row = row
            .map_err(Refused::internal)?
            .ok_or_else(no_such_request)?;
        let pushed: Pushed = serde_json::from_slice(&row.value).map_err(Refused::internal)?;
        Ok(Some(Self {
            key,
            version: row.version,
            form: pushed.form(&reference.app, place.now)?,
            pushed,
        }))
    }

    /// Did a person come with it already?
    pub(super) const fn is_open(&self) -> bool {
        self.pushed.open
    }

    /// The client's reference is used up, and the browser that brought it has one of its own;
    /// returns where it goes with it.
    pub(super) fn open(self, place: &Place) -> Result<String, Refused> {
        let opened = self.pushed.opened(place.now);
        let uri = keep(place, &opened, "cso_", vec![self.used_up()])?;
        let fields = [
            ("client_id", opened.app.as_str()),
            ("request_uri", uri.as_str()),
        ];
        let query = encoded(fields);
        Ok(format!("/oauth/{}/authorize?{query}", place.realm.as_str()))
    }

    /// Returns the request that the person answers, and what is written with the answer.
    pub(super) fn answered(self) -> Result<(Form, RowWrite), OauthError> {
        if !self.is_open() {
            return Err(no_such_request());
        }
        let write = self.used_up();
        Ok((self.form, write))
    }

    fn used_up(&self) -> RowWrite {
        RowWrite::delete(self.key.clone()).expecting(Expect::Version(self.version))
    }
}
