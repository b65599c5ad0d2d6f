//! Checks rows against each other and against the rulebook, and collects the facts.

mod names;

use std::collections::BTreeMap;

use engine::fact::{Digest, Fact, Key, TextDigest};
use engine::{AssetId, AssetOrGroup, BusinessId, GroupId, Holder, Owner, SystemUserId};
use rulebook::{Problem, Problems, Rulebook, nearest};

use super::DirectoryDocument;
use super::lines::Lines;
use super::row::Row;
use super::text::FreeText;

/// The most mistakes that are told at once.
const MISTAKES_AT_ONCE: usize = 100;

/// What an id in a row refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Of {
    Business,
    Person,
    SystemUser,
    App,
    Asset,
    Group,
    Grant,
    Token,
    Mandate,
}

impl Of {
    /// Returns the word for people, and the section that lists them.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Business => ("business", "businesses"),
            Self::Person => ("person", "people"),
            Self::SystemUser => ("system user", "system_users"),
            Self::App => ("app", "apps"),
            Self::Asset => ("asset", "assets"),
            Self::Group => ("group", "groups"),
            Self::Grant => ("grant", "grants"),
            Self::Token => ("token", "tokens"),
            Self::Mandate => ("mandate", "mandates"),
        }
    }
}

/// Facts and texts of a checked file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The facts, in an order in which they can be applied to an empty directory.
    pub facts: Vec<Fact>,
    /// The texts whose digests the facts hold.
    pub texts: Vec<FreeText>,
}

/// One pass over a file.
pub(crate) struct Check<'a> {
    file: &'a str,
    lines: &'a Lines,
    document: &'a DirectoryDocument,
    rulebook: &'a Rulebook,
    digest: &'a mut dyn FnMut(&str, &str) -> TextDigest,
    known: BTreeMap<(Of, &'a str), usize>,
    place: Place,
    keys: BTreeMap<Key, usize>,
    digests: BTreeMap<Digest, usize>,
    found: Facts,
    problems: Vec<Problem>,
}

/// Where the pass stands.
#[derive(Debug, Default)]
struct Place {
    section: &'static str,
    item: String,
    line: usize,
}

impl<'a> Check<'a> {
    pub(crate) fn new(
        file: &'a str,
        lines: &'a Lines,
        document: &'a DirectoryDocument,
        rulebook: &'a Rulebook,
        digest: &'a mut dyn FnMut(&str, &str) -> TextDigest,
    ) -> Self {
        Self {
            file,
            lines,
            document,
            rulebook,
            digest,
            known: known(document),
            place: Place::default(),
            keys: BTreeMap::new(),
            digests: BTreeMap::new(),
            found: Facts::default(),
            problems: Vec::new(),
        }
    }

    /// Checks the rows of one section.
    pub(crate) fn section<R: Row>(&mut self, section: &'static str, rows: &'a [R]) {
        for (index, row) in rows.iter().enumerate() {
            self.place = Place {
                section,
                item: row.item(),
                line: self.lines.row(section, index),
            };
            if let Some(fact) = row.fact(self) {
                self.add(fact);
            }
        }
    }

    /// Adds a fact, unless there is one that it would replace.
    pub(crate) fn add(&mut self, fact: Fact) {
        let line = self.place.line;
        match self.keys.get(&fact.key()).copied() {
            None => {
                self.keys.insert(fact.key(), line);
                self.found.facts.push(fact);
            }
            Some(first) => {
                let Place { section, item, .. } = &self.place;
                let message = format!("{section}: `{item}` is there twice, first in line {first}");
                self.tell(message, Some("leave one of them out".to_owned()));
            }
        }
    }

    /// Returns the facts and texts, or every mistake.
    pub(crate) fn finish(mut self) -> Result<Facts, Problems> {
        if self.problems.is_empty() {
            return Ok(self.found);
        }
        self.problems.sort_by_key(|problem| problem.line);
        let more = self.problems.len().saturating_sub(MISTAKES_AT_ONCE);
        self.problems.truncate(MISTAKES_AT_ONCE);
        if more > 0 {
            self.tell(format!("and {more} mistakes more"), None);
        }
        Err(Problems(self.problems))
    }

    fn tell(&mut self, message: String, hint: Option<String>) {
        self.problems.push(Problem {
            file: self.file.to_owned(),
            line: self.place.line,
            message,
            hint,
        });
    }

    /// Notes a mistake in a field of the row.
    pub(crate) fn wrong(&mut self, field: &str, message: &str, hint: Option<&str>) {
        let Place { section, item, .. } = &self.place;
        let message = format!("{section}: {item}: {field}: {message}");
        self.tell(message, hint.map(str::to_owned));
    }

    /// Notes a mistake in the head of the file.
    pub(crate) fn wrong_head(&mut self, field: &str, message: &str, hint: &str) {
        self.place = Place {
            section: "",
            item: String::new(),
            line: self.lines.head(field),
        };
        self.tell(format!("{field}: {message}"), Some(hint.to_owned()));
    }

    /// Notes a name that is not known, with the nearest known one.
    fn unknown<'n>(
        &mut self,
        field: &str,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) {
        let known: Vec<&str> = known.collect();
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => format!("rulebook `{}` has none", self.rulebook.name),
            None => format!("known: {}", known.join(", ")),
        };
        self.wrong(field, &format!("`{name}` is no {what}"), Some(&hint));
    }

    /// Checks that the file has a row for a thing.
    pub(crate) fn known(&mut self, field: &str, of: Of, id: &str) {
        if self.known.contains_key(&(of, id)) {
            return;
        }
        let (word, section) = of.words();
        let ids = self.known.keys().filter(|(known, _)| *known == of);
        let hint = match nearest(id, ids.map(|(_, id)| *id)) {
            Some(near) => format!("did you mean `{near}`? If not, add it to `{section}`"),
            None => format!("add it to `{section}`"),
        };
        self.wrong(field, &format!("there is no {word} `{id}`"), Some(&hint));
    }

    /// Checks the owner of an asset or app.
    pub(crate) fn owner(&mut self, field: &str, owner: &Owner) {
        match owner {
            Owner::Business(id) => self.known(field, Of::Business, id.as_str()),
            Owner::Person(id) => self.known(field, Of::Person, id.as_str()),
        }
    }

    /// Checks a holder.
    pub(crate) fn holder(&mut self, field: &str, holder: &Holder) {
        match holder {
            Holder::Person(id) => self.known(field, Of::Person, id.as_str()),
            Holder::SystemUser(id) => self.known(field, Of::SystemUser, id.as_str()),
            Holder::Business(id) => self.known(field, Of::Business, id.as_str()),
            Holder::App(id) => self.known(field, Of::App, id.as_str()),
        }
    }

    /// Checks that exactly one of the two is named, and is known; returns it.
    pub(crate) fn asset_or_group(
        &mut self,
        asset: Option<&AssetId>,
        group: Option<&GroupId>,
    ) -> Option<AssetOrGroup> {
        match (asset, group) {
            (Some(id), None) => {
                self.known("asset", Of::Asset, id.as_str());
                Some(AssetOrGroup::Asset(id.clone()))
            }
            (None, Some(id)) => {
                self.known("group", Of::Group, id.as_str());
                Some(AssetOrGroup::Group(id.clone()))
            }
            _ => {
                let hint = Some("write `asset: ID` or `group: ID`");
                self.wrong("asset", "it must be about one asset or one group", hint);
                None
            }
        }
    }

    /// Returns the business of a system user of the file.
    pub(crate) fn business_of(&self, system_user: &SystemUserId) -> Option<BusinessId> {
        let index = self.known.get(&(Of::SystemUser, system_user.as_str()))?;
        let row = self.document.system_users.get(*index)?;
        Some(row.business.clone())
    }

    fn kind_of(&self, asset: &AssetId) -> Option<&'a str> {
        let index = self.known.get(&(Of::Asset, asset.as_str()))?;
        let row = self.document.assets.get(*index)?;
        Some(row.kind.as_str())
    }

    /// Checks that no other token has the same secret.
    pub(crate) fn unused(&mut self, digest: Digest) {
        if let Some(first) = self.digests.get(&digest) {
            let message = format!("another token, in line {first}, has the same secret");
            self.wrong("secret", &message, Some("every token has its own"));
        } else {
            self.digests.insert(digest, self.place.line);
        }
    }

    /// Returns the digest that stands in a fact for a text of the file.
    pub(crate) fn text(
        &mut self,
        thing: &str,
        field: &str,
        text: Option<&str>,
    ) -> Option<TextDigest> {
        let text = text?;
        let of = format!("{thing}/{field}");
        let digest = (self.digest)(&of, text);
        self.found.texts.push(FreeText {
            of,
            digest: digest.clone(),
            text: text.to_owned(),
        });
        Some(digest)
    }
}

/// Returns what the file has rows for, and in which row.
fn known(document: &DirectoryDocument) -> BTreeMap<(Of, &str), usize> {
    let mut known = BTreeMap::new();
    let mut add = |of: Of, index: usize, id| {
        known.entry((of, id)).or_insert(index);
    };
    for (index, row) in document.businesses.iter().enumerate() {
        add(Of::Business, index, row.id.as_str());
    }
    for (index, row) in document.people.iter().enumerate() {
        add(Of::Person, index, row.id.as_str());
    }
    for (index, row) in document.system_users.iter().enumerate() {
        add(Of::SystemUser, index, row.id.as_str());
    }
    for (index, row) in document.apps.iter().enumerate() {
        add(Of::App, index, row.id.as_str());
    }
    for (index, row) in document.assets.iter().enumerate() {
        add(Of::Asset, index, row.id.as_str());
    }
    for (index, row) in document.groups.iter().enumerate() {
        add(Of::Group, index, row.id.as_str());
    }
    for (index, row) in document.grants.iter().enumerate() {
        add(Of::Grant, index, row.id.as_str());
    }
    for (index, row) in document.tokens.iter().enumerate() {
        add(Of::Token, index, row.id.as_str());
    }
    for (index, row) in document.mandates.iter().enumerate() {
        add(Of::Mandate, index, row.id.as_str());
    }
    known
}
