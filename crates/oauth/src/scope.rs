//! Scopes: names of the rulebook, in a text with spaces between.

use rulebook::Rules;

use crate::error::{ErrorCode, OauthError};

/// Reads scopes; each is one of the platform, and none is a feature. In order, each once.
pub fn parse(text: &str, rules: &Rules) -> Result<Vec<String>, OauthError> {
    let mut scopes: Vec<String> = Vec::new();
    for name in text.split(' ').filter(|name| !name.is_empty()) {
        let known = rules
            .names
            .permission(name)
            .and_then(|id| rules.permission(id));
        if known.is_none_or(|permission| permission.feature) {
            let name: String = name.chars().take(64).collect();
            let message = format!("`{name}` is no scope of this platform");
            return Err(OauthError::new(ErrorCode::InvalidScope, &message));
        }
        if !scopes.iter().any(|scope| scope == name) {
            scopes.push(name.to_owned());
        }
    }
    if scopes.is_empty() {
        return Err(OauthError::new(ErrorCode::InvalidScope, "name the scopes"));
    }
    Ok(scopes)
}

/// Returns the scopes as one text.
#[must_use]
pub fn text(scopes: &[String]) -> String {
    scopes.join(" ")
}
