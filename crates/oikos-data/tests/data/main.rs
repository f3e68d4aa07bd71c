//! What is written to a folder: read back by readers that this crate did not write.

// The lints let helpers unwrap in modules that say that they are tests.
#[cfg(test)]
mod csv_round_trip;
#[cfg(test)]
mod folder;
#[cfg(feature = "parquet")]
#[cfg(test)]
mod parquet_round_trip;
#[cfg(test)]
mod samples;
