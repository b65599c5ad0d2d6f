//! YAML in and out: limits on what is read, and errors that say where and what to write instead.

use rulebook::{Problem, Problems, nearest};
use serde::de::DeserializeOwned;
use serde_saphyr::{Error, Location};

/// Reads a value. Limits what a hostile file can cost; a directory of a million rows is within them.
pub(crate) fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problems> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 60_000_000,
            max_nodes: 30_000_000,
            max_total_scalar_bytes: 512 * 1024 * 1024,
            max_documents: 1,
        },
        strict_booleans: true,
        with_snippet: false,
        emit_comments: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| problems(file, text, &error))
}

fn problems(file: &str, text: &str, error: &Error) -> Problems {
    let line = error.location().map_or(1, |location| location.line());
    let (message, hint) = words(error.without_snippet());
    let field = error
        .location()
        .and_then(|location| field_at(text, &location));
    let message = match field {
        Some(field) => format!("`{field}`: {message}"),
        None => message,
    };
    Problems(vec![Problem {
        file: file.to_owned(),
        line: usize::try_from(line).unwrap_or(0).max(1),
        message,
        hint,
    }])
}

/// Returns the name of the field whose value begins at a place, if it stands before it on the same line.
fn field_at(text: &str, place: &Location) -> Option<String> {
    let line = usize::try_from(place.line()).ok()?.checked_sub(1)?;
    let before = usize::try_from(place.column()).ok()?.checked_sub(1)?;
    let before: String = text.lines().nth(line)?.chars().take(before).collect();
    let name = before.trim_end().strip_suffix(':')?;
    let name = name.trim_end_matches(['"', '\'']);
    let start = |c: char| c.is_whitespace() || "{[,\"'".contains(c);
    let name = name.rsplit(start).next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

fn words(error: &Error) -> (String, Option<String>) {
    match error {
        Error::SerdeUnknownField {
            field, expected, ..
        } => (
            format!("there is no field `{field}` here"),
            Some(names(field, expected)),
        ),
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => (
            format!("`{variant}` is not known here"),
            Some(names(variant, expected)),
        ),
        Error::SerdeMissingField { field, .. } => (
            format!("the field `{field}` is missing"),
            Some(format!("write `{field}: …`")),
        ),
        Error::DuplicateMappingKey { key, .. } => (
            format!("`{}` is there twice", key.as_deref().unwrap_or("a key")),
            Some("leave one of them out".to_owned()),
        ),
        Error::NullIntoString { .. } => (
            "a text is expected, and there is nothing".to_owned(),
            Some("write the text, or leave the field out".to_owned()),
        ),
        Error::Unexpected { expected, .. } => (unexpected(expected), None),
        Error::InvalidScalar {
            ty: "u64" | "u32" | "usize",
            ..
        } => (
            "a whole number, at least 0, is expected here".to_owned(),
            None,
        ),
        Error::InvalidBooleanStrict { .. } => ("write `true` or `false`".to_owned(), None),
        other => match first_line(&other.to_string()) {
            text if text.starts_with("budget breached") => {
                let most = "the file is larger, deeper or has more aliases than is taken";
                (most.to_owned(), Some("write rows out in full".to_owned()))
            }
            text => (text, None),
        },
    }
}

fn unexpected(expected: &str) -> String {
    match expected {
        "sequence start" => "a list is expected here".to_owned(),
        "mapping start" => "fields are expected here, as in `{ id: ana }`".to_owned(),
        "string scalar" => "a text is expected here".to_owned(),
        other => format!("{other} is expected here"),
    }
}

/// The place is told by us, in our own form.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.rfind(" at line ") {
        Some(end) => line.get(..end).unwrap_or(line).to_owned(),
        None => line.to_owned(),
    }
}

fn names(wanted: &str, known: &[&'static str]) -> String {
    match nearest(wanted, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", known.join(", ")),
    }
}
