//! Meta's Graph API as a door.
//!
//! What comes in is what the platform's official SDKs send, unchanged: versions in paths, doubled
//! slashes, parameters in query, form or JSON, lists written in five ways, nested fields, cursors and
//! batches. What goes out is what they read: nodes, edges in pages, and errors with the platform's
//! codes. Between the two stands a translation and nothing else: a call becomes questions to the
//! engine and commands, and their reasons become the codes that people search for. No rule lives here;
//! which task is which right, which scope an operation needs and in which order checks are told is
//! the rulebook's.
//!
//! Unknown and forbidden sound alike: until it is certain that the asker may know of a node, nothing
//! that is said depends on it.
//!
//! What is not here: HTTP, the clock, where rows are kept, and how a command is carried out.

// In reading order; the formatter sorts within a group.

// What comes in.
pub mod batch;
pub mod call;
pub mod fields;
pub mod params;
pub mod parts;

// Between the wire and the directory.
pub mod node;
pub mod sight;
pub mod tasks;

// What it comes to.
pub mod answer;
pub mod edges;
pub mod market;
pub mod page_token;
pub mod step;
pub mod token;

// What goes out.
pub mod error;
pub mod known;
pub mod object;
pub mod page;
pub mod refusal;
pub mod saying;
pub mod usage;

pub use answer::answer;
pub use call::{Call, Method};
pub use error::GraphError;
pub use page_token::PageTokens;
pub use params::Params;
pub use sight::{Asker, Sight};
pub use step::{Deed, Step, Then, Write};
