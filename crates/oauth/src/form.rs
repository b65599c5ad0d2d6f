//! Forms and queries: what comes as `a=b&c=d`.

use crate::error::OauthError;

/// The most fields a form has.
const MOST_FIELDS: usize = 2_000;

/// The fields of a form, in order. Debug prints names only: values are secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(String, String)>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.fields.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

impl Form {
    /// Reads a form or query.
    ///
    /// Errors: it is not UTF-8, a `%` does not begin two hexadecimal digits, a control character
    /// stands in it, or there are more than 2,000 fields.
    pub fn parse(bytes: &[u8]) -> Result<Self, OauthError> {
        let mut fields = Vec::new();
        for pair in bytes.split(|byte| *byte == b'&') {
            if pair.is_empty() {
                continue;
            }
            if fields.len() == MOST_FIELDS {
                return Err(OauthError::request("there are too many fields"));
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decoded(halves.next().unwrap_or_default())?;
            let value = decoded(halves.next().unwrap_or_default())?;
            fields.push((name, value));
        }
        Ok(Self { fields })
    }

    /// Returns a field; nothing if it is absent or empty, which RFC 6749 takes for the same.
    ///
    /// Errors: it is there twice.
    pub fn get(&self, name: &str) -> Result<Option<&str>, OauthError> {
        let mut found = self.fields().filter(|(found, _)| *found == name);
        let first = found.next().map(|(_, value)| value);
        if found.next().is_some() {
            let message = format!("`{name}` is there more than once");
            return Err(OauthError::request(&message));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// Returns a field that must be there.
    pub fn need(&self, name: &str) -> Result<&str, OauthError> {
        let missing = || OauthError::request(&format!("`{name}` is missing"));
        self.get(name)?.ok_or_else(missing)
    }

    /// Returns every value of a field that may be there several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.fields.iter();
        fields
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns every field.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter();
        fields.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the form as text.
    #[must_use]
    pub fn encoded(&self) -> String {
        encoded(self.fields())
    }
}

/// Returns fields as the text of a query.
#[must_use]
pub fn encoded<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        push_encoded(&mut text, name);
        text.push('=');
        push_encoded(&mut text, value);
    }
    text
}

fn push_encoded(text: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// Returns a text whose `%XX` and `+` were undone.
pub(crate) fn decoded(bytes: &[u8]) -> Result<String, OauthError> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next(), rest.next()];
                let [Some(high), Some(low)] = digits.map(|one| one.and_then(|one| digit(*one)))
                else {
                    return Err(OauthError::request("a `%` does not begin two digits"));
                };
                high << 4 | low
            }
            other => *other,
        });
    }
    let text = String::from_utf8(plain);
    let text = text.map_err(|_| OauthError::request("the form is not UTF-8"))?;
    if text.chars().any(char::is_control) {
        return Err(OauthError::request("a control character is in the form"));
    }
    Ok(text)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_form_comes_back_as_it_was() {
        let form = Form::parse(b"a=1&b=x+y%2Fz&c&=d").unwrap();
        assert_eq!(form.get("b").unwrap(), Some("x y/z"));
        assert_eq!(form.get("c").unwrap(), None);
        assert_eq!(form.get("nothing").unwrap(), None);
        let again = Form::parse(form.encoded().as_bytes()).unwrap();
        assert_eq!(again, form);
    }

    #[test]
    fn a_field_that_is_there_twice_is_refused_even_if_both_say_the_same() {
        let form = Form::parse(b"code=1&code=1").unwrap();
        assert!(form.get("code").is_err());
        assert_eq!(form.all("code").count(), 2);
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for bad in [
            &b"a=%"[..],
            b"a=%4",
            b"a=%zz",
            b"a=%ff",
            b"a=%00",
            b"\xff=1",
        ] {
            assert!(Form::parse(bad).is_err(), "{bad:?}");
        }
        let many = "a=1&".repeat(2_001);
        assert!(Form::parse(many.as_bytes()).is_err());
    }
}
