//! Life courses: people, what happened to them, and the states they were in.

use std::collections::BTreeMap;
use std::error::Error;

use bevy_ecs::world::World;
use oikos_core::{Cadence, Span, StableId, Tick};
use oikos_engine::{Clock, Collector, Column, Slots, Society, Vocabulary};
use oikos_world::{
    BirthDate, Cause, LifeDomain, LifeDomains, LifeEvent, LifeEventKind, LifeEvents, Parentage,
    Person, PersonId, Sex,
};

use super::collected::Collected;
use super::output::Output;
use crate::error::DataError;
use crate::run_info::RunInfo;
use crate::schema::{ColumnKind, ColumnSpec, Schema};
use crate::sink::Sink;
use crate::table::Table;
use crate::value::Value;

/// The life courses of everybody who lives in a society while it is observed, as three tables:
///
/// - `persons`: whom there is, with sex, birth date and parents where a plugin knows them, under the date on
///   which they came under observation;
/// - `events`: what happened to whom, who else took part, and why;
/// - `states`: who was in which state of each [`LifeDomain`] from when to when. Spells of a person in a domain
///   follow one another without gaps and last a day at least; of several states begun on one day the last one
///   counts.
///
/// Give it to [`Society::run_with`] from the first tick on, and for every tick.
///
/// ```
/// use oikos_core::{Seed, Years};
/// use oikos_data::{LifeCourses, RunInfo};
/// use oikos_engine::Society;
/// use oikos_world::PeoplePlugin;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut society = Society::builder(Seed(42)).add_plugins(PeoplePlugin).build()?;
/// let mut lives = LifeCourses::of(&society, &RunInfo::new(0, 42)?)?;
/// society.run_with(Years(1), &mut [&mut lives])?;
/// assert!(lives.finish()?.table("persons")?.is_empty());
/// # Ok(())
/// # }
/// ```
pub struct LifeCourses<'s> {
    run: RunInfo,
    persons: Table,
    events: Table,
    states: Table,
    output: Output<'s>,
    /// The tick whose events come next.
    next: Tick,
    domains: Vec<LifeDomain>,
    known: BTreeMap<PersonId, Spells>,
}

/// The state that somebody living is in and its first day, by domain.
type Spells = Vec<Option<(&'static str, i32)>>;

/// A day of the society and its tick.
#[derive(Clone, Copy)]
struct Day {
    tick: Tick,
    date: i32,
}

impl<'s> LifeCourses<'s> {
    /// Of a society from now on, kept in memory.
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownKind`] for a society without people.
    pub fn of(society: &Society, run: &RunInfo) -> Result<Self, DataError> {
        Self::new(society, run, Output::Memory)
    }

    /// Of a society from now on, handed to a sink in batches.
    ///
    /// # Errors
    ///
    /// As [`LifeCourses::of`], and those of [`Sink::write`].
    pub fn into_sink(
        society: &Society,
        run: &RunInfo,
        sink: &'s mut dyn Sink,
    ) -> Result<Self, DataError> {
        Self::new(society, run, Output::Sink(sink))
    }

    fn new(society: &Society, run: &RunInfo, output: Output<'s>) -> Result<Self, DataError> {
        let world = society.world();
        let mut lives = Self {
            persons: Table::new("persons", persons()?, run.clone())?,
            events: Table::new("events", events()?, run.clone())?,
            states: Table::new("states", states()?, run.clone())?,
            run: run.clone(),
            output,
            next: society.tick(),
            domains: world
                .get_resource::<LifeDomains>()
                .map_or_else(Vec::new, |domains| domains.all().to_vec()),
            known: BTreeMap::new(),
        };
        let people = world.get_resource::<Slots<Person>>();
        let people = people.ok_or_else(|| DataError::UnknownKind {
            table: "persons".to_owned(),
            kind: <Person as oikos_engine::Kind>::NAME,
        })?;
        let mut living: Vec<_> = people.iter().map(|(_, who)| who.id()).collect();
        living.sort_unstable();
        let today = Day {
            tick: society.tick(),
            date: society.today().days(),
        };
        for person in living {
            lives.meet(world, today, person, None)?;
        }
        Ok(lives)
    }

    /// The tables; states that last have no end. Those that went to a sink are empty here.
    ///
    /// # Errors
    ///
    /// Those of [`Sink::write`].
    pub fn finish(mut self) -> Result<Collected, DataError> {
        for (person, spells) in std::mem::take(&mut self.known) {
            for (domain, spell) in spells.into_iter().enumerate() {
                if let Some((state, from)) = spell {
                    self.push_state(person, domain, state, from, None)?;
                }
            }
        }
        for table in [&mut self.persons, &mut self.events, &mut self.states] {
            self.output.finish(table)?;
        }
        Ok(Collected::new(vec![self.persons, self.events, self.states]))
    }

    /// Takes down the events of the last tick.
    fn take(&mut self, world: &World, day: Day) -> Result<(), DataError> {
        let Some(life) = world.get_resource::<LifeEvents>() else {
            return Ok(());
        };
        let words = world.get_resource::<Vocabulary<LifeEventKind>>();
        let mut begun = BTreeMap::new();
        let mut gone = Vec::new();
        for event in life.events() {
            let kind = words.and_then(|words| words.name(event.kind));
            if !self.known.contains_key(&event.person) {
                self.meet(world, day, event.person, event.other)?;
            }
            self.push_event(world, day, event, kind.unwrap_or_default())?;
            if matches!(kind, Some(LifeEvents::DEATH | LifeEvents::EMIGRATION)) {
                gone.push(event.person);
            }
            for (number, domain) in self.domains.iter().enumerate() {
                let begins = domain.begins.iter().find(|(word, _)| Some(*word) == kind);
                if let Some((_, state)) = begins {
                    begun.insert((event.person, number), *state);
                }
            }
        }
        for ((person, domain), state) in begun {
            self.begin(person, domain, state, day)?;
        }
        gone.into_iter()
            .try_for_each(|person| self.leave(person, day))
    }

    /// Writes down somebody who comes under observation. Without a plugin that knows parents, the other one
    /// of a birth is the mother.
    fn meet(
        &mut self,
        world: &World,
        day: Day,
        person: PersonId,
        other: Option<PersonId>,
    ) -> Result<(), DataError> {
        let slot = world
            .get_resource::<Slots<Person>>()
            .and_then(|people| people.slot(person));
        let (Some(slot), Some(births), Some(sexes)) = (
            slot,
            world.get_resource::<Column<BirthDate>>(),
            world.get_resource::<Column<Sex>>(),
        ) else {
            return Ok(());
        };
        let (Some(born), Some(sex)) = (births.get(slot), sexes.get(slot)) else {
            return Ok(());
        };
        let told = world.get_resource::<Parentage>();
        let told = told.and_then(|parentage| parentage.of(world, person));
        let [mother, father] = told.unwrap_or([other, None]);
        let row = [
            id(person),
            Value::Label(sex.label()),
            Value::Date(born.0.days()),
            mother.map_or(Value::Null, id),
            father.map_or(Value::Null, id),
        ];
        self.persons.push_at(day.tick.index(), day.date, &row)?;
        self.output.batch(&mut self.persons)?;
        let now = self
            .domains
            .iter()
            .map(|domain| (domain.now)(world, person));
        let spells = now.map(|state| state.map(|state| (state, day.date)));
        self.known.insert(person, spells.collect());
        Ok(())
    }

    fn push_event(
        &mut self,
        world: &World,
        day: Day,
        event: &LifeEvent,
        kind: &str,
    ) -> Result<(), DataError> {
        let causes = world.get_resource::<Vocabulary<Cause>>();
        let cause = event.cause.and_then(|cause| causes?.name(cause));
        let row = [
            id(event.person),
            Value::Label(kind),
            event.other.map_or(Value::Null, id),
            cause.map_or(Value::Null, Value::Label),
        ];
        self.events.push_at(day.tick.index(), day.date, &row)?;
        self.output.batch(&mut self.events)
    }

    /// Lets somebody be in a state from this day on.
    fn begin(
        &mut self,
        person: PersonId,
        domain: usize,
        state: &'static str,
        day: Day,
    ) -> Result<(), DataError> {
        let spells = self.known.get_mut(&person);
        let Some(spell) = spells.and_then(|spells| spells.get_mut(domain)) else {
            return Ok(());
        };
        match *spell {
            Some((same, _)) if same == state => Ok(()),
            before => {
                *spell = Some((state, day.date));
                self.end(person, domain, before, day)
            }
        }
    }

    /// Ends all spells of somebody who dies or leaves.
    fn leave(&mut self, person: PersonId, day: Day) -> Result<(), DataError> {
        let spells = self.known.remove(&person).unwrap_or_default();
        for (domain, spell) in spells.into_iter().enumerate() {
            self.end(person, domain, spell, day)?;
        }
        Ok(())
    }

    /// Writes down a spell that ends, unless it began on the same day.
    fn end(
        &mut self,
        person: PersonId,
        domain: usize,
        spell: Option<(&'static str, i32)>,
        day: Day,
    ) -> Result<(), DataError> {
        match spell {
            Some((state, from)) if from < day.date => {
                self.push_state(person, domain, state, from, Some(day.date))
            }
            _ => Ok(()),
        }
    }

    fn push_state(
        &mut self,
        person: PersonId,
        domain: usize,
        state: &str,
        from: i32,
        to: Option<i32>,
    ) -> Result<(), DataError> {
        let domain = self.domains.get(domain).map_or("", |domain| domain.name);
        let row = [
            Value::Int(self.run.run_id()),
            Value::Int(self.run.seed()),
            id(person),
            Value::Label(domain),
            Value::Label(state),
            Value::Date(from),
            to.map_or(Value::Null, Value::Date),
        ];
        self.states.push(&row)?;
        self.output.batch(&mut self.states)
    }
}

impl Collector for LifeCourses<'_> {
    fn name(&self) -> &str {
        "life courses"
    }

    fn cadence(&self) -> Cadence {
        Cadence::every(Span::Ticks(1))
    }

    fn collect(&mut self, world: &World) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Some(clock) = world.get_resource::<Clock>() else {
            return Ok(());
        };
        let (now, next) = (clock.tick(), self.next);
        if now == next {
            return Ok(());
        }
        if now.since(next) != Some(1) {
            return Err(DataError::LifeCoursesGap { next, now }.into());
        }
        let date = clock.calendar().date(next)?.days();
        self.take(world, Day { tick: next, date })?;
        self.next = now;
        Ok(())
    }
}

/// Ids stay below 2^53.
fn id(person: PersonId) -> Value<'static> {
    Value::Int(person.get() as i64)
}

fn person(name: &str, text: &str) -> ColumnSpec {
    ColumnSpec::new(name, ColumnKind::Int, "1", text)
}

fn persons() -> Result<Schema, DataError> {
    Schema::observed(vec![
        person("person", "Who; never reused within a run."),
        ColumnSpec::new("sex", ColumnKind::Label, "1", "Sex at birth."),
        ColumnSpec::new("birth_date", ColumnKind::Date, "days", "Date of birth."),
        person("mother", "The mother, if known.").nullable(),
        person("father", "The father, if known.").nullable(),
    ])
}

fn events() -> Result<Schema, DataError> {
    Schema::observed(vec![
        person("person", "To whom it happened."),
        ColumnSpec::new("event", ColumnKind::Label, "1", "What happened."),
        person("other", "Who else took part.").nullable(),
        ColumnSpec::new("cause", ColumnKind::Label, "1", "Why.").nullable(),
    ])
}

fn states() -> Result<Schema, DataError> {
    let number = |name, text| ColumnSpec::new(name, ColumnKind::Int, "1", text);
    Schema::new(vec![
        number("run_id", "The run, by its place in the plan."),
        number("seed", "The seed of the run."),
        person("person", "Who."),
        ColumnSpec::new("domain", ColumnKind::Label, "1", "The domain of life."),
        ColumnSpec::new("state", ColumnKind::Label, "1", "The state."),
        ColumnSpec::new("from_date", ColumnKind::Date, "days", "Its first day."),
        ColumnSpec::new(
            "to_date",
            ColumnKind::Date,
            "days",
            "The day on which the next one began or the person died; missing if it lasts.",
        )
        .nullable(),
    ])
}
