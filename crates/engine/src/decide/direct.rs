//! The direct way: the plain question, answered from few facts.
//!
//! Most questions are plain: a person's token, an app that is live and does what people tell it, an
//! asset of a business, an operation that needs one thing of it. Nothing that makes the other layers
//! long is there: no group, no link, no parent, no mandate, no time that ends, no second factor. The
//! walk looks for each of these all the same, and looking costs more than the answer.
//!
//! So slots say in marks whether there is anything to look for, and [`Plan`] says it of the
//! rulebook. Here the marks are read first. Where they say that nothing unusual is there, what is
//! left of the five layers is asked, to the end: every reason, and whether the asker may know. It is
//! the same function over fewer facts: scopes, sources and reasons are weighed by what the walk uses
//! too ([`Wanted`](super::Wanted), [`AssetRights`], [`Standing`]). Otherwise the answer is `None`, and
//! the walk answers.
//!
//! Three laws hold it to that: the reference agrees with what is decided, by whichever way; this
//! way agrees with the walk wherever it answers, which is often; and it answers the same whatever was
//! there before.

use rulebook::{
    CapSet, HolderKind, MembersHold, OperationId, PermissionSet, Reason, ReasonSet, Relation,
    Rules, TokenKindId,
};

use super::early::Early;
use super::permission::Consent;
use super::rights::Standing;
use super::{Around, AssetRights, Flags, Question, Seat};
use crate::decision::{Decision, Layers, Obligations};
use crate::directory::Directory;
use crate::directory::index::{HolderIx, NONE, OnIx, TermsFlags};
use crate::directory::plan::Plan;
use crate::directory::rows::{AppRow, AssetMarks, MemberMarks};
use crate::directory::slots::{AssetSlot, Near, Places, TokenSlot};
use crate::request::{Assumed, Credential, Proof, Rate, Thing};
use crate::table::{Slot, pair_hash};

/// What layers 1 to 3 say, and who is to be asked for in the others.
struct Bearer {
    holder: HolderIx,
    places: Places,
    asked: Layers,
    reasons: ReasonSet,
}

/// A person and an asset, with nothing unusual about either.
struct Pair<'d> {
    directory: &'d Directory,
    rules: &'d Rules,
    plan: &'d Plan,
    holder: HolderIx,
    places: Places,
    asset: &'d AssetSlot,
    owner: u32,
}

impl Question<'_> {
    /// Returns the decision if the question is plain.
    #[inline]
    pub(super) fn direct(&self, directory: &Directory, early: &Early<'_>) -> Option<Decision> {
        let plan = directory.plans.get(self.operation)?;
        let (Thing::Asset(id), Some(asset)) = (self.resource, early.asset) else {
            return None;
        };
        let around = self.around();
        let bearer = match self.credential {
            Credential::Token(_) => around.by_token(directory, plan, early.token?)?,
            Credential::Assumed(assumed) => around.by_assumed(directory, plan, assumed)?,
            Credential::Holder(holder) => {
                Bearer::first_party(directory, directory.find_holder(holder)?)?
            }
        };
        if !directory.is_asset(asset, id.as_str()) {
            return None;
        }
        around.between(directory, plan, &bearer, asset)
    }
}

impl Around<'_> {
    /// Returns the decision for a holder, asked first-party, if the question is plain.
    #[inline]
    pub(crate) fn direct_for(
        &self,
        directory: &Directory,
        operation: OperationId,
        holder: HolderIx,
        asset: &AssetSlot,
    ) -> Option<Decision> {
        let plan = directory.plans.get(operation)?;
        let bearer = Bearer::first_party(directory, holder)?;
        self.between(directory, plan, &bearer, asset)
    }

    #[inline]
    fn by_token(&self, directory: &Directory, plan: &Plan, token: &TokenSlot) -> Option<Bearer> {
        if !token.marks.is_plain() {
            return None;
        }
        let vocabulary = &directory.vocabulary;
        let consent = Consent {
            granted: vocabulary.permissions(token.scopes),
            held: vocabulary.implied(token.scopes),
            declined: vocabulary.permissions(token.declined),
        };
        let kind = vocabulary.token_kind(token.kind)?;
        let app = directory.apps.get(token.app)?;
        let who = (token.holder, token.places);
        let mut bearer = self.bearer(directory, plan, who, app, kind, consent)?;
        let over = token.expires <= self.now.as_millisecond();
        bearer
            .reasons
            .add_if(token.ended != 0, Reason::TokenInvalidated);
        bearer.reasons.add_if(over, Reason::TokenExpired);
        Some(bearer)
    }

    #[inline]
    fn by_assumed(&self, directory: &Directory, plan: &Plan, assumed: &Assumed) -> Option<Bearer> {
        let holder = directory.find_holder(&assumed.holder)?;
        let app = directory
            .apps
            .get(directory.find_app(assumed.app.as_str())?)?;
        let rules = directory.rulebook.rules(0);
        let granted = assumed.granted(rules);
        let consent = Consent {
            granted,
            held: rules.implied(granted),
            declined: PermissionSet::NONE,
        };
        let kind = rules.names.token_kind(&assumed.kind)?;
        let places = Places::of(directory.person_row(holder)?)?;
        self.bearer(directory, plan, (holder, places), app, kind, consent)
    }

    /// Layers 1 to 3, and what layer 5 asks of whoever uses an app.
    #[inline]
    fn bearer(
        &self,
        directory: &Directory,
        plan: &Plan,
        (holder, places): (HolderIx, Places),
        app: &AppRow,
        kind: TokenKindId,
        consent: Consent,
    ) -> Option<Bearer> {
        let standing = app.standing(0);
        let plain = app.present
            && app.quiet
            && app.roles.is_empty()
            && standing.removed.is_empty()
            && standing.tier >= plan.tier
            && !plan.bounds(kind);
        if !plain {
            return None;
        }
        let role_user = places
            .iter()
            .any(|place| app.is_of(place.business) && !place.marks.has(MemberMarks::ABSENT));
        let rules = directory.rulebook.rules(0);
        let mut reasons = plan.wanted.missing(consent, standing, role_user, rules);
        reasons.add_if(!plan.takes(kind), Reason::TokenWrongKind);
        reasons.add_if(!self.is_proven(app), Reason::ProofMissing);
        let exceeded = self.evidence.rate == Rate::Exceeded;
        reasons.add_if(exceeded, Reason::RateLimited);
        Some(Bearer {
            holder,
            places,
            asked: Layers::All,
            reasons,
        })
    }

    #[inline]
    fn is_proven(&self, app: &AppRow) -> bool {
        match self.evidence.proof {
            Proof::Valid => true,
            Proof::Missing => !app.proof_required,
            Proof::Wrong => false,
        }
    }

    /// Layers 4 and 5, between a person and an asset.
    #[inline]
    fn between(
        &self,
        directory: &Directory,
        plan: &Plan,
        bearer: &Bearer,
        asset: &AssetSlot,
    ) -> Option<Decision> {
        let kind = directory.vocabulary.kind(asset.kind);
        let unusual = AssetMarks::LINKED | AssetMarks::SANDBOX | AssetMarks::GROUPED;
        let plain = asset.marks.has(AssetMarks::PRESENT)
            && kind == Some(plan.kind)
            && !asset.marks.has(unusual)
            && self.context.project.is_none()
            && self.context.delegate.is_none();
        if !plain {
            return None;
        }
        let pair = Pair {
            directory,
            rules: directory.rulebook.rules(0),
            plan,
            holder: bearer.holder,
            places: bearer.places,
            asset,
            owner: asset.owner.as_business()?,
        };
        if directory.strict > 0 && (!self.with.is_empty() || pair.is_owner_strict()) {
            return None;
        }
        let (role, related) = pair.role()?;
        let reasons = bearer.reasons.with(plan.always).with(role);
        let allowed = reasons.is_empty();
        Some(Decision {
            reasons,
            visible: related || allowed,
            asked: bearer.asked,
            obligations: Obligations {
                start_paused: allowed && plan.starts_paused,
                notify: false,
            },
            position: directory.position,
        })
    }
}

impl Bearer {
    #[inline]
    fn first_party(directory: &Directory, holder: HolderIx) -> Option<Self> {
        Some(Self {
            holder,
            places: Places::of(directory.person_row(holder)?)?,
            asked: Layers::RoleAndMandate,
            reasons: ReasonSet::EMPTY,
        })
    }
}

impl Pair<'_> {
    fn is_owner_strict(&self) -> bool {
        let row = self.directory.businesses.get(self.owner);
        row.is_none_or(|row| row.is_strict())
    }

    /// Returns the reasons of layer 4, and whether the person has anything to do with the asset.
    #[inline]
    fn role(&self) -> Option<(ReasonSet, bool)> {
        let mut rights = AssetRights::default();
        let standings = self.standings(&mut rights)?;
        self.assigned(&standings, &mut rights)?;
        for standing in standings.iter().flatten() {
            self.reached(standing, &mut rights);
        }
        let related = rights.flags.related();
        let have = if self.plan.direct {
            rights.direct
        } else {
            rights.can
        };
        if have.meets(self.plan.needs) {
            return Some((ReasonSet::EMPTY, related));
        }
        if self.rules.replaces_reasons() {
            return None;
        }
        let partner = || {
            let others = standings.iter().flatten();
            let mut others = others.map(|standing| standing.seat.business);
            others.any(|business| self.directory.is_partner(self.owner, business))
        };
        Some((rights.unmet(self.plan.needs, partner), related))
    }

    /// How the person's businesses stand to the asset.
    #[inline]
    fn standings(&self, rights: &mut AssetRights) -> Option<[Option<Standing>; 2]> {
        let mut standings = [None; 2];
        for (standing, place) in standings.iter_mut().zip(self.places.iter()) {
            if !place.marks.is_empty() {
                return None;
            }
            let business = place.business;
            let role = self.directory.vocabulary.business_role(0, place.role);
            let mut found = Standing {
                seat: Seat { business, role },
                inside: None,
                offered: None,
            };
            if business == self.owner {
                found.inside = Some(Relation::Owned);
                rights.flags.add(Flags::INSIDE);
            } else if let Some(terms) = self.share_to(business)? {
                let vocabulary = &self.directory.vocabulary;
                let offered = vocabulary.caps(0, terms.terms(), self.plan.kind);
                found.offered = Some(offered);
                rights.offered = rights.offered.with(offered);
                rights.flags.add(Flags::SHARED);
            }
            *standing = Some(found);
        }
        Some(standings)
    }

    /// Returns the terms of the share to a business, if there is one; nothing at all if it waits, or
    /// ends by itself.
    #[inline]
    fn share_to(&self, business: u32) -> Option<Option<TermsFlags>> {
        let terms = match self.asset.share_to(business) {
            Near::Nothing => return Some(None),
            Near::Here(terms) => terms,
            Near::Elsewhere => {
                let of = OnIx::asset(self.asset.index).0;
                let index = &self.directory.share_index;
                let slot = index.find(pair_hash(of, business), |slot| {
                    slot.left == of && slot.right == business
                });
                match slot {
                    Some(slot) => slot.terms,
                    None => return Some(None),
                }
            }
        };
        (!terms.has(TermsFlags::TIMED | TermsFlags::PENDING)).then_some(Some(terms))
    }

    /// Adds what the person was assigned.
    #[inline]
    fn assigned(&self, standings: &[Option<Standing>; 2], rights: &mut AssetRights) -> Option<()> {
        if self.asset.marks.has(AssetMarks::BUSY) {
            return self.assigned_by_index(standings, rights);
        }
        for (via, terms) in self.asset.given_to(self.holder) {
            self.gain(standings, via, terms, rights);
        }
        Some(())
    }

    /// The same, where the slot of the asset has no room for its assignments.
    fn assigned_by_index(
        &self,
        standings: &[Option<Standing>; 2],
        rights: &mut AssetRights,
    ) -> Option<()> {
        let (holder, on) = (self.holder.0, OnIx::asset(self.asset.index).0);
        let index = &self.directory.assignment_index;
        let mut slots = index.run_of(pair_hash(holder, on)).iter();
        loop {
            // A run that goes around the end of its page is rare enough for the walk.
            let slot = slots.next()?;
            if slot.is_vacant() {
                return Some(());
            }
            if slot.holder != holder || slot.on != on {
                continue;
            }
            if slot.terms.has(TermsFlags::TIMED) {
                return None;
            }
            self.gain(standings, slot.via, slot.terms.terms(), rights);
        }
    }

    /// Adds one assignment, if it counts: through a business in which the person has no place, it
    /// does not.
    #[inline]
    fn gain(
        &self,
        standings: &[Option<Standing>; 2],
        via: u32,
        terms: u32,
        rights: &mut AssetRights,
    ) {
        let mut cap = None;
        if via != NONE {
            let mut here = standings.iter().flatten();
            match here.find(|standing| standing.seat.business == via) {
                Some(standing) => cap = standing.cap(),
                None => return,
            }
        }
        let vocabulary = &self.directory.vocabulary;
        rights.gain(vocabulary.caps(0, terms, self.plan.kind), cap);
    }

    /// Adds what a place in a business brings without assignment.
    #[inline]
    fn reached(&self, standing: &Standing, rights: &mut AssetRights) {
        let Some(relation) = standing.relation() else {
            return;
        };
        let cap = standing.cap();
        if let Some(role) = standing.seat.role {
            let reach = self
                .rules
                .reach(role, HolderKind::Person, relation, self.plan.kind);
            rights.gain(reach, cap);
        }
        if self.rules.members == MembersHold::All && relation == Relation::Shared {
            rights.gain(cap.unwrap_or(CapSet::EVERY), cap);
        }
    }
}
