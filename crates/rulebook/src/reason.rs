//! Why something is refused: the stable catalogue of reasons, each in its layer.
//!
//! The codes are promises to callers: they are added, never renamed.

use std::fmt;

/// The five questions a decision asks, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Is the token known, alive, of the right kind, with the right proof?
    Credential = 1,
    /// Development or live, sandbox or production, claimed, tier, within its rate?
    App = 2,
    /// Does the token carry the scope, for this asset, at a level that reaches this person?
    Permission = 3,
    /// Is there a path from this holder to this asset that carries the needed capability?
    Role = 4,
    /// Is it within the limits somebody set?
    Mandate = 5,
}

impl Layer {
    /// All five, in order.
    pub const ALL: [Self; 5] = [
        Self::Credential,
        Self::App,
        Self::Permission,
        Self::Role,
        Self::Mandate,
    ];

    /// Returns the layer's number, 1 to 5.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Returns the layer's name in lower case, as it stands on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::App => "app",
            Self::Permission => "permission",
            Self::Role => "role",
            Self::Mandate => "mandate",
        }
    }

    /// Returns the question the layer asks, for people.
    #[must_use]
    pub const fn question(self) -> &'static str {
        match self {
            Self::Credential => {
                "is the token known, alive, of the right kind, with the right proof?"
            }
            Self::App => "may this app act here: mode, environment, claim, tier, rate?",
            Self::Permission => {
                "does the token carry the scope, at a level that reaches this person?"
            }
            Self::Role => "is there a path from this holder to this asset that carries the right?",
            Self::Mandate => "is it within the limits somebody set?",
        }
    }
}

macro_rules! reasons {
    ($($variant:ident $code:literal $layer:ident $text:literal;)*) => {
        /// One reason to refuse.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Reason {
            $(#[doc = $text] $variant,)*
        }

        impl Reason {
            /// Every reason, in the order of the layers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the stable code, such as `SCOPE_MISSING`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Returns the layer that gives this reason.
            #[must_use]
            pub const fn layer(self) -> Layer {
                match self { $(Self::$variant => Layer::$layer,)* }
            }

            /// Returns one sentence for people; no names, no ids.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Returns the reason with this code, if there is one.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

reasons! {
    TokenUnknown "TOKEN_UNKNOWN" Credential "No such token is known.";
    TokenExpired "TOKEN_EXPIRED" Credential "The token's life is over; an expired token cannot be refreshed.";
    TokenInvalidated "TOKEN_INVALIDATED" Credential "The token was ended before its time.";
    TokenWrongKind "TOKEN_WRONG_KIND" Credential "The call needs another kind of token, or a token of another business.";
    ProofMissing "PROOF_MISSING" Credential "The app demands a proof made with its secret, and it is missing or wrong.";
    AppNotLive "APP_NOT_LIVE" App "The app is in development: it reaches people with a role on it, and test or own assets only.";
    EnvSandbox "ENV_SANDBOX" App "Sandbox access reaches sandbox assets only; this asset is real.";
    AppNotClaimed "APP_NOT_CLAIMED" App "The app is not claimed by this business or its parent.";
    AppTier "APP_TIER" App "The app's API tier is too low for this call; this is not an access level.";
    AppReviewGate "APP_REVIEW_GATE" App "A review, verification or checkup of the app is open or was missed.";
    AppSuspended "APP_SUSPENDED" App "The platform has suspended the app.";
    RateLimited "RATE_LIMITED" App "The app's shared rate pool is used up for now.";
    ScopeMissing "SCOPE_MISSING" Permission "The token does not carry a permission the call needs; a token never gains one later.";
    ScopeDeclined "SCOPE_DECLINED" Permission "The person declined this permission when consenting.";
    AppLevelStandard "APP_LEVEL_STANDARD" Permission "The permission is at Standard Access: it reaches people with a role on the app only.";
    FeatureMissing "FEATURE_MISSING" Permission "The app lacks a feature this call needs.";
    ScopeNotForAsset "SCOPE_NOT_FOR_ASSET" Permission "The permission was granted for other assets only.";
    Unknown "UNKNOWN" Role "Nothing with this id is known.";
    AssetNotAssigned "ASSET_NOT_ASSIGNED" Role "No role on this asset has been assigned, or there is no such asset.";
    RoleTooLow "ROLE_TOO_LOW" Role "The role on this asset does not carry the needed right.";
    BusinessRoleTooLow "BUSINESS_ROLE_TOO_LOW" Role "The role in the business does not carry the needed right.";
    PartnerCap "PARTNER_CAP" Role "The owner shared less than this with the partner; nobody there can exceed it.";
    PartnerPending "PARTNER_PENDING" Role "The share has not been accepted yet.";
    PartnerNotShared "PARTNER_NOT_SHARED" Role "The businesses are partners, but this asset is not shared.";
    LayerIndependent "LAYER_INDEPENDENT" Role "A business role gives no right on this asset; the layers are independent.";
    GrantEnded "GRANT_ENDED" Role "The access was given for a time, and the time is over.";
    NotDelegated "NOT_DELEGATED" Role "This employee has not been mapped to the asset.";
    StepUp "STEP_UP" Role "The business demands two-factor authentication, and it was not passed.";
    BusinessSuspended "BUSINESS_SUSPENDED" Role "The platform has suspended the business.";
    MandateMissing "MANDATE_MISSING" Mandate "An automated tool needs a mandate before it writes.";
    MandateLimit "MANDATE_LIMIT" Mandate "The change is outside the limits of the mandate.";
    MandateEnded "MANDATE_ENDED" Mandate "The mandate is over.";
    MandateStopped "MANDATE_STOPPED" Mandate "The mandate was stopped.";
    ApprovalNeeded "APPROVAL_NEEDED" Mandate "Each change needs the approval of somebody who holds the right.";
    WrongContext "WRONG_CONTEXT" Mandate "The asset is not part of the project or business that was named as context.";
    ConditionFailed "CONDITION_FAILED" Mandate "A condition on the properties of the request does not hold.";
    Precondition "PRECONDITION" Mandate "Something must come to rest first.";
    EvidenceStale "EVIDENCE_STALE" Mandate "A figure this decision rests on is missing or too old.";
    ModelForbidden "MODEL_FORBIDDEN" Mandate "This way of working is not an approved model.";
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A set of reasons in one word. Iterates in the order of the layers.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ReasonSet(u64);

impl ReasonSet {
    /// The empty set: nothing speaks against it.
    pub const EMPTY: Self = Self(0);

    /// Returns the set of one.
    #[must_use]
    pub const fn of(reason: Reason) -> Self {
        Self(1 << (reason as u8))
    }

    /// Adds one reason.
    pub const fn add(&mut self, reason: Reason) {
        self.0 |= 1 << (reason as u8);
    }

    /// Adds one reason when `holds`, without a branch.
    pub const fn add_if(&mut self, holds: bool, reason: Reason) {
        self.0 |= (holds as u64) << (reason as u8);
    }

    /// Returns both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns this set less the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Is the reason in the set?
    #[must_use]
    pub const fn has(self, reason: Reason) -> bool {
        self.0 & (1 << (reason as u8)) != 0
    }

    /// Do the sets share a reason?
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Is there no reason at all?
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns how many reasons there are.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Returns the reasons in the order of the layers.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL
            .iter()
            .copied()
            .filter(move |reason| self.has(*reason))
    }

    /// Returns the reasons of one layer.
    #[must_use]
    pub fn of_layer(self, layer: Layer) -> Self {
        self.iter()
            .filter(|reason| reason.layer() == layer)
            .collect()
    }

    /// Returns the bits, one per reason in the order of [`Reason::ALL`].
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}

impl FromIterator<Reason> for ReasonSet {
    fn from_iter<I: IntoIterator<Item = Reason>>(reasons: I) -> Self {
        let mut set = Self::EMPTY;
        for reason in reasons {
            set.add(reason);
        }
        set
    }
}

impl fmt::Debug for ReasonSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Reason::code))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_again_and_fits_one_word() {
        assert!(Reason::ALL.len() <= 64);
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(*reason));
        }
    }

    #[test]
    fn reasons_stand_in_the_order_of_the_layers() {
        let layers: Vec<_> = Reason::ALL.iter().map(|reason| reason.layer()).collect();
        assert!(layers.is_sorted());
    }
}
