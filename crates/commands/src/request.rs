//! Requests for access: a business asks for what is another's, and waits for an answer.
//!
//! Whoever may answer a request need not wait for himself: what he asks for is done at once. Who
//! that is, is in the rulebook, as the operation that answers.

use engine::fact::{AccessRequest, Fact, Key, RequestKind, Share, ShareKey, ShareState, Terms};
use engine::{AssetId, AssetOrGroup, BusinessId, Credential, Directory, Owner, RequestId, Thing};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::business::in_future;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;
use crate::partner::open_requests;
use crate::share::{TermsOf, known_terms, terms_of_kind, verified_to_share};

/// Asks the owner of an asset for a share of it. Whether there is such an asset is not told: a
/// request for nothing waits like any other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeRequest {
    /// The business that asks.
    pub from: BusinessId,
    /// What it asks for.
    pub asset: AssetId,
    /// What kind of asset that is.
    pub asset_kind: String,
    /// At which level; the kind's default level where left out.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
}

impl UseCase for MakeRequest {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        let about = about(&self.asset, &self.from);
        Ok(about.terms(self.terms.clone()))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let kind = desk.kind(&self.asset_kind)?;
        let terms = terms_of_kind(kind, self.terms.clone(), TermsOf::Share)?;
        known_terms(desk, &terms)?;
        let request = new_request(
            desk,
            RequestKind::Share,
            &self.asset,
            &self.from,
            Some(self.asset_kind.clone()),
            terms,
        )?;
        let at_once = desk.may("request.approve", about(&self.asset, &self.from));
        let fits = desk
            .asset(&self.asset)
            .is_ok_and(|one| one.kind == self.asset_kind);
        if at_once && fits {
            give(desk, &request, request.terms.clone(), None)?;
        } else {
            wait(desk, request);
        }
        Ok(())
    }
}

/// Approves a request: the asset is shared, at the levels asked for or lower ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveRequest {
    /// The request.
    pub request: RequestId,
    /// Other levels than were asked for; none may be higher.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
    /// The share is over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl UseCase for ApproveRequest {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_answer(directory, &self.request)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        in_future(desk, self.until)?;
        let request = open_request(desk, &self.request, RequestKind::Share)?;
        let asset = desk.asset(&request.asset)?;
        if request.asset_kind.as_ref() != Some(&asset.kind) {
            let message = format!(
                "asset `{}` is a `{}`, and that is not what was asked for",
                asset.id, asset.kind
            );
            return Err(Refusal::conflict(message));
        }
        desk.business(&request.from)?;
        let terms = if self.terms.is_empty() {
            request.terms.clone()
        } else {
            let kind = desk.kind(&asset.kind)?;
            let terms = terms_of_kind(kind, self.terms.clone(), TermsOf::Share)?;
            known_terms(desk, &terms)?;
            let of = |terms: &Terms| kind.terms(terms.0.values().flatten().map(String::as_str));
            if !of(&terms).is_within(of(&request.terms)) {
                let message = "more than was asked for is for the partner to ask, or to be offered by `share.offer`";
                return Err(Refusal::invalid("terms", message));
            }
            terms
        };
        give(desk, &request, terms, self.until)
    }
}

/// Declines a request for a share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclineRequest {
    /// The request.
    pub request: RequestId,
}

impl UseCase for DeclineRequest {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_answer(directory, &self.request)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let request = open_request(desk, &self.request, RequestKind::Share)?;
        desk.end(Key::AccessRequest(request.id));
        Ok(())
    }
}

/// Takes a request or a claim back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawRequest {
    /// The request.
    pub request: RequestId,
}

impl UseCase for WithdrawRequest {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        let from = match directory.access_request(&self.request) {
            Some(request) => request.from,
            None => like(&self.request)?,
        };
        Ok(About::new(Thing::Business(from)))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        match desk.directory.access_request(&self.request) {
            Some(request) => {
                desk.end(Key::AccessRequest(request.id));
                Ok(())
            }
            None => Err(Refusal::not_found("request", &self.request)),
        }
    }
}

/// Returns what a request is about: the asset, and the business that asks.
pub(crate) fn about(asset: &AssetId, from: &BusinessId) -> About {
    About::new(Thing::Asset(asset.clone())).with("partner", Thing::Business(from.clone()))
}

/// Returns what an answer is about. To a stranger, a request that is not there is like one for an
/// asset that is not.
pub(crate) fn about_answer(directory: &Directory, id: &RequestId) -> Result<About, Refusal> {
    match directory.access_request(id) {
        Some(request) => Ok(about(&request.asset, &request.from)),
        None => Ok(About::new(Thing::Asset(like(id)?))),
    }
}

/// Returns an id of nothing.
fn like<T: std::str::FromStr>(id: &RequestId) -> Result<T, Refusal> {
    let text = format!("no-request-{id}");
    let short: String = text.chars().take(engine::LONGEST_ID / 4).collect();
    short.parse().map_err(|_| Refusal::not_found("request", id))
}

/// Returns the request, if it waits.
pub(crate) fn open_request(
    desk: &Desk<'_>,
    id: &RequestId,
    kind: RequestKind,
) -> Result<AccessRequest, Refusal> {
    let request = desk.directory.access_request(id);
    let request = request.filter(|request| request.kind == kind);
    let request = request.ok_or_else(|| match kind {
        RequestKind::Share => Refusal::not_found("request for a share", id),
        RequestKind::Claim => Refusal::not_found("claim", id),
    })?;
    if !request.is_open(desk.now) {
        let message = format!(
            "request `{id}` was over at {}; it can be made anew",
            request.until
        );
        return Err(Refusal::conflict(message));
    }
    Ok(request)
}

/// Returns a new request, unless it says nothing new. Nothing here may depend on an asset that the
/// asking business does not know.
pub(crate) fn new_request(
    desk: &mut Desk<'_>,
    kind: RequestKind,
    asset: &AssetId,
    from: &BusinessId,
    asset_kind: Option<String>,
    terms: Terms,
) -> Result<AccessRequest, Refusal> {
    desk.business(from)?;
    let owned = Owner::Business(from.clone());
    if desk.asset(asset).is_ok_and(|one| one.owner == owned) {
        return Err(Refusal::conflict("the business owns this asset already"));
    }
    let waiting = open_requests(desk, asset, from);
    if let Some(there) = waiting.iter().find(|one| one.kind == kind) {
        let message = format!(
            "request `{}` for this asset waits already; withdraw it first",
            there.id
        );
        return Err(Refusal::conflict(message));
    }
    if kind == RequestKind::Share
        && share_of(desk, asset, from).is_some_and(|one| one.state == ShareState::Pending)
    {
        let message = "this asset was shared and waits to be accepted: accept it instead";
        return Err(Refusal::conflict(message));
    }
    let asked_by = desk.caller();
    let waits = SignedDuration::from_hours(desk.rules().waiting.request_h.into());
    Ok(AccessRequest {
        id: desk.new_id("r")?,
        from: from.clone(),
        asset: asset.clone(),
        asset_kind,
        kind,
        terms,
        asked_by: asked_by.ok_or_else(|| Refusal::invalid("as", "nobody asks"))?,
        at: desk.now,
        until: desk.now + waits,
    })
}

pub(crate) fn wait(desk: &mut Desk<'_>, request: AccessRequest) {
    desk.answer.id = Some(request.id.to_string());
    desk.set(request);
}

fn share_of(desk: &Desk<'_>, asset: &AssetId, to: &BusinessId) -> Option<Share> {
    let key = ShareKey {
        of: AssetOrGroup::Asset(asset.clone()),
        to: to.clone(),
    };
    match desk.directory.fact(&Key::Share(key)) {
        Some(Fact::Share(share)) => Some(share),
        _ => None,
    }
}

/// Shares what was asked for, accepted: whoever asked need not be asked. Every request of the same
/// business for it is answered with this.
fn give(
    desk: &mut Desk<'_>,
    request: &AccessRequest,
    terms: Terms,
    until: Option<Timestamp>,
) -> Result<(), Refusal> {
    let owner = desk.asset(&request.asset)?.owner;
    verified_to_share(desk, &owner, &request.from)?;
    for one in open_requests(desk, &request.asset, &request.from) {
        if one.kind == RequestKind::Share {
            desk.end(Key::AccessRequest(one.id));
        }
    }
    desk.answer.share = Some(ShareState::Accepted);
    desk.set(Share {
        of: AssetOrGroup::Asset(request.asset.clone()),
        to: request.from.clone(),
        terms,
        state: ShareState::Accepted,
        until,
    });
    Ok(())
}
