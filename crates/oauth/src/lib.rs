//! OAuth 2: the protocol as pure functions over requests, rows and the directory.
//!
//! An app is a client: its id, the addresses it may send people back to, and a secret that is kept
//! by its digest. A person's consent becomes a [`code::Code`], good for one use within a minute; a
//! code becomes the command that makes the grant and its first tokens, in one entry. A refresh token
//! becomes the command that renews them; a token becomes the command that makes a narrower one.
//! What comes in is hostile until it is parsed here, and every way to be wrong has its own answer in
//! the shape clients know, never one of ours.
//!
//! There is no implicit grant, no password grant and no plain challenge: a client without PKCE is
//! refused, whether it has a secret or not. The one exception is a platform's own login [`dialog`],
//! where its rulebook has one. Sources: RFC 6749, 7009, 7636, 7662, 8252, 8414, 8693,
//! 8707, 9126, 9207, 9396, 9700, 9728.
//!
//! What is not here: HTTP, the clock, randomness, where rows are kept, who is signed in, and what a
//! consent page looks like.

// In reading order; the formatter sorts within a group.

// What comes in.
pub mod error;
pub mod form;

// Who asks.
pub mod client;

// From the question to the code.
pub mod authorize;
pub mod code;
pub mod consent;
pub mod details;
pub mod dialog;
pub mod pkce;
pub mod push;
pub mod redirect;
pub mod scope;

// From the code to tokens, and what is told of them.
pub mod introspect;
pub mod token;

// What is said of all this.
pub mod issuer;

pub use error::{ErrorCode, OauthError};
pub use form::Form;
pub use issuer::Issuer;

/// Returns an object without the fields that say nothing.
pub(crate) fn without_nulls(mut body: serde_json::Value) -> serde_json::Value {
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    body
}
