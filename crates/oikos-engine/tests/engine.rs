//! Contracts of the engine, on a small society of trees.

mod contracts;
mod society;
