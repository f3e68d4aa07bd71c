//! Which rows a run makes, and what is in them.

use oikos_core::{Cadence, Days, Span, StableId, Ticks, Years, date};
use oikos_data::{Collect, Collected, Collecting, ColumnKind, DataError, Value};
use oikos_engine::{Column, Slots, Society};
use oikos_world::{BirthDate, Person, PersonId, Sex};

use crate::village::{self, Children, build, builder, cells, daily, monthly};

const DAYS: u32 = 80;

fn texts(tables: &Collected) -> Vec<String> {
    tables.iter().map(|table| format!("{table:?}")).collect()
}

#[test]
fn threads_and_storage_do_not_show() {
    let plan = village::plan();
    let mut plain = build(500);
    let tables = plain.collect(Days(DAYS), &plan).unwrap();
    let mut two = builder(500).threads(2).build().unwrap();
    assert_eq!(
        texts(&two.collect(Days(DAYS), &plan).unwrap()),
        texts(&tables)
    );
    let mut scrambled = builder(500).scramble(5).build().unwrap();
    let other = scrambled.collect(Days(DAYS), &plan).unwrap();
    assert_ne!(
        scrambled.slot_order::<Person>(),
        plain.slot_order::<Person>()
    );
    assert_eq!(texts(&other), texts(&tables));
}

#[test]
fn collecting_changes_no_history() {
    let (mut seen, mut unseen) = (build(200), build(200));
    seen.collect(Days(DAYS), &village::plan()).unwrap();
    unseen.run(Days(DAYS)).unwrap();
    assert_eq!(seen.digest().unwrap(), unseen.digest().unwrap());
}

/// What the tables of the village have to hold at this moment, by the simplest reading.
fn measured(society: &Society) -> [i64; 2] {
    let world = society.world();
    let people = world.resource::<Slots<Person>>();
    let sexes = world.resource::<Column<Sex>>();
    let living = |id: &u64| people.slot(PersonId::new(*id).unwrap());
    let slots: Vec<_> = (0..people.next_id()).filter_map(|id| living(&id)).collect();
    let females = slots
        .iter()
        .filter(|slot| sexes.get(**slot) == Some(&Sex::Female));
    [slots.len() as i64, females.count() as i64]
}

#[test]
fn rows_come_when_they_are_due_and_say_what_is() {
    let mut stepped = build(300);
    let (mut daily_rows, mut monthly_rows) = (Vec::new(), Vec::new());
    for tick in 0..=i64::from(DAYS) {
        let [population, females] = measured(&stepped);
        let leading = [
            Value::Int(3),
            Value::Int(11),
            Value::Int(tick),
            Value::Date(stepped.today().days()),
        ];
        daily_rows.push([&leading[..], &[Value::Int(population)]].concat());
        if tick == 0 || stepped.today().day() == 1 {
            monthly_rows.push([&leading[..], &[Value::Int(females)]].concat());
        }
        stepped.step().unwrap();
    }
    let plan = Collect::new(3)
        .every(daily(), "counts", ["population"])
        .every(monthly(), "females", ["population_female"]);
    let tables = build(300).collect(Days(DAYS), &plan).unwrap();
    assert_eq!(cells(tables.table("counts").unwrap()), daily_rows);
    let females = tables.table("females").unwrap();
    assert_eq!(cells(females), monthly_rows);
    let days = [(2019, 11, 15), (2019, 12, 1), (2020, 1, 1), (2020, 2, 1)];
    let days = days.map(|(year, month, day)| date(year, month, day).unwrap().days());
    assert_eq!(females.column("date").unwrap().days().unwrap(), days);
}

#[test]
fn births_and_deaths_add_up_to_the_population() {
    let tables = build(300).collect(Days(DAYS), &village::plan()).unwrap();
    let counts = tables.table("counts").unwrap();
    let ints = |name| counts.column(name).unwrap().ints().unwrap();
    let (births, deaths) = (ints("births_total"), ints("deaths_total"));
    assert!(
        births[80] > 100 && deaths[80] > 100,
        "{births:?} {deaths:?}"
    );
    for ((population, births), deaths) in ints("population").iter().zip(births).zip(deaths) {
        assert_eq!(*population, 300 + births - deaths);
    }
}

#[test]
fn people_come_in_the_order_of_their_ids() {
    let mut society = builder(300).scramble(9).build().unwrap();
    let plan = Collect::new(3).rows(Cadence::every(Span::Days(DAYS)), village::people());
    let tables = society.collect(Days(DAYS), &plan).unwrap();
    let people = tables.table("people").unwrap();
    let last: Vec<_> = cells(people)
        .into_iter()
        .filter(|row| row[2] == Value::Int(i64::from(DAYS)))
        .map(|row| row[4..].to_vec())
        .collect();

    let (world, today) = (society.world(), society.today());
    let slots = world.resource::<Slots<Person>>();
    let expected: Vec<_> = (0..slots.next_id())
        .filter_map(|id| {
            let slot = slots.slot(PersonId::new(id).unwrap())?;
            let sex = *world.resource::<Column<Sex>>().get(slot).unwrap();
            let born = *world.resource::<Column<BirthDate>>().get(slot).unwrap();
            let children = *world.resource::<Column<Children>>().get(slot).unwrap();
            let first = match children {
                Children(0) => Value::Null,
                _ => Value::Bool(born.0 < today),
            };
            let id = id as i64;
            Some(vec![
                Value::Int(id),
                Value::Label(sex.label()),
                first,
                Value::Int(2 * id),
                Value::Text("birth"),
            ])
        })
        .collect();
    assert!(expected.len() > 100 && slots.next_id() > 400);
    assert_eq!(last, expected);
    let names: Vec<_> = people
        .columns()
        .map(|column| column.spec().name.as_str())
        .collect();
    assert_eq!(
        names[..6],
        ["run_id", "seed", "tick", "date", "person_id", "sex"]
    );
}

#[test]
fn kinds_and_units_come_from_the_measures() {
    let tables = build(10).collect(Ticks(4), &{
        Collect::new(3).every(daily(), "chest", ["treasure", "mean_age"])
    });
    let tables = tables.unwrap();
    let chest = tables.table("chest").unwrap();
    let treasure = chest.column("treasure").unwrap();
    assert_eq!(treasure.spec().kind, ColumnKind::Decimal { scale: 2 });
    assert_eq!(treasure.spec().unit, "EUR");
    let values: Vec<_> = (0..5).filter_map(|row| treasure.value(row)).collect();
    let amount = Value::Decimal;
    assert_eq!(
        values,
        [
            Value::Null,
            amount(105),
            amount(205),
            Value::Null,
            amount(405)
        ]
    );
    assert_eq!(chest.column("mean_age").unwrap().spec().unit, "years");
}

#[test]
fn nobody_has_no_mean_age() {
    let plan = Collect::new(0).every(daily(), "ages", ["population", "mean_age"]);
    let tables = build(0).collect(Ticks(0), &plan).unwrap();
    let row = &cells(tables.table("ages").unwrap())[0];
    assert_eq!(row[4..], [Value::Int(0), Value::Null]);
}

/// A second run goes on where the first ended: no row is missing and none comes twice.
#[test]
fn spans_follow_one_another() {
    let plan = village::plan();
    let mut society = build(100);
    let first = society.collect(Days(40), &plan).unwrap();
    let second = society.collect(Days(40), &plan).unwrap();
    let whole = build(100).collect(Days(80), &plan).unwrap();
    for table in whole.iter() {
        let mut parts = cells(first.table(table.name()).unwrap());
        parts.extend(cells(second.table(table.name()).unwrap()));
        assert_eq!(parts, cells(table), "{}", table.name());
    }
}

#[test]
fn a_table_that_was_not_collected_is_named_with_those_that_were() {
    let tables = build(1).collect(Years(0), &village::plan()).unwrap();
    let error = tables.table("peple").unwrap_err();
    assert!(matches!(&error, DataError::UnknownTable { known, .. } if known.len() == 3));
    assert_eq!(
        error.to_string(),
        "no table is called \"peple\"; there are: counts, means, people"
    );
}

#[test]
fn one_plan_serves_societies_on_several_threads() {
    let plan = village::plan();
    let run = || texts(&build(50).collect(Days(30), &plan).unwrap());
    let here = run();
    std::thread::scope(|scope| {
        let others = [scope.spawn(run), scope.spawn(run)];
        for other in others {
            assert_eq!(other.join().unwrap(), here);
        }
    });
}
