//! Estates of the dead are settled in the tick after, in the steps of the protocol.

use bevy_ecs::prelude::*;
use oikos_core::{Ratio, Span, StableId};
use oikos_engine::{
    AppExt, Clock, Deaths, Due, LiveStep, Phase, Slots, Society, SocietyBuilder, Tick, Vocabulary,
};
use oikos_testkit::Contract;
use oikos_world::{
    Estate, EstateReason, Estates, EstatesPlugin, LifeEvent, LifeEventKind, LifeEvents, Person,
    PersonId, Share, WorldError,
};
use serde::{Deserialize, Serialize};

use super::{Order, builder, person, step};

/// What a test lets plugins say about an estate.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Say {
    /// Who inherits, with the parts as fractions.
    Heirs(PersonId, Vec<(PersonId, i64, i64)>),
    /// That it stays open.
    Keep(PersonId),
}

const SAY: &str = "village.say";
const REASON: &str = "house-unsold";

/// What the steps saw.
#[derive(Resource, Default)]
struct Log(Vec<(&'static str, u64)>);

fn say(
    said: Res<Due<Say>>,
    living: Res<Slots<Person>>,
    words: Res<Vocabulary<EstateReason>>,
    mut estates: ResMut<Estates>,
) -> Result<(), BevyError> {
    for said in said.iter() {
        match said {
            Say::Heirs(deceased, heirs) => {
                estates.answer(&living, *deceased, shares(heirs))?;
            }
            Say::Keep(deceased) => estates.keep_open(*deceased, words.find(REASON).unwrap())?,
        }
    }
    Ok(())
}

fn shares(heirs: &[(PersonId, i64, i64)]) -> Vec<Share> {
    let share = |(heir, above, below): &(PersonId, i64, i64)| Share {
        heir: *heir,
        part: Ratio::new(*above, *below).unwrap(),
    };
    heirs.iter().map(share).collect()
}

fn note_all<const STEP: usize>(estates: Res<Estates>, mut log: ResMut<Log>) {
    let name = ["freeze", "cancel"][STEP];
    log.0
        .extend(estates.iter().map(|(who, _)| (name, who.get())));
}

fn note_due<const STEP: usize>(estates: Res<Estates>, mut log: ResMut<Log>) {
    let name = ["claims", "tax", "distribute", "close"][STEP];
    log.0
        .extend(estates.due().map(|(who, _)| (name, who.get())));
}

/// A village whose systems were added against the order of the steps.
fn village() -> SocietyBuilder {
    builder(6, &[]).with(|app| {
        app.add_plugins(EstatesPlugin);
        app.word::<EstateReason>(REASON);
        app.input::<Say>(SAY, 1).derived::<Log>(None);
        app.add_systems(
            Tick,
            (
                note_due::<3>.in_set(Estate::Close),
                note_due::<2>.in_set(Estate::Distribute),
                note_due::<1>.in_set(Estate::Tax),
                note_due::<0>.in_set(Estate::Claims),
                note_all::<1>.in_set(Estate::Cancel),
                note_all::<0>.in_set(Estate::Freeze),
                say.in_set(Estate::Freeze).before(note_all::<0>),
            )
                .in_set(Phase::Settle),
        );
    })
}

/// Lets plugins say this in the next tick, runs it, and tells what the steps saw.
fn settle(village: &mut Society, said: &[Say], orders: &[Order]) -> Vec<(&'static str, u64)> {
    let now = village.tick();
    for said in said {
        village.submit(SAY, now, said).unwrap();
    }
    let before = village.world().resource::<Log>().0.len();
    step(village, orders);
    village.world().resource::<Log>().0[before..].to_vec()
}

fn open(village: &Society) -> Vec<(u64, Vec<String>)> {
    let words = village.world().resource::<Vocabulary<EstateReason>>();
    let estates = village.world().resource::<Estates>().iter();
    let reasons = estates.map(|(who, estate)| {
        let reasons = estate
            .reasons()
            .map(|word| words.name(word).unwrap().to_owned());
        (who.get(), reasons.collect())
    });
    reasons.collect()
}

#[test]
fn the_steps_run_in_the_tick_after_the_death_in_their_order() {
    let mut village = village().build().unwrap();
    assert_eq!(settle(&mut village, &[], &[Order::Death(person(2))]), []);
    assert_eq!(open(&village), [(2, vec![])]);
    let seen = settle(&mut village, &[Say::Heirs(person(2), vec![])], &[]);
    let all = ["freeze", "cancel", "claims", "tax", "distribute", "close"];
    assert_eq!(seen, all.map(|step| (step, 2)));
    assert_eq!(open(&village), []);
    assert_eq!(settle(&mut village, &[], &[]), []);
}

#[test]
fn an_estate_without_an_answer_stays_open_and_says_why() {
    let mut village = village().build().unwrap();
    settle(&mut village, &[], &[Order::Death(person(2))]);
    for _ in 0..2 {
        let seen = settle(&mut village, &[], &[]);
        assert_eq!(seen, [("freeze", 2), ("cancel", 2)]);
        assert_eq!(open(&village), [(2, vec![EstateReason::HEIRS.to_owned()])]);
    }
    let measures = village.world().resource::<oikos_world::Measures>();
    let measure = measures.find("estates_open").unwrap();
    assert_eq!(
        (measure.read)(village.world()),
        oikos_world::Reading::Int(1)
    );
    let seen = settle(&mut village, &[Say::Heirs(person(2), vec![])], &[]);
    assert_eq!((seen.len(), open(&village)), (6, vec![]));
}

#[test]
fn an_estate_that_is_kept_open_is_due_again() {
    let mut village = village().build().unwrap();
    settle(&mut village, &[], &[Order::Death(person(2))]);
    let heirs = Say::Heirs(person(2), vec![(person(4), 1, 2)]);
    let seen = settle(&mut village, &[heirs, Say::Keep(person(2))], &[]);
    assert_eq!(seen.len(), 6);
    assert_eq!(open(&village), [(2, vec![REASON.to_owned()])]);
    assert_eq!(settle(&mut village, &[], &[]).len(), 6);
    assert_eq!(open(&village), []);
}

/// 1 inherits from 0, whose estate takes long, and dies; 2 inherits from 1 and dies as well.
#[test]
fn whoever_inherits_and_dies_before_that_is_settled_waits() {
    let mut village = village().build().unwrap();
    settle(&mut village, &[], &[Order::Death(person(0))]);
    let from = |dead, heir| Say::Heirs(person(dead), vec![(person(heir), 1, 1)]);
    let keep = || Say::Keep(person(0));
    settle(
        &mut village,
        &[from(0, 1), keep()],
        &[Order::Death(person(1))],
    );
    let seen = settle(
        &mut village,
        &[from(1, 2), keep()],
        &[Order::Death(person(2))],
    );
    let due = |seen: &[(&'static str, u64)]| {
        let due = seen.iter().filter(|(step, _)| *step == "distribute");
        due.map(|(_, who)| *who).collect::<Vec<_>>()
    };
    assert_eq!(due(&seen), [0]);
    let awaited = || vec![EstateReason::AWAITED.to_owned()];
    let kept = (0, vec![REASON.to_owned()]);
    assert_eq!(open(&village), [kept, (1, awaited()), (2, vec![])]);
    let seen = settle(&mut village, &[from(2, 3)], &[]);
    assert_eq!(
        (due(&seen), open(&village)),
        (vec![0], vec![(1, awaited()), (2, awaited())])
    );
    let seen = settle(&mut village, &[], &[]);
    assert_eq!(
        (due(&seen), open(&village)),
        (vec![1], vec![(2, awaited())])
    );
    let seen = settle(&mut village, &[], &[]);
    assert_eq!((due(&seen), open(&village)), (vec![2], vec![]));
}

/// An answer for the estate of 0, and what is wrong with it.
type Refused<'a> = (u64, &'a [(u64, i64, i64)], &'a str);

#[test]
fn answers_that_cannot_be_are_refused_and_change_nothing() {
    let mut village = village().build().unwrap();
    let deaths = [Order::Death(person(0)), Order::Death(person(5))];
    settle(&mut village, &[], &deaths);
    let world = village.world();
    let (living, estates) = (
        world.resource::<Slots<Person>>(),
        world.resource::<Estates>(),
    );
    let refused: [Refused<'_>; 7] = [
        (1, &[], "no open estate"),
        (0, &[(5, 1, 1)], "person#5 cannot inherit from person#0"),
        (0, &[(0, 1, 1)], "does not live"),
        (0, &[(1, 1, 2), (1, 1, 2)], "named twice"),
        (0, &[(1, 0, 1)], "no part above 0"),
        (0, &[(1, 2, 3), (2, 1, 2)], "more than is left"),
        (0, &[(1, 1, i64::MAX), (2, 1, i64::MAX - 1)], "coarser"),
    ];
    for (deceased, heirs, says) in refused {
        let mut estates = estates.clone();
        let heirs: Vec<_> = heirs
            .iter()
            .map(|(who, a, b)| (person(*who), *a, *b))
            .collect();
        let error = estates
            .answer(living, person(deceased), shares(&heirs))
            .unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!(estates.unanswered().count(), 2);
    }
    let mut estates = estates.clone();
    estates
        .answer(living, person(0), shares(&[(person(1), 1, 2)]))
        .unwrap();
    let again = estates.answer(living, person(0), vec![]).unwrap_err();
    assert!(matches!(again, WorldError::Estate { .. }), "{again}");
    let reason = world
        .resource::<Vocabulary<EstateReason>>()
        .find(REASON)
        .unwrap();
    let nobody = estates.keep_open(person(3), reason).unwrap_err();
    assert!(
        nobody.to_string().contains("person#3 has no open estate"),
        "{nobody}"
    );
}

#[test]
fn amounts_are_divided_to_the_last_unit() {
    let mut village = village().build().unwrap();
    settle(&mut village, &[], &[Order::Death(person(0))]);
    let world = village.world();
    let mut estates = world.resource::<Estates>().clone();
    assert_eq!(estates.get(person(0)).unwrap().split(7), None);
    let heirs = shares(&[(person(3), 1, 3), (person(1), 1, 6)]);
    estates.answer(world.resource(), person(0), heirs).unwrap();
    let estate = estates.get(person(0)).unwrap();
    assert_eq!(estate.escheat(), Some(Ratio::percent(50)));
    // Exactly 1 2/3, 3 1/3 and 5.
    let split = estate.split(10).unwrap();
    assert_eq!(split.heirs, [(person(1), 2), (person(3), 3)]);
    assert_eq!(split.escheat, 5);
}

/// A plugin says that somebody died who lives.
#[test]
fn an_estate_of_the_living_is_found() {
    fn slander(words: Res<Vocabulary<LifeEventKind>>, mut life: ResMut<LifeEvents>) {
        life.push(LifeEvent {
            kind: words.find(LifeEvents::DEATH).unwrap(),
            person: person(1),
            other: None,
            cause: None,
        });
    }
    let builder = builder(6, &[]).with(|app| {
        app.add_systems(Tick, slander.in_set(LiveStep::React).in_set(Phase::Live));
        app.add_plugins(EstatesPlugin);
    });
    let error = builder
        .build()
        .unwrap()
        .run(Span::Years(1))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("person#1 has an estate and never died"),
        "{error}"
    );
}

#[test]
fn estates_keep_the_contract() {
    /// Everybody dies in the end, and the next one inherits a half; some estates take long.
    fn end(clock: Res<Clock>, mut deaths: ResMut<Deaths<Person>>) {
        let tick = u64::from(clock.tick().index());
        if tick < 6 {
            deaths.request(person(tick), 0);
        }
    }
    fn inherit(
        clock: Res<Clock>,
        living: Res<Slots<Person>>,
        words: Res<Vocabulary<EstateReason>>,
        mut estates: ResMut<Estates>,
    ) -> Result<(), BevyError> {
        let unanswered: Vec<_> = estates.unanswered().map(|(who, _)| who).collect();
        for who in unanswered {
            let heir = Some(person(who.get() + 1)).filter(|heir| living.contains(*heir));
            let heir = heir.map(|heir| (heir, 1, 2));
            estates.answer(&living, who, shares(heir.as_slice()))?;
        }
        if clock.tick().index() < 12 && estates.get(person(2)).is_some() {
            estates.keep_open(person(2), words.find(REASON).unwrap())?;
        }
        Ok(())
    }
    let build = || {
        village().with(|app| {
            app.add_systems(Tick, end.in_set(Phase::Act));
            app.add_systems(Tick, inherit.in_set(Estate::Freeze).in_set(Phase::Settle));
        })
    };
    Contract::of(build).ticks(8).assert();
    let mut village = build().build().unwrap();
    village.step_n(8).unwrap();
    assert_eq!(open(&village).len(), 4);
    village.step_n(12).unwrap();
    assert_eq!(open(&village), []);
}
