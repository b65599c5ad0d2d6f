//! Rulebooks for tests: one that uses every key of the format, and any file under several choices
//! of its switches.

use std::collections::BTreeMap;
use std::sync::Arc;

use rulebook::{Problems, Rulebook, Source, SwitchScope};

/// The text of a made-up rulebook that uses every key of the format.
pub const EVERY_FEATURE: &str = include_str!("../rulebooks/every-feature.toml");

/// Returns the made-up rulebook under its default switches, under each other value of each switch
/// alone, and under the last value of all.
///
/// Errors: the mistakes in the file.
pub fn every_feature() -> Result<Vec<Arc<Rulebook>>, Problems> {
    variants("every-feature.toml", EVERY_FEATURE)
}

/// Returns a rulebook under its default switches, under each other value of each switch of the
/// realm alone, and under the last value of all.
///
/// `file` is only used in messages. Errors: the mistakes in the file.
pub fn variants(file: &str, text: &str) -> Result<Vec<Arc<Rulebook>>, Problems> {
    let source = Source::parse(file, text)?;
    let mut choices = vec![BTreeMap::new()];
    let mut last = BTreeMap::new();
    let switches = source.document().switch.iter();
    for (name, switch) in switches.filter(|(_, switch)| switch.scope == SwitchScope::Realm) {
        for value in switch.values.iter().skip(1) {
            let name = name.get_ref().clone();
            let value = value.get_ref().clone();
            last.insert(name.clone(), value.clone());
            choices.push(BTreeMap::from([(name, value)]));
        }
    }
    choices.push(last);
    choices
        .iter()
        .map(|chosen| source.compile(chosen).map(Arc::new))
        .collect()
}
