//! Findings about tokens and secrets.

use engine::Holder;
use engine::fact::{Grant, Token};
use jiff::SignedDuration;

use super::{Facts, Finding, FindingCode, FindingOn};
use crate::holding::rotation;

/// A token that ends sooner than this is told of.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = facts
        .live()
        .filter_map(|(token, grant)| of_life(facts, token, grant))
        .collect();
    found.extend(known(facts));
    found
}

/// Kinds that have no end are what they are; kinds that live for less than two weeks always end soon.
fn of_life(facts: &Facts<'_>, token: &Token, grant: &Grant) -> Option<Finding> {
    let rules = facts.directory.rulebook().rules(0);
    let kind = rules
        .token_kinds
        .iter()
        .find(|kind| kind.name == token.kind)?;
    let life_s = i64::try_from(kind.life_s?).unwrap_or(i64::MAX);
    let (code, what) = match token.expires {
        None => (
            FindingCode::TokenNeverEnds,
            format!("token:{} of {} never ends", token.id, grant.holder),
        ),
        Some(end) if life_s > SOON.as_secs() && facts.now.duration_until(end) <= SOON => (
            FindingCode::TokenEndsSoon,
            format!("token:{} of {} ends at {end}", token.id, grant.holder),
        ),
        Some(_) => return None,
    };
    Some(Finding {
        code,
        what,
        on: FindingOn::Token(token.id.clone()),
        business: facts.business_of(grant),
        mend: Some(rotation(token).into()),
    })
}

/// Live secrets that people have seen who are not of the business, or not any more.
fn known(facts: &Facts<'_>) -> Vec<Finding> {
    let found = facts.disclosures.iter().filter_map(|seen| {
        let token = facts.tokens.get(&seen.token)?;
        let grant = facts.grants.get(&token.grant)?;
        if grant.holder == Holder::Person(seen.to.clone()) {
            return None;
        }
        let business = facts.business_of(grant);
        let sits = business
            .as_ref()
            .is_some_and(|one| facts.sits_in(&seen.to, one));
        (!sits).then(|| Finding {
            code: FindingCode::KnownSecret,
            what: format!(
                "person:{} has seen the secret of token:{} of {} and has no place there",
                seen.to, token.id, grant.holder
            ),
            on: FindingOn::Token(token.id.clone()),
            business,
            mend: Some(rotation(token).into()),
        })
    });
    found.collect()
}
