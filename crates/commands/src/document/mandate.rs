//! Rows about mandates: the limits within which a tool may act for a business.

use engine::fact::{Fact, Limits, Mandate, MandateMode, MandateOf};
use engine::{AppId, AssetId, BusinessId, MandateId, PersonId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Check, Of};
use super::moment;
use super::row::{Export, Row, is_false};
use super::schema;
use super::word::word;

/// The limits within which a tool may act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MandateRow {
    /// Its id.
    #[schemars(with = "schema::Id")]
    pub id: MandateId,
    /// The business that gave it.
    #[schemars(with = "schema::Id")]
    pub business: BusinessId,
    /// For one app, or…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub app: Option<AppId>,
    /// …for everybody of a partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Id>")]
    pub partner: Option<BusinessId>,
    /// Each change approved, or on its own within the limits.
    #[serde(default)]
    pub mode: MandateModeRow,
    /// On which assets of the business; left out: all it owns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<schema::Id>")]
    pub assets: Vec<AssetId>,
    /// Which operations; left out: every write.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
    /// The limits.
    #[serde(default, skip_serializing_if = "LimitsRow::is_none")]
    pub limits: LimitsRow,
    /// Over at this time.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "moment::read_if_there"
    )]
    #[schemars(with = "schema::Moment")]
    pub until: Option<Timestamp>,
    /// The kill switch.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stopped: bool,
    /// Who may approve; left out: anybody of the business who holds the right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<schema::Id>")]
    pub approvers: Vec<PersonId>,
    /// How old a figure may be, in seconds.
    #[serde(default = "quarter_of_an_hour")]
    pub fresh_within_s: u32,
}

const fn quarter_of_an_hour() -> u32 {
    900
}

word! {
    #[doc = "How a tool acts."]
    MandateModeRow for MandateMode, left out: SemiAutomatic {
        #[doc = "Somebody approves each change."] SemiAutomatic,
        #[doc = "On its own within the limits."] Autopilot,
    }
}

/// What a change may not exceed. A limit left out does not bind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsRow {
    /// One change may raise an amount by at most this, in basis points of the old one: 2000 is 20 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u64>,
    /// The sum of daily budgets after the change, in minor units, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_budget_total: Option<u64>,
    /// Cost per action in minor units, at most, to raise anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpa: Option<u64>,
    /// Return on ad spend in thousandths, at least, to raise anything: 2500 is 2.5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roas: Option<u64>,
    /// What is spent under the mandate in total, in minor units, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend_total: Option<u64>,
}

impl LimitsRow {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl MandateRow {
    fn to(&self, check: &mut Check<'_>) -> Option<MandateOf> {
        match (&self.app, &self.partner) {
            (Some(app), None) => {
                check.known("app", Of::App, app.as_str());
                Some(MandateOf::App(app.clone()))
            }
            (None, Some(partner)) => {
                check.known("partner", Of::Business, partner.as_str());
                Some(MandateOf::Partner(partner.clone()))
            }
            _ => {
                let hint = "write `app: ID`, or `partner: ID` for everybody of a partner";
                check.wrong("app", "a mandate is for one app or one partner", Some(hint));
                None
            }
        }
    }
}

impl Row for MandateRow {
    type Fact = Mandate;

    fn item(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, check: &mut Check<'_>) -> Option<Fact> {
        check.known("business", Of::Business, self.business.as_str());
        let to = self.to(check);
        for asset in &self.assets {
            check.known("assets", Of::Asset, asset.as_str());
        }
        for operation in &self.operations {
            check.operation("operations", operation);
        }
        for person in &self.approvers {
            check.known("approvers", Of::Person, person.as_str());
        }
        Some(Fact::Mandate(Mandate {
            id: self.id.clone(),
            business: self.business.clone(),
            to: to?,
            assets: self.assets.clone(),
            operations: self.operations.clone(),
            mode: self.mode.into(),
            limits: Limits {
                step: self.limits.step,
                daily_budget_total: self.limits.daily_budget_total,
                cpa: self.limits.cpa,
                roas: self.limits.roas,
                spend_total: self.limits.spend_total,
            },
            until: self.until,
            stopped: self.stopped,
            approvers: self.approvers.clone(),
            fresh_within_s: self.fresh_within_s,
        }))
    }

    fn of(fact: &Mandate, _: &Export<'_>) -> Self {
        let (app, partner) = match &fact.to {
            MandateOf::App(app) => (Some(app.clone()), None),
            MandateOf::Partner(partner) => (None, Some(partner.clone())),
        };
        Self {
            id: fact.id.clone(),
            business: fact.business.clone(),
            app,
            partner,
            mode: fact.mode.into(),
            assets: fact.assets.clone(),
            operations: fact.operations.clone(),
            limits: LimitsRow {
                step: fact.limits.step,
                daily_budget_total: fact.limits.daily_budget_total,
                cpa: fact.limits.cpa,
                roas: fact.limits.roas,
                spend_total: fact.limits.spend_total,
            },
            until: fact.until,
            stopped: fact.stopped,
            approvers: fact.approvers.clone(),
            fresh_within_s: fact.fresh_within_s,
        }
    }
}
