//! The proof that a call is made by the app itself and not by whoever else came by its token.

use ::meta::{Call, GraphError};
use node::realms::app_secret::ProofError;

use super::Place;
use crate::app::App;

/// Looks at the proof of a call, if it brings one.
///
/// Errors: it is one that cannot be checked, since the app's secret is from before secrets were sealed,
/// or there is none. That it was sent is no reason to believe it.
pub(super) async fn looked_at(
    app: &App,
    place: Place,
    call: &Call,
    secret: &str,
) -> Result<Place, GraphError> {
    let proof = call.params.text("appsecret_proof");
    let (Some(proof), Some(grant)) = (proof, &place.asker.grant) else {
        return Ok(place);
    };
    let (of, realm) = (grant.app.clone(), place.realm.clone());
    let (installation, secret) = (app.installation.clone(), secret.to_owned());
    let checked = tokio::task::spawn_blocking(move || {
        installation.check_proof(&realm, &of, (&secret, &proof))
    });
    match checked.await.map_err(|_| GraphError::internal())? {
        Ok(proof) => Ok(Place { proof, ..place }),
        Err(ProofError::NotSealed) => {
            place.asker.must_live(app.installation.now())?;
            Err(GraphError::proof(false).saying(
                "The app needs a new secret",
                "No secret is kept that this proof could be checked with: the app has none, or one that was made \
                 before proofs were checked here. An admin of the app makes a new one with app.new_secret.",
            ))
        }
        Err(error) => {
            tracing::error!(error = %crate::fault::chain(&error), "a proof could not be checked");
            Err(GraphError::internal())
        }
    }
}
