//! The other engines, one file each.
//!
//! Each is given the question in its favour: the holder and the scopes of the token are told, it
//! need not find the token. Each stores the world the way its own documentation teaches.

#[cfg(feature = "casbin")]
pub mod casbin;
#[cfg(feature = "cedar")]
pub mod cedar;
#[cfg(feature = "regorus")]
pub mod regorus;
