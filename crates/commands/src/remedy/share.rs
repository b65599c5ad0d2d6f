//! What answers the reasons of layer 4 through a partner: a share accepted, raised, renewed or made.

use engine::fact::{Asset, Fact, RequestKind, Share, ShareState, Terms};
use engine::{AssetOrGroup, BusinessId, Holder, Thing};
use rulebook::{CapSet, Kind, Need};

use super::Candidate;
use super::state::State;
use crate::request::ApproveRequest;
use crate::share::{AcceptShare, ChangeShare, OfferShare};

impl State {
    /// Returns the shares of an asset, and of groups it is in, to a business.
    pub(super) fn shares(&self, asset: &Asset, business: &BusinessId) -> Vec<Share> {
        let groups = self.directory.around_asset(&asset.id).into_iter();
        let groups = groups.filter_map(|fact| match fact {
            Fact::GroupAsset(one) => Some(AssetOrGroup::Group(one.group)),
            _ => None,
        });
        std::iter::once(AssetOrGroup::Asset(asset.id.clone()))
            .chain(groups)
            .flat_map(|of| self.directory.shares_of(&of))
            .filter_map(|fact| match fact {
                Fact::Share(share) if share.to == *business => Some(share),
                _ => None,
            })
            .collect()
    }

    /// Shares that would let the right through: accepted, raised, renewed or made.
    pub(super) fn share_candidates(
        &self,
        actor: &Holder,
        asset: &Asset,
        need: &Need,
    ) -> Vec<Candidate> {
        let Some(kind) = self.kind(&asset.kind) else {
            return Vec::new();
        };
        let mut candidates = Vec::new();
        for business in self.seats(actor) {
            if self.is_inside(&business, asset) {
                continue;
            }
            candidates.extend(self.share_with(asset, kind, &business, need.any_of, false));
        }
        let links = self.directory.around_asset(&asset.id).into_iter();
        for link in links {
            let Fact::Link(link) = link else { continue };
            let Some(there) = self.asset(&link.to).filter(|_| link.asset == asset.id) else {
                continue;
            };
            let Some(other) = self.kind(&there.kind) else {
                continue;
            };
            for rule in kind.follows.iter().filter(|rule| rule.kind == other.id) {
                for business in self
                    .seats(actor)
                    .into_iter()
                    .filter(|_| rule.can.meets(need.any_of))
                {
                    candidates.extend(self.share_with(&there, other, &business, rule.has, false));
                }
            }
        }
        candidates
    }

    /// `all`: the level must carry every capability, not one of them.
    fn share_with(
        &self,
        asset: &Asset,
        kind: &Kind,
        business: &BusinessId,
        need: CapSet,
        all: bool,
    ) -> Vec<Candidate> {
        let mut levels: Vec<_> = kind
            .levels
            .iter()
            .filter(|level| {
                if all {
                    need.is_within(level.can)
                } else {
                    level.can.meets(need)
                }
            })
            .collect();
        // Of several names for the same, the rulebook's first.
        levels.sort_by_key(|level| level.can.len());
        levels.dedup_by_key(|level| level.can);
        let shares = self.shares(asset, business);
        let mut candidates = Vec::new();
        for share in &shares {
            if share.state == ShareState::Pending {
                let accept = AcceptShare {
                    of: share.of.clone(),
                    to: business.clone(),
                };
                candidates.push(Candidate::command(accept, 1));
            }
            let over = share.until.is_some_and(|until| until <= self.now);
            if over {
                let command = ChangeShare {
                    of: share.of.clone(),
                    to: business.clone(),
                    terms: share.terms.clone(),
                    until: None,
                };
                candidates.push(Candidate::command(command, 10));
            }
            for level in levels.iter().take(2) {
                let mut terms = share.terms.clone();
                terms.0.insert(kind.name.clone(), vec![level.name.clone()]);
                let command = ChangeShare {
                    of: share.of.clone(),
                    to: business.clone(),
                    terms,
                    until: share.until.filter(|_| !over),
                };
                candidates.push(Candidate::command(command, 20 + level.can.len()));
            }
        }
        candidates.extend(self.request_approvals(asset, kind, business, |can| {
            if all {
                need.is_within(can)
            } else {
                can.meets(need)
            }
        }));
        if shares.is_empty() {
            for level in levels.iter().take(1) {
                let offer = OfferShare {
                    of: AssetOrGroup::Asset(asset.id.clone()),
                    to: business.clone(),
                    terms: Terms::of(&kind.name, &level.name),
                    until: None,
                };
                candidates.push(Candidate::command(offer, 30 + level.can.len()));
            }
        }
        candidates
    }

    /// Open requests of the business that would do, if whoever may answered them.
    fn request_approvals(
        &self,
        asset: &Asset,
        kind: &Kind,
        business: &BusinessId,
        would_do: impl Fn(CapSet) -> bool,
    ) -> Vec<Candidate> {
        let requests = self.directory.requests_for(&asset.id).into_iter();
        let requests = requests.filter(|one| {
            one.from == *business && one.kind == RequestKind::Share && one.is_open(self.now)
        });
        requests
            .filter_map(|one| {
                let names = one.terms.0.get(&kind.name)?;
                let can = kind.terms(names.iter().map(String::as_str));
                let approve = ApproveRequest {
                    request: one.id,
                    terms: Terms::default(),
                    until: None,
                };
                would_do(can).then(|| Candidate::command(approve, 20 + can.len()))
            })
            .collect()
    }

    /// What lets a business hand on the terms asked for.
    pub(super) fn handing_on(&self) -> Vec<Candidate> {
        if !self.operation().is_some_and(|operation| operation.hands_on) {
            return Vec::new();
        }
        let (Some(business), Thing::Asset(id)) = (self.named_business(), &self.request.resource)
        else {
            return Vec::new();
        };
        let Some(asset) = self.asset(id) else {
            return Vec::new();
        };
        let Some(kind) = self.kind(&asset.kind) else {
            return Vec::new();
        };
        let names = self.request.context.terms.0.get(&kind.name);
        let wanted = kind.terms(names.into_iter().flatten().map(String::as_str));
        self.share_with(&asset, kind, &business, wanted, true)
    }
}
