//! Batches: up to fifty calls in one, each answered by itself.

use serde_json::{Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::params::Params;
use crate::usage::Header;

/// The most calls of a batch.
pub const MOST: usize = 50;

/// Returns the calls of a batch, each with what is wrong with it in its place. Each uses the token of
/// the batch unless it brings its own.
///
/// Errors: there is no list, or it is too long.
pub fn calls(outer: &Call) -> Result<Vec<Result<Call, GraphError>>, GraphError> {
    let items = match outer.params.json("batch") {
        Some(Value::Array(items)) => items,
        _ => {
            return Err(GraphError::invalid(
                "Invalid batch: a list of requests is expected",
            ));
        }
    };
    if items.len() > MOST {
        let message = format!("Too many requests in batch message. Maximum batch size is {MOST}");
        return Err(GraphError::invalid(&message));
    }
    Ok(items.iter().map(|item| one(outer, item)).collect())
}

/// Returns for each call of a batch the marks of the answers that its caller has: those of the header
/// `If-None-Match`, which is an object with name and value, or a line of text.
#[must_use]
pub fn known(outer: &Call) -> Vec<Option<String>> {
    let items = match outer.params.json("batch") {
        Some(Value::Array(items)) => items,
        _ => return Vec::new(),
    };
    items.iter().map(mark_of).collect()
}

fn mark_of(item: &Value) -> Option<String> {
    let headers = item.get("headers")?.as_array()?;
    let pair = |header: &Value| match header {
        Value::String(line) => {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        }
        header => {
            let text = |name: &str| Some(header.get(name)?.as_str()?.trim().to_owned());
            Some((text("name")?, text("value")?))
        }
    };
    let mut pairs = headers.iter().filter_map(pair);
    let found = pairs.find(|(name, _)| name.eq_ignore_ascii_case("if-none-match"));
    found.map(|(_, value)| value)
}

fn one(outer: &Call, item: &Value) -> Result<Call, GraphError> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    let method = text("method").unwrap_or("GET");
    let url = text("relative_url").ok_or_else(|| GraphError::missing("relative_url"))?;
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let body = text("body").unwrap_or_default();
    let mut params = Params::of_query(query).under(Params::of_query(body));
    if let (None, Some(token)) = (
        params.text("access_token"),
        outer.params.text("access_token"),
    ) {
        params = params.with("access_token", &token);
    }
    // The proof of the batch is of the token of the batch: another token needs one of its own.
    let same = params.text("access_token") == outer.params.text("access_token");
    let proof = outer.params.text("appsecret_proof").filter(|_| same);
    if let (None, Some(proof)) = (params.text("appsecret_proof"), proof) {
        params = params.with("appsecret_proof", &proof);
    }
    let path = if path.trim_start_matches('/').starts_with('v') {
        path.to_owned()
    } else {
        format!("{}/{path}", outer.version)
    };
    let call = Call::read(method, &path, params, &outer.base)?;
    if call.path.is_empty() && call.params.text("batch").is_some() {
        return Err(GraphError::invalid("A batch cannot hold a batch"));
    }
    Ok(call)
}

/// Returns an item of the answer: its body is JSON in a text. `headers` are those beside its content
/// type, unless none are wanted.
#[must_use]
pub fn item(status: u16, body: &Value, headers: Option<&[Header]>) -> Value {
    told(status, body.to_string().into(), headers)
}

/// Returns an item whose answer the caller has already: it is not sent again.
#[must_use]
pub fn unchanged(headers: Option<&[Header]>) -> Value {
    told(304, Value::Null, headers)
}

fn told(status: u16, body: Value, headers: Option<&[Header]>) -> Value {
    let Some(headers) = headers else {
        return json!({ "code": status, "body": body });
    };
    let kind = json!({ "name": "Content-Type", "value": "application/json; charset=UTF-8" });
    let more = headers.iter();
    let more = more.map(|(name, value)| json!({ "name": name, "value": value }));
    let headers: Vec<Value> = std::iter::once(kind).chain(more).collect();
    json!({ "code": status, "headers": headers, "body": body })
}

#[cfg(test)]
mod tests {
    use super::{calls, known};
    use crate::call::Call;
    use crate::params::Params;

    fn read(batch: &str) -> Vec<String> {
        let params = Params::of_query("access_token=outer").with("batch", batch);
        let outer = Call::read("POST", "/v26.0/", params, "").unwrap();
        match calls(&outer) {
            Err(error) => vec![error.message.into()],
            Ok(calls) => calls
                .into_iter()
                .map(|call| match call {
                    Ok(call) => format!(
                        "{} {} {} {}",
                        call.method.word(),
                        call.path.join("/"),
                        call.params.text("access_token").unwrap_or_default(),
                        call.params.list("tasks").join("+"),
                    ),
                    Err(error) => error.message.into(),
                })
                .collect(),
        }
    }

    #[test]
    fn items_as_both_sdks_write_them() {
        let python = r#"[{"method":"GET","relative_url":"5/?fields=id%2Cname"},
            {"method":"POST","relative_url":"act_1/assigned_users","body":"user=9&tasks=%5B%22ANALYZE%22%5D"},
            {"method":"GET","relative_url":"v26.0/6?access_token=own"}]"#;
        assert_eq!(
            read(python),
            [
                "get 5 outer ",
                "post act_1/assigned_users outer ANALYZE",
                "get 6 own "
            ]
        );
        let node = r#"[{"method":"POST","relative_url":"act_1/assigned_users","body":"tasks=[\"MANAGE\",\"ANALYZE\"]"}]"#;
        assert_eq!(
            read(node),
            ["post act_1/assigned_users outer MANAGE+ANALYZE"]
        );
    }

    #[test]
    fn the_proof_of_a_batch_is_of_its_token() {
        let items = r#"[{"relative_url":"1"},{"relative_url":"2?access_token=outer"},
            {"relative_url":"3?access_token=own"},{"relative_url":"4?access_token=own&appsecret_proof=mine"},
            {"relative_url":"5?appsecret_proof=mine"}]"#;
        let params = Params::of_query("access_token=outer&appsecret_proof=p").with("batch", items);
        let outer = Call::read("POST", "/v26.0/", params, "").unwrap();
        let calls = calls(&outer).unwrap().into_iter();
        let proofs: Vec<String> = calls
            .map(|call| {
                let params = call.unwrap().params;
                let text = |name: &str| params.text(name).unwrap_or_default();
                format!("{} {}", text("access_token"), text("appsecret_proof"))
            })
            .collect();
        assert_eq!(
            proofs,
            ["outer p", "outer p", "own ", "own mine", "outer mine"]
        );
    }

    #[test]
    fn marks_are_read_as_they_are_written() {
        let items = r#"[{"headers":[{"name":"If-None-Match","value":"\"a\""}]},
            {"headers":["if-none-match: \"b\""]},{"headers":["X: 1",7,{"name":"If-None-Match"}]},
            {"headers":{}},{},7]"#;
        let params = Params::of_query("").with("batch", items);
        let outer = Call::read("POST", "/v26.0/", params, "").unwrap();
        let marks: Vec<String> = known(&outer)
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect();
        assert_eq!(marks, ["\"a\"", "\"b\"", "", "", "", ""]);
    }

    #[test]
    fn a_batch_that_is_none_is_refused() {
        assert!(read("{}").concat().contains("Invalid batch"));
        assert!(read("not json").concat().contains("Invalid batch"));
        let long = format!("[{}]", vec![r#"{"relative_url":"me"}"#; 51].join(","));
        assert!(read(&long).concat().contains("Maximum batch size is 50"));
        assert!(
            read(r#"[{"method":"GET"}]"#)
                .concat()
                .contains("relative_url")
        );
        let inner = r#"[{"method":"POST","relative_url":"?batch=%5B%5D"}]"#;
        assert!(read(inner).concat().contains("cannot hold a batch"));
    }
}
