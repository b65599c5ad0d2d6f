//! Lists a scenario asks for: what somebody has, what is unsafe, what is left of a partner.

use engine::fact::Fact;
use engine::{Directory, Holder, Thing};
use jiff::Timestamp;

use super::compare;
use super::report::Difference;
use super::step::Mistake;
use super::words::WhoRow;
use crate::command::Command;
use crate::finding::findings;
use crate::holding::holdings;
use crate::residue::residue;

/// Compares what a person has in a business.
pub(super) fn held(
    directory: &Directory,
    who: &WhoRow,
    on: &Thing,
    expect: &[String],
    now: Timestamp,
) -> Result<Vec<Difference>, Mistake> {
    let (WhoRow::Holder(Holder::Person(person)), Thing::Business(business)) = (who, on) else {
        let hint = "write `who: person:ID` and `on: business:ID`";
        let message = "a person has things in a business".to_owned();
        return Err((message, Some(hint.to_owned())));
    };
    let found = holdings(directory, business, person, now);
    let got = found
        .iter()
        .map(|one| format!("{} {}", one.sort.word(), named(&one.fact)));
    Ok(compare::sets("holdings", expect.to_vec(), got))
}

/// Compares what is unsafe.
pub(super) fn found(
    directory: &Directory,
    on: Option<&Thing>,
    expect: &[String],
    now: Timestamp,
) -> Vec<Difference> {
    let of = match on {
        Some(Thing::Business(business)) => Some(business),
        _ => None,
    };
    let found = findings(directory, now);
    let here = found
        .iter()
        .filter(|one| of.is_none() || one.business.as_ref() == of);
    let got = here.map(|one| format!("{} {}", one.code.code(), one.on));
    compare::sets("findings", expect.to_vec(), got)
}

/// Compares what is left of a partner: the list it is in, what it is, and what ends it.
pub(super) fn left(
    directory: &Directory,
    who: &WhoRow,
    on: &Thing,
    expect: &[String],
    now: Timestamp,
) -> Result<Vec<Difference>, Mistake> {
    let (WhoRow::Holder(Holder::Business(partner)), Thing::Business(business)) = (who, on) else {
        let hint = "write `who: business:PARTNER` and `on: business:ID`";
        let message = "something is left of a partner in a business".to_owned();
        return Err((message, Some(hint.to_owned())));
    };
    let left = residue(directory, std::slice::from_ref(business), partner, now);
    let got = left.remains().map(|(list, one)| {
        let removal = one.removal.as_ref().map_or("nothing", Command::name);
        format!("{} {}, {removal}", list.word(), path(&one.fact))
    });
    Ok(compare::sets("residue", expect.to_vec(), got))
}

/// Returns the thing that something somebody has is of: what it is assigned on, what it acts on.
fn named(fact: &Fact) -> String {
    match fact {
        Fact::Membership(one) => format!("business:{}", one.business),
        Fact::Assignment(one) => one.on.to_string(),
        Fact::AppRole(one) => format!("app:{}", one.app),
        other => path(other),
    }
}

/// Returns between whom and what a path is.
fn path(fact: &Fact) -> String {
    match fact {
        Fact::Share(one) => one.of.to_string(),
        Fact::Assignment(one) => format!("{} on {}", one.holder, one.on),
        Fact::Membership(one) => format!("person:{} in business:{}", one.person, one.business),
        Fact::Business(one) => format!("business:{}", one.id),
        Fact::Token(one) => format!("token:{}", one.id),
        Fact::Grant(one) => format!("grant:{}", one.id),
        Fact::AppRole(one) => format!("person:{} on app:{}", one.person, one.app),
        Fact::Delegate(one) => format!("delegate:{}", one.id),
        Fact::GroupAsset(one) => format!("asset:{} in group:{}", one.asset, one.group),
        Fact::Link(one) => format!("asset:{} to asset:{}", one.asset, one.to),
        Fact::AccessRequest(one) => format!("request:{}", one.id),
        Fact::Invitation(one) => format!("invitation:{}", one.id),
        Fact::OnBehalf(one) => format!("business:{} for business:{}", one.partner, one.client),
        Fact::App(one) => format!("app:{}", one.id),
        Fact::Disclosure(one) => format!("token:{}", one.token),
        Fact::Mandate(one) => format!("mandate:{}", one.id),
        Fact::Asset(one) => format!("asset:{}", one.id),
        other => other.kind().to_owned(),
    }
}
