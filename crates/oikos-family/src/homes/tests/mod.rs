//! Homes beside a slow model, and the rules one by one.

mod model;
mod model_sharing;
mod rules;
mod scripts;
mod village;
