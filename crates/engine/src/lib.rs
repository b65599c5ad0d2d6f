//! engine
pub mod table;
