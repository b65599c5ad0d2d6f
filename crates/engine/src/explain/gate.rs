//! The gates an app stands before: which review, verification or list it is, how far that is, since
//! when, and whose turn it is.

use jiff::Timestamp;
use rulebook::{CheckupConsequence, Layer, PermissionId, Reason, ReasonSet};

use crate::decide::Walk;
use crate::directory::index::HolderIx;
use crate::fact::{
    App, AppPermission, AppPermissionKey, Business, Checkup, Fact, Key, ReviewState, TextDigest,
};
use crate::id::{AppId, BusinessId, Holder, Owner};

/// One gate that is closed to an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The reason it stands behind.
    pub reason: Reason,
    /// The app.
    pub app: AppId,
    /// What is closed.
    pub sort: GateSort,
    /// How far it is.
    pub state: GateState,
    /// Since when it stands so, where that is known.
    pub since: Option<Timestamp>,
    /// Why it was rejected, or what was asked for: a text that is kept elsewhere.
    pub why: Option<TextDigest>,
    /// Whose turn it is.
    pub next: GateTurn,
    /// With which command.
    pub command: &'static str,
}

/// What is closed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum GateSort {
    /// A permission or feature of the app.
    Permission(String),
    /// The business that owns the app and is not verified; none where a person owns it.
    Verification(Option<BusinessId>),
    /// The yearly checkup.
    Checkup,
    /// The platform's word that the maker of an automated app is a partner of its.
    Confirmation,
    /// A list of the platform that the app is not on.
    AllowList(String),
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GateState {
    /// Nobody asked yet.
    NeverAsked,
    /// The platform was asked and has not decided.
    Asked,
    /// The platform said no, or took its yes back.
    Rejected,
    /// Nothing stands against it but that it was not raised.
    NotRaised,
    /// The app gave it up.
    Removed,
    /// It was due and was not done.
    Missed,
    /// The platform has not said so.
    NotGiven,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GateTurn {
    /// Somebody who administers the app.
    AppAdmin,
    /// The platform: its reviewers and operators.
    Platform,
}

impl GateState {
    /// Returns the word for it, in files and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NeverAsked => "never_asked",
            Self::Asked => "asked",
            Self::Rejected => "rejected",
            Self::NotRaised => "not_raised",
            Self::Removed => "removed",
            Self::Missed => "missed",
            Self::NotGiven => "not_given",
        }
    }
}

impl GateTurn {
    /// Returns the word for it, in files and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AppAdmin => "app_admin",
            Self::Platform => "platform",
        }
    }
}

impl Gate {
    /// Returns the layer of its reason.
    #[must_use]
    pub const fn layer(&self) -> Layer {
        self.reason.layer()
    }
}

/// Returns the gates that a walk met, in the order of their reasons; none for an allow.
pub(super) fn gates(walk: &Walk<'_>, reasons: ReasonSet) -> Vec<Gate> {
    let Some(look) = Look::of(walk) else {
        return Vec::new();
    };
    let mut gates = Vec::new();
    if reasons.of_layer(Layer::App).has(Reason::AppReviewGate) {
        gates.extend(look.of_the_app());
    }
    gates.extend(look.of_permissions(reasons));
    let mut known: Vec<Gate> = Vec::new();
    for gate in gates {
        let same = |one: &Gate| (&one.sort, one.state) == (&gate.sort, gate.state);
        if !known.iter().any(same) {
            known.push(gate);
        }
    }
    known
}

struct Look<'w> {
    walk: &'w Walk<'w>,
    app: App,
    owner: Option<Business>,
}

impl<'w> Look<'w> {
    fn of(walk: &'w Walk<'w>) -> Option<Self> {
        let directory = walk.directory;
        let index = walk.principal.app()?;
        let Some(Holder::App(id)) = directory.holder(HolderIx::app(index)) else {
            return None;
        };
        let Some(Fact::App(app)) = directory.fact(&Key::App(id)) else {
            return None;
        };
        let owner = match &app.owner {
            Owner::Business(id) => match directory.fact(&Key::Business(id.clone())) {
                Some(Fact::Business(business)) => Some(business),
                _ => None,
            },
            Owner::Person(_) => None,
        };
        Some(Self { walk, app, owner })
    }

    fn gate(&self, reason: Reason, sort: GateSort, state: GateState) -> Gate {
        let (next, command) = turn(&sort, state);
        Gate {
            reason,
            app: self.app.id.clone(),
            sort,
            state,
            since: None,
            why: None,
            next,
            command,
        }
    }

    fn of_the_app(&self) -> Vec<Gate> {
        let reason = Reason::AppReviewGate;
        let mut gates = Vec::new();
        let lists = &self.app.allow_lists;
        if let Some(list) = &self.walk.operation.allow_list
            && !lists.contains(list)
        {
            let sort = GateSort::AllowList(list.clone());
            gates.push(self.gate(reason, sort, GateState::NotGiven));
        }
        if self.walk.checkup_closes() {
            gates.push(self.checkup());
        }
        if self.walk.is_unconfirmed() {
            gates.push(self.gate(reason, GateSort::Confirmation, GateState::NotGiven));
        }
        gates
    }

    fn checkup(&self) -> Gate {
        let gate = self.gate(Reason::AppReviewGate, GateSort::Checkup, GateState::Missed);
        Gate {
            since: self.app.checkup_since,
            ..gate
        }
    }

    fn of_permissions(&self, reasons: ReasonSet) -> Vec<Gate> {
        let kept = self.walk.kept();
        let mut gates = Vec::new();
        if reasons.has(Reason::ScopeMissing) {
            let all = kept.removed.iter();
            gates.extend(all.map(|one| self.permission(Reason::ScopeMissing, one)));
        }
        for one in kept.standard.iter() {
            gates.push(self.permission(Reason::AppLevelStandard, one));
            gates.extend(self.verification(Reason::AppLevelStandard, one));
        }
        for one in kept.gated.iter() {
            gates.extend(self.closed(one));
        }
        for one in kept.features.iter() {
            gates.push(self.permission(Reason::FeatureMissing, one));
            gates.extend(self.verification(Reason::FeatureMissing, one));
        }
        gates
    }

    /// What is at Advanced and yet closed: a missed checkup, a business that is not verified, a
    /// review that is not passed.
    fn closed(&self, permission: PermissionId) -> Vec<Gate> {
        let reason = Reason::AppReviewGate;
        let lowers = self.walk.rules.missed_checkup == CheckupConsequence::Standard;
        if lowers && self.app.checkup == Checkup::Missed {
            return vec![self.checkup()];
        }
        let mut gates: Vec<Gate> = self.verification(reason, permission).into_iter().collect();
        let needs = self.needs_review(permission);
        let fact = self.fact(permission);
        if needs && !fact.as_ref().is_some_and(|fact| fact.approved) {
            gates.push(self.permission(reason, permission));
        }
        gates
    }

    fn needs_review(&self, permission: PermissionId) -> bool {
        let rule = self.walk.rules.permission(permission);
        rule.is_some_and(|rule| rule.review)
    }

    fn fact(&self, permission: PermissionId) -> Option<AppPermission> {
        let permission = self.walk.rules.names.permission_name(permission);
        let key = Key::AppPermission(AppPermissionKey {
            app: self.app.id.clone(),
            permission: permission.to_owned(),
        });
        match self.walk.directory.fact(&key) {
            Some(Fact::AppPermission(fact)) => Some(fact),
            _ => None,
        }
    }

    /// Is the verification of the owner what is lacking? What was approved for every such app needs
    /// none.
    fn verification(&self, reason: Reason, permission: PermissionId) -> Option<Gate> {
        let verified = self.owner.as_ref().is_some_and(|owner| owner.verified);
        let automatic = self.walk.is_automatic(permission);
        if !self.walk.rules.verification || verified || automatic {
            return None;
        }
        let owner = self.owner.as_ref().map(|owner| owner.id.clone());
        Some(self.gate(reason, GateSort::Verification(owner), GateState::NotGiven))
    }

    fn permission(&self, reason: Reason, permission: PermissionId) -> Gate {
        let name = self.walk.rules.names.permission_name(permission).to_owned();
        let fact = self.fact(permission);
        let fact = fact.as_ref();
        let review = fact.and_then(|fact| fact.review.as_ref());
        let approved = fact.is_some_and(|fact| fact.approved)
            || !self.needs_review(permission)
            || self.walk.is_automatic(permission);
        let state = match (review.map(|review| review.state), approved) {
            _ if fact.is_some_and(|fact| fact.removed) => GateState::Removed,
            (_, true) => GateState::NotRaised,
            (Some(ReviewState::Requested), false) => GateState::Asked,
            (Some(ReviewState::Rejected), false) => GateState::Rejected,
            (Some(ReviewState::Approved) | None, false) => GateState::NeverAsked,
        };
        let told = review.filter(|_| matches!(state, GateState::Asked | GateState::Rejected));
        let mut gate = self.gate(reason, GateSort::Permission(name), state);
        // What was never approved is not restored by raising it: it is reviewed first.
        if state == GateState::Removed && !approved {
            gate.command = "app_permission.request_review";
        }
        Gate {
            since: told.map(|review| review.at),
            why: told.and_then(|review| review.reason.clone()),
            ..gate
        }
    }
}

/// Returns whose turn it is, and with which command.
const fn turn(sort: &GateSort, state: GateState) -> (GateTurn, &'static str) {
    match (sort, state) {
        (GateSort::Permission(_), GateState::Asked) => (GateTurn::Platform, "app.review"),
        (GateSort::Permission(_), GateState::NotRaised | GateState::Removed) => {
            (GateTurn::AppAdmin, "app_permission.set_level")
        }
        (GateSort::Permission(_), _) => (GateTurn::AppAdmin, "app_permission.request_review"),
        (GateSort::Verification(_), _) => (GateTurn::Platform, "business.verify"),
        (GateSort::Checkup, _) => (GateTurn::AppAdmin, "app.set_checkup"),
        (GateSort::Confirmation | GateSort::AllowList(_), _) => (GateTurn::Platform, "app.allow"),
    }
}
