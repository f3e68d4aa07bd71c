//! The call auction against its invariants (A1 to A9), by trying out all prices, and planted faults.

// The lints let helpers unwrap in modules that say that they are tests.
#[cfg(test)]
mod cases;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod input;
#[cfg(test)]
mod invariants;
