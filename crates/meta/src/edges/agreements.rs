//! Who asks whom, and how it stands: requests for an ad account on behalf of another, and agreements
//! between two businesses to share.
//!
//! The platform keeps an agreement for each pair of businesses. Here it is what one shares to the other:
//! it waits while anything of that waits, and answering it answers all of it, or the one asset named. What
//! a business asked for is told beside it, each request by itself, for it is answered by itself.

use std::collections::BTreeMap;

use commands::{
    AcceptPartner, AcceptShare, ApproveRequest, Command, DeclinePartner, DeclineRequest,
    DeclineShare, WithdrawRequest,
};
use engine::fact::{AccessRequest, Asset, Fact, RequestKind, Share, ShareState, Terms};
use engine::{AssetId, AssetOrGroup, BusinessId, Owner, Thing};

use super::of_business::must_list;
use super::{Item, sorted};
use crate::answer::belongs;
use crate::error::GraphError;
use crate::node::{self, Agreement, Node};
use crate::params::Params;
use crate::refusal::Place;
use crate::sight::Sight;
use crate::step::{Step, Then};

type Listed = Result<Vec<Item>, GraphError>;

/// How things can stand. Others of the platform's words are answers, or of states that nothing here has.
const STATES: [&str; 12] = [
    "APPROVE",
    "CANCELED",
    "DECLINE",
    "EXPIRED",
    "IN_PROGRESS",
    "MMA_DIRECT_ASSETS_APPROVED",
    "MMA_DIRECT_ASSETS_DECLINED",
    "MMA_DIRECT_ASSETS_EXPIRED",
    "MMA_DIRECT_ASSETS_PENDING",
    "PENDING",
    "PENDING_EMAIL_VERIFICATION",
    "PENDING_INTEGRITY_REVIEW",
];

/// Returns how a request stands. What was answered is kept no more.
pub(crate) fn standing(sight: &Sight<'_>, request: &AccessRequest) -> &'static str {
    match request.is_open(sight.now) {
        true => "PENDING",
        false => "EXPIRED",
    }
}

/// Returns how an agreement stands.
pub(crate) const fn agreed(agreement: &Agreement) -> &'static str {
    match agreement.waits {
        true => "PENDING",
        false => "APPROVE",
    }
}

/// Returns the state that is wished for in a parameter; nothing if any will do.
fn wished(params: &Params, name: &str) -> Result<Option<String>, GraphError> {
    match params.text(name) {
        Some(state) if STATES.contains(&state.as_str()) => Ok(Some(state)),
        Some(other) => Err(GraphError::not_one_of(name, &STATES, &other)),
        None => Ok(None),
    }
}

/// What is asked for of an ad account, on behalf of whom.
pub(super) fn of_account(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    let Node::Asset(account) = node else {
        return Err(GraphError::internal());
    };
    sight.must("share.list", Thing::Asset(account.id.clone()), place)?;
    let wished = wished(params, "status")?;
    let requests = sight.directory.requests_for(&account.id).into_iter();
    let requests = requests
        .filter(is_for_share)
        .filter(|one| is_wished(wished.as_deref(), standing(sight, one)));
    Ok(sorted(
        requests.map(|one| Item::of(Node::Request(one))).collect(),
    ))
}

fn is_for_share(request: &AccessRequest) -> bool {
    request.kind == RequestKind::Share
}

fn is_wished(wished: Option<&str>, state: &str) -> bool {
    wished.is_none_or(|wished| wished == state)
}

/// What the business offered to others or asked of them.
pub(super) fn initiated(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    let business = must_list(sight, node, "partner.list", place)?;
    let shares = offered_by(sight, &business).into_iter();
    let agreements =
        by_other(shares.map(|share| (share.to, share.state))).map(|(recipient, waits)| Agreement {
            initiator: business.clone(),
            recipient,
            waits,
        });
    // Who owns what was asked for is not told: whoever asks need not know whether there is one.
    let requests = sight.directory.requests_from(&business);
    told(
        sight,
        params,
        ("recipient_id", |one| &one.recipient),
        agreements.collect(),
        requests.into_iter().map(|one| (one, None)).collect(),
    )
}

/// What others offered to the business or asked of it.
pub(super) fn received(
    sight: &Sight<'_>,
    node: &Node,
    params: &Params,
    place: &Place<'_>,
) -> Listed {
    let business = must_list(sight, node, "partner.list", place)?;
    let shares = offered_to(sight, &business).into_iter();
    let agreements = by_other(shares.map(|(owner, share)| (owner, share.state)));
    let agreements = agreements.map(|(initiator, waits)| Agreement {
        initiator,
        recipient: business.clone(),
        waits,
    });
    let own = own_assets(sight, &business).into_iter();
    let requests = own.flat_map(|asset| sight.directory.requests_for(&asset.id));
    told(
        sight,
        params,
        ("initiator_id", |one| &one.initiator),
        agreements.collect(),
        requests
            .map(|one| {
                let from = one.from.clone();
                (one, Some(from))
            })
            .collect(),
    )
}

/// The other side of an agreement.
type Other = fn(&Agreement) -> &BusinessId;

/// Returns what fits what is wished for: with whom, and how it stands.
fn told(
    sight: &Sight<'_>,
    params: &Params,
    (name, other): (&str, Other),
    agreements: Vec<Agreement>,
    requests: Vec<(AccessRequest, Option<BusinessId>)>,
) -> Listed {
    let state = wished(params, "request_status")?;
    let with = params.text(name);
    let fits = |id: Option<&BusinessId>| {
        with.as_deref()
            .is_none_or(|with| id.is_some_and(|id| id.as_str() == with))
    };
    let agreements = agreements
        .into_iter()
        .filter(|one| fits(Some(other(one))) && is_wished(state.as_deref(), agreed(one)));
    let requests = requests
        .into_iter()
        .filter(|(one, id)| is_for_share(one) && fits(id.as_ref()))
        .filter(|(one, _)| is_wished(state.as_deref(), standing(sight, one)));
    let agreements = agreements.map(|one| Item::of(Node::Agreement(one)));
    let requests = requests.map(|(one, _)| Item::of(Node::Request(one)));
    Ok(sorted(agreements.chain(requests).collect()))
}

/// Returns each other side once, and whether anything between the two waits.
fn by_other(
    shares: impl Iterator<Item = (BusinessId, ShareState)>,
) -> impl Iterator<Item = (BusinessId, bool)> {
    let mut found: BTreeMap<BusinessId, bool> = BTreeMap::new();
    for (other, state) in shares {
        *found.entry(other).or_default() |= state == ShareState::Pending;
    }
    found.into_iter()
}

fn own_assets(sight: &Sight<'_>, business: &BusinessId) -> Vec<Asset> {
    let facts = sight.directory.facts_of_business(business).into_iter();
    facts
        .filter_map(|fact| match fact {
            Fact::Asset(asset) => Some(asset),
            _ => None,
        })
        .collect()
}

/// Returns the shares of what a business owns that hold or wait.
fn offered_by(sight: &Sight<'_>, business: &BusinessId) -> Vec<Share> {
    let facts = sight.directory.facts_of_business(business).into_iter();
    let own = facts.filter_map(|fact| match fact {
        Fact::Asset(asset) => Some(AssetOrGroup::Asset(asset.id)),
        Fact::Group(group) => Some(AssetOrGroup::Group(group.id)),
        _ => None,
    });
    live(sight, own.flat_map(|of| sight.directory.shares_of(&of)))
}

/// Returns the shares to a business that hold or wait, each with the business that shares.
fn offered_to(sight: &Sight<'_>, business: &BusinessId) -> Vec<(BusinessId, Share)> {
    let shares = live(sight, sight.directory.shares_to(business).into_iter()).into_iter();
    let owned = shares.filter_map(|share| {
        let owner = match &share.of {
            AssetOrGroup::Asset(id) => match node::asset(sight.directory, id)?.owner {
                Owner::Business(owner) => owner,
                Owner::Person(_) => return None,
            },
            AssetOrGroup::Group(id) => node::group(sight.directory, id)?.business,
        };
        Some((owner, share))
    });
    owned.collect()
}

fn live(sight: &Sight<'_>, facts: impl Iterator<Item = Fact>) -> Vec<Share> {
    let shares = facts.filter_map(|fact| match fact {
        Fact::Share(share) => Some(share),
        _ => None,
    });
    shares
        .filter(|share| share.until.is_none_or(|until| until > sight.now))
        .collect()
}

/// Returns the agreement an id names: `{initiator}_{recipient}`, where one shares to the other. An id
/// that two could have names neither.
pub(crate) fn find(sight: &Sight<'_>, id: &str) -> Option<Node> {
    let mut found = id.match_indices('_').filter_map(|(at, _)| {
        let initiator: BusinessId = id.get(..at)?.parse().ok()?;
        let recipient: BusinessId = id.get(at + 1..)?.parse().ok()?;
        node::business(sight.directory, recipient.as_str())?;
        node::business(sight.directory, initiator.as_str())?;
        let shares = offered_to(sight, &recipient).into_iter();
        let shares = shares.filter(|(owner, _)| *owner == initiator);
        let (initiator, waits) =
            by_other(shares.map(|(owner, share)| (owner, share.state))).next()?;
        Some(Agreement {
            initiator,
            recipient,
            waits,
        })
    });
    let first = found.next()?;
    found.next().is_none().then_some(Node::Agreement(first))
}

/// Returns as what the asker reads a request or an agreement: as the side on which he is.
pub(crate) fn reading(sight: &Sight<'_>, node: &Node) -> Option<(&'static str, Thing)> {
    let side = |business: &BusinessId| ("partner.list", Thing::Business(business.clone()));
    match node {
        Node::Request(one) if sees(sight, &one.from) => Some(side(&one.from)),
        Node::Request(one) => Some(("share.list", Thing::Asset(one.asset.clone()))),
        Node::Agreement(one) if sees(sight, &one.initiator) => Some(side(&one.initiator)),
        Node::Agreement(one) => Some(side(&one.recipient)),
        _ => None,
    }
}

/// May the asker know that there is such a request or agreement?
pub(crate) fn may_know(sight: &Sight<'_>, node: &Node) -> bool {
    match node {
        Node::Request(one) => {
            let owner = node::asset(sight.directory, &one.asset).map(|asset| asset.owner);
            let owns = matches!(owner, Some(Owner::Business(owner)) if sees(sight, &owner));
            let (operation, thing) = node.reading();
            sees(sight, &one.from) || owns || sight.may(operation, thing)
        }
        Node::Agreement(one) => sees(sight, &one.initiator) || sees(sight, &one.recipient),
        _ => false,
    }
}

fn sees(sight: &Sight<'_>, business: &BusinessId) -> bool {
    belongs(sight, business) || sight.may("partner.list", Thing::Business(business.clone()))
}

/// An answer, by either of the names it has.
fn answered(params: &Params) -> Result<String, GraphError> {
    let answer = params.text("request_response");
    let answer = answer.or_else(|| params.text("request_status"));
    answer.ok_or_else(|| GraphError::missing("request_response"))
}

/// Answers a request, or takes it back.
pub(super) fn answer_request(
    _: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let Node::Request(one) = node else {
        return Err(GraphError::internal());
    };
    let request = one.id.clone();
    let answer = answered(params)?;
    let command: Command = match answer.as_str() {
        "APPROVE" => ApproveRequest {
            request,
            terms: Terms::default(),
            until: None,
        }
        .into(),
        "DECLINE" => DeclineRequest { request }.into(),
        "CANCELED" => WithdrawRequest { request }.into(),
        other => {
            let known = ["APPROVE", "DECLINE", "CANCELED"];
            return Err(GraphError::not_one_of("request_response", &known, other));
        }
    };
    Ok(Step::give(command, Then::Success))
}

/// Takes a request back.
pub(super) fn cancel(_: &Sight<'_>, node: &Node, _: &Params) -> Result<Step, GraphError> {
    let Node::Request(one) = node else {
        return Err(GraphError::internal());
    };
    let request = one.id.clone();
    Ok(Step::give(WithdrawRequest { request }, Then::Success))
}

/// Answers everything that one business shared to the other and that waits, or one asset of it.
pub(super) fn answer_agreement(
    _: &Sight<'_>,
    node: &Node,
    params: &Params,
) -> Result<Step, GraphError> {
    let Node::Agreement(one) = node else {
        return Err(GraphError::internal());
    };
    let answer = answered(params)?;
    let accepts = match answer.as_str() {
        "APPROVE" => true,
        "DECLINE" => false,
        other => {
            let known = ["APPROVE", "DECLINE"];
            return Err(GraphError::not_one_of("request_response", &known, other));
        }
    };
    let to = one.recipient.clone();
    let command: Command = match (params.text("asset_id"), accepts) {
        (None, true) => AcceptPartner {
            business: to,
            partner: one.initiator.clone(),
        }
        .into(),
        (None, false) => DeclinePartner {
            business: to,
            partner: one.initiator.clone(),
        }
        .into(),
        (Some(_), true) => AcceptShare {
            of: asset(params)?,
            to,
        }
        .into(),
        (Some(_), false) => DeclineShare {
            of: asset(params)?,
            to,
        }
        .into(),
    };
    Ok(Step::give(command, Then::Success))
}

fn asset(params: &Params) -> Result<AssetOrGroup, GraphError> {
    let asset: AssetId = super::id(params, "asset_id")?;
    Ok(AssetOrGroup::Asset(asset))
}
