//! Chores of the project that a machine does better than a person.
//!
//! The one that matters is [`tidy`]: it reads the whole tree, no network and no build, and says
//! what breaks the rules this project has set itself. Compilers check types, Clippy checks idioms;
//! tidy checks what only we know: which crate may use which, what a pure crate may not touch, how
//! long a file may grow, which documents must stay true.
//!
//! Not here: anything a stock tool already does (formatting, lints, licences, spelling). Those are
//! called by `scripts/test` or by the workflow in `.github`.

pub mod tidy;
