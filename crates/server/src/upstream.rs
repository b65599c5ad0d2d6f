//! An identity provider outside, at which people may sign in: how it is set.

use axum::http::Uri;

/// An OpenID provider, and who we are there.
#[derive(Debug, Clone)]
pub struct Upstream {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) secret: ClientSecret,
    pub(crate) name: String,
    pub(crate) second_factor: Vec<String>,
}

/// A secret between us and the provider. Debug does not print it.
#[derive(Clone)]
pub(crate) struct ClientSecret(pub(crate) String);

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

/// Why a provider cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// Its address is none, or what is told there could be changed on the way.
    #[error(
        "`{0}` is no issuer: write `https://HOST/PATH` as the provider writes it, without query"
    )]
    Issuer(String),
    /// We have no name there, or no secret.
    #[error("the provider `{0}` needs a client id and a client secret")]
    Client(String),
}

impl Upstream {
    /// Returns a provider. Nothing is asked of it until somebody signs in.
    ///
    /// `issuer`: letter for letter as it stands in ID tokens. Plain HTTP is for this machine only.
    pub fn new(issuer: &str, client_id: &str, secret: &str) -> Result<Self, UpstreamError> {
        let wrong = || UpstreamError::Issuer(issuer.to_owned());
        let uri: Uri = issuer.parse().map_err(|_| wrong())?;
        let host = uri.host().ok_or_else(wrong)?;
        if !is_private_on_the_way(&uri) || issuer.contains(['?', '#', '@']) {
            return Err(wrong());
        }
        if client_id.is_empty() || secret.is_empty() {
            return Err(UpstreamError::Client(issuer.to_owned()));
        }
        Ok(Self {
            name: host.to_owned(),
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            secret: ClientSecret(secret.to_owned()),
            second_factor: Vec::new(),
        })
    }

    /// Sets what people call the provider: its host, unless this says otherwise.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..self
        }
    }

    /// Sets the values of `amr` and `acr` that are a second factor here: none, unless this says
    /// otherwise.
    #[must_use]
    pub fn with_second_factor(self, values: Vec<String>) -> Self {
        Self {
            second_factor: values,
            ..self
        }
    }
}

/// Is it TLS, or does it not leave this machine?
pub(crate) fn is_private_on_the_way(uri: &Uri) -> bool {
    let is_here = || matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match uri.scheme_str() {
        Some("https") => uri.host().is_some(),
        Some("http") => is_here(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Upstream;

    #[test]
    fn what_an_issuer_is() {
        for good in [
            "https://login.example",
            "https://login.example/realms/a",
            "http://127.0.0.1:8080",
            "http://[::1]:8080/a",
        ] {
            assert!(Upstream::new(good, "us", "s3").is_ok(), "{good}");
        }
        for bad in [
            "",
            "login.example",
            "http://login.example",
            "ftp://login.example",
            "https://",
            "https://login.example?a=b",
            "https://us:s3@login.example",
            "http://127.0.0.1.evil.example",
        ] {
            assert!(Upstream::new(bad, "us", "s3").is_err(), "{bad}");
        }
        assert!(Upstream::new("https://login.example", "", "s3").is_err());
        assert!(Upstream::new("https://login.example", "us", "").is_err());
    }

    #[test]
    fn the_secret_is_not_printed() {
        let upstream = Upstream::new("https://login.example", "us", "hunter2").unwrap();
        assert!(!format!("{upstream:?}").contains("hunter2"));
    }
}
