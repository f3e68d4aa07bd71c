//! Oikos: simulate a society.
//!
//! # Invariants
//! - It holds no logic: it gives the crates of Oikos one name, and has nothing that they do not have.
