//! Estates: what becomes of what the dead leave.
//!
//! World keeps the book of whose estate is open and who inherits which part; it knows no money and no things.
//! Who dies in tick *t* has an open estate from the end of *t* on. In *t* + 1 the steps of [`Estate`] run at the
//! end of [`Phase::Settle`](oikos_engine::Phase); whoever holds something for people adds systems to them, and
//! the estate is closed after the last one. What cannot be settled in one tick stays open, with a reason that
//! can be read ([`OpenEstate::reasons`]).
//!
//! | step | what happens |
//! |---|---|
//! | `Freeze` | what the dead had is theirs no more and moves in these steps alone; heirs are answered |
//! | `Cancel` | what they had asked for or were bound to ends: orders, jobs, guardianships |
//! | `Claims` | debts are paid, as far as it goes; the rest is written off |
//! | `Tax` | the state takes its part of what is left |
//! | `Distribute` | heirs get their parts, and nobody's part goes to the treasury |
//! | `Close` | whoever held something checks that nothing of it is left |
//!
//! `Freeze` and `Cancel` are about all estates ([`Estates::iter`]); the later steps are about those that are
//! [due](Estates::due). Not due is the estate of somebody who inherits from an estate that is still open: what
//! they inherit is theirs, so their own debts, taxes and heirs come after it.

mod book;
mod plugin;

use bevy_ecs::schedule::SystemSet;
use oikos_engine::Topic;

pub use book::{Estates, OpenEstate, Share, Split};
pub use plugin::EstatesPlugin;

/// The steps in which estates are settled, at the end of [`Phase::Settle`](oikos_engine::Phase), in this order.
/// [`EstatesPlugin`] declares them.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Estate {
    /// What the dead had moves in these steps alone. Who inherits is said here or before.
    Freeze,
    /// What they had asked for or were bound to ends.
    Cancel,
    /// Debts are paid.
    Claims,
    /// Taxes are paid.
    Tax,
    /// Heirs get what is left.
    Distribute,
    /// Nothing is left.
    Close,
}

/// The vocabulary of reasons for which an estate stays open: those of [`EstateReason::HEIRS`] and
/// [`EstateReason::AWAITED`], and what plugins add.
pub struct EstateReason;

impl Topic for EstateReason {
    const NAME: &'static str = "world.estate-reasons";
}

impl EstateReason {
    /// Nobody has said who inherits.
    pub const HEIRS: &'static str = "heirs-unknown";
    /// The deceased inherits from an estate that is still open.
    pub const AWAITED: &'static str = "inheritance-awaited";
}
