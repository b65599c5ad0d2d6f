//! `POST /api/v1/sign-in-codes`: a code with which a person sets a password.

use api::{SignInCodeAnswer, SignInCodeBody};
use axum::Json;
use axum::extract::State;
use engine::fact::Key;
use engine::{Credential, Holder, PersonId};
use node::sign_in::Who;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::fault::Fault;

pub(crate) async fn make(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<SignInCodeBody>,
) -> Result<Json<SignInCodeAnswer>, Fault> {
    if !matches!(caller.credential, Credential::Holder(_)) {
        return Err(Fault::forbidden("operator.appoint", Vec::new()));
    }
    let person: PersonId = body
        .person
        .parse()
        .map_err(|error: engine::IdError| Fault::invalid("person", error.to_string()))?;
    // For oneself, or by whoever could sign in as anybody.
    if caller.holder != Holder::Person(person.clone()) {
        caller.must(&app, "operator.appoint")?;
    }
    let known = caller.directory()?.fact(&Key::Person(person.clone()));
    if known.is_none() {
        return Err(Fault::invalid("person", "there is no such person"));
    }
    let realm = &caller.sight.realm;
    let desk = app.installation.sign_in_desk();
    let who = Who {
        realm,
        person: &person,
    };
    let code = desk.new_password_code(who).map_err(Fault::internal)?;
    let base = &app.options.public_url;
    Ok(Json(SignInCodeAnswer {
        code,
        page: format!("{base}/oauth/{}/password", realm.as_str()),
    }))
}
