//! Saved and loaded at every tick.

use std::sync::Arc;

use oikos_core::Tick;
use oikos_engine::{Section, Snapshot, Society, SocietyBuilder};

use super::compare::{Digests, Pair, differing};
use super::{Contract, during};
use crate::error::Violation;

const CHECK: &str = "save and load";

impl<F: Fn() -> SocietyBuilder> Contract<F> {
    /// Resumes at every tick for one tick, and at three of them to the end. Returns how often.
    pub(super) fn resumed(&self, reference: &[Digests]) -> Result<u32, Violation> {
        let mut live = self.society(CHECK, |builder| builder)?;
        let to_the_end = [self.ticks / 4, self.ticks / 2, self.ticks - self.ticks / 4];
        for index in 0..self.ticks {
            let saved = live.snapshot().map_err(during(CHECK))?;
            let mut resumed = self.loaded(&saved)?;
            same(&mut resumed, &live, &saved)?;
            live.step().map_err(during(CHECK))?;
            self.step_on(&mut resumed, reference, index, 1)?;
            if to_the_end.contains(&index) {
                self.step_on(&mut resumed, reference, index, self.ticks - index - 1)?;
            }
        }
        Ok(self.ticks)
    }

    fn loaded(&self, saved: &Arc<Snapshot>) -> Result<Society, Violation> {
        let mut society = self.society(CHECK, |builder| builder)?;
        society.restore(saved).map_err(during(CHECK))?;
        Ok(society)
    }

    /// Runs on what was resumed before tick `index`, and holds the end against the reference.
    fn step_on(
        &self,
        resumed: &mut Society,
        reference: &[Digests],
        index: u32,
        ticks: u32,
    ) -> Result<(), Violation> {
        resumed.step_n(ticks).map_err(during(CHECK))?;
        let found = resumed.digest_by_type().map_err(during(CHECK))?;
        let end = resumed.tick().index();
        let types = match reference.get(end as usize) {
            Some(expected) if *expected != found => differing(expected, &found),
            _ => return Ok(()),
        };
        let mut left = self.society(CHECK, |builder| builder)?;
        left.step_n(index).map_err(during(CHECK))?;
        let saved = left.snapshot().map_err(during(CHECK))?;
        let right = self.loaded(&saved)?;
        let last = Tick::new(end.saturating_sub(1));
        Err(Pair {
            check: CHECK,
            left,
            right,
        }
        .part(end, last, types))
    }
}

/// Whether what was loaded is what was saved: in its digests, and in its bytes when saved again.
fn same(loaded: &mut Society, live: &Society, saved: &Arc<Snapshot>) -> Result<(), Violation> {
    let tick = live.tick();
    let expected = live.digest_by_type().map_err(during(CHECK))?;
    let found = loaded.digest_by_type().map_err(during(CHECK))?;
    if found != expected {
        return Err(Violation::LoadDiffers {
            tick,
            types: differing(&expected, &found),
        });
    }
    let again = loaded.snapshot().map_err(during(CHECK))?;
    let pairs = saved.sections().iter().zip(again.sections());
    let differ = pairs.filter(|(before, after)| before != after);
    let types: Vec<String> = differ
        .map(|(before, _): (&Section, _)| before.name.clone())
        .collect();
    if !types.is_empty() {
        return Err(Violation::BytesDiffer { tick, types });
    }
    Ok(())
}
