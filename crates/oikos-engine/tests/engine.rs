//! Contracts of the engine, on a small society of trees.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside the tests that the lints know"
)]

mod contracts;
mod society;
