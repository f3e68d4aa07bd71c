//! What is collected from a society, and what is written to a folder: compared with slow models and
//! read back by readers that this crate did not write.

// The lints let helpers unwrap in modules that say that they are tests.
#[cfg(test)]
mod collect_faults;
#[cfg(test)]
mod collect_rows;
#[cfg(test)]
mod collect_sinks;
#[cfg(test)]
mod csv_round_trip;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod life_courses;
#[cfg(feature = "parquet")]
#[cfg(test)]
mod parquet_round_trip;
#[cfg(feature = "report")]
#[cfg(test)]
mod report;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod village;
