//! F11: days lived by sex, age and year, and what rates come of them.

use oikos::core::Date;
use oikos::family::DAYS_PER_YEAR;
use oikos::prelude::*;

use super::register::{Register, ensure};
use super::{Cells, Finding};
use crate::town::chance_of_dying;
use crate::view::{Event, What};

/// Days and events, counted day by day.
#[derive(Default)]
pub(in super::super) struct Exposures {
    days: Cells,
    deaths: Cells,
    arrivals: Cells,
    departures: Cells,
    births: Cells,
    deliveries: Cells,
    last: Option<(PersonId, Date)>,
}

fn add(cells: &mut Cells, cell: (usize, u32, i32)) {
    *cells.entry(cell).or_default() += 1;
}

impl Exposures {
    /// Everybody who is there in the morning lives through the day.
    pub(super) fn live_through(&mut self, register: &Register) {
        let year = register.date.year();
        for (_, someone) in register.present() {
            add(&mut self.days, (someone.sex.index(), someone.age, year));
        }
    }

    /// What happened, before it is in the register.
    pub(super) fn note(&mut self, register: &Register, event: &Event) {
        let year = register.date.year();
        let cell = |who: PersonId| {
            let someone = &register.people[&who];
            (someone.sex.index(), someone.age, year)
        };
        match &event.what {
            What::Birth(newborn) => {
                let Some(mother) = newborn.parents[0] else {
                    return;
                };
                add(&mut self.births, cell(mother));
                if self.last.replace((mother, register.date)) != Some((mother, register.date)) {
                    add(&mut self.deliveries, cell(mother));
                }
            }
            What::Arrival(newcomer, _) => {
                let age = super::register::completed_years(newcomer.born, register.date);
                add(&mut self.arrivals, (newcomer.sex.index(), age, year));
            }
            What::Death => add(&mut self.deaths, cell(event.person)),
            What::Departure => add(&mut self.departures, cell(event.person)),
            _ => {}
        }
    }

    /// F11: days and events are what the library counted, and its rates are events by exposure.
    pub(super) fn f11_exposure_and_rates(&self, score: &Score) -> Finding {
        let exposure = &score.exposure;
        for year in exposure.years() {
            for age in 0..=110 {
                for sex in [0, 1] {
                    let of = |cells: &Cells| cells.get(&(sex, age, year)).copied().unwrap_or(0);
                    let women = |count: u64| if sex == 1 { count } else { 0 };
                    let mine = [
                        of(&self.days),
                        of(&self.deaths),
                        of(&self.arrivals),
                        of(&self.departures),
                        of(&self.births),
                        of(&self.deliveries),
                    ];
                    let theirs = [
                        exposure.days(sex, age, year),
                        exposure.deaths(sex, age, year),
                        exposure.immigrations(sex, age, year),
                        exposure.emigrations(sex, age, year),
                        women(exposure.births(age, year)),
                        women(exposure.deliveries(age, year)),
                    ];
                    ensure(mine == theirs, || {
                        format!(
                            "F11 days, deaths, arrivals, departures, births and deliveries at {age} in {year} \
                             of sex {sex} are {theirs:?}, and counted were {mine:?}"
                        )
                    })?;
                }
            }
        }
        self.f11_expected_deaths(score)
    }

    /// Days by the chance of a day are the deaths expected.
    fn f11_expected_deaths(&self, score: &Score) -> Finding {
        let chance = |age: u32| {
            let force = -libm::log1p(-chance_of_dying(age));
            -libm::expm1(-force / DAYS_PER_YEAR)
        };
        let days = self.days.iter();
        let mine: f64 = days
            .map(|((_, age, _), days)| *days as f64 * chance(*age))
            .sum();
        let theirs: f64 = score.deaths.rows.iter().map(|row| row.expected).sum();
        let actual: u64 = score.deaths.rows.iter().map(|row| row.actual).sum();
        let died = self.deaths.values().sum::<u64>();
        ensure(
            (mine - theirs).abs() < 1e-6 * mine && actual == died,
            || {
                format!(
                    "F11 {actual} deaths of {theirs} expected, and {died} of {mine} by days and chances"
                )
            },
        )
    }
}
