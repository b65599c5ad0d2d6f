//! The words of a question: who, on what, under which circumstances, with which evidence.

use std::collections::BTreeMap;
use std::fmt;

use engine::fact::{Digest, Fact, Key, Properties, Terms};
use engine::{
    AmountChange, AppId, AssetId, Assumed, Context, Credential, DelegateId, Directory, Evidence,
    Figure, Figures, GroupId, Holder, PersonId, Proof, Rate, Thing, TokenId,
};
use jiff::Timestamp;
use rulebook::Problems;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::document::{TermsRow, moment, schema, yaml};

/// Something a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThingRow(pub Thing);

impl<'de> Deserialize<'de> for ThingRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

impl std::str::FromStr for ThingRow {
    type Err = engine::IdError;

    fn from_str(text: &str) -> Result<Self, engine::IdError> {
        text.parse().map(Self)
    }
}

/// Who asks: a token, a holder, or a token described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhoRow {
    /// The token with this public id.
    Token(TokenId),
    /// Somebody signed in first-party.
    Holder(Holder),
    /// A token described, not held.
    Assumed(AssumedRow),
}

/// A token described.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssumedRow {
    /// Its holder.
    #[schemars(with = "schema::HolderText")]
    pub holder: Holder,
    /// Its app.
    #[schemars(with = "schema::Id")]
    pub app: AppId,
    /// Its scopes.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Its kind.
    pub kind: String,
}

impl<'de> Deserialize<'de> for WhoRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WhoVisitor)
    }
}

struct WhoVisitor;

impl<'de> Visitor<'de> for WhoVisitor {
    type Value = WhoRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`token:ID`, a holder such as `person:ana`, or `{ holder: …, app: …, scopes: […], kind: … }`")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<WhoRow, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WhoRow, A::Error> {
        AssumedRow::deserialize(MapAccessDeserializer::new(map)).map(WhoRow::Assumed)
    }
}

impl std::str::FromStr for WhoRow {
    type Err = engine::IdError;

    fn from_str(text: &str) -> Result<Self, engine::IdError> {
        match text.strip_prefix("token:") {
            Some(id) => id.parse().map(Self::Token),
            None => text.parse().map(Self::Holder).map_err(|error| match error {
                engine::IdError::Prefix { text, .. } => engine::IdError::Prefix {
                    text,
                    expected: "`token:ID`, `person:ID`, `system_user:ID`, `business:ID` or `app:ID`",
                },
                other => other,
            }),
        }
    }
}

impl WhoRow {
    /// Returns the credential; for a token that is not known, one that nobody has.
    #[must_use]
    pub fn credential(&self, directory: &Directory) -> Credential {
        match self {
            Self::Token(id) => match directory.fact(&Key::Token(id.clone())) {
                Some(Fact::Token(token)) => Credential::Token(token.digest),
                _ => Credential::Token(Digest::of(id.as_str())),
            },
            Self::Holder(holder) => Credential::Holder(holder.clone()),
            Self::Assumed(row) => Credential::Assumed(Assumed {
                holder: row.holder.clone(),
                app: row.app.clone(),
                scopes: row.scopes.clone(),
                kind: row.kind.clone(),
            }),
        }
    }
}

/// The circumstances the asker names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContextRow {
    /// The project the call is made in.
    #[schemars(with = "Option<schema::Id>")]
    pub project: Option<GroupId>,
    /// The terms that would be given.
    #[schemars(with = "Option<schema::TermsText>")]
    pub terms: Option<TermsRow>,
    /// The employee for whom a system user acts.
    #[schemars(with = "Option<schema::Id>")]
    pub delegate: Option<DelegateId>,
    /// The amount that would change.
    pub change: Option<ChangeRow>,
    /// Properties of the holder, in place of the stored ones.
    #[schemars(with = "schema::PropertiesMap")]
    pub subject: Properties,
    /// Properties of the resource, in place of the stored ones.
    #[schemars(with = "schema::PropertiesMap")]
    pub resource: Properties,
    /// Properties of the operation.
    #[schemars(with = "schema::PropertiesMap")]
    pub action: Properties,
    /// Other properties.
    #[schemars(with = "schema::PropertiesMap")]
    pub properties: Properties,
}

impl std::str::FromStr for ContextRow {
    type Err = Problems;

    /// Reads the circumstances as a file writes them.
    fn from_str(text: &str) -> Result<Self, Problems> {
        yaml::read("context", text)
    }
}

/// An amount that would change, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRow {
    /// Now.
    pub from: u64,
    /// Then.
    pub to: u64,
}

/// Terms were named without a kind, and there is no asset to take it from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the kind of asset is not known here: name terms per kind, as in `{{ ad_account: NAME }}`")]
pub struct NoKind;

/// Returns terms in full, for the kind of the asset they are about.
pub(crate) fn terms(
    row: &TermsRow,
    asset: Option<&AssetId>,
    directory: &Directory,
) -> Result<Terms, NoKind> {
    let fact = asset.and_then(|id| directory.fact(&Key::Asset(id.clone())));
    let kind = match &fact {
        Some(Fact::Asset(asset)) => Some(asset.kind.as_str()),
        _ => None,
    };
    row.terms(kind).ok_or(NoKind)
}

impl ContextRow {
    /// Returns the circumstances of a question about `resource`.
    ///
    /// Errors: [`NoKind`] when terms name no kind and the resource is no known asset.
    pub fn context(&self, resource: &Thing, directory: &Directory) -> Result<Context, NoKind> {
        let asset = match resource {
            Thing::Asset(id) => Some(id),
            _ => None,
        };
        let terms = match &self.terms {
            Some(row) => terms(row, asset, directory)?,
            None => Terms::default(),
        };
        Ok(Context {
            project: self.project.clone(),
            terms,
            delegate: self.delegate.clone(),
            change: self.change.map(|change| AmountChange {
                from: change.from,
                to: change.to,
            }),
            subject: self.subject.clone(),
            resource: self.resource.clone(),
            action: self.action.clone(),
            other: self.properties.clone(),
        })
    }
}

/// What was measured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EvidenceRow {
    /// The proof made with the app's secret.
    pub proof: ProofRow,
    /// What the rate pool says.
    pub rate: RateRow,
    /// Has the second factor been passed?
    pub second_factor: bool,
    /// Who approved exactly this change.
    #[schemars(with = "Option<schema::Id>")]
    pub approved_by: Option<PersonId>,
    /// Figures with the time each was true.
    pub figures: BTreeMap<FigureName, FigureRow>,
}

impl std::str::FromStr for EvidenceRow {
    type Err = Problems;

    /// Reads what was measured as a file writes it.
    fn from_str(text: &str) -> Result<Self, Problems> {
        yaml::read("evidence", text)
    }
}

/// The proof made with the app's secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProofRow {
    /// None was sent.
    #[default]
    Missing,
    /// It is right.
    Valid,
    /// It is wrong.
    Wrong,
}

/// What the rate pool says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RateRow {
    /// There is room.
    #[default]
    Within,
    /// It is used up.
    Exceeded,
}

/// Which figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureName {
    /// The sum of daily budgets now, in minor units.
    DailyBudgetTotal,
    /// Cost per action, in minor units.
    Cpa,
    /// Return on ad spend, in thousandths.
    Roas,
    /// What has been spent under the mandate, in minor units.
    SpendTotal,
    /// Ads that are running.
    ActiveAds,
}

/// A figure and when it was true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FigureRow {
    /// The value.
    pub value: u64,
    /// When it was true; left out: at the time of the question.
    #[serde(default, deserialize_with = "moment::read_if_there")]
    #[schemars(with = "schema::Moment")]
    pub at: Option<Timestamp>,
}

impl EvidenceRow {
    /// Returns the evidence of a question asked at `now`.
    #[must_use]
    pub fn evidence(&self, now: Timestamp) -> Evidence {
        let figure = |name| {
            self.figures.get(&name).map(|row| Figure {
                value: row.value,
                at: row.at.unwrap_or(now),
            })
        };
        Evidence {
            proof: match self.proof {
                ProofRow::Missing => Proof::Missing,
                ProofRow::Valid => Proof::Valid,
                ProofRow::Wrong => Proof::Wrong,
            },
            rate: match self.rate {
                RateRow::Within => Rate::Within,
                RateRow::Exceeded => Rate::Exceeded,
            },
            second_factor: self.second_factor,
            approved_by: self.approved_by.clone(),
            figures: Figures {
                daily_budget_total: figure(FigureName::DailyBudgetTotal),
                cpa: figure(FigureName::Cpa),
                roas: figure(FigureName::Roas),
                spend_total: figure(FigureName::SpendTotal),
                active_ads: figure(FigureName::ActiveAds),
            },
        }
    }
}
