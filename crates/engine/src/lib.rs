//! Who may do what in an advertising business, why, and what would put it right.
pub mod fact;
mod id;
pub mod table;
pub use id::*;
