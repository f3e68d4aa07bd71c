//! Moves from household to household: asked for during the tick, made after its births and deaths.

use std::collections::BTreeMap;

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::SystemSet;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{StableId, child_subject};
use oikos_engine::{Births, Changes, Deaths, Rows, Topic, Vocabulary, Word};

use super::relocation::Relocation;
use super::{Household, HouseholdId, HouseholdKind, HouseholdType, Residents};
use crate::error::WorldError;
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
    /// To wherever somebody lives when the tick's other moves have been made.
    With(PersonId),
}

/// The system that makes the tick's moves, in [`LiveStep::React`](oikos_engine::LiveStep). Who answers to them
/// runs `.after(MoveStep)`.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MoveStep;

/// The moves of this tick. Made in [`MoveStep`], when the dead are gone and new households have their ids;
/// who died or whose destination is gone stays where they are.
#[derive(Resource, Clone, Debug, Default)]
pub struct Moves {
    asked: Vec<(PersonId, Word<MoveReason>, Destination)>,
    foundings: BTreeMap<PersonId, u32>,
    /// The new homes of people who come into being in this tick, by the cause and the ordinal of their births.
    newcomers: BTreeMap<(u64, u32), (PersonId, u32)>,
}

impl Moves {
    /// Asks that somebody move to a household.
    pub fn request(&mut self, person: PersonId, to: HouseholdId, why: Word<MoveReason>) {
        self.asked.push((person, why, Destination::There(to)));
    }

    /// Asks that somebody move to wherever `whom` lives when the tick's other moves have been made: children
    /// follow a parent. Of those who would follow one another round, one stays and the others come.
    pub fn join(&mut self, person: PersonId, whom: PersonId, why: Word<MoveReason>) {
        self.asked.push((person, why, Destination::With(whom)));
    }

    /// Asks that households become one: all who live in the others move to the first.
    pub fn merge(
        &mut self,
        residents: &Residents,
        households: &[HouseholdId],
        why: Word<MoveReason>,
    ) {
        let Some((first, others)) = households.split_first() else {
            return;
        };
        for other in others.iter().filter(|other| *other != first) {
            for person in residents.of(*other) {
                self.request(person, *first, why);
            }
        }
    }

    /// Asks for a private household that `founder` founds and into which all of `people` move: so a household
    /// is split, too.
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

    /// Asks for a private household of people who come from elsewhere in this tick, each told by the cause and
    /// the ordinal of their birth. `subject` is what the household draws with.
    pub fn found_for_newcomers(
        &mut self,
        births: &mut Births<Household>,
        newcomers: impl IntoIterator<Item = (u64, u32)>,
        subject: u64,
    ) {
        // Nobody is ever the last person, so this founder has no household of another's.
        let founder = PersonId::LAST;
        let ordinal = self.foundings.entry(founder).or_default();
        births.request(founder.get(), *ordinal, subject);
        let home = (founder, *ordinal);
        *ordinal += 1;
        let homes = newcomers.into_iter().map(|newcomer| (newcomer, home));
        self.newcomers.extend(homes);
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

/// Makes the tick's moves, and houses its newborns.
pub(super) fn apply_moves(
    mut moves: ResMut<Moves>,
    new_people: Res<Changes<Person>>,
    new_households: Res<Changes<Household>>,
    mut relocation: Relocation,
) -> Result<(), BevyError> {
    let mut founded = BTreeMap::new();
    for born in &new_households.born {
        let id = HouseholdId::new(born.id)?;
        relocation.opened(id);
        // A plugin may have asked for it with another cause: it is nobody's founding then.
        if let Ok(founder) = PersonId::new(born.cause) {
            founded.insert((founder, born.ordinal), id);
        }
    }
    for born in &new_people.born {
        let newborn = PersonId::new(born.id)?;
        let mother = PersonId::new(born.cause).ok();
        // She may have died on the same day.
        let mothers = || {
            relocation
                .home(mother?)
                .or_else(|| relocation.left(mother?))
        };
        let founding = moves.newcomers.get(&(born.cause, born.ordinal));
        let newcomers = || founded.get(founding?).copied();
        let given = relocation.home(newborn).or_else(newcomers);
        let home = given.or_else(mothers);
        if !home.is_some_and(|home| relocation.house(newborn, home)) {
            let person = newborn.to_string();
            return Err(WorldError::Homeless { person }.into());
        }
    }
    let mut followers = BTreeMap::new();
    for (person, why, to) in moves.settle() {
        let to = match to {
            Destination::There(to) => Some(to),
            Destination::Founded(founder, ordinal) => founded.get(&(founder, ordinal)).copied(),
            Destination::With(whom) => {
                followers.insert(person, (whom, why));
                None
            }
        };
        if let Some(to) = to {
            relocation.relocate(person, to, why);
        }
    }
    follow(followers, &mut relocation);
    Ok(())
}

/// Lets people move to whom they join, who may be joining somebody else and then goes first.
fn follow(
    mut followers: BTreeMap<PersonId, (PersonId, Word<MoveReason>)>,
    relocation: &mut Relocation,
) {
    while let Some((first, _)) = followers.first_key_value() {
        let mut next = *first;
        let mut chain = Vec::new();
        while let Some((whom, why)) = followers.remove(&next) {
            chain.push((next, whom, why));
            next = whom;
        }
        for (person, whom, why) in chain.into_iter().rev() {
            if let Some(to) = relocation.home(whom) {
                relocation.relocate(person, to, why);
            }
        }
    }
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
