//! A venue against an independent tally of money and goods (M11, M12), planted faults and bad input.

// The lints let helpers unwrap in modules that say that they are tests.
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod checker;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod random;
#[cfg(test)]
mod shelves;
#[cfg(test)]
mod tally;
#[cfg(test)]
mod world;
