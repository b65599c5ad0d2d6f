//! What is asked: who, by which credential, does what, on which thing, in which circumstances.

use jiff::Timestamp;

use crate::fact::Terms;
use crate::fact::{Digest, Properties};
use crate::id::{
    AppId, AssetId, BusinessId, DelegateId, GroupId, Holder, IdError, PersonId, SystemUserId,
};

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// By which credential.
    pub credential: Credential,
    /// The operation's name in the rulebook.
    pub operation: String,
    /// The thing it is about.
    pub resource: Thing,
    /// Further things, by the names the operation uses: `business`, `account`, …
    pub with: Vec<(String, Thing)>,
    /// The circumstances the asker names.
    pub context: Context,
}

/// By which credential somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A token, known by the digest of its secret. All five layers are asked.
    Token(Digest),
    /// A token described, not held: for platforms that keep tokens themselves. Layer 1 looks at its
    /// kind and proof; layers 2 to 5 are asked.
    Assumed(Assumed),
    /// Somebody signed in first-party: layers 1 to 3 are not asked.
    Holder(Holder),
}

/// A token described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    /// Its holder.
    pub holder: Holder,
    /// Its app.
    pub app: AppId,
    /// Its scopes, by name.
    pub scopes: Vec<String>,
    /// Its kind, by name.
    pub kind: String,
}

/// Something a request can be about. Written `asset:act_1`; the realm is written `realm`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// The realm as a whole.
    Realm,
    /// A business.
    Business(BusinessId),
    /// An asset.
    Asset(AssetId),
    /// An app.
    App(AppId),
    /// A group or project.
    Group(GroupId),
    /// A person.
    Person(PersonId),
    /// A system user.
    SystemUser(SystemUserId),
}

impl From<&Holder> for Thing {
    fn from(holder: &Holder) -> Self {
        match holder {
            Holder::Person(id) => Self::Person(id.clone()),
            Holder::SystemUser(id) => Self::SystemUser(id.clone()),
            Holder::Business(id) => Self::Business(id.clone()),
            Holder::App(id) => Self::App(id.clone()),
        }
    }
}

impl std::fmt::Display for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Realm => f.write_str("realm"),
            Self::Business(id) => write!(f, "business:{id}"),
            Self::Asset(id) => write!(f, "asset:{id}"),
            Self::App(id) => write!(f, "app:{id}"),
            Self::Group(id) => write!(f, "group:{id}"),
            Self::Person(id) => write!(f, "person:{id}"),
            Self::SystemUser(id) => write!(f, "system_user:{id}"),
        }
    }
}

impl std::str::FromStr for Thing {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text == "realm" {
            return Ok(Self::Realm);
        }
        match text.split_once(':') {
            Some(("business", id)) => Ok(Self::Business(id.parse()?)),
            Some(("asset", id)) => Ok(Self::Asset(id.parse()?)),
            Some(("app", id)) => Ok(Self::App(id.parse()?)),
            Some(("group", id)) => Ok(Self::Group(id.parse()?)),
            Some(("person", id)) => Ok(Self::Person(id.parse()?)),
            Some(("system_user", id)) => Ok(Self::SystemUser(id.parse()?)),
            _ => Err(IdError::Prefix {
                text: text.chars().take(64).collect(),
                expected: "`asset:ID`, `business:ID`, `app:ID`, `person:ID`, `system_user:ID`, \
                           `group:ID` or `realm`",
            }),
        }
    }
}

/// The circumstances the asker names. All may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The project the call is made in: other assets are refused.
    pub project: Option<GroupId>,
    /// The terms that would be given, for operations that hand on.
    pub terms: Terms,
    /// The employee, known elsewhere, for whom a system user acts.
    pub delegate: Option<DelegateId>,
    /// The amount that would change.
    pub change: Option<AmountChange>,
    /// Properties of the holder, in place of the stored ones.
    pub subject: Properties,
    /// Properties of the resource, in place of the stored ones.
    pub resource: Properties,
    /// Properties of the operation.
    pub action: Properties,
    /// Other properties.
    pub other: Properties,
}

/// An amount that would change, in minor units of the account's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountChange {
    /// Now.
    pub from: u64,
    /// Then.
    pub to: u64,
}

impl AmountChange {
    /// Does it raise the amount?
    #[must_use]
    pub const fn raises(self) -> bool {
        self.to > self.from
    }
}

/// What the shell measured and the directory cannot know. What is missing is refused where it is
/// needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The proof made with the app's secret.
    pub proof: Proof,
    /// What the rate pool says.
    pub rate: Rate,
    /// Has the second factor been passed?
    pub second_factor: bool,
    /// Who approved exactly this change.
    pub approved_by: Option<PersonId>,
    /// Figures with their age.
    pub figures: Figures,
}

/// The proof made with the app's secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Proof {
    /// None was sent.
    #[default]
    Missing,
    /// It is right.
    Valid,
    /// It is wrong.
    Wrong,
}

/// What the rate pool says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rate {
    /// There is room.
    #[default]
    Within,
    /// It is used up.
    Exceeded,
}

/// Figures that live on the platform. Each with the time it was true.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// The sum of daily budgets now, in minor units.
    pub daily_budget_total: Option<Figure>,
    /// Cost per action, in minor units.
    pub cpa: Option<Figure>,
    /// Return on ad spend, in thousandths.
    pub roas: Option<Figure>,
    /// What has been spent under the mandate, in minor units.
    pub spend_total: Option<Figure>,
    /// Ads that are running.
    pub active_ads: Option<Figure>,
}

/// A figure and when it was true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// The value.
    pub value: u64,
    /// When it was true.
    pub at: Timestamp,
}

impl Figure {
    /// Returns the value if it is at most `seconds` old and not from the future.
    #[must_use]
    pub fn fresh(self, seconds: u32, now: Timestamp) -> Option<u64> {
        let age = now.as_millisecond() - self.at.as_millisecond();
        (0..=i64::from(seconds) * 1000)
            .contains(&age)
            .then_some(self.value)
    }
}
