//! A town with all that families do, at rates under which what is rare happens often; and what a script asks of it.

use std::sync::OnceLock;

use oikos::bevy::ecs::system::SystemParam;
use oikos::core::Date;
use oikos::family::{
    AgeGap, ChildrenBorn, Cohabitation, Disruption, EmigrationGroup, FamilyError, FamilyFigures,
    FamilyShape, Fathers, FertilityGroupNow, FertilityTable, HarmonicMean, HeadGroup, HomeForces,
    LastDelivery, LeavingForce, LifeTable, Matching, MatchingRound, MigrationPlugin,
    MigrationTables, MultipleBirths, PairTable, ReturningForce, Series, SharingChances,
    UNION_AGE_MAX, UNION_AGE_MIN, UnionModel, UnionRates, UnionRequests, VitalRates,
};
use oikos::prelude::*;
use serde::{Deserialize, Serialize};

use super::clan::{Founding, Household};
use super::purses::{fill, purses};

/// What a script asks for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) enum Order {
    Death(PersonId),
    /// So many children of a mother, of a father where he is known.
    Birth(PersonId, Option<PersonId>, u16),
    /// A union, as a marriage or without a wedding.
    Unite(PersonId, PersonId, bool),
    /// A wedding of two who cohabit.
    Marry(PersonId, PersonId),
    Part(PersonId),
    /// Somebody moves in with somebody else.
    Move(PersonId, PersonId),
}

pub(super) const ORDER: &str = "families.order";

/// How a town is made.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) seed: u64,
    pub(super) thinned: bool,
    pub(super) matching: u8,
    /// Days after 20 December 1999 on which it begins.
    pub(super) begins: i32,
    pub(super) households: Vec<Household>,
    pub(super) years: u8,
}

pub(super) fn matching(number: u8) -> Matching {
    match number {
        0 => Matching::Search,
        1 => Matching::Stable(AgeGap::ASSUMED),
        _ => Matching::Random { men: 5 },
    }
}

/// What happened within a tick and is gone after it.
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) round: MatchingRound,
    /// The draw subjects of those in the round.
    pub(super) subjects: Vec<(PersonId, u64)>,
    /// Newborns, with the mother who was asked for.
    pub(super) delivered: Vec<(PersonId, u64)>,
    /// Orders for unions, weddings and partings, and what was said to those that were refused.
    pub(super) asked: Vec<(Order, Option<String>)>,
}

/// What orders are read against.
#[derive(SystemParam)]
struct Known<'w> {
    orders: Res<'w, Due<Order>>,
    clock: Res<'w, Clock>,
    lineage: Res<'w, Lineage>,
    living: Res<'w, Slots<Person>>,
    homes: Res<'w, oikos::engine::Column<Residence>>,
    words: Res<'w, Vocabulary<MoveReason>>,
    deliveries: Res<'w, Occurrences<Delivery>>,
    round: Option<Res<'w, MatchingRound>>,
}

/// What orders change.
#[derive(SystemParam)]
struct Asked<'w> {
    births: ResMut<'w, Births<Person>>,
    deaths: ResMut<'w, Deaths<Person>>,
    fathers: ResMut<'w, Fathers>,
    unions: UnionRequests<'w>,
    moves: ResMut<'w, Moves>,
    seen: ResMut<'w, Seen>,
}

const MOVED: &str = "families.asked";

type Mothers<'w, 's> = Rows<
    'w,
    's,
    (
        &'static mut ChildrenBorn,
        &'static mut LastDelivery,
        &'static mut FertilityGroupNow,
    ),
>;

fn obey(known: Known, mut asked: Asked, mut mothers: Mothers) -> Result<(), BevyError> {
    *asked.seen = Seen::default();
    if let Some(round) = &known.round {
        let all = round.women.iter().chain(&round.men);
        let subject = |id: &PersonId| Some((*id, known.living.find(*id)?.subject()));
        asked.seen.subjects = all.filter_map(subject).collect();
        asked.seen.round = MatchingRound::clone(round);
    }
    for order in known.orders.iter() {
        match *order {
            Order::Death(person) => asked.deaths.request(person, 0),
            Order::Birth(mother, father, children) => {
                bear(&known, &mut asked, &mut mothers, (mother, father, children))?;
            }
            Order::Unite(one, other, married) => {
                let refused = said(asked.unions.form([one, other], married))?;
                asked.seen.asked.push((*order, refused));
            }
            Order::Marry(one, other) => {
                let refused = said(asked.unions.marry([one, other]))?;
                asked.seen.asked.push((*order, refused));
            }
            Order::Part(person) => {
                let refused = said(asked.unions.part(person))?;
                asked.seen.asked.push((*order, refused));
            }
            Order::Move(person, to) => {
                let home = known.living.slot(to).and_then(|slot| known.homes.get(slot));
                let (home, why) = (home.ok_or("no home")?.0, known.words.find(MOVED));
                asked
                    .moves
                    .request(person, home.ok_or("no home")?, why.ok_or("no word")?);
            }
        }
    }
    Ok(())
}

/// What was said to a request that was refused as it should be: with the error that is for it.
fn said(answer: Result<(), FamilyError>) -> Result<Option<String>, FamilyError> {
    match answer {
        Ok(()) => Ok(None),
        Err(error @ (FamilyError::Union { .. } | FamilyError::NoSuchPerson { .. })) => {
            Ok(Some(error.to_string()))
        }
        Err(other) => Err(other),
    }
}

/// A delivery that is asked for, unless the rates bring one about today.
fn bear(
    known: &Known,
    asked: &mut Asked,
    mothers: &mut Mothers,
    (mother, father, children): (PersonId, Option<PersonId>, u16),
) -> Result<(), BevyError> {
    let today = known.clock.today();
    let by_rates = known.deliveries.iter().any(|it| it.who.id() == mother);
    let Some(who) = known.living.find(mother).filter(|_| !by_rates) else {
        return Ok(());
    };
    let (parity, last, group) = mothers.get(mother).ok_or("she has no row")?;
    for nth in 0..children {
        let number = u32::from(parity.0 + nth);
        let subject = oikos::core::child_subject(who.subject(), number);
        let birth = asked.births.request(mother.get(), u32::from(nth), subject);
        let sex = Sex::ALL[(number % 2) as usize];
        let _ = birth.with(BirthDate(today)).with(sex);
    }
    (parity.0, last.0) = (parity.0 + children, today);
    *group = FertilityGroupNow::default();
    if let Some(father) = father {
        asked.fathers.set(&known.lineage, mother, father, today)?;
    }
    Ok(())
}

fn note_births(changes: Res<Changes<Person>>, mut seen: ResMut<Seen>) -> Result<(), BevyError> {
    for born in &changes.born {
        seen.delivered.push((PersonId::new(born.id)?, born.cause));
    }
    Ok(())
}

fn orders(app: &mut App) {
    app.input::<Order>(ORDER, 1).derived::<Seen>(None);
    app.word::<MoveReason>(MOVED);
    app.add_systems(Tick, obey.in_set(Phase::Act));
    app.add_systems(Tick, note_births.in_set(Phase::Observe));
}

/// The yearly chance of dying at an age, of either sex.
pub(super) fn chance_of_dying(age: u32) -> f64 {
    match age {
        0 => 0.08,
        1..=14 => 0.02,
        15..=49 => 0.07,
        50..=69 => 0.12,
        _ => 0.25,
    }
}

/// The births a woman bears a year at an age.
pub(super) fn fertility(age: u32) -> f64 {
    if (15..45).contains(&age) { 0.4 } else { 0.0 }
}

pub(super) fn tables() -> Tables {
    let life = LifeTable::new((0..=110).map(chance_of_dying).collect()).unwrap();
    let births: Vec<f64> = (0..=50).map(fertility).collect();
    let mut tables = Tables::us().unwrap();
    tables.mortality = Series::Timeless([life.clone(), life]);
    tables.fertility = Series::Timeless(FertilityTable::new(&births).unwrap());
    tables
}

pub(super) fn family() -> FamilyPlugin {
    let multiple = MultipleBirths::new(0.25, 0.03).unwrap();
    FamilyPlugin::with_rates(VitalRates::new(&tables(), multiple, 0.5).unwrap())
}

/// Unions soon, and not for long.
pub(super) fn unions(number: u8) -> UnionsPlugin<HarmonicMean> {
    let ages = (UNION_AGE_MAX - UNION_AGE_MIN + 1) as usize;
    let near = |man: usize, woman: usize| {
        let gap = man as f64 - woman as f64 - 2.0;
        libm::exp(-gap * gap / 200.0)
    };
    let forces = || vec![1.5; ages];
    let rates = UnionRates::new(PairTable::new(ages, ages, near), forces(), forces()).unwrap();
    let cohabitation = Cohabitation::new(0.4, 1.0, 0.4).unwrap();
    let disruption = Disruption::new(3.0, 1.2).unwrap();
    let model = UnionModel::new(rates, cohabitation, disruption).unwrap();
    let figures = FamilyFigures::us().unwrap();
    fitted(&figures)
        .model(model)
        .matching(matching(number))
        .unwrap()
}

/// Fitted once; its model is replaced.
fn fitted(figures: &FamilyFigures) -> UnionsPlugin {
    static FITTED: OnceLock<UnionsPlugin> = OnceLock::new();
    let fit = || UnionsPlugin::new(figures, &Tables::us().unwrap()).unwrap();
    FITTED.get_or_init(fit).clone()
}

pub(super) fn homes() -> HomesPlugin {
    let often = Force::per_year(0.5).unwrap();
    let forces = HomeForces {
        leaving: LeavingForce::new(often),
        returning: ReturningForce::new(often),
    };
    HomesPlugin::with(forces, SharingChances::new(0.7, 0.4).unwrap())
}

/// Some come and some go.
fn migration() -> MigrationPlugin<MigrationTables> {
    let group = |age_from, age_to, rate| EmigrationGroup {
        age_from,
        age_to,
        rates: [rate; 2],
        with_family: 0.6,
    };
    let shape = |name: &str, share, adults, children| FamilyShape {
        name: name.to_owned(),
        share,
        adults,
        partner_gap: 2,
        children,
        eldest: (4, 9),
        child_gap: 2,
        heads: vec![HeadGroup {
            age_from: 28,
            age_to: 40,
            shares: [0.5; 2],
        }],
    };
    let emigration = vec![group(0, 17, 0.0), group(18, 150, 0.03)];
    let shapes = vec![
        shape("alone", 0.5, 1, 0),
        shape("couple", 0.3, 2, 2),
        shape("one parent", 0.2, 1, 1),
    ];
    MigrationPlugin::new(MigrationTables::new(emigration, [(2000, 6.0)].into(), shapes).unwrap())
}

impl Setting {
    pub(super) fn start(&self) -> Date {
        let start = date(1999, 12, 20).unwrap();
        start.plus_days(self.begins).unwrap()
    }

    pub(super) fn founding(&self) -> Founding {
        Founding::of(&self.households, self.start())
    }

    pub(super) fn mode(&self) -> HazardMode {
        if self.thinned {
            HazardMode::Thinned
        } else {
            HazardMode::Daily
        }
    }

    pub(super) fn builder(&self) -> SocietyBuilder {
        let family = family()
            .hazards(self.mode())
            .relative_risks(RelativeRisks::new([0.4, 1.0, 1.0], [1.2, 1.0, 0.8, 0.6]).unwrap());
        Society::builder(Seed(self.seed))
            .start(Ok(self.start()))
            .threads(1)
            .add_plugins((
                family,
                unions(self.matching),
                homes(),
                migration(),
                orders,
                purses,
            ))
            .populate(self.founding())
            .populate(fill)
    }
}

/// Gives orders and runs a tick.
pub(super) fn step(town: &mut Society, orders: &[Order]) -> Result<(), String> {
    let now = town.tick();
    for order in orders {
        town.submit(ORDER, now, order).unwrap();
    }
    town.step().map_err(|error| error.to_string())
}
