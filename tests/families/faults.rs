//! Faults that are planted, one at a time, each of which the check of its rule has to find.
//!
//! Some sit in the town: a plugin that edits columns and books, or asks for what may not be. Others sit in what is told
//! of it: an event, a list, a book that is not as it was.

mod in_the_record;
mod in_the_town;

use oikos::core::{Stream, Tick as Number};
use oikos::prelude::*;

use super::audit::{Audit, Register};
use super::clan::Household;
use super::gate::{Honest, Observer, f14_order_of_rows, run};
use super::script::{Script, Wish};
use super::town::{Setting, step};
use super::view::{Census, Day};

/// Where a fault sits.
#[derive(Clone, Copy)]
enum Plant {
    /// In a plugin, which does it once, on the first day on which it can, and says when it did.
    Town(fn(&mut World) -> bool),
    /// In what is told of a day, of everybody, or of kinship and exposure.
    Day(fn(&mut Day, &Register)),
    Census(fn(&mut Census, &Register)),
    Coefficient(fn(PersonId, PersonId, f64) -> f64),
    Score(fn(&mut Score, &Register)),
}

use Plant::{Coefficient, Day as OfDay, Score as OfScore, Town};

/// What a fault is called, the check that finds it, what that says, and where it sits.
type Fault = (&'static str, &'static str, &'static str, Plant);

#[rustfmt::skip]
const FAULTS: [Fault; 27] = {
    use in_the_record as told;
    use in_the_town as town;
    [
        ("mother younger than 12", "F01", "was below 12 when", Town(town::a_girl_bears)),
        ("father dead at conception", "F01", "at the conception", OfDay(told::father_long_dead)),
        ("posthumous child dropped", "F01", "mother's partner Some", OfDay(told::posthumous_child_dropped)),
        ("own ancestor", "F02", "is an ancestor of", Plant::Census(told::own_ancestor)),
        ("spouse counted twice", "F03", "in the book", Plant::Census(told::spouse_counted_twice)),
        ("union counted for one sex", "F03", "and the other one", OfDay(told::union_of_one_sex)),
        ("dead person in an open union", "F03", "in the book", Plant::Census(told::the_dead_stay_married)),
        ("unions that overlap", "F03", "beside another one", OfDay(told::unions_overlap)),
        ("status of the bereaved not changed", "F03", "is Married", Town(town::widow_stays_married)),
        ("sibling list one-sided", "F04", "siblings of", Plant::Census(told::sibling_list_one_sided)),
        ("child missing in a father's list", "F04", "children of", Plant::Census(told::child_of_father_missing)),
        ("coefficient not symmetric", "F05", "the coefficient of", Coefficient(told::not_symmetric)),
        ("N counted wrong by one age", "F06", "by birthdays", Plant::Census(told::one_age_off)),
        ("a death not told of", "F06", "by what happened", OfDay(told::death_not_told)),
        ("taboo ignored for half-siblings", "F07", "are close kin", Town(town::half_siblings_unite)),
        ("union of a child", "F07", "forms a union at", Town(town::a_child_unites)),
        ("divorced pair still co-resident", "F08", "parted and live together", Town(town::divorced_stay)),
        ("dead guardian", "F08", "without parent or guardian", Town(town::dead_guardian)),
        ("minor without guardian", "F08", "without parent or guardian", Town(town::no_guardian)),
        ("child in two households", "F08", "and is listed in", Town(town::child_in_two_households)),
        ("person in no household", "F08", "lives in None", Town(town::in_no_household)),
        ("household empty but open", "F08", "is empty and stays open", OfDay(told::empty_household)),
        ("heirs' shares not one", "F09", "of the estate", OfDay(told::shares_not_one)),
        ("event after death", "F10", "after", OfDay(told::event_after_death)),
        ("day of death lived twice", "F11", "days, deaths", OfScore(told::day_lived_twice)),
        ("twin with another mother", "F12", "was delivered by", OfDay(told::twin_of_another)),
        ("birth interval too short", "F12", "days after the last time", Town(town::too_soon)),
    ]
};

/// One more, which takes two towns to be seen, and one that takes a round of stable matching.
const BLOCKING: Fault = (
    "blocking pair",
    "F13",
    "would rather",
    OfDay(in_the_record::blocking_pair),
);

/// The fault in the town, and whether it was planted.
#[derive(Resource, Default)]
struct Planted {
    fault: Option<fn(&mut World) -> bool>,
    from: u32,
    done: bool,
}

/// Days before anything is planted, so that there is something to be wrong.
const DAYS_BEFORE: u32 = 100;

fn plant(world: &mut World) {
    let planted = world.resource::<Planted>();
    let ripe = world.resource::<Clock>().tick().index() >= planted.from;
    if let (Some(fault), false, true) = (planted.fault, planted.done, ripe) {
        let done = fault(world);
        world.resource_mut::<Planted>().done = done;
    }
}

fn with(builder: SocietyBuilder, plant_of: Plant, from: u32) -> SocietyBuilder {
    let Town(fault) = plant_of else {
        return builder;
    };
    builder.with(move |app| {
        app.derived::<Planted>(None);
        app.insert_resource(Planted {
            fault: Some(fault),
            from,
            done: false,
        });
        app.add_systems(Tick, plant.in_set(Phase::Decide));
    })
}

/// Tells what is not so.
struct Liar(Plant);

impl Observer for Liar {
    fn day(&mut self, day: &mut Day, audit: &Audit) {
        if let (OfDay(fault), true) = (self.0, day.tick >= DAYS_BEFORE) {
            fault(day, &audit.register);
        }
    }

    fn census(&mut self, census: &mut Census, audit: &Audit) {
        if let Plant::Census(fault) = self.0 {
            fault(census, &audit.register);
        }
    }

    fn coefficient(&mut self, one: PersonId, other: PersonId, phi: f64) -> f64 {
        match self.0 {
            Coefficient(fault) => fault(one, other, phi),
            _ => phi,
        }
    }

    fn score(&mut self, score: &mut Score, register: &Register) {
        if let OfScore(fault) = self.0 {
            fault(score, register);
        }
    }
}

/// A script in which everything happens that faults need, of two years.
fn script() -> Script {
    let household = |nth: i32| Household {
        woman: 20 + nth,
        gap: nth % 7 - 1,
        children: nth % 5,
        grandmother: nth % 3 == 0,
        other_woman: nth % 4 == 1,
        married: nth % 2 == 0,
    };
    let setting = Setting {
        seed: 0,
        thinned: false,
        matching: 1,
        begins: 5,
        households: (0..18).map(household).collect(),
        years: 2,
    };
    let mut draw = Stream::new(Seed(9), "faults").at(0, Number::ZERO);
    let mut below = |bound: u64| draw.below(bound).unwrap();
    let wishes = (0..220).map(|_| Wish {
        day: below(750) as u16,
        what: [0, 0, 0, 1, 4, 5, 4, 5, 4, 5, 6, 7, 8, 9, 13][below(15) as usize],
        picks: (below(1 << 16) as u16, below(1 << 16) as u16),
    });
    let wishes = wishes.collect();
    Script { setting, wishes }
}

#[test]
fn each_planted_fault_is_found_by_the_check_of_its_rule() {
    let script = script();
    let clean = run(&script, script.setting.builder(), &mut Honest);
    let rare = clean
        .map(|told| told.rare)
        .unwrap_or_else(|found| panic!("{found}"));
    println!("the script without a fault passes: {rare:?}");
    let needed = [
        rare.twins,
        rare.orphans,
        rare.half_siblings,
        rare.posthumous,
        rare.rounds,
    ];
    assert!(!needed.contains(&0), "{rare:?}");
    let mut missed = Vec::new();
    for (name, rule, says, plant) in FAULTS.into_iter().chain([BLOCKING]) {
        let builder = with(script.setting.builder(), plant, DAYS_BEFORE);
        let found = run(&script, builder, &mut Liar(plant)).err();
        let text = found.unwrap_or_else(|| "not found".to_owned());
        println!("{name}: {text}");
        if !(text.starts_with(rule) && text.contains(says)) {
            missed.push((name, text));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// Of the faults in the town, those that its own invariants find without an audit, once a year.
const BY_INVARIANT: [(&str, &str); 6] = [
    (
        "status of the bereaved not changed",
        "unions and statuses agree",
    ),
    (
        "divorced pair still co-resident",
        "couples live together and those who parted apart",
    ),
    ("dead guardian", "minors live with a parent or guardian"),
    (
        "minor without guardian",
        "minors live with a parent or guardian",
    ),
    (
        "child in two households",
        "everybody lives in exactly one household",
    ),
    (
        "person in no household",
        "everybody lives in exactly one household",
    ),
];

#[test]
fn the_invariants_of_a_society_find_faults_of_their_own() {
    let script = script();
    let mut missed = Vec::new();
    for (name, invariant) in BY_INVARIANT {
        let fault = FAULTS.iter().find(|fault| fault.0 == name).unwrap();
        // In the last days before they are looked at, on 1 January.
        let builder = with(script.setting.builder(), fault.3, 369);
        let mut town = builder.build().unwrap();
        let days = 0..script.days();
        let mut steps = days.map(|day| {
            let orders = script.orders(&town, day);
            step(&mut town, &orders)
        });
        let found = steps.find_map(Result::err);
        let text = found.unwrap_or_else(|| "not found".to_owned());
        println!("{name}: {text}");
        if !text.contains(invariant) {
            missed.push((name, text));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// F14: whoever goes by the order of rows comes to another history when rows are shuffled.
#[test]
fn a_rule_that_goes_by_rows_is_found() {
    let script = script();
    let fault = Town(in_the_town::the_first_row_dies);
    // Late: orders are for the town that they were given in.
    let last = u32::from(script.days()) - 3;
    let town = || with(script.setting.builder(), fault, last);
    let told = run(&script, town(), &mut Honest).unwrap_or_else(|found| panic!("{found}"));
    let found = f14_order_of_rows(town(), &told).unwrap_err();
    println!("a rule by rows: {found}");
    assert!(found.starts_with("F14"), "{found}");
    let clean = run(&script, script.setting.builder(), &mut Honest).unwrap();
    f14_order_of_rows(script.setting.builder(), &clean).unwrap();
}
