//! The log of births and deaths is the same with unions and without, where unions do not act on fertility.

use std::sync::OnceLock;

use oikos::core::Date;
use oikos::family::{Families, FoundHomes};
use oikos::prelude::*;
use oikos::world::LifeEventKind;

use super::town::{family, homes, tables, unions};

/// Who is there beside people who are born and die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum With {
    Nobody,
    Unions(u8),
    UnionsAndHomes(u8),
}

const ALL: [With; 7] = [
    With::Nobody,
    With::Unions(0),
    With::Unions(1),
    With::Unions(2),
    With::UnionsAndHomes(0),
    With::UnionsAndHomes(1),
    With::UnionsAndHomes(2),
];

/// Births: the child, its mother, the day, its sex.
type Births = Vec<(PersonId, Option<PersonId>, Date, Sex)>;
/// Deaths: who, and the day.
type Deaths = Vec<(PersonId, Date)>;

/// A population to start with, made anew for each town.
trait Start: Fn(SocietyBuilder, With) -> SocietyBuilder {}

impl<F: Fn(SocietyBuilder, With) -> SocietyBuilder> Start for F {}

fn town(mode: HazardMode, with: With, start: impl Start) -> Society {
    let builder = Society::builder(Seed(11))
        .start(date(2019, 7, 1))
        .threads(1)
        .add_plugins(family().hazards(mode));
    let builder = match with {
        With::Nobody => builder,
        With::Unions(matching) => builder.add_plugins(unions(matching)),
        With::UnionsAndHomes(matching) => builder.add_plugins((unions(matching), homes())),
    };
    start(builder, with).build().unwrap()
}

fn log(town: &mut Society, days: u32) -> (Births, Deaths) {
    let (mut births, mut deaths) = (Births::new(), Deaths::new());
    for _ in 0..days {
        let today = town.today();
        town.step().unwrap();
        let world = town.world();
        let words = world.resource::<Vocabulary<LifeEventKind>>();
        for event in world.resource::<LifeEvents>().events() {
            match words.name(event.kind) {
                Some(LifeEvents::BIRTH) => {
                    let record = world.resource::<Lineage>().get(event.person).unwrap();
                    births.push((event.person, event.other, today, record.sex));
                }
                Some(LifeEvents::DEATH) => deaths.push((event.person, today)),
                _ => {}
            }
        }
    }
    (births, deaths)
}

fn assert_same_log(start: impl Start + Copy, days: u32) {
    for mode in [HazardMode::Daily, HazardMode::Thinned] {
        let alone = log(&mut town(mode, With::Nobody, start), days);
        println!(
            "{mode:?}: {} births, {} deaths",
            alone.0.len(),
            alone.1.len()
        );
        assert!(alone.0.len() >= 60 && alone.1.len() >= 60);
        for with in &ALL[1..] {
            let mut town = town(mode, *with, start);
            let (births, deaths) = log(&mut town, days);
            assert_eq!(births, alone.0, "{mode:?}, {with:?}");
            assert_eq!(deaths, alone.1, "{mode:?}, {with:?}");
            let formed = town.world().resource::<Unions>().len();
            assert!(formed > 50, "{mode:?}, {with:?}: {formed} unions");
        }
    }
}

#[test]
fn births_and_deaths_are_the_same_with_and_without_unions() {
    let people = |builder: SocietyBuilder, with: With| {
        let builder = builder.populate(Population::counted(tables(), 500).unwrap());
        match with {
            With::UnionsAndHomes(_) => builder.populate(FoundHomes::default()),
            _ => builder,
        }
    };
    assert_same_log(people, 1_500);
}

/// Families with couples, parents and homes from the first day on.
fn families() -> Families {
    static FITTED: OnceLock<Families> = OnceLock::new();
    let fit = || {
        let people = Population::us_2019(500).unwrap();
        let (figures, history) = (FamilyFigures::us(), MarriageHistory::us());
        people
            .with_families(&figures.unwrap(), &history.unwrap())
            .unwrap()
    };
    FITTED.get_or_init(fit).clone()
}

#[test]
fn births_and_deaths_of_founded_families_are_the_same_with_and_without_unions() {
    let people = |builder: SocietyBuilder, _: With| builder.populate(families());
    assert_same_log(people, 1_500);
}
