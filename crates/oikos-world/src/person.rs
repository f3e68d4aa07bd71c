//! People.

use bevy_app::{App, Plugin};
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::world::World;
use oikos_core::Date;
use oikos_engine::{AppExt, Attribute, BirthRequest, KindMap, LiveStep, Phase, Tick, kind};

use crate::age::{Ages, Dawn, add_dawn, begin_day};
use crate::distribution::{self, Distributions};
use crate::life_course::{LifeDomains, Parentage};
use crate::life_event::{
    Cause, LifeEventKind, LifeEvents, RecordLifeEvents, VitalCounts, record_changes,
};
use crate::measure::{Measures, declare};
use crate::people_distributions;
use crate::people_measures;

kind! {
    /// People: the kind that most attributes belong to.
    pub Person, PersonId = "person";
}

/// What only some people have.
pub type PersonMap<T> = KindMap<Person, T>;

/// The sex that the rates of births and deaths go by.
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[attribute(name = "world.sex", newborn = Sex::Female)]
pub enum Sex {
    /// Male.
    Male,
    /// Female.
    Female,
}

impl Sex {
    /// Both, in the order in which tables list them.
    pub const ALL: [Self; 2] = [Self::Male, Self::Female];

    /// 0 for male, 1 for female: the column in tables by sex.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::Male => 0,
            Self::Female => 1,
        }
    }

    /// The label in output.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

/// The date of birth. Age is never stored: see [`Ages`].
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[attribute(name = "world.birth-date", newborn = BirthDate(EPOCH))]
pub struct BirthDate(pub Date);

const EPOCH: Date = Date::EPOCH;

/// A newborn whose birth date nobody gives would be as old as the epoch.
fn date_and_sex(_: &World, birth: &BirthRequest<'_>) -> Result<(), String> {
    match (birth.get::<BirthDate>(), birth.get::<Sex>()) {
        (Some(_), Some(_)) => Ok(()),
        _ => Err("give it a birth date and a sex: `.with(BirthDate(today)).with(sex)`".to_owned()),
    }
}

/// People with birth dates, sexes, ages, life events and measures.
///
/// Its measures: `population`, `population_male` and `population_female` (persons), `mean_age` (years),
/// `births_total` and `deaths_total` (persons since genesis). Its distribution: `population_by_age`.
pub struct PeoplePlugin;

impl Plugin for PeoplePlugin {
    fn build(&self, app: &mut App) {
        add_dawn(app);
        app.plugin_version(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .kind::<Person>()
            .attribute::<BirthDate>()
            .attribute::<Sex>()
            .birth_rule::<Person>(date_and_sex)
            .derived::<Ages>(Some(Ages::rebuild))
            .derived::<Measures>(None)
            .derived::<Distributions>(None)
            .derived::<LifeDomains>(None)
            .derived::<Parentage>(None)
            .vocabulary::<Cause>()
            .persist::<LifeEvents>("world.life-events", 1)
            .persist::<VitalCounts>("world.vital-counts", 1);
        for measure in people_measures::ALL {
            declare(app, measure);
        }
        distribution::declare(app, people_distributions::POPULATION_BY_AGE);
        app.word::<LifeEventKind>(LifeEvents::BIRTH);
        app.word::<LifeEventKind>(LifeEvents::DEATH);
        app.add_systems(Tick, begin_day.in_set(Dawn));
        app.add_systems(
            Tick,
            record_changes
                .in_set(RecordLifeEvents)
                .in_set(LiveStep::React)
                .in_set(Phase::Live),
        );
    }
}
