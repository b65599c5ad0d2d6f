//! What an import would change.

use std::collections::BTreeMap;

use commands::MOST_CHANGES;
use engine::Directory;
use engine::fact::{Change, Fact, Key, TextDigest};
use ledger::{Realm, RowWrite};

use super::super::{Installation, PART};
use super::ImportError;
use crate::random::bytes;
use crate::realms::TaskRefusal;
use crate::texts::Texts;

/// What becomes of facts of the realm of which the file says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// They stay.
    Stay,
    /// They end: the realm then holds what the file says and nothing else.
    End,
}

/// What a realm is to hold.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The facts; how the realm is set is not among them.
    pub facts: Vec<Fact>,
    /// The texts, by the digests that stand for them in these facts. Each is of one field of one
    /// fact.
    pub texts: BTreeMap<TextDigest, String>,
    /// What becomes of everything else.
    pub beyond: Beyond,
}

/// What an import would change in a realm as it is.
#[derive(Debug)]
pub struct ImportPlan {
    /// Each change, with the rows that keep its texts.
    steps: Vec<(Change, Vec<RowWrite>)>,
    /// The facts that become different, as they are.
    before: BTreeMap<Key, Fact>,
    unchanged: usize,
    /// The realm's position it was worked out at.
    pub base: u64,
    /// The realm as it would be.
    pub after: Directory,
    /// An import was cut off.
    loading: bool,
}

/// What an import changes, counted by kind of fact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Facts that are new.
    pub adds: BTreeMap<&'static str, usize>,
    /// Facts that are different.
    pub changes: BTreeMap<&'static str, usize>,
    /// Facts that end.
    pub ends: BTreeMap<&'static str, usize>,
    /// Facts that stay as they are.
    pub unchanged: usize,
}

impl ImportPlan {
    /// Returns how much it would change.
    #[must_use]
    pub fn counts(&self) -> ImportCounts {
        let mut counts = ImportCounts {
            unchanged: self.unchanged,
            ..ImportCounts::default()
        };
        for change in self.changes() {
            match change {
                Change::Set(fact) => {
                    let place = match self.before(fact) {
                        None => &mut counts.adds,
                        Some(_) => &mut counts.changes,
                    };
                    *place.entry(fact.kind()).or_default() += 1;
                }
                Change::End(key) => *counts.ends.entry(key.kind()).or_default() += 1,
            }
        }
        counts
    }

    /// Returns the fact that one of the changes makes different, as it is; nothing if it is new.
    #[must_use]
    pub fn before(&self, fact: &Fact) -> Option<&Fact> {
        self.before.get(&fact.key())
    }

    /// Returns the changes.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.steps.iter().map(|(change, _)| change)
    }

    /// Returns in how many entries it would be written; one for none, too.
    #[must_use]
    pub fn parts(&self) -> usize {
        match self.steps.len() {
            // What a cut off import left is ended by a part of its own kind.
            0..=MOST_CHANGES if !self.loading => 1,
            changes => changes.div_ceil(PART).max(2),
        }
    }

    /// Returns everything as one part.
    pub(super) fn whole(self) -> (Vec<Change>, Vec<RowWrite>) {
        split(self.steps)
    }

    /// Returns it in parts of at most `most` changes; at least two.
    pub(super) fn into_parts(self, most: usize) -> Vec<(Vec<Change>, Vec<RowWrite>)> {
        let mut parts = Vec::new();
        let mut steps = self.steps.into_iter().peekable();
        while steps.peek().is_some() {
            parts.push(split(steps.by_ref().take(most).collect()));
        }
        while parts.len() < 2 {
            parts.push((Vec::new(), Vec::new()));
        }
        parts
    }
}

fn split(steps: Vec<(Change, Vec<RowWrite>)>) -> (Vec<Change>, Vec<RowWrite>) {
    let (changes, texts): (Vec<_>, Vec<_>) = steps.into_iter().unzip();
    (changes, texts.into_iter().flatten().collect())
}

impl Installation {
    /// Works out what an import would change, in a realm that may be one where an import was cut off.
    ///
    /// A text that is there already keeps its row, and so its digest; a text that was erased and of
    /// which the file says nothing stays erased.
    pub fn plan_import(&self, realm: &Realm, wanted: &Wanted) -> Result<ImportPlan, ImportError> {
        let view = self.view();
        let directory = view
            .state
            .get(realm)
            .ok_or_else(|| ImportError::Refused(TaskRefusal::NoSuchRealm(realm.clone())))?;
        let mut there: BTreeMap<Key, Fact> = directory
            .facts()
            .into_iter()
            .filter(|fact| !matches!(fact, Fact::Settings(_)))
            .map(|fact| (fact.key(), fact))
            .collect();
        let entropy = bytes(&self.random).map_err(ImportError::Random)?;
        let mut texts = Texts::new(entropy);
        let mut steps = Vec::new();
        let mut before = BTreeMap::new();
        let mut unchanged = 0;
        for fact in &wanted.facts {
            let old = there.remove(&fact.key());
            let fact = self.with_texts(fact.clone(), old.as_ref(), wanted, &mut texts)?;
            if old.as_ref() == Some(&fact) {
                unchanged += 1;
            } else {
                before.extend(old.map(|old| (old.key(), old)));
                steps.push((Change::Set(fact), texts.take_writes()));
            }
        }
        match wanted.beyond {
            Beyond::Stay => unchanged += there.len(),
            // What depends on others goes before them.
            Beyond::End => {
                let ends = there.into_keys().rev().map(Change::End);
                steps.extend(ends.map(|end| (end, Vec::new())));
            }
        }
        let mut after = directory.clone();
        steps.iter().for_each(|(change, _)| after.apply(change));
        Ok(ImportPlan {
            steps,
            before,
            unchanged,
            base: directory.position(),
            loading: directory
                .settings()
                .is_some_and(|settings| settings.loading),
            after,
        })
    }

    /// Returns the fact with digests that rows of this installation stand behind.
    fn with_texts(
        &self,
        mut fact: Fact,
        old: Option<&Fact>,
        wanted: &Wanted,
        texts: &mut Texts,
    ) -> Result<Fact, ImportError> {
        let mut old = old.cloned();
        let mut old_slots = old.as_mut().map(text_slots).unwrap_or_default().into_iter();
        for slot in text_slots(&mut fact) {
            let old = old_slots.next().and_then(|slot| slot.clone());
            let text = slot.as_ref().and_then(|digest| wanted.texts.get(digest));
            let kept = match &old {
                Some(digest) => self.text(digest).map_err(ImportError::Read)?,
                None => None,
            };
            *slot = match text {
                None if kept.is_none() => old,
                None => None,
                Some(text) if kept.as_ref() == Some(text) => old,
                Some(text) => Some(texts.keep(text)),
            };
        }
        Ok(fact)
    }
}

/// Returns where a fact holds digests of free texts.
fn text_slots(fact: &mut Fact) -> Vec<&mut Option<TextDigest>> {
    match fact {
        Fact::Business(one) => vec![&mut one.name],
        Fact::Person(one) => vec![&mut one.name, &mut one.email],
        Fact::Operator(one) => vec![&mut one.reason],
        Fact::SystemUser(one) => vec![&mut one.name],
        Fact::App(one) => vec![&mut one.name],
        Fact::Asset(one) => vec![&mut one.name],
        Fact::Group(one) => vec![&mut one.name],
        Fact::Invitation(one) => vec![&mut one.email],
        Fact::Settings(_)
        | Fact::Membership(_)
        | Fact::AppClaim(_)
        | Fact::AppRole(_)
        | Fact::AppPermission(_)
        | Fact::Install(_)
        | Fact::Link(_)
        | Fact::GroupAsset(_)
        | Fact::Share(_)
        | Fact::Assignment(_)
        | Fact::Delegate(_)
        | Fact::Grant(_)
        | Fact::Token(_)
        | Fact::Renewal(_)
        | Fact::Disclosure(_)
        | Fact::Mandate(_)
        | Fact::Proposal(_)
        | Fact::AccessRequest(_)
        | Fact::OnBehalf(_) => Vec::new(),
    }
}
