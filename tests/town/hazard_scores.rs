//! Rates in against rates out, of all hazards: births, deaths, and what happens in unions.

use oikos::family::{HazardScore, HazardStep, UnionsPlugin};
use oikos::prelude::*;
use oikos_testkit::Contract;

use crate::unions::unions;

const MODES: [HazardMode; 2] = [HazardMode::Daily, HazardMode::Thinned];

fn scored(app: &mut App) {
    app.score_hazards();
}

fn town(mode: HazardMode, people: u64, seed: u64, unions: Option<UnionsPlugin>) -> SocietyBuilder {
    let tables = Tables::us().unwrap();
    let family = FamilyPlugin::new(&tables).unwrap().hazards(mode);
    // Before the hazards: whoever adds some later has them scored too.
    let builder = Society::builder(Seed(seed)).start(date(2019, 7, 1));
    let builder = builder.threads(1).with(scored).add_plugins(family);
    let builder = match unions {
        Some(unions) => builder.add_plugins(unions),
        None => builder,
    };
    builder.populate(Population::counted(tables, people).unwrap())
}

fn find<'a>(scores: &'a [HazardScore], event: &str) -> &'a HazardScore {
    scores.iter().find(|score| score.event == event).unwrap()
}

#[test]
fn all_hazards_of_a_town_agree_in_both_modes() {
    for mode in MODES {
        let mut town = town(mode, 20_000, 1, Some(unions())).build().unwrap();
        town.run(Years(20)).unwrap();
        let scores = all_agree(&town, mode);
        against_the_lineage(&town, &scores);
    }
}

/// Fertility by union and parity, with its least interval between births, and families at the start.
#[test]
fn all_hazards_of_a_town_with_families_agree_in_both_modes() {
    for mode in MODES {
        let builder = crate::families::town(mode, 20_000, 2).threads(1);
        let mut town = builder.with(scored).build().unwrap();
        town.run(Years(20)).unwrap();
        all_agree(&town, mode);
    }
}

fn all_agree(town: &Society, mode: HazardMode) -> Vec<HazardScore> {
    let scores = HazardScore::all(town.world()).unwrap();
    for score in &scores {
        println!(
            "{mode:?} {} by {}: {} actual, {:.1} expected, ratio {:.4} ({:.4} to {:.4}), z {:.2}",
            score.event,
            score.cause,
            score.actual,
            score.expected,
            score.ratio,
            score.ratio_low,
            score.ratio_high,
            score.z
        );
        assert!(score.agrees(), "{score:#?}");
    }
    let events: Vec<_> = scores.iter().map(|score| score.event.as_str()).collect();
    // Leaving home and coming back only where there are homes.
    let of_homes = ["leaving-home", "returning-home"];
    let events: Vec<_> = events
        .into_iter()
        .filter(|it| !of_homes.contains(it))
        .collect();
    assert_eq!(
        events,
        ["death", "delivery", "parting", "union-formation", "wedding"]
    );
    assert!(scores.iter().all(|score| score.actual > 1_000));
    scores
}

/// The score from the lineage knows everybody's days; that of the hazards looks once a month.
fn against_the_lineage(town: &Society, scores: &[HazardScore]) {
    let lineage = Score::of(town.world()).unwrap().unwrap();
    let deaths = find(scores, "death");
    let all: u64 = lineage.deaths.rows.iter().map(|row| row.actual).sum();
    assert_eq!(deaths.actual, all);
    for (name, score, comparison, per_event) in [
        ("deaths", deaths, &lineage.deaths, 1.0),
        (
            "births",
            find(scores, "delivery"),
            &lineage.births,
            children_per_delivery(),
        ),
    ] {
        let expected: f64 = comparison.rows.iter().map(|row| row.expected).sum();
        let found = score.expected * per_event;
        println!("{name}: {found:.1} expected by the month, {expected:.1} by the day");
        assert!((found / expected - 1.0).abs() < 0.003, "{found} {expected}");
    }
}

fn children_per_delivery() -> f64 {
    let [one, two, three] = oikos::family::MultipleBirths::US_2020.children_per_delivery();
    one + 2.0 * two + 3.0 * three
}

#[test]
fn scores_keep_the_contract() {
    for mode in MODES {
        let report = Contract::of(|| town(mode, 300, 3, None)).ticks(35).assert();
        let untried = report
            .untried
            .iter()
            .any(|name| name == "family.hazard-scores");
        assert!(!untried, "{report:?}");
    }
}

#[test]
fn to_be_scored_changes_nothing_that_happens() {
    for mode in MODES {
        let lineage = |scored: bool| {
            let tables = Tables::us().unwrap();
            let family = FamilyPlugin::new(&tables).unwrap().hazards(mode);
            let builder = Society::builder(Seed(5)).start(date(2019, 7, 1));
            let builder = builder.add_plugins(family).threads(1);
            let builder = builder.populate(Population::counted(tables, 2_000).unwrap());
            let builder = builder.with(move |app| {
                if scored {
                    app.score_hazards();
                }
            });
            let mut town = builder.build().unwrap();
            town.run(Years(2)).unwrap();
            let records = town
                .world()
                .resource::<Lineage>()
                .iter()
                .collect::<Vec<_>>();
            (records, HazardScore::all(town.world()).is_ok())
        };
        let (with, without) = (lineage(true), lineage(false));
        assert!(with.0 == without.0);
        assert_eq!((with.1, without.1), (true, false));
    }
}

/// A woman in three does not part although the force says so: a rule that a plugin forgot to write into a force.
#[test]
fn a_hazard_that_is_vetoed_in_silence_is_caught() {
    fn veto(mut parting: ResMut<Occurrences<oikos::family::Parting>>) {
        let kept = parting
            .iter()
            .filter(|event| event.who.id().get() % 3 != 0)
            .count();
        if kept < parting.len() {
            *parting = Occurrences::default();
        }
    }
    let faulty = |app: &mut App| {
        app.add_systems(
            Tick,
            veto.in_set(HazardStep::Resolve).in_set(oikos::world::Dawn),
        );
    };
    let mut town = town(HazardMode::Thinned, 10_000, 2, Some(unions()))
        .with(faulty)
        .build()
        .unwrap();
    town.run(Years(12)).unwrap();
    let scores = HazardScore::all(town.world()).unwrap();
    let parting = find(&scores, "parting");
    println!(
        "partings {} of {:.1} expected, z {:.1}",
        parting.actual, parting.expected, parting.z
    );
    assert!(!parting.agrees());
    let others = scores.iter().filter(|score| score.event != "parting");
    assert!(others.clone().all(HazardScore::agrees) && others.count() == 4);
}
