//! Random runs from a seed that a failure names.

use std::cell::Cell;
use std::fmt::{self, Debug};

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestError, TestRunner};

use crate::invariant::Broken;

/// The variable of the environment that takes the place of the seed.
const VARIABLE: &str = "OIKOS_SEED";

/// Random runs of a test: how many, and from which seed.
///
/// A run that breaks something is made smaller, as far as it still does, and returned as a [`Failure`] with the seed.
/// The same seed gives the same runs; the variable `OIKOS_SEED` of the environment takes its place where it is set,
/// to repeat a failure or to go elsewhere.
///
/// ```
/// use oikos_testkit::{Invariant, Runs};
/// let found = Runs::new(100).check(&(0..1_000_u32), |number| {
///     let small = Invariant::L(1).require(*number < 500, || format!("{number} is too large"));
///     small.map(|()| 1)
/// });
/// assert!(found.unwrap_err().to_string().starts_with("L1: 500 is too large"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Runs {
    cases: u32,
    seed: u64,
}

impl Runs {
    /// So many runs from a seed of the crate's own.
    #[must_use]
    pub const fn new(cases: u32) -> Self {
        Self {
            cases,
            seed: 20_260_101,
        }
    }

    /// From another seed.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What proptest's own macros take, for runs from this seed: `#![proptest_config(Runs::new(40).config())]`. The
    /// seed of the environment does not take its place.
    #[must_use]
    pub fn config(self) -> ProptestConfig {
        ProptestConfig {
            cases: self.cases,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(self.seed),
            max_shrink_iters: 20_000,
            ..ProptestConfig::default()
        }
    }

    /// Runs a test on what the strategy makes. The test returns how many events it went through.
    ///
    /// # Errors
    /// [`Failure::Found`] with the smallest script that still breaks something; [`Failure::NotRun`] if the
    /// environment's seed is no number, or the strategy makes nothing.
    pub fn check<S: Strategy, E: fmt::Display>(
        &self,
        strategy: &S,
        test: impl Fn(&S::Value) -> Result<u64, E>,
    ) -> Result<Done, Failure<S::Value, E>> {
        let seed = match std::env::var(VARIABLE) {
            Ok(text) => text.parse().map_err(|_| Failure::NotRun {
                reason: format!("{VARIABLE} is `{text}`: give a whole number"),
            })?,
            Err(_) => self.seed,
        };
        let mut runner = TestRunner::new(self.seed(seed).config());
        let events = Cell::new(0);
        let outcome = runner.run(strategy, |script| {
            let count = test(&script).map_err(|broken| TestCaseError::fail(broken.to_string()))?;
            events.set(events.get() + count);
            Ok(())
        });
        match outcome {
            Ok(()) => Ok(Done {
                seed,
                cases: self.cases,
                events: events.get(),
            }),
            Err(TestError::Fail(reason, script)) => match test(&script) {
                Err(broken) => Err(Failure::Found {
                    seed,
                    broken,
                    script,
                }),
                Ok(_) => Err(Failure::NotRun {
                    reason: format!("a test gives one thing and then another: it said {reason}"),
                }),
            },
            Err(TestError::Abort(reason)) => Err(Failure::NotRun {
                reason: reason.to_string(),
            }),
        }
    }

    /// As [`check`](Self::check), on scripts: of one that breaks something, each message that is not needed for that is
    /// left out.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn check_script<T: Clone + Debug, E: fmt::Display>(
        &self,
        strategy: &impl Strategy<Value = Vec<T>>,
        test: impl Fn(&[T]) -> Result<u64, E>,
    ) -> Result<Done, Failure<Vec<T>, E>> {
        self.check(strategy, |script| test(script))
            .map_err(|failure| match failure {
                Failure::Found {
                    seed,
                    broken,
                    script,
                } => {
                    let (broken, script) = shorten(script, broken, &test);
                    Failure::Found {
                        seed,
                        broken,
                        script,
                    }
                }
                other => other,
            })
    }
}

/// Leaves out whatever can be left out of a script that breaks something.
fn shorten<T: Clone, E>(
    script: Vec<T>,
    first: E,
    test: impl Fn(&[T]) -> Result<u64, E>,
) -> (E, Vec<T>) {
    let (mut broken, mut script) = (first, script);
    let mut at = 0;
    while at < script.len() {
        let mut without = script.clone();
        without.remove(at);
        match test(&without) {
            // What comes earlier may now not be needed any more.
            Err(error) => (broken, script, at) = (error, without, 0),
            Ok(_) => at += 1,
        }
    }
    (broken, script)
}

/// What runs that broke nothing went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The seed that gives them again.
    pub seed: u64,
    /// How many runs.
    pub cases: u32,
    /// How many events in all of them.
    pub events: u64,
}

impl fmt::Display for Done {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seed,
            cases,
            events,
        } = self;
        write!(
            out,
            "{events} events in {cases} runs from {VARIABLE}={seed}"
        )
    }
}

/// Why random runs did not end well.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure<T, E = Broken> {
    /// Something is broken.
    Found {
        /// The seed that gives these runs again.
        seed: u64,
        /// What is broken.
        broken: E,
        /// The smallest script found that breaks it.
        script: T,
    },
    /// There were no runs, or they showed nothing.
    NotRun {
        /// Why.
        reason: String,
    },
}

impl<T, E> Failure<T, E> {
    /// What is broken, if anything was found.
    #[must_use]
    pub const fn broken(&self) -> Option<&E> {
        match self {
            Self::Found { broken, .. } => Some(broken),
            Self::NotRun { .. } => None,
        }
    }
}

impl<T: Debug, E: fmt::Display> fmt::Display for Failure<T, E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found {
                seed,
                broken,
                script,
            } => write!(
                out,
                "{broken}\nthe smallest script found: {script:#?}\n{VARIABLE}={seed} gives it again"
            ),
            Self::NotRun { reason } => out.write_str(reason),
        }
    }
}

/// As it is displayed, so that a test which returns it or unwraps it can be read.
impl<T: Debug, E: fmt::Display> Debug for Failure<T, E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl<T: Debug, E: fmt::Display> std::error::Error for Failure<T, E> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Invariant;

    #[test]
    fn the_same_seed_gives_the_same_runs_and_another_one_others() {
        let all = |seed| {
            let seen = std::cell::RefCell::new(Vec::new());
            let done = Runs::new(20).seed(seed).check(&any::<u64>(), |number| {
                seen.borrow_mut().push(*number);
                Ok::<_, Broken>(3)
            });
            assert_eq!(done.unwrap().events, 60);
            seen.into_inner()
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
    }

    #[test]
    fn a_failure_is_small_and_names_its_seed() {
        let strategy = proptest::collection::vec(0..100_u8, 0..30);
        let failure = Runs::new(200).seed(7).check(&strategy, |script: &Vec<u8>| {
            let sum: u32 = script.iter().copied().map(u32::from).sum();
            Invariant::S(3).require(sum < 150, || format!("{sum} is too much"))?;
            Ok::<_, Broken>(0)
        });
        let Err(Failure::Found {
            seed: 7,
            broken,
            script,
        }) = failure
        else {
            panic!("{failure:?}");
        };
        assert_eq!(broken.to_string(), "S3: 150 is too much");
        assert!(script.len() <= 3, "{script:?}");
    }
}
