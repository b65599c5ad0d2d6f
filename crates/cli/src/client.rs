//! Asking a running server. The only place of the command line that knows HTTP.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use api::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(120);
/// The longest answer that is read, in bytes.
const LONGEST: u64 = 1 << 30;
/// The variable that holds the API token. Never an argument: everybody on a machine can see those.
const TOKEN: &str = "COUNTERSIGN_TOKEN";

/// A server, and who asks it.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    agent: Agent,
    url: String,
    token: Token,
}

/// The API token.
#[derive(Clone)]
struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// Why the server gave no answer that could be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    /// It said no, and why.
    #[error("{}", told(.0))]
    Refused(Box<Problem>),
    /// It could not be reached, or did not finish.
    #[error("`{url}` could not be asked")]
    Unreachable {
        /// Where.
        url: String,
        /// Why.
        #[source]
        source: ureq::Error,
    },
    /// What answers there is no Countersign, or another version of it.
    #[error("`{url}` answered with status {status}, and not as a Countersign server does")]
    Strange {
        /// Where.
        url: String,
        /// The HTTP status.
        status: u16,
        /// What is wrong with the answer.
        #[source]
        source: serde_json::Error,
    },
}

/// A problem in one line: the code for programs and searches, then what it says.
fn told(problem: &Problem) -> String {
    format!("{}: {}", problem.code, problem.detail)
}

impl Client {
    /// Returns a client of the server at a URL; it asks with the API token in the environment.
    ///
    /// Errors: there is no token; the URL is none; the certificates cannot be read.
    pub(crate) fn new(url: &str, ca: Option<PathBuf>) -> Result<Self> {
        let url = url.trim_end_matches('/').to_owned();
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(anyhow!(
                "`{url}` is no address of a server: write `https://HOST` or `http://HOST:PORT`"
            ));
        }
        let token = std::env::var(TOKEN).unwrap_or_default();
        if token.is_empty() {
            return Err(anyhow!(
                "a server is asked with an API token: put it into {TOKEN}"
            ));
        }
        let roots = match ca {
            None => RootCerts::WebPki,
            Some(file) => roots(&file)?,
        };
        let agent = Agent::config_builder()
            // The token goes to the server that was named, and nowhere else.
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            agent: agent.new_agent(),
            url,
            token: Token(token),
        })
    }

    /// Returns what the server gives for a path.
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, AskError> {
        self.answer(&self.get_text(path, "application/json")?)
    }

    /// Returns what the server gives for a path and a query, each part of which is written safely.
    pub(crate) fn get_with<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<T, AskError> {
        let url = format!("{}{path}", self.url);
        let request = self
            .agent
            .get(&url)
            .query_pairs(query.iter().map(|(name, value)| (*name, value.as_str())))
            .header("Authorization", format!("Bearer {}", self.token.0))
            .header("Accept", "application/json");
        self.answer(&self.read(request.call())?)
    }

    /// Returns what the server gives for a path, as text of a media type.
    pub(crate) fn get_text(&self, path: &str, media_type: &str) -> Result<Answer, AskError> {
        let url = format!("{}{path}", self.url);
        let request = self
            .agent
            .get(&url)
            .header("Authorization", format!("Bearer {}", self.token.0))
            .header("Accept", media_type);
        self.read(request.call())
    }

    /// Returns what the server answers to a JSON body.
    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, AskError> {
        let text = serde_json::to_string(body).map_err(|source| AskError::Strange {
            url: self.url.clone(),
            status: 0,
            source,
        })?;
        self.answer(&self.post_text(path, "application/json", &text)?)
    }

    /// Returns what the server answers to a body of a media type.
    pub(crate) fn post_text(
        &self,
        path: &str,
        media_type: &str,
        text: &str,
    ) -> Result<Answer, AskError> {
        let url = format!("{}{path}", self.url);
        let request = self
            .agent
            .post(&url)
            .header("Authorization", format!("Bearer {}", self.token.0))
            .header("Accept", "application/json")
            .header("Content-Type", media_type);
        self.read(request.send(text))
    }

    /// Reads an answer of the server as JSON.
    pub(crate) fn answer<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, AskError> {
        serde_json::from_str(&answer.text).map_err(|source| AskError::Strange {
            url: self.url.clone(),
            status: answer.status,
            source,
        })
    }

    fn read(
        &self,
        answer: Result<ureq::http::Response<Body>, ureq::Error>,
    ) -> Result<Answer, AskError> {
        let unreachable = |source| AskError::Unreachable {
            url: self.url.clone(),
            source,
        };
        let mut answer = answer.map_err(unreachable)?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(LONGEST);
        let answer = Answer {
            status,
            text: body.read_to_string().map_err(unreachable)?,
        };
        match status {
            200..=299 => Ok(answer),
            _ => Err(AskError::Refused(Box::new(self.answer(&answer)?))),
        }
    }
}

/// An answer of the server that is no problem.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

fn roots(file: &std::path::Path) -> Result<RootCerts> {
    let pem = std::fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let mut found: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&pem) {
        let item = item.with_context(|| format!("`{}` is no PEM file", file.display()))?;
        if let PemItem::Certificate(certificate) = item {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(anyhow!("`{}` holds no certificate", file.display()));
    }
    Ok(RootCerts::Specific(Arc::new(found)))
}
