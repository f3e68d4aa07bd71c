//! Men in order of age, and those closest to an age that is sought.

use oikos_core::{Tick, pair};

use super::{Candidate, Market};
use crate::DAYS_PER_YEAR;

/// Units in a day of age: people of the same day stand in an order of their own.
const UNITS: f64 = 4_294_967_296.0;

/// A man in line: partition (0 where it does not matter), age in units, index among the men.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    partition: u32,
    age: i64,
    /// Index among the men, who are in order of their ids.
    pub(super) man: u32,
}

impl Market {
    /// A man's age in units: his day of age, and a draw of his own for the part of the day.
    fn age(&self, tick: Tick, man: &Candidate) -> i64 {
        let part = self.streams.place.at(man.subject, tick).next_u32();
        (i64::from(man.age_days) << 32) | i64::from(part)
    }

    /// The age in units that a woman seeks in a round.
    pub(super) fn sought(&self, tick: Tick, woman: &Candidate, round: u32) -> i64 {
        let mut draw = self
            .streams
            .seek
            .at(pair(woman.subject, round.into()), tick);
        let gap_years = self.gap.mean() + self.gap.sd() * draw.normal();
        let days = f64::from(woman.age_days) + gap_years * DAYS_PER_YEAR;
        (days * UNITS) as i64 + i64::from(draw.next_u32())
    }

    /// Men in line by partition and age, or by age alone.
    pub(super) fn line(&self, tick: Tick, men: &[&Candidate], partitioned: bool) -> Vec<Place> {
        let place = |(man, candidate): (u32, &&Candidate)| Place {
            partition: if partitioned { candidate.partition } else { 0 },
            age: self.age(tick, candidate),
            man,
        };
        let mut line: Vec<Place> = (0..).zip(men).map(place).collect();
        line.sort_unstable();
        line
    }

    /// The at most `most` men of a partition closest to an age sought, none further off than the reach,
    /// youngest first.
    pub(super) fn window<'a>(
        &self,
        line: &'a [Place],
        partition: u32,
        sought: i64,
        most: usize,
    ) -> &'a [Place] {
        let reach = i64::from(self.reach_days) << 32;
        let off = |place: &Place| (place.age - sought).abs();
        let within = |place: &Place| place.partition == partition && off(place) <= reach;
        let middle =
            line.partition_point(|place| (place.partition, place.age) < (partition, sought));
        let (mut low, mut high) = (middle, middle);
        while high - low < most {
            let below = low
                .checked_sub(1)
                .and_then(|at| line.get(at))
                .filter(|place| within(place));
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
