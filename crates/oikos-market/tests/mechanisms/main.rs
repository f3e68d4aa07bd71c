//! What all mechanisms promise, and what posted prices, bazaars and listings do.

// The lints let helpers unwrap in modules that say that they are tests.
#[cfg(test)]
mod bazaar;
#[cfg(test)]
mod common;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod listings;
#[cfg(test)]
mod posted;
#[cfg(test)]
mod waiting;
