//! Men in order of age, women in order of the age they seek, and the men closest to it.

use oikos_core::{Tick, pair};

use super::singles::Singles;
use super::{Candidate, Level, Market};
use crate::DAYS_PER_YEAR;

/// Units in a day of age: people of the same day stand in an order of their own.
const UNITS: f64 = 4_294_967_296.0;

/// A man by partition (0 where it does not matter) and age, or a woman by the age she seeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    partition: u32,
    /// Units of age.
    age: i64,
    /// Index among the people of that sex.
    pub(super) who: u32,
}

impl Market {
    /// A man's age in units: his day of age, and a draw of his own for the part of the day.
    fn age(&self, tick: Tick, man: &Candidate) -> i64 {
        let part = self.streams.place.at(man.subject, tick).next_u32();
        (i64::from(man.age_days) << 32) | i64::from(part)
    }

    /// The age in units that a woman seeks in a round.
    pub(super) fn sought(&self, tick: Tick, woman: &Candidate, round: u32) -> i64 {
        let subject = pair(woman.subject, round.into());
        let mut draw = self.streams.seek.at(subject, tick);
        let gap_years = self.gap.mean() + self.gap.sd() * draw.normal();
        let days = f64::from(woman.age_days) + gap_years * DAYS_PER_YEAR;
        (days * UNITS) as i64 + i64::from(draw.next_u32())
    }

    /// The single men in line: by partition and age, or by age alone.
    pub(super) fn line(&self, tick: Tick, singles: &Singles<'_>, level: Level) -> Vec<Place> {
        let free = (0..)
            .zip(&singles.men)
            .filter(|&(man, _)| singles.is_free_man(man));
        let place = |(who, man): (u32, &&Candidate)| Place {
            partition: level.partition(man),
            age: self.age(tick, man),
            who,
        };
        let mut line: Vec<Place> = free.map(place).collect();
        line.sort_unstable();
        line
    }

    /// The single women with the ages that they seek in a round, in the order of the men's line, so that
    /// one after the other they look at men who stand close together.
    pub(super) fn seekers(
        &self,
        tick: Tick,
        singles: &Singles<'_>,
        level: Level,
        round: u32,
    ) -> Vec<Place> {
        let free = (0..)
            .zip(&singles.women)
            .filter(|&(woman, _)| singles.is_free_woman(woman));
        let place = |(who, woman): (u32, &&Candidate)| Place {
            partition: level.partition(woman),
            age: self.sought(tick, woman, round),
            who,
        };
        let mut seekers: Vec<Place> = free.map(place).collect();
        seekers.sort_unstable();
        seekers
    }

    /// The at most `most` men of the seeker's partition closest to the age sought, none further off than
    /// the reach, youngest first.
    pub(super) fn window<'a>(&self, line: &'a [Place], seeker: &Place, most: usize) -> &'a [Place] {
        let (partition, sought) = (seeker.partition, seeker.age);
        let reach = i64::from(self.reach_days) << 32;
        let off = |place: &Place| (place.age - sought).abs();
        let within = |place: &Place| place.partition == partition && off(place) <= reach;
        let middle = line.partition_point(|man| (man.partition, man.age) < (partition, sought));
        let (mut low, mut high) = (middle, middle);
        while high - low < most {
            let below = low.checked_sub(1).and_then(|at| line.get(at));
            let below = below.filter(|place| within(place));
            let above = line.get(high).filter(|place| within(place));
            match (below, above) {
                (Some(below), Some(above)) if off(below) <= off(above) => low -= 1,
                (_, Some(_)) => high += 1,
                (Some(_), None) => low -= 1,
                (None, None) => break,
            }
        }
        line.get(low..high).unwrap_or(&[])
    }
}

impl Level {
    /// What two must share to look at each other on this level.
    fn partition(self, candidate: &Candidate) -> u32 {
        match self {
            Self::Partition => candidate.partition,
            Self::Pool => 0,
        }
    }
}
