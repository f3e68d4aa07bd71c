//! Homes of a town: one history, everybody where they belong, and homes left when the figures say.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::OnceLock;

use oikos::family::{
    FamilyFigures, Guardian, HomesPlugin, ParentalHome, UnionStatus, Unions, UnionsPlugin,
    found_homes, guardian,
};
use oikos::prelude::*;
use oikos::world::{HouseholdType, Measures};
use oikos_testkit::Contract;

/// Fitted once: that takes longer than a small town.
fn plugins() -> (UnionsPlugin, HomesPlugin) {
    static FITTED: OnceLock<(UnionsPlugin, HomesPlugin)> = OnceLock::new();
    let fit = || {
        let (figures, tables) = (FamilyFigures::us().unwrap(), Tables::us().unwrap());
        let unions = UnionsPlugin::new(&figures, &tables).unwrap();
        (unions, HomesPlugin::new(&figures).unwrap())
    };
    FITTED.get_or_init(fit).clone()
}

/// Each minor lives with an adult below 45, in turn; two of every thirty minors are left without one.
fn settle(world: &mut World) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (mut minors, mut hosts, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let today = world.resource::<Clock>().today();
    let ages = Ages::on(today);
    let lineage = world.resource::<Lineage>();
    for (person, record) in lineage.iter() {
        match ages.completed(BirthDate(record.born)) {
            0..18 => minors.push(person),
            25..45 => hosts.push(vec![person]),
            _ => others.push(vec![person]),
        }
    }
    let count = hosts.len();
    for (row, minor) in minors.into_iter().enumerate() {
        match row % 30 {
            0 | 1 => {}
            _ => hosts[row % count].push(minor),
        }
    }
    hosts.append(&mut others);
    found_homes(world, &hosts, &[])
}

fn town(mode: HazardMode, people: u64, seed: u64) -> SocietyBuilder {
    let tables = Tables::us().unwrap();
    Society::builder(Seed(seed))
        .start(date(2019, 7, 20))
        .add_plugins((
            plugins().1,
            FamilyPlugin::new(&tables).unwrap().hazards(mode),
            plugins().0,
        ))
        .populate(Population::counted(tables, people).unwrap())
        .populate(settle)
}

#[test]
fn homes_keep_the_contract() {
    for mode in [HazardMode::Daily, HazardMode::Thinned] {
        let report = Contract::of(|| town(mode, 1_000, 3)).ticks(25).assert();
        // Nobody shares yet who was founded alone: marks of sharers are tried with families.
        for name in [
            "family.guardians",
            "family.orphanage",
            "family.leaving-force",
            "family.returning-force",
            "family.sharing-chances",
        ] {
            assert!(
                !report.untried.iter().any(|untried| untried == name),
                "{report:?}"
            );
        }
    }
}

/// Every rule by looking at everybody: what the invariants find faster and once a year.
struct Census<'a> {
    town: &'a Society,
    homes: BTreeMap<PersonId, HouseholdId>,
    ages: Ages,
}

impl<'a> Census<'a> {
    fn of(town: &'a Society) -> Self {
        let people = town.slot_order::<Person>().into_iter();
        let home = |id| town.get::<Residence>(id).unwrap().0.unwrap();
        Self {
            town,
            homes: people.map(|id| (id, home(id))).collect(),
            ages: Ages::on(town.today()),
        }
    }

    fn age(&self, person: PersonId) -> u32 {
        self.ages
            .completed(self.town.get::<BirthDate>(person).unwrap())
    }

    fn with_parent(&self, person: PersonId) -> bool {
        let record = self.town.world().resource::<Lineage>().get(person).unwrap();
        let mut parents = [record.mother, record.father].into_iter().flatten();
        parents.any(|parent| self.homes.get(&parent) == Some(&self.homes[&person]))
    }

    fn is_institution(&self, household: HouseholdId) -> bool {
        self.town
            .get::<HouseholdType>(household)
            .unwrap()
            .0
            .number()
            != 0
    }

    /// Everybody is in one list, that of their own household; and households without people close.
    fn check_households(&self) {
        let residents = self.town.world().resource::<Residents>();
        let mut seen = BTreeSet::new();
        let mut empty = 0;
        for household in self.town.slot_order::<Household>() {
            empty += u32::from(residents.count(household) == 0);
            for person in residents.of(household) {
                assert_eq!(self.homes.get(&person), Some(&household), "{person}");
                assert!(seen.insert(person), "{person} lives twice");
            }
        }
        assert_eq!(seen.len(), self.homes.len());
        assert!(empty < 10, "{empty} households stand empty");
    }

    fn check_people(&self) {
        let unions = self.town.world().resource::<Unions>();
        for (person, home) in &self.homes {
            let single_until_now = unions.of(*person).next().is_none();
            let with_parent = self.with_parent(*person);
            let guardian = guardian(self.town.world(), *person);
            let with_guardian = match guardian {
                Some(Guardian::Person(guardian)) => {
                    assert!(self.age(guardian) >= 18, "{guardian}");
                    self.homes.get(&guardian) == Some(home)
                }
                Some(Guardian::Institution(institution)) => institution == *home,
                None => false,
            };
            if self.age(*person) < 18 && single_until_now {
                assert!(with_parent || with_guardian, "{person} is alone");
                assert!(with_parent != guardian.is_some(), "{person}: {guardian:?}");
                assert_eq!(
                    self.town.get::<ParentalHome>(*person),
                    Some(ParentalHome(true))
                );
            } else {
                assert_eq!(guardian, None, "{person}");
            }
            if let Some(partner) = unions.partner(*person) {
                assert_eq!(self.homes[&partner], *home, "{person} and {partner}");
                assert_eq!(
                    self.town.get::<ParentalHome>(*person),
                    Some(ParentalHome(false))
                );
            }
        }
        for (_, union) in unions.iter().filter(|(_, union)| union.ended.is_some()) {
            let [one, other] = union.partners;
            if let (Some(home), Some(others)) = (self.homes.get(&one), self.homes.get(&other))
                && unions.partner(one) != Some(other)
            {
                assert_ne!(home, others, "{one} and {other} parted");
            }
        }
    }

    /// Share in the parental home at some ages, in percent.
    fn at_home(&self, from: u32, to: u32) -> f64 {
        let of_age = self
            .homes
            .keys()
            .filter(|id| (from..=to).contains(&self.age(**id)));
        let at_home = |id: &PersonId| self.town.get::<ParentalHome>(*id).unwrap().0;
        let all: Vec<bool> = of_age.map(at_home).collect();
        100.0 * all.iter().filter(|home| **home).count() as f64 / all.len() as f64
    }
}

#[test]
fn everybody_is_where_they_belong_for_thirty_years() {
    let mut town = town(HazardMode::Thinned, 2_000, 5).build().unwrap();
    for _ in 0..30 * 12 {
        town.run(Months(1)).unwrap();
        let census = Census::of(&town);
        census.check_households();
        census.check_people();
    }
    let unions = town.world().resource::<Unions>();
    let all = unions.iter();
    let parted = all.filter(|(_, union)| union.ended.is_some()).count();
    println!("{} unions, {parted} of which ended", unions.len());
    assert!(parted > 300, "{parted}");
}

/// In whatever order plugins are added, homes are looked at when unions, deaths and moves are known.
#[test]
fn the_order_of_homes_is_declared() {
    let town = town(HazardMode::Daily, 100, 1).build().unwrap();
    // Of the two ways to look at a hazard only one runs.
    let of_homes = |place: &&oikos::engine::Ambiguity| {
        let systems = [&place.first, &place.second];
        systems
            .iter()
            .any(|name| name.starts_with("oikos_family::homes::"))
    };
    let left_open: Vec<_> = town.ambiguities().iter().filter(of_homes).collect();
    assert!(left_open.is_empty(), "{left_open:#?}");
}

fn read(town: &Society, name: &str) -> f64 {
    let measure = town
        .world()
        .resource::<Measures>()
        .find(name)
        .copied()
        .unwrap();
    match (measure.read)(town.world()) {
        Reading::Int(count) => count as f64,
        Reading::Float(share) => share,
        Reading::Missing => f64::NAN,
    }
}

/// Who left the parental home, and who of these came back, before the 27th birthday; told by looking every month.
#[derive(Default)]
struct Nests {
    /// Those who turned 18 in the town: whether they had left, and had come back.
    seen: BTreeMap<PersonId, (bool, bool)>,
}

impl Nests {
    fn look(&mut self, town: &Society) {
        let ages = Ages::on(town.today());
        for person in town.slot_order::<Person>() {
            let age = ages.completed(town.get::<BirthDate>(person).unwrap());
            let at_home = town.get::<ParentalHome>(person).unwrap().0;
            if age < 18 {
                self.seen.insert(person, (!at_home, false));
            } else if let (18..27, Some((left, back))) = (age, self.seen.get_mut(&person)) {
                *back |= *left && at_home;
                *left |= !at_home;
            }
        }
    }

    /// Of those of 27 to 36: percent who had left, and percent of these who came back.
    fn shares(&self, town: &Society) -> (f64, f64) {
        let ages = Ages::on(town.today());
        let of_age = |person: &PersonId| {
            let born = town.get::<BirthDate>(*person);
            born.is_some_and(|born| (27..37).contains(&ages.completed(born)))
        };
        let asked: Vec<_> = self
            .seen
            .iter()
            .filter(|(person, _)| of_age(person))
            .collect();
        let left = asked.iter().filter(|(_, (left, _))| *left).count() as f64;
        let back = asked.iter().filter(|(_, (_, back))| *back).count() as f64;
        println!(
            "{} people of 27 to 36 were followed since they were 17",
            asked.len()
        );
        (100.0 * left / asked.len() as f64, 100.0 * back / left)
    }
}

/// After 45 years all below 45 were born in the town: their homes owe nothing to how it was founded.
#[test]
fn the_young_leave_home_as_the_figures_say() {
    let figures = FamilyFigures::us().unwrap();
    let published = |name: &str| {
        let figure = figures.checks.iter().find(|figure| figure.name == name);
        figure.unwrap().value
    };
    let mut town = town(HazardMode::Thinned, 10_000, 1).build().unwrap();
    town.run(Years(20)).unwrap();
    let mut nests = Nests::default();
    for _ in 0..25 * 12 {
        town.run(Months(1)).unwrap();
        nests.look(&town);
    }
    let (left, back) = nests.shares(&town);
    let published_back = 100.0 * figures.moved_back_by_27;
    println!(
        "moved back before 27: {back:.1} % of those who left, fitted to {published_back:.1} %"
    );
    let check = published("left the parental home before 27");
    println!("left the parental home before 27: {left:.1} %, published {check:.1} %");
    let census = Census::of(&town);
    let fitted = 100.0 * figures.aged_18_24_with_parents;
    let (young, older) = (census.at_home(18, 24), census.at_home(25, 34));
    println!("at home at 18 to 24: {young:.1} %, fitted to {fitted:.1} %");
    let check = published("people aged 25-34 in the parental home");
    println!("at home at 25 to 34: {older:.1} %, published {check:.1} %");
    let (alone, check) = (
        read(&town, "one_person_households"),
        published("one-person households"),
    );
    println!("one-person households: {alone:.1} %, published {check:.1} %");
    let households = read(&town, "households");
    let size = read(&town, "mean_household_size");
    println!("{households} households of {size:.2} people");
    let in_institutions = census
        .homes
        .values()
        .filter(|home| census.is_institution(**home));
    println!("{} people in institutions", in_institutions.count());
    let by_status = [
        UnionStatus::Single,
        UnionStatus::Cohabiting,
        UnionStatus::Married,
    ]
    .map(|of| {
        let people = census.homes.keys();
        people
            .filter(|id| town.get::<UnionStatus>(**id) == Some(of))
            .count()
    });
    println!("single, cohabiting, married: {by_status:?}");
    assert!((young - fitted).abs() < 6.0, "{young}");
    assert!((back - published_back).abs() < 6.0, "{back}");
}
