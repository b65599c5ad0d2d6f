//! Lists of a server, a page after the other.

use anyhow::Result;
use serde::de::DeserializeOwned;

use crate::client::Client;

/// The longest page a server gives.
const PAGE: usize = 1_000;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(Vec<(&'static str, String)>);

impl Query {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Returns the parameters.
    pub(crate) fn pairs(&self) -> &[(&'static str, String)] {
        &self.0
    }

    /// Adds a parameter, if there is a value for it.
    pub(crate) fn with(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.0.push((name, value.to_string()));
        }
        self
    }
}

/// Returns all that a server lists at a path. `take` gives what is on a page, and its cursor.
pub(crate) fn all_pages<P: DeserializeOwned, T>(
    client: &Client,
    path: &str,
    query: &Query,
    take: impl Fn(P) -> (Vec<T>, Option<String>),
) -> Result<Vec<T>> {
    let mut all = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = query
            .clone()
            .with("limit", Some(PAGE))
            .with("cursor", cursor);
        let (found, next) = take(client.get_with(path, page.pairs())?);
        all.extend(found);
        match next {
            Some(next) => cursor = Some(next),
            None => return Ok(all),
        }
    }
}
