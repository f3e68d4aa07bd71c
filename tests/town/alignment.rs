//! Hazards aligned by name: as many events as the target says, in both modes, with factors that other runs reuse.

use std::collections::{BTreeMap, BTreeSet};

use oikos::family::{
    AlignExt, AlignTo, AlignmentFactors, FamilyError, LogitFactor, Mortality, Target, Targets,
};
use oikos::prelude::*;
use oikos_testkit::Contract;

hazard_event!(Accident of Person = "accident");

/// How careless people are: accidents in a thousand years.
#[derive(Attribute, Clone, Copy, Default)]
struct Careless(u16);

struct Carelessness;

impl Hazard for Carelessness {
    type Event = Accident;
    type Reads = Careless;
    type Param = NoParam;
    const CAUSE: &'static str = "carelessness";

    fn force(careless: Careless, _: &Today<'_, NoParam>) -> Force {
        Force::per_million_years(u32::from(careless.0) * 1_000)
    }

    /// Twice as high as it need be.
    fn bound(careless: Careless, _: &Today<'_, NoParam>) -> Force {
        Force::per_million_years(u32::from(careless.0) * 2_000)
    }
}

/// Who has had an accident, by year.
#[derive(Resource, Default)]
struct Hurt(BTreeMap<i32, BTreeSet<PersonId>>);

fn note(accidents: Res<Occurrences<Accident>>, clock: Res<Clock>, mut hurt: ResMut<Hurt>) {
    let year = hurt.0.entry(clock.today().year()).or_default();
    year.extend(accidents.iter().map(|accident| accident.who.id()));
}

fn accidents(app: &mut App) {
    app.attribute::<Careless>()
        .hazard::<Carelessness>()
        .derived::<Hurt>(None);
    app.add_systems(Tick, note.in_set(Phase::Observe));
}

const CARELESS: [u16; 4] = [0, 20, 50, 200];

fn town(mode: HazardMode, start: Date, people: u64) -> SocietyBuilder {
    let tables = Tables::us().unwrap();
    let careless = |world: &mut World| {
        let founders = world.resource::<Slots<Person>>().next_id();
        let careless = (0..founders).map(|id| Careless(CARELESS[(id % 4) as usize]));
        set_all(world, PersonId::FIRST, &careless.collect::<Vec<_>>())?;
        Ok(())
    };
    Society::builder(Seed(5))
        .start(start)
        .add_plugins((FamilyPlugin::new(&tables).unwrap().hazards(mode), accidents))
        .populate(Population::counted(tables, people).unwrap())
        .populate(careless)
}

fn aligned(
    builder: SocietyBuilder,
    to: impl Into<AlignTo> + Clone + Send + 'static,
) -> SocietyBuilder {
    builder.with(move |app| {
        app.align::<Carelessness>("accidents", to);
    })
}

fn targets() -> Targets {
    Targets::new([(2020, Target::Number(1_500.0)), (2021, Target::Share(0.02))]).unwrap()
}

const MODES: [HazardMode; 2] = [HazardMode::Daily, HazardMode::Thinned];

fn autumn() -> Date {
    date(2019, 10, 1).unwrap()
}

#[test]
fn alignment_keeps_the_contract_in_both_modes() {
    for mode in MODES {
        let build = || {
            let town = town(mode, date(2019, 12, 25).unwrap(), 1_500);
            aligned(town, Targets::new([(2020, Target::Share(0.3))]).unwrap())
        };
        let report = Contract::of(build).ticks(15).assert();
        let untried = report.untried.iter().find(|name| name.contains("align"));
        assert_eq!(untried, None);
    }
}

/// From below and from above: 8,000 people have some 500 accidents a year without alignment.
#[test]
fn as_many_are_hurt_as_the_target_says() {
    for mode in MODES {
        let mut town = aligned(town(mode, autumn(), 8_000), targets())
            .build()
            .unwrap();
        town.run(Months(27)).unwrap();
        let world = town.world();
        let factors = world.resource::<AlignmentFactors>();
        let hurt = |year: i32| world.resource::<Hurt>().0[&year].len() as f64;
        for (year, at_least) in [(2020, 1.0), (2021, -0.5)] {
            let found = factors.of_year("accidents", year).unwrap();
            let distortion = found.distortion;
            let z = (hurt(year) - distortion.aligned) / distortion.aligned.sqrt();
            println!(
                "{mode:?} {year}: {} hurt, {:.1} aimed at, {:.1} without alignment, factor {:.4}, {:.2} nats, z {z:.2}",
                hurt(year),
                distortion.aligned,
                distortion.base,
                found.factor.get(),
                distortion.nats
            );
            assert!(z.abs() < 4.0, "{z}");
            assert!(found.factor.get() * at_least > 0.0 && distortion.nats > 1.0);
        }
        let first = factors.of_year("accidents", 2020).unwrap().distortion;
        assert!((first.aligned - 1_500.0).abs() < 1e-6);
        let second = factors.of_year("accidents", 2021).unwrap().distortion;
        assert!((second.aligned - 0.02 * second.people as f64).abs() < 1e-6);
        assert!(factors.of_year("accidents", 2019).is_none());
    }
}

/// The slow model looks at everybody one by one.
#[test]
fn the_factor_is_that_of_the_people_at_risk() {
    let new_year = date(2020, 1, 1).unwrap();
    let mut town = aligned(town(HazardMode::Thinned, autumn(), 3_000), targets())
        .build()
        .unwrap();
    while town.today() < new_year {
        town.step().unwrap();
    }
    let people = town.slot_order::<Person>();
    let careless = people.iter().map(|id| town.get::<Careless>(*id).unwrap().0);
    let chances: Vec<f64> = careless
        .map(|careless| -libm::expm1(-f64::from(careless) / 1_000.0))
        .collect();
    let expected = LogitFactor::find(&chances, 1_500.0).unwrap();
    town.step().unwrap();
    let found = town
        .world()
        .resource::<AlignmentFactors>()
        .of_year("accidents", 2020);
    assert!((found.unwrap().factor.get() - expected.get()).abs() < 1e-9);
}

/// The factors of a base run, saved as text, in a scenario in which people are more careful: its own effect stays
/// in what happens.
#[test]
fn factors_of_one_run_are_reused_in_another() {
    let mut base = aligned(town(HazardMode::Thinned, autumn(), 4_000), targets())
        .build()
        .unwrap();
    base.run(Months(24)).unwrap();
    let factors = base.world().resource::<AlignmentFactors>().clone();
    let text = serde_json::to_string(&factors).unwrap();
    let read: AlignmentFactors = serde_json::from_str(&text).unwrap();
    for (year, found) in factors.of("accidents").unwrap() {
        // This reader of JSON may miss the last digit.
        let factor = read.of_year("accidents", year).unwrap().factor.get();
        assert!((factor - found.factor.get()).abs() < 1e-12, "{factor}");
    }
    let careful = |world: &mut World| {
        let founders = world.resource::<Slots<Person>>().next_id();
        set_all(
            world,
            PersonId::FIRST,
            &vec![Careless(20); founders as usize],
        )?;
        Ok(())
    };
    let to = AlignTo::factors_of(&factors, "accidents").unwrap();
    let scenario = aligned(town(HazardMode::Thinned, autumn(), 4_000), to);
    let mut scenario = scenario.populate(careful).build().unwrap();
    scenario.run(Months(24)).unwrap();
    let again = scenario.world().resource::<AlignmentFactors>();
    for year in [2020, 2021] {
        let [one, other] = [&factors, again].map(|it| it.of_year("accidents", year).unwrap());
        assert_eq!(one.factor, other.factor);
        assert!(other.distortion.aligned < 0.9 * one.distortion.aligned);
    }
    let wrong = AlignTo::factors_of(&factors, "accident")
        .unwrap_err()
        .to_string();
    assert!(
        wrong.contains("no alignment `accident`: known are `accidents`"),
        "{wrong}"
    );
}

fn deaths(town: &Society) -> Vec<(PersonId, Option<i32>)> {
    let lineage = town.world().resource::<Lineage>();
    let died = lineage
        .iter()
        .map(|(id, it)| (id, it.died.map(|(day, _)| day.days())));
    died.collect()
}

/// What no year of a run aims at changes nothing, and neither does aligning to what is expected anyway.
#[test]
fn nothing_is_aligned_unless_a_year_has_a_target() {
    for mode in MODES {
        let run = |to: Option<Targets>| {
            let mut town = town(mode, autumn(), 3_000)
                .with(move |app| {
                    if let Some(to) = to.clone() {
                        app.align::<Mortality>("deaths", to);
                    }
                })
                .build()
                .unwrap();
            town.run(Months(8)).unwrap();
            deaths(&town)
        };
        let later = Targets::new([(2050, Target::Share(0.5))]).unwrap();
        let plain = run(None);
        assert_eq!(run(Some(later)), plain);
        let now = Targets::new([(2020, Target::Share(0.05))]).unwrap();
        let many = |deaths: &[(PersonId, Option<i32>)]| {
            deaths.iter().filter(|(_, died)| died.is_some()).count()
        };
        let aligned = run(Some(now));
        assert!(
            many(&aligned) > 2 * many(&plain),
            "{} {}",
            many(&aligned),
            many(&plain)
        );
    }
}

fn fails(builder: SocietyBuilder, says: &[&str]) {
    let text = match builder.build() {
        Err(error) => error.to_string(),
        Ok(mut town) => town.run(Months(6)).unwrap_err().to_string(),
    };
    assert!(says.iter().all(|part| text.contains(part)), "{text}");
}

#[test]
fn what_cannot_be_aligned_has_an_error_that_says_what_to_do() {
    for (targets, says) in [
        (Targets::new([]), "give at least one calendar year"),
        (Targets::new([(2020, Target::Number(0.0))]), "above 0"),
        (Targets::new([(2020, Target::Number(f64::NAN))]), "above 0"),
        (Targets::new([(2020, Target::Share(1.0))]), "below 1"),
        (
            Targets::new([(2020, Target::Share(0.1)), (2020, Target::Share(0.2))]),
            "two targets",
        ),
    ] {
        let text = targets.unwrap_err().to_string();
        assert!(text.contains(says), "{text}");
    }
    let plain = || town(HazardMode::Thinned, autumn(), 300);
    let too_many = Targets::new([(2020, Target::Number(1_000.0))]).unwrap();
    fails(
        aligned(plain(), too_many.clone()),
        &["`accidents` of the year 2020", "1000"],
    );
    let nobody = |app: &mut App| {
        struct Nobody;
        impl Hazard for Nobody {
            type Event = Accident;
            type Reads = Careless;
            type Param = NoParam;
            const CAUSE: &'static str = "nobody's";
            fn force(_: Careless, _: &Today<'_, NoParam>) -> Force {
                Force::ZERO
            }
        }
        app.align::<Nobody>(
            "unknown",
            Targets::new([(2020, Target::Share(0.1))]).unwrap(),
        );
    };
    fails(
        plain().with(nobody),
        &["`unknown`", "no plugin adds the hazard `nobody's`"],
    );
    let twice = aligned(aligned(plain(), targets()), targets());
    fails(twice, &["aligned twice"]);
    let same_name = aligned(plain(), targets()).with(move |app| {
        app.align::<Mortality>("accidents", targets());
    });
    fails(same_name, &["two alignments are named `accidents`"]);
    let error = LogitFactor::find(&[0.5], 2.0).unwrap_err();
    assert!(matches!(error, FamilyError::Target { .. }));
}
