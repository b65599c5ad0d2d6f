//! The server as callers meet it: a real one on a port of its own, asked over the wire.

mod support;

mod authzen;
mod bad_input;
mod businesses;
mod employees;
mod graph;
mod health;
mod import;
mod logs;
mod mandates;
mod market;
mod oauth;
mod past;
mod people;
mod shutdown;
mod strangers;
mod test_controls;
mod tokens;
mod traces;
