//! Reading the query of a URL: what is wrong is said in our own form.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::fault::Fault;

/// The parameters of a URL.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let Query(found) = Query::try_from_uri(&parts.uri).map_err(|rejection| {
            let text = rejection.body_text();
            let text = text
                .rsplit_once("query string: ")
                .map_or(&*text, |(_, it)| it);
            // `name: what is wrong`, or an unknown name in backticks.
            match text.split_once(": ") {
                Some((name, wrong)) if !name.contains(' ') => Fault::invalid(name, wrong),
                _ => Fault::invalid(text.split('`').nth(1).unwrap_or(""), text),
            }
        })?;
        Ok(Self(found))
    }
}
