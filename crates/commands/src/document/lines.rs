//! In which line each row of a file stands.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

/// The lines of the rows, by section; of the fields of the head, too.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines {
    sections: BTreeMap<String, Spanned<Section>>,
}

/// The lines of the rows of one section; none for a field of the head.
#[derive(Debug, Clone, Default)]
struct Section(Vec<usize>);

impl Lines {
    /// Returns the line of a row, from 1; 0 if it is not known.
    pub(crate) fn row(&self, section: &str, index: usize) -> usize {
        let section = self.sections.get(section);
        section
            .and_then(|section| section.value.0.get(index).copied())
            .unwrap_or(0)
    }

    /// Returns the line of a field of the head, from 1; the first line if the field is not there.
    pub(crate) fn head(&self, field: &str) -> usize {
        self.sections.get(field).map_or(1, line)
    }
}

fn line<T>(spanned: &Spanned<T>) -> usize {
    usize::try_from(spanned.referenced.line()).unwrap_or(0)
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sections = BTreeMap::deserialize(deserializer)?;
        Ok(Self { sections })
    }
}

impl<'de> Deserialize<'de> for Section {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SectionVisitor)
    }
}

struct SectionVisitor;

impl<'de> Visitor<'de> for SectionVisitor {
    type Value = Section;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Section, A::Error> {
        let mut lines = Vec::new();
        while let Some(row) = seq.next_element::<Spanned<IgnoredAny>>()? {
            lines.push(line(&row));
        }
        Ok(Section(lines))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Section, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Section::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Section, E> {
        Ok(Section::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Section, E> {
        Ok(Section::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Section, E> {
        Ok(Section::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Section, E> {
        Ok(Section::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Section, E> {
        Ok(Section::default())
    }

    fn visit_unit<E>(self) -> Result<Section, E> {
        Ok(Section::default())
    }
}
