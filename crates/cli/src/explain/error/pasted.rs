//! Finding the error in what somebody pasted: its JSON alone, a whole answer with headers, an answer to
//! a batch, or what an SDK printed.

use anyhow::{Result, anyhow};
use serde_json::Value;

/// An error as it was pasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pasted {
    pub(super) code: u32,
    pub(super) subcode: Option<u32>,
    pub(super) message: String,
    /// Method and address, where they stand beside it.
    pub(super) call: Option<(String, String)>,
}

/// How deep JSON within texts of JSON is looked at.
const DEEPEST: usize = 4;
/// How many brackets are tried, one after the other.
const MOST_TRIES: usize = 2_000;
/// The longest message that is shown, in characters.
const LONGEST: usize = 500;

/// Returns the first error in a text.
///
/// Errors: there is no JSON in it, no error, or one without a code.
pub(super) fn find(text: &str) -> Result<Pasted> {
    let mut any = false;
    let mut wrong = None;
    let mut from = 0;
    for _ in 0..MOST_TRIES {
        let next = text.get(from..).and_then(|rest| rest.find(['{', '[']));
        let Some(found) = next else { break };
        let at = from + found;
        let mut values =
            serde_json::Deserializer::from_str(text.get(at..).unwrap_or_default()).into_iter();
        let next: Option<Result<Value, _>> = values.next();
        from = at + 1;
        let Some(Ok(value)) = next else { continue };
        from = at + values.byte_offset().max(1);
        any |= value.is_object() || value.as_array().is_some_and(|list| !list.is_empty());
        match error_in(&value, DEEPEST) {
            Some(Ok(mut pasted)) => {
                pasted.call = call_in(text);
                return Ok(pasted);
            }
            Some(Err(error)) => wrong = wrong.or(Some(error)),
            None => {}
        }
    }
    Err(match (wrong, any) {
        (Some(error), _) => error,
        (None, true) => anyhow!(
            "`error`: there is JSON, and no error in it: paste what holds `\"error\": {{ \"message\": …, \"code\": … }}`"
        ),
        (None, false) => anyhow!(
            "`error`: there is no JSON in this: paste the body of the answer, or what the SDK printed"
        ),
    })
}

/// Returns the error in a value, if there is one; or what is wrong with it.
fn error_in(value: &Value, deep: usize) -> Option<Result<Pasted>> {
    if deep == 0 {
        return None;
    }
    match value {
        Value::Object(fields) => {
            if let Some(error) = fields.get("error") {
                return match error {
                    Value::Object(_) => Some(read(error)),
                    _ => Some(Err(anyhow!("`error`: it must be an object"))),
                };
            }
            // What an SDK shows of an error is its inside.
            if fields.contains_key("message") && fields.contains_key("code") {
                return Some(read(value));
            }
            fields.values().find_map(|inner| error_in(inner, deep - 1))
        }
        Value::Array(items) => items.iter().find_map(|inner| error_in(inner, deep - 1)),
        // An item of a batch has its body as a text.
        Value::String(text) if text.trim_start().starts_with('{') => {
            let inner: Value = serde_json::from_str(text).ok()?;
            error_in(&inner, deep - 1)
        }
        _ => None,
    }
}

fn read(error: &Value) -> Result<Pasted> {
    let number = |name: &str| match error.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => match number.as_u64().map(u32::try_from) {
            Some(Ok(number)) => Ok(Some(number)),
            _ => Err(anyhow!("`error.{name}`: it must be a whole number")),
        },
        Some(Value::String(text)) => match text.trim().parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(anyhow!("`error.{name}`: it must be a whole number")),
        },
        Some(_) => Err(anyhow!("`error.{name}`: it must be a whole number")),
    };
    let code = number("code")?;
    let code = code.ok_or_else(|| anyhow!("`error.code`: it is missing"))?;
    let subcode = number("error_subcode")?;
    let message = error.get("message").and_then(Value::as_str);
    let message = message.unwrap_or_default().chars();
    Ok(Pasted {
        code,
        subcode,
        message: message.filter(|c| !c.is_control()).take(LONGEST).collect(),
        call: None,
    })
}

/// Returns method and address as the SDK for Python prints them.
fn call_in(text: &str) -> Option<(String, String)> {
    let after = |name: &str| {
        let mut lines = text.lines().map(str::trim);
        let line = lines.find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().to_owned())
    };
    Some((after("Method:")?, after("Path:")?))
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn an_error_is_found_in_whatever_holds_it() {
        let json = r#"{"error":{"message":"(#200) No","type":"OAuthException","code":200,"error_subcode":33}}"#;
        let inside =
            r#"{"message":"(#200) No","type":"OAuthException","code":"200","error_subcode":33}"#;
        let batch = serde_json::json!([
            { "code": 200, "headers": [], "body": "{\"id\":\"5\"}" },
            { "code": 403, "headers": [{ "name": "a", "value": "b" }], "body": json },
        ]);
        for text in [
            json.to_owned(),
            inside.to_owned(),
            format!("HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n\r\n{json}"),
            format!(
                "Traceback (most recent call last):\n  File \"x.py\", line 3, in <module> {{'a': 1}}\n{json}\n"
            ),
            format!("FacebookRequestError: [oops] {json}"),
            batch.to_string(),
        ] {
            let pasted = find(&text).unwrap();
            assert_eq!((pasted.code, pasted.subcode), (200, Some(33)), "{text}");
            assert_eq!(pasted.message, "(#200) No", "{text}");
            assert_eq!(pasted.call, None);
        }
    }

    #[test]
    fn what_the_sdk_for_python_prints_names_the_call_too() {
        let text = "facebook_business.exceptions.FacebookRequestError: \n\n  Message: Call was not successful\n  \
                    Method:  GET\n  Path:    https://graph.facebook.com/v26.0/act_1/insights\n  Params:  \
                    {'fields': 'spend'}\n\n  Status:  403\n  Response:\n    {\n      \"error\": {\n        \
                    \"message\": \"no\",\n        \"code\": 200\n      }\n    }\n";
        let pasted = find(text).unwrap();
        assert_eq!(pasted.code, 200);
        let call = pasted.call.unwrap();
        assert_eq!(call.0, "GET");
        assert!(call.1.ends_with("act_1/insights"));
    }

    #[test]
    fn what_is_no_error_is_told_by_its_field() {
        for (text, field) in [
            ("", "`error`"),
            ("hello", "`error`"),
            ("{", "`error`"),
            ("{}", "`error`"),
            (r#"{"data":[]}"#, "`error`"),
            (r#"{"error":"no"}"#, "`error`"),
            (r#"{"error":{}}"#, "`error.code`"),
            (r#"{"error":{"code":"x"}}"#, "`error.code`"),
            (r#"{"error":{"code":-1}}"#, "`error.code`"),
            (r#"{"error":{"code":1e99}}"#, "`error.code`"),
            (
                r#"{"error":{"code":100,"error_subcode":{}}}"#,
                "`error.error_subcode`",
            ),
        ] {
            let error = find(text).unwrap_err().to_string();
            assert!(error.starts_with(field), "{text}: {error}");
        }
        // Deeply nested and endless things end.
        let deep = "[".repeat(100_000);
        assert!(find(&deep).is_err());
    }
}
