//! The identity provider at which people may sign in, as the command line names it.

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use server::Upstream;

/// The variable that holds the client secret. Never an argument: everybody on a machine can see those.
const SECRET: &str = "COUNTERSIGN_OIDC_CLIENT_SECRET";

#[derive(Debug, clap::Args)]
pub(crate) struct Oidc {
    /// The OpenID provider at which people may sign in too, as it names itself.
    #[arg(long, value_name = "URL", requires = "oidc_client_id")]
    oidc_issuer: Option<String>,
    /// The client id of this server there.
    #[arg(long, value_name = "ID", requires = "oidc_issuer")]
    oidc_client_id: Option<String>,
    /// A file with the client secret; without it, COUNTERSIGN_OIDC_CLIENT_SECRET holds it.
    #[arg(long, value_name = "FILE", requires = "oidc_issuer")]
    oidc_client_secret_file: Option<PathBuf>,
    /// What people call the provider; its host, if left out.
    #[arg(long, value_name = "NAME", requires = "oidc_issuer")]
    oidc_name: Option<String>,
    /// A value of `amr` or `acr` that is a second factor here; none, if left out. May be repeated.
    #[arg(long, value_name = "VALUE", requires = "oidc_issuer")]
    oidc_second_factor: Vec<String>,
}

impl Oidc {
    /// Returns the provider, if one is named.
    pub(crate) fn upstream(&self) -> Result<Option<Upstream>> {
        let Some((issuer, client_id)) = self.oidc_issuer.as_ref().zip(self.oidc_client_id.as_ref())
        else {
            return Ok(None);
        };
        let upstream = Upstream::new(issuer, client_id, &self.secret()?)?;
        let upstream = match &self.oidc_name {
            Some(name) => upstream.named(name),
            None => upstream,
        };
        Ok(Some(
            upstream.with_second_factor(self.oidc_second_factor.clone()),
        ))
    }

    fn secret(&self) -> Result<String> {
        let secret = match &self.oidc_client_secret_file {
            Some(file) => std::fs::read_to_string(file).with_context(|| {
                format!(
                    "the client secret in `{}` could not be read",
                    file.display()
                )
            })?,
            None => std::env::var(SECRET).unwrap_or_default(),
        };
        let secret = secret.trim();
        if secret.is_empty() {
            return Err(anyhow!(
                "an identity provider needs a client secret: name a file with \
                 `--oidc-client-secret-file`, or put it into {SECRET}"
            ));
        }
        Ok(secret.to_owned())
    }
}
