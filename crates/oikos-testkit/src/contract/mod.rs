//! The contract of a plugin: one history, however the society is run.

mod compare;
mod flip;
mod resume;
mod scramble;

use oikos_core::Digest;
use oikos_engine::{EngineError, Society, SocietyBuilder};

use crate::error::Violation;
use compare::{Digests, Pair};

/// The threads that a contract runs on.
const THREADS: [usize; 3] = [1, 2, 4];
/// The salt of the shuffles.
const SALT: u64 = 0x5eed;

/// Runs a society in every way that must not matter, and finds where it does.
///
/// The checks, each from fresh builds: twice; on 1, 2 and 4 threads; with all rows shuffled before every
/// tick, which is first shown to have changed their order; saved at every tick, loaded into a fresh build
/// and run on; saved, loaded and saved again with the same bytes; and with values changed in the last
/// snapshot, each of which the digest must see. The cost is that of some ten runs and of one fresh build
/// a tick, plus a load or a few for each byte of small values and of two rows of each column: give it a
/// society of tens or hundreds, not of thousands.
pub struct Contract<F> {
    build: F,
    ticks: u32,
}

/// What a contract did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The ticks of each run.
    pub ticks: u32,
    /// The digest at their end.
    pub digest: Digest,
    /// The kinds whose rows were seen in another order, in the order of their registration.
    pub scrambled: Vec<&'static str>,
    /// Fresh builds into which a snapshot was loaded and run on.
    pub resumed: u32,
    /// Changed values that the digest saw.
    pub flipped: u32,
    /// Persisted types that held nothing at the end, an empty list say, so that nothing could be changed
    /// in them. Run more ticks where one of yours is among them.
    pub untried: Vec<String>,
}

impl<F: Fn() -> SocietyBuilder> Contract<F> {
    /// The contract of the society that `build` describes anew each time. Settings of the builder hold,
    /// except threads and scrambling. It runs 40 ticks where [`Contract::ticks`] does not say otherwise.
    pub const fn of(build: F) -> Self {
        Self { build, ticks: 40 }
    }

    /// How many ticks each run has; at least 1.
    #[must_use]
    pub const fn ticks(mut self, ticks: u32) -> Self {
        self.ticks = if ticks == 0 { 1 } else { ticks };
        self
    }

    /// Runs all checks.
    ///
    /// # Errors
    /// The first [`Violation`].
    pub fn check(&self) -> Result<Report, Violation> {
        let mut plain = self.society("build", |builder| builder)?;
        let reference = compare::history(&mut plain, self.ticks)?;
        let digest = plain.digest().map_err(|source| Violation::Engine {
            check: "twice",
            source,
        })?;
        self.compare("twice", &reference, |builder| builder)?;
        for threads in THREADS {
            self.compare("threads", &reference, |builder| builder.threads(threads))?;
        }
        let scrambled = self.scrambled()?;
        self.compare("scramble", &reference, |builder| builder.scramble(SALT))?;
        let resumed = self.resumed(&reference)?;
        let flipped = flip::all(
            &mut self.society("flip", |builder| builder.threads(1))?,
            &mut plain,
        )?;
        let (
            ticks,
            flip::Flipped {
                seen: flipped,
                untried,
            },
        ) = (self.ticks, flipped);
        Ok(Report {
            ticks,
            digest,
            scrambled,
            resumed,
            flipped,
            untried,
        })
    }

    /// [`Contract::check`] for tests.
    ///
    /// # Panics
    /// With the violation, if there is one.
    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion, documented as such")]
    pub fn assert(&self) -> Report {
        match self.check() {
            Ok(report) => report,
            Err(violation) => panic!("{violation}"),
        }
    }

    fn society(
        &self,
        check: &'static str,
        change: impl Fn(SocietyBuilder) -> SocietyBuilder,
    ) -> Result<Society, Violation> {
        change((self.build)())
            .build()
            .map_err(|source| Violation::Engine { check, source })
    }

    /// Runs a changed society beside the history of the plain one.
    fn compare(
        &self,
        check: &'static str,
        reference: &[Digests],
        change: impl Fn(SocietyBuilder) -> SocietyBuilder,
    ) -> Result<(), Violation> {
        let mut other = self.society(check, &change)?;
        let Some((tick, types)) = compare::first_difference(check, &mut other, reference)? else {
            return Ok(());
        };
        let left = self.society(check, |builder| builder)?;
        let right = self.society(check, change)?;
        Err(Pair { check, left, right }.part(self.ticks, tick, types))
    }
}

/// Names the check in an engine's error.
fn during(check: &'static str) -> impl Fn(EngineError) -> Violation {
    move |source| Violation::Engine { check, source }
}
