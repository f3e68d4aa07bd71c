//! The ledger against an independent slow model and against its invariants, L1 to L16 by number.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may stop")]

mod bad_input;
mod batches;
mod faults;
mod numbered;
mod whole_runs;
