//! What is drawn ahead is drawn anew with each horizon and each change, never with the numbers of before.

use std::collections::BTreeMap;

use bevy_ecs::system::ResMut;
use oikos_core::{Seed, date};
use oikos_engine::{Phase, Rows, Society};
use oikos_world::{BirthDate, Sex};

use super::calendar::CandidateCalendar;
use super::*;
use crate::{Death, FamilyPlugin, Tables, found_people};

/// Makes everybody a candidate once a month or so, and kills nobody.
struct Threat;

impl Hazard for Threat {
    type Event = Death;
    type Reads = Sex;
    type Param = NoParam;
    const CAUSE: &'static str = "threat";
    const HORIZON: Horizon = Horizon::Month;

    fn force(_: Sex, _: &Today<'_, NoParam>) -> Force {
        Force::ZERO
    }

    fn bound(_: Sex, _: &Today<'_, NoParam>) -> Force {
        Force::per_million_years(12_000_000)
    }
}

/// The ticks in which everybody's forces are noted to have changed: they are bounded anew in those after.
const NOTED: [u32; 2] = [2, 4];

fn note(clock: Res<Clock>, people: Rows<&Sex>, mut changes: ResMut<HazardChanges<Death>>) {
    if NOTED.contains(&clock.tick().index()) {
        let slots = people.slots();
        slots.iter().for_each(|(_, who)| changes.note(who.id()));
    }
}

/// Days from a tick on after which each is a candidate for the first time, of those who are again before the horizon.
fn waits(town: &Society, from: u32) -> BTreeMap<u64, u32> {
    let mut waits = BTreeMap::new();
    for (tick, id) in town.world().resource::<CandidateCalendar<Death>>().days() {
        if tick > from {
            waits.entry(id).or_insert(tick - from);
        }
    }
    waits
}

#[test]
fn each_time_other_numbers_are_drawn() {
    let people = |world: &mut bevy_ecs::world::World| {
        let born = BirthDate(date(1990, 1, 1)?);
        found_people(world, &vec![(born, Sex::Female); 2_000])?;
        Ok(())
    };
    let threat = |app: &mut App| {
        app.hazard::<Threat>();
        app.add_systems(Tick, note.in_set(Phase::Live));
    };
    let family = FamilyPlugin::new(&Tables::us().unwrap()).unwrap();
    let mut town = Society::builder(Seed(1))
        .start(date(2001, 1, 1))
        .threads(1)
        .add_plugins((family.hazards(HazardMode::Thinned), threat))
        .populate(people)
        .build()
        .unwrap();
    // In the first tick, after each of the changes, and in February.
    let mut drawn = Vec::new();
    for tick in 0..=31 {
        town.step().unwrap();
        if [0, NOTED[0] + 1, NOTED[1] + 1, 31].contains(&tick) {
            drawn.push(waits(&town, tick));
        }
    }
    for (number, one) in drawn.iter().enumerate() {
        assert!(one.len() > 900, "{number}: {}", one.len());
        for other in &drawn[..number] {
            let both = one
                .iter()
                .filter_map(|(id, wait)| Some((wait, other.get(id)?)));
            let both: Vec<_> = both.collect();
            let same = both.iter().filter(|(one, other)| one == other).count();
            // Of two waits of a month in the mean, cut at a month, about one in forty is the same.
            assert!(
                both.len() > 400 && same * 10 < both.len(),
                "{number}: {same} of {}",
                both.len()
            );
        }
    }
}
