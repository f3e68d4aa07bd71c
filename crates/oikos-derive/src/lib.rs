//! Derive macros of Oikos.
