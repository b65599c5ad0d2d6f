//! HTTP: the native API, AuthZEN, OAuth with its pages, health and metrics.
//!
//! One file per endpoint. A door translates: it reads a wire shape, asks the engine or gives the
//! writer a command, and writes a wire shape. Every door has its own error shape, and bad input gets
//! that shape, never a 500.
//!
//! What is not here: rules, decisions, SQL, the clock.

mod app;
mod body;
mod caller;
mod fault;
mod moment;
mod params;

mod bulk;
mod business_list;
mod check;
mod command;
mod directory;
mod explain;
mod explanation;
mod figure;
mod finding;
mod health;
mod holding;
mod import;
mod ledger_entries;
mod list;
mod mandate_list;
mod prove_removal;
mod rulebook_page;
mod session;
mod sign_in_code;
mod sweep;
mod test_controls;
mod token_list;

pub mod authzen;
mod meta;
mod metrics;
mod oauth;
mod openapi;
mod routes;
mod serve;
mod upstream;

pub use app::{App, Options, TestClock};
pub use openapi::openapi;
pub use routes::router;
pub use serve::{ServeError, Tls, serve};
pub use upstream::{Upstream, UpstreamError};
