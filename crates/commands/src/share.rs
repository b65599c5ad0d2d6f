//! Sharing with partners.

use engine::fact::{AssignmentKey, Fact, Key, Share, ShareKey, ShareState, Terms};
use engine::{AssetOrGroup, BusinessId, Credential, Directory, Owner, Thing};
use jiff::Timestamp;
use rulebook::{AcceptanceBy, Kind};
use serde::{Deserialize, Serialize};

use crate::about::{About, thing_on};
use crate::business::in_future;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// Shares an asset or group with a partner business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferShare {
    /// What.
    pub of: AssetOrGroup,
    /// With whom.
    pub to: BusinessId,
    /// At which level per asset kind; the kind's default level where left out.
    #[serde(default)]
    pub terms: Terms,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl UseCase for OfferShare {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(thing_on(&self.of))
            .with("partner", Thing::Business(self.to.clone()))
            .terms(self.terms.clone()))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.business(&self.to)?;
        in_future(desk, self.until)?;
        let owner = owner_of(desk, &self.of)?;
        if owner == Owner::Business(self.to.clone()) {
            return Err(Refusal::invalid(
                "to",
                "a business need not share with itself",
            ));
        }
        verified_to_share(desk, &owner, &self.to)?;
        let key = ShareKey {
            of: self.of.clone(),
            to: self.to.clone(),
        };
        if desk.directory.fact(&Key::Share(key)).is_some() {
            return Err(Refusal::conflict(
                "this is shared already; change the share instead",
            ));
        }
        let terms = checked_terms(desk, &self.of, &self.terms, TermsOf::Share)?;
        let state = first_state(desk, &owner, &self.to);
        desk.answer.share = Some(state);
        desk.set(Share {
            of: self.of.clone(),
            to: self.to.clone(),
            terms,
            state,
            until: self.until,
        });
        Ok(())
    }
}

/// Changes the level or the end of a share. Acts at once on everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeShare {
    /// What.
    pub of: AssetOrGroup,
    /// With whom.
    pub to: BusinessId,
    /// The new levels.
    pub terms: Terms,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl UseCase for ChangeShare {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(thing_on(&self.of))
            .with("partner", Thing::Business(self.to.clone()))
            .terms(self.terms.clone()))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        in_future(desk, self.until)?;
        let fact = share(desk, &self.of, &self.to)?;
        let terms = checked_terms(desk, &self.of, &self.terms, TermsOf::Share)?;
        desk.answer.share = Some(fact.state);
        desk.set(Share {
            terms,
            until: self.until,
            ..fact
        });
        Ok(())
    }
}

macro_rules! share_command {
    ($(#[doc = $doc:literal] $name:ident by $with:literal $run:expr;)*) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// What.
            pub of: AssetOrGroup,
            /// With whom.
            pub to: BusinessId,
        }

        impl UseCase for $name {
            fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
                Ok(About::new(thing_on(&self.of)).with($with, Thing::Business(self.to.clone())))
            }

            fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
                let fact = share(desk, &self.of, &self.to)?;
                let run: fn(&mut Desk<'_>, Share) -> Result<(), Refusal> = $run;
                run(desk, fact)
            }
        }
    )*};
}

share_command! {
    #[doc = "The partner accepts a share."]
    AcceptShare by "partner" accept;
    #[doc = "The partner declines a share that waits."]
    DeclineShare by "partner" decline;
    #[doc = "The partner gives back what was shared."]
    ReturnShare by "partner" end;
    #[doc = "The owner ends a share, with everything the partner assigned through it."]
    RevokeShare by "partner" end;
}

pub(crate) fn accept(desk: &mut Desk<'_>, fact: Share) -> Result<(), Refusal> {
    if fact.state == ShareState::Accepted {
        return Err(Refusal::conflict("this share is accepted already"));
    }
    verified_to_share(desk, &owner_of(desk, &fact.of)?, &fact.to)?;
    desk.answer.share = Some(ShareState::Accepted);
    desk.set(Share {
        state: ShareState::Accepted,
        ..fact
    });
    Ok(())
}

fn decline(desk: &mut Desk<'_>, fact: Share) -> Result<(), Refusal> {
    if fact.state == ShareState::Accepted {
        return Err(Refusal::conflict(
            "this share is accepted already; give it back instead",
        ));
    }
    end_share(desk, &fact.key());
    Ok(())
}

fn end(desk: &mut Desk<'_>, fact: Share) -> Result<(), Refusal> {
    end_share(desk, &fact.key());
    Ok(())
}

/// Ends a share and every assignment made through it.
pub(crate) fn end_share(desk: &mut Desk<'_>, key: &ShareKey) {
    let via = Some(key.to.clone());
    desk.end_assignments_on(&key.of, |assignment: &AssignmentKey| assignment.via == via);
    desk.end(Key::Share(key.clone()));
}

fn share(desk: &Desk<'_>, of: &AssetOrGroup, to: &BusinessId) -> Result<Share, Refusal> {
    match desk.directory.fact(&Key::Share(ShareKey {
        of: of.clone(),
        to: to.clone(),
    })) {
        Some(Fact::Share(fact)) => Ok(fact),
        _ => Err(Refusal::not_found("share with", to)),
    }
}

/// Returns who owns an asset or keeps a group.
pub(crate) fn owner_of(desk: &Desk<'_>, on: &AssetOrGroup) -> Result<Owner, Refusal> {
    match on {
        AssetOrGroup::Asset(id) => Ok(desk.asset(id)?.owner),
        AssetOrGroup::Group(id) => Ok(Owner::Business(crate::asset::group(desk, id)?.business)),
    }
}

/// Where the rulebook asks for it, both sides of a share are verified before anything is shared.
/// An owner who has no business cannot be asked for it.
///
/// Errors: [`Refusal::NotVerified`] with the first business that is not.
pub(crate) fn verified_to_share(
    desk: &Desk<'_>,
    owner: &Owner,
    to: &BusinessId,
) -> Result<(), Refusal> {
    if !desk.rules().verified_before_sharing {
        return Ok(());
    }
    let from = match owner {
        Owner::Business(business) => Some(business),
        Owner::Person(_) => None,
    };
    for business in from.into_iter().chain([to]) {
        if !desk.business(business)?.verified {
            return Err(Refusal::NotVerified {
                business: business.to_string(),
            });
        }
    }
    Ok(())
}

/// Must the partner still accept? Not where the rulebook asks only at the first share and one was
/// accepted before.
pub(crate) fn first_state(desk: &Desk<'_>, owner: &Owner, to: &BusinessId) -> ShareState {
    let partners = || {
        desk.shares_to(to).iter().any(|share| {
            share.state == ShareState::Accepted
                && owner_of(desk, &share.of).is_ok_and(|other| other == *owner)
        })
    };
    match desk.rules().acceptance {
        AcceptanceBy::None => ShareState::Accepted,
        AcceptanceBy::First if partners() => ShareState::Accepted,
        AcceptanceBy::First | AcceptanceBy::Each => ShareState::Pending,
    }
}

/// What terms are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TermsOf {
    /// A share: a kind left out gets its default level.
    Share,
    /// An assignment: something must be named.
    Assignment,
}

/// Returns the terms with every name checked against the rulebook.
pub(crate) fn checked_terms(
    desk: &Desk<'_>,
    on: &AssetOrGroup,
    terms: &Terms,
    of: TermsOf,
) -> Result<Terms, Refusal> {
    let mut terms = terms.clone();
    if let AssetOrGroup::Asset(id) = on {
        terms = terms_of_kind(desk.kind(&desk.asset(id)?.kind)?, terms, of)?;
    }
    known_terms(desk, &terms)?;
    Ok(terms)
}

/// Returns the terms for an asset of one kind: the kind's default level for a share that names none.
pub(crate) fn terms_of_kind(kind: &Kind, mut terms: Terms, of: TermsOf) -> Result<Terms, Refusal> {
    if let Some(other) = terms.0.keys().find(|name| **name != kind.name) {
        let message = format!("the asset is of kind `{}`, not `{other}`", kind.name);
        return Err(Refusal::invalid("terms", message));
    }
    if terms.0.is_empty()
        && of == TermsOf::Share
        && let Some(level) = &kind.default_level
    {
        terms = Terms::of(&kind.name, level);
    }
    Ok(terms)
}

/// Checks every name against the rulebook, and that there is one.
pub(crate) fn known_terms(desk: &Desk<'_>, terms: &Terms) -> Result<(), Refusal> {
    if terms.0.values().all(Vec::is_empty) {
        return Err(Refusal::invalid(
            "terms",
            "name a role or level per kind of asset",
        ));
    }
    for (kind, names) in &terms.0 {
        let kind = desk.kind(kind)?;
        if let Some(name) = names.iter().find(|name| kind.term(name).is_none()) {
            let roles = kind.roles.iter().map(|role| role.name.as_str());
            let levels = kind.levels.iter().map(|level| level.name.as_str());
            let known: Vec<&str> = roles.chain(levels).collect();
            let message = format!(
                "`{name}` is nothing `{}` knows; known: {}",
                kind.name,
                known.join(", ")
            );
            return Err(Refusal::invalid("terms", message));
        }
    }
    Ok(())
}
