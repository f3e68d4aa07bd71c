//! The checkers of markets find what is planted: each mistake by the number that it breaks.

// The lints let helpers unwrap in modules that say that they are tests.
#[cfg(test)]
mod auctions;
#[cfg(test)]
mod books;
