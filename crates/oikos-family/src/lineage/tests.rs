//! What a lineage records, refuses, saves and loads.

use bevy_app::App;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Seed, TypeKey, Years, date};
use oikos_engine::{
    AppExt, Births, Clock, Phase, Rows, Slots, Society, SocietyBuilder, State, Tick, found,
};
use oikos_world::{BirthDate, Person, Sex, VitalCounts};
use proptest::prelude::*;

use super::recording::row_of;
use super::*;
use crate::pedigree::{id, lineage, pedigrees, today};
use crate::{FamilyPlugin, Population, Score, Tables, found_kin, found_people};

pub(super) fn builder() -> SocietyBuilder {
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

/// A woman and a man, both born in 1990.
pub(super) fn couple() -> [Founder; 2] {
    let born = BirthDate(date(1990, 1, 1).unwrap());
    [Sex::Female, Sex::Male].map(|sex| Founder::new(born, sex))
}

pub(super) fn child_of_couple(born: Date) -> Founder {
    Founder::new(BirthDate(born), Sex::Female)
        .mother(id(0))
        .father(id(1))
}

#[test]
fn records_are_half_a_cache_line() {
    assert_eq!(size_of::<Record>(), 32);
    assert_eq!(align_of::<Record>(), 32);
}

#[test]
fn more_people_than_rows_are_refused() {
    assert_eq!(row_of(u32::MAX as usize - 1), Ok(u32::MAX - 1));
    let full = FamilyError::LineageFull { max: 4_294_967_295 };
    assert_eq!(row_of(u32::MAX as usize), Err(full.clone()));
    assert_eq!(row_of(usize::MAX), Err(full));
}

proptest! {
    /// F2, F4: parents are older, children lists are the inverse of parents, and all of it survives a save.
    #[test]
    fn a_saved_lineage_is_the_same(people in pedigrees()) {
        let lineage = lineage(&people);
        let mut bytes = Vec::new();
        lineage.save(&mut bytes);
        prop_assert_eq!(bytes.len(), 8 + 19 * people.len());
        let loaded = Lineage::load(&bytes).unwrap();
        let key = TypeKey::new(Lineage::NAME);
        prop_assert_eq!(&loaded.records, &lineage.records);
        prop_assert_eq!(loaded.digest(&key), lineage.digest(&key));
        prop_assert_eq!(loaded.ever_lived(), people.iter().filter(|p| !p.dead).count());
        for (row, member) in people.iter().enumerate() {
            let record = loaded.get(id(row)).unwrap();
            prop_assert_eq!(record.mother, member.mother.map(id));
            prop_assert_eq!(record.father, member.father.map(id));
            prop_assert_eq!(record.died.is_some(), member.dead);
            prop_assert!(member.parents().all(|parent| parent < row));
            let children = loaded.children(id(row)).map(|child| child.get() as usize);
            let expected = (0..people.len()).filter(|child| people[*child].is_child_of(row));
            prop_assert_eq!(children.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
    }

    /// A byte changed anywhere is refused, or changes the digest.
    #[test]
    fn a_changed_save_is_not_taken_for_the_same(
        people in pedigrees(), place in any::<prop::sample::Index>(), bit in 0..8_u8,
    ) {
        let lineage = lineage(&people);
        let mut bytes = Vec::new();
        lineage.save(&mut bytes);
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let key = TypeKey::new(Lineage::NAME);
        if let Ok(loaded) = Lineage::load(&bytes) {
            prop_assert_ne!(loaded.digest(&key), lineage.digest(&key));
        }
        prop_assert!(Lineage::load(&bytes[1..]).is_err());
    }
}

/// The founders of a society with ancestors: a dead couple, their living daughter, and a man.
fn village(
    world: &mut bevy_ecs::world::World,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let [woman, man] = couple();
    let died = date(2010, 1, 1)?;
    let daughter = child_of_couple(date(2004, 1, 1)?);
    let later = Founder::new(BirthDate(date(1995, 1, 1)?), Sex::Male);
    let people = [woman.died(died), man.died(died), daughter, later];
    let who = found_kin(world, &people)?;
    assert_eq!(who.len(), 4);
    Ok(())
}

/// Whom the daughter's children have as their father, as the number of an id.
#[derive(Resource, Default, serde::Serialize, serde::Deserialize)]
struct Named(u64);

/// Bears twins each first day of the month; their father is whom [`Named`] says.
fn bear(
    named: Res<Named>,
    clock: Res<Clock>,
    lineage: Res<Lineage>,
    mut people: Rows<&Sex>,
    mut fathers: ResMut<Fathers>,
    mut births: ResMut<Births<Person>>,
) -> Result<(), bevy_ecs::error::BevyError> {
    if clock.today().day() != 1 || people.get(id(2)).is_none() {
        return Ok(());
    }
    for ordinal in 0..2 {
        let subject = u64::from(clock.tick().index()) * 10 + u64::from(ordinal);
        let child = births.request(2, 1_000 + ordinal, subject);
        let _ = child.with(BirthDate(clock.today())).with(Sex::Male);
    }
    fathers.set(&lineage, id(2), id(named.0 as usize), clock.today())?;
    // Once more is the same; another man is not.
    fathers.set(&lineage, id(2), id(named.0 as usize), clock.today())?;
    assert_eq!(fathers.of(id(2)), Some(id(named.0 as usize)));
    Ok(())
}

fn with_fathers(father: u64) -> Society {
    let plugin = move |app: &mut App| {
        app.insert_resource(Named(father)).param::<Named>("named");
        app.add_systems(Tick, bear.in_set(Phase::Live));
    };
    builder().with(plugin).populate(village).build().unwrap()
}

#[test]
fn newborns_have_the_father_whom_a_system_named() {
    let mut society = with_fathers(3);
    society.run(Years(1)).unwrap();
    let lineage = society.world().resource::<Lineage>();
    let children: Vec<PersonId> = lineage.children(id(3)).collect();
    assert_eq!(children.len(), 24);
    let of_mother: Vec<PersonId> = lineage.children(id(2)).collect();
    assert!(children.iter().all(|child| of_mother.contains(child)));
    for child in children {
        let record = lineage.get(child).unwrap();
        assert_eq!((record.mother, record.father), (Some(id(2)), Some(id(3))));
        assert_eq!(record.origin, Origin::Born);
    }
    let snapshot = society.snapshot().unwrap();
    let mut other = with_fathers(3);
    other.restore(&snapshot).unwrap();
    assert_eq!(other.digest().unwrap(), society.digest().unwrap());
}

#[test]
fn a_father_who_cannot_be_stops_the_system_that_named_him() {
    // A woman, a man dead for nine years, and nobody.
    for (father, why) in [(0, "men"), (1, "300 days"), (99, "lower id")] {
        let error = with_fathers(father).run(Years(1)).unwrap_err();
        let error: &dyn std::error::Error = &error;
        let causes = std::iter::successors(Some(error), |error| error.source());
        let said: String = causes.map(ToString::to_string).collect();
        assert!(said.contains("bear") && said.contains(why), "{said}");
    }
    let [woman, man] = couple();
    let lineage = Lineage::of_founders(today(), &[woman, man, man]).unwrap();
    let mut fathers = Fathers::default();
    fathers.set(&lineage, id(0), id(1), today()).unwrap();
    let error = fathers.set(&lineage, id(0), id(2), today()).unwrap_err();
    assert!(matches!(error, FamilyError::TwoFathers { .. }), "{error}");
    assert_eq!(fathers.of(id(0)), Some(id(1)));
    assert_eq!(fathers.of(id(1)), None);
}

#[test]
fn ancestors_neither_live_nor_die_in_the_society() {
    let mut society = builder().populate(village).build().unwrap();
    society.run(Years(1)).unwrap();
    let world = society.world();
    let lineage = world.resource::<Lineage>();
    let slots = world.resource::<Slots<Person>>();
    assert!(!slots.contains(id(0)) && !slots.contains(id(1)));
    let born = world.resource::<VitalCounts>().births as usize;
    assert_eq!(lineage.ever_lived(), 2 + born);
    assert_eq!(lineage.len(), 4 + born);
    let origins = [0, 1, 2, 3].map(|row| lineage.get(id(row)).unwrap().origin);
    use Origin::{Ancestor, Founder};
    assert_eq!(origins, [Ancestor, Ancestor, Founder, Founder]);
    let score = Score::of(world).unwrap().unwrap();
    let counted = |of: fn(&Score, usize, u32, i32) -> u64| -> u64 {
        let years = score.exposure.years();
        let cells = years.flat_map(|year| (0..=110).map(move |age| (age, year)));
        cells
            .flat_map(|(age, year)| [0, 1].map(|sex| of(&score, sex, age, year)))
            .sum()
    };
    let deaths = world.resource::<VitalCounts>().deaths;
    assert_eq!(
        counted(|s, sex, age, year| s.exposure.deaths(sex, age, year)),
        deaths
    );
    let days = counted(|s, sex, age, year| s.exposure.days(sex, age, year));
    // Two founders, each for a year of 366 days, and their children for less.
    let lived = 2 * 366;
    assert!(
        (lived..lived + 366 * (born as u64 + 1)).contains(&days) || deaths > 0,
        "{days}"
    );
}
