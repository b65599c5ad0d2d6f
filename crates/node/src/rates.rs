//! How fast apps call: points, counted for each app and each thing its calls are about. Evidence for
//! decisions, never entries.
//!
//! It is held in memory, by each process for itself: one that begins again has counted nothing. What
//! a call costs and how many points are too many is the rulebook's.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use ledger::Realm;
use rulebook::RateTier;

/// The most meters there are at once; beyond that, those that stood still for longest go.
const MOST: usize = 100_000;

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    realm: Realm,
    app: String,
    /// What the calls are about; nothing for all calls of the app.
    on: Option<String>,
}

/// Points of one app on one thing.
#[derive(Debug, Clone, Copy, Default)]
struct Meter {
    /// In thousandths.
    points: u64,
    at_ms: i64,
    blocked_until_ms: Option<i64>,
}

/// How much is used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Of what there may be, in hundredths of a percent; at most 10,000.
    pub basis_points: u32,
    /// Seconds until nothing is used up any more.
    pub reset_s: u32,
    /// Seconds until calls are answered again; 0 unless they are refused now.
    pub regain_s: u32,
}

impl Used {
    /// Is it used up?
    #[must_use]
    pub const fn is_exceeded(&self) -> bool {
        self.regain_s > 0
    }
}

/// The meters of a process.
#[derive(Debug, Default)]
pub struct RateBoard {
    meters: Mutex<BTreeMap<Key, Meter>>,
}

impl RateBoard {
    /// Counts a call of an app on a thing. One that comes while calls are refused costs nothing.
    pub fn count(
        &self,
        (realm, app, on): (&Realm, &str, &str),
        points: u32,
        tier: &RateTier,
        now: Timestamp,
    ) -> Used {
        self.with(Some(on), realm, app, |meter| {
            meter.count(points, tier, now, true)
        })
    }

    /// Counts a call of an app, whatever it is about. Nothing is refused for it.
    pub fn count_app(
        &self,
        (realm, app): (&Realm, &str),
        points: u32,
        tier: &RateTier,
        now: Timestamp,
    ) -> Used {
        self.with(None, realm, app, |meter| {
            meter.count(points, tier, now, false)
        })
    }

    fn with(
        &self,
        on: Option<&str>,
        realm: &Realm,
        app: &str,
        count: impl FnOnce(&mut Meter) -> Used,
    ) -> Used {
        let key = Key {
            realm: realm.clone(),
            app: app.to_owned(),
            on: on.map(str::to_owned),
        };
        let mut meters = self.meters.lock().unwrap_or_else(PoisonError::into_inner);
        if meters.len() >= MOST && !meters.contains_key(&key) {
            forget_older_half(&mut meters);
        }
        count(meters.entry(key).or_default())
    }
}

fn forget_older_half(meters: &mut BTreeMap<Key, Meter>) {
    let mut times: Vec<i64> = meters.values().map(|meter| meter.at_ms).collect();
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied().unwrap_or(i64::MAX);
    meters.retain(|_, meter| meter.at_ms > middle);
}

impl Meter {
    /// What was counted leaks away evenly: a full meter is empty after the time of decay.
    fn count(&mut self, points: u32, tier: &RateTier, now: Timestamp, blocks: bool) -> Used {
        let now = now.as_millisecond();
        let full = u64::from(tier.most) * 1_000;
        // What leaks away in a millisecond, in thousandths of a point: full / decay in milliseconds.
        let decay_ms = u64::from(tier.decay_s).max(1) * 1_000;
        let elapsed = u64::try_from(now - self.at_ms).unwrap_or(0).min(decay_ms);
        self.points = self.points.saturating_sub(full * elapsed / decay_ms);
        self.at_ms = now;
        self.blocked_until_ms = self.blocked_until_ms.filter(|end| *end > now);
        if self.blocked_until_ms.is_none() {
            let more = self.points + u64::from(points) * 1_000;
            if more > full && blocks {
                self.blocked_until_ms = Some(now + i64::from(tier.block_s) * 1_000);
                self.points = full;
            } else {
                self.points = more.min(full);
            }
        }
        let left = self.blocked_until_ms.map_or(0, |end| seconds(end - now));
        let share = match self.blocked_until_ms {
            Some(_) => 10_000,
            None => self.points * 10_000 / full.max(1),
        };
        let empty_in = self.points * decay_ms / full.max(1);
        Used {
            basis_points: u32::try_from(share).unwrap_or(10_000),
            reset_s: seconds(i64::try_from(empty_in).unwrap_or(i64::MAX)),
            regain_s: left,
        }
    }
}

/// Whole seconds, rounded up.
fn seconds(ms: i64) -> u32 {
    u32::try_from(ms.max(0).div_euclid(1_000) + i64::from(ms.rem_euclid(1_000) > 0))
        .unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use ledger::Realm;
    use rulebook::RateTier;

    use super::{MOST, RateBoard, Used};

    const LIMITED: RateTier = RateTier {
        most: 60,
        decay_s: 300,
        block_s: 300,
    };

    struct Clock {
        board: RateBoard,
        realm: Realm,
        now: Timestamp,
    }

    impl Clock {
        fn new() -> Self {
            Self {
                board: RateBoard::default(),
                realm: Realm::parse("graph").unwrap(),
                now: "2026-05-03T12:00:00Z".parse().unwrap(),
            }
        }

        fn call(&self, app: &str, on: &str, points: u32) -> Used {
            let of = (&self.realm, app, on);
            self.board.count(of, points, &LIMITED, self.now)
        }

        fn wait(&mut self, seconds: i64) {
            self.now += SignedDuration::from_secs(seconds);
        }
    }

    #[test]
    fn sixty_reads_are_within_and_the_next_is_refused_until_the_block_is_over() {
        let mut clock = Clock::new();
        for call in 1..=60 {
            let used = clock.call("7001", "act_1", 1);
            assert!(!used.is_exceeded(), "{call}");
            assert_eq!(used.basis_points, call * 10_000 / 60);
            assert_eq!(used.reset_s, call * 5);
        }
        let used = clock.call("7001", "act_1", 1);
        assert_eq!((used.basis_points, used.regain_s), (10_000, 300));
        // Another account, and another app, are other meters.
        assert!(!clock.call("7001", "act_2", 1).is_exceeded());
        assert!(!clock.call("7002", "act_1", 1).is_exceeded());
        clock.wait(299);
        // Who goes on calling does not lengthen it.
        assert_eq!(clock.call("7001", "act_1", 3).regain_s, 1);
        clock.wait(1);
        let used = clock.call("7001", "act_1", 1);
        assert!(!used.is_exceeded());
        assert_eq!(used.basis_points, 10_000 / 60);
    }

    #[test]
    fn what_was_counted_leaks_away() {
        let mut clock = Clock::new();
        for _ in 0..20 {
            clock.call("7001", "act_1", 3);
        }
        clock.wait(150);
        let used = clock.call("7001", "act_1", 0);
        assert_eq!((used.basis_points, used.reset_s), (5_000, 150));
        clock.wait(1_000_000);
        assert_eq!(clock.call("7001", "act_1", 0), Used::default());
        // A clock that goes back changes nothing.
        clock.call("7001", "act_1", 30);
        clock.wait(-50);
        assert_eq!(clock.call("7001", "act_1", 0).basis_points, 5_000);
    }

    #[test]
    fn an_apps_own_meter_refuses_nothing() {
        let clock = Clock::new();
        let mut used = Used::default();
        for _ in 0..1_000 {
            let of = (&clock.realm, "7001");
            used = clock.board.count_app(of, 3, &LIMITED, clock.now);
        }
        assert_eq!((used.basis_points, used.is_exceeded()), (10_000, false));
    }

    #[test]
    fn however_many_accounts_are_named_the_meters_are_bounded() {
        let mut clock = Clock::new();
        for one in 0..MOST + 10 {
            if one % 1_000 == 0 {
                clock.wait(1);
            }
            clock.call("7001", &format!("act_{one}"), 1);
        }
        let meters = clock.board.meters.lock().unwrap().len();
        assert!(meters <= MOST && meters > MOST / 3, "{meters}");
    }
}
