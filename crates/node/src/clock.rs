//! What time it is. The one place that asks the machine.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use ledger::LogClock;

/// Somebody who knows what time it is.
pub trait Clock: Send + Sync {
    /// Returns the time. It may go backwards, as machines' clocks do; the log does not.
    fn now(&self) -> Timestamp;

    /// Returns whether times of this clock can be trusted. A log that ever ran with another says so
    /// for ever.
    fn kind(&self) -> LogClock;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealClock;

impl Clock for RealClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the machine"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn kind(&self) -> LogClock {
        LogClock::Real
    }
}

/// A clock that stands still until it is set: for tests, ours and those of integrators.
#[derive(Debug)]
pub struct SetClock {
    now: Mutex<Timestamp>,
}

impl SetClock {
    /// Returns a clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            now: Mutex::new(now),
        }
    }

    /// Sets the clock, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves the clock on by `by`; it stays where it is when that is beyond the end of time.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(by).unwrap_or(*now);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kind(&self) -> LogClock {
        LogClock::Test
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use ledger::LogClock;

    use super::{Clock as _, RealClock, SetClock};

    #[test]
    fn a_set_clock_stands_until_it_is_moved() {
        let noon: Timestamp = "2026-05-03T12:00:00Z".parse().unwrap();
        let clock = SetClock::at(noon);
        assert_eq!((clock.now(), clock.kind()), (noon, LogClock::Test));
        clock.advance(SignedDuration::from_hours(2));
        assert_eq!(clock.now().to_string(), "2026-05-03T14:00:00Z");
        clock.set(noon);
        clock.advance(SignedDuration::MAX);
        assert_eq!(clock.now(), noon);
        assert_eq!(RealClock.kind(), LogClock::Real);
    }
}
