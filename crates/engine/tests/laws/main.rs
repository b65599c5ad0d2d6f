//! Laws of the engine, on random worlds.
//!
//! Set `LAWS_SEED` to begin elsewhere, and `LAWS_WORLDS` to go on for longer. A failure tells the
//! seed of its world, and the few facts that suffice.

// Functions beside the tests are held to the rules for tests.
#![cfg(test)]

mod agreement;
mod direct;
mod explaining;
mod found;
mod history;
mod lists;
mod partners;
mod revoking;
mod worlds;
