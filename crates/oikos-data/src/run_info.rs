//! Which run a table comes from.

use std::fmt;

use crate::error::DataError;

/// The run that made a table: every table carries it, every sink writes it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunInfo {
    run_id: i64,
    seed: i64,
    version: String,
}

impl RunInfo {
    /// A run by its place in the plan and its seed. The version of Oikos is filled in.
    ///
    /// # Errors
    ///
    /// [`DataError::SeedTooLarge`] from 2^63 on: the column `seed` is an `i64`, which is what
    /// Parquet, Python, R and Julia share, and another number than the user's must not stand there.
    pub fn new(run_id: i64, seed: u64) -> Result<Self, DataError> {
        let seed = i64::try_from(seed).map_err(|_| DataError::SeedTooLarge { seed })?;
        Ok(Self {
            run_id,
            seed,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// The place of the run in its plan.
    pub fn run_id(&self) -> i64 {
        self.run_id
    }

    /// The seed, as it stands in the column `seed`.
    pub fn seed(&self) -> i64 {
        self.seed
    }

    /// The version of Oikos that made the run.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What a sink writes down, as keys and values in a fixed order.
    pub(crate) fn entries(&self) -> [(&'static str, String); 3] {
        [
            ("run_id", self.run_id.to_string()),
            ("seed", self.seed.to_string()),
            ("version", self.version.clone()),
        ]
    }
}

/// `run_id/seed/version`, for errors.
impl fmt::Display for RunInfo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.run_id, self.seed, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_kept_as_it_is_or_refused() {
        let run = RunInfo::new(3, (1 << 63) - 1).unwrap();
        assert_eq!((run.run_id(), run.seed()), (3, i64::MAX));
        let refused = RunInfo::new(3, 1 << 63);
        assert!(matches!(refused, Err(DataError::SeedTooLarge { seed }) if seed == 1 << 63));
    }
}
