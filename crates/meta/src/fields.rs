//! `fields=id,name,owner_business{id,name},campaigns.limit(5){id}`: what of a node is wanted.

use std::collections::BTreeMap;

use crate::error::GraphError;
use crate::params::Params;

/// How deep wishes may go into each other.
const DEEPEST: usize = 6;
/// How many wishes there may be in all.
const MOST: usize = 500;

/// One wish: a field or edge, with what is wanted of what stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Under which name it goes out, if not its own: `.as(x)`.
    pub alias: Option<String>,
    /// Arguments of an edge: `.limit(5)`.
    pub arguments: BTreeMap<String, String>,
    /// What is wanted of it.
    pub fields: Vec<Field>,
}

impl Field {
    /// Returns a wish for a field by its name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Returns under which name it goes out.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }

    /// Returns its arguments as parameters of an edge.
    #[must_use]
    pub fn params(&self) -> Params {
        let mut params = Params::default();
        for (name, value) in &self.arguments {
            params = params.with(name, value);
        }
        params
    }
}

/// Reads what is wanted: `a,b{c}`, or a list of such texts. Nothing for what a node gives unasked.
///
/// Errors: it is not written so, goes deeper than six, or wishes for more than 500.
pub fn read(params: &Params) -> Result<Vec<Field>, GraphError> {
    let text = match params.json("fields") {
        None => return Ok(Vec::new()),
        Some(serde_json::Value::Array(items)) => items
            .iter()
            .filter_map(|item| item.as_str())
            .collect::<Vec<_>>()
            .join(","),
        Some(_) => params.text("fields").unwrap_or_default(),
    };
    parse(&text)
}

/// Reads what is wanted from a text.
///
/// Errors: as [`read`].
pub fn parse(text: &str) -> Result<Vec<Field>, GraphError> {
    let mut reader = Reader {
        chars: text.chars().collect(),
        at: 0,
        left: MOST,
    };
    let fields = reader.fields(0)?;
    match reader.peek() {
        None => Ok(fields),
        Some(_) => Err(reader.unexpected()),
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    left: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip_spaces();
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn unexpected(&self) -> GraphError {
        let what = match self.peek() {
            Some(c) if !c.is_control() => format!("Unexpected '{c}'."),
            _ => "Expected end of string.".to_owned(),
        };
        GraphError::syntax(&what, self.at)
    }

    fn fields(&mut self, depth: usize) -> Result<Vec<Field>, GraphError> {
        if depth > DEEPEST {
            return Err(GraphError::syntax("Nested too deeply.", self.at));
        }
        let mut fields = Vec::new();
        loop {
            while self.take(',') {}
            self.skip_spaces();
            if self.peek().is_none_or(|c| c == '}') {
                return Ok(fields);
            }
            self.left = self
                .left
                .checked_sub(1)
                .ok_or_else(|| GraphError::syntax("Too many fields.", self.at))?;
            fields.push(self.field(depth)?);
            self.skip_spaces();
            if !matches!(self.peek(), None | Some(',' | '}')) {
                return Err(self.unexpected());
            }
        }
    }

    fn field(&mut self, depth: usize) -> Result<Field, GraphError> {
        let mut field = Field::named(&self.word()?);
        while self.take('.') {
            let name = self.word()?;
            if !self.take('(') {
                return Err(self.unexpected());
            }
            let value = self.argument()?;
            if name == "as" {
                field.alias = Some(value);
            } else {
                field.arguments.insert(name, value);
            }
        }
        if self.take('{') {
            field.fields = self.fields(depth + 1)?;
            if !self.take('}') {
                return Err(self.unexpected());
            }
        }
        Ok(field)
    }

    fn word(&mut self) -> Result<String, GraphError> {
        self.skip_spaces();
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let word: String = rest
            .iter()
            .take_while(|c| c.is_ascii_alphanumeric() || **c == '_')
            .collect();
        if word.is_empty() {
            return Err(self.unexpected());
        }
        self.at += word.len();
        Ok(word)
    }

    /// What stands between parentheses, which may hold further ones.
    fn argument(&mut self) -> Result<String, GraphError> {
        let start = self.at;
        let mut open = 1_usize;
        while let Some(c) = self.peek() {
            open = match c {
                '(' => open + 1,
                ')' => open - 1,
                _ => open,
            };
            self.at += 1;
            if open == 0 {
                let inner = self.chars.get(start..self.at - 1).unwrap_or_default();
                return Ok(inner.iter().collect());
            }
        }
        Err(self.unexpected())
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, parse};

    fn written(fields: &[Field]) -> String {
        let one = |field: &Field| {
            let mut text = field.name.clone();
            for (name, value) in &field.arguments {
                text.push_str(&format!(".{name}({value})"));
            }
            if let Some(alias) = &field.alias {
                text.push_str(&format!(".as({alias})"));
            }
            if !field.fields.is_empty() {
                text.push_str(&format!("{{{}}}", written(&field.fields)));
            }
            text
        };
        fields.iter().map(one).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn wishes_are_read_as_they_are_written() {
        for text in [
            "id",
            "id,name",
            "owner_business{id,name},campaigns.limit(5){id}",
            "campaigns.effective_status([\"ACTIVE\"]).limit(2).as(running){id}",
            "a{b{c{d}}}",
        ] {
            assert_eq!(written(&parse(text).unwrap()), text);
        }
        assert_eq!(written(&parse(" id , name ,").unwrap()), "id,name");
        assert!(parse("").unwrap().is_empty());
    }

    #[test]
    fn what_is_not_written_so_is_a_syntax_error() {
        for text in [
            "id{",
            "id}",
            "{id}",
            "id name",
            "a.b",
            "a.limit(5",
            "é",
            "a{b}}",
            "a..b(1)",
        ] {
            assert_eq!(parse(text).unwrap_err().code, 2500, "{text}");
        }
        let deep = format!("{}a{}", "a{".repeat(50), "}".repeat(50));
        assert_eq!(parse(&deep).unwrap_err().code, 2500);
        assert_eq!(parse(&"a,".repeat(501)).unwrap_err().code, 2500);
    }
}
