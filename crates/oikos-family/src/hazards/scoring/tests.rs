//! Scores against what is known exactly, and faults that they must find.

use std::collections::BTreeMap;

use bevy_app::App;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::system::ResMut;
use oikos_core::{Date, Days, Months, Seed, Span, Years, date};
use oikos_engine::{AppExt, Attribute, Society, SocietyBuilder, Tick, found, kind};
use oikos_world::{BirthDate, Dawn, Sex};
use proptest::prelude::*;

use super::book::{CELLS, HazardBook, cell};
use crate::hazards::candidates::Candidates;
use crate::hazards::{Force, Hazard, HazardExt, HazardMode, HazardStep, NoParam, Today};
use crate::{Death, HazardScore, found_people, hazard_event};

const MODES: [HazardMode; 2] = [HazardMode::Daily, HazardMode::Thinned];

hazard_event!(
    /// Somebody catches a cold, again and again.
    Cold of oikos_world::Person = "cold"
);

/// Adults catch one and a half colds a year in winter, women one in summer, children none.
struct Draught;

impl Hazard for Draught {
    type Event = Cold;
    type Reads = (BirthDate, Sex);
    type Param = NoParam;
    const CAUSE: &'static str = "draught";

    fn force((born, sex): Self::Reads, today: &Today<'_, NoParam>) -> Force {
        let (_, month, _) = today.clock.today().ymd();
        match (today.ages.completed(born), month, sex) {
            (..=17, ..) => Force::ZERO,
            (_, 10..=12, _) => Force::per_million_years(1_500_000),
            (.., Sex::Female) => Force::per_million_years(1_000_000),
            (.., Sex::Male) => Force::ZERO,
        }
    }

    fn bound(_: Self::Reads, _: &Today<'_, NoParam>) -> Force {
        Force::per_million_years(1_500_000)
    }
}

fn town(mode: HazardMode, of_each: usize, length: Span, plugin: fn(&mut App)) -> SocietyBuilder {
    let people = move |world: &mut bevy_ecs::world::World| {
        let born: Result<Vec<Date>, _> = (1930..2000).map(|year| date(year, 6, 15)).collect();
        for (number, born) in born?.into_iter().enumerate() {
            let sex = Sex::ALL[number % 2];
            let group = vec![(BirthDate(born), sex); of_each];
            found_people(world, &group)?;
        }
        Ok(())
    };
    let scored = move |app: &mut App| {
        app.insert_resource(mode);
        app.score_hazards().score_hazards();
    };
    Society::builder(Seed(1))
        .start(date(2001, 1, 1))
        .tick(length)
        .threads(1)
        .add_plugins((scored, plugin))
        .populate(people)
}

fn colds(app: &mut App) {
    app.hazard::<Draught>();
}

fn score_of(town: &Society, cause: &str) -> HazardScore {
    let all = HazardScore::all(town.world()).unwrap();
    all.into_iter().find(|score| score.cause == cause).unwrap()
}

#[test]
fn what_happens_is_what_the_forces_say_by_age_and_sex_in_both_modes() {
    for mode in MODES {
        let mut town = town(mode, 40, Days(1), colds).build().unwrap();
        town.run(Years(6)).unwrap();
        let score = score_of(&town, "draught");
        assert_eq!(score.event, "cold");
        assert!(score.agrees() && score.actual > 5_000, "{score:?}");
        assert!(score.ratio_low < score.ratio && score.ratio < score.ratio_high);
        let groups = score.by_age.unwrap();
        let sum: u64 = groups.rows.iter().map(|row| row.actual).sum();
        assert_eq!(sum, score.actual);
        assert!(groups.rows.iter().all(|row| row.age_to >= 18));
        // Six years of 365.2425 days of a quarter of 1.5 a year, and of three quarters of 1 for women.
        let women = |sex: usize| groups.rows.iter().filter(move |row| row.sex == sex);
        let expected = [0, 1].map(|sex| women(sex).map(|row| row.expected).sum::<f64>());
        assert!(
            (expected[1] / expected[0] - (0.375 + 0.75) / 0.375).abs() < 0.1,
            "{expected:?}"
        );
    }
}

/// Makes the hazard act twice, as if a plugin had been added twice.
fn doubled(app: &mut App) {
    app.hazard::<Draught>();
    app.add_systems(
        Tick,
        (
            crate::hazards::daily::add_force::<Draught>
                .run_if(crate::hazards::daily)
                .in_set(HazardStep::Bound),
            crate::hazards::thinned::add_bound::<Draught>
                .run_if(crate::hazards::thinned)
                .run_if(crate::hazards::month_begins)
                .in_set(HazardStep::Bound),
            double.in_set(HazardStep::Force),
        )
            .in_set(Dawn),
    );
}

fn double(mut candidates: ResMut<Candidates<Cold>>) {
    for force in candidates.forces.iter_mut().flatten() {
        *force *= 2;
    }
}

/// Loses a candidate in five.
fn lossy(app: &mut App) {
    app.hazard::<Draught>();
    app.add_systems(Tick, lose.in_set(HazardStep::Force).in_set(Dawn));
}

fn lose(mut candidates: ResMut<Candidates<Cold>>) {
    let Candidates { all, forces } = &mut *candidates;
    for (candidate, force) in all.iter().zip(forces.iter_mut().flatten()) {
        if candidate.choice % 5 == 0 {
            *force = 0;
        }
    }
}

#[test]
fn hazards_drawn_at_another_force_are_caught() {
    for mode in MODES {
        for (plugin, ratio) in [(doubled as fn(&mut App), 2.0), (lossy, 0.8)] {
            let mut town = town(mode, 40, Days(1), plugin).build().unwrap();
            town.run(Years(3)).unwrap();
            let score = score_of(&town, "draught");
            // Five standard deviations of the ratio of some 5,000 expected colds.
            assert!(
                !score.agrees() && (score.ratio - ratio).abs() < 0.1,
                "{score:?}"
            );
        }
    }
}

/// Ends every life at the first look.
struct Doom;

impl Hazard for Doom {
    type Event = Death;
    type Reads = Sex;
    type Param = NoParam;
    const CAUSE: &'static str = "doom";

    fn force(_: Sex, _: &Today<'_, NoParam>) -> Force {
        Force::MAX
    }
}

#[test]
fn what_is_certain_is_expected_once_for_each() {
    for mode in MODES {
        // Nobody settles deaths here, so everybody is doomed again in each tick.
        let doom = |app: &mut App| {
            app.hazard::<Doom>();
        };
        let mut town = town(mode, 2, Months(1), doom).build().unwrap();
        town.step_n(12).unwrap();
        let score = score_of(&town, "doom");
        assert_eq!(score.actual, 12 * 140);
        assert!((score.expected - 12.0 * 140.0).abs() < 1e-9, "{score:?}");
    }
}

kind! {
    /// A lamp.
    Lamp, LampId = "lamp";
}

/// Whether it burns.
#[derive(Attribute, Clone, Copy)]
#[attribute(kind = Lamp, newborn = Burning(true))]
struct Burning(bool);

hazard_event!(
    /// A lamp flickers.
    Flicker of Lamp = "flicker"
);

struct Wind;

impl Hazard for Wind {
    type Event = Flicker;
    type Reads = Burning;
    type Param = NoParam;
    const CAUSE: &'static str = "wind";

    fn force(burning: Burning, _: &Today<'_, NoParam>) -> Force {
        Force::per_million_years(if burning.0 { 5_000_000 } else { 0 })
    }
}

#[test]
fn other_kinds_than_people_are_scored_without_age() {
    let lamps = |app: &mut App| {
        app.kind::<Lamp>().attribute::<Burning>();
        app.hazard::<Wind>();
    };
    let builder = town(HazardMode::Daily, 0, Days(1), lamps);
    let mut town = builder
        .populate(|world: &mut bevy_ecs::world::World| {
            found::<Lamp>(world, 0..500)?;
            Ok(())
        })
        .build()
        .unwrap();
    town.run(Years(1)).unwrap();
    let score = score_of(&town, "wind");
    assert!(
        score.by_age.is_none() && score.agrees() && score.actual > 2_000,
        "{score:?}"
    );
}

#[test]
fn a_society_that_does_not_score_says_how_to() {
    let text = HazardScore::all(&bevy_ecs::world::World::new())
        .unwrap_err()
        .to_string();
    assert!(text.contains("score_hazards"), "{text}");
}

proptest! {
    /// Chances on a straight line over all ticks, counted one by one.
    #[test]
    fn a_month_sums_to_the_chances_of_its_ticks(
        months in prop::collection::vec((1_u32..32, 0_i64..1_000, 0_i64..1_000), 1..6),
    ) {
        let name = || ("hazard.test".to_owned(), oikos_engine::Word::from_number(0));
        let of = |chance: i64| {
            let mut chances = vec![0_u128; CELLS];
            chances[cell(1, 200)] = (chance as u128) << 64;
            BTreeMap::from([(name(), chances)])
        };
        let mut book = HazardBook::default();
        let (mut tick, mut slow) = (7, 0.0);
        for (ticks, first, next) in &months {
            book.begin(tick, of(*first));
            for done in 0..*ticks {
                let share = f64::from(done) / f64::from(*ticks);
                slow += *first as f64 + share * (next - first) as f64;
            }
            book.count(name(), cell(1, 151), CELLS);
            tick += ticks;
            book.end(tick - 1, of(*next));
        }
        // A month that is not over does not count yet.
        book.begin(tick, of(500));
        book.count(name(), cell(1, 151), CELLS);
        let (_, cells) = book.iter().next().unwrap();
        let last = cells[CELLS - 1];
        prop_assert!((last.expected() - slow).abs() < 1e-9 * (1.0 + slow), "{} {slow}", last.expected());
        prop_assert_eq!(last.actual(), months.len() as u64);
    }
}
