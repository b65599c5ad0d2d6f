//! What a step expects: a word, a list, a refusal, remedies.

use std::fmt;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::document::schema;

/// What is expected, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectRow {
    /// `allow`, `deny` or `done`.
    Word(String),
    /// Holders or things.
    List(Vec<String>),
    /// `{ refused: […] }`.
    Refused(Vec<String>),
}

/// Which remedies are expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemediesRow {
    /// At least one.
    Some,
    /// None.
    None,
    /// These ways among others.
    Ways(Vec<Vec<String>>),
}

impl<'de> Deserialize<'de> for ExpectRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExpectVisitor)
    }
}

struct ExpectVisitor;

impl<'de> Visitor<'de> for ExpectVisitor {
    type Value = ExpectRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`allow`, `deny`, `done`, a list, or `{ refused: [REASON] }`")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<ExpectRow, E> {
        Ok(ExpectRow::Word(word.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ExpectRow, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = seq.next_element()? {
            list.push(item);
        }
        Ok(ExpectRow::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ExpectRow, A::Error> {
        match map.next_entry::<String, Vec<String>>()? {
            Some((key, reasons)) if key == "refused" => match map.next_key::<String>()? {
                None => Ok(ExpectRow::Refused(reasons)),
                Some(key) => Err(A::Error::unknown_field(&key, &["refused"])),
            },
            Some((key, _)) => Err(A::Error::unknown_field(&key, &["refused"])),
            None => Err(A::Error::missing_field("refused")),
        }
    }
}

impl<'de> Deserialize<'de> for RemediesRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RemediesVisitor)
    }
}

struct RemediesVisitor;

impl<'de> Visitor<'de> for RemediesVisitor {
    type Value = RemediesRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`some`, `none`, or ways, as in `[[assignment.give]]`")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<RemediesRow, E> {
        match word {
            "some" => Ok(RemediesRow::Some),
            "none" => Ok(RemediesRow::None),
            other => Err(E::unknown_variant(other, &["some", "none"])),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RemediesRow, A::Error> {
        let mut ways = Vec::new();
        while let Some(way) = seq.next_element()? {
            ways.push(way);
        }
        Ok(RemediesRow::Ways(ways))
    }
}

schema::text! {
    #[doc = "What is expected."]
    ExpectSchema = { "anyOf": [
        { "enum": ["allow", "deny", "done"] },
        { "type": "array", "items": { "type": "string" } },
        { "type": "object", "required": ["refused"], "additionalProperties": false, "properties": {
            "refused": { "type": "array", "items": { "type": "string" } },
        } },
    ] };
    #[doc = "Which remedies are expected."]
    RemediesSchema = { "anyOf": [
        { "enum": ["some", "none"] },
        { "type": "array", "items": { "type": "array", "items": { "type": "string" } } },
    ] };
}
