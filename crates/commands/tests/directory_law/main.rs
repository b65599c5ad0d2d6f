//! The law of directory files: what is exported and imported again is the same.

// Functions beside the tests are held to the rules for tests.
#![cfg(test)]

mod between;
mod things;
mod words;

use std::collections::BTreeMap;

use commands::document::{DirectoryDocument, DirectoryFile, plain_digest};
use engine::fact::{Digest, Fact, Key, Settings, TextDigest};
use proptest::prelude::*;
use proptest::sample::select;

use words::{IDS, META, word};

type World = BTreeMap<Key, Fact>;

fn settings() -> impl Strategy<Value = Fact> {
    let reach = proptest::option::of(select(&["owned", "none"][..]));
    (any::<bool>(), reach).prop_map(|(loading, reach)| {
        let switch = reach.map(|value| ("admin_reach".to_owned(), value.to_owned()));
        Fact::Settings(Settings {
            rulebook: META.name.clone(),
            digest: Digest(META.digest).to_string(),
            switches: switch.into_iter().collect(),
            loading,
        })
    })
}

/// A world in which whatever is named is known.
fn world() -> impl Strategy<Value = World> {
    let things: Vec<_> = IDS.iter().map(|id| things::named(id)).collect();
    let between = proptest::collection::vec(between::any_fact(), 0..40);
    (settings(), things, between).prop_map(|(settings, things, between)| {
        let things = things.into_iter().flatten();
        let facts = std::iter::once(settings).chain(things).chain(between);
        facts.map(|fact| (fact.key(), fact)).collect()
    })
}

/// Gives people names out of a hostile list; returns which digest stands for which.
fn name_people(world: &mut World, words: Vec<String>) -> BTreeMap<TextDigest, String> {
    let mut texts = BTreeMap::new();
    let mut words = words.into_iter();
    for fact in world.values_mut() {
        if let (Fact::Person(person), Some(word)) = (fact, words.next()) {
            let digest = plain_digest("", &word);
            person.name = Some(digest.clone());
            texts.insert(digest, word);
        }
    }
    texts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_exported_and_imported_again_is_the_same(
        mut world in world(),
        names in proptest::collection::vec(word(), IDS.len()),
    ) {
        let texts = name_people(&mut world, names);
        // A text nobody chose is its own digest, so that the same digest comes back.
        let text = |digest: &TextDigest| {
            Some(texts.get(digest).cloned().unwrap_or_else(|| format!("text {}", digest.0)))
        };
        let mut digest = |_: &str, text: &str| match text.strip_prefix("text ") {
            Some(digest) => TextDigest(digest.into()),
            None => plain_digest("", text),
        };

        let document = DirectoryDocument::from_facts(world.values(), &text);
        let yaml = document.to_yaml().expect("it can be written");
        let file = DirectoryFile::parse("again.yaml", &yaml);
        let file = file.unwrap_or_else(|wrong| panic!("{wrong}\n{yaml}"));
        prop_assert_eq!(file.document(), &document);
        let again = file.facts(&META, &mut digest);
        let again = again.unwrap_or_else(|wrong| panic!("{wrong}\n{yaml}"));
        let again: World = again.facts.into_iter().map(|fact| (fact.key(), fact)).collect();
        prop_assert_eq!(again, world);
    }
}
