//! OAuth: whole flows, everything that must be refused, signing in, and what is said of it all.

mod browser;
mod device;
mod flow;
mod pages;
mod passkeys;
mod pushed;
mod refused;
mod sign_in;
mod upstream;
