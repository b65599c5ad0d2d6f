//! Worlds, rulebooks and the naive reference, for tests only.
//!
//! The engine is fast: it works on numbers and bits, and it keeps indexes. How do we know that it is
//! right? [`mod@reference`] decides the same requests in the plainest way, rule by rule from
//! `docs/semantics.md`. [`world`] makes small random directories, and questions about them, in which
//! every rule is hit often. [`rulebooks`] has a made-up platform that uses every key of the format.
//! Where the two disagree, [`world::shrink`] and [`world::story`] say where. [`password`] knows the names
//! by which nothing may be asked for.
//!
//! What is not here: the laws themselves; they are tests of the crates they are about. Nothing that
//! is shipped may depend on this crate.

pub mod password;
pub mod reference;
pub mod rulebooks;
pub mod world;
