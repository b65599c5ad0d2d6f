//! The days that a report is asked for. Source: platform docs, insights: `date_preset`, `time_range`.
//!
//! A figure that was fed has no days, only the moment at which it was true. So a report says the last
//! one of each, dated by its day; and if that day is not among those that are asked for, nothing. Days
//! are days of UTC.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::Value;

use crate::error::GraphError;

const PRESETS: [&str; 21] = [
    "today",
    "yesterday",
    "this_month",
    "last_month",
    "this_quarter",
    "maximum",
    "data_maximum",
    "last_3d",
    "last_7d",
    "last_14d",
    "last_28d",
    "last_30d",
    "last_90d",
    "last_week_mon_sun",
    "last_week_sun_sat",
    "last_quarter",
    "last_year",
    "this_week_mon_today",
    "this_week_sun_today",
    "this_year",
    "lifetime",
];

/// The days that a report is asked for, the first and the last among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    since: Date,
    until: Date,
}

/// Returns the day of a moment.
#[must_use]
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl Days {
    /// Returns which days are asked for; all, if nothing is said. A range stands over a preset.
    ///
    /// Errors: the preset is none of the platform's, or the range is no two days in their order.
    pub fn read(said: &Value, now: Timestamp) -> Result<Self, GraphError> {
        let all = Self {
            since: Date::MIN,
            until: Date::MAX,
        };
        if let Some(range) = said.get("time_range") {
            return Self::range(range);
        }
        match said.get("date_preset") {
            None => Ok(all),
            Some(Value::String(name)) => Self::preset(name, day_of(now), all),
            Some(other) => Err(GraphError::not_one_of(
                "date_preset",
                &PRESETS,
                &other.to_string(),
            )),
        }
    }

    fn range(range: &Value) -> Result<Self, GraphError> {
        let day = |name: &str| {
            let text = range.get(name).and_then(Value::as_str)?;
            text.parse::<Date>().ok().filter(|_| text.len() == 10)
        };
        match (day("since"), day("until")) {
            (Some(since), Some(until)) if since <= until => Ok(Self { since, until }),
            _ => {
                let message =
                    "Param time_range must be {'since':'YYYY-MM-DD','until':'YYYY-MM-DD'}";
                Err(GraphError::invalid(message).blaming("time_range"))
            }
        }
    }

    fn preset(name: &str, today: Date, all: Self) -> Result<Self, GraphError> {
        let ago = |days: i32| today.saturating_sub(Span::new().days(days));
        let yesterday = ago(1);
        let month = |date: Date| date.first_of_month();
        let quarter = |date: Date| {
            let into = (date.month() - 1) % 3;
            month(date).saturating_sub(Span::new().months(into))
        };
        let before = |date: Date| date.saturating_sub(Span::new().days(1));
        let since_last = |first: Weekday| ago(i32::from(today.weekday().since(first)));
        let week_before = |first: Weekday| {
            let until = before(since_last(first));
            (until.saturating_sub(Span::new().days(6)), until)
        };
        let (since, until) = match name {
            "today" => (today, today),
            "yesterday" => (yesterday, yesterday),
            "last_3d" => (ago(3), yesterday),
            "last_7d" => (ago(7), yesterday),
            "last_14d" => (ago(14), yesterday),
            "last_28d" => (ago(28), yesterday),
            "last_30d" => (ago(30), yesterday),
            "last_90d" => (ago(90), yesterday),
            "this_month" => (month(today), today),
            "this_quarter" => (quarter(today), today),
            "this_year" => (today.first_of_year(), today),
            "last_month" => (month(before(month(today))), before(month(today))),
            "last_quarter" => (quarter(before(quarter(today))), before(quarter(today))),
            "last_year" => {
                let until = before(today.first_of_year());
                (until.first_of_year(), until)
            }
            "this_week_mon_today" => (since_last(Weekday::Monday), today),
            "this_week_sun_today" => (since_last(Weekday::Sunday), today),
            "last_week_mon_sun" => week_before(Weekday::Monday),
            "last_week_sun_sat" => week_before(Weekday::Sunday),
            "maximum" | "data_maximum" | "lifetime" => (all.since, all.until),
            other => return Err(GraphError::not_one_of("date_preset", &PRESETS, other)),
        };
        Ok(Self { since, until })
    }

    /// Is a day among them?
    #[must_use]
    pub fn has(self, day: Date) -> bool {
        (self.since..=self.until).contains(&day)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Days, PRESETS};

    fn read(said: &Value) -> String {
        // A Thursday.
        let now = "2026-05-14T09:30:00Z".parse().unwrap();
        match Days::read(said, now) {
            Ok(days) => format!("{}..{}", days.since, days.until),
            Err(error) => error.message.to_string(),
        }
    }

    #[test]
    fn presets_are_counted_from_today() {
        for (preset, days) in [
            ("today", "2026-05-14..2026-05-14"),
            ("yesterday", "2026-05-13..2026-05-13"),
            ("last_3d", "2026-05-11..2026-05-13"),
            ("last_7d", "2026-05-07..2026-05-13"),
            ("this_month", "2026-05-01..2026-05-14"),
            ("last_month", "2026-04-01..2026-04-30"),
            ("this_quarter", "2026-04-01..2026-05-14"),
            ("last_quarter", "2026-01-01..2026-03-31"),
            ("this_year", "2026-01-01..2026-05-14"),
            ("last_year", "2025-01-01..2025-12-31"),
            ("this_week_mon_today", "2026-05-11..2026-05-14"),
            ("this_week_sun_today", "2026-05-10..2026-05-14"),
            ("last_week_mon_sun", "2026-05-04..2026-05-10"),
            ("last_week_sun_sat", "2026-05-03..2026-05-09"),
        ] {
            assert_eq!(read(&json!({ "date_preset": preset })), days, "{preset}");
        }
        for preset in PRESETS {
            assert!(
                read(&json!({ "date_preset": preset })).contains(".."),
                "{preset}"
            );
        }
        let all = read(&json!({}));
        assert_eq!(read(&json!({ "date_preset": "maximum" })), all);
    }

    #[test]
    fn a_range_is_two_days_in_their_order() {
        let range = |since: &str, until: &str| {
            let range = json!({ "since": since, "until": until });
            read(&json!({ "time_range": range, "date_preset": "today" }))
        };
        assert_eq!(range("2026-01-05", "2026-01-05"), "2026-01-05..2026-01-05");
        for (since, until) in [
            ("2026-01-05", "2026-01-04"),
            ("2026-02-30", "2026-03-01"),
            ("yesterday", "2026-03-01"),
            ("2026-01-05T00:00", "2026-03-01"),
        ] {
            assert!(range(since, until).contains("time_range"), "{since}");
        }
        for said in [
            json!({ "time_range": "2026-01-05" }),
            json!({ "time_range": { "since": "2026-01-05" } }),
            json!({ "date_preset": "last_tuesday" }),
            json!({ "date_preset": 7 }),
        ] {
            assert!(!read(&said).contains(".."), "{said}");
        }
    }
}
