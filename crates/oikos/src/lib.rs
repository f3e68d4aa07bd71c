//! Oikos: simulate a society.
