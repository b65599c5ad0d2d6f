//! What stands in a rulebook file, as written: names are text with their place, nothing is resolved.
//!
//! Every table refuses unknown keys, so that a misspelt rule is an error and not a silent nothing.
//! `source` is required wherever a rule is stated.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// A name and where it stands.
pub(crate) type Name = Spanned<String>;
/// `when = { switch = ["value"] }`: the entry holds only under these values.
pub(crate) type When = BTreeMap<Name, OneOrMany>;

/// One name or a list of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// A single name.
    One(String),
    /// Several names.
    Many(Vec<String>),
}

impl OneOrMany {
    /// Returns the names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

/// A whole rulebook file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What the rulebook is.
    pub rulebook: Head,
    /// Names of terms and scopes that changed since the last version: old → new.
    #[serde(default)]
    pub renamed: BTreeMap<String, Name>,
    /// Rules someone could reasonably want otherwise.
    #[serde(default)]
    pub switch: BTreeMap<Name, Switch>,
    /// Kinds of things and their roles.
    pub kind: BTreeMap<Name, Kind>,
    /// What a business role brings without assignment.
    #[serde(default)]
    pub reach: Vec<Reach>,
    /// Reasons that stand in place of others.
    #[serde(default)]
    pub replace: Vec<Replace>,
    /// Templates of shares by type of partner.
    #[serde(default)]
    pub partner_type: BTreeMap<Name, PartnerType>,
    /// Permissions a token can carry.
    #[serde(default)]
    pub scope: BTreeMap<Name, Scope>,
    /// Features of an app.
    #[serde(default)]
    pub feature: BTreeMap<Name, Scope>,
    /// Types of apps.
    #[serde(default)]
    pub app_type: BTreeMap<Name, AppType>,
    /// What an app may do by its mode and environment.
    #[serde(default)]
    pub app: AppRules,
    /// Levels given without a review.
    #[serde(default)]
    pub auto_approval: Vec<AutoApproval>,
    /// Kinds of tokens.
    pub token_kind: BTreeMap<Name, TokenKind>,
    /// How many of something there may be.
    #[serde(default)]
    pub limit: Vec<Limit>,
    /// Pools that calls are counted in.
    #[serde(default)]
    pub rate_pool: BTreeMap<Name, RatePool>,
    /// Sharing and partners.
    #[serde(default)]
    pub sharing: Sharing,
    /// What can be asked.
    pub operation: Vec<Operation>,
}

/// `[rulebook]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Version of this format: 1.
    pub format: Spanned<u32>,
    /// The platform's name, lower case.
    pub name: Name,
    /// The platform's name for people.
    pub label: String,
    /// Version of the rules.
    pub version: String,
    /// The API tiers, lowest first.
    #[serde(default)]
    pub tiers: Vec<Name>,
    /// In what order the platform reports reasons; those left out follow in the order of layers.
    #[serde(default)]
    pub order: Vec<Name>,
}

/// `[switch.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// What it is about.
    pub label: String,
    /// The values; the first is the default.
    pub values: Vec<Name>,
    /// Set for the whole realm, or for each business.
    #[serde(default)]
    pub scope: SwitchScope,
    /// Where the rule comes from.
    pub source: String,
}

/// Who sets a switch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwitchScope {
    /// One value for the realm.
    #[default]
    Realm,
    /// Each business may differ.
    Business,
}

/// What family of things a kind belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Something a business or person owns and shares.
    #[default]
    Asset,
    /// A business itself.
    Business,
    /// An app.
    App,
    /// The realm: the platform's own staff hold its roles.
    Realm,
}

/// `[kind.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// For people.
    pub label: String,
    /// What family; `asset` unless said.
    #[serde(default)]
    pub family: Family,
    /// Everything that can be done, at most 64 names.
    pub can: Vec<Name>,
    /// Named sets of capabilities that are assigned to holders.
    #[serde(default)]
    pub role: BTreeMap<Name, Role>,
    /// What an owner may offer a partner.
    #[serde(default)]
    pub level: BTreeMap<Name, Level>,
    /// The level meant when none is named.
    pub default_level: Option<Name>,
    /// Rights that come with rights on another asset.
    #[serde(default)]
    pub follows: Vec<Follows>,
    /// Where the rule comes from.
    pub source: String,
}

/// `[kind.K.role.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// For people.
    pub label: String,
    /// Its capabilities; `["*"]` for all.
    pub can: Vec<Name>,
    /// App roles only: reaches sandbox assets only.
    #[serde(default)]
    pub sandbox_only: bool,
    /// More capabilities, each under its own switches and with its own source.
    #[serde(default)]
    pub also: Vec<Also>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[kind.K.role.NAME.also]]`: what a role can do besides, where a switch says so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// The further capabilities.
    pub can: Vec<Name>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[kind.K.level.NAME]`: a name for a role when it is offered to a partner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The role offered.
    pub role: Name,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[kind.K.follows]]`: whoever has `has` on the linked asset of `kind` has `can` here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// The kind that is followed.
    pub kind: Name,
    /// One of these capabilities there…
    pub has: Vec<Name>,
    /// …brings these here.
    pub can: Vec<Name>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// Who can hold a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// A human being.
    Person,
    /// An automated account of a business.
    SystemUser,
    /// The business account itself.
    Business,
    /// An app.
    App,
}

/// How a business stands to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The business owns it.
    Owned,
    /// A child of the business owns it.
    ChildOwned,
    /// It is shared to the business; the share caps what is reached.
    Shared,
    /// It is a child of the business.
    Child,
}

/// `[[reach]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// A role of the business family.
    pub role: Name,
    /// Who must hold it.
    pub holder: Vec<HolderKind>,
    /// How the business stands to the thing.
    pub relation: Vec<Relation>,
    /// On things of these kinds; `["*"]` for all assets.
    pub kind: Vec<Name>,
    /// What it brings; `["*"]` for all.
    pub can: Vec<Name>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[replace]]`: what is said to holders of a business role in place of other reasons.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replace {
    /// The reason to give.
    pub reason: Name,
    /// The reasons it stands for.
    pub in_place_of: Vec<Name>,
    /// To whom: holders of this business role…
    pub role: Name,
    /// …in a business that stands so to the asset…
    pub relation: Vec<Relation>,
    /// …of these kinds.
    pub kind: Vec<Name>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[partner_type.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerType {
    /// For people.
    pub label: String,
    /// What it is for.
    pub purpose: String,
    /// Level per asset kind.
    pub terms: BTreeMap<Name, Name>,
    /// Is it automated, so that it needs a mandate to write?
    #[serde(default)]
    pub automated: bool,
    /// Where the rule comes from.
    pub source: String,
}

/// `[scope.NAME]` and `[feature.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// For people.
    pub label: String,
    /// Whoever has this has these too.
    #[serde(default)]
    pub implies: Vec<Name>,
    /// Needs a review for Advanced Access.
    #[serde(default)]
    pub review: bool,
    /// Can an app give it up?
    #[serde(default = "yes")]
    pub removable: bool,
    /// Where the rule comes from.
    pub source: String,
}

const fn yes() -> bool {
    true
}

/// `[app_type.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppType {
    /// For people.
    pub label: String,
    /// Do access levels apply?
    pub access_levels: bool,
    /// Where the rule comes from.
    pub source: String,
}

/// `[app]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRules {
    /// What an app in development reaches.
    pub development: Option<ModeRule>,
    /// What an app in the sandbox reaches.
    pub sandbox: Option<ModeRule>,
    /// Does Advanced Access need a verified business?
    #[serde(default)]
    pub verification: Vec<SwitchedRule>,
    /// What happens after a missed Data Use Checkup.
    #[serde(default)]
    pub missed_checkup: Vec<MissedCheckup>,
    /// Whose role a token brings when it is bound to another person than its creator.
    #[serde(default)]
    pub associated_user: Vec<SwitchedRule>,
}

/// What a mode reaches.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModeRule {
    /// Only people with a role on the app, or anybody.
    #[serde(default)]
    pub people: ModePeople,
    /// Only these assets; empty for all.
    #[serde(default)]
    pub assets: Vec<ModeAssets>,
    /// Where the rule comes from.
    pub source: String,
}

/// Whom a mode reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModePeople {
    /// Anybody.
    #[default]
    Anybody,
    /// People with a role on the app, or in a business that claimed it.
    WithRole,
}

/// Which assets a mode reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeAssets {
    /// Sandbox assets.
    Sandbox,
    /// Assets of a business that owns or claimed the app.
    Own,
}

/// A rule that is only there or not, by switch.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwitchedRule {
    /// Which operations; empty for all.
    #[serde(default)]
    pub operations: Vec<Name>,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[app.missed_checkup]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissedCheckup {
    /// What follows.
    pub then: CheckupConsequence,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// What follows a missed checkup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckupConsequence {
    /// Advanced Access works as Standard.
    Standard,
    /// The app works for nobody.
    Deactivated,
    /// Nothing but a finding.
    Warn,
}

/// `[[auto_approval]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoApproval {
    /// For apps of these types…
    pub app_type: Vec<Name>,
    /// …created before this day, if said…
    pub created_before: Option<String>,
    /// …these scopes or features are approved for Advanced Access…
    pub permissions: Vec<Name>,
    /// …and start at this level.
    pub starts: AccessLevel,
    /// Where the rule comes from.
    pub source: String,
}

/// The two access levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessLevel {
    /// Reaches people with a role on the app.
    Standard,
    /// Reaches anybody.
    Advanced,
}

/// `[token_kind.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenKind {
    /// For people.
    pub label: String,
    /// Who can hold one.
    pub holders: Vec<HolderKind>,
    /// Its life in seconds; left out, it does not end by itself.
    #[serde(default)]
    pub life_s: Vec<Life>,
    /// Can it be refreshed while alive?
    #[serde(default)]
    pub refreshable: bool,
    /// The only scopes it can carry; empty for all.
    #[serde(default)]
    pub scopes: Vec<Name>,
    /// Used only where an operation names it.
    #[serde(default)]
    pub only_where_named: bool,
    /// Where the rule comes from.
    pub source: String,
}

/// A life in seconds under a switch.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Life {
    /// Seconds; 0 stands for "may be issued without an end".
    pub seconds: u64,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[limit]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What is counted.
    pub counts: LimitOf,
    /// Counting only those with this role.
    pub role: Option<Name>,
    /// At this API tier of the app that asks, if said.
    pub tier: Option<Name>,
    /// The most there may be.
    pub at_most: u32,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitOf {
    /// System users of one business.
    SystemUsersPerBusiness,
    /// Children of one parent that one person belongs to.
    ChildrenPerPerson,
}

/// `[rate_pool.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatePool {
    /// For people.
    pub label: String,
    /// Counted per app, or per app and holder.
    pub key: RateKey,
    /// Other keys under switches; the first that holds stands in place of `key`.
    #[serde(default)]
    pub otherwise: Vec<OtherKey>,
    /// Where the rule comes from.
    pub source: String,
}

/// `[[rate_pool.NAME.otherwise]]`: what the pool is counted by where a switch says so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherKey {
    /// Counted per app, or per app and holder.
    pub key: RateKey,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// What shares a rate pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateKey {
    /// All tokens of one app.
    App,
    /// All tokens of one holder of one app.
    AppHolder,
}

/// `[sharing]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharing {
    /// When a partner must accept.
    #[serde(default)]
    pub acceptance: Vec<Acceptance>,
    /// Who of a partner holds what was shared.
    #[serde(default)]
    pub members: Vec<Members>,
}

/// `[[sharing.acceptance]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// When.
    pub by: AcceptanceBy,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// When a partner must accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcceptanceBy {
    /// The first share between two businesses.
    First,
    /// Every share.
    Each,
    /// No share.
    None,
}

/// `[[sharing.members]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// Who.
    pub hold: MembersHold,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// Who of a partner holds what was shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembersHold {
    /// Those their own business assigns.
    Assigned,
    /// Everybody in the partner's business.
    All,
}

/// What an operation does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Looks.
    Read,
    /// Changes what an asset holds; automated tools need a mandate.
    Write,
    /// Changes access.
    Manage,
}

/// `[[operation]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Its name, `noun.verb`; may stand several times under different `when`.
    pub name: Name,
    /// For people.
    pub label: String,
    /// What it does to the world.
    pub class: Class,
    /// What the holder must be able to do; all of them. Empty: no role is needed.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// The scopes a token must carry.
    #[serde(default)]
    pub scopes: Scopes,
    /// Features the app must have.
    #[serde(default)]
    pub features: Vec<Name>,
    /// The kinds of token that can be used; empty for all.
    #[serde(default)]
    pub tokens: Vec<Name>,
    /// Refused to tokens of a system user whose business stands so to the target business.
    #[serde(default)]
    pub not_token_of: Vec<Relation>,
    /// The app must be claimed by the target business or its parent.
    #[serde(default)]
    pub claimed: bool,
    /// The app's API tier must be at least this.
    pub tier: Option<Name>,
    /// The app must be on this allow-list.
    pub allow_list: Option<String>,
    /// What is made starts paused.
    #[serde(default)]
    pub starts_paused: bool,
    /// The kinds of limits of a mandate that bound it.
    #[serde(default)]
    pub bounded_by: Vec<LimitFigure>,
    /// Figures that must hold whoever asks.
    #[serde(default)]
    pub requires: Vec<Requires>,
    /// Any of these lists must hold, each in full.
    #[serde(default)]
    pub conditions: Vec<Vec<Condition>>,
    /// The terms asked for must lie within what the business `business` holds on the asset.
    #[serde(default)]
    pub hands_on: bool,
    /// Or the resource is the holder himself: no role is needed for one's own.
    #[serde(default)]
    pub own: bool,
    /// Refused for what `MODEL_FORBIDDEN` stands for, to everybody.
    #[serde(default)]
    pub forbidden: bool,
    /// Asked by first-party sign-ins only (console, command line): tokens are of the wrong kind.
    #[serde(default)]
    pub first_party: bool,
    /// Under which switches.
    #[serde(default)]
    pub when: When,
    /// Where the rule comes from.
    pub source: String,
}

/// One thing the holder must be able to do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Which target of the request: `resource`, a derived one (`owner`, `parent`), or a named one.
    #[serde(default = "resource")]
    pub target: String,
    /// Its kind.
    pub kind: Name,
    /// Any of these capabilities.
    pub can: Vec<Name>,
    /// Or any of these needs instead.
    #[serde(default)]
    pub or: Vec<Need>,
}

fn resource() -> String {
    "resource".to_owned()
}

/// The scopes an operation needs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scopes {
    /// All of these.
    #[serde(default)]
    pub all: Vec<Name>,
    /// And one of these, if any are named.
    #[serde(default)]
    pub any: Vec<Name>,
}

/// A figure a mandate can limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitFigure {
    /// How far one change may raise an amount, in basis points of the old one.
    Step,
    /// The sum of daily budgets after the change, in minor units.
    DailyBudgetTotal,
    /// Cost per action, in minor units, at most.
    Cpa,
    /// Return on ad spend, in thousandths, at least.
    Roas,
    /// What has been spent under the mandate and would be after the change, in minor units.
    SpendTotal,
}

/// A figure that must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requires {
    /// Which.
    pub figure: RequiredFigure,
    /// The most it may be.
    pub at_most: u64,
}

/// Figures an operation can require.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredFigure {
    /// Ads that are running.
    ActiveAds,
}

/// A condition on a property.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Whose property.
    pub of: PropertyOf,
    /// Its name.
    pub property: String,
    /// Equal to this…
    pub equal: Option<Scalar>,
    /// …or one of these…
    #[serde(default, rename = "in")]
    pub one_of: Vec<Scalar>,
    /// …or a number at most this…
    pub at_most: Option<i64>,
    /// …or a time of day within these hours of a zone.
    pub within_hours: Option<Hours>,
}

/// `within_hours = { from = 8, to = 18, zone = "Europe/Berlin" }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// First hour, 0 to 23.
    pub from: u8,
    /// The hour it is over, 1 to 24.
    pub to: u8,
    /// An IANA zone.
    pub zone: Name,
}

/// Whose property a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyOf {
    /// The holder.
    Subject,
    /// The primary target.
    Resource,
    /// The operation's own properties.
    Action,
    /// The rest of the request.
    Context,
}

/// A plain value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// Text.
    Text(String),
}
