//! The two levels: looks, and pairs that nobody who looked would leave.

use std::cmp::Reverse;

use oikos_core::{Tick, pair as both};

use super::singles::Singles;
use super::window::Place;
use super::{CANDIDATES_MAX, Candidate, Level, Market, Pairing, ROUNDS};
use crate::error::FamilyError;
use crate::matching::stable::{deferred_acceptance, in_order};

/// What a woman sees in a man: the best looks are the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Look {
    worth: Reverse<i64>,
    /// Index among the men. Indices follow ids, so how ties are broken does not depend on who else is there.
    man: u32,
}

pub(super) fn pair(
    market: &Market,
    tick: Tick,
    candidates: &[Candidate],
    forbidden: &impl Fn(&Candidate, &Candidate) -> bool,
    score: &impl Fn(&Candidate, &Candidate) -> f64,
) -> Result<Pairing, FamilyError> {
    let worth = |man: &Candidate, woman: &Candidate| {
        if forbidden(man, woman) {
            return Ok(None);
        }
        let score = score(man, woman);
        if score.is_nan() || score == f64::INFINITY {
            return Err(FamilyError::Score {
                first: man.id,
                second: woman.id,
                score,
            });
        }
        let possible = score > f64::NEG_INFINITY;
        Ok(possible.then(|| score + market.taste(tick, man, woman)))
    };
    let mut singles = Singles::new(candidates)?;
    for (level, first_round) in [(Level::Partition, 0), (Level::Pool, ROUNDS)] {
        let mut line = market.line(tick, &singles, level);
        for round in first_round..first_round + ROUNDS {
            let seekers = market.seekers(tick, &singles, level, round);
            let looks = market.looks(&singles, &line, &seekers, worth)?;
            unite(&mut singles, &seekers, &looks, level);
            line.retain(|place| singles.is_free_man(place.who));
        }
    }
    Ok(singles.pairing())
}

/// The looks of all seekers, each seeker's own sorted from the best down.
struct Looks {
    all: Vec<Look>,
    /// Where the looks of each seeker end.
    ends: Vec<usize>,
}

impl Looks {
    fn nth(&self, seeker: u32, nth: usize) -> Option<Look> {
        let seeker = seeker as usize;
        let start = seeker.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.all.get(start..self.ends[seeker])?.get(nth).copied()
    }
}

impl Market {
    /// What a pair happens to see in each other: a Gumbel variable, the same in every round of a tick.
    fn taste(&self, tick: Tick, man: &Candidate, woman: &Candidate) -> f64 {
        let pair = both(woman.subject, man.subject);
        let waiting = self.streams.taste.at(pair, tick).exponential();
        // A draw of 0 has no logarithm; with the least positive number it is still the best taste of all.
        -libm::log(waiting.max(f64::MIN_POSITIVE))
    }

    fn looks(
        &self,
        singles: &Singles<'_>,
        line: &[Place],
        seekers: &[Place],
        worth: impl Fn(&Candidate, &Candidate) -> Result<Option<f64>, FamilyError>,
    ) -> Result<Looks, FamilyError> {
        let mut looks = Looks {
            all: Vec::with_capacity(seekers.len() * CANDIDATES_MAX.min(line.len())),
            ends: Vec::with_capacity(seekers.len()),
        };
        for seeker in seekers {
            let woman = singles.women[seeker.who as usize];
            let start = looks.all.len();
            for place in self.window(line, seeker, CANDIDATES_MAX) {
                if let Some(worth) = worth(singles.men[place.who as usize], woman)? {
                    looks.all.push(Look {
                        worth: Reverse(in_order(worth)),
                        man: place.who,
                    });
                }
            }
            looks.all[start..].sort_unstable();
            looks.ends.push(looks.all.len());
        }
        Ok(looks)
    }
}

/// Unites those whom deferred acceptance leaves together.
///
/// Both sides order their looks by the same worth, so the only stable matching is the one in which pairs
/// are taken from the best down.
fn unite(singles: &mut Singles<'_>, seekers: &[Place], looks: &Looks, level: Level) {
    let order: Vec<u32> = (0..seekers.len() as u32).collect();
    let matching = deferred_acceptance(&order, singles.men.len(), |seeker, nth| {
        let Look { worth, man } = looks.nth(seeker, nth)?;
        let woman = seekers[seeker as usize].who;
        Some((man, Some((worth, woman))))
    });
    for (seeker, man) in seekers.iter().zip(matching.of_proposers) {
        if let Some(man) = man {
            singles.unite(man, seeker.who, level);
        }
    }
}
