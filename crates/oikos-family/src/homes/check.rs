//! The invariants of homes.

use bevy_ecs::world::World;
use oikos_engine::{Clock, Column, Slot, Slots, Vocabulary};
use oikos_world::{
    Household, HouseholdId, HouseholdKind, HouseholdType, Person, PersonId, PersonMap, Residence,
    Residents,
};

use super::ParentalHome;
use super::guardians::{Guardian, Wards};
use super::kinsfolk::Kinsfolk;
use super::open::{OpenHomes, OpenHomesDigest};
use super::sharer::Marks;
use super::sharing::FLAT_MAX;
use crate::lineage::Lineage;
use crate::unions::{End, Unions};

/// What the checks look at.
struct View<'a> {
    kinsfolk: Kinsfolk<'a>,
    people: &'a Slots<Person>,
    homes: &'a Column<Residence>,
    guardians: &'a PersonMap<Guardian>,
}

impl<'a> View<'a> {
    fn of(world: &'a World) -> Result<Self, String> {
        let people = world.resource::<Slots<Person>>();
        let kinsfolk = Kinsfolk::new(
            world.resource::<Clock>(),
            people,
            world.resource::<Lineage>(),
            world.resource::<Unions>(),
        );
        Ok(Self {
            kinsfolk: kinsfolk.map_err(|error| error.to_string())?,
            people,
            homes: world.resource::<Column<Residence>>(),
            guardians: world.resource::<PersonMap<Guardian>>(),
        })
    }

    fn home(&self, person: PersonId) -> Option<HouseholdId> {
        let slot = self.people.slot(person)?;
        self.homes.get(slot).and_then(|residence| residence.0)
    }

    /// Whether somebody lives with a living parent or guardian.
    fn is_cared_for(&self, slot: Slot, person: PersonId) -> bool {
        let home = self.homes.get(slot).and_then(|residence| residence.0);
        let mut parents = self.kinsfolk.parents(person);
        parents.any(|parent| self.home(parent) == home)
            || match self.guardians.get(person) {
                Some(Guardian::Person(guardian)) => {
                    self.kinsfolk.lives(*guardian) && self.home(*guardian) == home
                }
                Some(Guardian::Institution(institution)) => home == Some(*institution),
                None => false,
            }
    }
}

/// F8: a minor lives with a parent or with a guardian who lives, and so does whoever lives in the parental home; and
/// the index of wards is right.
pub(super) fn check_minors(world: &World) -> Result<(), String> {
    let view = View::of(world)?;
    let parental = world.resource::<Column<ParentalHome>>();
    for (slot, who) in view.people.iter() {
        let person = who.id();
        let at_home = parental.get(slot).is_some_and(|home| home.0);
        let needs_care = at_home || view.kinsfolk.is_minor(person);
        if !needs_care || view.is_cared_for(slot, person) {
            continue;
        }
        let guardian = view.guardians.get(person);
        return Err(if view.kinsfolk.is_minor(person) {
            format!(
                "{person} is a minor who lives with no parent and not with a guardian: {guardian:?}"
            )
        } else {
            format!("{person} lives in the parental home, but with no parent or guardian")
        });
    }
    let pairs = view
        .guardians
        .iter()
        .filter_map(|(ward, guardian)| match guardian {
            Guardian::Person(guardian) => Some((*guardian, ward)),
            Guardian::Institution(_) => None,
        });
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_unstable();
    if world.resource::<Wards>().all().iter().eq(&pairs) {
        Ok(())
    } else {
        Err("the index of wards is wrong".to_owned())
    }
}

/// Who are in a union share a household, and who parted do not. Institutions part couples and unite others.
pub(super) fn check_couples(world: &World) -> Result<(), String> {
    let view = View::of(world)?;
    let unions = world.resource::<Unions>();
    let households = world.resource::<Slots<Household>>();
    let types = world.resource::<Column<HouseholdType>>();
    let words = world.resource::<Vocabulary<HouseholdKind>>();
    let institution = words.find(HouseholdType::INSTITUTION).map(HouseholdType);
    let in_institution = |person| {
        let slot = view.home(person).and_then(|home| households.slot(home));
        slot.and_then(|slot| types.get(slot)).copied() == institution
    };
    for (_, union) in unions.iter() {
        let [one, other] = union.partners;
        let together = match union.ended {
            None => true,
            Some((_, End::Death)) => continue,
            Some(_) => false,
        };
        let (Some(home), Some(others)) = (view.home(one), view.home(other)) else {
            continue;
        };
        // Who parted may have found together again.
        if (home == others) == together || (!together && unions.partner(one) == Some(other)) {
            continue;
        }
        if in_institution(one) || in_institution(other) {
            continue;
        }
        let (one, other) = (one.min(other), one.max(other));
        return Err(if together {
            format!("{one} and {other} are in a union and live apart")
        } else {
            format!("{one} and {other} parted and live together")
        });
    }
    Ok(())
}

/// Who share are of age and in no union, do not live with their parents, and are four at most in one household; who
/// shares with nobody lives alone; and the index of those who can be joined is right.
pub(super) fn check_sharers(world: &World) -> Result<(), String> {
    let view = View::of(world)?;
    let marks = Marks::in_world(world);
    let residents = world.resource::<Residents>();
    let parental = world.resource::<Column<ParentalHome>>();
    let mut open = OpenHomesDigest::default();
    for (slot, person) in marks.iter() {
        let at_home = parental.get(slot);
        let free = view.kinsfolk.partner(person).is_none() && !view.kinsfolk.is_minor(person);
        if !free || at_home.is_none_or(|home| home.0) {
            return Err(format!(
                "{person} shares a household, but lives with parents, is a minor or in a union"
            ));
        }
        let home = view.homes.get(slot).and_then(|home| home.0);
        let people = home.into_iter().flat_map(|home| residents.of(home));
        let [sharers, people] = people.fold([0, 0], |[sharers, people], other| {
            [sharers + usize::from(marks.contains(other)), people + 1]
        });
        if sharers > FLAT_MAX {
            return Err(format!(
                "{person} is one of {sharers} who share a household: {FLAT_MAX} may"
            ));
        }
        if sharers < 2 && people != 1 {
            return Err(format!("{person} shares a household with nobody who does"));
        }
        if let Some(born) = view.kinsfolk.born(person) {
            open.add((born, person), sharers);
        }
    }
    if world.resource::<OpenHomes>().digest() == open {
        Ok(())
    } else {
        Err("the index of households that can be joined is wrong".to_owned())
    }
}
