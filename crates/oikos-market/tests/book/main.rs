//! The order book against its invariants (M1 to M16), a naive model, planted faults and another engine.

// The lints let helpers unwrap in modules that say that they are tests.
#[cfg(test)]
mod common;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod input;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod preview;
#[cfg(test)]
mod saved;
