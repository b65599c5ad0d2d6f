//! Errors of the native API: the one place where they are logged and shaped.

use api::Problem;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use commands::Refusal;
use engine::Decision;
use node::realms::TaskRefusal;
use node::writer::SubmitError;

/// Why a request was not answered.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The caller is told this.
    Told(Box<Problem>),
    /// Only the log is told.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Fault {
    pub(crate) fn told(problem: Problem) -> Self {
        Self::Told(Box::new(problem))
    }

    pub(crate) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        let title = "A field is not what it should be";
        let problem = Problem::new(400, "INVALID", title, message);
        Self::told(match field {
            "" => problem,
            field => problem.field(field),
        })
    }

    /// The engine says no to a command.
    pub(crate) fn denied(operation: &str, decision: &Decision) -> Self {
        let detail =
            format!("`{operation}` may not be done; POST the same question to /api/v1/explain");
        let problem = Problem::new(403, "DENIED", "The engine says no", detail);
        let reasons = decision.reasons.iter();
        Self::told(problem.reasons(reasons.map(rulebook::Reason::code).collect()))
    }

    /// A file that was sent is wrong: which line, which name, and what to do.
    pub(crate) fn file(title: &'static str, problems: &rulebook::Problems) -> Self {
        let count = problems.0.len();
        let detail = match problems.0.first() {
            Some(first) if count == 1 => first.to_string(),
            Some(first) => format!("{first}\nand {} more: see `problems`", count - 1),
            None => "the file cannot be read".to_owned(),
        };
        Self::told(Problem::new(400, "FILE", title, detail).in_file(problems))
    }

    /// Did something change that the request rests on?
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Told(problem) if problem.code == "CONFLICT")
    }

    /// Says in which item of a list the fault is.
    pub(crate) fn within(self, item: &str) -> Self {
        match self {
            Self::Told(mut problem) => {
                problem.field = Some(match problem.field {
                    Some(field) => format!("{item}.{field}"),
                    None => item.to_owned(),
                });
                Self::Told(problem)
            }
            internal @ Self::Internal(_) => internal,
        }
    }

    pub(crate) fn unauthenticated() -> Self {
        let detail =
            "send `Authorization: Bearer TOKEN`, once, with a live API token or platform token";
        Self::told(Problem::new(
            401,
            "UNAUTHENTICATED",
            "Who is asking?",
            detail,
        ))
    }

    pub(crate) fn forbidden(operation: &str, reasons: Vec<&'static str>) -> Self {
        let detail = format!("this needs the operation `{operation}` of the realm");
        Self::told(
            Problem::new(403, "FORBIDDEN", "This is not yours to ask", detail).reasons(reasons),
        )
    }

    pub(crate) fn not_ready() -> Self {
        let detail = "the realm is being loaded or was removed; try again soon";
        Self::told(Problem::new(
            503,
            "NOT_READY",
            "The realm answers nothing now",
            detail,
        ))
    }
}

impl From<api::FieldError> for Fault {
    fn from(error: api::FieldError) -> Self {
        Self::invalid(&error.field.clone(), error.to_string())
    }
}

impl From<TaskRefusal> for Fault {
    fn from(refusal: TaskRefusal) -> Self {
        if let TaskRefusal::Rulebook(problems) = &refusal {
            return Self::file("The rulebook is refused", problems);
        }
        let detail = refusal.to_string();
        let problem = |status, code, title| Problem::new(status, code, title, detail.clone());
        Self::told(match &refusal {
            TaskRefusal::Command(Refusal::Denied { decision, request }) => {
                return Self::denied(&request.operation, &api::masked(decision));
            }
            TaskRefusal::Command(refusal) => command_problem(refusal, detail),
            TaskRefusal::NoSuchRealm(_) | TaskRefusal::NothingToCollect(_) => {
                problem(404, "NOT_FOUND", "No such thing")
            }
            TaskRefusal::RealmExists(_) | TaskRefusal::Loaded(_) | TaskRefusal::Moved => {
                problem(409, "CONFLICT", "Something is in the way")
            }
            TaskRefusal::NoOperator => problem(409, "LAST_OPERATOR", "Somebody must stay"),
            TaskRefusal::Loading(_) => problem(503, "NOT_READY", "The realm answers nothing now"),
            TaskRefusal::NamesInUse(_) => {
                problem(409, "NAMES_IN_USE", "The rulebook lacks names in use")
            }
            TaskRefusal::Denied { decision, .. } => problem(403, "DENIED", "The engine says no")
                .reasons(
                    decision
                        .reasons
                        .iter()
                        .map(rulebook::Reason::code)
                        .collect(),
                ),
            TaskRefusal::Rulebook(_) | TaskRefusal::Encode | TaskRefusal::NothingAsked => {
                problem(500, "INTERNAL", "An error of ours")
            }
        })
    }
}

fn command_problem(refusal: &Refusal, detail: String) -> Problem {
    let problem = |status, title| Problem::new(status, refusal.code(), title, detail.clone());
    match refusal {
        Refusal::NoSuchCommand { .. } => problem(404, "There is no such command"),
        Refusal::Invalid { field, .. } => {
            problem(400, "A field is not what it should be").field(*field)
        }
        Refusal::NotFound { .. } => problem(404, "No such thing"),
        Refusal::Conflict { .. } => problem(409, "Something is in the way"),
        Refusal::LimitReached { .. } => problem(409, "There are as many as there may be"),
        Refusal::LastAdmin { .. } => problem(409, "Somebody must stay"),
        Refusal::ApproverUnfit { .. } => problem(403, "Somebody else must approve this"),
        Refusal::NotVerified { .. } => problem(409, "A business is not verified"),
        Refusal::TooMany { .. } => problem(400, "Too much at once"),
        Refusal::Denied { .. } => problem(403, "The engine says no"),
    }
}

impl From<SubmitError> for Fault {
    fn from(error: SubmitError) -> Self {
        let problem =
            |status, code, title| Self::told(Problem::new(status, code, title, error.to_string()));
        match &error {
            SubmitError::Busy => problem(503, "BUSY", "Too many commands are waiting"),
            SubmitError::IdTaken { .. } => {
                problem(409, "COMMAND_ID_TAKEN", "The command id is taken")
            }
            SubmitError::Row(_) => problem(409, "CONFLICT", "Something changed in between"),
            SubmitError::Unknown => problem(503, "UNKNOWN_OUTCOME", "Ask again with the same id"),
            SubmitError::NotWritten(_) | SubmitError::Broken(_) => Self::internal(error),
        }
    }
}

impl Fault {
    /// Returns what the caller is told; what is ours goes to the log.
    pub(crate) fn problem(self) -> Problem {
        match self {
            Self::Told(problem) => *problem,
            Self::Internal(error) => {
                tracing::error!(error = %chain(&*error), "a request failed");
                let detail = "the log of the server has the request id and the cause";
                Problem::new(500, "INTERNAL", "An error of ours", detail)
            }
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        problem_response(&self.problem())
    }
}

/// Returns an error and its causes in one line, for the log.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let causes: Vec<String> = causes.map(ToString::to_string).collect();
    causes.join(": ")
}

pub(crate) fn problem_response(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"countersign\""),
        );
    }
    response
}
