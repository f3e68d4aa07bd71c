//! Two runs side by side, and the system at which they part.

use oikos_core::{Digest, Tick};
use oikos_engine::{Society, SystemTrace};

use super::during;
use crate::error::Violation;

/// The digest of each persisted type.
pub(super) type Digests = Vec<(String, Digest)>;

/// The digests after 0, 1, … ticks.
pub(super) fn history(society: &mut Society, ticks: u32) -> Result<Vec<Digests>, Violation> {
    let mut all = vec![society.digest_by_type().map_err(during("build"))?];
    for _ in 0..ticks {
        society.step().map_err(during("run"))?;
        all.push(society.digest_by_type().map_err(during("run"))?);
    }
    Ok(all)
}

/// The first tick whose end differs from the reference, and in what.
pub(super) fn first_difference(
    check: &'static str,
    society: &mut Society,
    reference: &[Digests],
) -> Result<Option<(Tick, Vec<String>)>, Violation> {
    for (index, expected) in reference.iter().enumerate() {
        if index > 0 {
            society.step().map_err(during(check))?;
        }
        let found = society.digest_by_type().map_err(during(check))?;
        if found != *expected {
            let tick = Tick::new((index as u32).saturating_sub(1));
            return Ok(Some((tick, differing(expected, &found))));
        }
    }
    Ok(None)
}

/// The names of the types that differ.
pub(super) fn differing(left: &[(String, Digest)], right: &[(String, Digest)]) -> Vec<String> {
    let differ = left.iter().filter(|entry| !right.contains(entry));
    let missing = right
        .iter()
        .filter(|(name, _)| !left.iter().any(|(other, _)| other == name));
    differ
        .chain(missing)
        .map(|(name, _)| name.clone())
        .collect()
}

/// Two societies at the same tick that should have the same history and have not.
pub(super) struct Pair {
    pub(super) check: &'static str,
    pub(super) left: Society,
    pub(super) right: Society,
}

impl Pair {
    /// Runs both, system by system, until they part. `tick` and `types` are what is already known.
    pub(super) fn part(mut self, end: u32, tick: Tick, types: Vec<String>) -> Violation {
        let check = self.check;
        match (self.left.digest_by_type(), self.right.digest_by_type()) {
            (Ok(left), Ok(right)) if left != right => {
                return Violation::GenesisDiffers {
                    check,
                    types: differing(&left, &right),
                };
            }
            (Err(source), _) | (_, Err(source)) => return Violation::Engine { check, source },
            _ => {}
        }
        while self.left.tick().index() < end {
            match self.one_tick() {
                Ok(None) => {}
                Ok(Some(violation)) | Err(violation) => return violation,
            }
        }
        Violation::Unrepeatable { check, tick, types }
    }

    fn one_tick(&mut self) -> Result<Option<Violation>, Violation> {
        let check = self.check;
        let tick = self.left.tick();
        let left = self.left.trace().map_err(during(check))?;
        let right = self.right.trace().map_err(during(check))?;
        let parted = left.iter().zip(&right).find(|(left, right)| left != right);
        Ok(parted.map(|(left, right)| diverged(check, tick, left, right)))
    }
}

fn diverged(check: &'static str, tick: Tick, left: &SystemTrace, right: &SystemTrace) -> Violation {
    Violation::Diverged {
        check,
        tick,
        system: left.system.clone(),
        phase: left.phase.clone(),
        types: differing(&left.digests, &right.digests),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_differ_by_digest_and_by_presence() {
        let entry = |name: &str, word| (name.to_owned(), Digest([word; 4]));
        let left = [entry("a", 1), entry("b", 2), entry("c", 3)];
        let right = [entry("a", 1), entry("b", 9), entry("d", 4)];
        assert_eq!(differing(&left, &right), ["b", "c", "d"]);
        assert!(differing(&left, &left).is_empty());
    }
}
