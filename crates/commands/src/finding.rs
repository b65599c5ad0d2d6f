//! What is unsafe in a directory at a time: tokens that never end, secrets known to people who have
//! left, logins that several share, tools without limits, and the like. Each with where it is, why
//! it is unsafe, and a command that mends it.
//!
//! A finding denies nothing: whatever may not be done at all is a rule of the rulebook.

mod machine;
mod people;
mod token;

use engine::fact::{App, Business, Delegate, Disclosure, Fact, Grant, Membership, Person, Token};
use engine::{AppId, BusinessId, Directory, GrantId, Holder, Owner, Thing, TokenId};
use jiff::Timestamp;
use std::collections::BTreeMap;

use crate::command::Command;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident $code:literal $why:literal $source:literal;)*) => {
        /// What is unsafe.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingCode {
            $($(#[doc = $doc])* $variant,)*
        }

        impl FindingCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Returns why it is unsafe, in one sentence.
            #[must_use]
            pub const fn why(self) -> &'static str {
                match self { $(Self::$variant => $why,)* }
            }

            /// Returns where that comes from.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self { $(Self::$variant => $source,)* }
            }
        }
    };
}

codes! {
    #[doc = "A live token without an end, of a kind that has one."]
    TokenNeverEnds "TOKEN_NEVER_ENDS"
        "whoever gets hold of it has it for ever" "seed 000, Security and Access Management: 60 days";
    #[doc = "A live token that ends within two weeks."]
    TokenEndsSoon "TOKEN_ENDS_SOON"
        "what uses it stops without a word, and a token that has ended cannot be refreshed" "seed 000, Security and Access Management: refresh before the end";
    #[doc = "A live secret known to somebody without a seat."]
    KnownSecret "KNOWN_SECRET"
        "whoever has left can still act with it" "seed 000, Security and Access Management: offboarding";
    #[doc = "Credentials of an app held by somebody without a seat."]
    CredentialsHeld "CREDENTIALS_HELD"
        "whoever has left can still act as the app" "seed 003, API Access Management: audit who has the app credentials";
    #[doc = "A login that several people use."]
    SharedLogin "SHARED_LOGIN"
        "nobody can say who did what, and nobody can leave" "seed 002, Don't Want to Use a Personal Login?";
    #[doc = "One identity at the identity provider that stands for several people."]
    SharedIdentity "SHARED_IDENTITY"
        "who signs in is several people at once" "seed 002, Don't Want to Use a Personal Login?";
    #[doc = "A tool that acts by itself with a person's token."]
    PersonalAutomation "PERSONAL_AUTOMATION"
        "it stops when the person leaves, and does what the person may do" "seed 000, System Users and Partner Roles: preferred to people";
    #[doc = "A tool that acts by itself, may write, and has no mandate."]
    NoMandate "NO_MANDATE"
        "nothing limits what it would do, so its writes are refused" "seed 001, Requesting Access to Client Assets: budget caps immediately";
    #[doc = "A business with one admin only."]
    OneAdmin "ONE_ADMIN"
        "if that person is ill or locked out, nobody can manage the business" "assumed: somebody must stand in";
    #[doc = "A business in which nobody manages people."]
    NoAdmin "NO_ADMIN"
        "nobody can add or remove anybody" "seed 000, Business-Level Roles: an Admin manages users";
    #[doc = "Employees who each act through a system user of their own."]
    OneToOne "MODEL_ONE_TO_ONE"
        "a system user for each employee is not an approved model" "seed 002, Marketing Partner Employees Manage Assets: no 1 to 1 mapping";
}

/// Something unsafe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// In the words of the business, with ids.
    pub what: String,
    /// The thing it is about: a token, a person, an app, a business.
    pub on: FindingOn,
    /// The business that can mend it; nothing where only the platform can.
    pub business: Option<BusinessId>,
    /// A command that mends it, or begins to.
    pub mend: Option<Command>,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingOn {
    /// A token.
    Token(TokenId),
    /// Another thing.
    Thing(Thing),
}

impl std::fmt::Display for FindingOn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Token(id) => write!(f, "token:{id}"),
            Self::Thing(thing) => thing.fmt(f),
        }
    }
}

/// Returns everything unsafe, by code, then by what it is about. Looks at every fact.
#[must_use]
pub fn findings(directory: &Directory, now: Timestamp) -> Vec<Finding> {
    let facts = Facts::of(directory, now);
    let mut found = token::findings(&facts);
    found.extend(people::findings(&facts));
    found.extend(machine::findings(&facts));
    found.sort_by(|one, other| {
        let key = |finding: &Finding| (finding.code, finding.on.clone(), finding.what.clone());
        key(one).cmp(&key(other))
    });
    found
}

/// The facts that findings are made of, each looked up by what points to it.
struct Facts<'a> {
    directory: &'a Directory,
    now: Timestamp,
    businesses: Vec<Business>,
    people: Vec<Person>,
    members: Vec<Membership>,
    apps: BTreeMap<AppId, App>,
    grants: BTreeMap<GrantId, Grant>,
    tokens: BTreeMap<TokenId, Token>,
    disclosures: Vec<Disclosure>,
    delegates: Vec<Delegate>,
}

impl<'a> Facts<'a> {
    fn of(directory: &'a Directory, now: Timestamp) -> Self {
        let mut facts = Self {
            directory,
            now,
            businesses: Vec::new(),
            people: Vec::new(),
            members: Vec::new(),
            apps: BTreeMap::new(),
            grants: BTreeMap::new(),
            tokens: BTreeMap::new(),
            disclosures: Vec::new(),
            delegates: Vec::new(),
        };
        for fact in directory.facts() {
            match fact {
                Fact::Business(one) => facts.businesses.push(one),
                Fact::Person(one) => facts.people.push(one),
                Fact::Membership(one) if one.until.is_none_or(|until| until > now) => {
                    facts.members.push(one);
                }
                Fact::App(one) => {
                    facts.apps.insert(one.id.clone(), one);
                }
                Fact::Grant(one) => {
                    facts.grants.insert(one.id.clone(), one);
                }
                Fact::Token(one) if crate::holding::is_live(&one, now) => {
                    facts.tokens.insert(one.id.clone(), one);
                }
                Fact::Disclosure(one) => facts.disclosures.push(one),
                Fact::Delegate(one) => facts.delegates.push(one),
                _ => {}
            }
        }
        facts
    }

    /// Returns the live tokens with what they may do.
    fn live(&self) -> impl Iterator<Item = (&Token, &Grant)> {
        let tokens = self.tokens.values();
        tokens.filter_map(|token| Some((token, self.grants.get(&token.grant)?)))
    }

    /// Returns the business a grant is of: the holder's, or else the app's.
    fn business_of(&self, grant: &Grant) -> Option<BusinessId> {
        let holders = match &grant.holder {
            Holder::Business(id) => Some(id.clone()),
            Holder::SystemUser(id) => {
                let key = engine::fact::Key::SystemUser(id.clone());
                match self.directory.fact(&key) {
                    Some(Fact::SystemUser(one)) => Some(one.business),
                    _ => None,
                }
            }
            Holder::App(id) => self.owner_of(id),
            Holder::Person(_) => None,
        };
        holders.or_else(|| self.owner_of(&grant.app))
    }

    /// Returns the business that owns an app.
    fn owner_of(&self, app: &AppId) -> Option<BusinessId> {
        match &self.apps.get(app)?.owner {
            Owner::Business(id) => Some(id.clone()),
            Owner::Person(_) => None,
        }
    }

    /// Does the person have a place in the business?
    fn sits_in(&self, person: &engine::PersonId, business: &BusinessId) -> bool {
        let mut members = self.members.iter();
        members.any(|one| one.person == *person && one.business == *business)
    }
}
