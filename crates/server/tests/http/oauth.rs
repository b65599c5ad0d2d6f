//! OAuth: whole flows, everything that must be refused, signing in, and what is said of it all.

mod browser;
mod flow;
mod pages;
mod pushed;
mod refused;
mod sign_in;
mod upstream;
