//! Who is in the lineage, and what its digest sees.

use oikos_core::{Seed, date};
use oikos_engine::{Society, SocietyBuilder, found};

use super::*;
use crate::{FamilyPlugin, Population, Tables, found_people};

fn builder() -> SocietyBuilder {
    let plugin = FamilyPlugin::new(&Tables::us().unwrap()).unwrap();
    let start = date(2019, 7, 1);
    Society::builder(Seed(1)).start(start).add_plugins(plugin)
}

#[test]
fn people_outside_the_lineage_stop_the_first_tick() {
    let strangers = |world: &mut bevy_ecs::world::World| {
        found::<Person>(world, 0..3)?;
        Ok(())
    };
    let mut society = builder().populate(strangers).build().unwrap();
    let error = society.step().unwrap_err();
    let mut source: &dyn std::error::Error = &error;
    let mut said = error.to_string();
    while let Some(next) = source.source() {
        source = next;
        said += &source.to_string();
    }
    assert!(
        said.contains("there were 3 people, but the lineage has 0"),
        "{said}"
    );
}

#[test]
fn populations_that_follow_one_another_share_no_draws() {
    let towns = [100, 50].map(|people| Population::us_2019(people).unwrap());
    let [first, second] = towns;
    let more = |world: &mut bevy_ecs::world::World| {
        found_people(world, &[(BirthDate(date(2000, 2, 29)?), Sex::Male)])?;
        Ok(())
    };
    let builder = builder().populate(first).populate(second).populate(more);
    let mut society = builder.build().unwrap();
    let slots = society.world().resource::<Slots<Person>>();
    let subjects: std::collections::BTreeSet<u64> =
        slots.iter().map(|(_, who)| who.subject()).collect();
    assert_eq!(subjects.len(), 151);
    assert_eq!(society.world().resource::<Lineage>().len(), 151);
    society.step().unwrap();
}

/// One founder, and a second person of whom each case differs from the first in one thing.
#[derive(Clone, Copy)]
struct Case {
    founded: i32,
    mother: Option<u64>,
    born: i32,
    sex: Sex,
    died: Option<(i32, u32)>,
}

impl Case {
    fn lineage(self) -> Lineage {
        let day = |days| Date::from_days(days).unwrap();
        let mut lineage = Lineage::default();
        lineage.found(day(self.founded), &[(BirthDate(day(0)), Sex::Female)]);
        let mother = self.mother.map(|id| PersonId::new(id).unwrap());
        lineage.add(mother, BirthDate(day(self.born)), self.sex);
        if let Some((died, cause)) = self.died {
            lineage.close(1, day(died), cause);
        }
        lineage
    }
}

#[test]
fn the_digest_sees_every_field_of_the_living_and_of_the_dead() {
    let living = Case {
        founded: 10_000,
        mother: Some(0),
        born: 12_000,
        sex: Sex::Male,
        died: None,
    };
    let dead = Case {
        died: Some((13_000, 3)),
        ..living
    };
    let mut cases = vec![
        Case {
            died: Some((13_001, 3)),
            ..living
        },
        Case {
            died: Some((13_000, 4)),
            ..living
        },
        Case {
            died: Some((13_000, 3 << 8)),
            ..living
        },
    ];
    for case in [living, dead] {
        let sex = Sex::Female;
        cases.extend([case, Case { sex, ..case }]);
        cases.extend([9_999, 10_000 + (1 << 16)].map(|founded| Case { founded, ..case }));
        cases.extend([12_001, 12_000 - (1 << 8)].map(|born| Case { born, ..case }));
        let mothers = [None, Some(1), Some(1 << 32), Some(1 << 52)];
        cases.extend(mothers.map(|mother| Case { mother, ..case }));
    }
    let key = TypeKey::new(Lineage::NAME);
    let digests: std::collections::BTreeSet<_> = cases
        .iter()
        .map(|case| case.lineage().digest(&key).to_string())
        .collect();
    assert_eq!(digests.len(), cases.len());
    for case in [living, dead] {
        let lineage = case.lineage();
        let mut bytes = Vec::new();
        lineage.save(&mut bytes);
        let loaded = Lineage::load(&bytes).unwrap();
        assert_eq!(loaded.digest(&key), lineage.digest(&key));
    }
}
