//! Founders: a pedigree with every kind of kin, and random families beside it.

use std::collections::BTreeMap;

use oikos::core::Date;
use oikos::engine::set_each;
use oikos::family::{ChildrenBorn, FoundHomes, Founder, LastDelivery, found_homes, found_kin};
use oikos::prelude::*;

/// A founding family: parents of these ages with children, perhaps a grandmother, perhaps a child of his by another
/// woman, who lives alone with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Household {
    pub(super) woman: i32,
    pub(super) gap: i32,
    pub(super) children: i32,
    pub(super) grandmother: bool,
    pub(super) other_woman: bool,
    pub(super) married: bool,
}

/// The people who found a town, by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Founding {
    people: Vec<Founder>,
    births: Vec<(Option<u64>, Date)>,
    homes: FoundHomes,
    /// Woman, man, and whether they marry, on the first day.
    pub(super) couples: Vec<(PersonId, PersonId, bool)>,
}

pub(super) fn person(number: u64) -> PersonId {
    PersonId::new(number).unwrap()
}

/// Sex, mother, father, year of birth, year of death.
///
/// Of two couples (0, 1) and (2, 3) the sons and daughters marry crosswise (4 and 7, 8 and 5), so that 11 and 12 are
/// double first cousins. 6 has a son by 9 (13), and a half-sister of him by 10 (14). 17 and 18 are second cousins.
/// 19 and 20 are children of first cousins (12 and 13).
type Row = (Sex, Option<u64>, Option<u64>, i32, Option<i32>);
const CLAN: [Row; 21] = {
    const W: Sex = Sex::Female;
    const M: Sex = Sex::Male;
    [
        (W, None, None, 1890, Some(1970)),
        (M, None, None, 1889, Some(1965)),
        (W, None, None, 1891, Some(1971)),
        (M, None, None, 1890, Some(1968)),
        (W, Some(0), Some(1), 1915, Some(1985)),
        (M, Some(0), Some(1), 1917, Some(1989)),
        (M, Some(0), Some(1), 1919, Some(1990)),
        (M, Some(2), Some(3), 1914, Some(1980)),
        (W, Some(2), Some(3), 1918, Some(1995)),
        (W, None, None, 1920, Some(1996)),
        (W, None, None, 1921, Some(1997)),
        (W, Some(4), Some(7), 1940, None),
        (W, Some(8), Some(5), 1942, None),
        (M, Some(9), Some(6), 1941, None),
        (W, Some(10), Some(6), 1944, None),
        (M, None, None, 1938, None),
        (M, None, None, 1943, None),
        (W, Some(11), Some(15), 1965, None),
        (M, Some(14), Some(16), 1968, None),
        (W, Some(12), Some(13), 1972, None),
        (M, Some(12), Some(13), 1976, None),
    ]
};

fn day(year: i32, month: u32) -> Date {
    date(year, month, 9).unwrap()
}

impl Founding {
    /// The clan, each of whom lives alone, and these families.
    pub(super) fn of(households: &[Household], today: Date) -> Self {
        let mut founding = Self::default();
        for (sex, mother, father, born, died) in CLAN {
            let died = died.map(|year| day(year, 5));
            founding.add(sex, day(born, 3), [mother, father], died);
        }
        for household in households {
            founding.add_family(household, today);
        }
        founding
    }

    fn add(
        &mut self,
        sex: Sex,
        born: Date,
        [mother, father]: [Option<u64>; 2],
        died: Option<Date>,
    ) -> u64 {
        let mut founder = Founder::new(BirthDate(born), sex);
        if let Some(mother) = mother {
            founder = founder.mother(person(mother));
        }
        if let Some(father) = father {
            founder = founder.father(person(father));
        }
        if let Some(died) = died {
            founder = founder.died(died);
        }
        self.people.push(founder);
        self.births.push((mother, born));
        self.people.len() as u64 - 1
    }

    fn add_family(&mut self, family: &Household, today: Date) {
        let seed = self.people.len() as i32;
        // Birthdays on all days of the year, the leap day too.
        let born = |age: i32| {
            let days = age * 365 + age / 4 + (seed * 37 + age * 53) % 300;
            Date::from_days(today.days() - days - 1).unwrap()
        };
        let grandmother = family
            .grandmother
            .then(|| self.add(Sex::Female, born(family.woman + 24), [None; 2], None));
        let woman = self.add(Sex::Female, born(family.woman), [grandmother, None], None);
        let man_age = (family.woman + family.gap).max(17);
        let man = self.add(Sex::Male, born(man_age), [None; 2], None);
        let mut home: Vec<u64> = grandmother.into_iter().chain([woman, man]).collect();
        let eldest = (family.woman.min(man_age) - 18).min(16);
        for nth in 0..family.children {
            let age = eldest - 2 * nth;
            if age < 0 {
                break;
            }
            let sex = Sex::ALL[((seed + nth) % 2) as usize];
            home.push(self.add(sex, born(age), [Some(woman), Some(man)], None));
        }
        self.homes
            .groups
            .push(home.into_iter().map(person).collect());
        self.couples
            .push((person(woman), person(man), family.married));
        if family.other_woman && man_age >= 22 {
            let other = self.add(Sex::Female, born(man_age - 2), [None; 2], None);
            let child = self.add(Sex::Female, born(2), [Some(other), Some(man)], None);
            self.homes.groups.push(vec![person(other), person(child)]);
        }
    }
}

/// F5 and V33: the coefficients that textbooks give, exactly.
#[test]
fn f05_coefficients_are_those_of_the_textbooks() {
    let founding = Founding::of(&[], day(2000, 1));
    let lineage = Lineage::of_founders(day(2000, 1), &founding.people).unwrap();
    let mut kinship = oikos::family::Kinship::new(&lineage);
    let mut phi = |one: u64, other: u64| {
        let both = [(one, other), (other, one)];
        let [forth, back] = both.map(|(one, other)| kinship.kinship(person(one), person(other)));
        assert_eq!(forth, back, "{one} and {other}");
        forth.unwrap()
    };
    let of = [
        ("oneself", 0, 0, 0.5),
        ("mother", 0, 4, 0.25),
        ("full siblings", 4, 5, 0.25),
        ("half-siblings", 13, 14, 0.125),
        ("grandmother", 2, 11, 0.125),
        ("uncle", 6, 11, 0.125),
        ("first cousins", 12, 13, 1.0 / 16.0),
        ("double first cousins", 11, 12, 0.125),
        ("second cousins", 17, 18, 1.0 / 64.0),
        // The child of first cousins is inbred by their coefficient.
        ("oneself, inbred", 19, 19, (1.0 + 1.0 / 16.0) / 2.0),
        ("their full sibling", 19, 20, (0.5 + 0.5 + 2.0 / 16.0) / 4.0),
        ("no kin", 15, 16, 0.0),
    ];
    for (name, one, other, expected) in of {
        assert_eq!(phi(one, other).to_bits(), f64::to_bits(expected), "{name}");
    }
}

/// Founds them, with the parity that mothers have.
impl oikos::engine::Populate for Founding {
    fn populate(
        self: Box<Self>,
        world: &mut World,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        found_kin(world, &self.people)?;
        let mut mothers: BTreeMap<u64, (u16, Date)> = BTreeMap::new();
        for (mother, born) in &self.births {
            if let Some(mother) = mother {
                let (children, last) = mothers.entry(*mother).or_insert((0, *born));
                *children += 1;
                *last = (*last).max(*born);
            }
        }
        let living = world.resource::<Slots<Person>>();
        let of: Vec<_> = mothers
            .into_iter()
            .map(|(mother, of)| (person(mother), of))
            .collect();
        let of: Vec<_> = of
            .into_iter()
            .filter(|(mother, _)| living.contains(*mother))
            .collect();
        set_each(
            world,
            of.iter().map(|(mother, of)| (*mother, ChildrenBorn(of.0))),
        )?;
        set_each(
            world,
            of.iter().map(|(mother, of)| (*mother, LastDelivery(of.1))),
        )?;
        found_homes(world, &self.homes.groups, &self.homes.at_home)
    }
}
