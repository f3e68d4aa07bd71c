//! Families at the start: who the parents, siblings and partners of a counted population are.
//!
//! A census tells ages and sexes. [`Population::with_families`](crate::Population::with_families) lets the past go
//! by among the lives that must have been behind it, so that everybody has kin and a marital history;
//! [`Population::burned_in`](crate::Population::burned_in) lets a society live through it.
//!
//! # What is assumed
//! - Deaths do not depend on unions or children; the dead who had not reached 15 are not looked at, so
//!   numbers of children borne leave them out.
//! - Cohabitations of the past were as short as those of the figures, and remarriage as frequent as first unions
//!   at the same age.
//! - Nobody came or went: the parents of immigrants are looked for in the country.

mod births;
mod burn_in;
mod couples;
mod families;
mod homes;
mod lives;
mod men;

pub use burn_in::BurnIn;
pub use families::Families;
