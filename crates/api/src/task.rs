//! Commands, figures, API tokens, as they are asked and answered.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::holding::HoldingBody;

/// A command with its id.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandBody {
    /// Its id: giving the same command again under it does nothing twice.
    pub id: String,
    /// The command: `{ "member.add": { … } }`.
    #[schema(value_type = Object)]
    pub command: serde_json::Value,
    /// The second factor was passed.
    #[serde(default)]
    pub second_factor: bool,
    /// The employee, known elsewhere, for whom a system user gives it: one who is mapped to the asset
    /// it is about. The ledger names both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<String>,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandAnswer {
    /// `done`, `repeated` (it had been done before) or `unchanged` (all was so already).
    pub outcome: Cow<'static, str>,
    /// Where its entry stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// The id of what was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
    /// A secret, shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The secret of a refresh token that comes with it, shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<String>,
    /// How a share stands now: `pending` or `accepted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Cow<'static, str>>,
    /// What is left of what a person had, if that was taken away; empty if nothing is. Not told of a
    /// command that is repeated: ask for the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remains: Option<Vec<HoldingBody>>,
    /// The place in the log the answer rests on.
    pub state: String,
}

/// A figure fed from outside.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FigureFeed {
    /// The asset it is about.
    pub asset: String,
    /// The campaign, ad set or ad of the asset that it is about, by its id: `cpa`, `roas` and
    /// `spend_total`, for reports alone. Left out, it is of the asset as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// `daily_budget_total`, `cpa`, `roas`, `spend_total` or `active_ads`.
    pub figure: String,
    /// Its value: minor units, thousandths for `roas`, a count for `active_ads`.
    pub value: u64,
    /// When it was true.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// Asks for an API token.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionBody {
    /// For whom; oneself if left out. For others only by the platform's operators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
}

/// An API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionAnswer {
    /// Its secret, shown this once.
    pub token: String,
    /// Whom it stands for.
    pub holder: String,
    /// In which realm.
    pub realm: String,
}

/// For whom a code that sets a password is made.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInCodeBody {
    /// The person.
    pub person: String,
}

/// A code that sets a password.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SignInCodeAnswer {
    /// The code, shown this once. Good for one use within a day.
    pub code: String,
    /// The page on which the person types it in.
    pub page: String,
}

impl std::fmt::Debug for SignInCodeAnswer {
    /// Prints no code.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInCodeAnswer")
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}
