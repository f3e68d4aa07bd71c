//! Demographic validation: what a society does, held against its tables and against closed forms.
//!
//! Everything here goes through the facade, as a user would. Targets, tolerances and the figures found
//! are listed in `docs/validation.md`; every test prints its own (`cargo test -p oikos --test
//! demography -- --nocapture`). Targets stand before results: no seed and no tolerance is chosen after
//! the outcome has been seen.

#[cfg(test)]
mod actual_expected;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod closed_forms;
#[cfg(test)]
mod diary;
#[cfg(test)]
mod epidemic;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod growth;
#[cfg(test)]
mod kin;
#[cfg(test)]
mod leslie;
#[cfg(test)]
mod life_events;
#[cfg(test)]
mod migration;
#[cfg(test)]
mod observation;
#[cfg(test)]
mod one_sex;
#[cfg(test)]
mod other_tables;
#[cfg(test)]
mod projection;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod surnames;
#[cfg(test)]
mod towns;
