//! What a fact points at, so that none is left pointing at nothing.

use std::collections::BTreeSet;

use engine::fact::{Fact, Key, MandateOf, Proposal};
use engine::{AssetOrGroup, Holder, Owner};

/// Returns the keys that facts point at and that are not there, with the fact that points.
pub(crate) fn hanging(facts: &[Fact]) -> BTreeSet<(Key, Key)> {
    let there: BTreeSet<Key> = facts.iter().map(Fact::key).collect();
    let pointers = facts.iter().flat_map(|fact| {
        let points = pointed(fact).into_iter();
        points.map(|key| (fact.key(), key))
    });
    pointers.filter(|(_, key)| !there.contains(key)).collect()
}

fn holder(holder: &Holder) -> Key {
    match holder {
        Holder::Person(id) => Key::Person(id.clone()),
        Holder::SystemUser(id) => Key::SystemUser(id.clone()),
        Holder::Business(id) => Key::Business(id.clone()),
        Holder::App(id) => Key::App(id.clone()),
    }
}

fn owner(owner: &Owner) -> Key {
    holder(&Holder::from(owner.clone()))
}

fn on(on: &AssetOrGroup) -> Key {
    match on {
        AssetOrGroup::Asset(id) => Key::Asset(id.clone()),
        AssetOrGroup::Group(id) => Key::Group(id.clone()),
    }
}

/// Lists of assets only narrow what they stand in, who invited may be gone, and a token that has ended stays known, as does
/// who saw its secret: these may point at what is no more.
fn pointed(fact: &Fact) -> Vec<Key> {
    match fact {
        Fact::Settings(_) | Fact::Person(_) => Vec::new(),
        Fact::Business(one) => one.parent.iter().cloned().map(Key::Business).collect(),
        Fact::Operator(one) => vec![Key::Person(one.person.clone())],
        Fact::Membership(one) => {
            vec![
                Key::Business(one.business.clone()),
                Key::Person(one.person.clone()),
            ]
        }
        Fact::SystemUser(one) => vec![Key::Business(one.business.clone())],
        Fact::App(one) => vec![owner(&one.owner)],
        Fact::AppClaim(one) => vec![
            Key::App(one.app.clone()),
            Key::Business(one.business.clone()),
        ],
        Fact::AppRole(one) => vec![Key::App(one.app.clone()), Key::Person(one.person.clone())],
        Fact::AppPermission(one) => vec![Key::App(one.app.clone())],
        Fact::Install(one) => {
            vec![
                Key::App(one.app.clone()),
                Key::SystemUser(one.system_user.clone()),
            ]
        }
        Fact::Asset(one) => vec![owner(&one.owner)],
        Fact::Link(one) => vec![Key::Asset(one.asset.clone()), Key::Asset(one.to.clone())],
        Fact::Group(one) => vec![Key::Business(one.business.clone())],
        Fact::GroupAsset(one) => vec![Key::Group(one.group.clone()), Key::Asset(one.asset.clone())],
        Fact::Share(one) => vec![on(&one.of), Key::Business(one.to.clone())],
        Fact::Assignment(one) => {
            let via = one.via.iter().cloned().map(Key::Business);
            via.chain([holder(&one.holder), on(&one.on)]).collect()
        }
        Fact::Delegate(one) => {
            vec![
                Key::Business(one.business.clone()),
                Key::SystemUser(one.system_user.clone()),
            ]
        }
        Fact::Grant(one) => {
            let from = one.from.iter().cloned().map(Key::Grant);
            from.chain([holder(&one.holder), Key::App(one.app.clone())])
                .collect()
        }
        Fact::Token(one) if one.ended.is_some() => Vec::new(),
        Fact::Token(one) => vec![Key::Grant(one.grant.clone())],
        Fact::Renewal(one) => vec![Key::Token(one.token.clone())],
        Fact::Disclosure(one) => vec![Key::Token(one.token.clone()), Key::Person(one.to.clone())],
        Fact::Invitation(one) => {
            let offered = one.assignments.iter().map(|offered| on(&offered.on));
            let business = Key::Business(one.business.clone());
            std::iter::once(business).chain(offered).collect()
        }
        Fact::Proposal(one) => proposal(one),
        Fact::Mandate(one) => {
            let to = match &one.to {
                MandateOf::App(id) => Key::App(id.clone()),
                MandateOf::Partner(id) => Key::Business(id.clone()),
            };
            vec![Key::Business(one.business.clone()), to]
        }
        // What is asked for need not be there, and who asked may have left.
        Fact::AccessRequest(one) => vec![Key::Business(one.from.clone())],
        Fact::OnBehalf(one) => {
            let through = one.system_user.iter().cloned().map(Key::SystemUser);
            let sides = [one.partner.clone(), one.client.clone()].map(Key::Business);
            through.chain(sides).collect()
        }
    }
}

/// What was made may speak of what is no more; what waits may not.
fn proposal(one: &Proposal) -> Vec<Key> {
    let asset = Key::Asset(one.asset.clone());
    if !one.is_open() {
        return vec![asset];
    }
    let app = one.app.iter().cloned().map(Key::App);
    let rest = [Key::Mandate(one.mandate.clone()), asset, holder(&one.by)];
    app.chain(rest).collect()
}
