//! `/oauth/{realm}/…`: OAuth 2 for the apps of a realm, and the pages on which its people sign in
//! and consent.
//!
//! The protocol is the crate `oauth`; here it meets HTTP, rows and the writer. Errors have OAuth's
//! own shape, or are a page where a person reads them; never a problem document. What waits for the
//! store or the writer runs on a thread that may wait.

mod answer;
mod authorize;
mod client;
mod consent;
mod cookie;
mod dialog;
mod introspect;
mod metadata;
mod page;
mod par;
mod passkey;
mod password;
mod place;
mod revoke;
mod second_factor;
mod sign_in;
mod token;
mod upstream;
mod work;

use axum::Router;
use axum::routing::{MethodRouter, get, post};

use crate::app::App;

pub(crate) use sign_in::sign_in_as;
pub(crate) use token::{CodeRefused, of_the_client, of_the_code};
pub(crate) use upstream::Provider;

/// Returns the routes.
pub(crate) fn routes() -> Router<App> {
    let machine = |handler: MethodRouter<App>| handler.fallback(answer::no_such_method);
    let person = |handler: MethodRouter<App>| handler.fallback(page::no_such_method);
    Router::new()
        .route("/oauth/{realm}/token", machine(post(token::answer)))
        .route(
            "/oauth/{realm}/introspect",
            machine(post(introspect::answer)),
        )
        .route("/oauth/{realm}/revoke", machine(post(revoke::answer)))
        .route("/oauth/{realm}/par", machine(post(par::answer)))
        .route(
            "/oauth/{realm}/authorize",
            person(get(authorize::ask).post(authorize::ask_by_post)),
        )
        .route("/oauth/{realm}/consent", person(post(consent::answer)))
        .route(
            "/oauth/{realm}/sign-in",
            person(post(sign_in::answer).get(sign_in::page)),
        )
        .route("/oauth/{realm}/upstream", person(get(upstream::leave)))
        .route(
            "/oauth/{realm}/upstream/callback",
            person(get(upstream::come_back)),
        )
        .route("/oauth/{realm}/sign-out", person(post(sign_in::out)))
        .route(
            "/oauth/{realm}/password",
            person(get(password::page).post(password::answer)),
        )
        .route(
            "/oauth/{realm}/second-factor",
            person(get(second_factor::page).post(second_factor::answer)),
        )
        .route(
            "/oauth/{realm}/passkeys",
            person(get(passkey::page).post(passkey::add)),
        )
        .route("/oauth/{realm}/passkeys/ask", post(passkey::ask_for_new))
        .route(
            "/oauth/{realm}/passkeys/remove",
            person(post(passkey::remove)),
        )
        .route("/oauth/{realm}/passkey", person(post(passkey::sign_in)))
        .route("/oauth/{realm}/passkey/ask", post(passkey::ask))
        .route("/oauth/passkey.js", get(page::script))
        .route("/oauth/style.css", get(page::style))
        .route(
            "/.well-known/oauth-authorization-server/oauth/{realm}",
            machine(get(metadata::of_issuer)),
        )
        .route(
            "/.well-known/openid-configuration/oauth/{realm}",
            machine(get(metadata::of_issuer)),
        )
        .route(
            "/oauth/{realm}/.well-known/openid-configuration",
            machine(get(metadata::of_issuer)),
        )
        .route(
            "/oauth/{realm}/.well-known/oauth-authorization-server",
            machine(get(metadata::of_issuer)),
        )
        .route(
            "/.well-known/oauth-protected-resource",
            get(metadata::of_resource),
        )
        .route(
            "/.well-known/oauth-protected-resource/api/v1",
            get(metadata::of_resource),
        )
}
