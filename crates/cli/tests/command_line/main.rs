//! The command line as somebody at a terminal meets it: what is typed, what comes back, how it ends.

// Functions beside the tests are held to the rules for tests.
#![cfg(test)]

mod support;

mod bulk;
mod documented;
mod explained;
mod folder;
mod help;
mod law;
mod offline;
mod on_behalf;
mod people;
mod refused;
mod remedies;
mod server;
