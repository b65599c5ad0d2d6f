//! Names that facts use again and again, each kept once, and what the active rulebook makes of them.
//!
//! Rows hold numbers of words. Activating another rulebook changes what the words mean and leaves
//! the rows alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use rulebook::{
    CapSet, Family, HolderKind, KindId, Relation, RoleId, Rulebook, Rules, TokenKindId,
};

use crate::decide::Consent;
use crate::fact::Terms;

/// A word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WordId(pub(crate) u16);

/// The words of a directory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    words: Pool<String>,
    terms: Pool<Terms>,
    scopes: Pool<Vec<String>>,
}

#[derive(Debug, Clone)]
struct Pool<T> {
    items: Vec<T>,
    numbers: BTreeMap<T, u32>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            numbers: BTreeMap::new(),
        }
    }
}

impl<T: Ord + Clone> Pool<T> {
    fn find(&self, item: &T) -> Option<u32> {
        self.numbers.get(item).copied()
    }

    fn add(&mut self, item: &T) -> u32 {
        let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items.push(item.clone());
        self.numbers.insert(item.clone(), number);
        number
    }
}

/// What the active rulebook makes of the words.
#[derive(Debug, Clone)]
pub(crate) struct Meaning {
    /// What most questions are answered by; in place, so that they need not wait for a list.
    first: ProfileMeaning,
    others: Vec<ProfileMeaning>,
    profile_of: Vec<u8>,
    scopes: Vec<Consent>,
}

#[derive(Debug, Clone)]
struct ProfileMeaning {
    words: Vec<WordMeaning>,
    /// By kind.
    on: Vec<OnKind>,
}

/// What words and terms give on one kind of thing.
#[derive(Debug, Clone, Default)]
pub(crate) struct OnKind {
    /// By number of terms.
    terms: Vec<CapSet>,
    /// By word.
    reaches: Vec<Reach>,
}

/// What a business role brings a person without assignment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reach {
    /// On what the business owns.
    pub(crate) owned: CapSet,
    /// On what is shared to it.
    pub(crate) shared: CapSet,
}

#[derive(Debug, Clone, Copy, Default)]
struct WordMeaning {
    kind: Option<KindId>,
    business_role: Option<RoleId>,
    app_role: Option<RoleId>,
    token_kind: Option<TokenKindId>,
}

/// Words and their meaning, cloned in constant time.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    words: Arc<Words>,
    meaning: Arc<Meaning>,
}

impl Vocabulary {
    pub(crate) fn new(rulebook: &Rulebook) -> Self {
        let words = Words::default();
        let meaning = Meaning::of(&words, rulebook);
        Self {
            words: Arc::new(words),
            meaning: Arc::new(meaning),
        }
    }

    /// Returns the same words with the meaning another rulebook gives them.
    pub(crate) fn under(&self, rulebook: &Rulebook) -> Self {
        let meaning = Meaning::of(&self.words, rulebook);
        Self {
            words: Arc::clone(&self.words),
            meaning: Arc::new(meaning),
        }
    }

    /// Returns the number of a word, giving it one if it is new.
    pub(crate) fn word(&mut self, text: &str, rulebook: &Rulebook) -> WordId {
        let text = text.to_owned();
        let number = self.words.words.find(&text).unwrap_or_else(|| {
            let number = Arc::make_mut(&mut self.words).words.add(&text);
            Arc::make_mut(&mut self.meaning).add_word(&text, rulebook);
            number
        });
        // More than 65,535 names of roles and kinds is no directory of ours; the last one then
        // stands for no role, which gives nothing.
        WordId(u16::try_from(number).unwrap_or(u16::MAX))
    }

    pub(crate) fn terms(&mut self, terms: &Terms, rulebook: &Rulebook) -> u32 {
        self.words.terms.find(terms).unwrap_or_else(|| {
            let number = Arc::make_mut(&mut self.words).terms.add(terms);
            Arc::make_mut(&mut self.meaning).add_terms(terms, rulebook);
            number
        })
    }

    pub(crate) fn scopes(&mut self, scopes: &Vec<String>, rulebook: &Rulebook) -> u32 {
        self.words.scopes.find(scopes).unwrap_or_else(|| {
            let number = Arc::make_mut(&mut self.words).scopes.add(scopes);
            Arc::make_mut(&mut self.meaning).add_scopes(scopes, rulebook);
            number
        })
    }

    pub(crate) fn word_text(&self, id: WordId) -> &str {
        self.words
            .words
            .items
            .get(usize::from(id.0))
            .map_or("", String::as_str)
    }

    pub(crate) fn terms_of(&self, number: u32) -> Terms {
        self.words
            .terms
            .items
            .get(number as usize)
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn scopes_of(&self, number: u32) -> &[String] {
        self.words
            .scopes
            .items
            .get(number as usize)
            .map_or(&[], Vec::as_slice)
    }

    /// Returns the rulebook's set for a list of scopes, and the same with everything it implies;
    /// unknown names give nothing.
    #[inline]
    pub(crate) fn consent(&self, number: u32) -> Consent {
        let consent = self.meaning.scopes.get(number as usize);
        consent.copied().unwrap_or_default()
    }

    /// Returns what terms give on a kind, under a profile.
    #[inline]
    pub(crate) fn caps(&self, profile: u8, terms: u32, kind: KindId) -> CapSet {
        let on = self.on(profile, kind);
        on.map_or(CapSet::NONE, |on| on.caps(terms))
    }

    /// Returns what words and terms give on a kind, under a profile.
    #[inline]
    pub(crate) fn on(&self, profile: u8, kind: KindId) -> Option<&OnKind> {
        self.meaning.profile(profile)?.on.get(usize::from(kind.0))
    }

    #[inline]
    pub(crate) fn kind(&self, word: WordId) -> Option<KindId> {
        self.meaning.word(0, word).kind
    }

    #[inline]
    pub(crate) fn business_role(&self, profile: u8, word: WordId) -> Option<RoleId> {
        self.meaning.word(profile, word).business_role
    }

    #[inline]
    pub(crate) fn app_role(&self, profile: u8, word: WordId) -> Option<RoleId> {
        self.meaning.word(profile, word).app_role
    }

    #[inline]
    pub(crate) fn token_kind(&self, word: WordId) -> Option<TokenKindId> {
        self.meaning.word(0, word).token_kind
    }

    /// Returns the profile a word stands for.
    #[inline]
    pub(crate) fn profile(&self, word: WordId) -> u8 {
        self.meaning
            .profile_of
            .get(usize::from(word.0))
            .copied()
            .unwrap_or(0)
    }

    /// Returns every name of a term or scope that facts use, with its kind where it has one.
    pub(crate) fn terms_in_use(&self) -> impl Iterator<Item = (&str, &str)> {
        let terms = self.words.terms.items.iter().flat_map(|terms| &terms.0);
        terms.flat_map(|(kind, names)| names.iter().map(|name| (kind.as_str(), name.as_str())))
    }

    /// Returns every scope that facts use.
    pub(crate) fn scopes_in_use(&self) -> impl Iterator<Item = &str> {
        self.words.scopes.items.iter().flatten().map(String::as_str)
    }
}

impl OnKind {
    /// Returns what terms give.
    #[inline]
    pub(crate) fn caps(&self, terms: u32) -> CapSet {
        self.terms.get(terms as usize).copied().unwrap_or_default()
    }

    /// Returns what the business role of this name brings a person; nothing if there is none.
    #[inline]
    pub(crate) fn reach(&self, role: WordId) -> Reach {
        let reach = self.reaches.get(usize::from(role.0));
        reach.copied().unwrap_or_default()
    }
}

impl Meaning {
    fn of(words: &Words, rulebook: &Rulebook) -> Self {
        let empty = |rules: &Rules| ProfileMeaning {
            words: Vec::new(),
            on: vec![OnKind::default(); rules.kinds.len()],
        };
        let mut meaning = Self {
            first: empty(rulebook.rules(0)),
            others: rulebook
                .profiles
                .iter()
                .skip(1)
                .map(|rules| empty(rules))
                .collect(),
            profile_of: Vec::new(),
            scopes: Vec::new(),
        };
        words
            .words
            .items
            .iter()
            .for_each(|word| meaning.add_word(word, rulebook));
        words
            .terms
            .items
            .iter()
            .for_each(|terms| meaning.add_terms(terms, rulebook));
        words
            .scopes
            .items
            .iter()
            .for_each(|scopes| meaning.add_scopes(scopes, rulebook));
        meaning
    }

    fn add_word(&mut self, word: &str, rulebook: &Rulebook) {
        for (meaning, rules) in self.profiles().zip(&rulebook.profiles) {
            let role = |family: Family| {
                let kind = rules.kinds.iter().find(|kind| kind.family == family)?;
                kind.role_id(word)
            };
            let business_role = role(Family::Business);
            let reach = |relation, kind| {
                let reach = |role| rules.reach(role, HolderKind::Person, relation, kind);
                business_role.map_or(CapSet::NONE, reach)
            };
            for (kind, on) in (0..).map(KindId).zip(&mut meaning.on) {
                on.reaches.push(Reach {
                    owned: reach(Relation::Owned, kind),
                    shared: reach(Relation::Shared, kind),
                });
            }
            meaning.words.push(WordMeaning {
                kind: rules.names.kind(word),
                business_role,
                app_role: role(Family::App),
                token_kind: rules.names.token_kind(word),
            });
        }
        self.profile_of.push(rulebook.profile(word).unwrap_or(0));
    }

    fn add_terms(&mut self, terms: &Terms, rulebook: &Rulebook) {
        for (meaning, rules) in self.profiles().zip(&rulebook.profiles) {
            for (kind, on) in rules.kinds.iter().zip(&mut meaning.on) {
                let names = terms.0.get(&kind.name).map_or(&[][..], Vec::as_slice);
                on.terms.push(kind.terms(names.iter().map(String::as_str)));
            }
        }
    }

    fn add_scopes(&mut self, scopes: &[String], rulebook: &Rulebook) {
        let rules = rulebook.rules(0);
        let known = scopes
            .iter()
            .filter_map(|scope| rules.names.permission(scope))
            .collect();
        self.scopes.push(Consent::to(known, rules));
    }

    fn profiles(&mut self) -> impl Iterator<Item = &mut ProfileMeaning> {
        std::iter::once(&mut self.first).chain(&mut self.others)
    }

    #[inline]
    fn profile(&self, profile: u8) -> Option<&ProfileMeaning> {
        match profile.checked_sub(1) {
            None => Some(&self.first),
            Some(other) => self.others.get(usize::from(other)),
        }
    }

    #[inline]
    fn word(&self, profile: u8, word: WordId) -> WordMeaning {
        self.profile(profile)
            .and_then(|meaning| meaning.words.get(usize::from(word.0)))
            .copied()
            .unwrap_or_default()
    }
}
