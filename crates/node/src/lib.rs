//! One running Countersign: what keeps time, keys and order.
//!
//! The core is pure: a command, a state and a time make an entry or a refusal. This crate is the
//! shell that feeds it. The [`writer`] is one thread that takes commands in, lets a
//! [`machine::Machine`] handle them one after the other on a copy of the state, appends what they
//! leave to the store in one go, publishes the new state, and only then answers: nobody hears of
//! anything that could still be lost, neither of a change nor of a refusal that rests on one.
//! Readers never wait for it; they take the published [`view::View`] through one pointer.
//!
//! The machine's clock and randomness are here and nowhere else ([`clock`], [`random`]), and so are
//! the keys that must not be in the database ([`keys`]).
//!
//! What is not here: what commands mean, HTTP, SQL.

// In reading order; the formatter sorts within a group.

// What the outside brings.
pub mod clock;
pub mod keys;
pub mod random;

// How commands become entries.
pub mod fold;
pub mod machine;
pub mod view;
pub mod writer;

// The realms: what the writer is for.
pub mod body;
pub mod figures;
pub mod installation;
pub mod last_use;
pub mod picture;
pub mod rates;
pub mod realms;
pub mod refusals;
pub mod sessions;
pub mod shelf;
pub mod sign_in;
pub mod texts;

// What is given away about the log.
pub mod certificate;
pub mod checkpoints;

pub use clock::{Clock, RealClock, SetClock};
pub use keys::Keys;
pub use machine::{Handled, Machine, Submission};
pub use random::{Random, SystemRandom};
pub use view::{Published, View};
pub use writer::{Answered, Outcome, SubmitError, Submitter, Writer, WriterFailure};
