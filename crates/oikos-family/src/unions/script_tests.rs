//! Unions, weddings, partings and deaths that are asked for: what they make of people, what is refused, and whose
//! forces are looked at anew.

use std::sync::OnceLock;

use bevy_app::App;
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Seed, StableId, TypeKey, date};
use oikos_engine::{AppExt, Clock, Deaths, Due, Phase, Society, SocietyBuilder, State, Tick};
use oikos_world::{BirthDate, Person, PersonId, Sex};
use serde::{Deserialize, Serialize};

use super::hazards::{Parting, UnionFormation, Wedding};
use super::{
    End, MaritalStatus, UnionModel, UnionRefusals, UnionRequests, UnionStatus, UnionStep, Unions,
    UnionsPlugin,
};
use crate::demography::nuptiality::entry::UNION_AGES;
use crate::hazards::{HazardChanges, HazardEvent};
use crate::{
    Cohabitation, Disruption, FamilyError, FamilyFigures, FamilyPlugin, Founder, HazardMode,
    PairTable, Tables, UnionRates, found_kin,
};

fn id(id: u64) -> PersonId {
    PersonId::new(id).unwrap()
}

/// What a test asks for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Order {
    /// A union, as a marriage or without a wedding.
    Form(u64, u64, bool),
    Marry(u64, u64),
    Part(u64),
    Death(u64),
}

const ORDER: &str = "test.order";

/// What was said to the orders of the tick.
#[derive(Resource, Clone, Debug, Default)]
struct Said(Vec<Result<(), FamilyError>>);

fn obey(
    orders: Res<Due<Order>>,
    mut unions: UnionRequests,
    mut deaths: ResMut<Deaths<Person>>,
    mut said: ResMut<Said>,
) {
    let mut ask = |order: &Order| match *order {
        Order::Form(one, other, married) => unions.form([id(one), id(other)], married),
        Order::Marry(one, other) => unions.marry([id(one), id(other)]),
        Order::Part(person) => unions.part(id(person)),
        Order::Death(person) => {
            deaths.request(id(person), 0);
            Ok(())
        }
    };
    said.0 = orders.iter().map(&mut ask).collect();
}

/// Cohabitations that become marriages and end at these forces a year; nobody enters a union or divorces.
fn model(wedding: f64, separation: f64) -> UnionModel {
    let nobody = || vec![0.0; UNION_AGES];
    let none = PairTable::zero(UNION_AGES, UNION_AGES);
    let rates = UnionRates::new(none, nobody(), nobody()).unwrap();
    let cohabitation = Cohabitation::new(0.0, wedding, separation).unwrap();
    let lasts = Disruption::new(1e9, 1.0).unwrap();
    UnionModel::new(rates, cohabitation, lasts).unwrap()
}

/// Women (0, 2, 4) and men (1, 3, 5) of thirty who are no kin, from 1 January 2020, and a dead man (6).
fn builder(mode: HazardMode, model: UnionModel) -> SocietyBuilder {
    static FITTED: OnceLock<UnionsPlugin> = OnceLock::new();
    let tables = Tables::us().unwrap();
    let fit = || UnionsPlugin::new(&FamilyFigures::us().unwrap(), &tables).unwrap();
    let unions = FITTED.get_or_init(fit).clone().model(model);
    let orders = |app: &mut App| {
        app.input::<Order>(ORDER, 1).derived::<Said>(None);
        app.add_systems(Tick, obey.in_set(Phase::Act));
    };
    let people = |world: &mut bevy_ecs::world::World| {
        let born = BirthDate(date(1990, 1, 1)?);
        let mut people: Vec<Founder> = (0..6)
            .map(|row| Founder::new(born, Sex::ALL[1 - row % 2]))
            .collect();
        people.push(Founder::new(born, Sex::Male).died(date(2019, 1, 1)?));
        found_kin(world, &people)?;
        Ok(())
    };
    Society::builder(Seed(1))
        .start(date(2020, 1, 1))
        .threads(1)
        .add_plugins((
            FamilyPlugin::new(&tables).unwrap().hazards(mode),
            unions,
            orders,
        ))
        .populate(people)
}

fn town(mode: HazardMode, model: UnionModel) -> Society {
    builder(mode, model).build().unwrap()
}

const MODES: [HazardMode; 2] = [HazardMode::Daily, HazardMode::Thinned];

/// Gives orders and runs a tick; what was said to each.
fn step(town: &mut Society, orders: &[Order]) -> Vec<Result<(), FamilyError>> {
    let now = town.tick();
    for order in orders {
        town.submit(ORDER, now, order).unwrap();
    }
    town.step().unwrap();
    town.world().resource::<Said>().0.clone()
}

/// Gives an order that may be carried out.
fn done(town: &mut Society, order: Order) {
    assert_eq!(step(town, &[order]), [Ok(())], "{order:?}");
}

fn of(town: &Society, person: u64) -> (UnionStatus, MaritalStatus) {
    let person = id(person);
    (town.get(person).unwrap(), town.get(person).unwrap())
}

#[test]
fn what_happens_to_unions_is_what_people_are_in_the_eyes_of_others() {
    use MaritalStatus::{Divorced, Married, NeverMarried, Widowed};
    use UnionStatus::{Cohabiting, Married as InMarriage, Single};
    for mode in MODES {
        let mut town = town(mode, model(0.0, 0.0));
        let mut then = |order: Order, [woman, man]: [u64; 2], expected, his| {
            done(&mut town, order);
            assert_eq!(of(&town, woman), expected, "{mode:?}: {order:?}");
            let alive = town.get::<UnionStatus>(id(man)).is_some();
            assert_eq!(alive.then(|| of(&town, man)), his, "{mode:?}: {order:?}");
        };
        let single = (Single, NeverMarried);
        let unwed = (Cohabiting, NeverMarried);
        let wed = (InMarriage, Married);
        // Without a wedding, then with one, then he dies.
        then(Order::Form(0, 1, false), [0, 1], unwed, Some(unwed));
        then(Order::Marry(1, 0), [0, 1], wed, Some(wed));
        then(Order::Death(1), [0, 1], (Single, Widowed), None);
        // A separation and a divorce; the death of a partner whom she has not married leaves her divorced.
        then(Order::Form(2, 3, false), [2, 3], unwed, Some(unwed));
        then(Order::Part(3), [2, 3], single, Some(single));
        then(Order::Form(2, 3, true), [2, 3], wed, Some(wed));
        let divorced = (Single, Divorced);
        then(Order::Part(2), [2, 3], divorced, Some(divorced));
        let again = (Cohabiting, Divorced);
        then(Order::Form(2, 3, false), [2, 3], again, Some(again));
        then(Order::Death(3), [2, 3], divorced, None);
        // He of a couple who were not married, and she of one who were.
        then(Order::Form(4, 5, false), [4, 5], unwed, Some(unwed));
        then(Order::Part(4), [4, 5], single, Some(single));
        then(Order::Form(4, 5, true), [4, 5], wed, Some(wed));
        done(&mut town, Order::Death(4));
        assert_eq!(of(&town, 5), (Single, Widowed));
    }
}

/// Whether somebody is to be looked at anew by the hazards of an event.
fn noted<E: HazardEvent>(town: &Society) -> bool {
    let changes = town.world().resource::<HazardChanges<E>>();
    changes.digest(&TypeKey::new("noted")) != oikos_core::Digest::default()
}

#[test]
fn whoever_has_another_status_is_looked_at_anew_by_the_hazards_that_it_exposes_to() {
    let mut town = town(HazardMode::Thinned, model(0.0, 0.0));
    let orders = [
        (Order::Form(0, 1, false), [false, true, true]),
        (Order::Marry(0, 1), [false, false, true]),
        (Order::Part(0), [true, false, false]),
        (Order::Form(0, 1, true), [false, true, true]),
        (Order::Death(1), [true, false, false]),
    ];
    step(&mut town, &[]);
    for (order, expected) in orders {
        let all = |town: &Society| {
            [
                noted::<UnionFormation>(town),
                noted::<Wedding>(town),
                noted::<Parting>(town),
            ]
        };
        done(&mut town, order);
        assert_eq!(all(&town), expected, "{order:?}");
        step(&mut town, &[]);
        assert_eq!(all(&town), [false; 3], "{order:?}");
    }
}

/// Bounds are found for a year: whose union begins within it would part or marry in none of it.
#[test]
fn what_happens_in_a_union_happens_from_its_first_days_on() {
    for mode in MODES {
        let mut parts = town(mode, model(0.0, 100.0));
        step(&mut parts, &[]);
        done(&mut parts, Order::Form(0, 1, false));
        parts.step_n(100).unwrap();
        let ended = |town: &Society| {
            let (_, union) = town.world().resource::<Unions>().iter().next().unwrap();
            (union.married.is_some(), union.ended.map(|(_, end)| end))
        };
        assert_eq!(ended(&parts), (false, Some(End::Separation)), "{mode:?}");
        let mut weds = town(mode, model(100.0, 0.0));
        step(&mut weds, &[]);
        done(&mut weds, Order::Form(0, 1, false));
        weds.step_n(100).unwrap();
        assert_eq!(ended(&weds), (true, None), "{mode:?}");
    }
}

#[test]
fn weddings_that_may_not_be_are_refused_by_name() {
    let mut town = town(HazardMode::Thinned, model(0.0, 0.0));
    step(
        &mut town,
        &[
            Order::Form(0, 1, true),
            Order::Form(2, 3, false),
            Order::Form(4, 5, false),
        ],
    );
    done(&mut town, Order::Death(5));
    let before = town.world().resource::<Unions>().iter().collect::<Vec<_>>();
    let refused = |person: u64, problem: &'static str| {
        let person = id(person);
        Err(FamilyError::Union { person, problem })
    };
    let strangers =
        "is in no union with the other one; ask with `form` for a union that begins as a marriage";
    let cases = [
        (Order::Marry(2, 1), refused(2, strangers)),
        (Order::Marry(4, 1), refused(4, strangers)),
        (Order::Marry(2, 2), refused(2, strangers)),
        (
            Order::Marry(1, 0),
            refused(1, "is married to the other one already"),
        ),
        (
            Order::Marry(4, 5),
            refused(5, "has died or left, and does not marry"),
        ),
        (
            Order::Marry(6, 4),
            refused(6, "has died or left, and does not marry"),
        ),
        (
            Order::Marry(2, 99),
            Err(FamilyError::NoSuchPerson { id: 99, people: 7 }),
        ),
        (
            Order::Form(2, 3, true),
            refused(
                2,
                "is in a union already; end that one first, or ask with `marry` for a wedding in it",
            ),
        ),
    ];
    for (order, expected) in cases {
        assert_eq!(step(&mut town, &[order]), [expected], "{order:?}");
    }
    let twice = step(&mut town, &[Order::Marry(2, 3), Order::Marry(3, 2)]);
    assert_eq!(
        twice,
        [
            Ok(()),
            refused(3, "is asked to marry the other one today already")
        ]
    );
    let wed = town.world().resource::<Unions>().spouse(id(2));
    assert_eq!(wed, Some(id(3)));
    let after: Vec<_> = town.world().resource::<Unions>().iter().collect();
    assert_eq!(
        (before.len(), before[0], before[2]),
        (after.len(), after[0], after[2])
    );
}

#[test]
fn who_is_asked_to_part_does_not_marry_on_that_day() {
    let mut town = town(HazardMode::Thinned, model(0.0, 0.0));
    done(&mut town, Order::Form(0, 1, false));
    let said = step(&mut town, &[Order::Part(1), Order::Marry(0, 1)]);
    let problem = "is asked to part from the other one today";
    assert_eq!(
        said,
        [
            Ok(()),
            Err(FamilyError::Union {
                person: id(0),
                problem
            })
        ]
    );
    assert_eq!(town.world().resource::<UnionRefusals>().0, 0);
    // Asked for in the other order, the parting is done first, and the woman is refused.
    done(&mut town, Order::Form(2, 3, false));
    let said = step(&mut town, &[Order::Marry(3, 2), Order::Part(3)]);
    assert_eq!(said, [Ok(()), Ok(())]);
    let ends: Vec<_> = town.world().resource::<Unions>().iter().collect();
    let ends = ends
        .iter()
        .map(|(_, union)| (union.married, union.ended.map(|(_, end)| end)));
    assert!(ends.eq([(None, Some(End::Separation)); 2]));
    assert_eq!(town.world().resource::<UnionRefusals>().0, 1);
}

#[test]
fn what_is_asked_for_too_late_ends_the_tick() {
    type Ask = fn(UnionRequests<'_>) -> Result<(), FamilyError>;
    let asks: [Ask; 3] = [
        |mut unions| unions.form([id(2), id(3)], false),
        |mut unions| unions.marry([id(0), id(1)]),
        |mut unions| unions.part(id(0)),
    ];
    for (ask, person) in asks.into_iter().zip([2, 0, 0]) {
        let late = move |unions: UnionRequests, clock: Res<Clock>| {
            let asked = clock.tick().index() > 0;
            assert!(!asked || ask(unions).is_ok());
        };
        let plugin = move |app: &mut App| {
            app.add_systems(Tick, late.after(UnionStep).in_set(Phase::Live));
        };
        let builder = builder(HazardMode::Thinned, model(0.0, 0.0)).add_plugins(plugin);
        let mut town = builder.build().unwrap();
        done(&mut town, Order::Form(0, 1, false));
        let said = town.step().unwrap_err();
        let causes = std::iter::successors(Some(&said as &dyn std::error::Error), |it| it.source());
        let said: String = causes.map(ToString::to_string).collect();
        let problem =
            format!("person#{person} was asked to form a union, to marry or to part after");
        assert!(said.contains(&problem), "{said}");
    }
}
