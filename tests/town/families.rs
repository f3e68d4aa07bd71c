//! Families at the start: everybody has the kin that a demographer would expect.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use oikos::family::{
    Families, FamilyFigures, HomesPlugin, Kin, Line, MaritalStatus, MarriageHistory, PeriodRates,
    Relations, RelativeRisks, UnionStatus, Unions, UnionsPlugin,
};
use oikos::prelude::*;
use oikos_testkit::Contract;

/// Fitted once.
fn fitted() -> (RelativeRisks, UnionsPlugin, FamilyFigures, MarriageHistory) {
    static FITTED: OnceLock<(RelativeRisks, UnionsPlugin, FamilyFigures, MarriageHistory)> =
        OnceLock::new();
    let fit = || {
        let (figures, tables) = (FamilyFigures::us().unwrap(), Tables::us().unwrap());
        let rates = PeriodRates::new(&tables).unwrap();
        let risks = RelativeRisks::fitted(&figures, &rates.at_year(2020).fertility).unwrap();
        let unions = UnionsPlugin::new(&figures, &tables).unwrap();
        (risks, unions, figures, MarriageHistory::us().unwrap())
    };
    FITTED.get_or_init(fit).clone()
}

fn homes() -> HomesPlugin {
    HomesPlugin::new(&FamilyFigures::us().unwrap()).unwrap()
}

fn families(people: u64) -> Families {
    let (_, _, figures, history) = fitted();
    Population::us_2019(people)
        .unwrap()
        .with_families(&figures, &history)
        .unwrap()
}

pub(crate) fn town(mode: HazardMode, people: u64, seed: u64) -> SocietyBuilder {
    let (risks, unions, _, _) = fitted();
    let family = FamilyPlugin::new(&Tables::us().unwrap())
        .unwrap()
        .relative_risks(risks);
    Society::builder(Seed(seed))
        .start(date(2019, 7, 1))
        .add_plugins((family.hazards(mode), unions, homes()))
        .populate(families(people))
}

#[test]
fn founded_families_keep_the_contract() {
    for mode in [HazardMode::Daily, HazardMode::Thinned] {
        let report = Contract::of(|| town(mode, 2_000, 3)).ticks(12).assert();
        let untried = report.untried.iter().any(|name| name == "family.sharer");
        assert!(!untried, "{report:?}");
    }
}

/// Mean living kin and shares of the people of these ages.
struct Group<'a> {
    town: &'a Society,
    people: Vec<PersonId>,
}

impl<'a> Group<'a> {
    fn of(town: &'a Society, from: u32, to: u32) -> Self {
        let ages = town.world().resource::<Ages>();
        let of_age = |id: &PersonId| {
            (from..to).contains(&ages.completed(town.get::<BirthDate>(*id).unwrap()))
        };
        let people = town
            .slot_order::<Person>()
            .into_iter()
            .filter(of_age)
            .collect();
        Self { town, people }
    }

    fn kin(&self, kin: Kin) -> f64 {
        let relations = Relations::new(self.town.world().resource::<Lineage>());
        let counts = self
            .people
            .iter()
            .map(|id| relations.living_kin(*id).unwrap().get(kin));
        f64::from(counts.sum::<u32>()) / self.people.len() as f64
    }

    fn share(&self, is: impl Fn(PersonId) -> bool) -> f64 {
        self.people.iter().filter(|id| is(**id)).count() as f64 / self.people.len() as f64
    }

    fn complete(&self, generations: u32) -> f64 {
        let relations = Relations::new(self.town.world().resource::<Lineage>());
        self.share(|id| relations.complete(id, generations, Line::Both))
    }
}

/// Kin of living people, with ranges set before the first run from what surveys of the United States find in
/// order of magnitude; and the coverage of ancestors.
#[test]
fn a_starting_population_has_kin() {
    let town = town(HazardMode::Thinned, 20_000, 1).build().unwrap();
    let lineage = town.world().resource::<Lineage>();
    let [mothers, fathers] = lineage.parents_of_founders();
    println!(
        "{} living of {} recorded; mothers {mothers:?}, fathers {fathers:?}",
        20_000,
        lineage.len()
    );
    assert_eq!(mothers.living + mothers.dead + mothers.unknown, 20_000);
    assert!(mothers.unknown < 200, "{mothers:?}");
    for from in (0..100).step_by(10) {
        let group = Group::of(&town, from, from + 10);
        let status = |status| group.share(|id| town.get::<UnionStatus>(id) == Some(status));
        let never = MaritalStatus::NeverMarried;
        println!(
            "{from:2}: mother {:.2} grandparents {:.2} siblings {:.2} half {:.2} children {:.2} cousins {:.2}; \
             complete {:.2} {:.2} {:.2}; cohabiting {:.2} married {:.2} never married {:.2}",
            group.kin(Kin::Mother),
            group.kin(Kin::Grandparents),
            group.kin(Kin::FullSiblings),
            group.kin(Kin::HalfSiblings),
            group.kin(Kin::Children),
            group.kin(Kin::Cousins),
            group.complete(1),
            group.complete(2),
            group.complete(3),
            status(UnionStatus::Cohabiting),
            status(UnionStatus::Married),
            group.share(|id| town.get::<MaritalStatus>(id) == Some(never)),
        );
    }
    let children = Group::of(&town, 0, 10);
    assert!(children.kin(Kin::Mother) > 0.97);
    assert!((2.5..=3.9).contains(&children.kin(Kin::Grandparents)));
    assert!(children.complete(2) > 0.99);
    let middle = Group::of(&town, 40, 50);
    assert!((1.5..=2.5).contains(&middle.kin(Kin::Children)));
    assert!((1.0..=3.0).contains(&(middle.kin(Kin::FullSiblings) + middle.kin(Kin::HalfSiblings))));
    assert!((0.6..=0.95).contains(&middle.kin(Kin::Mother)));
    let married = middle.share(|id| town.get::<UnionStatus>(id) == Some(UnionStatus::Married));
    assert!((0.4..=0.75).contains(&married), "{married}");
}

/// The families of the past obey what births today do: mothers rest between deliveries, twins share their day,
/// couples do not overlap and the dead are in none (the book and the lineage refuse the rest).
#[test]
fn the_past_keeps_the_rules() {
    for seed in 1..6 {
        let town = town(HazardMode::Thinned, 3_000, seed).build().unwrap();
        let lineage = town.world().resource::<Lineage>();
        let mut days: BTreeMap<PersonId, Vec<i32>> = BTreeMap::new();
        for (_, person) in lineage.iter() {
            if let Some(mother) = person.mother {
                let age = person.born.days() - lineage.get(mother).unwrap().born.days();
                assert!(
                    (10 * 365..=50 * 366).contains(&age),
                    "a mother of {age} days"
                );
                days.entry(mother).or_default().push(person.born.days());
            }
        }
        let mut twins = 0;
        for (mother, days) in &mut days {
            days.sort_unstable();
            for pair in days.windows(2) {
                twins += u32::from(pair[0] == pair[1]);
                assert!(
                    pair[0] == pair[1] || pair[1] - pair[0] >= 274,
                    "{mother}: {pair:?}"
                );
            }
        }
        assert!(twins > 5, "{twins}");
        let unions = town.world().resource::<Unions>();
        for (id, union) in unions.iter() {
            for partner in union.partners {
                let until = union.ended.map_or(i32::MAX, |(day, _)| day.days());
                let died = lineage.get(partner).unwrap().died;
                assert!(died.is_none_or(|(died, _)| died.days() >= until), "{id}");
            }
        }
        assert!(unions.lasting() > 400 && unions.len() > unions.lasting());
    }
}

/// Mothers are as old as the fertility of the year of birth and the women of that year make them.
#[test]
fn mothers_are_of_the_ages_that_fertility_gives_them() {
    let town = town(HazardMode::Thinned, 30_000, 2).build().unwrap();
    let lineage = town.world().resource::<Lineage>();
    let rates = PeriodRates::new(&Tables::us().unwrap()).unwrap();
    for (from, to) in [(1950, 1960), (1970, 1980), (1990, 2000), (2010, 2019)] {
        let ages = lineage.iter().filter_map(|(_, person)| {
            let mother = lineage.get(person.mother?)?;
            let years = f64::from(person.born.days() - mother.born.days()) / 365.2425;
            (from..to).contains(&person.born.year()).then_some(years)
        });
        let ages: Vec<f64> = ages.collect();
        let mean = ages.iter().sum::<f64>() / ages.len() as f64;
        // That of an even population; the women of each age are not as many.
        let even = (from..to)
            .map(|year| rates.at_year(year).fertility.mean_age())
            .sum::<f64>()
            / f64::from(to - from);
        println!("{from}-{to}: mothers of {mean:.2} years, {even:.2} in an even population");
        assert!((mean - even).abs() < 1.2, "{mean} {even}");
    }
}

/// What comes after is as the tables say.
#[test]
fn births_and_deaths_after_the_founding_are_those_of_the_tables() {
    let mut town = town(HazardMode::Thinned, 20_000, 4).build().unwrap();
    town.run(Years(10)).unwrap();
    let score = Score::of(town.world()).unwrap().unwrap();
    assert!(score.agrees(), "{score:?}");
}

/// Generations that came and went leave about as many people as were asked for, with their kin.
#[test]
fn a_burned_in_population_has_kin() {
    let (risks, unions, _, _) = fitted();
    let plugins = move |builder: SocietyBuilder| {
        let family = FamilyPlugin::new(&Tables::us().unwrap())
            .unwrap()
            .relative_risks(risks);
        builder.add_plugins((family.hazards(HazardMode::Thinned), unions.clone()))
    };
    let people = Population::us_2019(3_000)
        .unwrap()
        .burned_in(100, plugins.clone());
    let builder = Society::builder(Seed(5))
        .start(date(2019, 7, 1))
        .populate(people);
    let mut town = plugins(builder).add_plugins(homes()).build().unwrap();
    let living = town.slot_order::<Person>().len();
    let lineage = town.world().resource::<Lineage>();
    println!(
        "{living} living of {} recorded; {:?}",
        lineage.len(),
        lineage.parents_of_founders()
    );
    assert!((2_600..=3_400).contains(&living), "{living}");
    let children = Group::of(&town, 0, 10);
    assert!(children.complete(3) > 0.95 && children.kin(Kin::Grandparents) > 2.0);
    assert!(town.world().resource::<Unions>().lasting() > 300);
    town.run(Years(1)).unwrap();
}
