//! Tokens that stand on a role end with the last of it.

use std::collections::BTreeSet;

use engine::fact::{Change, EndReason, Fact, Grant, Key, Token};
use engine::{AssetId, Context, Credential, Directory, Evidence, Holder, Search, Thing};
use jiff::Timestamp;
use rulebook::KindId;

use crate::reach::reach;

/// More than anybody reaches, so that no list is cut.
const ALL: usize = 1_000_000;

/// Returns the ends of tokens that `changes` take the last role from: those of kinds that the rulebook
/// lets end so, whose holder had a role on a thing they are for and has none any more.
pub(crate) fn end_those_without_role(
    directory: &Directory,
    changes: &[Change],
    now: Timestamp,
) -> Vec<Change> {
    let holders = losers(directory, changes);
    let stand = standing(directory, &holders);
    if stand.is_empty() {
        return Vec::new();
    }
    let mut after = directory.clone();
    changes.iter().for_each(|change| after.apply(change));
    let mut ends = Vec::new();
    for (token, grant, kind) in stand {
        let still = after.fact(&Key::Token(token.id.clone()));
        let lives = still == Some(Fact::Token(token.clone()));
        if !lives || has_role(&after, &grant, kind, now) || !has_role(directory, &grant, kind, now)
        {
            continue;
        }
        let renewal = Key::Renewal(token.id.clone());
        if after.fact(&renewal).is_some() {
            ends.push(Change::End(renewal));
        }
        let ended = Some(EndReason::RoleLost);
        ends.push(Change::Set(Token { ended, ..token }.into()));
    }
    ends
}

/// Returns whose assignments or places in a business are taken or changed.
fn losers(directory: &Directory, changes: &[Change]) -> BTreeSet<Holder> {
    let mut holders = BTreeSet::new();
    for change in changes {
        let key = match change {
            Change::End(key) => key.clone(),
            Change::Set(fact) => fact.key(),
        };
        let holder = match &key {
            Key::Assignment(key) => key.holder.clone(),
            Key::Membership(key) => Holder::Person(key.person.clone()),
            _ => continue,
        };
        // What is new takes nothing from anybody.
        if directory.fact(&key).is_some() {
            holders.insert(holder);
        }
    }
    holders
}

/// Returns the live tokens of these that stand on a role, each with its grant and the kind of thing.
fn standing(directory: &Directory, holders: &BTreeSet<Holder>) -> Vec<(Token, Grant, KindId)> {
    let kinds = &directory.rulebook().rules(0).token_kinds;
    let role_on = |token: &Token| {
        let kind = kinds.iter().find(|kind| kind.name == token.kind)?;
        kind.ends_with_role_on
    };
    let mut found = Vec::new();
    if kinds.iter().all(|kind| kind.ends_with_role_on.is_none()) {
        return found;
    }
    for holder in holders {
        for fact in directory.grants_held_by(holder) {
            let Fact::Grant(grant) = fact else { continue };
            for fact in directory.tokens_of(&grant.id) {
                if let Fact::Token(token) = fact
                    && token.ended.is_none()
                    && let Some(kind) = role_on(&token)
                {
                    found.push((token, grant.clone(), kind));
                }
            }
        }
    }
    found
}

/// Has the holder of the grant a role on a thing of the kind that the grant is for?
fn has_role(directory: &Directory, grant: &Grant, kind: KindId, now: Timestamp) -> bool {
    let credential = Credential::Holder(grant.holder.clone());
    let (context, evidence) = (Context::default(), Evidence::default());
    let search = Search {
        with: &[],
        context: &context,
        evidence: &evidence,
        now,
        limit: ALL,
    };
    let named = named(directory, grant, kind);
    let reached = reach(directory, &credential, &[kind], &search);
    reached.iter().any(|thing| match thing {
        Thing::Asset(id) => named.is_empty() || named.contains(id),
        _ => false,
    })
}

/// Returns the things of the kind that the grant names; none where it names none and is for all.
fn named(directory: &Directory, grant: &Grant, kind: KindId) -> BTreeSet<AssetId> {
    let name = directory.rulebook().rules(0).names.kind_name(kind);
    let assets = grant.targets.values().flatten();
    let of_kind = assets.filter(|id| match directory.fact(&Key::Asset((*id).clone())) {
        Some(Fact::Asset(asset)) => asset.kind == name,
        _ => false,
    });
    of_kind.cloned().collect()
}
