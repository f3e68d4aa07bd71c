//! The inventory book against an independent slow model, against S8 and M11, and against planted faults.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may stop")]

mod bad_input;
mod faults;
mod settlement;
mod whole_runs;
