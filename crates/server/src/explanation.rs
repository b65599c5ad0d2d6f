//! `GET /api/v1/explanations/{id}`: why a call was refused, by the id that was told with the refusal.
//!
//! Whoever was refused may ask, and so may those who administer the thing or the app, and those who
//! may ask about everything. To anybody else an id is one that was never given.

use std::sync::Arc;

use api::{At, Eyes, KeptRefusal, Reader, RefusalBody, RefusalSight};
use axum::Json;
use axum::extract::State;
use engine::{Context, Credential, Evidence, Gate, Holder, Request, Thing, decide};

use crate::app::App;
use crate::caller::Caller;
use crate::fault::Fault;
use crate::moment::Moment;
use crate::params::Segment;

pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
) -> Result<Json<RefusalBody>, Fault> {
    let kept = find(&app, &id).await?;
    let kept = kept.filter(|kept| kept.realm == caller.sight.realm.as_str());
    let reader = kept.as_ref().map(|kept| reader(&app, &caller, kept));
    let (Some(kept), Some(Some(reader))) = (kept, reader.transpose()?) else {
        return Err(unknown());
    };
    let then = Moment::of(&app, &caller, Some(At::Position(kept.position))).await?;
    let eyes = match reader {
        Reader::Everything => Eyes::all(),
        _ => caller.eyes(false)?,
    };
    let newest = caller.directory()?;
    let tell = |gate: &Gate| {
        let seen = |_: &&_| eyes.manage(newest, &gate.app);
        let why = gate.why.as_ref().filter(seen)?;
        app.installation.text(why).ok().flatten()
    };
    Ok(Json(kept.told(
        &id,
        &RefusalSight {
            then: then.directory()?,
            newest,
            now: app.installation.now(),
            reader: &reader,
            eyes: &eyes,
            tell: &tell,
        },
    )))
}

async fn find(app: &App, id: &str) -> Result<Option<KeptRefusal>, Fault> {
    let (installation, id) = (Arc::clone(&app.installation), id.to_owned());
    let found = tokio::task::spawn_blocking(move || installation.refusal(&id));
    let found = found
        .await
        .map_err(Fault::internal)?
        .map_err(Fault::internal)?;
    Ok(found.and_then(|record| KeptRefusal::parse(&record)))
}

fn unknown() -> Fault {
    let detail = "no refusal is kept under this id, or it is not yours to ask about; refusals are kept \
                  for seven days";
    Fault::told(api::Problem::new(404, "NOT_FOUND", "No such thing", detail))
}

/// Returns as whom the caller reads; nothing if he may not.
fn reader(app: &App, caller: &Caller, kept: &KeptRefusal) -> Result<Option<Reader>, Fault> {
    if caller.may_ask(app)? {
        return Ok(Some(Reader::Everything));
    }
    if caller.holder.to_string() == kept.holder {
        return Ok(Some(Reader::Asker));
    }
    // Who administers something does so signed in, not with some app's token.
    let Credential::Holder(holder) = &caller.credential else {
        return Ok(None);
    };
    let the_app = kept.app.parse().ok().map(Thing::App);
    for thing in the_app.into_iter().chain(kept.thing()) {
        if administers(app, caller, holder, thing)? {
            return Ok(Some(Reader::Administrator(holder.clone())));
        }
    }
    Ok(None)
}

/// May the caller change who has access to the thing?
fn administers(app: &App, caller: &Caller, holder: &Holder, thing: Thing) -> Result<bool, Fault> {
    let operation = match &thing {
        Thing::App(_) => "app_role.give",
        Thing::Asset(_) => "assignment.revoke",
        Thing::Business(_) => "member.change",
        Thing::SystemUser(_) => "system_user.change",
        Thing::Group(_) => "group.remove",
        Thing::Person(_) | Thing::Realm => return Ok(false),
    };
    let request = Request {
        credential: Credential::Holder(holder.clone()),
        operation: operation.to_owned(),
        resource: thing,
        with: Vec::new(),
        context: Context::default(),
    };
    let evidence = Evidence {
        second_factor: true,
        ..Evidence::default()
    };
    let decision = decide(
        caller.directory()?,
        &request,
        &evidence,
        app.installation.now(),
    );
    Ok(decision.is_allowed())
}
