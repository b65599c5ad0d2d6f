//! A proposal in plain words.

use engine::fact::{Amounts, Proposal, ProposalState};

/// Currencies without minor units, and those with a thousand of them; the others have a hundred.
const WHOLE: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
    "XAF", "XOF", "XPF",
];
const THOUSANDTHS: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// `person:max through app:adpilot raised the daily budget of asset:act_52 from $100 to $115 under
/// mandate m-3`.
pub(crate) fn proposal(fact: &Proposal) -> String {
    let through = fact.app.as_ref();
    let through = through.map_or_else(String::new, |app| format!(" through app:{app}"));
    let who = format!("{}{through}", fact.by);
    let what = What::of(fact);
    let mandate = format!("under mandate {}", fact.mandate);
    let paused = if fact.starts_paused {
        ", which starts paused"
    } else {
        ""
    };
    match &fact.state {
        ProposalState::Pending => format!(
            "proposal {}: {who} proposes to {}{paused} {mandate}, until {}",
            fact.id, what.would, fact.until
        ),
        ProposalState::Approved { by, .. } => format!(
            "proposal {}: person:{by} approved that {who} may {}{paused} {mandate}, until {}",
            fact.id, what.would, fact.until
        ),
        ProposalState::Executed { approved_by, .. } => {
            let approved = approved_by.as_ref();
            let approved =
                approved.map_or_else(String::new, |by| format!(", approved by person:{by}"));
            format!("{who} {}{paused} {mandate}{approved}", what.did)
        }
    }
}

/// What is done, as something that would be and as something that was.
struct What {
    would: String,
    did: String,
}

impl What {
    fn of(fact: &Proposal) -> Self {
        let asset = format!("asset:{}", fact.asset);
        let amounts = fact
            .change
            .map(|change| amounts(change, fact.currency.as_deref()));
        let budget = fact.operation.contains("budget");
        let verbs = match fact.change.filter(|_| budget) {
            Some(change) if change.to > change.from => Some(("raise", "raised")),
            Some(_) => Some(("lower", "lowered")),
            None => None,
        };
        let tail = amounts.map_or_else(String::new, |amounts| format!(" {amounts}"));
        match verbs {
            Some((would, did)) => Self {
                would: format!("{would} the daily budget of {asset}{tail}"),
                did: format!("{did} the daily budget of {asset}{tail}"),
            },
            None => Self {
                would: format!("do {} on {asset}{tail}", fact.operation),
                did: format!("did {} on {asset}{tail}", fact.operation),
            },
        }
    }
}

fn amounts(change: Amounts, currency: Option<&str>) -> String {
    match currency {
        Some(code) => format!(
            "from {} to {}",
            money(change.from, code),
            money(change.to, code)
        ),
        None => format!("from {} to {} (minor units)", change.from, change.to),
    }
}

/// Returns an amount of minor units as people write it; the minor units only where there are some.
fn money(minor: u64, code: &str) -> String {
    let (unit, digits) = if WHOLE.contains(&code) {
        (1, 0)
    } else if THOUSANDTHS.contains(&code) {
        (1_000, 3)
    } else {
        (100, 2)
    };
    let (whole, rest) = (minor / unit, minor % unit);
    let number = if rest == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{rest:0digits$}")
    };
    match code {
        "USD" => format!("${number}"),
        "EUR" => format!("€{number}"),
        "GBP" => format!("£{number}"),
        _ => format!("{number} {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_its_currency_is() {
        let written = [
            (10_000, "USD", "$100"),
            (10_050, "USD", "$100.50"),
            (5, "EUR", "€0.05"),
            (1_200, "JPY", "1200 JPY"),
            (1_500, "KWD", "1.500 KWD"),
            (9_900, "CHF", "99 CHF"),
        ];
        for (minor, code, text) in written {
            assert_eq!(money(minor, code), text);
        }
    }

    fn fact(state: &str, rest: &str) -> Proposal {
        let text = format!(
            r#"{{"id":"p-1","mandate":"m-3","operation":"budget.raise","asset":"act_52",
            "by":"person:max","app":"adpilot","at":"2026-08-12T12:00:00Z",
            "until":"2026-08-13T12:00:00Z","state":{state}{rest}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn what_was_made_is_told_with_its_amounts() {
        let change = r#","change":{"from":10000,"to":11500},"currency":"USD""#;
        let made = r#"{"executed":{"approved_by":"lena","at":"2026-08-12T12:02:00Z"}}"#;
        assert_eq!(
            proposal(&fact(made, change)),
            "person:max through app:adpilot raised the daily budget of asset:act_52 from $100 to $115 under mandate m-3, approved by person:lena"
        );
        assert_eq!(
            proposal(&fact(r#""pending""#, change)),
            "proposal p-1: person:max through app:adpilot proposes to raise the daily budget of asset:act_52 from $100 to $115 under mandate m-3, until 2026-08-13T12:00:00Z"
        );
        let plain = r#","change":{"from":10000,"to":11500}"#;
        assert!(
            proposal(&fact(r#""pending""#, plain)).contains("from 10000 to 11500 (minor units)")
        );
    }
}
