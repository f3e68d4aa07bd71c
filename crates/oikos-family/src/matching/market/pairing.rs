//! The two levels: looks, and pairs taken from the best down.

use oikos_core::{Tick, pair as both};

use super::singles::Singles;
use super::{CANDIDATES_MAX, Candidate, Level, Market, Pairing, ROUNDS};
use crate::error::FamilyError;

/// A pair that has been looked at, by index among the men and the women of its round.
#[derive(Debug, Clone, Copy)]
struct Look {
    worth: f64,
    man: u32,
    woman: u32,
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
            return Ok(f64::NEG_INFINITY);
        }
        let score = score(man, woman);
        if score.is_nan() || score == f64::INFINITY {
            return Err(FamilyError::Score {
                first: man.id,
                second: woman.id,
                score,
            });
        }
        Ok(score + market.taste(tick, man, woman))
    };
    let mut singles = Singles::new(candidates)?;
    for round in 0..2 * ROUNDS {
        let level = if round < ROUNDS {
            Level::Partition
        } else {
            Level::Pool
        };
        let looks = market.looks(tick, &singles, round, level, worth)?;
        singles.unite(looks.into_iter().map(|look| (look.man, look.woman)), level);
    }
    Ok(singles.pairing())
}

impl Market {
    /// What a pair happens to see in each other: a Gumbel variable, the same in every round of a tick.
    fn taste(&self, tick: Tick, man: &Candidate, woman: &Candidate) -> f64 {
        let pair = both(woman.subject, man.subject);
        let waiting = self.streams.taste.at(pair, tick).exponential();
        // A draw of 0 has no logarithm; with the least positive number it is still the best taste of all.
        -libm::log(waiting.max(f64::MIN_POSITIVE))
    }

    /// All pairs that women look at in a round and that are possible, the best first.
    fn looks(
        &self,
        tick: Tick,
        singles: &Singles<'_>,
        round: u32,
        level: Level,
        worth: impl Fn(&Candidate, &Candidate) -> Result<f64, FamilyError>,
    ) -> Result<Vec<Look>, FamilyError> {
        let Singles { men, women, .. } = singles;
        let partitioned = level == Level::Partition;
        let line = self.line(tick, men, partitioned);
        let mut looks = Vec::with_capacity(women.len() * CANDIDATES_MAX.min(men.len()));
        for (index, woman) in (0..).zip(women) {
            let partition = if partitioned { woman.partition } else { 0 };
            let sought = self.sought(tick, woman, round);
            for place in self.window(&line, partition, sought, CANDIDATES_MAX) {
                let worth = worth(men[place.man as usize], woman)?;
                if worth > f64::NEG_INFINITY {
                    looks.push(Look {
                        worth,
                        man: place.man,
                        woman: index,
                    });
                }
            }
        }
        // Indices follow ids, so that equal worth is told apart by what does not depend on others.
        looks.sort_unstable_by(|a, b| {
            let by_worth = b.worth.total_cmp(&a.worth);
            by_worth.then((a.woman, a.man).cmp(&(b.woman, b.man)))
        });
        Ok(looks)
    }
}
