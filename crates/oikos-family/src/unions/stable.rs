//! Stable matching in a society: those who enter a union this month, and who unites with whom.

use std::cmp::Reverse;

use oikos_core::{Date, Stream, Tick, pair};
use oikos_world::PersonId;

use super::choice::STABLE_BAND;
use super::group::MatchingGroup;
use crate::matching::{deferred_acceptance, in_order};
use crate::{AgeGap, DAYS_PER_YEAR};

/// Somebody who enters a union this month.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entrant {
    pub(super) id: PersonId,
    pub(super) subject: u64,
    pub(super) born: Date,
    pub(super) group: MatchingGroup,
    /// Whether they would rather have anybody of their own group than somebody of another.
    pub(super) own_group_first: bool,
}

/// What somebody sees in another: the less, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sight {
    /// Whether they look in their own group first and the other is not of it.
    other_group: bool,
    worth: Reverse<i64>,
    /// Of two who are worth the same the elder counts, by place.
    other: u32,
}

/// What people see in each other this month.
pub(super) struct Sights {
    pub(super) gap: AgeGap,
    pub(super) tastes: Stream,
    pub(super) tick: Tick,
}

/// A gap that lies further from the mean gap, in deviations, is out of the question.
const GAP_MAX: f64 = 4.0;

impl Sights {
    /// What a woman sees in a man, and he in her: the logarithm of the density of their age gap, and to each a
    /// Gumbel variable of the pair's own, so that one of several would be taken in proportion to the density
    /// (McFadden 1974). `None` for a gap that is out of the question.
    pub(super) fn of_pair(
        &self,
        (at_woman, woman): (u32, &Entrant),
        (at_man, man): (u32, &Entrant),
    ) -> Option<[Sight; 2]> {
        let days = f64::from(woman.born.days()) - f64::from(man.born.days());
        let off = (days / DAYS_PER_YEAR - self.gap.mean()) / self.gap.sd();
        if off.abs() > GAP_MAX {
            return None;
        }
        let mut draw = self.tastes.at(pair(woman.subject, man.subject), self.tick);
        let mut sight = |of: &Entrant, other: u32| {
            // A draw of 0 has no logarithm; with the least positive number it is still the best taste of all.
            let taste = -libm::log(draw.exponential().max(f64::MIN_POSITIVE));
            Sight {
                other_group: of.own_group_first && woman.group != man.group,
                worth: Reverse(in_order(taste - off * off / 2.0)),
                other,
            }
        };
        Some([sight(woman, at_man), sight(man, at_woman)])
    }
}

/// Pairs a month's entrants, the eldest first, so that within each band of age no two who may unite would both
/// rather have each other. The n-th band has the n-th [`STABLE_BAND`] women from the eldest and as many men, so
/// one person more moves one across the edge of each band of those younger.
///
/// The result is the best stable one for women, whatever the order in which they propose.
pub(super) fn pair_stably(
    women: &[Entrant],
    men: &[Entrant],
    sights: &Sights,
    too_close: impl Fn(PersonId, PersonId) -> bool,
) -> Vec<(PersonId, PersonId)> {
    let bands = women.chunks(STABLE_BAND).zip(men.chunks(STABLE_BAND));
    let pairs = bands.flat_map(|(women, men)| pair_band(women, men, sights, &too_close));
    pairs.collect()
}

fn pair_band(
    women: &[Entrant],
    men: &[Entrant],
    sights: &Sights,
    too_close: &impl Fn(PersonId, PersonId) -> bool,
) -> Vec<(PersonId, PersonId)> {
    let lists: Vec<Vec<Sight>> = (0..)
        .zip(women)
        .map(|woman| {
            let sees = |man| sights.of_pair(woman, man).map(|[hers, _]| hers);
            let mut list: Vec<Sight> = (0..).zip(men).filter_map(sees).collect();
            list.sort_unstable();
            list
        })
        .collect();
    let order: Vec<u32> = (0..women.len() as u32).collect();
    let matching = deferred_acceptance(&order, men.len(), |proposer, nth| {
        let man = lists[proposer as usize].get(nth)?.other;
        let (she, he) = (&women[proposer as usize], &men[man as usize]);
        // Kin is looked up for those alone who are proposed to.
        let sees = sights.of_pair((proposer, she), (man, he));
        let sees = sees.filter(|_| !too_close(she.id, he.id));
        Some((man, sees.map(|[_, his]| his)))
    });
    let paired = women.iter().zip(matching.of_proposers);
    paired
        .filter_map(|(woman, man)| Some((woman.id, men.get(man? as usize)?.id)))
        .collect()
}
