//! What deaths and moves leave behind: children without parents, and adults in what was their parents' home.

use std::collections::BTreeSet;

use bevy_ecs::error::BevyError;
use bevy_ecs::system::{Res, SystemParam};
use oikos_core::StableId;
use oikos_engine::{Changes, Clock, Column, Slots, Vocabulary, Word};
use oikos_world::{
    Household, HouseholdId, HouseholdKind, HouseholdType, MoveReason, Person, PersonId, Relocation,
};

use super::HomesPlugin;
use super::guardians::{Guardian, Guardianship};
use super::kinsfolk::Kinsfolk;
use super::parental::ParentalHomes;
use super::share::Flatmates;
use crate::lineage::Lineage;
use crate::unions::Unions;

/// What tells who is kin to whom.
#[derive(SystemParam)]
pub(super) struct Books<'w> {
    people: Res<'w, Slots<Person>>,
    lineage: Res<'w, Lineage>,
    unions: Res<'w, Unions>,
    clock: Res<'w, Clock>,
}

/// What tells private households from institutions, and why somebody moves.
#[derive(SystemParam)]
pub(super) struct Words<'w> {
    households: Res<'w, Slots<Household>>,
    types: Res<'w, Column<HouseholdType>>,
    kinds: Res<'w, Vocabulary<HouseholdKind>>,
    reasons: Res<'w, Vocabulary<MoveReason>>,
}

/// Looks after all whom today's births, deaths and moves touch: minors who live with neither a parent nor their
/// guardian move to one, and adults who live with neither no longer live in their parents' home. Whoever is alone
/// then may share a household.
pub(super) fn take_care(
    changes: Res<Changes<Person>>,
    books: Books,
    words: Words,
    relocation: Relocation,
    guardianship: Guardianship,
    parental: ParentalHomes,
    flatmates: Flatmates,
) -> Result<(), BevyError> {
    let moved = relocation.changes();
    if changes.born.is_empty() && moved.died.is_empty() && moved.moved.is_empty() {
        return Ok(());
    }
    let mut care = Care {
        kinsfolk: Kinsfolk::new(&books.clock, &books.people, &books.lineage, &books.unions)?,
        words: &words,
        institution: words
            .kinds
            .find(HouseholdType::INSTITUTION)
            .map(HouseholdType),
        relocation,
        guardianship,
        parental,
        flatmates,
        touched: BTreeSet::new(),
    };
    care.welcome();
    for born in &changes.born {
        care.touched.insert(PersonId::new(born.id)?);
    }
    let died = care.relocation.changes().died.iter();
    let moved = care.relocation.changes().moved.iter();
    let gone: Vec<PersonId> = died
        .map(|(person, _)| *person)
        .chain(moved.map(|relocated| relocated.person))
        .collect();
    for person in gone {
        care.touch(person);
        care.touch_dependants(person);
    }
    care.look_after_all();
    care.share(&changes)?;
    care.look_after_all();
    Ok(())
}

/// The work of a day.
pub(super) struct Care<'a, 'w, 's> {
    pub(super) kinsfolk: Kinsfolk<'a>,
    words: &'a Words<'a>,
    /// What sort of household institutions are.
    institution: Option<HouseholdType>,
    pub(super) relocation: Relocation<'w>,
    guardianship: Guardianship<'w>,
    pub(super) parental: ParentalHomes<'w>,
    pub(super) flatmates: Flatmates<'w, 's>,
    /// Those who are still to be looked after.
    touched: BTreeSet<PersonId>,
}

impl Care<'_, '_, '_> {
    /// Who came back today lives in the parental home again.
    fn welcome(&mut self) {
        let why = self.why(HomesPlugin::RETURNING_HOME);
        let moved = &self.relocation.changes().moved;
        let back = moved.iter().filter(|relocated| relocated.why == why);
        for person in back.map(|relocated| relocated.person) {
            self.parental.set(person, true);
        }
    }

    /// The word is there: the plugin added it.
    pub(super) fn why(&self, reason: &str) -> Word<MoveReason> {
        let word = self.words.reasons.find(reason);
        word.unwrap_or(Word::from_number(u16::MAX))
    }

    fn look_after_all(&mut self) {
        while let Some(person) = self.touched.pop_first() {
            self.look_after(person);
        }
    }

    /// Somebody is to be looked after if they live, or lived, with parents or a guardian, as all minors do.
    fn touch(&mut self, person: PersonId) {
        if self.parental.of(person) {
            self.touched.insert(person);
        }
    }

    /// Those whose home may be that of somebody: children and wards.
    fn touch_dependants(&mut self, person: PersonId) {
        let kinsfolk = self.kinsfolk;
        for child in kinsfolk.children(person) {
            self.touch(child);
        }
        self.touched.extend(self.guardianship.wards().of(person));
    }

    fn look_after(&mut self, person: PersonId) {
        let Some(home) = self.relocation.home(person) else {
            return;
        };
        if self.lives_with_parent(person, home) {
            self.guardianship.set(person, None);
        } else if !self.lives_with_guardian(person, home) {
            if self.kinsfolk.is_minor(person) {
                self.place(person);
            } else {
                self.guardianship.set(person, None);
                self.parental.set(person, false);
            }
        }
    }

    fn lives_with_parent(&self, person: PersonId, home: HouseholdId) -> bool {
        let mut parents = self.kinsfolk.parents(person);
        parents.any(|parent| self.relocation.home(parent) == Some(home))
    }

    fn lives_with_guardian(&self, person: PersonId, home: HouseholdId) -> bool {
        match self.guardianship.of(person) {
            Some(Guardian::Person(guardian)) => self.relocation.home(guardian) == Some(home),
            Some(Guardian::Institution(institution)) => institution == home,
            None => false,
        }
    }

    /// Finds a home for a minor: with a parent who lives elsewhere, the guardian so far, kin, an institution.
    fn place(&mut self, child: PersonId) {
        let parent = self.kinsfolk.parents(child).find(|parent| {
            // Where a parent is a child of an institution, so is theirs.
            self.private_home(*parent).is_some() || self.kinsfolk.is_minor(*parent)
        });
        if let Some(parent) = parent {
            self.guardianship.set(child, None);
            return self.move_to(child, self.relocation.home(parent));
        }
        let before = match self.guardianship.of(child) {
            Some(Guardian::Person(guardian)) => Some(guardian),
            _ => None,
        };
        let kin = before.into_iter().chain(self.kinsfolk.caring(child));
        let kin = kin
            .filter_map(|guardian| Some((guardian, self.private_home(guardian)?)))
            .next();
        let (guardian, home) = match kin {
            Some((guardian, home)) => (Some(Guardian::Person(guardian)), Some(home)),
            None => {
                let orphanage = self.guardianship.orphanage.0;
                (orphanage.map(Guardian::Institution), orphanage)
            }
        };
        self.guardianship.set(child, guardian);
        self.move_to(child, home);
    }

    /// The private household in which somebody lives.
    pub(super) fn private_home(&self, person: PersonId) -> Option<HouseholdId> {
        let home = self.relocation.home(person)?;
        self.is_private(home).then_some(home)
    }

    pub(super) fn is_private(&self, home: HouseholdId) -> bool {
        let slot = self.words.households.slot(home);
        let kind = slot.and_then(|slot| self.words.types.get(slot));
        kind.is_some_and(|kind| Some(*kind) != self.institution)
    }

    fn move_to(&mut self, child: PersonId, home: Option<HouseholdId>) {
        let why = self.why(HomesPlugin::GUARDIAN);
        if let Some(home) = home {
            self.relocate(child, home, why);
        }
    }

    /// Moves somebody at once. A parent may live in the institution, too, so the mover is looked after, too.
    pub(super) fn relocate(&mut self, person: PersonId, to: HouseholdId, why: Word<MoveReason>) {
        if self.relocation.relocate(person, to, why) {
            self.touch_dependants(person);
            self.touch(person);
        }
    }
}
