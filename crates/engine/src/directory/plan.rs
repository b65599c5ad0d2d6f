//! What the rulebook says of an operation asked on an asset, worked out once for each rulebook.
//!
//! Most operations need one thing of one asset, and nothing else: no condition, no claim, no list, no
//! second thing. For these a [`Plan`] is all of the rulebook that a plain question looks at. The
//! others have none, and neither has any where businesses choose profiles.

use rulebook::{CapSet, KindId, Operation, Reason, ReasonSet, Rulebook, Rules, Target};
use rulebook::{OperationId, TokenKindId};

use crate::decide::Wanted;

/// An operation that needs one thing of its resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// The kind of asset it is asked on.
    pub(crate) kind: KindId,
    /// Any of these capabilities there.
    pub(crate) needs: CapSet,
    /// Rights that came through a share do not count.
    pub(crate) direct: bool,
    /// What layer 3 compares.
    pub(crate) wanted: Wanted,
    /// The kinds of token that will do and carry any scope, by number.
    kinds: u64,
    /// The kinds of token that carry some scopes only, by number.
    bounded: u64,
    /// The least tier of the app.
    pub(crate) tier: u8,
    /// Given whoever asks.
    pub(crate) always: ReasonSet,
    pub(crate) starts_paused: bool,
}

/// The plans of a rulebook, by operation.
#[derive(Debug, Clone)]
pub(crate) struct Plans(Box<[Option<Plan>]>);

impl Plans {
    pub(crate) fn new(rulebook: &Rulebook) -> Self {
        if rulebook.profile_switch.is_some() {
            return Self(Box::default());
        }
        let rules = rulebook.rules(0);
        let plan = |operation: &Option<Operation>| Plan::of(operation.as_ref()?, rules);
        Self(rules.operations.iter().map(plan).collect())
    }

    #[inline]
    pub(crate) fn get(&self, operation: OperationId) -> Option<&Plan> {
        self.0.get(usize::from(operation.0))?.as_ref()
    }
}

impl Plan {
    fn of(operation: &Operation, rules: &Rules) -> Option<Self> {
        let [need] = &*operation.needs else {
            return None;
        };
        let one = need.target == Target::Resource && need.or.is_empty();
        let alone = operation.conditions.is_empty()
            && operation.requires.is_empty()
            && operation.not_token_of.is_empty()
            && operation.allow_list.is_none()
            && !operation.claimed
            && !operation.hands_on;
        let few = rules.token_kinds.len() <= 64;
        if !one || !alone || !few {
            return None;
        }
        let mut always = ReasonSet::EMPTY;
        always.add_if(operation.forbidden, Reason::ModelForbidden);
        let mut plan = Self {
            kind: need.kind,
            needs: need.any_of,
            direct: need.direct,
            wanted: Wanted::of(operation),
            kinds: 0,
            bounded: 0,
            tier: operation.tier,
            always,
            starts_paused: operation.starts_paused,
        };
        for (id, kind) in (0..).map(TokenKindId).zip(&rules.token_kinds) {
            let named = operation.tokens.contains(&id);
            let open = operation.tokens.is_empty() && !kind.only_where_named;
            let bit = 1 << (id.0 & 63);
            if (named || open) && !operation.first_party {
                plan.kinds |= bit;
            }
            if kind.scopes.is_some() {
                plan.bounded |= bit;
            }
        }
        Some(plan)
    }

    /// Will a token of this kind do?
    #[inline]
    pub(crate) const fn takes(&self, kind: TokenKindId) -> bool {
        self.kinds >> (kind.0 & 63) & 1 != 0
    }

    /// Does a token of this kind carry some scopes only?
    #[inline]
    pub(crate) const fn bounds(&self, kind: TokenKindId) -> bool {
        self.bounded >> (kind.0 & 63) & 1 != 0
    }
}
