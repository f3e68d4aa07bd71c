//! Unions in a town: one history, and first marriages when the figures say.

use std::sync::OnceLock;

use oikos::core::Date;
use oikos::family::{
    Disruption, End, EverMarried, FamilyFigures, MaritalStatus, UnionEvents, UnionSince,
    UnionStatus, Unions, UnionsPlugin, median_age_at_first_marriage,
};
use oikos::prelude::*;
use oikos_testkit::Contract;

/// Fitted once: that takes longer than a small town.
pub(crate) fn unions() -> UnionsPlugin {
    static FITTED: OnceLock<UnionsPlugin> = OnceLock::new();
    let fit = || UnionsPlugin::new(&FamilyFigures::us().unwrap(), &Tables::us().unwrap()).unwrap();
    FITTED.get_or_init(fit).clone()
}

fn town(mode: HazardMode, people: u64, seed: u64) -> SocietyBuilder {
    let tables = Tables::us().unwrap();
    Society::builder(Seed(seed))
        .start(date(2019, 7, 20))
        .add_plugins((FamilyPlugin::new(&tables).unwrap().hazards(mode), unions()))
        .populate(Population::counted(tables, people).unwrap())
}

#[test]
fn unions_keep_the_contract_daily() {
    let report = Contract::of(|| town(HazardMode::Daily, 2_000, 3))
        .ticks(25)
        .assert();
    assert!(
        !report.untried.iter().any(|name| name == Unions::NAME),
        "{report:?}"
    );
}

#[test]
fn unions_keep_the_contract_thinned() {
    Contract::of(|| town(HazardMode::Thinned, 2_000, 3))
        .ticks(25)
        .assert();
}

/// Of each union: days from its wedding to its end by divorce, or to the end of observation.
fn durations(town: &Society) -> Vec<(i32, bool)> {
    let unions = town.world().resource::<Unions>();
    let today = town.today();
    let marriages = unions
        .iter()
        .filter_map(|(_, union)| Some((union.married?, union.ended)));
    let lasted = marriages.map(|(wed, ended): (Date, _)| match ended {
        Some((day, End::Divorce)) => (day.days() - wed.days(), true),
        Some((day, _)) => (day.days() - wed.days(), false),
        None => (today.days() - wed.days(), false),
    });
    lasted.collect()
}

/// Share of marriages not divorced by a duration, among those of whom nobody has died: Kaplan and Meier
/// (1958, J. Am. Stat. Assoc. 53: 457-481).
fn survival(durations: &[(i32, bool)], years: f64) -> f64 {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let mut at_risk = sorted.len() as f64;
    let mut share = 1.0;
    for (days, divorced) in sorted {
        if f64::from(days) > years * 365.2425 {
            break;
        }
        if divorced {
            share *= 1.0 - 1.0 / at_risk;
        }
        at_risk -= 1.0;
    }
    share
}

/// Share ever married by sex and five-year age group, as a survey of today would find it.
fn ever_married(town: &Society, sex: Sex, from: u32, to: u32) -> (f64, f64) {
    let ages = town.world().resource::<Ages>();
    let (mut all, mut ever) = (0.0, 0.0);
    for id in town.slot_order::<Person>() {
        let age = ages.completed(town.get::<BirthDate>(id).unwrap());
        if town.get::<Sex>(id) == Some(sex) && (from..to).contains(&age) {
            all += 1.0;
            ever += f64::from(town.get::<MaritalStatus>(id) != Some(MaritalStatus::NeverMarried));
        }
    }
    (all, ever)
}

/// The people start unmarried, so only those who were children then have a history of their own: after 45
/// years everybody below 55 has been through the market from its first age on.
#[test]
fn first_marriages_and_divorces_are_those_of_the_figures() {
    let figures = FamilyFigures::us().unwrap();
    // Taken together: of one town the medians scatter by half a year.
    let towns: Vec<Society> = (1..=4)
        .map(|seed| {
            let mut town = town(HazardMode::Thinned, 12_000, seed).build().unwrap();
            town.run(Years(45)).unwrap();
            town
        })
        .collect();
    let ever_married = |sex: Sex, from: u32, to: u32| {
        let counts = towns.iter().map(|town| ever_married(town, sex, from, to));
        counts.fold((0.0, 0.0), |sum, count| (sum.0 + count.0, sum.1 + count.1))
    };
    for (sex, published) in Sex::ALL
        .into_iter()
        .zip(figures.median_age_at_first_marriage)
    {
        let groups = (15..55).step_by(5).map(|from| {
            let (all, ever) = ever_married(sex, from, from + 5);
            EverMarried {
                age_from: from,
                age_to: from + 4,
                share: ever / all,
            }
        });
        let groups: Vec<_> = groups.collect();
        let median = median_age_at_first_marriage(&groups).unwrap();
        println!(
            "median age at first marriage, {}: {median:.2}, published {published}",
            sex.label()
        );
        assert!((median - published).abs() < 1.5, "{median}");
    }
    // The published share is that of both sexes.
    let both = Sex::ALL.map(|sex| ever_married(sex, 38, 43));
    let never = 1.0 - (both[0].1 + both[1].1) / (both[0].0 + both[1].0);
    println!(
        "never married at 38 to 42: {never:.3}, published {}",
        figures.never_married_at_40
    );
    assert!(
        (never - figures.never_married_at_40).abs() < 0.05,
        "{never}"
    );
    let lasted: Vec<_> = towns.iter().flat_map(durations).collect();
    let law = Disruption::from_figures(&figures).unwrap();
    for years in [10.0, 20.0] {
        let found = survival(&lasted, years);
        println!(
            "marriages lasting {years} years: {found:.3}, published {:.3}",
            law.survival(years)
        );
        assert!((found - law.survival(years)).abs() < 0.03, "{found}");
    }
    let events = towns[0].world().resource::<UnionEvents>();
    assert!(events.0.is_empty(), "they are cleared after each tick");
}

/// F3 and the columns, looked at from outside: the invariant does it within.
#[test]
fn statuses_are_those_of_the_book() {
    let mut town = town(HazardMode::Thinned, 3_000, 2).build().unwrap();
    town.run(Years(8)).unwrap();
    let unions = town.world().resource::<Unions>();
    let mut coupled = 0;
    for id in town.slot_order::<Person>() {
        let current = unions.current(id);
        let expected = match current {
            None => UnionStatus::Single,
            Some((_, union)) if union.married.is_some() => UnionStatus::Married,
            Some(_) => UnionStatus::Cohabiting,
        };
        assert_eq!(town.get::<UnionStatus>(id), Some(expected), "{id}");
        if let Some((_, union)) = current {
            let since = union.married.unwrap_or(union.formed);
            assert_eq!(town.get::<UnionSince>(id), Some(UnionSince(since)), "{id}");
            let partner = union.partner_of(id).unwrap();
            assert_eq!(unions.partner(partner), Some(id));
            assert_ne!(town.get::<Sex>(id), town.get::<Sex>(partner));
            coupled += 1;
        }
    }
    assert!(coupled > 300, "{coupled}");
}

/// Children of couples have two parents; of others, a mother.
#[test]
fn fathers_are_their_mothers_partners() {
    let mut town = town(HazardMode::Thinned, 3_000, 4).build().unwrap();
    town.run(Years(12)).unwrap();
    let world = town.world();
    let (lineage, unions) = (world.resource::<Lineage>(), world.resource::<Unions>());
    let (mut couples, mut alone) = (0, 0);
    for (child, record) in lineage.iter().filter(|(_, record)| record.mother.is_some()) {
        let together = |(_, union): &(_, oikos::family::Union)| {
            let until = union.ended.map_or(town.today(), |(day, _)| day);
            union.formed < record.born && record.born <= until
        };
        let partner = unions.of(record.mother.unwrap()).find(together);
        let partner = partner.and_then(|(_, union)| union.partner_of(record.mother.unwrap()));
        match (record.father, partner) {
            (Some(father), Some(partner)) if father == partner => couples += 1,
            (Some(_), None) => alone += 1,
            other => panic!("{child}: {other:?}"),
        }
    }
    assert!(couples > 100 && alone > 50, "{couples} {alone}");
}
