//! A marriage market: what it takes to pair ten thousand to a million candidates, to work out how many unions are
//! expected between single years of age, and the share of a town's run that unions take.
//!
//! `cargo bench -p oikos-benches --bench market`. Each figure is the best of a few runs, so this is a
//! program of its own and no criterion group.

#![expect(
    clippy::unwrap_used,
    reason = "the bundled figures are sound, and a benchmark may stop"
)]

use std::hint::black_box;

use oikos_benches::measure::best;
use oikos_core::{Seed, Stream, Tick, Years, date};
use oikos_engine::Society;
use oikos_family::{
    AgeGap, Candidate, CoaleMcNeil, DAYS_PER_YEAR, FEMALE, FamilyFigures, FamilyPlugin,
    HarmonicMean, HazardMode, Homophily, MALE, Margin, Market, MarketStreams, Population, TRAITS,
    Tables, UnionRates, UnionsPlugin,
};

/// As many men as women, at ages of first marriage in the United States, in 20 partitions.
fn candidates(people: u64) -> Vec<Candidate> {
    let schedules = CoaleMcNeil::from_figures(&FamilyFigures::us().unwrap()).unwrap();
    let stream = Stream::new(Seed(1), "bench.candidates");
    let person = |id: u64| {
        let mut draw = stream.at(id, Tick::ZERO);
        let sex = if id.is_multiple_of(2) { MALE } else { FEMALE };
        let years = schedules[sex].age_at(0.001 + 0.998 * draw.unit());
        Candidate {
            id,
            subject: id,
            sex,
            age_days: (years.max(15.0) * DAYS_PER_YEAR) as u32,
            partition: draw.next_u32() % 20,
            traits: [0; TRAITS].map(|_: u8| (draw.next_u32() % 3) as u8),
        }
    };
    (0..people).map(person).collect()
}

fn pairing() {
    let market = Market::new(MarketStreams::new(Seed(1)));
    let homophily = Homophily {
        costs: [0.7, 0.3, 0.0, 0.0],
    };
    let kin = |man: &Candidate, woman: &Candidate| man.id / 4 == woman.id / 4;
    for people in [1_000, 10_000, 100_000, 1_000_000] {
        let candidates = candidates(people);
        let score = |man: &Candidate, woman: &Candidate| homophily.score(man, woman);
        let mut pairs = 0;
        let seconds = best(|| {
            let found = market.pair(Tick::ZERO, black_box(&candidates), kin, score);
            pairs = found.unwrap().pairs.len();
        });
        let each = seconds * 1e9 / people as f64;
        println!(
            "pair        {people:>9} candidates {seconds:>9.4} s {each:>7.0} ns each, {pairs} pairs"
        );
        let seconds = best(|| {
            let found =
                market.random_search(Tick::ZERO, black_box(&candidates), 10, kin, |_, _| 0.5);
            pairs = found.unwrap().pairs.len();
        });
        let each = seconds * 1e9 / people as f64;
        println!(
            "10 meetings {people:>9} candidates {seconds:>9.4} s {each:>7.0} ns each, {pairs} pairs"
        );
    }
}

fn expected_unions() {
    let schedules = CoaleMcNeil::from_figures(&FamilyFigures::us().unwrap()).unwrap();
    let ages: Vec<f64> = (15..81_u32).map(|age| f64::from(age) + 0.5).collect();
    let by_age = |sex: usize, value: &dyn Fn(&CoaleMcNeil, u32) -> f64| -> Vec<f64> {
        (15..81).map(|age| value(&schedules[sex], age)).collect()
    };
    let single = |schedule: &CoaleMcNeil, age: u32| schedule.never_married(f64::from(age) + 0.5);
    let singles = [MALE, FEMALE].map(|sex| by_age(sex, &single));
    let forces =
        [MALE, FEMALE].map(|sex| by_age(sex, &|schedule, age| schedule.force_in_year(age)));
    let margin = |sex: usize| Margin {
        ages: &ages,
        singles: &singles[sex],
        forces: &forces[sex],
    };
    let calibrate =
        || UnionRates::calibrate(margin(MALE), margin(FEMALE), AgeGap::ASSUMED).unwrap();
    let seconds = best(|| {
        black_box(calibrate());
    });
    println!("calibrating 66 by 66 ages: {:.1} ms", seconds * 1e3);
    let rates = calibrate().rates;
    let seconds = best(|| {
        for _ in 0..1_000 {
            let unions = rates.unions(&HarmonicMean, black_box(&singles[MALE]), &singles[FEMALE]);
            black_box(unions.unwrap());
        }
    });
    println!(
        "unions expected between 66 by 66 ages: {:.1} us",
        seconds * 1e3
    );
}

/// A town in its second year, with or without unions.
fn town(people: u64, unions: Option<UnionsPlugin>) -> Society {
    let tables = Tables::us().unwrap();
    let family = FamilyPlugin::new(&tables).unwrap();
    let builder = Society::builder(Seed(1))
        .start(date(2019, 7, 1))
        .add_plugins(family.hazards(HazardMode::Thinned));
    let builder = match unions {
        Some(unions) => builder.add_plugins(unions),
        None => builder,
    };
    let population = Population::counted(tables, people).unwrap();
    let mut town = builder.populate(population).build().unwrap();
    town.run(Years(1)).unwrap();
    town
}

/// The share of a run that unions take: beginning, wedding, parting, and finding each other, by each matching.
fn share_of_a_run() {
    let plain = UnionsPlugin::new(&FamilyFigures::us().unwrap(), &Tables::us().unwrap()).unwrap();
    for people in [100_000, 1_000_000] {
        let year = |unions: Option<UnionsPlugin>| {
            let mut town = town(people, unions);
            best(|| town.run(Years(1)).unwrap())
        };
        let without = year(None);
        println!("a year of {people:>9} people without unions {without:>7.3} s");
        for name in ["search", "stable", "random"] {
            for homophily in [0.0, 0.5] {
                let unions = plain.clone().matching(name.parse().unwrap()).unwrap();
                let with = year(Some(unions.homophily(homophily).unwrap()));
                let share = 100.0 * (with - without) / with;
                println!(
                    "a year of {people:>9} people, {name}, homophily {homophily}: {with:>7.3} s, \
                     {share:.0} % of it in unions"
                );
            }
        }
    }
}

fn main() {
    expected_unions();
    pairing();
    share_of_a_run();
}
