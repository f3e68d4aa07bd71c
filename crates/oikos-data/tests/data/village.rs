//! A village to collect from: people are born and die by chance, so rows move and ids have gaps.

use bevy_ecs::prelude::*;
use bevy_ecs::world::World;
use oikos_core::{Cadence, Prob, Seed, Span, StableId, Unit, child_subject, date};
use oikos_data::{Collect, ColumnKind, ColumnSpec, RowTable, Table, Value};
use oikos_engine::bevy_app::App;
use oikos_engine::{
    AppExt, Attribute, Births, Clock, Deaths, Draws, NoColumns, Phase, Rows, Society,
    SocietyBuilder, Tick, Vocabulary, Word, draw_stream, found, set_all,
};
use oikos_world::{
    BirthDate, LifeEventKind, Measure, MeasureExt, MeasureKind, PeoplePlugin, Person, PersonId,
    Reading, Sex,
};

draw_stream!(Fate = "village.fate");

/// Children borne so far.
#[derive(Attribute, Clone, Copy, Default, Debug, PartialEq, Eq)]
#[attribute(kind = Person, name = "village.children")]
pub(crate) struct Children(pub(crate) u32);

fn live(
    mut people: Rows<&mut Children>,
    draws: Draws<Fate>,
    clock: Res<Clock>,
    mut births: ResMut<Births<Person>>,
    mut deaths: ResMut<Deaths<Person>>,
) {
    let (dies, bears) = (Prob::from_f64(0.02).unwrap(), Prob::from_f64(0.04).unwrap());
    people.for_each(|who, children| {
        if draws.chance(who, dies) {
            deaths.request(who.id(), 0);
        } else if draws.chance(who, bears) {
            let subject = child_subject(who.subject(), children.0);
            let sex = Sex::ALL[(subject % 2) as usize];
            let born = births.request(who.id().get(), 0, subject);
            let _ = born.with(BirthDate(clock.today())).with(sex);
            children.0 += 1;
        }
    });
}

/// Money, a measure that has nothing to say on some days.
fn treasure(world: &World) -> Reading {
    let tick = i64::from(world.resource::<Clock>().tick().index());
    match tick % 3 {
        0 => Reading::Missing,
        _ => Reading::Int(100 * tick + 5),
    }
}

fn village(app: &mut App) {
    app.add_plugins(PeoplePlugin).attribute::<Children>();
    app.add_systems(Tick, live.in_set(Phase::Live));
    app.measure(Measure {
        name: "treasure",
        unit: "EUR",
        kind: MeasureKind::Decimal { scale: 2 },
        description: "What is in the chest.",
        read: treasure,
    });
}

/// A village of so many people, from 15 November 2019 on, a tick a day.
pub(crate) fn builder(people: i32) -> SocietyBuilder {
    let populate = move |world: &mut World| {
        found::<Person>(world, (0..people as usize).map(|subject| subject as u64))?;
        let start = date(2019, 11, 15)?;
        let born: Result<Vec<_>, _> = (0..people)
            .map(|person| start.plus_days(-37 * (person % 900)).map(BirthDate))
            .collect();
        let sexes: Vec<_> = (0..people)
            .map(|person| Sex::ALL[(person % 2) as usize])
            .collect();
        set_all(world, PersonId::FIRST, &born?)?;
        set_all(world, PersonId::FIRST, &sexes)?;
        Ok(())
    };
    Society::builder(Seed(11))
        .start(date(2019, 11, 15))
        .tick(Span::Days(1))
        .threads(1)
        .add_plugins(village)
        .populate(populate)
}

pub(crate) fn build(people: i32) -> Society {
    builder(people).build().unwrap()
}

pub(crate) fn daily() -> Cadence {
    Cadence::every(Span::Ticks(1))
}

pub(crate) fn monthly() -> Cadence {
    Cadence::calendar(Unit::Month)
}

/// A table of people with every shape of column.
pub(crate) fn people() -> RowTable<Person> {
    people_called("people")
}

pub(crate) fn people_called(name: &str) -> RowTable<Person> {
    let column = |name, kind| ColumnSpec::new(name, kind, "1", "");
    RowTable::new(name)
        .column(column("sex", ColumnKind::Label), |_, sex: Sex| {
            Value::Label(sex.label())
        })
        .column(
            column("born_before_today", ColumnKind::Bool).nullable(),
            |member, (born, children): (BirthDate, Children)| {
                let today = member.world.resource::<Clock>().today();
                match children.0 {
                    0 => Value::Null,
                    _ => Value::Bool(born.0 < today),
                }
            },
        )
        .column(
            column("twice_the_id", ColumnKind::Int),
            |member, _: NoColumns<Person>| Value::Int(2 * member.who.id().get() as i64),
        )
        .column(
            column("first_word", ColumnKind::Text),
            |member, _: NoColumns<Person>| {
                let words = member.world.resource::<Vocabulary<LifeEventKind>>();
                words
                    .name(Word::from_number(0))
                    .map_or(Value::Null, Value::Text)
            },
        )
}

/// Counts each day, amounts and means each month, people each month.
pub(crate) fn plan() -> Collect {
    Collect::new(3)
        .every(
            daily(),
            "counts",
            ["population", "births_total", "deaths_total"],
        )
        .every(
            monthly(),
            "means",
            ["mean_age", "treasure", "population_female"],
        )
        .rows(monthly(), people())
}

/// The cells of a table, to be compared.
pub(crate) fn cells(table: &Table) -> Vec<Vec<Value<'_>>> {
    table.rows().map(Iterator::collect).collect()
}
