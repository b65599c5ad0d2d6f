//! Who may do what in an advertising business, why, and what would put it right.
mod decision;
pub mod fact;
mod id;
mod request;
pub mod table;
pub use decision::{Decision, Layers, Obligations};
pub use id::*;
pub use request::{
    AmountChange, Assumed, Context, Credential, Evidence, Figure, Figures, Proof, Rate, Request,
    Thing,
};
