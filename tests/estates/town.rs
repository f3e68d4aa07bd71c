//! A town of families in which people are born and die when a script says so, beside what the rates make.

use std::fmt::Debug;
use std::sync::OnceLock;

use oikos::family::{
    Families, FamilyFigures, Fathers, ForcedHeirship, InheritancePlugin, Intestacy,
    MarriageHistory, PerCapita, Preference, Primogeniture, SpouseAndStirpes, Unions, UnionsPlugin,
};
use oikos::prelude::*;
use serde::{Deserialize, Serialize};

use super::stub_ledger::{Fault, StubLedger, stub_ledger};

/// What a script asks for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) enum Order {
    Death(PersonId),
    /// A child of a mother, of a father where he is known.
    Birth(PersonId, Option<PersonId>),
}

pub(super) const ORDER: &str = "script.order";

fn obey(
    orders: Res<Due<Order>>,
    clock: Res<Clock>,
    lineage: Res<Lineage>,
    mut births: ResMut<Births<Person>>,
    mut deaths: ResMut<Deaths<Person>>,
    mut fathers: ResMut<Fathers>,
) -> Result<(), BevyError> {
    let today = clock.today();
    for (number, order) in (100..).zip(orders.iter()) {
        match *order {
            Order::Death(person) => deaths.request(person, 0),
            Order::Birth(mother, father) => {
                let birth = births.request(mother.get(), number, 1_000_000 + u64::from(number));
                let _ = birth.with(BirthDate(today)).with(Sex::Female);
                if let Some(father) = father {
                    fathers.set(&lineage, mother, father, today)?;
                }
            }
        }
    }
    Ok(())
}

pub(super) fn script(app: &mut App) {
    app.input::<Order>(ORDER, 1);
    app.add_systems(Tick, obey.in_set(Phase::Act));
}

/// Gives orders and runs a tick.
pub(super) fn step(town: &mut Society, orders: &[Order]) {
    let now = town.tick();
    for order in orders {
        town.submit(ORDER, now, order).unwrap();
    }
    town.step().unwrap();
}

/// Births, deaths and unions at the rates of the tables. Fitted once.
pub(super) fn family() -> (FamilyPlugin, UnionsPlugin) {
    static FITTED: OnceLock<(FamilyPlugin, UnionsPlugin)> = OnceLock::new();
    let fit = || {
        let tables = Tables::us().unwrap();
        let unions = UnionsPlugin::new(&FamilyFigures::us().unwrap(), &tables).unwrap();
        let family = FamilyPlugin::new(&tables).unwrap();
        (family.hazards(HazardMode::Thinned), unions)
    };
    FITTED.get_or_init(fit).clone()
}

/// Parents, children, couples: fitted once for each number of people.
pub(super) fn families() -> Families {
    static FITTED: OnceLock<Families> = OnceLock::new();
    let fit = || {
        let (figures, history) = (FamilyFigures::us(), MarriageHistory::us());
        let people = Population::us_2019(PEOPLE).unwrap();
        people
            .with_families(&figures.unwrap(), &history.unwrap())
            .unwrap()
    };
    FITTED.get_or_init(fit).clone()
}

const PEOPLE: u64 = 150;

/// The rules of intestacy, by number.
pub(super) const RULES: usize = 5;

pub(super) fn rule(number: usize) -> Box<dyn Intestacy> {
    match number {
        0 => Box::new(SpouseAndStirpes::default()),
        1 => Box::new(PerCapita::default()),
        2 => Box::new(ForcedHeirship::default()),
        3 => Box::new(Primogeniture::new(Preference::Male)),
        _ => Box::new(SpouseAndStirpes { generations: 0 }),
    }
}

/// A town of families with a stub ledger.
pub(super) fn town(seed: u64, rule: usize, fault: Option<Fault>) -> SocietyBuilder {
    match rule {
        0 => by(seed, SpouseAndStirpes::default(), fault),
        1 => by(seed, PerCapita::default(), fault),
        2 => by(seed, ForcedHeirship::default(), fault),
        3 => by(seed, Primogeniture::new(Preference::Male), fault),
        _ => by(seed, SpouseAndStirpes { generations: 0 }, fault),
    }
}

fn by<I>(seed: u64, rule: I, fault: Option<Fault>) -> SocietyBuilder
where
    I: Intestacy + Clone + Debug + 'static,
{
    let (family, unions) = family();
    Society::builder(Seed(seed))
        .start(date(2019, 7, 1))
        .add_plugins((
            family,
            unions,
            InheritancePlugin::by(rule),
            script,
            stub_ledger,
        ))
        .populate(families())
        .populate(move |world: &mut World| {
            let ledger = StubLedger::of(world, seed, fault)?;
            world.insert_resource(ledger);
            Ok(())
        })
}

/// Somebody's living partner or spouse.
pub(super) fn partner(town: &Society, person: PersonId) -> Option<PersonId> {
    town.world().resource::<Unions>().partner(person)
}
