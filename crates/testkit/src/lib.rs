//! testkit
pub mod reference;
pub mod rulebooks;
