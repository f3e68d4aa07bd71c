//! The town as its users meet it: the contract of one history over all of its state, and the program
//! `examples/town` at its command line, and those of `kin`, `lineage` and `epidemic`.

#[cfg(test)]
mod alignment;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod distributions;
#[cfg(test)]
mod families;
#[cfg(test)]
mod fertility;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod hazard_scores;
#[cfg(test)]
mod homes;
#[cfg(test)]
mod life_courses;
#[cfg(test)]
mod matching;
#[cfg(test)]
mod migration;
#[cfg(test)]
mod networks;
#[cfg(test)]
mod one_history;
#[cfg(test)]
mod other_command_lines;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod unions;
