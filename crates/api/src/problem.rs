//! An error of the native API: problem+json.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What went wrong, and what would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A stable name of the problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is, in a few words.
    pub title: Cow<'static, str>,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: Cow<'static, str>,
    /// What is wrong here, and what would do.
    pub detail: String,
    /// The field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why, where the engine said no.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Cow<'static, str>>,
    /// What is wrong in a file that was sent: a rulebook or a directory.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FileProblem>,
}

/// One mistake in a file that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileProblem {
    /// What the file is called.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, with the name at fault in backticks.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Problem {
    /// Returns a problem.
    #[must_use]
    pub fn new(
        status: u16,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        let name = code.to_ascii_lowercase().replace('_', "-");
        Self {
            kind: format!("urn:countersign:problem:{name}"),
            title: Cow::Borrowed(title),
            status,
            code: Cow::Borrowed(code),
            detail: detail.into(),
            field: None,
            reasons: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Names the field at fault.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Names the engine's reasons.
    #[must_use]
    pub fn reasons(mut self, reasons: Vec<&'static str>) -> Self {
        self.reasons = reasons.into_iter().map(Cow::Borrowed).collect();
        self
    }

    /// Names the mistakes of a file.
    #[must_use]
    pub fn in_file(mut self, problems: &rulebook::Problems) -> Self {
        let rows = problems.0.iter().map(|one| FileProblem {
            file: one.file.clone(),
            line: one.line,
            message: one.message.clone(),
            hint: one.hint.clone(),
        });
        self.problems = rows.collect();
        self
    }
}
