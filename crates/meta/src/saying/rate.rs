//! What is said of too many calls.

use rulebook::Reason;

use super::cause::{RATE_LIMITED, because};
use super::{
    Saying,
    When::{Always, OnAccount, OnAudiences, OnInsights},
};

const TOO_MANY: &str = "There have been too many calls to this ad-account. Wait a bit and try again. For more info, \
    please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting";

const BURST: super::Cause = because(
    Reason::RateLimited,
    "Too many changes at once, or of one budget within an hour.",
    "put a pause between changes; gather several into one",
);

pub(super) const ROWS: &[Saying] = &[
    Saying::new(400, 80000, TOO_MANY)
        .sub(2_446_079)
        .transient()
        .sends(&[(Reason::RateLimited, OnInsights)])
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 80003, TOO_MANY)
        .sub(2_446_079)
        .transient()
        .sends(&[(Reason::RateLimited, OnAudiences)])
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 80004, TOO_MANY)
        .sub(2_446_079)
        .transient()
        .sends(&[(Reason::RateLimited, OnAccount)])
        .causes(&[RATE_LIMITED]),
    Saying::new(403, 4, "Application request limit reached")
        .transient()
        .sends(&[(Reason::RateLimited, Always)])
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 17, "User request limit reached")
        .sub(2_446_079)
        .transient()
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 17, "User request limit reached")
        .transient()
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 32, "Page request limit reached")
        .transient()
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 341, "Application limit reached")
        .transient()
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 613, "exceeded the rate limit")
        .transient()
        .causes(&[RATE_LIMITED, BURST]),
    Saying::new(400, 613, "too many")
        .sub(5_044_001)
        .transient()
        .causes(&[BURST]),
    Saying::new(400, 613, "too many")
        .sub(1_487_632)
        .transient()
        .causes(&[BURST]),
    Saying::new(400, 80001, "too many calls")
        .transient()
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 80002, "too many calls")
        .transient()
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 80005, "too many calls")
        .transient()
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 80006, "too many calls")
        .transient()
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 80008, "too many calls")
        .transient()
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 80009, "too many calls")
        .transient()
        .causes(&[RATE_LIMITED]),
    Saying::new(400, 80014, "too many calls")
        .transient()
        .causes(&[RATE_LIMITED]),
];
