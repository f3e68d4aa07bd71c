//! Statements against an independent slow model, against S1 to S5, S7 and S8, against planted faults, and against
//! matrices that are known by hand.

#![expect(clippy::unwrap_used, reason = "the helpers of tests may stop")]

mod bad_input;
mod by_hand;
mod deeds;
mod faults;
mod invariants;
mod model;
mod model_real;
mod product;
mod saved;
mod script;
mod truth;
mod view;
mod whole_runs;
mod world;
