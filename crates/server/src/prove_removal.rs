//! `POST /api/v1/partners/prove-removal`: everything that is left of a partner; nothing left is
//! certified.

use api::{ProveRemovalBody, ResidueBody};
use axum::Json;
use axum::extract::State;
use commands::residue::residue;
use engine::{BusinessId, Context, Credential, Evidence, Request, Thing, decide};
use node::certificate::Circumstances;

use crate::app::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::fault::Fault;

/// The most businesses of one proof.
const MOST: usize = 100;

pub(crate) async fn prove(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<ProveRemovalBody>,
) -> Result<Json<ResidueBody>, Fault> {
    let partner: BusinessId = id("partner", &body.partner)?;
    if body.businesses.is_empty() || body.businesses.len() > MOST {
        let message = format!("name 1 to {MOST} businesses");
        return Err(Fault::invalid("businesses", message));
    }
    let businesses: Result<Vec<BusinessId>, Fault> = body
        .businesses
        .iter()
        .map(|text| id("businesses", text))
        .collect();
    let businesses = businesses?;
    for business in &businesses {
        may_look(&app, &caller, business, &partner)?;
    }
    let looked = tokio::task::spawn_blocking(move || look(&app, &caller, &businesses, &partner));
    looked.await.map_err(Fault::internal)?.map(Json)
}

fn id(field: &'static str, text: &str) -> Result<BusinessId, Fault> {
    text.parse()
        .map_err(|wrong: engine::IdError| Fault::invalid(field, wrong.to_string()))
}

/// Who may remove the partner may look for what is left of it. A business that is not there is like
/// one that is not his.
fn may_look(
    app: &App,
    caller: &Caller,
    business: &BusinessId,
    partner: &BusinessId,
) -> Result<(), Fault> {
    const OPERATION: &str = "partner.prove_removal";
    if caller.may_ask(app)? {
        return Ok(());
    }
    let request = Request {
        credential: caller.credential.clone(),
        operation: OPERATION.to_owned(),
        resource: Thing::Business(business.clone()),
        with: vec![("partner".to_owned(), Thing::Business(partner.clone()))],
        context: Context::default(),
    };
    let evidence = Evidence {
        second_factor: true,
        ..Evidence::default()
    };
    let now = app.installation.now();
    let decision = decide(caller.directory()?, &request, &evidence, now);
    if decision.is_allowed() && matches!(caller.credential, Credential::Holder(_)) {
        return Ok(());
    }
    Err(Fault::forbidden(
        OPERATION,
        vec![rulebook::Reason::BusinessRoleTooLow.code()],
    ))
}

fn look(
    app: &App,
    caller: &Caller,
    businesses: &[BusinessId],
    partner: &BusinessId,
) -> Result<ResidueBody, Fault> {
    let directory = caller.directory()?;
    let head = &caller.sight.view().head;
    let now = app.installation.now().max(head.time);
    let left = residue(directory, businesses, partner, now);
    let eyes = caller.eyes(caller.may_ask(app)?)?;
    let mut body = ResidueBody::of(directory, &left, &eyes, now);
    if left.is_empty() && !left.assets.is_empty() {
        let around = Circumstances {
            head,
            realm: &caller.sight.realm,
            rulebook: directory.rulebook().digest,
            now,
        };
        if let Some(certificate) = app.installation.certify(&left, &around) {
            let certificate = certificate.map_err(Fault::internal)?;
            let value = serde_json::to_value(&certificate).map_err(Fault::internal)?;
            body.certificate = Some(value);
            body.file = Some(certificate.to_file().map_err(Fault::internal)?);
        }
    }
    Ok(body)
}
