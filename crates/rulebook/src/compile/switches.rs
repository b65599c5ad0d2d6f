//! Named switches: which values hold.

use std::collections::BTreeMap;

use crate::document::{Document, SwitchScope};
use crate::problem::{Collector, nearest};

/// Returns a value for every switch: the chosen one, or the first.
pub(crate) fn choose(
    document: &Document,
    chosen: &BTreeMap<String, String>,
    collector: &mut Collector<'_>,
) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for (name, switch) in &document.switch {
        let Some(first) = switch.values.first() else {
            let message = format!("switch `{}` has no values", name.get_ref());
            collector.at(
                &name.span(),
                message,
                Some("list them, the default first".to_owned()),
            );
            continue;
        };
        let value = chosen.get(name.get_ref());
        if let Some(value) = value
            && !switch.values.iter().any(|known| known.get_ref() == value)
        {
            let known = switch.values.iter().map(|known| known.get_ref().as_str());
            let hint = nearest(value, known).map(|near| format!("did you mean `{near}`?"));
            let message = format!("`{value}` is not a value of switch `{}`", name.get_ref());
            collector.at(&name.span(), message, hint);
        }
        let value = value.cloned().unwrap_or_else(|| first.get_ref().clone());
        values.insert(name.get_ref().clone(), value);
    }
    for name in chosen.keys().filter(|name| !values.contains_key(*name)) {
        let near = nearest(name, values.keys().map(String::as_str));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        collector.at(
            &(0..0),
            format!("`{name}` is not a switch of this rulebook"),
            hint,
        );
    }
    values
}

/// Returns the switch that each business sets for itself.
pub(crate) fn profile_switch(
    document: &Document,
    collector: &mut Collector<'_>,
) -> Option<(String, Vec<String>)> {
    let mut found = None;
    for (name, switch) in document
        .switch
        .iter()
        .filter(|(_, row)| row.scope == SwitchScope::Business)
    {
        if found.is_some() {
            let message = format!(
                "`{}` is a second switch that businesses set",
                name.get_ref()
            );
            collector.at(&name.span(), message, Some("there can be one".to_owned()));
            continue;
        }
        let values = switch
            .values
            .iter()
            .map(|value| value.get_ref().clone())
            .collect();
        found = Some((name.get_ref().clone(), values));
    }
    found
}
