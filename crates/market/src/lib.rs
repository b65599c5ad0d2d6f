//! What is bought and said with assets: campaigns, ad sets, ads, products, posts.
//!
//! Access is decided on assets: nobody is given a role on a campaign, but on the ad account it is
//! in. So these things are no facts and no entries. They are rows beside the log, each of one asset,
//! just enough of them for an SDK to work with and for the questions that rest on them: which
//! account is this campaign in, how much may run in a day, does an ad run at all.
//!
//! Answers to the last two stand in the asset's [`Books`], which are kept with every write that
//! changes them, under the version that was read. A write that comes too late is not done, so two
//! of them can never pass a limit together.
//!
//! What is not here: who may do it (the engine), how a platform calls it (its door), and where rows
//! are kept (a store).

// In reading order; the formatter sorts within a group.

pub mod object;

pub mod books;
pub mod shelf;

pub mod plan;

pub use books::Books;
pub use object::{Kind, Object, Status};
pub use plan::Plan;
pub use shelf::{Kept, Shelf, ShelfError};
