//! The deterministic kernel of Oikos: identities, ticks and calendar, exact numbers,
//! named draws and the digest.
//!
//! Everything here gives the same bits on any machine, in any build profile, on any number of
//! threads. It is plain arithmetic on values, usable without the rest of Oikos.
//!
//! | for | see |
//! |---|---|
//! | who | [`StableId`], [`id_type!`], [`IdMap`] |
//! | when | [`Tick`], [`Date`], [`Span`], [`Calendar`], [`Cadence`] |
//! | chance | [`Seed`], [`Stream`], [`Draw`], [`Prob`]; layout and vectors in [`draws`] |
//! | how much | [`Money`], [`Quantity`], [`Ratio`], [`Rate`], [`Fixed`], [`ExactSum`] |
//! | who gets what | [`apportion`], [`apportion_parts`] |
//! | the same history? | [`Digest`], [`TypeKey`], [`digest_of`]; formula and vectors in [`digest`] |
//!
//! # Invariants
//!
//! - No entity-component system, no input or output, no threads, no global state.
//! - No clock and no randomness of the operating system: a draw is a function of its name.
//! - No result depends on the platform's mathematics, on a hash map's order or on the width of
//!   `usize`; stored values have fixed widths.
//! - Nothing panics on what a caller passes; errors are [`CoreError`] and leave arguments as they
//!   were. No overflow depends on the profile.

mod apportion;
pub mod digest;
pub mod draws;
mod error;
mod fixed;
mod id;
mod map;
mod money;
mod philox;
mod prob;
mod rate;
mod ratio;
mod sum;
pub mod time;

#[doc(hidden)]
pub use serde;

pub use crate::apportion::{apportion, apportion_parts};
pub use crate::digest::{Digest, RowKey, TypeKey, digest_of};
pub use crate::draws::{Draw, Seed, Stream, child_subject, pair};
pub use crate::error::CoreError;
pub use crate::fixed::Fixed;
pub use crate::id::StableId;
pub use crate::map::IdMap;
pub use crate::money::{Currency, CurrencyInfo, Money, Quantity};
pub use crate::philox::{philox_batch, philox4x32_10};
pub use crate::prob::Prob;
pub use crate::rate::{Rate, Residue};
pub use crate::ratio::{Ratio, Rounding};
pub use crate::sum::ExactSum;
pub use crate::time::Span::{Days, Hours, Minutes, Months, Seconds, Ticks, Weeks, Years};
pub use crate::time::{Cadence, Calendar, Date, Moment, Span, Tick, Unit, date, is_leap_year};
