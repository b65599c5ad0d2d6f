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
//! too ([`Wanted`](super::Wanted), [`AssetRights`]). Otherwise the answer is `None`, and
//! the walk answers.
//!
//! Three laws hold it to that: the reference agrees with what is decided, by whichever way; this
//! way agrees with the walk wherever it answers, which is often; and it answers the same whatever was
//! there before.

use rulebook::{
    CapSet, HolderKind, MembersHold, OperationId, Reason, ReasonSet, Relation, Rules, TokenKindId,
};

use super::early::Early;
use super::{Around, AssetRights, Consent, Flags, Question};
use crate::decision::{Decision, Layers, Obligations};
use crate::directory::Directory;
use crate::directory::index::{AssignmentSlot, HolderIx, NONE, OnIx, TermsFlags};
use crate::directory::plan::Plan;
use crate::directory::rows::{AppRow, AssetMarks, MemberMarks};
use crate::directory::slots::{AssetSlots, Near, PlaceIn, Places, TokenSlot};
use crate::request::{Credential, Proof, Rate};
use crate::table::{Slot, pair_hash};

/// What is known of a plain question before its holder and its asset.
#[derive(Clone, Copy)]
pub(super) struct Plain<'d> {
    pub(super) directory: &'d Directory,
    pub(super) rules: &'d Rules,
    plan: &'d Plan,
}

/// A person and an asset, with nothing unusual about either.
struct Pair<'d> {
    of: Plain<'d>,
    holder: HolderIx,
    places: &'d Places,
    on: On<'d>,
    owner: u32,
}

/// An asset, as a plain question looks at it.
#[derive(Clone, Copy)]
pub(crate) struct On<'d> {
    pub(crate) asset: AssetSlots<'d>,
    /// All its assignments by holder, if whoever asks has them at hand. Looked at only where the slots
    /// have no room for them.
    pub(crate) assigned: Option<&'d [AssignmentSlot]>,
}

impl<'d> On<'d> {
    const fn new(asset: AssetSlots<'d>) -> Self {
        Self {
            asset,
            assigned: None,
        }
    }
}

/// A business of the person, and what can at most come through it: all, where it is the owner.
#[derive(Clone, Copy)]
struct Side {
    /// [`NONE`] for no business.
    business: u32,
    cap: Option<CapSet>,
}

impl Side {
    const NONE: Self = Self {
        business: NONE,
        cap: None,
    };
}

impl Question<'_> {
    /// Returns the decision if the question is plain.
    #[inline]
    pub(super) fn direct(&self, directory: &Directory, early: &Early<'_>) -> Option<Decision> {
        let plain = Plain::of(directory, self.operation)?;
        let asset = early.asset?;
        let around = self.around();
        if let Credential::Token(_) = self.credential {
            let token = early.token?;
            let reasons = around.by_token(&plain, token)?;
            let who = (token.holder, &token.places);
            return around.between(plain, who, On::new(asset), reasons);
        }
        around.direct_without_token(plain, self.credential, On::new(asset))
    }
}

impl<'d> Plain<'d> {
    #[inline]
    pub(super) fn of(directory: &'d Directory, operation: OperationId) -> Option<Self> {
        Some(Self {
            directory,
            rules: directory.rulebook.rules(0),
            plan: directory.plans.get(operation)?,
        })
    }
}

impl Around<'_> {
    #[inline]
    fn by_token(&self, plain: &Plain<'_>, token: &TokenSlot) -> Option<ReasonSet> {
        if !token.marks.is_plain() {
            return None;
        }
        let directory = plain.directory;
        let vocabulary = &directory.vocabulary;
        let consent = vocabulary.consent(token.scopes);
        let kind = vocabulary.token_kind(token.kind)?;
        let app = directory.apps.get(token.app)?;
        let alive = token.ended == 0 && token.expires > self.now.as_millisecond();
        if self.is_served(plain, app, kind)? && alive && plain.suffices(&consent, app) {
            return Some(ReasonSet::EMPTY);
        }
        let declined = vocabulary.consent(token.declined).granted;
        let consent = Consent {
            declined,
            ..consent
        };
        let mut reasons = self.missing(plain, &consent, app, kind, &token.places);
        let over = token.expires <= self.now.as_millisecond();
        reasons.add_if(token.ended != 0, Reason::TokenInvalidated);
        reasons.add_if(over, Reason::TokenExpired);
        Some(reasons)
    }

    /// Do layers 1 and 2 say nothing against a token of this kind, and the rate pool neither? `None`
    /// if there is something unusual about the app or the kind.
    #[inline]
    pub(super) fn is_served(
        &self,
        plain: &Plain<'_>,
        app: &AppRow,
        kind: TokenKindId,
    ) -> Option<bool> {
        let plan = plain.plan;
        let usual = app.plain && app.standing(0).tier >= plan.tier && !plan.bounds(kind);
        usual.then(|| {
            plan.takes(kind) && self.is_proven(app) && self.evidence.rate != Rate::Exceeded
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

    /// Returns what layers 1 to 3 say, and what layer 5 says to whoever uses an app.
    #[inline(never)]
    pub(super) fn missing(
        &self,
        plain: &Plain<'_>,
        consent: &Consent,
        app: &AppRow,
        kind: TokenKindId,
        places: &Places,
    ) -> ReasonSet {
        let role_user = places
            .iter()
            .any(|place| app.is_of(place.business) && !place.marks.has(MemberMarks::ABSENT));
        let Plain { plan, rules, .. } = *plain;
        let mut reasons = plan
            .wanted
            .missing(*consent, app.standing(0), role_user, rules);
        reasons.add_if(!plan.takes(kind), Reason::TokenWrongKind);
        reasons.add_if(!self.is_proven(app), Reason::ProofMissing);
        let exceeded = self.evidence.rate == Rate::Exceeded;
        reasons.add_if(exceeded, Reason::RateLimited);
        reasons
    }

    /// Layers 4 and 5, between a person and an asset; with the reasons of the others, all layers.
    #[inline]
    pub(super) fn between(
        &self,
        of: Plain<'_>,
        (holder, places): (HolderIx, &Places),
        on: On<'_>,
        reasons: ReasonSet,
    ) -> Option<Decision> {
        let Plain {
            directory, plan, ..
        } = of;
        let asset = on.asset;
        let unusual = AssetMarks::LINKED | AssetMarks::SANDBOX | AssetMarks::GROUPED;
        let plain = asset.first.marks.has(AssetMarks::PRESENT)
            && !asset.first.marks.has(unusual)
            && directory.vocabulary.kind(asset.first.kind) == Some(plan.kind)
            && self.context.project.is_none()
            && self.context.delegate.is_none();
        if !plain {
            return None;
        }
        let owner = asset.first.owner.as_business()?;
        let pair = Pair {
            of,
            holder,
            places,
            on,
            owner,
        };
        if directory.strict > 0 && (!self.with.is_empty() || pair.is_owner_strict()) {
            return None;
        }
        let (role, related) = pair.role()?;
        let reasons = reasons.with(plan.always).with(role);
        let allowed = reasons.is_empty();
        Some(Decision {
            reasons,
            visible: related || allowed,
            asked: Layers::All,
            obligations: Obligations {
                start_paused: allowed && plan.starts_paused,
                notify: false,
            },
            position: directory.position,
        })
    }
}

impl Plain<'_> {
    /// Does layer 3 say nothing, at first sight? A second one may say more kindly.
    #[inline]
    pub(super) fn suffices(&self, consent: &Consent, app: &AppRow) -> bool {
        let wanted = &self.plan.wanted;
        let standing = app.standing(0);
        let open = !standing.levels || consent.granted.is_within(standing.open);
        wanted.features.is_empty() && open && wanted.is_met(consent.held)
    }
}

impl Pair<'_> {
    fn is_owner_strict(&self) -> bool {
        let row = self.of.directory.businesses.get(self.owner);
        row.is_none_or(|row| row.is_strict())
    }

    /// Returns the reasons of layer 4, and whether the person has anything to do with the asset.
    #[inline]
    fn role(&self) -> Option<(ReasonSet, bool)> {
        let Plain {
            directory,
            rules,
            plan,
        } = self.of;
        let mut rights = AssetRights::default();
        let [home, second] = self.places.all();
        let sides = [
            self.side(home, &mut rights)?,
            self.side(second, &mut rights)?,
        ];
        self.assigned(&sides, &mut rights)?;
        let related = rights.flags.related();
        let have = if plan.direct {
            rights.direct
        } else {
            rights.can
        };
        if have.meets(plan.needs) {
            return Some((ReasonSet::EMPTY, related));
        }
        if rules.replaces_reasons() {
            return None;
        }
        let partner = || {
            let mut others = sides.iter().filter(|side| side.business != NONE);
            others.any(|side| directory.partners.has(self.owner, side.business))
        };
        Some((rights.unmet(plan.needs, partner), related))
    }

    /// Returns how a business of the person stands to the asset, and adds what a place in it brings
    /// without assignment.
    #[inline]
    fn side(&self, place: &PlaceIn, rights: &mut AssetRights) -> Option<Side> {
        let business = place.business;
        if business == NONE {
            return Some(Side::NONE);
        }
        if !place.marks.is_empty() {
            return None;
        }
        let vocabulary = &self.of.directory.vocabulary;
        let kind = self.of.plan.kind;
        let (relation, cap) = if business == self.owner {
            rights.flags.add(Flags::INSIDE);
            (Relation::Owned, None)
        } else if let Some(terms) = self.share_to(business)? {
            let offered = vocabulary.caps(0, terms.terms(), kind);
            rights.offered = rights.offered.with(offered);
            rights.flags.add(Flags::SHARED);
            (Relation::Shared, Some(offered))
        } else {
            let cap = Some(CapSet::NONE);
            return Some(Side { business, cap });
        };
        let rules = self.of.rules;
        if let Some(role) = vocabulary.business_role(0, place.role) {
            let reach = rules.reach(role, HolderKind::Person, relation, kind);
            rights.gain(reach, cap);
        }
        if rules.members == MembersHold::All && relation == Relation::Shared {
            rights.gain(cap.unwrap_or(CapSet::EVERY), cap);
        }
        Some(Side { business, cap })
    }

    /// Returns the terms of the share to a business, if there is one; nothing at all if it waits, or
    /// ends by itself.
    #[inline]
    fn share_to(&self, business: u32) -> Option<Option<TermsFlags>> {
        let terms = match self.on.asset.share_to(business) {
            Near::Nothing => return Some(None),
            Near::Here(terms) => terms,
            Near::Elsewhere => {
                let of = OnIx::asset(self.on.asset.first.index).0;
                let index = &self.of.directory.share_index;
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
    fn assigned(&self, sides: &[Side; 2], rights: &mut AssetRights) -> Option<()> {
        if self.on.asset.first.marks.has(AssetMarks::BUSY) {
            return self.assigned_by_index(sides, rights);
        }
        for (via, terms) in self.on.asset.given_to(self.holder) {
            self.gain(sides, via, terms, rights);
        }
        Some(())
    }

    /// The same, where the slots of the asset have no room for its assignments.
    fn assigned_by_index(&self, sides: &[Side; 2], rights: &mut AssetRights) -> Option<()> {
        let (holder, on) = (self.holder.0, OnIx::asset(self.on.asset.first.index).0);
        if let Some(all) = self.on.assigned {
            let before = all.partition_point(|slot| slot.holder < holder);
            let here = all.iter().skip(before);
            for slot in here.take_while(|slot| slot.holder == holder) {
                self.gain_of(slot, sides, rights)?;
            }
            return Some(());
        }
        let index = &self.of.directory.assignment_index;
        let mut slots = index.run_of(pair_hash(holder, on)).iter();
        loop {
            // A run that goes around the end of its page is rare enough for the walk.
            let slot = slots.next()?;
            if slot.is_vacant() {
                return Some(());
            }
            if slot.holder == holder && slot.on == on {
                self.gain_of(slot, sides, rights)?;
            }
        }
    }

    /// Adds one assignment; nothing at all if it ends by itself.
    #[inline]
    fn gain_of(
        &self,
        slot: &AssignmentSlot,
        sides: &[Side; 2],
        rights: &mut AssetRights,
    ) -> Option<()> {
        if slot.terms.has(TermsFlags::TIMED) {
            return None;
        }
        self.gain(sides, slot.via, slot.terms.terms(), rights);
        Some(())
    }

    /// Adds one assignment, if it counts: through a business in which the person has no place, it
    /// does not.
    #[inline]
    fn gain(&self, sides: &[Side; 2], via: u32, terms: u32, rights: &mut AssetRights) {
        let mut cap = None;
        if via != NONE {
            match sides.iter().find(|side| side.business == via) {
                Some(side) => cap = side.cap,
                None => return,
            }
        }
        let vocabulary = &self.of.directory.vocabulary;
        rights.gain(vocabulary.caps(0, terms, self.of.plan.kind), cap);
    }
}
