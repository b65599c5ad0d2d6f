//! How long what waits for an answer waits: invitations and requests.

use serde::Deserialize;
use toml::Spanned;

/// `[waiting]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// An invitation into a business; seven days, at most thirty, if left out.
    pub invitation: Option<InvitationWait>,
    /// A request for an asset; thirty days, if left out.
    pub request: Option<RequestWait>,
}

/// `[waiting.invitation]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationWait {
    /// How many hours, if nobody says otherwise.
    pub usual_hours: Spanned<u32>,
    /// How many hours at most.
    pub most_hours: Spanned<u32>,
    /// Where the rule comes from.
    pub source: Spanned<String>,
}

/// `[waiting.request]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestWait {
    /// How many hours.
    pub hours: Spanned<u32>,
    /// Where the rule comes from.
    pub source: Spanned<String>,
}
