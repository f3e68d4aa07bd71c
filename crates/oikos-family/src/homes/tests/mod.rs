//! Homes beside a slow model, and the rules one by one.

mod daily;
mod faults;
mod model;
mod model_sharing;
mod rules;
mod scripts;
mod seen;
mod sharer_marks;
mod sharing_rules;
mod village;
