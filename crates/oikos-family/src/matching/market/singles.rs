//! Those who are still single, and those who have found each other.

use super::{Candidate, Level, Pair, Pairing};
use crate::error::FamilyError;
use crate::{FEMALE, SEXES};

/// The state of a market between two rounds: candidates by sex, in order of their ids.
pub(super) struct Singles<'a> {
    pub(super) men: Vec<&'a Candidate>,
    pub(super) women: Vec<&'a Candidate>,
    free_men: Vec<bool>,
    free_women: Vec<bool>,
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
        Ok(Self {
            free_men: vec![true; men.len()],
            free_women: vec![true; women.len()],
            pairs: Vec::with_capacity(men.len().min(women.len())),
            men,
            women,
        })
    }

    /// Whether a man, by index, is single.
    pub(super) fn is_free_man(&self, man: u32) -> bool {
        self.free_men[man as usize]
    }

    /// Whether a woman, by index, is single.
    pub(super) fn is_free_woman(&self, woman: u32) -> bool {
        self.free_women[woman as usize]
    }

    /// Unites two singles, by index.
    pub(super) fn unite(&mut self, man: u32, woman: u32, level: Level) {
        let (man, woman) = (man as usize, woman as usize);
        self.free_men[man] = false;
        self.free_women[woman] = false;
        self.pairs.push(Pair {
            woman: self.women[woman].id,
            man: self.men[man].id,
            level,
        });
    }

    pub(super) fn pairing(mut self) -> Pairing {
        self.pairs.sort_unstable();
        let men = self.men.iter().zip(&self.free_men);
        let women = self.women.iter().zip(&self.free_women);
        let single = men.chain(women).filter(|(_, free)| **free);
        let mut left_over: Vec<u64> = single.map(|(candidate, _)| candidate.id).collect();
        left_over.sort_unstable();
        Pairing {
            pairs: self.pairs,
            left_over,
        }
    }
}
