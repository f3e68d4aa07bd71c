//! Venues of all mechanisms against an independent tally of money and goods (M2, M4, M11, M12), with goods in an
//! inventory book; a mechanism of a user's; planted faults; bad input; saves; deaths across markets.

// The lints let helpers unwrap in modules that say that they are tests.
#[cfg(test)]
mod checker;
#[cfg(test)]
mod everywhere;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod markets;
#[cfg(test)]
mod own;
#[cfg(test)]
mod random;
#[cfg(test)]
mod rationing;
#[cfg(test)]
mod saved;
#[cfg(test)]
mod spoiled;
#[cfg(test)]
mod stall;
#[cfg(test)]
mod tally;
#[cfg(test)]
mod tampered;
#[cfg(test)]
mod world;
