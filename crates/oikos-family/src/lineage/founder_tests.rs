//! Founders who cannot be are refused with their names, and nothing is changed.

use oikos_core::{TypeKey, date};
use oikos_engine::{Slots, State};
use oikos_world::{BirthDate, Person, Sex};

use super::tests::{builder, child_of_couple, couple};
use super::*;
use crate::found_kin;
use crate::pedigree::{id, today};

#[test]
fn parents_who_cannot_be_are_refused_with_the_reason() {
    let [woman, man] = couple();
    let born = date(2010, 5, 5).unwrap();
    let child = child_of_couple(born);
    let dead = |of: Founder, year, month, day| of.died(date(year, month, day).unwrap());
    let cases = [
        // A parent who comes later, or never.
        (vec![woman, child.father(id(9))], "lower id"),
        (vec![child, woman, man], "lower id"),
        (vec![woman, man, child.mother(id(2))], "lower id"),
        (vec![man, man, child], "mothers are women"),
        (vec![woman, woman, child], "mothers are women"),
        (
            vec![woman, man, child_of_couple(date(1990, 1, 1).unwrap())],
            "born before",
        ),
        (
            vec![dead(woman, 2010, 5, 4), man, child],
            "live at the birth",
        ),
        (
            vec![woman, dead(man, 2009, 7, 8), child],
            "live at the birth",
        ),
        (vec![dead(woman, 1980, 1, 1)], "before birth"),
        (vec![dead(woman, 2019, 7, 1)], "before the founding"),
        (
            vec![Founder::new(
                BirthDate(date(2020, 1, 1).unwrap()),
                Sex::Male,
            )],
            "not yet born",
        ),
    ];
    for (people, why) in cases {
        let error = Lineage::of_founders(today(), &people).err().unwrap();
        assert!(error.to_string().contains(why), "{error}");
    }
    // On the day of the birth, and 300 days before it.
    let people = [dead(woman, 2010, 5, 5), dead(man, 2009, 7, 9), child];
    let lineage = Lineage::of_founders(today(), &people).unwrap();
    assert_eq!((lineage.len(), lineage.ever_lived()), (3, 1));
}

#[test]
fn parents_of_an_age_at_which_nobody_has_children_are_refused_with_both_ids() {
    let person = |year, day, sex| Founder::new(BirthDate(date(year, 3, day).unwrap()), sex);
    let child = |of: fn(Founder, PersonId) -> Founder| of(person(2000, 9, Sex::Male), id(1));
    let found = |parent, child| {
        let stranger = person(1999, 1, Sex::Male);
        Lineage::of_founders(today(), &[stranger, parent, child])
    };
    let women = |year, day| found(person(year, day, Sex::Female), child(Founder::mother));
    let men = |year, day| found(person(year, day, Sex::Male), child(Founder::father));
    // The twelfth birthday of each, and the last day before her sixty-first.
    for fits in [women(1988, 9), women(1939, 10), men(1988, 9), men(1925, 1)] {
        assert_eq!(fits.map(|lineage| lineage.len()), Ok(3));
    }
    for (refused, why) in [
        (
            women(1988, 10),
            "person#1 cannot be the mother of person#2: mothers of founders have completed 12 to 60 years at the birth",
        ),
        (
            women(1939, 9),
            "person#1 cannot be the mother of person#2: mothers of founders have completed 12 to 60 years at the birth",
        ),
        (
            men(1988, 10),
            "person#1 cannot be the father of person#2: fathers of founders have completed 12 years at the birth",
        ),
    ] {
        assert_eq!(
            refused.err().map(|error| error.to_string()),
            Some(why.to_owned())
        );
    }
    // Whoever is not there is named with the child too.
    let error = found(
        person(1970, 1, Sex::Female),
        person(2000, 9, Sex::Male).mother(id(7)),
    );
    let why = "person#7 cannot be the mother of person#2: nobody with a lower id than the child's has that id; \
               parents come first";
    assert_eq!(
        error.err().map(|error| error.to_string()),
        Some(why.to_owned())
    );
}

#[test]
fn refused_founders_leave_the_lineage_as_it_was() {
    let [woman, man] = couple();
    let child = child_of_couple(date(2010, 5, 5).unwrap());
    let key = TypeKey::new(Lineage::NAME);
    let mut lineage = Lineage::of_founders(today(), &[woman, man, child]).unwrap();
    let (before, records) = (lineage.digest(&key), lineage.records.clone());
    let dead = woman.died(date(2000, 1, 1).unwrap());
    let of_a_girl = child_of_couple(date(2001, 12, 31).unwrap());
    let later = today().plus_days(1).unwrap();
    for last in [child.mother(id(1)), of_a_girl] {
        let refused = lineage.found(later, &[child, dead, last], ParentsAges::Plausible);
        assert!(
            matches!(refused, Err(FamilyError::Parent { .. })),
            "{refused:?}"
        );
        assert_eq!(lineage.records, records);
        assert_eq!((lineage.digest(&key), lineage.ever_lived()), (before, 3));
    }
    // Tables may have births at that age: a society that has lived by them begins with such parents.
    assert_eq!(
        lineage.found(later, &[of_a_girl], ParentsAges::OfTables),
        Ok(())
    );
}

#[test]
fn founders_of_a_society_whose_mother_was_a_girl_are_refused_and_nobody_is_taken_in() {
    let people = |world: &mut bevy_ecs::world::World| {
        let [woman, man] = couple();
        let child = child_of_couple(date(2001, 12, 31)?);
        let error = found_kin(world, &[woman, man, child]);
        assert!(
            matches!(
                error,
                Err(FamilyError::Parent {
                    child: 2,
                    parent: 0,
                    ..
                })
            ),
            "{error:?}"
        );
        assert!(world.resource::<Lineage>().is_empty());
        assert_eq!(world.resource::<Slots<Person>>().next_id(), 0);
        Ok(())
    };
    builder().populate(people).build().unwrap();
}
