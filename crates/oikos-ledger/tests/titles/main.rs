//! The title register against an independent slow model, against its invariants and against planted faults.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may stop")]

mod bad_input;
mod faults;
mod fractions;
mod invariants;
mod model;
mod model_holds;
mod model_rules;
mod offers;
mod register;
mod script;
mod whole_runs;
