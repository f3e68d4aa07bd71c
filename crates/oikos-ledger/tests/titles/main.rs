//! The title register against an independent slow model, against its invariants and against planted faults.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may stop")]

mod bad_input;
mod faults;
mod offers;
mod whole_runs;
