//! A society is a value: it can be sent, shared, stepped inside a bevy app, beside others, in any tick.

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_core::{Cadence, Date, Seed, Span, Unit};
use oikos_engine::{AppExt, Clock, Society};
use oikos_testkit::Contract;

use super::{refusal, small};
use crate::society::builder;

#[test]
fn a_society_can_be_sent_and_shared() {
    fn both<T: Send + Sync + 'static>() {}
    both::<Society>();
    let mut here = builder(200).build().unwrap();
    let there = std::thread::spawn(|| {
        let mut society = builder(200).build().unwrap();
        society.step_n(9).unwrap();
        society
    });
    here.step_n(14).unwrap();
    let mut there = there.join().unwrap();
    there.step_n(5).unwrap();
    assert_eq!(there.digest().unwrap(), here.digest().unwrap());
}

/// A society inside a game.
#[derive(Resource)]
struct Inner(Society);

#[test]
fn a_society_is_stepped_from_a_system_of_a_bevy_app() {
    fn step(mut inner: ResMut<Inner>) -> Result<(), BevyError> {
        inner.0.step()?;
        Ok(())
    }
    let mut app = App::new();
    app.insert_resource(Inner(builder(200).build().unwrap()));
    app.add_systems(bevy_app::Update, step);
    for _ in 0..12 {
        app.update();
    }
    let mut alone = builder(200).build().unwrap();
    alone.step_n(12).unwrap();
    let inner = &app.world().resource::<Inner>().0;
    assert_eq!(inner.tick().index(), 12);
    assert_eq!(inner.digest().unwrap(), alone.digest().unwrap());
}

#[test]
fn two_societies_interleaved_are_the_same_as_each_alone() {
    let run = |trees: u64| {
        let mut society = builder(trees).build().unwrap();
        society.step_n(12).unwrap();
        society.digest().unwrap()
    };
    let (mut first, mut second) = (builder(150).build().unwrap(), builder(260).build().unwrap());
    for _ in 0..6 {
        first.step_n(2).unwrap();
        second.step().unwrap();
        second.step().unwrap();
    }
    assert_eq!(
        [first, second].map(|society| society.digest().unwrap()),
        [run(150), run(260)]
    );
}

#[test]
fn ticks_may_last_months_and_years() {
    let mut monthly = small(|_| {})
        .tick(Span::Months(1))
        .start(Date::new(2019, 11, 1))
        .build()
        .unwrap();
    let mut days = Vec::new();
    for _ in 0..5 {
        days.push(monthly.clock().tick_seconds() / 86_400);
        monthly.step().unwrap();
    }
    assert_eq!(days, [30, 31, 31, 29, 31]);
    assert_eq!(monthly.today(), Date::new(2020, 4, 1).unwrap());
    monthly.run(Span::Years(2)).unwrap();
    assert_eq!(
        (monthly.tick().index(), monthly.today()),
        (29, Date::new(2022, 4, 1).unwrap())
    );

    let mut yearly = small(|_| {})
        .tick(Span::Years(1))
        .start(Date::new(2019, 7, 1))
        .build()
        .unwrap();
    assert_eq!(yearly.clock().tick_seconds(), 366 * 86_400);
    yearly.step_n(3).unwrap();
    assert_eq!(yearly.today(), Date::new(2022, 7, 1).unwrap());
}

#[test]
fn a_history_in_months_keeps_the_contract() {
    Contract::of(|| builder(60).tick(Span::Months(1)))
        .ticks(14)
        .assert();
}

#[test]
fn unusable_settings_are_refused_together() {
    let text = refusal(
        small(|app| {
            app.problem("width", "too narrow".to_owned());
        })
        .threads(0)
        .start(Date::new(2001, 2, 29))
        .tick(Span::Days(0)),
    );
    for part in ["0 threads", "too narrow", "2001"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
}

#[test]
fn digests_are_taken_at_their_cadence() {
    let mut society = builder(60)
        .digest(Cadence::calendar(Unit::Month))
        .build()
        .unwrap();
    society.run(Span::Months(2)).unwrap();
    let ticks: Vec<u32> = society
        .digests()
        .iter()
        .map(|(tick, _)| tick.index())
        .collect();
    assert_eq!(ticks, [31, 60]);
    assert_eq!(society.digests()[1].1, society.digest().unwrap());
}

#[test]
fn the_seed_and_the_clock_are_in_the_world() {
    let society = Society::builder(Seed(42)).threads(2).build().unwrap();
    assert_eq!((society.seed(), society.threads()), (Seed(42), 2));
    assert_eq!(society.world().resource::<Clock>().today(), society.today());
}
