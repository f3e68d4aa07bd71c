//! Which run a table comes from.

use std::fmt;

use crate::error::DataError;

/// The run that made a table: every table carries it, every sink writes it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunInfo {
    run_id: i64,
    seed: i64,
    version: String,
    notes: Vec<(String, String)>,
}

/// The keys that every run has.
const KEYS: [&str; 3] = ["run_id", "seed", "version"];

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
            notes: Vec::new(),
        })
    }

    /// Writes down what else it takes to make the run again, under a key of its own: a parameter, the
    /// digest of an input.
    ///
    /// # Errors
    ///
    /// [`DataError::RunKeyTaken`] if the key is there already, or is `run_id`, `seed` or `version`.
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Result<Self, DataError> {
        if self.entries().iter().any(|(taken, _)| taken == key) {
            return Err(DataError::RunKeyTaken {
                key: key.to_owned(),
            });
        }
        self.notes.push((key.to_owned(), value.to_string()));
        Ok(self)
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

    /// What a sink writes down, as keys and values: the three that every run has, then the others in the
    /// order in which they were given.
    pub(crate) fn entries(&self) -> Vec<(String, String)> {
        let always = [
            self.run_id.to_string(),
            self.seed.to_string(),
            self.version.clone(),
        ];
        let always = KEYS.map(str::to_owned).into_iter().zip(always);
        always.chain(self.notes.iter().cloned()).collect()
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
    fn what_else_makes_the_run_is_written_down_once() {
        let run = RunInfo::new(0, 1).unwrap().with("people", 10).unwrap();
        assert_eq!(run.entries()[3], ("people".to_owned(), "10".to_owned()));
        for key in ["people", "seed"] {
            let refused = run.clone().with(key, 11);
            assert!(matches!(refused, Err(DataError::RunKeyTaken { key: taken }) if taken == key));
        }
    }

    #[test]
    fn a_seed_is_kept_as_it_is_or_refused() {
        let run = RunInfo::new(3, (1 << 63) - 1).unwrap();
        assert_eq!((run.run_id(), run.seed()), (3, i64::MAX));
        let refused = RunInfo::new(3, 1 << 63);
        assert!(matches!(refused, Err(DataError::SeedTooLarge { seed }) if seed == 1 << 63));
    }
}
