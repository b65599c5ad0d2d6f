//! The words of the world: tasks on an ad account, and scopes of a token.

/// What can be done on an ad account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    Manage,
    Advertise,
    Analyze,
}

impl Task {
    pub const ALL: [Self; 3] = [Self::Manage, Self::Advertise, Self::Analyze];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Manage => "MANAGE",
            Self::Advertise => "ADVERTISE",
            Self::Analyze => "ANALYZE",
        }
    }

    /// The scopes of which one must be on the token.
    pub const fn any_scope_of(self) -> &'static [Scope] {
        match self {
            Self::Manage | Self::Advertise => &[Scope::AdsManagement],
            Self::Analyze => &[Scope::AdsRead, Scope::AdsManagement],
        }
    }
}

/// A set of tasks: of a share, or of an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tasks(u8);

impl Tasks {
    /// Every set there is, in the order of [`Tasks::index`].
    pub const EVERY_SET: [Self; 8] = [
        Self(0),
        Self(1),
        Self(2),
        Self(3),
        Self(4),
        Self(5),
        Self(6),
        Self(7),
    ];
    pub const ALL: Self = Self(7);

    pub const fn of(tasks: &[Task]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < tasks.len() {
            bits |= 1 << tasks[i] as u8;
            i += 1;
        }
        Self(bits)
    }

    pub const fn contains(self, task: Task) -> bool {
        self.0 & (1 << task as u8) != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Task> {
        Task::ALL
            .into_iter()
            .filter(move |task| self.contains(*task))
    }

    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a token may do, as its person consented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    AdsRead,
    AdsManagement,
    BusinessManagement,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::AdsRead, Self::AdsManagement, Self::BusinessManagement];

    pub const fn name(self) -> &'static str {
        match self {
            Self::AdsRead => "ads_read",
            Self::AdsManagement => "ads_management",
            Self::BusinessManagement => "business_management",
        }
    }
}

/// The scopes of one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    pub const fn of(scopes: &[Scope]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < scopes.len() {
            bits |= 1 << scopes[i] as u8;
            i += 1;
        }
        Self(bits)
    }

    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    pub fn cover(self, task: Task) -> bool {
        task.any_scope_of()
            .iter()
            .any(|scope| self.contains(*scope))
    }

    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Scope::ALL
            .into_iter()
            .filter(move |scope| self.contains(*scope))
            .map(Scope::name)
    }
}
