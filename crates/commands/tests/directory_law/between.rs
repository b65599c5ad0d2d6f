//! Facts that stand between things.

use std::collections::BTreeMap;

use engine::AssetOrGroup;
use engine::fact::{
    AccessRequest, Amounts, AppClaim, AppPermission, AppRole, Assignment, Delegate, Digest,
    Disclosure, Fact, Grant, GroupAsset, Install, Invitation, Level, Limits, Link, Mandate,
    MandateMode, MandateOf, Membership, Offered, OnBehalf, Operator, Proposal, ProposalState,
    Renewal, RequestKind, Review, ReviewState, Share, ShareState, Terms,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rulebook::Family;

use super::words::{
    IDS, KINDS, META, at, holder, id, kind_of, position, role, scope, text, the, until,
};

pub(crate) fn any_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        operator(),
        membership(),
        (id(), id()).prop_map(|(app, business)| AppClaim { app, business }.into()),
        app_role(),
        app_permission(),
        (id(), id()).prop_map(|(app, system_user)| Install { app, system_user }.into()),
        link(),
        (id(), id()).prop_map(|(group, asset)| GroupAsset { group, asset }.into()),
        share(),
        assignment(),
        delegate(),
        grant(),
        (id(), id(), at()).prop_map(|(token, to, at)| Disclosure { token, to, at }.into()),
        (id(), 1..60_u32).prop_map(|(token, days_before)| Renewal { token, days_before }.into()),
        mandate(),
        invitation(),
        proposal(),
        access_request(),
        on_behalf(),
    ]
}

fn invitation() -> impl Strategy<Value = Fact> {
    let row = (id(), role(Family::Business), text(), holder(), at());
    let offered = vec((select(IDS), until()), 0..3);
    (select(IDS), row, offered).prop_map(|(named, row, offered)| {
        let (business, role, email, invited_by, until) = row;
        let offered = offered.into_iter().map(|(asset, until)| Offered {
            on: AssetOrGroup::Asset(the(asset)),
            terms: Terms::of(kind_of(asset), "admin"),
            until,
        });
        Fact::Invitation(Invitation {
            id: the(named),
            business,
            role,
            email,
            code: Digest::of(named),
            invited_by,
            until,
            assignments: offered.collect(),
        })
    })
}

fn operator() -> impl Strategy<Value = Fact> {
    let break_glass = (proptest::option::of(id()), until());
    (id(), role(Family::Realm), until(), break_glass, text()).prop_map(
        |(person, role, until, (break_glass, break_glass_until), reason)| {
            Fact::Operator(Operator {
                person,
                role,
                until,
                break_glass,
                break_glass_until,
                reason,
            })
        },
    )
}

fn membership() -> impl Strategy<Value = Fact> {
    (id(), id(), role(Family::Business), until()).prop_map(|(business, person, role, until)| {
        Fact::Membership(Membership {
            business,
            person,
            role,
            until,
        })
    })
}

fn app_role() -> impl Strategy<Value = Fact> {
    (id(), id(), role(Family::App))
        .prop_map(|(app, person, role)| AppRole { app, person, role }.into())
}

fn app_permission() -> impl Strategy<Value = Fact> {
    let state = select(vec![
        ReviewState::Requested,
        ReviewState::Approved,
        ReviewState::Rejected,
    ]);
    let review = (state, at(), text()).prop_map(|(state, at, reason)| Review { state, at, reason });
    let parts = (
        id(),
        scope(),
        any::<[bool; 3]>(),
        proptest::option::of(review),
    );
    parts.prop_map(|(app, permission, is, review)| {
        Fact::AppPermission(AppPermission {
            app,
            permission,
            level: match is[0] {
                true => Level::Advanced,
                false => Level::Standard,
            },
            approved: is[1],
            removed: is[2],
            review,
        })
    })
}

fn link() -> impl Strategy<Value = Fact> {
    (select(IDS), 1..IDS.len()).prop_map(|(asset, step)| {
        Fact::Link(Link {
            asset: the(asset),
            to: the(IDS[(position(asset) + step) % IDS.len()]),
        })
    })
}

/// An asset or a group, and terms that fit it.
fn terms() -> impl Strategy<Value = (AssetOrGroup, Terms)> {
    let of_asset = (select(IDS), any::<[Index; 2]>(), 0_usize..3);
    let of_asset = of_asset.prop_map(|(asset, picks, how_many)| {
        let kind = kind_of(asset);
        let known = names(kind);
        let picked = picks
            .iter()
            .take(how_many)
            .map(|pick| pick.get(&known).clone());
        let terms = BTreeMap::from([(kind.to_owned(), picked.collect())]);
        (AssetOrGroup::Asset(the(asset)), Terms(terms))
    });
    let per_kind = proptest::collection::btree_map(select(KINDS), any::<Index>(), 0..3);
    let of_group = (id(), per_kind).prop_map(|(group, kinds)| {
        let pick =
            |(kind, pick): (&str, Index)| (kind.to_owned(), vec![pick.get(&names(kind)).clone()]);
        (
            AssetOrGroup::Group(group),
            Terms(kinds.into_iter().map(pick).collect()),
        )
    });
    prop_oneof![of_asset, of_group]
}

/// Every name that can stand in terms for a kind.
fn names(kind: &str) -> Vec<String> {
    let kind = META.rules(0).kind_named(kind).expect("a kind");
    let levels = kind.levels.iter().map(|level| level.name.clone());
    let roles = kind.roles.iter().map(|role| role.name.clone());
    levels
        .chain(roles)
        .chain(kind.capabilities.clone())
        .collect()
}

fn share() -> impl Strategy<Value = Fact> {
    (terms(), id(), any::<bool>(), until()).prop_map(|((of, terms), to, accepted, until)| {
        Fact::Share(Share {
            of,
            to,
            terms,
            state: match accepted {
                true => ShareState::Accepted,
                false => ShareState::Pending,
            },
            until,
        })
    })
}

fn assignment() -> impl Strategy<Value = Fact> {
    let via = proptest::option::of(id());
    (holder(), terms(), via, until()).prop_map(|(holder, (on, terms), via, until)| {
        Fact::Assignment(Assignment {
            holder,
            on,
            via,
            terms,
            until,
        })
    })
}

fn delegate() -> impl Strategy<Value = Fact> {
    (id(), id(), id(), vec(id(), 0..3)).prop_map(|(id, business, system_user, assets)| {
        Fact::Delegate(Delegate {
            id,
            business,
            system_user,
            assets,
        })
    })
}

fn grant() -> impl Strategy<Value = Fact> {
    let row = (
        id(),
        holder(),
        id(),
        vec(scope(), 0..3),
        scope(),
        vec(id(), 0..2),
        proptest::option::of(id()),
    );
    row.prop_map(|(id, holder, app, scopes, other, assets, from)| {
        Fact::Grant(Grant {
            id,
            holder,
            app,
            scopes,
            declined: vec![other.clone()],
            targets: BTreeMap::from([(other, assets)]),
            from,
        })
    })
}

fn mandate() -> impl Strategy<Value = Fact> {
    let operation = select(META.rules(0).names.operations().to_vec());
    let to = prop_oneof![
        id().prop_map(MandateOf::App),
        id().prop_map(MandateOf::Partner)
    ];
    let who = (id(), id(), to, vec(id(), 0..2), vec(id(), 0..2));
    let what = (
        vec(operation, 0..2),
        any::<[Option<u64>; 5]>(),
        until(),
        any::<u32>(),
        any::<[bool; 2]>(),
    );
    (who, what).prop_map(|(who, what)| {
        let (id, business, to, assets, approvers) = who;
        let (operations, limits, until, fresh_within_s, is) = what;
        Fact::Mandate(Mandate {
            id,
            business,
            to,
            assets,
            operations,
            mode: match is[0] {
                true => MandateMode::Autopilot,
                false => MandateMode::SemiAutomatic,
            },
            limits: Limits {
                step: limits[0],
                daily_budget_total: limits[1],
                cpa: limits[2],
                roas: limits[3],
                spend_total: limits[4],
            },
            until,
            stopped: is[1],
            approvers,
            fresh_within_s,
        })
    })
}

/// What was made: it may speak of what is no more.
fn proposal() -> impl Strategy<Value = Fact> {
    let amounts = proptest::option::of((any::<u64>(), any::<u64>()));
    let currency = proptest::option::of(select(&["USD", "no", "~"][..]));
    let who = (id(), id(), id(), holder(), proptest::option::of(id()));
    let what = (amounts, currency, any::<bool>(), at(), at());
    (who, what, proptest::option::of(id())).prop_map(|(who, what, approved_by)| {
        let (id, mandate, asset, by, app) = who;
        let (change, currency, starts_paused, at, since) = what;
        Fact::Proposal(Proposal {
            id,
            mandate,
            operation: "budget.raise".to_owned(),
            asset,
            change: change.map(|(from, to)| Amounts { from, to }),
            currency: currency.map(str::to_owned),
            starts_paused,
            by,
            app,
            at,
            until: at,
            state: ProposalState::Executed {
                approved_by,
                at: since,
            },
        })
    })
}

fn on_behalf() -> impl Strategy<Value = Fact> {
    let who = (id(), id(), proptest::option::of(id()));
    who.prop_map(|(partner, client, system_user)| {
        Fact::OnBehalf(OnBehalf {
            partner,
            client,
            system_user,
        })
    })
}

/// What is asked for may be unknown: a request tells nobody what exists.
fn access_request() -> impl Strategy<Value = Fact> {
    let kinds = proptest::option::of(select(KINDS));
    let who = (id(), id(), id(), holder(), kinds);
    (who, at(), at(), any::<bool>()).prop_map(|(who, at, until, share)| {
        let (id, from, asset, asked_by, kind) = who;
        let kind = kind.filter(|_| share);
        let terms = kind.map(|kind| {
            let role = META.rules(0).kind_named(kind).unwrap().roles[0]
                .name
                .clone();
            Terms::of(kind, &role)
        });
        Fact::AccessRequest(AccessRequest {
            id,
            from,
            asset,
            asset_kind: kind.map(str::to_owned),
            kind: match share {
                true => RequestKind::Share,
                false => RequestKind::Claim,
            },
            terms: terms.unwrap_or_default(),
            asked_by,
            at,
            until,
        })
    })
}
