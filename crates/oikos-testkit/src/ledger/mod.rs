//! Ledgers: random scripts of deeds, checkers of L1 to L16, and a slow model.
//!
//! A [`Checker`] looks at books from outside, after each deed of a [`script`] or, in a society, after each tick
//! ([`Checker::follow`]). [`Model`] is the obvious ledger, which can be told to make one mistake; whatever implements
//! [`Books`] can be held against it.
//!
//! ```
//! use oikos_testkit::{Runs, ledger};
//!
//! let done = Runs::new(20).check_script(&ledger::script(60), |script| {
//!     ledger::check(&mut ledger::new_ledger(), script)
//! })?;
//! assert!(done.events > 100, "{done}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What takes more than one run has a function of its own: [`agrees`] with the slow model, [`replays`] (L10),
//! [`ignores_threads`] (L16).

#![expect(
    clippy::unwrap_used,
    reason = "ids of scripts are below 2^53, and the model has what it has just found"
)]

mod books;
mod checker;
mod deeds;
mod differences;
mod fault;
mod model;
mod probes;
mod script;
mod several;

pub use crate::raw::{Raw, raw, script};
pub use books::{Answer, Books, Deed, Row, Seen, SeenHold, View, account};
pub use checker::Checker;
pub use fault::Fault;
pub use model::Model;
pub use script::{
    CURRENCIES, ID_WINDOW, INSTRUMENTS, KINDS, MINT, PAY, REVALUE, check, declare, empty_ledger,
    new_ledger, new_model, opening, run, specs,
};
pub use several::{agrees, ignores_threads, replays};
