//! Rows about businesses that act on behalf of others.

use engine::fact::{Fact, OnBehalf};
use engine::{BusinessId, SystemUserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Check, Of};
use super::row::{Export, Row};
use super::schema;

/// A business acts on behalf of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnBehalfRow {
    /// The business that acts.
    #[schemars(with = "schema::Id")]
    pub partner: BusinessId,
    /// The business for which it acts.
    #[schemars(with = "schema::Id")]
    pub client: BusinessId,
    /// The client's system user through which it acts; none before the first token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub system_user: Option<SystemUserId>,
}

impl Row for OnBehalfRow {
    type Fact = OnBehalf;

    fn item(&self) -> String {
        format!("{} for {}", self.partner, self.client)
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("partner", Of::Business, self.partner.as_str());
        check.known("client", Of::Business, self.client.as_str());
        if let Some(system_user) = &self.system_user {
            check.known("system_user", Of::SystemUser, system_user.as_str());
        }
        Some(Fact::OnBehalf(OnBehalf {
            partner: self.partner.clone(),
            client: self.client.clone(),
            system_user: self.system_user.clone(),
        }))
    }

    fn of(fact: &OnBehalf, _: &Export<'_>) -> Self {
        Self {
            partner: fact.partner.clone(),
            client: fact.client.clone(),
            system_user: fact.system_user.clone(),
        }
    }
}
