//! Reading the query of a URL: what is wrong is said in our own form.

use axum::extract::{FromRequestParts, Path, Query};
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

/// The one named part of a path.
#[derive(Debug)]
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let found = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) =
            found.map_err(|_| Fault::invalid("id", "this part of the path is no text"))?;
        Ok(Self(text))
    }
}
