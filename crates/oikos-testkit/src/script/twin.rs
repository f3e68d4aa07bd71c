//! The slow twin: what a script should come to, in maps and loops that share nothing with the engine.

use std::collections::{BTreeMap, BTreeSet};

use super::plugin::{BirthOrder, FOUNDERS, FUSE_TICKS, NEWBORN_WEIGHT, gain};

/// A living member.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) weight: u32,
    pub(super) subject: u64,
    pub(super) age: u32,
    /// The cause of the birth; founders have none.
    pub(super) mark: Option<u64>,
}

/// What a tick's requests came to.
#[derive(Debug, Default)]
pub(super) struct Happened {
    pub(super) born: Vec<u64>,
    pub(super) died: Vec<u64>,
    /// Requests for somebody who was not there to die.
    pub(super) void: u32,
    /// Requests for somebody whose death was asked for already.
    pub(super) doubled: u32,
}

#[derive(Debug, Default)]
pub(super) struct Twin {
    pub(super) living: BTreeMap<u64, Member>,
    /// Ids ever given.
    pub(super) ever: u64,
    /// Births, deaths and timers so far.
    pub(super) tally: [u64; 3],
    pub(super) births: Vec<BirthOrder>,
    pub(super) deaths: Vec<u64>,
}

impl Twin {
    pub(super) fn new() -> Self {
        let founder = |subject| Member {
            weight: NEWBORN_WEIGHT,
            subject,
            age: 0,
            mark: None,
        };
        let living = (0..FOUNDERS).map(|id| (id, founder(id))).collect();
        Self {
            living,
            ever: FOUNDERS,
            ..Self::default()
        }
    }

    pub(super) fn step(&mut self) -> Happened {
        for member in self.living.values_mut() {
            // Counted before the tick: who is two ticks old was born two ticks before this one ended.
            if member.mark.is_some() && member.age + 1 == FUSE_TICKS {
                self.tally[2] += 1;
            }
            member.weight += gain(member.subject);
            member.age += 1;
        }
        let mut happened = Happened {
            born: self.bear(),
            ..Happened::default()
        };
        let mut asked = BTreeSet::new();
        for id in std::mem::take(&mut self.deaths) {
            let first = asked.insert(id);
            match self.living.remove(&id) {
                Some(_) => happened.died.push(id),
                None if first => happened.void += 1,
                None => happened.doubled += u32::from(happened.died.contains(&id)),
            }
        }
        self.tally[0] += happened.born.len() as u64;
        self.tally[1] += happened.died.len() as u64;
        happened
    }

    /// Gives the ids: the lowest (cause, ordinal) that is left gets the next one.
    fn bear(&mut self) -> Vec<u64> {
        let mut born = Vec::new();
        let mut waiting = std::mem::take(&mut self.births);
        while let Some(lowest) = waiting
            .iter()
            .map(|(cause, ordinal, ..)| (*cause, *ordinal))
            .min()
        {
            let at = waiting
                .iter()
                .position(|order| (order.0, order.1) == lowest);
            let Some((cause, _, subject, weight)) = at.map(|at| waiting.remove(at)) else {
                break;
            };
            let weight = weight.unwrap_or(NEWBORN_WEIGHT);
            self.living.insert(
                self.ever,
                Member {
                    weight,
                    subject,
                    age: 0,
                    mark: Some(cause),
                },
            );
            born.push(self.ever);
            self.ever += 1;
        }
        born
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_by_hand() {
        let mut twin = Twin::new();
        twin.births = vec![(3, 0, 70, None), (1, 1, 71, Some(5)), (1, 0, 72, Some(6))];
        twin.deaths = vec![0, 5, 0, 99];
        let happened = twin.step();
        // By cause and ordinal: subject 72 is number 4, 71 is 5, 70 is 6; number 5 dies at once.
        assert_eq!(happened.born, [4, 5, 6]);
        assert_eq!(happened.died, [0, 5]);
        assert_eq!((happened.doubled, happened.void), (1, 1));
        assert_eq!((twin.living[&4].subject, twin.living[&4].weight), (72, 6));
        assert_eq!(
            (twin.living[&6].subject, twin.living[&6].weight),
            (70, NEWBORN_WEIGHT)
        );
        // Founder 3 has subject 3 and gains 4 a tick.
        assert_eq!(
            (twin.living[&3].weight, twin.living[&3].age),
            (NEWBORN_WEIGHT + 4, 1)
        );
        assert_eq!(twin.tally, [3, 2, 0]);
        twin.step();
        twin.step();
        // The timers of 4 and 6, two ticks after their birth.
        assert_eq!(twin.tally, [3, 2, 2]);
        assert_eq!(twin.living[&4].age, 2);
    }
}
