//! Random search: who happens to meet whom.

use oikos_core::{Prob, Tick, pair as both};

use super::singles::Singles;
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
    for meeting in 0..meetings {
        let mut couples = Vec::new();
        for (man, woman) in market.meetings(tick, &singles, meeting) {
            if agree(singles.men[man as usize], singles.women[woman as usize])? {
                couples.push((man, woman));
            }
        }
        singles.unite(couples.into_iter(), Level::Pool);
    }
    Ok(singles.pairing())
}

impl Market {
    /// Who meets whom, by index: of several women who meet a man the one whose own draw is lowest.
    fn meetings(&self, tick: Tick, singles: &Singles<'_>, meeting: u32) -> Vec<(u32, u32)> {
        let line = self.line(tick, &singles.men, false);
        let mut met: Vec<Option<(u64, u32)>> = vec![None; singles.men.len()];
        for (index, woman) in (0..).zip(&singles.women) {
            let sought = self.sought(tick, woman, meeting);
            let Some(place) = self.window(&line, 0, sought, 1).first() else {
                continue;
            };
            let turn = both(woman.subject, meeting.into());
            let turn = self.streams.place.at(turn, tick).next_u64();
            let held = &mut met[place.man as usize];
            if held.is_none_or(|held| (turn, index) < held) {
                *held = Some((turn, index));
            }
        }
        let couples = (0..).zip(met);
        couples
            .filter_map(|(man, met)| Some((man, met?.1)))
            .collect()
    }
}
