//! The realm that is asked, as one request sees it.

use std::sync::Arc;

use ::oauth::{ErrorCode, Issuer};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::Directory;
use engine::fact::{App, Digest, TextDigest};
use jiff::Timestamp;
use ledger::Realm;
use node::installation::Installation;
use node::realms::Realms;
use node::sign_in::Site;
use node::view::View;

use super::answer::Refused;
use super::cookie::Visitor;
use super::page::{Page, Shown};
use super::upstream::Provider;

/// A realm, and its issuer.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) installation: Arc<Installation>,
    pub(super) realm: Realm,
    pub(super) issuer: Issuer,
    pub(super) secure: bool,
    pub(super) now: Timestamp,
    /// Where else people may sign in.
    pub(super) upstream: Option<Arc<Provider>>,
    /// Where people's passkeys are good, if anywhere.
    pub(super) passkeys: Option<Arc<Site>>,
    view: Arc<View<Realms>>,
}

impl Place {
    /// Finds the realm that a path names.
    pub(super) fn find(app: &crate::app::App, name: &str) -> Result<Self, Refused> {
        let unknown = || Refused::Body(404, "there is no such issuer");
        let realm = Realm::parse(name).map_err(|_| unknown())?;
        let place = Self {
            installation: Arc::clone(&app.installation),
            issuer: Issuer::new(&app.options.public_url, realm.as_str()),
            secure: app.options.public_url.starts_with("https://"),
            now: app.installation.now(),
            upstream: app.upstream.clone(),
            passkeys: app.passkeys.clone(),
            view: app.installation.view(),
            realm,
        };
        match place.view.state.get(&place.realm) {
            None => Err(unknown()),
            Some(_) if place.find_directory().is_none() => Err(Refused::of(
                ErrorCode::TemporarilyUnavailable,
                "the realm is being loaded",
            )),
            Some(_) => Ok(place),
        }
    }

    fn find_directory(&self) -> Option<&Directory> {
        node::installation::directory(&self.view, &self.realm)
    }

    pub(super) fn directory(&self) -> Result<&Directory, Refused> {
        self.find_directory()
            .ok_or_else(|| Refused::internal("the realm is gone"))
    }

    /// Returns the same place as it is now, with everything that was done since.
    pub(super) fn newest(&self) -> Self {
        Self {
            view: self.installation.view(),
            ..self.clone()
        }
    }

    /// Returns an erasable text, as a page shows it; nothing if there is none any more.
    pub(super) fn text(&self, digest: Option<&TextDigest>) -> Option<Shown> {
        let text = self.installation.text(digest?).ok().flatten()?;
        Some(Shown::new(&text))
    }

    /// Returns what an app is called: by its id, if it has no name.
    pub(super) fn name_of_app(&self, app: &App) -> Shown {
        self.text(app.name.as_ref())
            .unwrap_or_else(|| Shown::new(app.id.as_str()))
    }

    /// Returns the digest of an app's secret; nothing while it has none.
    pub(super) fn secret_of(&self, app: &engine::AppId) -> Result<Option<Digest>, Refused> {
        let store = self.installation.store();
        node::realms::app_secret::find(store, &self.realm, app).map_err(Refused::internal)
    }
}

/// Does what may wait for the store or the writer on a thread of its own.
pub(super) async fn waiting<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refused> + Send + 'static,
) -> Result<T, Refused> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Refused::internal)?
}

/// Shows whoever sits at a browser a page of a realm.
pub(super) async fn shown(
    app: &crate::app::App,
    realm: &str,
    headers: HeaderMap,
    page: impl FnOnce(&Place, &mut Visitor) -> Result<Page, Refused> + Send + 'static,
) -> Response {
    let shown = async {
        let place = Place::find(app, realm)?;
        waiting(move || page(&place, &mut Visitor::find(&place, &headers)?)).await
    };
    shown.await.unwrap_or_else(Page::wrong).into_response()
}
