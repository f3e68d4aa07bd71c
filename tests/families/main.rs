//! The rules of families, F1 to F14, in one place: random small societies with everything that is rare, an audit that
//! looks at them from outside, and faults that it has to find.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod clan;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod life_log;
#[cfg(test)]
mod purses;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod script;
#[cfg(test)]
mod town;
#[cfg(test)]
mod view;
