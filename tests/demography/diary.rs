//! A diary of a small society: everybody is looked at on every day, and every rule is checked.

use std::collections::BTreeMap;

use oikos::prelude::*;
use oikos::world::{Cause, LifeEventKind};

use crate::cases::Case;

/// Somebody alive.
struct Entry {
    sex: Sex,
    born: Date,
    age: u32,
}

/// Counts by sex, completed age and calendar year.
type Counts = BTreeMap<(usize, u32, i32), u64>;

/// What was seen.
#[derive(Default)]
pub(crate) struct Diary {
    living: BTreeMap<PersonId, Entry>,
    pub days: Counts,
    pub deaths: Counts,
    /// By the mothers' ages.
    pub deliveries: Counts,
    pub births: Counts,
    pub multiples: u64,
    pub infant_deaths: u64,
    pub mothers_died_on_a_day_of_birth: u64,
}

impl Diary {
    pub(crate) fn begin(town: &Society) -> Self {
        let mut diary = Self::default();
        for id in town.slot_order::<Person>() {
            diary.enter(town, id);
        }
        diary
    }

    fn enter(&mut self, town: &Society, id: PersonId) {
        let (sex, born) = (
            town.get::<Sex>(id).unwrap(),
            town.get::<BirthDate>(id).unwrap().0,
        );
        // A child born in the last tick is as old as on that day; founders as old as today.
        let age = age_on(born, town.today());
        let entry = Entry { sex, born, age };
        assert!(self.living.insert(id, entry).is_none(), "{id} came twice");
    }

    pub(crate) fn people(&self) -> usize {
        self.living.len()
    }

    /// Runs one day and checks what it brought.
    pub(crate) fn day(&mut self, town: &mut Society, case: &Case) {
        let (today, tick) = (town.today(), town.tick());
        self.count_the_living(today);
        town.step().unwrap();
        let ages = town.world().resource::<Ages>();
        // Those of the tick, or already of the next where rows were compacted after it.
        let day = Date::from_days(ages.today()).unwrap();
        assert!(day == today || day == town.today());
        for entry in self.living.values() {
            let age = ages.completed(BirthDate(entry.born));
            assert_eq!(age, age_on(entry.born, day));
        }
        let life = town.world().resource::<LifeEvents>();
        assert_eq!(life.tick(), tick);
        let word = |name| {
            town.world()
                .resource::<Vocabulary<LifeEventKind>>()
                .find(name)
        };
        let of = |kind| -> Vec<LifeEvent> {
            let events = life.events().iter();
            events
                .filter(|event| Some(event.kind) == kind)
                .copied()
                .collect()
        };
        let (births, deaths) = (of(word(LifeEvents::BIRTH)), of(word(LifeEvents::DEATH)));
        assert_eq!(births.len() + deaths.len(), life.events().len());
        let mothers = self.check_births(town, &births, today, case);
        self.check_deaths(town, &deaths, today, &mothers);
        for birth in &births {
            self.enter(town, birth.person);
        }
        self.check_stock(town);
    }

    /// F6, ages, and F11, person-days: nobody skips a birthday or has one twice.
    fn count_the_living(&mut self, today: Date) {
        for entry in self.living.values_mut() {
            let age = age_on(entry.born, today);
            let birthday = age == entry.age + 1 && is_birthday(entry.born, today);
            assert!(
                age == entry.age || birthday,
                "{} born {} is {age}",
                today,
                entry.born
            );
            entry.age = age;
            *self
                .days
                .entry((entry.sex.index(), age, today.year()))
                .or_default() += 1;
        }
    }

    /// F2 and F12: mothers live, are women and old enough; children of a delivery share them.
    fn check_births(
        &mut self,
        town: &Society,
        births: &[LifeEvent],
        today: Date,
        case: &Case,
    ) -> BTreeMap<PersonId, u64> {
        let mut mothers = BTreeMap::new();
        for birth in births {
            let mother = birth.other.unwrap();
            assert!(mother < birth.person && birth.cause.is_none());
            assert_eq!(town.get::<BirthDate>(birth.person), Some(BirthDate(today)));
            *mothers.entry(mother).or_default() += 1;
        }
        for (mother, children) in &mothers {
            let entry = &self.living[mother];
            assert_eq!(entry.sex, Sex::Female);
            assert!(
                entry.age >= case.mother_age_min,
                "{mother} is {}",
                entry.age
            );
            let cell = (Sex::Female.index(), entry.age, today.year());
            *self.deliveries.entry(cell).or_default() += 1;
            *self.births.entry(cell).or_default() += *children;
            assert!((1..=3).contains(children));
            self.multiples += u64::from(*children > 1);
        }
        mothers
    }

    /// F10: whoever dies was alive and is no more.
    fn check_deaths(
        &mut self,
        town: &Society,
        deaths: &[LifeEvent],
        today: Date,
        mothers: &BTreeMap<PersonId, u64>,
    ) {
        let cause = town
            .world()
            .resource::<Vocabulary<Cause>>()
            .find("life table");
        for death in deaths {
            assert!(death.cause == cause && death.other.is_none());
            let entry = self.living.remove(&death.person).unwrap();
            assert_eq!(town.get::<Sex>(death.person), None);
            let cell = (entry.sex.index(), entry.age, today.year());
            *self.deaths.entry(cell).or_default() += 1;
            self.infant_deaths += u64::from(entry.age == 0);
            self.mothers_died_on_a_day_of_birth += u64::from(mothers.contains_key(&death.person));
        }
    }

    /// F6: those before, with the born and without the dead, are those after; so by sex too.
    fn check_stock(&self, town: &Society) {
        let mut after = town.slot_order::<Person>();
        after.sort_unstable();
        assert!(after.iter().eq(self.living.keys()));
        for (id, entry) in &self.living {
            assert_eq!(town.get::<Sex>(*id), Some(entry.sex));
            assert_eq!(town.get::<BirthDate>(*id), Some(BirthDate(entry.born)));
        }
    }
}

/// Completed years by the calendar alone; 29 February comes round on 1 March in common years.
fn age_on(born: Date, today: Date) -> u32 {
    let ((year, month, day), (born_year, born_month, born_day)) = (today.ymd(), born.ymd());
    let before = (month, day) < (born_month, born_day);
    (year - born_year - i32::from(before)).max(0) as u32
}

fn is_birthday(born: Date, today: Date) -> bool {
    let ((year, month, day), (_, born_month, born_day)) = (today.ymd(), born.ymd());
    let leap_day = (born_month, born_day) == (2, 29);
    let has_leap_day = date(year, 2, 29).is_ok();
    (month, day) == (born_month, born_day) || (leap_day && !has_leap_day && (month, day) == (3, 1))
}
