//! The OpenAPI 3.1 document of the native API, made from the handlers' own types.

mod lines;

use std::collections::BTreeMap;

use api::Problem;
use axum::Json;
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use lines::lines;

/// One operation of the document.
struct Line {
    path: &'static str,
    method: &'static str,
    summary: &'static str,
    params: &'static [Param],
    takes: Shape,
    gives: Shape,
}

/// A parameter of the query: its name, what it is, and whether it must be there.
type Param = (&'static str, &'static str, bool);

/// What a body is.
#[derive(Clone)]
enum Shape {
    Nothing,
    One(String),
    Many(String),
    /// A directory file, as YAML or JSON.
    File,
    /// Some object of JSON.
    Object,
}

/// Collects schemas by name.
#[derive(Default)]
struct Schemas(BTreeMap<String, RefOr<Schema>>);

impl Schemas {
    fn add<T: ToSchema>(&mut self) -> String {
        let name = T::name().into_owned();
        let mut found = vec![(name.clone(), T::schema())];
        T::schemas(&mut found);
        self.0.extend(found);
        name
    }

    fn one<T: ToSchema + PartialSchema>(&mut self) -> Shape {
        Shape::One(self.add::<T>())
    }

    fn many<T: ToSchema + PartialSchema>(&mut self) -> Shape {
        Shape::Many(self.add::<T>())
    }
}

pub(crate) async fn page() -> Json<Value> {
    Json(openapi())
}

/// Returns the OpenAPI 3.1 document.
#[must_use]
pub fn openapi() -> Value {
    let mut schemas = Schemas::default();
    let problem = schemas.add::<Problem>();
    let lines = lines(&mut schemas);
    let mut paths: BTreeMap<&str, BTreeMap<&str, Value>> = BTreeMap::new();
    for line in lines {
        let operations = paths.entry(line.path).or_default();
        operations.insert(line.method, operation(&line, &problem));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Countersign",
            "version": "1",
            "description": "Decides, explains and governs who may do what in an advertising business.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": schemas.0,
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(line: &Line, problem: &str) -> Value {
    let (status, answer) = match content(&line.gives) {
        Some(gives) => ("200", json!({ "description": "Done", "content": gives })),
        None => ("204", json!({ "description": "Done" })),
    };
    let schema = reference(problem);
    let wrong = json!({
        "description": "What went wrong, and what would do",
        "content": { "application/problem+json": { "schema": schema } },
    });
    let mut operation = serde_json::Map::new();
    operation.insert("summary".to_owned(), json!(line.summary));
    operation.insert("security".to_owned(), json!([{ "bearer": [] }]));
    let responses = json!({ status: answer, "default": wrong });
    operation.insert("responses".to_owned(), responses);
    let params = line.params.iter().map(|(name, about, required)| {
        let schema = json!({ "type": "string" });
        json!({ "name": name, "in": "query", "description": about, "required": required, "schema": schema })
    });
    let of_what = match line.path.contains("/businesses/") {
        true => "The id of the business",
        false => "The id",
    };
    let id = json!({
        "name": "id", "in": "path", "description": of_what, "required": true,
        "schema": { "type": "string" },
    });
    let in_path = line.path.contains("{id}").then_some(id);
    let params: Vec<Value> = in_path.into_iter().chain(params).collect();
    if !params.is_empty() {
        operation.insert("parameters".to_owned(), Value::Array(params));
    }
    if let Some(takes) = content(&line.takes) {
        let body = json!({ "required": true, "content": takes });
        operation.insert("requestBody".to_owned(), body);
    }
    Value::Object(operation)
}

fn content(shape: &Shape) -> Option<Value> {
    let schema = match shape {
        Shape::Nothing => return None,
        Shape::One(name) => reference(name),
        Shape::Many(name) => json!({ "type": "array", "items": reference(name) }),
        Shape::Object => json!({ "type": "object" }),
        Shape::File => {
            let about = "A directory file: `countersign schema directory` prints its JSON Schema.";
            let file = json!({ "schema": { "type": "object", "description": about } });
            return Some(json!({ "application/yaml": file, "application/json": file }));
        }
    };
    Some(json!({ "application/json": { "schema": schema } }))
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

const fn line(
    path: &'static str,
    method: &'static str,
    summary: &'static str,
    takes: Shape,
    gives: Shape,
) -> Line {
    Line {
        path,
        method,
        summary,
        params: &[],
        takes,
        gives,
    }
}

impl Line {
    const fn params(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::openapi;
    use crate::routes::native_paths;

    #[test]
    fn no_route_is_missing_and_none_is_made_up() {
        let document = openapi();
        let mut documented: Vec<&str> = document["paths"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let mut routed = native_paths();
        documented.sort_unstable();
        routed.sort_unstable();
        assert_eq!(documented, routed);
    }

    /// Collects the names by which a document is given things, or gives them.
    fn names(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::Object(properties)) = object.get("properties") {
                    names.extend(properties.keys().cloned());
                }
                let parameter = object.get("in").and_then(|_| object.get("name")?.as_str());
                names.extend(parameter.map(str::to_owned));
                object.values().for_each(|value| self::names(value, names));
            }
            Value::Array(values) => values.iter().for_each(|value| self::names(value, names)),
            _ => {}
        }
    }

    #[test]
    fn no_route_takes_a_password() {
        let mut found = BTreeSet::new();
        names(&openapi(), &mut found);
        found.extend(native_paths().into_iter().map(str::to_owned));
        assert!(found.len() > 100 && found.contains("second_factor") && found.contains("cursor"));
        found.retain(|name| testkit::password::asks_for_one(name));
        assert_eq!(found, BTreeSet::new());
    }

    #[test]
    fn the_document_changes_on_purpose_only() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
        let now = serde_json::to_string_pretty(&openapi()).unwrap() + "\n";
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &now).unwrap();
        }
        assert!(
            kept == now,
            "openapi.json is not what the handlers say: run the test with UPDATE=1 and read the change"
        );
    }
}
