//! Who leaves home and comes back when everybody is looked at in each tick, beside one draw for each of them, one by
//! one.

use bevy_ecs::prelude::*;
use oikos_core::{Seed, StableId, Stream};
use oikos_engine::{AppExt, Phase, Slots, Society, Tick};
use oikos_world::{Person, Sex};

use super::village::{SEED, TICK_DAYS, builder, founder, id, is_at_home, step};
use crate::hazards::Occurrences;
use crate::homes::{
    ADULT_AGE, FoundHomes, LeavingForce, LeavingHome, ReturningForce, ReturningHome,
};
use crate::lineage::Lineage;
use crate::{DAYS_PER_YEAR, Force};

/// Forces of leaving and of coming back, per year.
const FORCES: [f64; 2] = [0.4, 0.25];

const TWO_32: f64 = 4_294_967_296.0;

/// Those who leave and who come back in this tick, by number.
#[derive(Resource, Clone, Default, Debug, PartialEq)]
struct Seen([Vec<u64>; 2]);

fn see(
    leaving: Res<Occurrences<LeavingHome>>,
    returning: Res<Occurrences<ReturningHome>>,
    mut seen: ResMut<Seen>,
) {
    seen.0 = [
        leaving.iter().map(|it| it.who.id().get()).collect(),
        returning.iter().map(|it| it.who.id().get()).collect(),
    ];
}

/// Mothers of sixty, each with a child, of 6 to 45; every third of the children is grown up and lives elsewhere.
fn village() -> Society {
    let (mut people, mut homes) = (Vec::new(), FoundHomes::default());
    for row in 0..120_u64 {
        let age = 6 + (row % 40) as i32;
        people.push(founder(60, Sex::Female));
        people.push(founder(age, Sex::ALL[(row % 2) as usize]).mother(id(2 * row)));
        let [mother, child] = [2 * row, 2 * row + 1].map(id);
        if age >= ADULT_AGE as i32 && row.is_multiple_of(3) {
            homes.groups.extend([vec![mother], vec![child]]);
        } else {
            homes.groups.push(vec![mother, child]);
            homes
                .at_home
                .extend((age >= ADULT_AGE as i32).then_some(child));
        }
    }
    let forces = |app: &mut bevy_app::App| {
        let [leaving, returning] = FORCES.map(|force| Force::per_year(force).unwrap());
        app.insert_resource(LeavingForce::new(leaving));
        app.insert_resource(ReturningForce::new(returning));
        app.derived::<Seen>(None);
        app.add_systems(Tick, see.in_set(Phase::Act));
    };
    builder(people, homes).with(forces).build().unwrap()
}

/// Who is to leave and who is to come back in the tick that comes: the young who live at home, and those who do not,
/// each with one draw of their own.
fn expected(village: &Society) -> [Vec<u64>; 2] {
    let world = village.world();
    let lineage = world.resource::<Lineage>();
    let (today, tick) = (village.today(), village.tick());
    let mut all: Vec<_> = world.resource::<Slots<Person>>().iter().collect();
    all.sort_by_key(|(_, who)| who.id());
    let events = [
        ("hazard.leaving-home", true, 18..150),
        ("hazard.returning-home", false, 18..35),
    ];
    let mut found = [Vec::new(), Vec::new()];
    for (of, (name, from_home, ages)) in events.into_iter().enumerate() {
        let stream = Stream::new(Seed(SEED), name);
        let chance = -libm::expm1(-FORCES[of] * f64::from(TICK_DAYS) / DAYS_PER_YEAR);
        for (_, who) in &all {
            let number = who.id().get();
            let age = today.completed_years_since(lineage.get(who.id()).unwrap().born);
            let may = ages.contains(&age) && is_at_home(village, number) == from_home;
            // The first word of the draw is the high one.
            let [high, low, ..] = stream.block(who.subject(), tick, 0);
            let draw = (f64::from(high) + f64::from(low) / TWO_32) / TWO_32;
            if may && draw < chance {
                found[of].push(number);
            }
        }
    }
    found
}

#[test]
fn whoever_leaves_and_comes_back_is_who_draws_it() {
    let mut village = village();
    let mut times = [0; 2];
    for _ in 0..15 {
        let expected = expected(&village);
        step(&mut village, &[]);
        assert_eq!(
            village.world().resource::<Seen>().0,
            expected,
            "{}",
            village.today()
        );
        for (times, who) in times.iter_mut().zip(&expected) {
            *times += who.len();
        }
    }
    assert!(times[0] > 100 && times[1] > 50, "{times:?}");
}
