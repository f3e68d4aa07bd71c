//! Small economies with each of our markets keep all that they have to; what is planted in them is caught by name.

// The lints let helpers unwrap in modules that say that they are tests.
#[cfg(test)]
mod faults;
#[cfg(test)]
mod markets;
#[cfg(test)]
mod statements;
