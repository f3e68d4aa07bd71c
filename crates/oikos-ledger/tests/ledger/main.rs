//! The ledger against an independent slow model and against its invariants, L1 to L16 by number.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests may stop"
)]

mod bad_input;
mod batches;
mod books;
mod deeds;
mod differences;
mod faults;
mod invariants;
mod model;
mod model_books;
mod numbered;
mod probes;
mod rules;
mod script;
mod whole_runs;
