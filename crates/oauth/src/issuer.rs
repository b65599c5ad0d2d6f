//! Who answers: one issuer for each realm, under the address the operator configured.

use std::fmt;

use rulebook::Rules;
use serde_json::{Value, json};

use crate::details;
use crate::error::{ErrorCode, OauthError};
use crate::form::Form;
use crate::token::GRANT_TYPES;

/// The issuer of a realm. Written as its URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    base: String,
    realm: String,
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/oauth/{}", self.base, self.realm)
    }
}

impl Issuer {
    /// Returns the issuer of `realm` on the server that is known under `base`, which has no slash at
    /// its end.
    #[must_use]
    pub fn new(base: &str, realm: &str) -> Self {
        Self {
            base: base.to_owned(),
            realm: realm.to_owned(),
        }
    }

    /// Returns the one place its tokens are for: the native API with the AuthZEN door beside it.
    #[must_use]
    pub fn resource(&self) -> String {
        format!("{}/api/v1", self.base)
    }

    /// Is every place that a request names one that tokens are for?
    ///
    /// The server's own address stands for the API too. Source: RFC 8707.
    pub fn check_resources(&self, form: &Form) -> Result<(), OauthError> {
        let known = |named: &str| {
            let named = named.strip_suffix('/').unwrap_or(named);
            named == self.base || named == self.resource()
        };
        if form.all("resource").all(known) {
            return Ok(());
        }
        let message = format!("tokens are for `{}`", self.resource());
        Err(OauthError::new(ErrorCode::InvalidTarget, &message))
    }

    /// Returns the metadata of the authorization server.
    ///
    /// Source: RFC 8414 section 2, RFC 9126 section 5, RFC 9207, RFC 9396.
    #[must_use]
    pub fn metadata(&self, rules: &Rules) -> Value {
        let scopes = rules
            .permissions
            .iter()
            .filter(|permission| !permission.feature);
        let scopes: Vec<&str> = scopes.map(|permission| permission.name.as_str()).collect();
        let authentication = ["client_secret_basic", "client_secret_post"];
        json!({
            "issuer": self.to_string(),
            "authorization_endpoint": format!("{self}/authorize"),
            "token_endpoint": format!("{self}/token"),
            "pushed_authorization_request_endpoint": format!("{self}/par"),
            "require_pushed_authorization_requests": false,
            "introspection_endpoint": format!("{self}/introspect"),
            "revocation_endpoint": format!("{self}/revoke"),
            "scopes_supported": scopes,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": GRANT_TYPES,
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "introspection_endpoint_auth_methods_supported": authentication,
            "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "authorization_details_types_supported": [details::TYPE],
            "authorization_response_iss_parameter_supported": true,
            "prompt_values_supported": ["none", "consent"],
        })
    }

    /// Returns the metadata of the API that the tokens of these issuers are for.
    ///
    /// Source: RFC 9728 section 2.
    #[must_use]
    pub fn of_resource(base: &str, issuers: &[Self]) -> Value {
        let issuers: Vec<String> = issuers.iter().map(ToString::to_string).collect();
        json!({
            "resource": format!("{base}/api/v1"),
            "authorization_servers": issuers,
            "bearer_methods_supported": ["header"],
            "resource_name": "Countersign",
        })
    }
}
