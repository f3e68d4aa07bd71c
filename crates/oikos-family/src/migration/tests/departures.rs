//! Who leaves together, and what is left of them.

use std::collections::BTreeMap;

use oikos_world::{MigrationCounts, PersonId, Residents, VitalCounts};

use super::*;
use crate::{End, LineageRecord, MaritalStatus, UnionStatus, Unions};

/// Fathers with their children, and the mothers of those who have one here.
fn fathers(society: &Society) -> BTreeMap<PersonId, (Vec<PersonId>, Option<PersonId>)> {
    let lineage = society.world().resource::<Lineage>();
    let mut families: BTreeMap<PersonId, (Vec<PersonId>, Option<PersonId>)> = BTreeMap::new();
    for (id, record) in lineage.iter() {
        if let Some(father) = record.father {
            let family = families.entry(father).or_default();
            family.0.push(id);
            family.1 = record.mother;
        }
    }
    families
}

fn record(society: &Society, id: PersonId) -> LineageRecord {
    society.world().resource::<Lineage>().get(id).unwrap()
}

fn is_adult(society: &Society, id: PersonId) -> bool {
    record(society, id).born < oikos_core::date(2002, 6, 1).unwrap()
}

/// The union in which two came, if it lasted until somebody left.
fn came_together(society: &Society, father: PersonId, mother: PersonId) -> bool {
    let unions = society.world().resource::<Unions>();
    let mut of = unions.of(father).map(|(_, union)| union);
    let first = of.find(|union| union.partner_of(father) == Some(mother));
    first.is_some_and(|union| union.ended.is_some_and(|(_, end)| end == End::Emigration))
}

#[test]
fn families_leave_whole() {
    for (mode, households) in MODES.into_iter().zip([false, true]) {
        let society = scripted(mode, 1.0, households, GONE);
        let (mut couples, mut alone) = (0, 0);
        for (father, (children, mother)) in fathers(&society) {
            let day = record(&society, father).left.unwrap().0;
            assert!(day.year() == 2020);
            let together = mother.filter(|mother| came_together(&society, father, *mother));
            if let (Some(_), None) = (mother, together) {
                continue;
            }
            (couples, alone) = match together {
                Some(mother) => {
                    assert_eq!(record(&society, mother).left.map(|(day, _)| day), Some(day));
                    (couples + 1, alone)
                }
                None => (couples, alone + 1),
            };
            for child in children {
                let left = record(&society, child).left.map(|(day, _)| day);
                let expected = Some(day).filter(|_| !is_adult(&society, child));
                assert_eq!(left, expected, "{child}");
            }
        }
        assert!(couples > 30 && alone > 30);
        check_counts(&society);
    }
}

fn check_counts(society: &Society) {
    let world = society.world();
    let lineage = world.resource::<Lineage>();
    let left = lineage.iter().filter(|(_, of)| of.left.is_some());
    let counts = world.resource::<MigrationCounts>();
    assert_eq!(counts.departures, left.count() as u64);
    assert_eq!(*world.resource::<VitalCounts>(), VitalCounts::default());
    let here = society.slot_order::<oikos_world::Person>();
    assert_eq!(here.len() as u64, counts.arrivals - counts.departures);
    assert!(here.iter().all(|id| record(society, *id).exit().is_none()));
    if let Some(residents) = world.get_resource::<Residents>() {
        assert_eq!(residents.len(), here.len());
    }
    let unions = world.resource::<Unions>();
    for (_, union) in unions.iter().filter(|(_, union)| union.ended.is_none()) {
        assert!(union.partners.iter().all(|partner| here.contains(partner)));
    }
}

#[test]
fn who_leaves_alone_leaves_nobody_without_parents() {
    for (mode, households) in MODES.into_iter().zip([true, false]) {
        let society = scripted(mode, 0.0, households, GONE);
        let (mut left_behind, mut taken) = (0, 0);
        for (father, (children, mother)) in fathers(&society) {
            let day = record(&society, father).left.unwrap().0;
            for child in children {
                let left = record(&society, child).left.map(|(day, _)| day);
                let goes = mother.is_none() && !is_adult(&society, child);
                assert_eq!(left, Some(day).filter(|_| goes), "{child}");
                taken += u32::from(goes);
            }
            let together = mother.filter(|mother| came_together(&society, father, *mother));
            let Some(mother) = together else { continue };
            assert_eq!(record(&society, mother).left, None);
            let unions = society.world().resource::<Unions>();
            let (_, last) = unions.of(mother).next().unwrap();
            if last.partner_of(mother) != Some(father) {
                continue;
            }
            left_behind += 1;
            assert_eq!(last.ended, Some((day, End::Emigration)));
            assert_eq!(
                society.get::<UnionStatus>(mother),
                Some(UnionStatus::Single)
            );
            let in_law = match last.married {
                Some(_) => MaritalStatus::Divorced,
                None => MaritalStatus::NeverMarried,
            };
            assert_eq!(society.get::<MaritalStatus>(mother), Some(in_law));
        }
        assert!(left_behind > 30 && taken > 60, "{left_behind}, {taken}");
        check_counts(&society);
    }
}
