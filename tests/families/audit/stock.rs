//! F6: how many people there are, by sex and age.

use oikos::prelude::*;

use super::Finding;
use super::register::{Register, ensure};
use crate::view::{Census, Day, Event, What};

const AGES: usize = 151;

/// People by sex and completed age.
pub(super) struct Stock(Vec<[i64; 2]>);

impl Stock {
    pub(super) fn of(register: &Register) -> Self {
        let mut stock = Self(vec![[0; 2]; AGES]);
        for (_, someone) in register.present() {
            stock.0[someone.age as usize][someone.sex.index()] += 1;
        }
        stock
    }

    /// Somebody has a birthday.
    pub(super) fn ages(&mut self, sex: Sex, age: u32) {
        self.0[age as usize][sex.index()] -= 1;
        self.0[age as usize + 1][sex.index()] += 1;
    }

    /// What happened, before it is in the register.
    pub(super) fn note(&mut self, register: &Register, event: &Event) {
        match &event.what {
            What::Birth(newborn) => self.0[0][newborn.sex.index()] += 1,
            What::Arrival(newcomer, _) => {
                let age = super::register::completed_years(newcomer.born, register.date);
                self.0[age as usize][newcomer.sex.index()] += 1;
            }
            What::Death | What::Departure => {
                let someone = &register.people[&event.person];
                self.0[someone.age as usize][someone.sex.index()] -= 1;
            }
            _ => {}
        }
    }

    /// F6: as many people as there were, and births − deaths + arrivals − departures.
    pub(super) fn f06_people(&self, day: &Day) -> Finding {
        let expected: i64 = self.0.iter().flatten().sum();
        ensure(day.people as i64 == expected, || {
            format!(
                "F06 {} people on {}, and {expected} by what happened",
                day.people, day.date
            )
        })
    }

    /// F6 by age and sex: nobody ages twice, or not at all.
    pub(super) fn f06_by_age_and_sex(&self, register: &Register, census: &Census) -> Finding {
        for (person, row) in &census.people {
            let age = register.people.get(person).map(|it| it.age);
            ensure(age == Some(row.age), || {
                format!(
                    "F06 {person} is {} on {}, and {age:?} by birthdays",
                    row.age, census.date
                )
            })?;
        }
        let mut counted = vec![[0; 2]; AGES];
        for row in census.people.values() {
            counted[row.age as usize][row.sex.index()] += 1;
        }
        for (age, (counted, expected)) in counted.iter().zip(&self.0).enumerate() {
            ensure(counted == expected, || {
                format!(
                    "F06 {counted:?} men and women of {age} on {}, and {expected:?} by what happened",
                    census.date
                )
            })?;
        }
        Ok(())
    }
}
