//! Those who are still single, and those who have found each other.

use super::{Candidate, Level, Pair, Pairing};
use crate::error::FamilyError;
use crate::{FEMALE, MALE, SEXES};

/// The state of a market between two rounds.
pub(super) struct Singles<'a> {
    /// In order of their ids.
    pub(super) men: Vec<&'a Candidate>,
    /// In order of their ids.
    pub(super) women: Vec<&'a Candidate>,
    pairs: Vec<Pair>,
}

impl<'a> Singles<'a> {
    pub(super) fn new(candidates: &'a [Candidate]) -> Result<Self, FamilyError> {
        let mut sorted: Vec<&Candidate> = candidates.iter().collect();
        sorted.sort_unstable_by_key(|candidate| candidate.id);
        if let Some(two) = sorted.windows(2).find(|two| two[0].id == two[1].id) {
            return Err(FamilyError::CandidateTwice { id: two[0].id });
        }
        if let Some(other) = sorted.iter().find(|candidate| candidate.sex >= SEXES.len()) {
            return Err(FamilyError::Sex {
                sex: u32::try_from(other.sex).unwrap_or(u32::MAX),
            });
        }
        let is_woman = |candidate: &&Candidate| candidate.sex == FEMALE;
        let (women, men): (Vec<_>, Vec<_>) = sorted.into_iter().partition(is_woman);
        let pairs = Vec::with_capacity(men.len().min(women.len()));
        Ok(Self { men, women, pairs })
    }

    /// Unites couples (indices of man and woman) in the order given, as long as both are free.
    pub(super) fn unite(&mut self, couples: impl Iterator<Item = (u32, u32)>, level: Level) {
        let mut taken = [Vec::new(), Vec::new()];
        taken[MALE] = vec![false; self.men.len()];
        taken[FEMALE] = vec![false; self.women.len()];
        for (man, woman) in couples {
            let (man, woman) = (man as usize, woman as usize);
            if taken[MALE][man] || taken[FEMALE][woman] {
                continue;
            }
            taken[MALE][man] = true;
            taken[FEMALE][woman] = true;
            self.pairs.push(Pair {
                woman: self.women[woman].id,
                man: self.men[man].id,
                level,
            });
        }
        for (single, taken) in [&mut self.men, &mut self.women].into_iter().zip(taken) {
            let mut taken = taken.into_iter();
            single.retain(|_| !taken.next().unwrap_or(false));
        }
    }

    pub(super) fn pairing(mut self) -> Pairing {
        self.pairs.sort_unstable();
        let left_over = self.men.iter().chain(&self.women).map(|single| single.id);
        let mut left_over: Vec<u64> = left_over.collect();
        left_over.sort_unstable();
        Pairing {
            pairs: self.pairs,
            left_over,
        }
    }
}
