//! Pages of an edge: cursors, links and summaries.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::params::Params;

/// How many items a page has unless it is asked for.
const USUAL: u64 = 25;
/// The most items a page has, however many are asked for.
const MOST: u64 = 500;

/// The part of a list that is asked for.
#[derive(Debug)]
pub struct Cut<'a, T> {
    /// The items.
    pub items: &'a [T],
    before: Option<String>,
    after: Option<String>,
    has_next: bool,
    has_previous: bool,
}

/// Cuts the page that is asked for out of a whole list in order. `key` is what cursors stand for.
///
/// Errors: `limit` is no number, or a cursor none of ours.
pub fn cut<'a, T>(
    all: &'a [T],
    params: &Params,
    key: impl Fn(&T) -> &str,
) -> Result<Cut<'a, T>, GraphError> {
    let limit = params.number("limit")?.unwrap_or(USUAL).clamp(1, MOST);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (start, end) = match (cursor(params, "after")?, cursor(params, "before")?) {
        (Some(after), _) => {
            let start = all.partition_point(|item| key(item) <= after.as_str());
            (start, (start + limit).min(all.len()))
        }
        (None, Some(before)) => {
            let end = all.partition_point(|item| key(item) < before.as_str());
            (end.saturating_sub(limit), end)
        }
        (None, None) => (0, limit.min(all.len())),
    };
    let items = all.get(start..end).unwrap_or_default();
    let written = |item: Option<&T>| item.map(|item| URL_SAFE_NO_PAD.encode(key(item)));
    Ok(Cut {
        items,
        before: written(items.first()),
        after: written(items.last()),
        has_next: end < all.len(),
        has_previous: start > 0 && !items.is_empty(),
    })
}

fn cursor(params: &Params, name: &str) -> Result<Option<String>, GraphError> {
    let Some(text) = params.text(name) else {
        return Ok(None);
    };
    let bytes = URL_SAFE_NO_PAD.decode(&text).ok();
    let read = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let wrong = || GraphError::invalid("Invalid cursors values").blaming(name);
    read.map(Some).ok_or_else(wrong)
}

impl<T> Cut<'_, T> {
    /// Returns the body of a page. `path` is where the edge stands; `total` is told if `summary` asks.
    #[must_use]
    pub fn body(&self, data: Vec<Value>, call: &Call, path: &str, total: usize) -> Value {
        let mut body = Map::new();
        body.insert("data".into(), Value::Array(data));
        if let (Some(before), Some(after)) = (&self.before, &self.after) {
            let mut paging = Map::new();
            let cursors = json!({ "before": before, "after": after });
            paging.insert("cursors".into(), cursors);
            if self.has_next {
                let next = self.link(call, path, "after", after);
                paging.insert("next".into(), next.into());
            }
            if self.has_previous {
                let previous = self.link(call, path, "before", before);
                paging.insert("previous".into(), previous.into());
            }
            body.insert("paging".into(), Value::Object(paging));
        }
        let summary = call.params.list("summary");
        if summary
            .iter()
            .any(|one| one == "true" || one == "1" || one == "total_count")
        {
            body.insert("summary".into(), json!({ "total_count": total }));
        }
        Value::Object(body)
    }

    /// A whole address, token and all, as clients follow it without adding anything.
    fn link(&self, call: &Call, path: &str, name: &str, cursor: &str) -> String {
        let query = call.params.query_without(&["after", "before"]);
        let (base, version) = (&call.base, &call.version);
        format!("{base}/{version}/{path}?{query}&{name}={cursor}")
    }
}

#[cfg(test)]
mod tests {
    use super::cut;
    use crate::params::Params;

    #[test]
    fn pages_follow_each_other_without_gap_or_repeat() {
        let all: Vec<String> = (0..301).map(|n| format!("{n:04}")).collect();
        for limit in [1, 7, 25, 300, 301, 500] {
            let mut seen = Vec::new();
            let mut params = Params::default().with("limit", &limit.to_string());
            loop {
                let cut = cut(&all, &params, |item| item).unwrap();
                seen.extend(cut.items.iter().cloned());
                if !cut.has_next {
                    break;
                }
                params = params.with("after", cut.after.as_deref().unwrap());
            }
            assert_eq!(seen, all, "{limit}");
        }
    }

    #[test]
    fn a_page_before_a_cursor_ends_there() {
        let all: Vec<String> = (0..10).map(|n| n.to_string()).collect();
        let params = Params::default().with("limit", "3");
        let second = cut(&all, &params, |item| item).unwrap().after.unwrap();
        let next = params.clone().with("after", &second);
        let page = cut(&all, &next, |item| item).unwrap();
        assert_eq!(page.items, ["3", "4", "5"]);
        let back = params.with("before", page.before.as_deref().unwrap());
        assert_eq!(
            cut(&all, &back, |item| item).unwrap().items,
            ["0", "1", "2"]
        );
        let wrong = Params::default().with("after", "!");
        assert_eq!(cut(&all, &wrong, |item| item).unwrap_err().code, 100);
    }
}
