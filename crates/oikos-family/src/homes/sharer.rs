//! The mark of those who share a household.

use bevy_ecs::world::World;
use oikos_core::{Date, Stream};
use oikos_engine::{Attribute, Column, Slot, Slots};
use oikos_world::{Person, PersonId};

use super::kinsfolk::birthday;
use super::sharing::{SharingChances, disposition};

/// Whether somebody shares a household with others who do, or lives alone and is open to that.
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq)]
#[attribute(name = "family.sharer", newborn = Sharer::NOT)]
pub struct Sharer {
    /// From when on they would not at their age: follows from their draw for life, and saves asking it every month.
    /// The first of all days for who does not share, the last of all for who always would.
    until: Date,
}

impl Sharer {
    /// Somebody who does not.
    pub const NOT: Self = Self { until: Date::MIN };

    pub(super) const FOREVER: Self = Self { until: Date::MAX };

    /// The mark of somebody who shares, by what they draw with. Chances that rise with age are never outgrown.
    pub(super) fn of(chances: &SharingChances, stream: &Stream, subject: u64, born: Date) -> Self {
        let age = chances.outgrown_at(disposition(stream, subject).next_u64());
        let until = age.and_then(|age| birthday(born, age as i32));
        until.map_or(Self::FOREVER, |until| Self { until })
    }

    /// Whether they share.
    #[must_use]
    pub fn shares(self) -> bool {
        self != Self::NOT
    }

    /// Whether they share and would no longer on a day.
    pub(super) fn has_outgrown(self, today: Date) -> bool {
        // Not `&&`: everybody is asked, in a loop that has no branch.
        self.shares() & (self.until <= today)
    }
}

/// Slots that are looked at together: the bits of a word.
const BLOCK: usize = 64;

/// The marks of people, by id.
#[derive(Clone, Copy)]
pub(super) struct Marks<'a> {
    pub(super) people: &'a Slots<Person>,
    pub(super) column: &'a Column<Sharer>,
}

impl<'a> Marks<'a> {
    pub(super) fn in_world(world: &'a World) -> Self {
        Self {
            people: world.resource(),
            column: world.resource(),
        }
    }

    /// Whether somebody shares; the dead do not.
    pub(super) fn contains(&self, person: PersonId) -> bool {
        let slot = self.people.slot(person);
        let mark = slot.and_then(|slot| self.column.get(slot));
        mark.is_some_and(|mark| mark.shares())
    }

    /// The living who share, in the order of their slots.
    pub(super) fn iter(self) -> impl Iterator<Item = (Slot, PersonId)> + 'a {
        self.marked(Sharer::shares)
    }

    /// The living who share and would no longer on a day, in the order of their slots.
    pub(super) fn outgrown(self, today: Date) -> impl Iterator<Item = (Slot, PersonId)> + 'a {
        self.marked(move |mark| mark.has_outgrown(today))
    }

    fn marked(
        self,
        is: impl Fn(Sharer) -> bool + 'a,
    ) -> impl Iterator<Item = (Slot, PersonId)> + 'a {
        let blocks = self.column.as_slice().chunks(BLOCK);
        let blocks = (0_u32..)
            .step_by(BLOCK)
            .zip(blocks)
            .map(move |(first, marks)| {
                let bit = |(row, mark): (usize, &Sharer)| u64::from(is(*mark)) << row;
                let bits = marks.iter().enumerate().map(bit);
                (first, bits.fold(0, |all, bit| all | bit))
            });
        let marked = blocks.flat_map(|(first, bits)| {
            let rows = (0..BLOCK as u32).filter(move |row| bits >> row & 1 == 1);
            let rows = rows.take(bits.count_ones() as usize);
            rows.map(move |row| Slot::new(first + row))
        });
        // Whoever had a free slot last has left a mark there.
        marked.filter_map(move |slot| Some((slot, self.people.who(slot)?.id())))
    }
}
