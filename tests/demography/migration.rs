//! Societies with open borders: who is there is who was there, with the born and those who came, without the
//! dead and those who left (F6); and rates in are rates out.

use std::collections::BTreeMap;

use oikos::core::{Draw, Stream};
use oikos::family::{
    AGE_MAX, EmigrationGroup, FamilyFigures, FamilyShape, HeadGroup, MigrationPlugin,
    MigrationTables, UnionsPlugin,
};
use oikos::prelude::*;
use oikos::world::{LifeEventKind, MigrationCounts};

use crate::cases::Case;
use crate::towns::{SEEDS, Setting, rates_of, town};

const CASES: u64 = 60;

/// Counts by sex, completed age and calendar year.
type Counts = BTreeMap<(usize, u32, i32), u64>;

/// Tables that no country has: random rates, numbers and shapes of families.
fn random_tables(draw: &mut Draw) -> MigrationTables {
    let split = 1 + draw.below(60).unwrap() as u32;
    let mut group = |age_from, age_to| EmigrationGroup {
        age_from,
        age_to,
        rates: [0.4 * draw.unit(), 0.4 * draw.unit()],
        with_family: draw.unit(),
    };
    let emigration = vec![group(0, split), group(split + 1, 150)];
    let shares = [draw.unit(), draw.unit(), draw.unit()];
    let sum: f64 = shares.iter().sum();
    let mut shape = |name: &str, share: f64, adults, children, youngest: u32| {
        let men = draw.unit();
        FamilyShape {
            name: name.to_owned(),
            share: share / sum,
            adults,
            partner_gap: draw.range(-3..=3).unwrap() as i32,
            children,
            eldest: (5, 5 + draw.below(4).unwrap() as u32),
            child_gap: 1 + draw.below(2).unwrap() as u32,
            heads: vec![HeadGroup {
                age_from: youngest,
                age_to: youngest + draw.below(20).unwrap() as u32,
                shares: [men, 1.0 - men],
            }],
        }
    };
    let shapes = vec![
        shape("alone", shares[0], 1, 0, 0),
        shape("couple", shares[1], 2, 3, 25),
        shape("one", shares[2], 1, 2, 22),
    ];
    let people = 60.0 * draw.unit();
    let years = [(2019, people), (2021, 2.0 * people)];
    MigrationTables::new(emigration, years.into(), shapes).unwrap()
}

/// A random society, every third of them with unions and households.
fn open_society(case: &Case, unions: &UnionsPlugin) -> Society {
    let stream = Stream::new(Seed(2_028), "validation.migration");
    let mut draw = stream.at(case.number, oikos::core::Tick::ZERO);
    let tables = random_tables(&mut draw);
    let mut builder = case.builder();
    if case.number.is_multiple_of(3) {
        builder = builder
            .add_plugins((unions.clone(), HouseholdsPlugin))
            .populate(FoundHouseholds::default());
    }
    let builder = builder.add_plugins(MigrationPlugin::new(tables));
    builder.build().unwrap()
}

/// Everybody on every day, and what the life events say.
#[derive(Default)]
struct Flows {
    living: BTreeMap<PersonId, (Sex, Date)>,
    days: Counts,
    deaths: Counts,
    births: Counts,
    arrivals: Counts,
    departures: Counts,
    totals: [u64; 4],
}

fn age(born: Date, today: Date) -> u32 {
    today.completed_years_since(born).max(0) as u32
}

/// The living by the columns, which know nothing of events.
fn rows(town: &Society) -> BTreeMap<PersonId, (Sex, Date)> {
    let all = town.slot_order::<Person>().into_iter();
    let of = |id| {
        (
            town.get::<Sex>(id).unwrap(),
            town.get::<BirthDate>(id).unwrap().0,
        )
    };
    all.map(|id| (id, of(id))).collect()
}

/// People by sex and age on a day.
fn stock(living: &BTreeMap<PersonId, (Sex, Date)>, day: Date) -> BTreeMap<(usize, u32), i64> {
    let mut stock = BTreeMap::new();
    for (sex, born) in living.values() {
        *stock.entry((sex.index(), age(*born, day))).or_default() += 1;
    }
    stock
}

const WORDS: [&str; 4] = [
    LifeEvents::BIRTH,
    LifeEvents::DEATH,
    LifeEvents::IMMIGRATION,
    LifeEvents::EMIGRATION,
];

impl Flows {
    /// Runs a day: N(t + 1) = N(t) + births − deaths + in − out, by age and sex.
    fn day(&mut self, town: &mut Society) {
        let today = town.today();
        for (sex, born) in self.living.values() {
            let cell = (sex.index(), age(*born, today), today.year());
            *self.days.entry(cell).or_default() += 1;
        }
        let mut expected = stock(&self.living, today);
        town.step().unwrap();
        let after = rows(town);
        let words = town.world().resource::<Vocabulary<LifeEventKind>>();
        let life = town.world().resource::<LifeEvents>();
        let kinds = WORDS.map(|name| words.find(name));
        for event in life.events() {
            let word = kinds
                .iter()
                .position(|kind| *kind == Some(event.kind))
                .unwrap();
            let comes = word == 0 || word == 2;
            let known = if comes { &after } else { &self.living };
            let (sex, born) = known[&event.person];
            assert_eq!(comes && born == today, word == 0);
            let (sex, age) = (sex.index(), age(born, today));
            let counts = match word {
                0 => &mut self.births,
                1 => &mut self.deaths,
                2 => &mut self.arrivals,
                _ => &mut self.departures,
            };
            *counts.entry((sex, age, today.year())).or_default() += 1;
            *expected.entry((sex, age)).or_default() += if comes { 1 } else { -1 };
            self.totals[word] += 1;
        }
        expected.retain(|_, people| *people != 0);
        assert_eq!(expected, stock(&after, today), "{today}");
        self.living = after;
    }

    /// What the lineage says of days and events is what was counted day by day.
    fn check(&self, town: &Society) -> Score {
        let score = Score::of(town.world()).unwrap().unwrap();
        let exposure = &score.exposure;
        let mut births = 0;
        for year in exposure.years() {
            for age in 0..=AGE_MAX {
                births += exposure.births(age, year);
                for sex in [0, 1] {
                    let seen =
                        |counts: &Counts| counts.get(&(sex, age, year)).copied().unwrap_or(0);
                    assert_eq!(exposure.days(sex, age, year), seen(&self.days));
                    assert_eq!(exposure.deaths(sex, age, year), seen(&self.deaths));
                    assert_eq!(exposure.immigrations(sex, age, year), seen(&self.arrivals));
                    assert_eq!(exposure.emigrations(sex, age, year), seen(&self.departures));
                }
            }
        }
        let [born, died, came, left] = self.totals;
        let counts = town.world().resource::<VitalCounts>();
        assert_eq!([counts.births, counts.deaths, births], [born, died, born]);
        let counts = town.world().resource::<MigrationCounts>();
        assert_eq!([counts.arrivals, counts.departures], [came, left]);
        score
    }
}

#[test]
fn stocks_and_flows_agree_by_age_and_sex() {
    let unions = UnionsPlugin::new(&FamilyFigures::us().unwrap(), &Tables::us().unwrap()).unwrap();
    let mut totals = [0; 4];
    for number in 0..CASES {
        let case = Case::new(number);
        let mut town = open_society(&case, &unions);
        let mut flows = Flows {
            living: rows(&town),
            ..Flows::default()
        };
        for _ in 0..case.days.min(400) {
            flows.day(&mut town);
        }
        flows.check(&town);
        check_families(&town);
        for (total, of_case) in totals.iter_mut().zip(flows.totals) {
            *total += of_case;
        }
    }
    println!("{CASES} cases: births, deaths, in, out {totals:?}");
    assert!(totals.iter().all(|total| *total > 500), "{totals:?}");
}

/// Of those who came together nobody is older than a parent, and no minor stays whose parents all left.
fn check_families(town: &Society) {
    let lineage = town.world().resource::<Lineage>();
    for (id, person) in lineage.iter() {
        let parents: Vec<_> = [person.mother, person.father]
            .into_iter()
            .flatten()
            .collect();
        assert!(parents.iter().all(|parent| *parent < id));
        let exits: Vec<_> = parents.iter().map(|id| lineage.get(*id).unwrap()).collect();
        assert!(exits.iter().all(|parent| parent.born < person.born));
        // Where somebody died the other may have gone before; without households nobody is looked after.
        let last = exits
            .iter()
            .filter_map(|parent| parent.left)
            .map(|(day, _)| day)
            .max();
        let Some(day) = last.filter(|_| exits.iter().all(|parent| parent.left.is_some())) else {
            continue;
        };
        let was_minor = person.born > day.years_before(18).unwrap() && person.born <= day;
        let has_homes = town.world().contains_resource::<Residents>();
        let stayed = person.exit().is_none_or(|exit| exit > day);
        assert!(
            !(was_minor && stayed) || has_homes,
            "{id} was left behind on {day}"
        );
    }
}

/// Rates in are rates out: births, deaths and departures in ten towns with example tables.
#[test]
fn a_town_with_open_borders_scores_as_a_closed_one_does() {
    let us = Tables::us().unwrap();
    let mut z_of_arrivals = Vec::new();
    for seed in SEEDS {
        let setting = Setting {
            people: 10_000,
            years: 3,
            mode: [HazardMode::Daily, HazardMode::Thinned][(seed % 2) as usize],
        };
        let group = |age_from, age_to, rate| EmigrationGroup {
            age_from,
            age_to,
            rates: [rate, rate],
            with_family: 0.5,
        };
        let alone = FamilyShape {
            name: "alone".to_owned(),
            share: 1.0,
            adults: 1,
            partner_gap: 0,
            children: 0,
            eldest: (0, 0),
            child_gap: 0,
            heads: vec![HeadGroup {
                age_from: 15,
                age_to: 60,
                shares: [0.5, 0.5],
            }],
        };
        let groups = vec![group(0, 17, 0.0), group(18, 150, 0.06)];
        let people = 700.0;
        let tables = MigrationTables::new(groups, [(2019, people)].into(), vec![alone]).unwrap();
        let builder = town(seed, &us, rates_of(&us), setting);
        let mut town = builder
            .add_plugins(MigrationPlugin::new(tables))
            .build()
            .unwrap();
        town.run(Years(setting.years)).unwrap();
        let score = Score::of(town.world()).unwrap().unwrap();
        let (mut adults, mut left, mut came) = (0, 0, 0);
        for year in score.exposure.years() {
            for (age, sex) in (0..=AGE_MAX).flat_map(|age| [(age, 0), (age, 1)]) {
                came += score.exposure.immigrations(sex, age, year);
                if age >= 18 {
                    adults += score.exposure.days(sex, age, year);
                    left += score.exposure.emigrations(sex, age, year);
                }
            }
        }
        let chance = oikos::family::daily_probability(0.06, 365.2425);
        let expected = adults as f64 * chance;
        let z = (left as f64 - expected) / expected.sqrt();
        println!(
            "seed {seed}: {left} left of {expected:.1}, z {z:.2}; {came} came; {}",
            crate::observation::verdict(&score)
        );
        assert!(score.agrees() && z.abs() < 4.0);
        let expected = people * 1096.0 / 365.2425;
        z_of_arrivals.push((came as f64 - expected) / expected.sqrt());
    }
    println!("arrivals: z {z_of_arrivals:.2?}");
    assert!(z_of_arrivals.iter().all(|z| z.abs() < 4.0));
}
