//! Moves from household to household: asked for during the tick, made after its births and deaths.

use std::collections::BTreeMap;

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_core::{StableId, child_subject};
use oikos_engine::{Births, Changes, Deaths, Rows, Slots, Topic, Vocabulary, Word};

use super::{Household, HouseholdId, HouseholdKind, HouseholdType, Residence, Residents};
use crate::error::WorldError;
use crate::life_event::{Cause, LifeEvent, LifeEventKind, LifeEvents};
use crate::person::{Person, PersonId};

/// The vocabulary of reasons to move: leaving home, a union, a divorce. Of several moves of one person in
/// one tick, that whose reason was added first is made.
pub struct MoveReason;

impl Topic for MoveReason {
    const NAME: &'static str = "world.move-reasons";
}

/// Where somebody moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Destination {
    /// To a household that there is.
    There(HouseholdId),
    /// To one that is founded in this tick, by its founder and ordinal.
    Founded(PersonId, u32),
}

/// The moves of this tick. Made in [`LiveStep::React`](oikos_engine::LiveStep), when the dead are gone
/// and new households have their ids; who died or whose destination is gone stays where they are.
#[derive(Resource, Clone, Debug, Default)]
pub struct Moves {
    asked: Vec<(PersonId, Word<MoveReason>, Destination)>,
    foundings: BTreeMap<PersonId, u32>,
}

impl Moves {
    /// Asks that somebody move to a household.
    pub fn request(&mut self, person: PersonId, to: HouseholdId, why: Word<MoveReason>) {
        self.asked.push((person, why, Destination::There(to)));
    }

    /// Asks for a private household that `founder` founds and into which all of `people` move.
    ///
    /// `people` may leave the founder out: a parent may found the household of orphaned children.
    pub fn found(
        &mut self,
        births: &mut Births<Household>,
        founder: PersonId,
        people: impl IntoIterator<Item = PersonId>,
        why: Word<MoveReason>,
    ) {
        let ordinal = self.foundings.entry(founder).or_default();
        let to = Destination::Founded(founder, *ordinal);
        let subject = child_subject(founder.get(), *ordinal);
        births.request(founder.get(), *ordinal, subject);
        *ordinal += 1;
        let moves = people.into_iter().map(|person| (person, why, to));
        self.asked.extend(moves);
    }

    /// Number of moves asked for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.asked.len()
    }

    /// Whether nobody moves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// One move for each person, in the order of their ids.
    fn settle(&mut self) -> Vec<(PersonId, Word<MoveReason>, Destination)> {
        let mut asked = std::mem::take(&mut self.asked);
        asked.sort_unstable_by_key(|(person, why, to)| (*person, why.number(), *to));
        asked.dedup_by_key(|(person, _, _)| *person);
        asked
    }
}

/// Where moves are noted as life events.
#[derive(SystemParam)]
pub(super) struct MoveEvents<'w> {
    kinds: Res<'w, Vocabulary<LifeEventKind>>,
    reasons: Res<'w, Vocabulary<MoveReason>>,
    causes: ResMut<'w, Vocabulary<Cause>>,
    life: ResMut<'w, LifeEvents>,
}

impl MoveEvents<'_> {
    fn note(&mut self, person: PersonId, why: Word<MoveReason>) -> Result<(), WorldError> {
        let Some(kind) = self.kinds.find(LifeEvents::MOVE) else {
            return Ok(());
        };
        let cause = match self.reasons.name(why) {
            None => None,
            Some(reason) => {
                let word = self.causes.word(reason);
                Some(word.ok_or_else(|| WorldError::VocabularyFull {
                    vocabulary: Cause::NAME,
                    word: reason.to_owned(),
                })?)
            }
        };
        self.life.push(LifeEvent {
            kind,
            person,
            other: None,
            cause,
        });
        Ok(())
    }
}

/// Makes the tick's moves, and houses its newborns.
pub(super) fn apply_moves(
    mut moves: ResMut<Moves>,
    new_people: Res<Changes<Person>>,
    new_households: Res<Changes<Household>>,
    households: Res<Slots<Household>>,
    mut people: Rows<&mut Residence>,
    mut residents: ResMut<Residents>,
    mut events: MoveEvents,
) -> Result<(), BevyError> {
    let mut founded = BTreeMap::new();
    for born in &new_households.born {
        let (id, founder) = (HouseholdId::new(born.id)?, PersonId::new(born.cause)?);
        founded.insert((founder, born.ordinal), id);
        residents.note_if_empty(id);
    }
    for born in &new_people.born {
        let newborn = PersonId::new(born.id)?;
        let given = people.get(newborn).and_then(|residence| residence.0);
        let mother = PersonId::new(born.cause).ok();
        let mothers = || people.get(mother?).and_then(|residence| residence.0);
        let home = given.or_else(mothers);
        let home = home.ok_or_else(|| WorldError::Homeless {
            person: newborn.to_string(),
        })?;
        settle_in(&mut people, &mut residents, newborn, home);
    }
    for (person, why, to) in moves.settle() {
        let to = match to {
            Destination::There(to) => Some(to).filter(|to| households.contains(*to)),
            Destination::Founded(founder, ordinal) => founded.get(&(founder, ordinal)).copied(),
        };
        if let (Some(to), Some(_)) = (to, people.who(person)) {
            let home = people.get(person).and_then(|residence| residence.0);
            settle_in(&mut people, &mut residents, person, to);
            if home != Some(to) {
                events.note(person, why)?;
            }
        }
    }
    Ok(())
}

/// Lets somebody live in a household from now on.
fn settle_in(
    people: &mut Rows<&mut Residence>,
    residents: &mut Residents,
    person: PersonId,
    to: HouseholdId,
) {
    let Some(residence) = people.get(person) else {
        return;
    };
    if let Some(from) = residence.0.replace(to) {
        residents.leave(person, from);
    }
    residents.enter(person, to);
}

/// Closes the households, except institutions, that nobody has lived in since the last tick.
pub(super) fn close_empty(
    residents: Res<Residents>,
    words: Res<Vocabulary<HouseholdKind>>,
    mut households: Rows<&HouseholdType>,
    mut deaths: ResMut<Deaths<Household>>,
) {
    let institution = words.find(HouseholdType::INSTITUTION);
    for household in residents.empty() {
        let kind = households.get(household).map(|kind| kind.0);
        if kind.is_some() && kind != institution {
            deaths.request(household, 0);
        }
    }
}
