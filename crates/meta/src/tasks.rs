//! Tasks as the wire names them, and the terms of the rulebook behind them.
//!
//! A task is a capability in capital letters. Source: platform docs, tasks of assigned users and of
//! partners; the combinations are the documented ones.

use std::collections::BTreeSet;

use engine::fact::Terms;
use rulebook::Rules;

use crate::error::GraphError;

/// What the wire knows of the tasks of a kind of asset.
struct Vocabulary {
    /// The kind in the rulebook.
    kind: &'static str,
    /// The tasks, as errors list them.
    tasks: &'static [&'static str],
    /// Whole combinations and the roles they are; the first that is contained counts.
    combinations: &'static [(&'static [&'static str], &'static str)],
    /// Does a task bring what stands below it? Otherwise only whole combinations are taken.
    ladder: bool,
    /// What may come on top of a combination.
    besides: &'static [&'static str],
}

const VOCABULARIES: &[Vocabulary] = &[
    Vocabulary {
        kind: "ad_account",
        tasks: &["MANAGE", "ADVERTISE", "ANALYZE", "DRAFT", "AA_ANALYZE"],
        combinations: &[
            (&["MANAGE", "ADVERTISE", "ANALYZE"], "admin"),
            (&["ADVERTISE", "ANALYZE"], "advertiser"),
            (&["ANALYZE"], "analyst"),
            (&["DRAFT"], "drafter"),
            (&["AA_ANALYZE"], "analytics_viewer"),
        ],
        ladder: false,
        besides: &["DRAFT", "AA_ANALYZE"],
    },
    Vocabulary {
        kind: "page",
        tasks: &[
            "MANAGE",
            "CREATE_CONTENT",
            "MODERATE",
            "MESSAGING",
            "MANAGE_LEADS",
            "ADVERTISE",
            "ANALYZE",
        ],
        combinations: &[
            (&["MANAGE"], "admin"),
            (&["CREATE_CONTENT"], "editor"),
            (&["MODERATE"], "moderator"),
            (&["ADVERTISE"], "advertiser"),
            (&["ANALYZE"], "analyst"),
        ],
        ladder: true,
        besides: &[],
    },
    Vocabulary {
        kind: "pixel",
        tasks: &["EDIT", "UPLOAD", "ADVERTISE", "ANALYZE"],
        combinations: &[
            (&["EDIT"], "admin"),
            (&["ADVERTISE", "UPLOAD"], "advertiser"),
            (&["UPLOAD"], "uploader"),
            (&["ADVERTISE"], "advertiser"),
            (&["ANALYZE"], "analyst"),
        ],
        ladder: true,
        besides: &[],
    },
    Vocabulary {
        kind: "catalog",
        tasks: &["MANAGE", "ADVERTISE"],
        combinations: &[(&["MANAGE"], "admin"), (&["ADVERTISE"], "advertiser")],
        ladder: true,
        besides: &[],
    },
    Vocabulary {
        kind: "instagram_account",
        tasks: &[
            "ADVERTISE",
            "ANALYZE",
            "COMMUNITY_ACTIVITY",
            "CONTENT",
            "MESSAGES",
        ],
        combinations: &[(&["CONTENT"], "editor"), (&["ANALYZE"], "analyst")],
        ladder: true,
        besides: &[],
    },
    Vocabulary {
        kind: "offline_event_set",
        tasks: &["MANAGE", "UPLOAD", "VIEW"],
        combinations: &[
            (&["MANAGE"], "admin"),
            (&["UPLOAD"], "uploader"),
            (&["VIEW"], "viewer"),
        ],
        ladder: true,
        besides: &[],
    },
];

fn vocabulary(kind: &str) -> Option<&'static Vocabulary> {
    VOCABULARIES.iter().find(|known| known.kind == kind)
}

/// Returns the terms that tasks stand for on a kind of asset.
///
/// Errors: a task that the kind does not have; a combination that no role is; none at all.
pub fn terms(kind: &str, given: &[String], name: &str) -> Result<Terms, GraphError> {
    let Some(vocabulary) = vocabulary(kind) else {
        return Err(GraphError::invalid("Assets of this kind have no tasks"));
    };
    let mut tasks = BTreeSet::new();
    for (index, task) in given.iter().enumerate() {
        let upper = task.to_ascii_uppercase();
        let plain = upper.strip_prefix("PROFILE_PLUS_").unwrap_or(&upper);
        let plain = if plain == "FULL_CONTROL" {
            "MANAGE"
        } else {
            plain
        };
        let known = vocabulary.tasks.iter().find(|known| **known == plain);
        let known = known.ok_or_else(|| {
            GraphError::not_one_of(&format!("{name}[{index}]"), vocabulary.tasks, task)
        })?;
        tasks.insert(*known);
    }
    if tasks.is_empty() {
        return Err(GraphError::missing(name));
    }
    let whole = vocabulary
        .combinations
        .iter()
        .find(|(combination, _)| combination.iter().all(|task| tasks.contains(task)));
    let Some((combination, role)) = whole else {
        return if vocabulary.ladder {
            Ok(of(kind, tasks.iter().map(|task| task.to_ascii_lowercase())))
        } else {
            Err(unsupported())
        };
    };
    let rest = tasks.iter().filter(|task| !combination.contains(task));
    let rest: Vec<&str> = rest.copied().collect();
    if !vocabulary.ladder && !rest.iter().all(|task| vocabulary.besides.contains(task)) {
        return Err(unsupported());
    }
    let rest = rest.iter().map(|task| task.to_ascii_lowercase());
    Ok(of(kind, std::iter::once((*role).to_owned()).chain(rest)))
}

fn of(kind: &str, terms: impl Iterator<Item = String>) -> Terms {
    Terms([(kind.to_owned(), terms.collect())].into())
}

fn unsupported() -> GraphError {
    let message = "This Task Combination Is Not Supported: you should pass in a combination of tasks defined in the mapping";
    GraphError::invalid(message).sub(1_752_129).blaming("tasks")
}

/// Returns the tasks that terms stand for on a kind of asset, in the order of the wire.
#[must_use]
pub fn tasks(rules: &Rules, kind: &str, terms: &Terms) -> Vec<&'static str> {
    let (Some(vocabulary), Some(known)) = (vocabulary(kind), rules.kind_named(kind)) else {
        return Vec::new();
    };
    let names = terms.0.get(kind).map(Vec::as_slice).unwrap_or_default();
    let held = known.terms(names.iter().map(String::as_str));
    let has = |task: &&str| {
        let wanted = known.term(&task.to_ascii_lowercase());
        wanted.is_some_and(|wanted| held.meets(wanted))
    };
    vocabulary.tasks.iter().copied().filter(has).collect()
}

/// Returns the tasks that capabilities are on a kind of asset, in the order of the wire.
#[must_use]
pub fn of_capabilities(kind: &str, can: &BTreeSet<String>) -> Vec<&'static str> {
    let tasks = vocabulary(kind).map_or(&[][..], |vocabulary| vocabulary.tasks);
    let has = |task: &&str| can.contains(&task.to_ascii_lowercase());
    tasks.iter().copied().filter(has).collect()
}

#[cfg(test)]
mod tests {
    use super::terms;

    fn read(kind: &str, tasks: &str) -> String {
        let tasks: Vec<String> = tasks.split_whitespace().map(str::to_owned).collect();
        match terms(kind, &tasks, "tasks") {
            Ok(terms) => terms.0[kind].join(" "),
            Err(error) => format!("{} {:?}", error.code, error.subcode),
        }
    }

    #[test]
    fn combinations_are_roles() {
        for (kind, tasks, expected) in [
            ("ad_account", "MANAGE ADVERTISE ANALYZE", "admin"),
            ("ad_account", "ANALYZE ADVERTISE", "advertiser"),
            ("ad_account", "ANALYZE", "analyst"),
            ("ad_account", "ANALYZE DRAFT", "analyst draft"),
            ("ad_account", "MANAGE", "100 Some(1752129)"),
            ("ad_account", "ADVERTISE", "100 Some(1752129)"),
            ("ad_account", "MANAGE ANALYZE", "100 Some(1752129)"),
            ("ad_account", "READ", "100 None"),
            ("ad_account", "", "100 None"),
            ("page", "MANAGE", "admin"),
            ("page", "PROFILE_PLUS_FULL_CONTROL", "admin"),
            ("page", "MESSAGING", "messaging"),
            (
                "page",
                "MODERATE ADVERTISE ANALYZE",
                "moderator advertise analyze",
            ),
            ("pixel", "ADVERTISE UPLOAD", "advertiser"),
            ("catalog", "MANAGE ADVERTISE", "admin advertise"),
            ("realm", "MANAGE", "100 None"),
        ] {
            assert_eq!(read(kind, tasks), expected, "{kind}: {tasks}");
        }
    }
}
