//! The registers: who was born or came, when they went, with whom they lived as a couple.

use std::collections::{BTreeMap, BTreeSet};

use oikos::core::Date;
use oikos::prelude::*;

use super::Finding;
use crate::view::{Census, Couple, Event, Newcomer, What};

pub(super) fn ensure(holds: bool, finding: impl FnOnce() -> String) -> Finding {
    if holds { Ok(()) } else { Err(finding()) }
}

/// How somebody's union ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Death,
    Divorce,
    Separation,
    Emigration,
}

/// One union, as one of the two has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spell {
    pub(super) other: PersonId,
    pub(super) from: Date,
    pub(super) married: Option<Date>,
    pub(super) ended: Option<(Date, Ending)>,
}

/// Somebody in the registers.
#[derive(Clone, Debug)]
pub(in super::super) struct Someone {
    pub(super) sex: Sex,
    pub(super) born: Date,
    pub(super) parents: [Option<PersonId>; 2],
    /// Completed years, counted up on birthdays.
    pub(super) age: u32,
    /// The day of death or of leaving.
    pub(super) exit: Option<Date>,
    pub(super) died: bool,
    pub(super) founder: bool,
    pub(super) spells: Vec<Spell>,
}

impl Someone {
    pub(super) fn open(&self) -> Option<&Spell> {
        self.spells.last().filter(|spell| spell.ended.is_none())
    }
}

/// Everybody who was ever heard of.
#[derive(Clone, Debug)]
pub(in super::super) struct Register {
    pub(super) date: Date,
    pub(super) people: BTreeMap<PersonId, Someone>,
}

/// Completed years, on the calendar: 29 February comes round on 1 March.
pub(super) fn completed_years(born: Date, today: Date) -> u32 {
    let ((year, month, day), (now, this_month, this_day)) = (born.ymd(), today.ymd());
    let short = i32::from((this_month, this_day) < (month, day));
    (now - year - short) as u32
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Whether somebody has their birthday.
fn has_birthday(born: Date, today: Date) -> bool {
    let ((_, month, day), (year, this_month, this_day)) = (born.ymd(), today.ymd());
    let celebrated = match (month, day) {
        (2, 29) if !is_leap(year) => (3, 1),
        other => other,
    };
    celebrated == (this_month, this_day) && born < today
}

impl Register {
    /// The founders, who begin to live on a day.
    pub(super) fn of(census: &Census, today: Date) -> Self {
        let someone = |row: &crate::view::KinRow| Someone {
            sex: row.record.sex,
            born: row.record.born,
            parents: [row.record.mother, row.record.father],
            // As of the evening before.
            age: completed_years(row.record.born, today.plus_days(-1).unwrap()),
            exit: row.record.exit(),
            died: row.record.died.is_some(),
            founder: true,
            spells: Vec::new(),
        };
        let people = census.kin.iter().map(|(id, row)| (*id, someone(row)));
        Self {
            date: today,
            people: people.collect(),
        }
    }

    /// Those who are in the town.
    pub(super) fn present(&self) -> impl Iterator<Item = (PersonId, &Someone)> {
        let all = self.people.iter().filter(|(_, it)| it.exit.is_none());
        all.map(|(id, it)| (*id, it))
    }

    pub(in super::super) fn is_present(&self, person: PersonId) -> bool {
        self.people.get(&person).is_some_and(|it| it.exit.is_none())
    }

    pub(super) fn children(&self, of: PersonId) -> BTreeSet<PersonId> {
        let all = self.people.iter();
        let own = all.filter(|(_, it)| it.parents.contains(&Some(of)));
        own.map(|(id, _)| *id).collect()
    }

    pub(super) fn have_birthdays(&mut self, stock: &mut super::stock::Stock) {
        let today = self.date;
        for someone in self.people.values_mut().filter(|it| it.exit.is_none()) {
            if has_birthday(someone.born, today) {
                stock.ages(someone.sex, someone.age);
                someone.age += 1;
            }
        }
    }

    /// F10: what happens, happens to those who are here, or were until today.
    pub(super) fn f10_nothing_after_death(&self, event: &Event) -> Finding {
        let today = self.date;
        let here = |person: PersonId| {
            let exit = self.people.get(&person).map(|it| it.exit);
            exit.is_some_and(|exit| exit.is_none_or(|day| day == today))
        };
        let says = |who: PersonId| format!("F10 {event:?} on {today} after {who} died or left");
        match &event.what {
            What::Birth(newborn) => {
                let mother = newborn.parents[0];
                ensure(mother.is_none_or(here), || says(mother.unwrap()))?;
                let known = self.people.contains_key(&event.person);
                ensure(!known, || format!("F10 {} is born twice", event.person))
            }
            What::Arrival(..) => Ok(()),
            What::Union(other) | What::Marriage(other) => {
                ensure(here(*other), || says(*other))?;
                ensure(here(event.person), || says(event.person))
            }
            What::Death | What::Departure | What::Move => {
                let present = self.is_present(event.person);
                ensure(present, || says(event.person))
            }
            _ => ensure(here(event.person), || says(event.person)),
        }
    }

    /// Enters what happened.
    pub(super) fn note(&mut self, event: &Event) -> Finding {
        let (today, person) = (self.date, event.person);
        match &event.what {
            What::Birth(newborn) => self.enter(person, newborn, None),
            What::Arrival(newcomer, couple) => self.enter(person, newcomer, *couple),
            What::Death | What::Departure => {
                let someone = self.people.get_mut(&person).unwrap();
                someone.exit = Some(today);
                someone.died = event.what == What::Death;
            }
            What::Union(other) => self.people.get_mut(&person).unwrap().spells.push(Spell {
                other: *other,
                from: today,
                married: None,
                ended: None,
            }),
            What::Marriage(other) => {
                let spell = self.people.get_mut(&person).unwrap().spells.last_mut();
                let spell = spell.filter(|it| it.other == *other && it.ended.is_none());
                let Some(spell) = spell else {
                    return Err(format!("F03 {person} marries {other} outside a union"));
                };
                spell.married = Some(today);
            }
            What::Separation => self.close(person, Ending::Separation)?,
            What::Divorce => self.close(person, Ending::Divorce)?,
            What::Widowhood | What::Bereavement => self.close(person, Ending::Death)?,
            What::Move => {}
        }
        Ok(())
    }

    fn enter(&mut self, person: PersonId, who: &Newcomer, couple: Option<Couple>) {
        let spell = |couple: Couple| Spell {
            other: couple.other,
            from: couple.since,
            married: couple.married.then_some(couple.since),
            ended: None,
        };
        let someone = Someone {
            sex: who.sex,
            born: who.born,
            parents: who.parents,
            age: completed_years(who.born, self.date),
            exit: None,
            died: false,
            founder: false,
            spells: couple.map(spell).into_iter().collect(),
        };
        self.people.insert(person, someone);
    }

    fn close(&mut self, person: PersonId, ending: Ending) -> Finding {
        let today = self.date;
        let gone = self.people[&person].open().map(|spell| spell.other);
        let left = gone.and_then(|other| self.people.get(&other));
        let left = left.is_some_and(|it| it.exit == Some(today) && !it.died);
        let spell = self.people.get_mut(&person).unwrap().spells.last_mut();
        let Some(spell) = spell.filter(|spell| spell.ended.is_none()) else {
            return Err(format!("F03 a union of {person} ends, who is in none"));
        };
        let married = spell.married.is_some();
        let fits = match ending {
            Ending::Divorce => married,
            Ending::Separation => !married,
            _ => true,
        };
        ensure(fits, || {
            format!("F03 {ending:?} of {person}, married: {married}")
        })?;
        // Who stays when the other leaves for good is told of a divorce or a separation.
        let parted = matches!(ending, Ending::Divorce | Ending::Separation);
        let ending = if left && parted {
            Ending::Emigration
        } else {
            ending
        };
        spell.ended = Some((today, ending));
        Ok(())
    }

    /// The unions of those who died or left today end, if they did not before.
    pub(super) fn close_spells_of_those_who_went(&mut self) {
        let today = self.date;
        for someone in self.people.values_mut().filter(|it| it.exit == Some(today)) {
            let ending = if someone.died {
                Ending::Death
            } else {
                Ending::Emigration
            };
            let open = someone.spells.last_mut().filter(|it| it.ended.is_none());
            if let Some(spell) = open {
                spell.ended = Some((today, ending));
            }
        }
    }

    /// How many minors lose their last living parent when somebody dies: both are known.
    pub(super) fn orphaned_by(&self, person: PersonId) -> u32 {
        let orphaned = self.present().filter(|(_, child)| {
            let [Some(mother), Some(father)] = child.parents else {
                return false;
            };
            let other = match person {
                _ if person == mother => father,
                _ if person == father => mother,
                _ => return false,
            };
            let other = &self.people[&other];
            child.age < 18 && other.died && other.exit.is_some()
        });
        orphaned.count() as u32
    }

    /// Pairs of half-siblings among those born or come since the genesis, or with one of these: all parents known.
    pub(super) fn half_siblings(&self) -> u32 {
        let mut pairs = 0;
        for (id, one) in &self.people {
            let newer = self.people.range(..*id);
            let half = newer.filter(|(_, other)| {
                let known = one
                    .parents
                    .iter()
                    .chain(&other.parents)
                    .all(Option::is_some);
                let shared = (0..2)
                    .filter(|at| one.parents[*at] == other.parents[*at])
                    .count();
                !one.founder && known && shared == 1
            });
            pairs += half.count() as u32;
        }
        pairs
    }
}

/// What faults look for.
impl Register {
    pub(in super::super) fn is_man(&self, who: PersonId) -> bool {
        self.people.get(&who).is_some_and(|it| it.sex == Sex::Male)
    }

    pub(in super::super) fn is_single(&self, who: PersonId) -> bool {
        self.people.get(&who).is_some_and(|it| it.open().is_none())
    }

    /// Men who were dead on a day.
    pub(in super::super) fn dead_men_of(&self, day: Date) -> Vec<PersonId> {
        let dead = |it: &Someone| it.died && it.exit.is_some_and(|died| died < day);
        let men = self
            .people
            .iter()
            .filter(|(_, it)| it.sex == Sex::Male && dead(it));
        men.map(|(id, _)| *id).collect()
    }

    /// A woman in a union, and a man in none who is no kin of hers.
    pub(in super::super) fn a_couple_and_a_single_man(&self) -> Option<(PersonId, PersonId)> {
        let grown = |it: &Someone| it.age >= 20;
        let mut women = self
            .present()
            .filter(|(_, it)| it.sex == Sex::Female && it.open().is_some());
        let (woman, _) = women.find(|(_, it)| grown(it))?;
        let mut men = self
            .present()
            .filter(|(_, it)| it.sex == Sex::Male && it.open().is_none());
        let (man, _) = men.find(|(id, it)| grown(it) && !self.are_close_kin(woman, *id))?;
        Some((woman, man))
    }

    pub(in super::super) fn another_woman(&self, than: Option<PersonId>) -> Option<PersonId> {
        let fits = |it: &Someone| it.sex == Sex::Female && (20..40).contains(&it.age);
        let mut women = self.present().filter(|(_, it)| fits(it));
        women.find(|(id, _)| Some(*id) != than).map(|(id, _)| id)
    }

    /// Sex, birth and death of somebody who died in the town.
    pub(in super::super) fn somebody_who_died(&self) -> (usize, Date, Date) {
        let here = |it: &&Someone| it.died && it.exit.is_some_and(|day| day.year() >= 2000);
        let someone = self.people.values().find(here).unwrap();
        (someone.sex.index(), someone.born, someone.exit.unwrap())
    }
}
