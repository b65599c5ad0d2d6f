//! What somebody knows beside an error, and what that says of its causes.

use rulebook::{Operation, PermissionSet, Reason, Rules, Target};

use super::Cause;

/// What somebody knows beside an error. Everything may be left out.
#[derive(Debug, Clone, Copy)]
pub struct Clues<'a> {
    /// The rules, which know what operations need.
    pub rules: &'a Rules,
    /// The error's message: it names what is missing, now and then.
    pub message: &'a str,
    /// The operation that was asked for.
    pub operation: Option<&'a Operation>,
    /// The kind of the token: `user`, `page`, `system_user`, `app`.
    pub token: Option<&'a str>,
    /// The scopes it carries.
    pub scopes: Option<&'a [String]>,
    /// Is the app live?
    pub live: Option<bool>,
    /// Is the permission at Advanced Access?
    pub advanced: Option<bool>,
    /// The app's API tier.
    pub tier: Option<&'a str>,
    /// The role on the asset; `none` for none.
    pub role: Option<&'a str>,
    /// The role in the business; `none` for none.
    pub business_role: Option<&'a str>,
}

/// What is known says of a cause…
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// …that it is there.
    Likely,
    /// …nothing.
    Possible,
    /// …that it is not.
    RuledOut,
}

impl Verdict {
    /// Returns the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Likely => "likely",
            Self::Possible => "possible",
            Self::RuledOut => "ruled_out",
        }
    }

    /// The cause is there exactly if this holds; nothing is known without it.
    const fn exactly_if(holds: Option<bool>) -> Self {
        match holds {
            Some(true) => Self::Likely,
            Some(false) => Self::RuledOut,
            None => Self::Possible,
        }
    }

    /// The cause cannot be there if this holds.
    const fn never_if(holds: Option<bool>) -> Self {
        match holds {
            Some(true) => Self::RuledOut,
            _ => Self::Possible,
        }
    }
}

impl Clues<'_> {
    /// Returns the causes with what the clues say of each: the likeliest first, and those that are
    /// ruled out last. Among equals the order stays.
    #[must_use]
    pub fn sorted(&self, causes: &[Cause]) -> Vec<(Cause, Verdict)> {
        let judged = causes.iter().map(|cause| (*cause, self.verdict(cause)));
        let mut judged: Vec<_> = judged.collect();
        judged.sort_by_key(|(_, verdict)| *verdict);
        judged
    }

    fn verdict(&self, cause: &Cause) -> Verdict {
        let Some(reason) = cause.reason else {
            return Verdict::Possible;
        };
        let no_role = self.role.map(|role| role == "none");
        match reason {
            Reason::ScopeMissing | Reason::ScopeDeclined => {
                Verdict::exactly_if(self.lacks_a_scope())
            }
            Reason::AppLevelStandard => match self.lacks_a_scope() {
                // At Standard it reaches people with a role on the app, and the scope is there.
                Some(true) => Verdict::Possible,
                _ => Verdict::exactly_if(self.advanced.map(|advanced| !advanced)),
            },
            Reason::AppNotLive => Verdict::exactly_if(self.live.map(|live| !live)),
            Reason::AppReviewGate => Verdict::never_if(self.advanced),
            Reason::AppTier => Verdict::exactly_if(self.tier_is_low()),
            Reason::TokenWrongKind => Verdict::exactly_if(self.is_wrong_kind()),
            Reason::AssetNotAssigned | Reason::PartnerNotShared | Reason::PartnerPending => {
                match (reason, no_role) {
                    (Reason::AssetNotAssigned, no_role) => Verdict::exactly_if(no_role),
                    (_, no_role) => Verdict::never_if(no_role.map(|none| !none)),
                }
            }
            Reason::RoleTooLow => match no_role {
                Some(true) => Verdict::RuledOut,
                _ => Verdict::exactly_if(self.role_is_low()),
            },
            Reason::BusinessRoleTooLow => {
                Verdict::exactly_if(self.business_role.map(|role| role != "admin"))
            }
            _ => Verdict::Possible,
        }
    }

    /// Do the scopes lack one that is needed? What is needed is the operation's, or what the message
    /// names.
    fn lacks_a_scope(&self) -> Option<bool> {
        let held: PermissionSet = self.scopes?.iter().fold(PermissionSet::NONE, |held, name| {
            let id = self.rules.names.permission(name);
            let permission = id.and_then(|id| self.rules.permission(id));
            permission.map_or(held, |permission| held.with(permission.implies))
        });
        if let Some(operation) = self.operation {
            let (all, any) = (operation.all_scopes, operation.any_scope);
            let enough = all.is_within(held) && (any.is_empty() || any.meets(held));
            return (!all.with(any).is_empty()).then_some(!enough);
        }
        let mut words = self
            .message
            .split(|c: char| !c.is_alphanumeric() && c != '_');
        let named = words
            .by_ref()
            .filter_map(|word| self.rules.names.permission(word));
        let named: PermissionSet = named.collect();
        (!named.is_empty()).then(|| !named.meets(held))
    }

    fn tier_is_low(&self) -> Option<bool> {
        let tier = self.rules.names.tier(self.tier?)?;
        match self.operation {
            Some(operation) => Some(tier < operation.tier),
            // There is none above the highest.
            None => {
                let highest = self.rules.names.tiers().len();
                Some(usize::from(tier) + 1 < highest)
            }
        }
    }

    fn is_wrong_kind(&self) -> Option<bool> {
        let token = self.token?;
        if let Some(operation) = self
            .operation
            .filter(|operation| !operation.tokens.is_empty())
        {
            let kind = self.rules.names.token_kind(token)?;
            return Some(!operation.tokens.contains(&kind));
        }
        // The message wants a Page's token.
        let wants_page = self
            .message
            .to_ascii_lowercase()
            .contains("page access token");
        wants_page.then_some(token != "page")
    }

    fn role_is_low(&self) -> Option<bool> {
        let (role, operation) = (self.role?, self.operation?);
        let mut needs = operation.needs.iter();
        let need = needs.find(|need| need.target == Target::Resource)?;
        let kind = self.rules.kind(need.kind)?;
        let role = kind.roles.iter().find(|one| one.name == role)?;
        Some(!role.can.meets(need.any_of))
    }
}
