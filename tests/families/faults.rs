//! Planted later.
