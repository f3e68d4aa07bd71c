//! A society that trades: people with books and markets, among whom some are born and some die. One history whatever
//! the threads, the storage and the saves; and no money or good appears or goes, counted by hands of its own.

#![expect(clippy::unwrap_used, reason = "a test")]

mod gate;
mod market;
mod property;
mod tally;
