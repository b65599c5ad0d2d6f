//! A question, as it is written: `who` may do `operation` `on` what.

use std::collections::BTreeMap;

use engine::fact::{Digest, Fact, Key, Properties, Terms};
use engine::{
    AmountChange, Assumed, Context, Credential, Directory, Evidence, Figure, Figures, Holder,
    Proof, Rate, Request, Thing,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::at::At;

/// A question.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionBody {
    /// Who asks; the caller if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<WhoBody>,
    /// An operation of the rulebook, such as `ad.edit`.
    pub operation: String,
    /// The thing it is about, such as `asset:act_1` or `business:9001`.
    pub on: String,
    /// Further things by the names the operation uses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
    /// The circumstances.
    #[serde(default, skip_serializing_if = "ContextBody::is_empty")]
    pub context: ContextBody,
    /// What the asker measured.
    #[serde(default, skip_serializing_if = "EvidenceBody::is_empty")]
    pub evidence: EvidenceBody,
    /// Ask about this moment instead of now: a time, a date, or a place in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub at: Option<At>,
}

/// Who asks.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "write `token:ID`, a holder such as `person:ID`, or a credential with `holder`, `app`, `scopes` and `kind`"
)]
pub enum WhoBody {
    /// `token:ID`, or a holder signed in first-party: `person:ana`, `system_user:su-1`.
    Reference(String),
    /// A credential described.
    Assumed(AssumedBody),
}

/// A credential described, for platforms that keep tokens themselves.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssumedBody {
    /// Its holder.
    pub holder: String,
    /// Its app.
    pub app: String,
    /// Its scopes.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Its kind.
    pub kind: String,
}

/// The circumstances the asker names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContextBody {
    /// The project the call is made in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The terms that would be given: a name, names, or names per asset kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<TermsBody>,
    /// The employee for whom a system user acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<String>,
    /// The amount that would change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeBody>,
    /// Properties of the asker, in place of stored ones.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    #[schema(value_type = Object)]
    pub subject: Properties,
    /// Properties of the resource, in place of stored ones.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    #[schema(value_type = Object)]
    pub resource: Properties,
    /// Properties of the operation.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    #[schema(value_type = Object)]
    pub action: Properties,
    /// Other properties.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    #[schema(value_type = Object)]
    pub properties: Properties,
}

/// Terms, as short as they can be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "write a name, a list of names, or lists of names by kind of asset"
)]
pub enum TermsBody {
    /// One role or level of the resource's kind.
    One(String),
    /// Several.
    Many(Vec<String>),
    /// Per asset kind.
    PerKind(BTreeMap<String, Vec<String>>),
}

/// An amount that would change, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    /// Now.
    pub from: u64,
    /// Then.
    pub to: u64,
}

/// What the asker measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceBody {
    /// The proof made with the app's secret.
    #[serde(default)]
    pub proof: ProofBody,
    /// What the rate pool says.
    #[serde(default)]
    pub rate: RateBody,
    /// Was the second factor passed?
    #[serde(default)]
    pub second_factor: bool,
    /// Who approved exactly this change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// Figures with their times.
    #[serde(default)]
    pub figures: FiguresBody,
}

/// The proof made with the app's secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProofBody {
    /// None was sent.
    #[default]
    Missing,
    /// It is right.
    Valid,
    /// It is wrong.
    Wrong,
}

/// What the rate pool says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RateBody {
    /// There is room.
    #[default]
    Within,
    /// It is used up.
    Exceeded,
}

/// Figures with their times.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FiguresBody {
    /// The sum of daily budgets, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_budget_total: Option<FigureBody>,
    /// Cost per action, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpa: Option<FigureBody>,
    /// Return on ad spend, in thousandths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roas: Option<FigureBody>,
    /// What was spent under the mandate, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend_total: Option<FigureBody>,
    /// Ads that are running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_ads: Option<FigureBody>,
}

/// A figure and when it was true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FigureBody {
    /// The value.
    pub value: u64,
    /// When it was true.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A field is not what it is meant to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}`: {message}")]
pub struct FieldError {
    /// The field, as `context.project`.
    pub field: String,
    /// What is wrong and what would do.
    pub message: String,
}

impl FieldError {
    /// Returns an error about a field.
    #[must_use]
    pub fn new(field: &str, message: impl ToString) -> Self {
        Self {
            field: field.to_owned(),
            message: message.to_string(),
        }
    }
}

fn parsed<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, FieldError>
where
    T::Err: ToString,
{
    text.parse()
        .map_err(|error: T::Err| FieldError::new(field, error))
}

impl QuestionBody {
    /// Returns the request and evidence. `caller` asks where nobody is named.
    ///
    /// Errors: [`FieldError`] for what is no id, no reference, or no operation of the rulebook.
    pub fn request(
        &self,
        directory: &Directory,
        caller: &Credential,
    ) -> Result<(Request, Evidence), FieldError> {
        let names = &directory.rulebook().rules(0).names;
        if names.operation(&self.operation).is_none() {
            let message = format!("`{}` is no operation of this platform", self.operation);
            return Err(FieldError::new("operation", message));
        }
        let credential = match &self.who {
            Some(who) => who.credential(directory)?,
            None => caller.clone(),
        };
        let resource: Thing = parsed("on", &self.on)?;
        let mut with = Vec::new();
        for (name, thing) in &self.with {
            with.push((name.clone(), parsed(&format!("with.{name}"), thing)?));
        }
        let context = self.context.context(directory, &resource)?;
        let request = Request {
            credential,
            operation: self.operation.clone(),
            resource,
            with,
            context,
        };
        Ok((request, self.evidence.evidence()?))
    }
}

impl WhoBody {
    /// Returns the credential. A token that is not known is one that opens nothing.
    pub fn credential(&self, directory: &Directory) -> Result<Credential, FieldError> {
        match self {
            Self::Reference(text) => match text.strip_prefix("token:") {
                Some(id) => {
                    let id = parsed("who", id)?;
                    Ok(Credential::Token(match directory.fact(&Key::Token(id)) {
                        Some(Fact::Token(token)) => token.digest,
                        _ => Digest([0; 32]),
                    }))
                }
                None => {
                    let holder: Holder = text.parse().map_err(|_| {
                        let expected = "write `token:ID`, `person:ID`, `system_user:ID`, \
                                        `business:ID` or `app:ID`";
                        FieldError::new("who", format!("`{text}` is nobody; {expected}"))
                    })?;
                    Ok(Credential::Holder(holder))
                }
            },
            Self::Assumed(assumed) => Ok(Credential::Assumed(Assumed {
                holder: parsed("who.holder", &assumed.holder)?,
                app: parsed("who.app", &assumed.app)?,
                scopes: assumed.scopes.clone(),
                kind: assumed.kind.clone(),
            })),
        }
    }
}

impl ContextBody {
    /// Is nothing named?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn context(&self, directory: &Directory, resource: &Thing) -> Result<Context, FieldError> {
        let optional = |field: &str, text: &Option<String>| match text {
            Some(text) => parsed(field, text).map(Some),
            None => Ok(None),
        };
        let delegate = match &self.delegate {
            Some(text) => Some(parsed("context.delegate", text)?),
            None => None,
        };
        Ok(Context {
            project: optional("context.project", &self.project)?,
            terms: self.terms(directory, resource)?,
            delegate,
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

    fn terms(&self, directory: &Directory, resource: &Thing) -> Result<Terms, FieldError> {
        let names = match &self.terms {
            None => return Ok(Terms::default()),
            Some(TermsBody::PerKind(kinds)) => return Ok(Terms(kinds.clone())),
            Some(TermsBody::One(name)) => vec![name.clone()],
            Some(TermsBody::Many(names)) => names.clone(),
        };
        let kind = match resource {
            Thing::Asset(id) => match directory.fact(&Key::Asset(id.clone())) {
                Some(Fact::Asset(asset)) => Some(asset.kind),
                // An unknown asset has no kind; the terms then say nothing, and the engine refuses.
                _ => return Ok(Terms::default()),
            },
            _ => None,
        };
        let kind = kind.ok_or_else(|| {
            let message = "name the terms per asset kind: `{ \"ad_account\": [\"…\"] }`";
            FieldError::new("context.terms", message)
        })?;
        Ok(Terms(BTreeMap::from([(kind, names)])))
    }
}

impl EvidenceBody {
    /// Is nothing measured?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the evidence.
    pub fn evidence(&self) -> Result<Evidence, FieldError> {
        let figure = |figure: Option<FigureBody>| {
            figure.map(|figure| Figure {
                value: figure.value,
                at: figure.at,
            })
        };
        let approved_by = match &self.approved_by {
            Some(text) => {
                let id = text.strip_prefix("person:").unwrap_or(text);
                Some(parsed("evidence.approved_by", id)?)
            }
            None => None,
        };
        Ok(Evidence {
            proof: match self.proof {
                ProofBody::Missing => Proof::Missing,
                ProofBody::Valid => Proof::Valid,
                ProofBody::Wrong => Proof::Wrong,
            },
            rate: match self.rate {
                RateBody::Within => Rate::Within,
                RateBody::Exceeded => Rate::Exceeded,
            },
            second_factor: self.second_factor,
            approved_by,
            figures: Figures {
                daily_budget_total: figure(self.figures.daily_budget_total),
                cpa: figure(self.figures.cpa),
                roas: figure(self.figures.roas),
                spend_total: figure(self.figures.spend_total),
                active_ads: figure(self.figures.active_ads),
            },
        })
    }
}
