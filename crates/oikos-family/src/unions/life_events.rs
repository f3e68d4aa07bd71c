//! What happens to unions, as life events of both partners and as states of their life courses.

use bevy_app::App;
use bevy_ecs::error::BevyError;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_engine::{AppExt, Attribute, Column, LiveStep, Phase, Slots, Tick, Vocabulary, Word};
use oikos_world::{
    LifeCourseExt, LifeDomain, LifeEvent, LifeEventKind, LifeEvents, Person, PersonId,
    RecordLifeEvents,
};

use super::book::{End, Unions};
use super::events::{UnionEvent, UnionEvents, after_births_and_deaths};
use super::status::{MaritalStatus, UnionStatus};
use crate::error::FamilyError;

/// Two people begin to live as a couple.
const UNION: &str = "union";
/// Two people marry.
const MARRIAGE: &str = "marriage";
/// Two who are not married go apart.
const SEPARATION: &str = "separation";
/// A marriage is divorced.
const DIVORCE: &str = "divorce";
/// Somebody's husband or wife dies.
const WIDOWHOOD: &str = "widowhood";
/// Somebody's partner dies, to whom they were not married.
const BEREAVEMENT: &str = "bereavement";

/// The words, in the order in which they are added to the vocabulary.
const WORDS: [&str; 6] = [UNION, MARRIAGE, SEPARATION, DIVORCE, WIDOWHOOD, BEREAVEMENT];

/// Living as a couple, as [`UnionStatus`] has it.
const UNION_STATUS: LifeDomain = LifeDomain {
    name: "union_status",
    begins: &[
        (UNION, "cohabiting"),
        (MARRIAGE, "married"),
        (SEPARATION, "single"),
        (DIVORCE, "single"),
        (WIDOWHOOD, "single"),
        (BEREAVEMENT, "single"),
    ],
    now: |world, person| {
        Some(match value::<UnionStatus>(world, person)? {
            UnionStatus::Single => "single",
            UnionStatus::Cohabiting => "cohabiting",
            UnionStatus::Married => "married",
        })
    },
};

/// Marital status in law, as [`MaritalStatus`] has it.
const MARITAL_STATUS: LifeDomain = LifeDomain {
    name: "marital_status",
    begins: &[
        (MARRIAGE, "married"),
        (DIVORCE, "divorced"),
        (WIDOWHOOD, "widowed"),
    ],
    now: |world, person| {
        Some(match value::<MaritalStatus>(world, person)? {
            MaritalStatus::NeverMarried => "never_married",
            MaritalStatus::Married => "married",
            MaritalStatus::Divorced => "divorced",
            MaritalStatus::Widowed => "widowed",
        })
    },
};

fn value<A: Attribute<Kind = Person>>(world: &World, person: PersonId) -> Option<A> {
    let slot = world.get_resource::<Slots<Person>>()?.slot(person)?;
    world.get_resource::<Column<A>>()?.get(slot).copied()
}

/// Declares the words, the domains and the system.
pub(super) fn declare(app: &mut App) {
    for word in WORDS {
        app.word::<LifeEventKind>(word);
    }
    app.life_domain(UNION_STATUS).life_domain(MARITAL_STATUS);
    app.add_systems(
        Tick,
        tell_life_events
            .after(RecordLifeEvents)
            .after(after_births_and_deaths)
            .in_set(LiveStep::React)
            .in_set(Phase::Live),
    );
}

/// Tells what happened to unions in this tick, in the order in which it did, to each partner in theirs.
fn tell_life_events(
    events: Res<UnionEvents>,
    unions: Res<Unions>,
    people: Res<Slots<Person>>,
    words: Res<Vocabulary<LifeEventKind>>,
    mut life: ResMut<LifeEvents>,
) -> Result<(), BevyError> {
    for event in &events.0 {
        let (id, one_is_gone) = match *event {
            UnionEvent::Formed(id) | UnionEvent::Married(id) => (id, false),
            UnionEvent::Ended(id, end) => (id, matches!(end, End::Death | End::Emigration)),
            UnionEvent::Refused(_) => continue,
        };
        let union = unions.get(id).ok_or(FamilyError::UnionState {
            union: id,
            problem: "is not in the book",
        })?;
        let Some(kind) = kind(&words, event, union.married.is_some()) else {
            continue;
        };
        for person in union.partners {
            // Those who died or left have an event of their own.
            if !one_is_gone || people.contains(person) {
                life.push(LifeEvent {
                    kind,
                    person,
                    other: union.partner_of(person),
                    cause: None,
                });
            }
        }
    }
    Ok(())
}

fn kind(
    words: &Vocabulary<LifeEventKind>,
    event: &UnionEvent,
    married: bool,
) -> Option<Word<LifeEventKind>> {
    words.find(match (event, married) {
        (UnionEvent::Formed(_), _) => UNION,
        (UnionEvent::Married(_), _) => MARRIAGE,
        (UnionEvent::Ended(_, End::Separation), _) => SEPARATION,
        (UnionEvent::Ended(_, End::Divorce), _) => DIVORCE,
        // As the marital status of who stays has it.
        (UnionEvent::Ended(_, End::Emigration), true) => DIVORCE,
        (UnionEvent::Ended(_, End::Emigration), false) => SEPARATION,
        (UnionEvent::Ended(_, End::Death), true) => WIDOWHOOD,
        (UnionEvent::Ended(_, End::Death), false) => BEREAVEMENT,
        (UnionEvent::Refused(_), _) => return None,
    })
}
