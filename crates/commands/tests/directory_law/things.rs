//! Every thing there is an id for.

use std::collections::BTreeMap;

use engine::fact::{
    App, AppMode, Asset, Business, Checkup, Digest, EndReason, Environment, Fact, Grant, Group,
    Identity, Person, SystemUser, Token, TwoFactor,
};
use proptest::prelude::*;
use rulebook::Family;

use super::words::{
    IDS, at, holder, id, kind_of, owner, position, properties, role, text, the, until,
};

/// One thing of each kind, all with this id.
pub(crate) fn named(id: &'static str) -> impl Strategy<Value = Vec<Fact>> {
    let first = (business(id), person(id), system_user(id), app(id));
    let second = (asset(id), group(id), grant(id), token(id));
    (first, second).prop_map(|((a, b, c, d), (e, f, g, h))| vec![a, b, c, d, e, f, g, h])
}

fn business(id: &'static str) -> impl Strategy<Value = Fact> {
    // The last has no parent, so that no business is its own ancestor.
    let parent = IDS.get(position(id) + 1);
    (text(), any::<[bool; 4]>()).prop_map(move |(name, is)| {
        Fact::Business(Business {
            id: the(id),
            name,
            parent: parent.map(|id| the(id)),
            verified: is[0],
            two_factor: match is[1] {
                true => TwoFactor::Admins,
                false => TwoFactor::None,
            },
            suspended: is[2],
            automated: is[3],
            profile: None,
        })
    })
}

fn person(id: &'static str) -> impl Strategy<Value = Fact> {
    let is = any::<[bool; 2]>();
    (text(), text(), is, properties()).prop_map(move |(name, email, is, properties)| {
        Fact::Person(Person {
            id: the(id),
            name,
            email,
            identity: is[0].then(|| Identity {
                issuer: "https://idp.example".into(),
                subject: id.into(),
            }),
            shared_login: is[1],
            properties,
        })
    })
}

fn system_user(named: &'static str) -> impl Strategy<Value = Fact> {
    (id(), role(Family::Business), text()).prop_map(move |(business, role, name)| {
        Fact::SystemUser(SystemUser {
            id: the(named),
            business,
            role,
            name,
        })
    })
}

fn app(named: &'static str) -> impl Strategy<Value = Fact> {
    let row = (owner(), text(), at(), any::<[bool; 10]>(), id());
    row.prop_map(move |(owner, name, created, is, keeper)| {
        Fact::App(App {
            id: the(named),
            owner,
            name,
            app_type: is[0].then(|| "business".to_owned()),
            mode: match is[1] {
                true => AppMode::Live,
                false => AppMode::Development,
            },
            environment: match is[2] {
                true => Environment::Sandbox,
                false => Environment::Production,
            },
            tier: is[3].then(|| "full".to_owned()),
            created,
            automated: is[4],
            confirmed_partner: is[5],
            proof_required: is[6],
            allow_lists: is[7].then(|| named.to_owned()).into_iter().collect(),
            credentials_held_by: is[8].then_some(keeper).into_iter().collect(),
            checkup: match is[9] {
                true => Checkup::Missed,
                false => Checkup::None,
            },
            checkup_since: is[4].then_some(created),
            suspended: is[0] && is[9],
            redirect_uris: is[7]
                .then(|| format!("https://{named}.example/cb"))
                .into_iter()
                .collect(),
        })
    })
}

fn asset(named: &'static str) -> impl Strategy<Value = Fact> {
    let row = (owner(), text(), any::<bool>(), properties());
    row.prop_map(move |(owner, name, sandbox, properties)| {
        Fact::Asset(Asset {
            id: the(named),
            kind: kind_of(named).to_owned(),
            owner,
            name,
            sandbox,
            properties,
        })
    })
}

fn group(named: &'static str) -> impl Strategy<Value = Fact> {
    (id(), text(), any::<bool>()).prop_map(move |(business, name, project)| {
        Fact::Group(Group {
            id: the(named),
            business,
            name,
            project,
        })
    })
}

fn grant(named: &'static str) -> impl Strategy<Value = Fact> {
    (holder(), id()).prop_map(move |(holder, app)| {
        Fact::Grant(Grant {
            id: the(named),
            holder,
            app,
            scopes: vec![],
            declined: vec![],
            targets: BTreeMap::new(),
            from: None,
        })
    })
}

fn token(named: &'static str) -> impl Strategy<Value = Fact> {
    let row = (
        id(),
        at(),
        until(),
        any::<bool>(),
        proptest::option::of(id()),
    );
    row.prop_map(move |(grant, issued, expires, rotated, associated_user)| {
        Fact::Token(Token {
            id: the(named),
            digest: Digest::of(named),
            grant,
            kind: "user".to_owned(),
            issued,
            expires,
            ended: rotated.then_some(EndReason::Rotated),
            associated_user,
        })
    })
}
