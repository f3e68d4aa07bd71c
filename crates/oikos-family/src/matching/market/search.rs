//! Random search: who happens to meet whom.

use oikos_core::{Prob, Tick, pair as both};

use super::singles::Singles;
use super::window::Place;
use super::{Candidate, Level, Market, Pairing};
use crate::error::FamilyError;

pub(super) fn search(
    market: &Market,
    tick: Tick,
    candidates: &[Candidate],
    meetings: u32,
    forbidden: &impl Fn(&Candidate, &Candidate) -> bool,
    accept: &impl Fn(&Candidate, &Candidate) -> f64,
) -> Result<Pairing, FamilyError> {
    let agree = |man: &Candidate, woman: &Candidate| {
        if forbidden(man, woman) {
            return Ok(false);
        }
        let probability = accept(man, woman);
        let Ok(probability) = Prob::from_f64(probability) else {
            return Err(FamilyError::Score {
                first: man.id,
                second: woman.id,
                score: probability,
            });
        };
        let pair = both(woman.subject, man.subject);
        Ok(market.streams.taste.at(pair, tick).chance(probability))
    };
    let mut singles = Singles::new(candidates)?;
    let mut line = market.line(tick, &singles, Level::Pool);
    for meeting in 0..meetings {
        for (man, woman) in market.meetings(tick, &singles, &line, meeting) {
            if agree(singles.men[man as usize], singles.women[woman as usize])? {
                singles.unite(man, woman, Level::Pool);
            }
        }
        line.retain(|place| singles.is_free_man(place.who));
    }
    Ok(singles.pairing())
}

impl Market {
    /// Who meets whom, by index: of several women who meet a man the one whose own draw is lowest.
    fn meetings(
        &self,
        tick: Tick,
        singles: &Singles<'_>,
        line: &[Place],
        meeting: u32,
    ) -> Vec<(u32, u32)> {
        let seekers = self.seekers(tick, singles, Level::Pool, meeting);
        let met = seekers.iter().filter_map(|seeker| {
            let man = self.window(line, seeker, 1).first()?.who;
            let woman = singles.women[seeker.who as usize];
            let turn = both(woman.subject, meeting.into());
            let turn = self.streams.place.at(turn, tick).next_u64();
            Some((man, turn, seeker.who))
        });
        let mut met: Vec<(u32, u64, u32)> = met.collect();
        met.sort_unstable();
        met.dedup_by_key(|&mut (man, ..)| man);
        met.into_iter()
            .map(|(man, _, woman)| (man, woman))
            .collect()
    }
}
