//! Scenarios: who does what on which thing and when, and what is expected of it.
//!
//! A scenario file is a directory and a list of steps: questions ([`StepRow::ask`], `who_can`,
//! `what_can`) and commands (`do`). [`ScenarioFile::parse`] reads it, [`ScenarioFile::run`] asks the
//! engine everything and compares. Reasons and lists are compared as sets, and reasons are the
//! complete set. What a command did is there for the steps that follow.
//!
//! What is not here: files (the caller reads them) and printing.

mod command;
mod compare;
mod expect;
mod listed;
mod report;
mod run;
mod step;
mod words;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use rulebook::{Problem, Problems, Source};
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

pub use command::{CommandRow, CommandRowError};
pub use compare::step_name;
pub use expect::{ExpectRow, RemediesRow};
pub use report::{Answered, Difference, Report};
pub use step::{ObligationRow, StepRow};
pub use words::{
    AssumedRow, ChangeRow, ContextRow, EvidenceRow, FigureName, FigureRow, NoKind, ProofRow,
    RateRow, ThingRow, WhoRow,
};

use crate::document::lines::Lines;
use crate::document::{DirectoryDocument, DirectoryFile, moment, schema, yaml};

/// A scenario file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Countersign scenario file")]
pub struct ScenarioDocument {
    /// What it is about.
    pub title: String,
    /// The directory: the path of its file relative to this one, or the directory itself.
    #[schemars(with = "DirectorySchema")]
    pub directory: DirectoryRow,
    /// When steps that name no time are asked.
    #[serde(default, deserialize_with = "moment::read_if_there")]
    #[schemars(with = "Option<schema::Moment>")]
    pub at: Option<Timestamp>,
    /// Switches of the rulebook, over those of the directory.
    #[serde(default)]
    pub switches: BTreeMap<String, String>,
    /// The questions and commands, in order.
    #[schemars(with = "Vec<StepRow>")]
    pub steps: Vec<Spanned<StepRow>>,
}

/// Either form of a directory, as JSON Schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only lends its schema")]
enum DirectorySchema {
    Path(String),
    Here(Box<DirectoryDocument>),
}

/// Where the directory of a scenario stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectoryRow {
    /// In a file, by its path relative to the scenario's.
    File(String),
    /// In the scenario.
    Here(Box<DirectoryDocument>),
}

impl<'de> Deserialize<'de> for DirectoryRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DirectoryVisitor)
    }
}

struct DirectoryVisitor;

impl<'de> Visitor<'de> for DirectoryVisitor {
    type Value = DirectoryRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the path of a directory file, or a directory")
    }

    fn visit_str<E>(self, path: &str) -> Result<DirectoryRow, E> {
        Ok(DirectoryRow::File(path.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DirectoryRow, A::Error> {
        let document = DirectoryDocument::deserialize(MapAccessDeserializer::new(map))?;
        Ok(DirectoryRow::Here(Box::new(document)))
    }
}

/// What kind of file a text is, by its first words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// It has steps.
    Scenario,
    /// It names a rulebook, and has no steps.
    Directory,
    /// Neither.
    Other,
}

impl FileKind {
    /// Returns what kind of file a text is; a text that is no YAML is neither.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let fields: BTreeMap<String, IgnoredAny> = yaml::read("", text).unwrap_or_default();
        match (
            fields.contains_key("steps"),
            fields.contains_key("rulebook"),
        ) {
            (true, _) => Self::Scenario,
            (false, true) => Self::Directory,
            (false, false) => Self::Other,
        }
    }
}

/// A scenario file that was read.
#[derive(Debug, Clone)]
pub struct ScenarioFile {
    name: String,
    document: ScenarioDocument,
    lines: Lines,
}

/// The lines of a directory that stands in the scenario.
#[derive(Default, Deserialize)]
struct Inside {
    #[serde(default)]
    directory: Option<InsideLines>,
}

struct InsideLines(Lines);

impl<'de> Deserialize<'de> for InsideLines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LinesVisitor;
        impl<'de> Visitor<'de> for LinesVisitor {
            type Value = InsideLines;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                DirectoryVisitor.expecting(f)
            }
            fn visit_str<E>(self, _: &str) -> Result<InsideLines, E> {
                Ok(InsideLines(Lines::default()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<InsideLines, A::Error> {
                Lines::deserialize(MapAccessDeserializer::new(map)).map(InsideLines)
            }
        }
        deserializer.deserialize_any(LinesVisitor)
    }
}

impl ScenarioFile {
    /// Returns the scenario. `name` is used in messages and is its path for relative ones.
    ///
    /// Errors: [`Problems`] with the line, what is wrong and what to write instead.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        let document: ScenarioDocument = yaml::read(name, text)?;
        let inside: Inside = yaml::read(name, text)?;
        let file = Self {
            name: name.to_owned(),
            document,
            lines: inside.directory.map(|inside| inside.0).unwrap_or_default(),
        };
        let mistakes: Vec<Problem> = file
            .steps()
            .filter_map(|(line, row)| {
                let (message, hint) = row.step().err()?;
                Some(Problem {
                    file: name.to_owned(),
                    line,
                    message,
                    hint,
                })
            })
            .collect();
        match mistakes.is_empty() {
            true => Ok(file),
            false => Err(Problems(mistakes)),
        }
    }

    /// Returns what stands in the file.
    #[must_use]
    pub const fn document(&self) -> &ScenarioDocument {
        &self.document
    }

    /// Returns the directory, if it stands in the scenario itself.
    #[must_use]
    pub fn directory(&self) -> Option<DirectoryFile> {
        match &self.document.directory {
            DirectoryRow::Here(document) => {
                let document = DirectoryDocument::clone(document);
                Some(DirectoryFile::new(&self.name, document, self.lines.clone()))
            }
            DirectoryRow::File(_) => None,
        }
    }

    /// Returns the steps, each with its line.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (usize, &StepRow)> {
        self.document.steps.iter().map(|step| {
            let line = usize::try_from(step.referenced.line()).unwrap_or(0);
            (line, &step.value)
        })
    }

    /// Returns what became of every step, on a directory made for this run.
    ///
    /// Errors: [`Problems`] of the rulebook, the directory, or steps that name what the rulebook does
    /// not have.
    pub fn run(&self, directory: &DirectoryFile, rulebook: &Source) -> Result<Report, Problems> {
        run::run(self, directory, rulebook)
    }
}

/// Returns the JSON Schema of scenario files, for editors.
#[must_use]
pub fn json_schema() -> schemars::Schema {
    schemars::schema_for!(ScenarioDocument)
}
