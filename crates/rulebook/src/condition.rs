//! Simple conditions on properties: equal, one of, at most, within hours of a named zone.

use crate::document::{PropertyOf, Scalar};

/// A condition on one property.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Whose property.
    pub of: PropertyOf,
    /// Its name.
    pub property: String,
    /// What must hold.
    pub test: Test,
}

/// What must hold of a value.
#[derive(Debug, Clone)]
pub enum Test {
    /// It is one of these.
    OneOf(Vec<Scalar>),
    /// It is a number, at most this.
    AtMost(i64),
    /// The hour now, in this zone, lies in `from..to`.
    WithinHours {
        /// First hour.
        from: u8,
        /// The hour it is over.
        to: u8,
        /// The zone.
        zone: jiff::tz::TimeZone,
    },
}

impl Test {
    /// Does it hold for the property's value (absent: never) at `now`?
    ///
    /// `WithinHours` looks at `now` only.
    #[must_use]
    pub fn holds(&self, value: Option<&Scalar>, now: jiff::Timestamp) -> bool {
        match (self, value) {
            (Self::OneOf(values), Some(value)) => values.contains(value),
            (Self::AtMost(most), Some(Scalar::Number(number))) => number <= most,
            (Self::WithinHours { from, to, zone }, _) => {
                let hour = u8::try_from(now.to_zoned(zone.clone()).hour()).unwrap_or(0);
                if from <= to {
                    (*from..*to).contains(&hour)
                } else {
                    hour >= *from || hour < *to
                }
            }
            _ => false,
        }
    }
}
