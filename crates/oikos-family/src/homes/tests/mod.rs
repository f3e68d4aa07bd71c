//! Homes beside a slow model, and the rules one by one.

mod faults;
mod model;
mod model_sharing;
mod rules;
mod scripts;
mod seen;
mod sharing_rules;
mod village;
