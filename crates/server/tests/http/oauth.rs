//! OAuth: whole flows, everything that must be refused, signing in, and what is said of it all.

mod browser;
mod flow;
mod refused;
mod sign_in;
