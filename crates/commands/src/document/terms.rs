//! Terms as people write them: a name, a list of names, or names per kind of asset.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use engine::fact::Terms;

/// Terms as they stand in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermsRow {
    /// For the kind of the asset they are about: one name or several.
    OfTheAsset(Vec<String>),
    /// Per kind of asset.
    PerKind(BTreeMap<String, Vec<String>>),
}

impl Default for TermsRow {
    fn default() -> Self {
        Self::PerKind(BTreeMap::new())
    }
}

impl TermsRow {
    /// Returns the shortest way to write terms about an asset of `kind`; about a group without one.
    #[must_use]
    pub fn of(terms: &Terms, kind: Option<&str>) -> Self {
        let mut kinds = terms.0.iter();
        match (kinds.next(), kinds.next()) {
            (Some((only, names)), None) if Some(only.as_str()) == kind => {
                Self::OfTheAsset(names.clone())
            }
            _ => Self::PerKind(terms.0.clone()),
        }
    }

    /// Is nothing said?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::PerKind(kinds) if kinds.is_empty())
    }

    /// Returns the terms, those for no named kind being for `kind`; nothing if they need one and there is none.
    #[must_use]
    pub fn terms(&self, kind: Option<&str>) -> Option<Terms> {
        match (self, kind) {
            (Self::PerKind(kinds), _) => Some(Terms(kinds.clone())),
            (Self::OfTheAsset(names), Some(kind)) => {
                Some(Terms(BTreeMap::from([(kind.to_owned(), names.clone())])))
            }
            (Self::OfTheAsset(_), None) => None,
        }
    }
}

/// One name, or several: written as short as it can be.
struct Names<'a>(&'a [String]);

impl Serialize for Names<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => serializer.serialize_str(one),
            several => serializer.collect_seq(several),
        }
    }
}

impl Serialize for TermsRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::OfTheAsset(names) => Names(names).serialize(serializer),
            Self::PerKind(kinds) => {
                let mut map = serializer.serialize_map(Some(kinds.len()))?;
                for (kind, names) in kinds {
                    map.serialize_entry(kind, &Names(names))?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for TermsRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TermsVisitor)
    }
}

struct TermsVisitor;

impl<'de> Visitor<'de> for TermsVisitor {
    type Value = TermsRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name, a list of names, or names per kind of asset")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<TermsRow, E> {
        Ok(TermsRow::OfTheAsset(vec![name.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<TermsRow, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = seq.next_element()? {
            names.push(name);
        }
        Ok(TermsRow::OfTheAsset(names))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TermsRow, A::Error> {
        let mut kinds = BTreeMap::new();
        while let Some((kind, NamesRow(names))) = map.next_entry::<String, NamesRow>()? {
            if kinds.contains_key(&kind) {
                return Err(A::Error::custom(format!("kind `{kind}` is named twice")));
            }
            kinds.insert(kind, names);
        }
        Ok(TermsRow::PerKind(kinds))
    }
}

struct NamesRow(Vec<String>);

impl<'de> Deserialize<'de> for NamesRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match TermsRow::deserialize(deserializer)? {
            TermsRow::OfTheAsset(names) => Ok(Self(names)),
            TermsRow::PerKind(_) => Err(D::Error::custom("expected a name or a list of names")),
        }
    }
}
