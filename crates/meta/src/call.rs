//! A call as an SDK sends it: method, path and parameters, wherever each of them was put.

use engine::fact::Digest;

use crate::error::GraphError;
use crate::params::Params;

/// The oldest version that is answered, and the one that a path without a version means.
pub const OLDEST: (u16, u16) = (24, 0);

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create or change.
    Post,
    /// Remove.
    Delete,
}

impl Method {
    /// Returns the method with this name, in whatever case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "get" => Some(Self::Get),
            "post" => Some(Self::Post),
            "delete" => Some(Self::Delete),
            _ => None,
        }
    }

    /// Returns the word that errors use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Delete => "delete",
        }
    }
}

/// A call. Debug prints no parameters: among them are tokens.
#[derive(Clone)]
pub struct Call {
    /// What is done; `method=delete` on a POST counts.
    pub method: Method,
    /// Its version, such as `v26.0`.
    pub version: String,
    /// The parts of the path after the version; none for the root.
    pub path: Vec<String>,
    /// The parameters.
    pub params: Params,
    /// Under what address the door stands, for links to the next page: scheme, host and prefix.
    pub base: String,
    /// The token that it asks about, where that is another one than `input_token` shows.
    pub asks_about: Option<Digest>,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("version", &self.version)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Call {
    /// Reads a call. `path` begins after the door's own prefix; slashes may be doubled or trail.
    ///
    /// Errors: the version is too old or none, or the method is none of the three.
    pub fn read(
        method: &str,
        path: &str,
        mut params: Params,
        base: &str,
    ) -> Result<Self, GraphError> {
        let mut parts: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        let (major, minor) = OLDEST;
        let mut version = format!("v{major}.{minor}");
        if let Some(given) = parts.first().and_then(|part| version_of(part)) {
            if given < OLDEST {
                return Err(GraphError::deprecated());
            }
            version = parts.remove(0);
        }
        let sent = Method::named(method).ok_or_else(|| GraphError::unsupported_method(method))?;
        let over = params.take_text("method");
        let method = match (sent, over.as_deref().map(Method::named)) {
            (Method::Post, Some(Some(other))) => other,
            _ => sent,
        };
        // The SDK for Node repeats the node's id beside the path.
        if !parts.is_empty() {
            params.take_text("id");
        }
        Ok(Self {
            method,
            version,
            path: parts,
            params,
            base: base.to_owned(),
            asks_about: None,
        })
    }
}

/// Returns the version that a part of a path names: `v26.0`.
fn version_of(part: &str) -> Option<(u16, u16)> {
    let (major, minor) = part.strip_prefix('v')?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Call, Method};
    use crate::params::Params;

    fn read(method: &str, path: &str, query: &str) -> String {
        match Call::read(method, path, Params::of_query(query), "") {
            Ok(call) => format!(
                "{} {} {}",
                call.method.word(),
                call.version,
                call.path.join("/")
            ),
            Err(error) => format!("{} {}", error.code, error.message),
        }
    }

    #[test]
    fn paths_as_the_sdks_send_them() {
        for (method, path, query, expected) in [
            ("GET", "/v26.0/5/", "", "get v26.0 5"),
            ("GET", "/v26.0//", "ids=1,2", "get v26.0 "),
            ("POST", "/v24.0", "", "post v24.0 "),
            ("get", "/me/adaccounts", "", "get v24.0 me/adaccounts"),
            (
                "POST",
                "/v25.0/act_1/",
                "method=delete",
                "delete v25.0 act_1",
            ),
            ("GET", "/v25.0/act_1/", "method=delete", "get v25.0 act_1"),
            ("GET", "/v25/act_1", "", "get v24.0 v25/act_1"),
        ] {
            assert_eq!(read(method, path, query), expected, "{method} {path}");
        }
        assert!(read("GET", "/v23.0/me", "").starts_with("2635 "));
        assert!(read("PUT", "/v26.0/me", "").starts_with("100 "));
    }

    #[test]
    fn debug_prints_no_parameter() {
        let call = Call::read("GET", "/me", Params::of_query("access_token=cs_x"), "").unwrap();
        assert!(!format!("{call:?}").contains("cs_x"));
        assert_eq!(call.method, Method::Get);
    }
}
