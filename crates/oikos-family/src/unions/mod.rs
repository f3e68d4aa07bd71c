//! Unions: who lives as a couple with whom, from when to when, married or not.

mod book;
mod latest;
mod state;
#[cfg(test)]
mod tests;

pub use book::{End, Union, UnionId, Unions};
