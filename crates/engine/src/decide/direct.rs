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
//! Most of it is always inlined. What one function leaves in memory in small pieces, and another reads
//! as a whole at once, a processor waits for: a dozen cycles each time, a tenth of the way.
//!
//! Three laws hold it to that: the reference agrees with what is decided, by whichever way; this
//! way agrees with the walk wherever it answers, which is often; and it answers the same whatever was
//! there before.

use rulebook::{CapSet, MembersHold, OperationId, Reason, ReasonSet, Rules, TokenKindId};

use super::early::Found;
use super::{Around, Asker, AssetRights, Consent, Flags, Question, asked};
use crate::decision::{Decision, Obligations};
use crate::directory::Directory;
use crate::directory::index::{AssignmentSlot, HolderIx, NONE, OnIx, PairSlot, TermsFlags};
use crate::directory::places::{PlaceIn, Places};
use crate::directory::plan::Plan;
use crate::directory::rows::{AppRow, AssetMarks, MemberMarks};
use crate::directory::slots::{AssetSlots, TokenSlot, Way};
use crate::directory::words::OnKind;
use crate::request::{Evidence, Proof, Rate};
use crate::table::{Slot, pair_hash};

/// What is known of a plain question before its holder and its asset.
#[derive(Clone, Copy)]
pub(super) struct Plain<'d> {
    pub(super) directory: &'d Directory,
    pub(super) rules: &'d Rules,
    plan: &'d Plan,
    /// What words give on the kind of the plan.
    on_kind: &'d OnKind,
}

/// What a plain question comes to: what of a decision is not the same for many, in two registers.
#[derive(Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) reasons: ReasonSet,
    /// May the asker know that the asset exists?
    visible: bool,
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

/// A place of the person, and how its business stands to the asset.
#[derive(Clone, Copy)]
struct Side {
    /// [`NONE`] for no place.
    business: u32,
    /// The way of assignments that come through the business.
    way: Way,
    /// What can at most come through it.
    cap: CapSet,
    /// It owns the asset.
    owns: bool,
}

impl Side {
    const OUTSIDE: Self = Self {
        business: NONE,
        way: Way::OUTSIDE,
        cap: CapSet::NONE,
        owns: false,
    };
}

impl Question<'_> {
    /// Returns the decision if the question is plain.
    #[inline(always)]
    pub(super) fn direct(&self, directory: &Directory, found: &Found<'_>) -> Option<Decision> {
        let plain = Plain::of(directory, self.operation)?;
        let on = On::new(found.asset?);
        let around = self.around();
        let verdict = if let Asker::Token(_) = self.asker {
            let token = found.token?;
            let reasons = around.by_token(&plain, token)?;
            around.between(plain, (token.holder, &token.places), on, reasons)
        } else {
            self.without_token(plain, found.person?, on)
        };
        Some(plain.decision(self.asker, verdict?))
    }
}

impl<'d> Plain<'d> {
    #[inline]
    pub(super) fn of(directory: &'d Directory, operation: OperationId) -> Option<Self> {
        let plan = directory.plans.get(operation)?;
        Some(Self {
            directory,
            rules: directory.rulebook.rules(0),
            plan,
            on_kind: directory.vocabulary.on(0, plan.kind)?,
        })
    }

    #[inline(always)]
    fn decision(&self, asker: Asker<'_>, verdict: Verdict) -> Decision {
        let Verdict { reasons, visible } = verdict;
        Decision {
            reasons,
            visible,
            asked: asked(asker),
            obligations: Obligations {
                start_paused: reasons.is_empty() && self.plan.starts_paused,
                notify: false,
            },
            position: self.directory.position,
        }
    }
}

impl Around<'_> {
    #[inline(always)]
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
        let mut reasons = plain.missing(self.evidence, &consent, app, kind, &token.places);
        let over = token.expires <= self.now.as_millisecond();
        reasons.add_if(token.ended != 0, Reason::TokenInvalidated);
        reasons.add_if(over, Reason::TokenExpired);
        Some(reasons)
    }

    /// Do layers 1 and 2 say nothing against a token of this kind, and the rate pool neither? `None`
    /// if there is something unusual about the app or the kind.
    #[inline(always)]
    pub(super) fn is_served(
        &self,
        plain: &Plain<'_>,
        app: &AppRow,
        kind: TokenKindId,
    ) -> Option<bool> {
        let plan = plain.plan;
        let usual = app.plain && app.standing(0).tier >= plan.tier && !plan.bounds(kind);
        usual.then(|| {
            plan.takes(kind)
                && is_proven(self.evidence, app)
                && self.evidence.rate != Rate::Exceeded
        })
    }

    /// Layers 4 and 5, between a person and an asset; with the reasons of the others, all layers.
    #[inline(always)]
    pub(super) fn between(
        &self,
        of: Plain<'_>,
        (holder, places): (HolderIx, &Places),
        on: On<'_>,
        reasons: ReasonSet,
    ) -> Option<Verdict> {
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
        Some(Verdict {
            reasons,
            visible: related || reasons.is_empty(),
        })
    }
}

#[inline]
fn is_proven(evidence: &Evidence, app: &AppRow) -> bool {
    match evidence.proof {
        Proof::Valid => true,
        Proof::Missing => !app.proof_required,
        Proof::Wrong => false,
    }
}

impl Plain<'_> {
    /// Returns what layers 1 to 3 say, and what layer 5 says to whoever uses an app.
    #[inline(never)]
    pub(super) fn missing(
        &self,
        evidence: &Evidence,
        consent: &Consent,
        app: &AppRow,
        kind: TokenKindId,
        places: &Places,
    ) -> ReasonSet {
        let role_user = places
            .iter()
            .any(|place| app.is_of(place.business) && !place.marks.has(MemberMarks::ABSENT));
        let Plain { plan, rules, .. } = *self;
        let mut reasons = plan
            .wanted
            .missing(*consent, app.standing(0), role_user, rules);
        reasons.add_if(!plan.takes(kind), Reason::TokenWrongKind);
        reasons.add_if(!is_proven(evidence, app), Reason::ProofMissing);
        reasons.add_if(evidence.rate == Rate::Exceeded, Reason::RateLimited);
        reasons
    }

    /// Does layer 3 say nothing, at first sight? A second one may say more kindly.
    #[inline(always)]
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
            ..
        } = self.of;
        let mut rights = AssetRights::default();
        let [home, second] = self.places.all();
        // A denial asks for it last, and would wait.
        directory.partners.prefetch(self.owner, home.business);
        let mut sides = [Side::OUTSIDE; 2];
        let [one, two] = &mut sides;
        self.place(home, one, &mut rights)?;
        self.place(second, two, &mut rights)?;
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

    /// Sees how a business of the person stands to the asset, and adds what a place in it brings
    /// without assignment. Nothing at all if there is something unusual about it.
    ///
    /// Few branches: whether it owns the asset, or is a partner, is as good as random.
    #[inline(always)]
    fn place(&self, place: &PlaceIn, side: &mut Side, rights: &mut AssetRights) -> Option<()> {
        let business = place.business;
        side.business = business;
        if business == NONE {
            return Some(());
        }
        if !place.marks.is_empty() {
            return None;
        }
        let noted = self.on.asset.noted(business);
        let (mut shared, mut terms) = (noted.is_there(), noted.terms());
        if !shared && self.on.asset.first.marks.has(AssetMarks::CROWDED) {
            let found = self.share_to(business);
            shared = found.is_some();
            terms = found.unwrap_or_default();
        }
        if terms.has(TermsFlags::TIMED | TermsFlags::PENDING) {
            return None;
        }
        side.owns = business == self.owner;
        shared &= !side.owns;
        let Plain { rules, on_kind, .. } = self.of;
        let offered = on_kind.caps(terms.terms()).only_if(shared);
        rights.offered = rights.offered.with(offered);
        rights.flags.add_if(side.owns, Flags::INSIDE);
        rights.flags.add_if(shared, Flags::SHARED);
        side.cap = offered.with(CapSet::EVERY.only_if(side.owns));
        side.way = if side.owns { Way::OWNER } else { noted.way() };
        let reach = on_kind.reach(place.role);
        let owned = reach.owned.only_if(side.owns);
        let reached = owned.with(reach.shared.only_if(shared));
        rights.gain_through(reached, side.cap, side.owns);
        if rules.members == MembersHold::All {
            rights.gain_through(offered, offered, false);
        }
        Some(())
    }

    /// Returns the terms of a share for which the slots of the asset have no room.
    #[cold]
    fn share_to(&self, business: u32) -> Option<TermsFlags> {
        let of = OnIx::asset(self.on.asset.first.index).0;
        let index = &self.of.directory.share_index;
        let same = |slot: &PairSlot| slot.left == of && slot.right == business;
        index
            .find(pair_hash(of, business), same)
            .map(|slot| slot.terms)
    }

    /// Adds what the person was assigned.
    #[inline]
    fn assigned(&self, sides: &[Side; 2], rights: &mut AssetRights) -> Option<()> {
        if self.on.asset.first.marks.has(AssetMarks::BUSY) {
            return self.assigned_by_index(sides, rights);
        }
        // One is added even if there is none, and then gives nothing: no branch says which. More are rare.
        let mut places = self.on.asset.places_of(self.holder);
        loop {
            let (way, terms) = self.on.asset.given(places.trailing_zeros());
            self.gain(sides, way, terms, places != 0, rights);
            places &= places.wrapping_sub(1);
            if places == 0 {
                return Some(());
            }
        }
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
        let way = match slot.via {
            NONE => Some(Way::STRAIGHT),
            via => {
                let mut sides = sides.iter();
                let side = sides.find(|side| side.business == via);
                side.map(|side| side.way)
            }
        };
        let terms = slot.terms.terms();
        self.gain(sides, way.unwrap_or_default(), terms, way.is_some(), rights);
        Some(())
    }

    /// Adds one assignment, if it is one and counts: through a business in which the person has no
    /// place, it does not.
    #[inline]
    fn gain(&self, sides: &[Side; 2], way: Way, terms: u32, holds: bool, rights: &mut AssetRights) {
        let [one, two] = sides;
        let straight = way == Way::STRAIGHT;
        let (by_one, by_two) = (way == one.way, way == two.way);
        let cap = CapSet::EVERY.only_if(straight);
        let cap = cap
            .with(one.cap.only_if(by_one))
            .with(two.cap.only_if(by_two));
        let direct = straight | (by_one & one.owns) | (by_two & two.owns);
        let gives = self.of.on_kind.caps(terms);
        let counts = holds & (straight | by_one | by_two);
        rights.gain_through(gives.only_if(counts), cap, direct);
    }
}
