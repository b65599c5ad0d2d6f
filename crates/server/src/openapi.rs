//! The OpenAPI 3.1 document of the native API, made from the handlers' own types.

use std::collections::BTreeMap;

use api::{
    ActivateAnswer, BulkAnswer, BulkBody, CollectBody, CommandAnswer, CommandBody, DecisionBody,
    ExplainedBody, FigureFeed, FindingsBody, HoldersBody, HoldingsBody, ImportAnswer,
    ImportProgress, Problem, ProveRemovalBody, QuestionBody, ResidueBody, SessionAnswer,
    SessionBody, SignInCodeAnswer, SignInCodeBody, SweptBody, ThingsBody, TokensBody, WhatCanBody,
    WhoCanBody,
};
use axum::Json;
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::check::QuestionsBody;
use crate::command::CommandNames;
use crate::ledger_entries::{EntriesBody, HeadBody, VerdictBody};
use crate::rulebook_page::{ActivateBody, RulebookBody};
use crate::session::WhoAmI;

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

/// The parameters of the inventory of tokens.
const TOKENS: &[Param] = &[
    ("business", "Those it answers for; all, if left out", false),
    ("alive", "`true`: only those that are alive", false),
    (
        "ending_within_days",
        "Only those that are alive and end within so many days",
        false,
    ),
    (
        "limit",
        "At most so many: 1 to 1000; 100 if left out",
        false,
    ),
    ("cursor", "From the page before", false),
];

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
    let params: Vec<Value> = params.collect();
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

fn lines(s: &mut Schemas) -> Vec<Line> {
    let mut lines = asking(s);
    lines.extend(doing(s));
    lines.extend(keeping(s));
    lines
}

fn asking(s: &mut Schemas) -> Vec<Line> {
    let question = s.one::<QuestionBody>();
    let decision = s.one::<DecisionBody>();
    let (many, decisions) = (s.one::<QuestionsBody>(), s.many::<DecisionBody>());
    let explained = s.one::<ExplainedBody>();
    let (who, holders) = (s.one::<WhoCanBody>(), s.one::<HoldersBody>());
    let (what, things) = (s.one::<WhatCanBody>(), s.one::<ThingsBody>());
    let (held, unsafe_things) = (s.one::<HoldingsBody>(), s.one::<FindingsBody>());
    let (partner, residue) = (s.one::<ProveRemovalBody>(), s.one::<ResidueBody>());
    let gone = "What is left of a partner? Nothing left is certified";
    let prove = "/api/v1/partners/prove-removal";
    let me = s.one::<WhoAmI>();
    let tokens = s.one::<TokensBody>();
    let inventory = "The tokens there are, with their ends";
    let why = "Why, and what would put it right";
    let may = "May this be done?";
    let on_what = "On what can this be done?";
    vec![
        line("/api/v1/whoami", "get", "Who calls", Shape::Nothing, me),
        line("/api/v1/tokens", "get", inventory, Shape::Nothing, tokens).params(TOKENS),
        line("/api/v1/check", "post", may, question.clone(), decision),
        line(
            "/api/v1/checks",
            "post",
            "May these be done?",
            many,
            decisions,
        ),
        line("/api/v1/explain", "post", why, question, explained),
        line("/api/v1/who-can", "post", "Who can do this?", who, holders),
        line("/api/v1/what-can", "post", on_what, what, things),
        line(
            "/api/v1/holdings",
            "get",
            "What a person has in a business, each with the command that takes it away",
            Shape::Nothing,
            held,
        )
        .params(HOLDINGS),
        line(
            "/api/v1/findings",
            "get",
            "What is unsafe, each with a command that mends it",
            Shape::Nothing,
            unsafe_things,
        )
        .params(FINDINGS),
        line(prove, "post", gone, partner, residue),
    ]
}

const SECOND_FACTOR: Param = (
    "second_factor",
    "`true`: the second factor was passed",
    false,
);
const AT: Param = ("at", "A time, a date, or a place in the log", false);
const HOLDINGS: &[Param] = &[
    ("business", "The business's id", true),
    ("person", "The person's id", true),
    SECOND_FACTOR,
    AT,
];
const FINDINGS: &[Param] = &[
    (
        "business",
        "Of one business; of the whole realm if left out",
        false,
    ),
    SECOND_FACTOR,
    AT,
];

fn doing(s: &mut Schemas) -> Vec<Line> {
    let (names, command) = (s.one::<CommandNames>(), s.one::<CommandBody>());
    let answer = s.one::<CommandAnswer>();
    let (ask, session) = (s.one::<SessionBody>(), s.one::<SessionAnswer>());
    let (person, code) = (s.one::<SignInCodeBody>(), s.one::<SignInCodeAnswer>());
    let (activate, activated) = (s.one::<ActivateBody>(), s.one::<ActivateAnswer>());
    let (bulk, items) = (s.one::<BulkBody>(), s.one::<BulkAnswer>());
    let feed = s.many::<FigureFeed>();
    let commands = "/api/v1/commands";
    let rulebook = "/api/v1/rulebook";
    let figures = "Feed figures with their time";
    let (collect, swept) = (s.one::<CollectBody>(), s.one::<SweptBody>());
    let collecting = "Get the secret of a token that was renewed by itself, once";
    let sweep = "Do what is due by the calendar now";
    vec![
        line(
            "/api/v1/tokens/collect",
            "post",
            collecting,
            collect,
            answer.clone(),
        ),
        line("/api/v1/sweep", "post", sweep, Shape::Nothing, swept),
        line(
            "/api/v1/sessions",
            "post",
            "Make an API token",
            ask,
            session,
        ),
        line(
            "/api/v1/sign-in-codes",
            "post",
            "Make a code with which a person sets a password",
            person,
            code,
        ),
        line(
            commands,
            "get",
            "The commands this platform has",
            Shape::Nothing,
            names,
        ),
        line(commands, "post", "Do something, once", command, answer),
        line(
            "/api/v1/bulk",
            "post",
            "Do many things, each once and by itself",
            bulk,
            items,
        ),
        line(
            rulebook,
            "post",
            "Activate a rulebook, or plan it",
            activate,
            activated,
        ),
        line("/api/v1/figures", "post", figures, feed, Shape::Nothing),
    ]
}

fn keeping(s: &mut Schemas) -> Vec<Line> {
    let (imported, progress) = (s.one::<ImportAnswer>(), s.one::<ImportProgress>());
    let entries = s.one::<EntriesBody>();
    let (head, verdict) = (s.one::<HeadBody>(), s.one::<VerdictBody>());
    let rulebook = s.one::<RulebookBody>();
    let in_words = "Entries in plain words, from `from`, at most `limit`";
    let signed = "The end of the log, signed";
    let active = "The active rulebook";
    let far = "How far a long import is";
    let whole = "Check the whole chain";
    let import = "/api/v1/import";
    let (export, bring) = ("The realm as a directory file", "Import a directory file");
    vec![
        line("/api/v1/export", "get", export, Shape::Nothing, Shape::File).params(&[(
            "at",
            "A time, a date, or a place in the log",
            false,
        )]),
        line(import, "post", bring, Shape::File, imported).params(&[
            ("id", "The import's id; a plan needs none", false),
            (
                "plan",
                "`true`: say what would change, change nothing",
                false,
            ),
            ("replace", "`true`: what the file does not say ends", false),
            ("file", "What the file is called in messages", false),
        ]),
        line(import, "get", far, Shape::Nothing, progress).params(&[(
            "id",
            "The import's id",
            true,
        )]),
        line(
            "/api/v1/ledger/entries",
            "get",
            in_words,
            Shape::Nothing,
            entries,
        )
        .params(&[
            ("from", "The first place in the log; 1 if left out", false),
            (
                "limit",
                "The most places looked at, 1 to 1000; 100 if left out",
                false,
            ),
        ]),
        line("/api/v1/ledger/head", "get", signed, Shape::Nothing, head),
        line(
            "/api/v1/ledger/verify",
            "post",
            whole,
            Shape::Nothing,
            verdict,
        ),
        line("/api/v1/rulebook", "get", active, Shape::Nothing, rulebook),
        line(
            "/api/v1/openapi.json",
            "get",
            "This document",
            Shape::Nothing,
            Shape::Object,
        ),
    ]
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
