//! What is due by the calendar. Time alone never changes a fact: a sweep looks what is due and does
//! it, each step under an id that derives from what it is and when it was due, so that it is done
//! once however often somebody sweeps.
//!
//! What is not here: the clock, and the secrets of renewed tokens. Whoever sweeps makes a secret,
//! keeps it sealed, and hands in its digest.

use engine::fact::{
    App, AppMode, AssignmentKey, Change, Checkup, Digest, Fact, Key, Level, Renewal,
};
use engine::{AppId, Directory, PersonId, TokenId};
use jiff::{SignedDuration, Timestamp};
use rulebook::CheckupRule;

use crate::desk::derived_id;
use crate::realm::glass_over;
use crate::token::{refreshable, renewed};

/// How long an assignment that is over stays, so that whoever misses it is told that it ended.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// A step that is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// What.
    pub step: SweepStep,
    /// Since when.
    pub since: Timestamp,
}

/// What a sweep does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SweepStep {
    /// Renews a token before it ends.
    Renew(TokenId),
    /// Lets a renewal go whose token is over: nothing can be got for it any more.
    Forget(TokenId),
    /// Says that an app's checkup is due.
    CheckupDue(AppId),
    /// Says that an app's checkup was missed.
    CheckupMissed(AppId),
    /// Ends an assignment that has long been over.
    EndAssignment(Box<AssignmentKey>),
    /// Takes an operator out of the business that he entered in an emergency.
    LeaveBusiness(PersonId),
}

/// Something that should have been done and cannot be: somebody must look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDone {
    /// About which token.
    pub token: TokenId,
    /// Why.
    pub why: String,
}

/// What a look at the calendar shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// What is due, the longest due first.
    pub due: Vec<Due>,
    /// What cannot be done.
    pub not_done: Vec<NotDone>,
}

impl SweepStep {
    /// Returns what entries call it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Renew(_) => "sweep.renew_token",
            Self::Forget(_) => "sweep.forget_renewal",
            Self::CheckupDue(_) => "sweep.checkup_due",
            Self::CheckupMissed(_) => "sweep.checkup_missed",
            Self::EndAssignment(_) => "sweep.end_assignment",
            Self::LeaveBusiness(_) => "sweep.leave_business",
        }
    }
}

impl Due {
    /// Returns the id of the command that does it: the same step is never done twice.
    #[must_use]
    pub fn id(&self) -> String {
        let subject = match &self.step {
            SweepStep::Renew(token) | SweepStep::Forget(token) => token.to_string(),
            SweepStep::CheckupDue(app) | SweepStep::CheckupMissed(app) => app.to_string(),
            SweepStep::LeaveBusiness(person) => person.to_string(),
            SweepStep::EndAssignment(key) => {
                // An assignment has no short name: its digest stands for it.
                let key = serde_json::to_string(key).unwrap_or_default();
                let digest = Digest::of(&key).to_string();
                digest.chars().take(24).collect()
            }
        };
        format!(
            "{}/{subject}/{}",
            self.step.name(),
            self.since.as_millisecond()
        )
    }
}

/// Returns what is due at `now`, and what cannot be done though it should.
#[must_use]
pub fn calendar(directory: &Directory, now: Timestamp) -> Calendar {
    let mut calendar = Calendar::default();
    for renewal in directory.renewals() {
        calendar.look_at(directory, renewal, now);
    }
    if let Some(rule) = directory.rulebook().rules(0).checkup {
        let due = directory
            .apps()
            .filter_map(|app| checkup(directory, app, rule, now));
        calendar.due.extend(due);
    }
    let over = directory.assignments_over(now.checked_sub(KEPT).unwrap_or(Timestamp::MIN));
    calendar
        .due
        .extend(over.into_iter().filter_map(|assignment| {
            let since = assignment.until?;
            let step = SweepStep::EndAssignment(Box::new(assignment.key()));
            Some(Due { step, since })
        }));
    let inside = directory.operators().filter_map(|one| {
        let since = one.break_glass_until.filter(|until| *until <= now)?;
        let step = SweepStep::LeaveBusiness(one.person.clone());
        Some(Due { step, since })
    });
    calendar.due.extend(inside);
    calendar
        .due
        .sort_by(|one, other| (one.since, &one.step).cmp(&(other.since, &other.step)));
    calendar
}

impl Calendar {
    fn look_at(&mut self, directory: &Directory, renewal: &Renewal, now: Timestamp) {
        let Some(Fact::Token(token)) = directory.fact(&Key::Token(renewal.token.clone())) else {
            return;
        };
        let Some(expires) = token.expires.filter(|_| token.ended.is_none()) else {
            return;
        };
        let rules = directory.rulebook().rules(0);
        let why = if expires <= now {
            let step = SweepStep::Forget(token.id.clone());
            self.due.push(Due {
                step,
                since: expires,
            });
            Some(format!(
                "it expired at {expires} and was not renewed in time: issue a new one"
            ))
        } else if directory.grant(&token.grant).is_none() {
            Some("its consent is gone".to_owned())
        } else {
            refreshable(rules, &token).err().map(|why| why.to_string())
        };
        if let Some(why) = why {
            let token = token.id;
            self.not_done.push(NotDone { token, why });
            return;
        }
        let ahead = SignedDuration::from_hours(24 * i64::from(renewal.days_before));
        let since = expires.checked_sub(ahead).unwrap_or(Timestamp::MIN);
        if since <= now {
            let step = SweepStep::Renew(token.id);
            self.due.push(Due { step, since });
        }
    }
}

/// Returns the step that an app's checkup takes, if it takes one.
fn checkup(directory: &Directory, app: &App, rule: CheckupRule, now: Timestamp) -> Option<Due> {
    let after = |start: Timestamp, days: u32| {
        start
            .checked_add(SignedDuration::from_hours(24 * i64::from(days)))
            .unwrap_or(Timestamp::MAX)
    };
    let due = match app.checkup {
        Checkup::None | Checkup::Done => {
            let last = app.checkup_since.unwrap_or(app.created);
            Due {
                step: SweepStep::CheckupDue(app.id.clone()),
                since: after(last, rule.every_days),
            }
        }
        // One that is due since nobody knows when is due since it was first looked at: never here.
        Checkup::Due => Due {
            step: SweepStep::CheckupMissed(app.id.clone()),
            since: after(app.checkup_since?, rule.answer_within_days),
        },
        Checkup::Missed => return None,
    };
    let asked = app.mode == AppMode::Live && has_advanced(directory, app);
    (due.since <= now && asked).then_some(due)
}

/// Has the app Advanced Access to anything?
fn has_advanced(directory: &Directory, app: &App) -> bool {
    let mut facts = directory.facts_of_app(&app.id).into_iter();
    facts.any(|fact| {
        matches!(fact, Fact::AppPermission(one) if one.level == Level::Advanced && !one.removed)
    })
}

/// Returns what a step changes: nothing if it is no longer due.
///
/// `digest` is that of the new secret, for a renewal.
#[must_use]
pub fn sweep_step(
    directory: &Directory,
    due: &Due,
    digest: Option<Digest>,
    now: Timestamp,
) -> Vec<Change> {
    if !calendar_of(directory, due, now) {
        return Vec::new();
    }
    match &due.step {
        SweepStep::Renew(token) => digest
            .and_then(|digest| renew(directory, token, &due.id(), digest, now))
            .unwrap_or_default(),
        SweepStep::Forget(token) => vec![Change::End(Key::Renewal(token.clone()))],
        SweepStep::CheckupDue(app) => stands(directory, app, Checkup::Due, now),
        SweepStep::CheckupMissed(app) => stands(directory, app, Checkup::Missed, now),
        SweepStep::EndAssignment(key) => vec![Change::End(Key::Assignment((**key).clone()))],
        SweepStep::LeaveBusiness(person) => glass_over(directory, person),
    }
}

/// Is this very step due? Looked at alone, so that many steps stay cheap.
fn calendar_of(directory: &Directory, due: &Due, now: Timestamp) -> bool {
    match &due.step {
        SweepStep::Renew(token) | SweepStep::Forget(token) => {
            let Some(Fact::Renewal(renewal)) = directory.fact(&Key::Renewal(token.clone())) else {
                return false;
            };
            let mut calendar = Calendar::default();
            calendar.look_at(directory, &renewal, now);
            calendar.due.contains(due)
        }
        SweepStep::CheckupDue(app) | SweepStep::CheckupMissed(app) => {
            let rule = directory.rulebook().rules(0).checkup;
            match (directory.fact(&Key::App(app.clone())), rule) {
                (Some(Fact::App(app)), Some(rule)) => {
                    checkup(directory, &app, rule, now).as_ref() == Some(due)
                }
                _ => false,
            }
        }
        SweepStep::LeaveBusiness(person) => {
            let there = directory.fact(&Key::Operator(person.clone()));
            matches!(there, Some(Fact::Operator(one)) if one.break_glass_until == Some(due.since))
        }
        SweepStep::EndAssignment(key) => {
            let there = directory.fact(&Key::Assignment((**key).clone()));
            matches!(there, Some(Fact::Assignment(one)) if one.until == Some(due.since))
        }
    }
}

fn stands(directory: &Directory, app: &AppId, checkup: Checkup, now: Timestamp) -> Vec<Change> {
    match directory.fact(&Key::App(app.clone())) {
        Some(Fact::App(app)) => vec![Change::Set(
            App {
                checkup,
                checkup_since: Some(now),
                ..app
            }
            .into(),
        )],
        _ => Vec::new(),
    }
}

/// Returns the id of the token that a renewal makes.
#[must_use]
pub fn renewed_id(due: &Due) -> Option<TokenId> {
    derived_id("t", &due.id(), 0).ok()
}

fn renew(
    directory: &Directory,
    token: &TokenId,
    id: &str,
    digest: Digest,
    now: Timestamp,
) -> Option<Vec<Change>> {
    let Some(Fact::Token(old)) = directory.fact(&Key::Token(token.clone())) else {
        return None;
    };
    let Some(Fact::Renewal(renewal)) = directory.fact(&Key::Renewal(token.clone())) else {
        return None;
    };
    let kind = refreshable(directory.rulebook().rules(0), &old).ok()?;
    let new = renewed(&old, kind, derived_id("t", id, 0).ok()?, digest, now);
    let mut changes = vec![
        Change::End(Key::Renewal(token.clone())),
        Change::Set(
            Renewal {
                token: new.id.clone(),
                ..renewal
            }
            .into(),
        ),
    ];
    // The old one lives on, whatever the rulebook says of a refresh: nobody holds the new one yet.
    // It ends by itself soon enough.
    changes.push(Change::Set(Fact::Token(new)));
    Some(changes)
}
