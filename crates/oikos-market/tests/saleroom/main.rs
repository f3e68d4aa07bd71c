//! A saleroom of titles against an independent tally of money, bids and shares (M11, M12); planted faults, bad input,
//! saves.

// The lints let helpers unwrap in modules that say that they are tests.
#[cfg(test)]
mod cases;
#[cfg(test)]
mod checker;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod random;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod tally;
#[cfg(test)]
mod world;
