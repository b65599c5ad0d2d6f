//! Businesses that act on behalf of others.

use serde::{Deserialize, Serialize};

use crate::id::{BusinessId, SystemUserId};

/// A client lets a partner act on its behalf, through a system user in the client's own business.
///
/// By itself it gives nobody anything: no decision reads it. What the partner reaches is what the client
/// assigns that system user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBehalf {
    /// The business that acts.
    pub partner: BusinessId,
    /// The business for which it acts.
    pub client: BusinessId,
    /// The client's system user through which it acts; none before the first token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_user: Option<SystemUserId>,
}

/// What names such a relation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBehalfKey {
    /// The business that acts.
    pub partner: BusinessId,
    /// The business for which it acts.
    pub client: BusinessId,
}

impl OnBehalf {
    /// Returns what names it.
    #[must_use]
    pub fn key(&self) -> OnBehalfKey {
        OnBehalfKey {
            partner: self.partner.clone(),
            client: self.client.clone(),
        }
    }
}
