//! Births by union and parity: the table's level, the least interval between births, and fathers.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use oikos::family::{
    BIRTH_INTERVAL_MIN_DAYS, FamilyFigures, FathersOutsideUnions, Origin, PeriodRates,
    RelativeRisks, Unions, UnionsPlugin,
};
use oikos::prelude::*;
use oikos_testkit::Contract;

/// Fitted once.
fn fitted() -> (RelativeRisks, UnionsPlugin) {
    static FITTED: OnceLock<(RelativeRisks, UnionsPlugin)> = OnceLock::new();
    let fit = || {
        let (figures, tables) = (FamilyFigures::us().unwrap(), Tables::us().unwrap());
        let rates = PeriodRates::new(&tables).unwrap();
        let fertility = &rates.at_year(2020).fertility;
        let risks = RelativeRisks::fitted(&figures, fertility).unwrap();
        (risks, UnionsPlugin::new(&figures, &tables).unwrap())
    };
    FITTED.get_or_init(fit).clone()
}

fn town(mode: HazardMode, people: u64, seed: u64) -> SocietyBuilder {
    let tables = Tables::us().unwrap();
    let (risks, unions) = fitted();
    let family = FamilyPlugin::new(&tables).unwrap().relative_risks(risks);
    Society::builder(Seed(seed))
        .start(date(2019, 7, 20))
        .add_plugins((family.hazards(mode), unions))
        .populate(Population::counted(tables, people).unwrap())
}

#[test]
fn births_by_status_keep_the_contract() {
    for mode in [HazardMode::Daily, HazardMode::Thinned] {
        let report = Contract::of(|| town(mode, 2_000, 3)).ticks(25).assert();
        let untried = |name: &&String| name.contains("fertility") || name.contains("last-delivery");
        assert!(
            !report.untried.iter().any(|name| untried(&name)),
            "{report:?}"
        );
    }
}

/// Births by union and parity are as many, at each age, as the table says (the level), and no mother bears twice
/// within the interval (F12).
#[test]
fn the_level_of_the_table_is_kept() {
    for (mode, years, people) in [
        (HazardMode::Thinned, 20, 30_000),
        (HazardMode::Daily, 6, 30_000),
    ] {
        let mut town = town(mode, people, 5).build().unwrap();
        town.run(Years(years)).unwrap();
        let score = Score::of(town.world()).unwrap().unwrap();
        let births = &score.births;
        let total: (f64, f64) = births.rows.iter().fold((0.0, 0.0), |sum, row| {
            (sum.0 + row.actual as f64, sum.1 + row.expected)
        });
        println!(
            "{mode:?}: births {} of {:.1}, squares {:.1} of {:.1}",
            total.0, total.1, births.sum_of_squares, births.limit
        );
        assert!(score.agrees(), "{births:?}");
        assert!((total.0 - total.1).abs() < 4.0 * total.1.sqrt());
        intervals(&town);
    }
}

fn intervals(town: &Society) {
    let lineage = town.world().resource::<Lineage>();
    let mut deliveries: BTreeMap<PersonId, Vec<i32>> = BTreeMap::new();
    let mut twins = 0;
    for (_, child) in lineage
        .iter()
        .filter(|(_, child)| child.origin == Origin::Born)
    {
        let Some(mother) = child.mother else { continue };
        let days = deliveries.entry(mother).or_default();
        match days.last() {
            Some(day) if *day == child.born.days() => twins += 1,
            _ => days.push(child.born.days()),
        }
    }
    for (mother, days) in &deliveries {
        for pair in days.windows(2) {
            let apart = pair[1] - pair[0];
            assert!(
                apart >= BIRTH_INTERVAL_MIN_DAYS as i32,
                "{mother}: {apart} days"
            );
        }
    }
    assert!(twins > 20, "{twins}");
}

/// Fathers are partners, late partners, or single men; with another rule, unknown.
#[test]
fn children_outside_unions_have_the_fathers_that_the_rule_finds() {
    let (_, unions) = fitted();
    let mut known = Vec::new();
    for rule in [
        FathersOutsideUnions::ByAgeGap,
        FathersOutsideUnions::Unknown,
    ] {
        let tables = Tables::us().unwrap();
        let family = FamilyPlugin::new(&tables)
            .unwrap()
            .hazards(HazardMode::Thinned);
        let mut town = Society::builder(Seed(3))
            .start(date(2019, 7, 20))
            .add_plugins((family, unions.clone().fathers_outside_unions(rule)))
            .populate(Population::counted(tables, 8_000).unwrap())
            .build()
            .unwrap();
        town.run(Years(6)).unwrap();
        let lineage = town.world().resource::<Lineage>();
        let book = town.world().resource::<Unions>();
        let (mut all, mut with_father, mut of_union) = (0, 0, 0);
        for (_, child) in lineage
            .iter()
            .filter(|(_, child)| child.origin == Origin::Born)
        {
            let (Some(mother), father) = (child.mother, child.father) else {
                continue;
            };
            all += 1;
            with_father += u32::from(father.is_some());
            let together = book.of(mother).any(|(_, union)| {
                let lasted = union.ended.is_none_or(|(day, _)| day >= child.born);
                union.formed <= child.born && lasted && union.partner_of(mother) == father
            });
            of_union += u32::from(father.is_some() && together);
        }
        println!("{rule:?}: {all} children, {with_father} with a father, {of_union} of a union");
        known.push((all, with_father, of_union));
    }
    let [by_gap, unknown] = [known[0], known[1]];
    assert!(by_gap.1 * 100 >= by_gap.0 * 99, "{by_gap:?}");
    assert!(by_gap.2 < by_gap.1);
    assert!(
        unknown.1 >= unknown.2 && unknown.1 < unknown.0,
        "{unknown:?}"
    );
    // Who the father is changes no birth.
    assert_eq!(by_gap.0, unknown.0);
}
