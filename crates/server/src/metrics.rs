//! What is counted.

use std::fmt;
use std::sync::atomic::AtomicU64;

use engine::Decision;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// The counts of one process.
pub(crate) struct Metrics {
    registry: Registry,
    decisions: Family<Outcome, Counter>,
    reasons: Family<ReasonLabel, Counter>,
    requests: Family<RequestLabel, Counter>,
    seconds: Histogram,
    position: Gauge<u64, AtomicU64>,
    swept: Counter,
    not_swept: Gauge<u64, AtomicU64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    decision: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabel {
    reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabel {
    route: String,
    status: u16,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("countersign");
        let metrics = Self {
            decisions: Family::default(),
            reasons: Family::default(),
            requests: Family::default(),
            seconds: Histogram::new(exponential_buckets(0.000_1, 4.0, 9)),
            position: Gauge::default(),
            swept: Counter::default(),
            not_swept: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register(
            "decisions",
            "Decisions by outcome",
            metrics.decisions.clone(),
        );
        registry.register("denials", "Reasons of denials", metrics.reasons.clone());
        registry.register(
            "requests",
            "HTTP requests by route and status",
            metrics.requests.clone(),
        );
        registry.register(
            "request_seconds",
            "Time of HTTP requests",
            metrics.seconds.clone(),
        );
        registry.register(
            "log_position",
            "The last entry in the published state",
            metrics.position.clone(),
        );
        registry.register(
            "sweep_steps",
            "Steps that sweeps have done",
            metrics.swept.clone(),
        );
        registry.register(
            "sweep_not_done",
            "What the last sweep should have done and could not",
            metrics.not_swept.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }
}

impl Metrics {
    pub(crate) fn decided(&self, decision: &Decision) {
        let outcome = if decision.is_allowed() {
            "allow"
        } else {
            "deny"
        };
        self.decisions
            .get_or_create(&Outcome {
                decision: outcome.to_owned(),
            })
            .inc();
        for reason in decision.reasons.iter() {
            self.reasons
                .get_or_create(&ReasonLabel {
                    reason: reason.code().to_owned(),
                })
                .inc();
        }
    }

    pub(crate) fn requested(&self, route: &str, status: u16, seconds: f64) {
        self.requests
            .get_or_create(&RequestLabel {
                route: route.to_owned(),
                status,
            })
            .inc();
        self.seconds.observe(seconds);
    }

    pub(crate) fn swept(&self, done: usize, not_done: usize) {
        self.swept.inc_by(u64::try_from(done).unwrap_or(u64::MAX));
        self.not_swept
            .set(u64::try_from(not_done).unwrap_or(u64::MAX));
    }

    pub(crate) fn log_position(&self, position: u64) {
        self.position.set(position);
    }

    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
