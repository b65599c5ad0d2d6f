//! What is answered.

use rulebook::{Layer, ReasonSet};

/// The answer to "may this be done?". A denial is an answer, not an error.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Everything that speaks against it; empty for an allow.
    pub reasons: ReasonSet,
    /// May the asker know that the resource exists? A door that answers `false` here must look the
    /// same for a thing that does not exist.
    pub visible: bool,
    /// Which layers were asked.
    pub asked: Layers,
    /// What comes with an allow.
    pub obligations: Obligations,
    /// The position of the log the answer rests on.
    pub position: u64,
}

impl Decision {
    /// Is it allowed?
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// Which layers were asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layers {
    /// All five.
    All,
    /// Role and mandate: nobody named a token or app.
    RoleAndMandate,
}

impl Layers {
    /// Was this layer asked?
    #[must_use]
    pub const fn has(self, layer: Layer) -> bool {
        match self {
            Self::All => true,
            Self::RoleAndMandate => matches!(layer, Layer::Role | Layer::Mandate),
        }
    }
}

/// What comes with an allow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Obligations {
    /// What is made starts paused.
    pub start_paused: bool,
    /// Somebody is told: the tool acted on its own.
    pub notify: bool,
}
