//! What AuthZEN sends: read leniently where it says so, strictly where it says so.

use axum::extract::{FromRequest, Request as Incoming};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::fact::{Digest, Fact, Key, Properties, Value as Plain};
use engine::{Context, Credential, Directory, Evidence, Holder, Thing};
use serde_json::{Map, Value};

use crate::body::{MOST_BYTES, is_of, read};

/// An error of this door: a status and a message.
#[derive(Debug)]
pub(super) struct Wrong(pub(super) StatusCode, pub(super) String);

impl Wrong {
    pub(super) fn request(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, message.into())
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        let mut response = (self.0, axum::Json(Value::String(self.1))).into_response();
        if self.0 == StatusCode::UNAUTHORIZED {
            let value = header::HeaderValue::from_static("Bearer realm=\"countersign\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}

impl From<crate::fault::Fault> for Wrong {
    fn from(fault: crate::fault::Fault) -> Self {
        match fault {
            crate::fault::Fault::Told(problem) => {
                let status = StatusCode::from_u16(problem.status);
                Self(
                    status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                    problem.detail,
                )
            }
            crate::fault::Fault::Internal(error) => {
                tracing::error!(error = %crate::fault::chain(&*error), "a request failed");
                Self(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "an error of ours".to_owned(),
                )
            }
        }
    }
}

/// The JSON object that was sent. This door has one status for everything that is wrong with it.
#[derive(Debug)]
pub(super) struct Sent(pub(super) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Wrong;

    async fn from_request(request: Incoming, _: &S) -> Result<Self, Wrong> {
        if !is_of(request.headers(), &["application/json"]) {
            return Err(Wrong::request("send `Content-Type: application/json`"));
        }
        let bytes = read(request, MOST_BYTES)
            .await
            .map_err(|fault| Wrong(StatusCode::BAD_REQUEST, Wrong::from(fault).1))?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(Wrong::request("the body must be a JSON object")),
            Err(error) => Err(Wrong::request(format!(
                "the body is not well-formed JSON: {error}"
            ))),
        }
    }
}

/// A subject or resource.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    pub(super) kind: String,
    /// Absent where it is what is searched for.
    pub(super) id: Option<String>,
    pub(super) properties: Properties,
}

/// Returns an entity of the request; `needs_id` unless it is what is searched for.
pub(super) fn entity(
    object: &Map<String, Value>,
    name: &str,
    needs_id: bool,
) -> Result<Entity, Wrong> {
    let entity = part(object, name)?;
    let kind = text(entity, name, "type")?;
    let id = if needs_id {
        Some(text(entity, name, "id")?)
    } else {
        None
    };
    Ok(Entity {
        kind,
        id,
        properties: properties(entity, name)?,
    })
}

/// Returns the action's name and properties.
pub(super) fn action(object: &Map<String, Value>) -> Result<(String, Properties), Wrong> {
    let action = part(object, "action")?;
    Ok((
        text(action, "action", "name")?,
        properties(action, "action")?,
    ))
}

/// Returns the context's plain properties. What is nested says nothing to a condition.
pub(super) fn context(object: &Map<String, Value>) -> Result<Properties, Wrong> {
    match object.get("context") {
        None | Some(Value::Null) => Ok(Properties::new()),
        Some(Value::Object(context)) => Ok(plain(context)),
        Some(_) => Err(Wrong::request("`context` must be an object")),
    }
}

fn part<'o>(object: &'o Map<String, Value>, name: &str) -> Result<&'o Map<String, Value>, Wrong> {
    match object.get(name) {
        Some(Value::Object(part)) => Ok(part),
        Some(_) => Err(Wrong::request(format!("`{name}` must be an object"))),
        None => Err(Wrong::request(format!("`{name}` is missing"))),
    }
}

fn text(part: &Map<String, Value>, of: &str, name: &str) -> Result<String, Wrong> {
    match part.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(_) => Err(Wrong::request(format!(
            "`{of}.{name}` must be a string with something in it"
        ))),
        None => Err(Wrong::request(format!("`{of}.{name}` is missing"))),
    }
}

fn properties(part: &Map<String, Value>, of: &str) -> Result<Properties, Wrong> {
    match part.get("properties") {
        None | Some(Value::Null) => Ok(Properties::new()),
        Some(Value::Object(properties)) => Ok(plain(properties)),
        Some(_) => Err(Wrong::request(format!(
            "`{of}.properties` must be an object"
        ))),
    }
}

fn plain(properties: &Map<String, Value>) -> Properties {
    let rows = properties.iter().filter_map(|(name, value)| {
        let value = match value {
            Value::Bool(value) => Plain::Bool(*value),
            Value::Number(value) => Plain::Number(value.as_i64()?),
            Value::String(value) => Plain::Text(value.clone()),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some((name.clone(), value))
    });
    rows.collect()
}

/// Returns the credential a subject stands for; nothing for a type or id that cannot be one.
pub(super) fn credential(directory: &Directory, subject: &Entity) -> Option<Credential> {
    let id = subject.id.as_deref()?;
    let holder = match subject.kind.as_str() {
        "user" => Holder::Person(id.parse().ok()?),
        "system_user" => Holder::SystemUser(id.parse().ok()?),
        "business" => Holder::Business(id.parse().ok()?),
        "app" => Holder::App(id.parse().ok()?),
        "token" => {
            let known = id
                .parse()
                .ok()
                .and_then(|id| directory.fact(&Key::Token(id)));
            return Some(Credential::Token(match known {
                Some(Fact::Token(token)) => token.digest,
                _ => Digest::of(id),
            }));
        }
        _ => return None,
    };
    Some(Credential::Holder(holder))
}

/// Returns the type under which a holder is a subject.
pub(super) const fn subject_type(holder: &Holder) -> &'static str {
    match holder {
        Holder::Person(_) => "user",
        Holder::SystemUser(_) => "system_user",
        Holder::Business(_) => "business",
        Holder::App(_) => "app",
    }
}

/// Returns the thing a resource is; nothing for a type or id that cannot be one.
pub(super) fn thing(directory: &Directory, resource: &Entity) -> Option<Thing> {
    let id = resource.id.as_deref()?;
    match resource.kind.as_str() {
        "business" => id.parse().ok().map(Thing::Business),
        "app" => id.parse().ok().map(Thing::App),
        "user" | "person" => id.parse().ok().map(Thing::Person),
        "system_user" => id.parse().ok().map(Thing::SystemUser),
        "group" => id.parse().ok().map(Thing::Group),
        "realm" => Some(Thing::Realm),
        kind => {
            directory.rulebook().rules(0).kind_named(kind)?;
            let id = id.parse().ok()?;
            match directory.fact(&Key::Asset(id)) {
                // An id of another kind is not a thing of this type.
                Some(Fact::Asset(asset)) if asset.kind == kind => Some(Thing::Asset(asset.id)),
                _ => None,
            }
        }
    }
}

/// The circumstances of an evaluation.
pub(super) fn around(
    subject: &Entity,
    resource: &Entity,
    action: &Properties,
    other: Properties,
) -> (Context, Evidence) {
    let context = Context {
        subject: subject.properties.clone(),
        resource: resource.properties.clone(),
        action: action.clone(),
        other,
        ..Context::default()
    };
    (
        context,
        Evidence {
            second_factor: true,
            ..Evidence::default()
        },
    )
}
