//! F3 and F7: who lives as a couple with whom, and who may.

use std::collections::BTreeMap;

use oikos::family::{End, Union};
use oikos::prelude::*;

use super::register::{Ending, Register, Spell, ensure};
use super::{Finding, Rare};
use crate::town::Order;
use crate::view::{Census, Day, What};

/// The youngest age at which unions are formed.
const AGE_MIN: u32 = 15;

impl Register {
    /// Ancestors of up to three generations with the least number of steps to each; oneself with none.
    fn ancestors(&self, of: PersonId) -> BTreeMap<PersonId, u32> {
        let mut found = BTreeMap::from([(of, 0)]);
        let mut level = vec![of];
        for steps in 1..=3 {
            let parents = level.iter().filter_map(|id| self.people.get(id));
            let parents: Vec<_> = parents.flat_map(|it| it.parents).flatten().collect();
            for parent in &parents {
                found.entry(*parent).or_insert(steps);
            }
            level = parents;
        }
        found
    }

    /// Whether two have a common ancestor at no more than three steps in all.
    pub(super) fn are_close_kin(&self, one: PersonId, other: PersonId) -> bool {
        let (ours, theirs) = (self.ancestors(one), self.ancestors(other));
        let common = ours
            .iter()
            .filter_map(|(who, up)| Some(up + theirs.get(who)?));
        common.min().is_some_and(|steps| steps <= 3)
    }

    /// F7: two who form a union are a woman and a man of age, no close kin, and both live.
    pub(super) fn f07_may_unite(&self, one: PersonId, other: PersonId) -> Finding {
        let both = [one, other].map(|id| self.people.get(&id));
        let [Some(us), Some(them)] = both else {
            return Err(format!("F07 {one} or {other} is unknown"));
        };
        ensure(us.sex != them.sex, || {
            format!("F07 {one} and {other} are of one sex")
        })?;
        for (id, it) in [(one, us), (other, them)] {
            ensure(it.age >= AGE_MIN, || {
                format!("F07 {id} forms a union at {}", it.age)
            })?;
        }
        ensure(!self.are_close_kin(one, other), || {
            format!("F07 {one} and {other} are close kin and form a union")
        })?;
        // F3: what is open stays until it ends.
        ensure(us.open().is_none(), || {
            format!(
                "F03 {one} forms a union with {other} beside another one: {:?}",
                us.open()
            )
        })
    }

    /// F7 of requests: what is refused is what may not be, and all of that.
    pub(super) fn f07_answers(&self, day: &Day, rare: &mut Rare) -> Finding {
        for (order, refused) in &day.asked {
            let may_not = match *order {
                Order::Unite(one, other, _) => self.forbids(one, other),
                Order::Marry(one, other) => {
                    let open = self.people.get(&one).and_then(|it| it.open());
                    let unwed = open.is_some_and(|it| it.other == other && it.married.is_none());
                    (!unwed).then_some(2)
                }
                Order::Part(person) => {
                    let open = self.people.get(&person).and_then(|it| it.open());
                    open.is_none().then_some(2)
                }
                _ => continue,
            };
            ensure(may_not.is_some() == refused.is_some(), || {
                format!(
                    "F07 {order:?} on {}: {refused:?}, and by the register {may_not:?}",
                    day.date
                )
            })?;
            let (Some(kind), Order::Unite(one, other, _)) = (may_not, order) else {
                continue;
            };
            let text = refused.as_deref().unwrap_or_default();
            let named = text.contains(&one.to_string()) || text.contains(&other.to_string());
            ensure(named, || {
                format!("F07 {text} names neither {one} nor {other}")
            })?;
            rare.refused += 1;
            rare.refused_by_kind[kind] += 1;
        }
        Ok(())
    }

    /// Why two may not form a union.
    fn forbids(&self, one: PersonId, other: PersonId) -> Option<usize> {
        let [Some(us), Some(them)] = [one, other].map(|id| self.people.get(&id)) else {
            return Some(5);
        };
        let gone = us.exit.is_some() || them.exit.is_some();
        let age = |born| super::register::completed_years(born, self.date);
        match () {
            () if one == other => Some(0),
            () if gone => Some(1),
            () if us.open().is_some() || them.open().is_some() => Some(2),
            () if age(us.born).min(age(them.born)) < AGE_MIN => Some(3),
            () if us.sex == them.sex => Some(6),
            () if self.are_close_kin(one, other) => Some(4),
            () => None,
        }
    }

    /// F3: unions are those of both, of those who live, and each in turn.
    pub(super) fn f03_spells_are_mutual(&self, day: &Day) -> Finding {
        let touched = day
            .events
            .iter()
            .filter(|event| !matches!(event.what, What::Move));
        for person in touched.map(|event| event.person) {
            let Some(someone) = self.people.get(&person) else {
                continue;
            };
            ensure(someone.exit.is_none() || someone.open().is_none(), || {
                format!("F03 {person} died or left and is in a union")
            })?;
            for pair in someone.spells.windows(2) {
                let ended = pair[0].ended.map(|(ended, _)| ended);
                let follows = ended.is_some_and(|ended| ended <= pair[1].from);
                ensure(follows, || {
                    format!("F03 unions of {person} overlap: {pair:?}")
                })?;
            }
            let Some(last) = someone.spells.last() else {
                continue;
            };
            let theirs = self.people.get(&last.other);
            let theirs = theirs.and_then(|it| it.spells.iter().rev().find(|it| it.other == person));
            ensure(theirs.is_some_and(|it| same(last, it)), || {
                format!("F03 {person} has {last:?}, and the other one {theirs:?}")
            })?;
        }
        Ok(())
    }

    /// F3 once more: the book of unions is what happened, and so are the statuses.
    pub(super) fn f03_the_book_and_the_columns(&self, census: &Census) -> Finding {
        let mut seen: BTreeMap<PersonId, usize> = BTreeMap::new();
        for (id, union) in &census.unions {
            for person in union.partners {
                let nth = seen.entry(person).or_default();
                let spell = self.people.get(&person).and_then(|it| it.spells.get(*nth));
                *nth += 1;
                ensure(spell.is_some_and(|spell| is(union, person, spell)), || {
                    format!("F03 {id} is {union:?} in the book, and {person} had {spell:?}")
                })?;
            }
        }
        for (person, someone) in &self.people {
            let (told, had) = (seen.get(person).copied(), someone.spells.len());
            ensure(told.unwrap_or_default() == had, || {
                format!("F03 {person} had {had} unions, and the book has {told:?}")
            })?;
        }
        for (person, row) in &census.people {
            let open = self.people.get(person).and_then(|it| it.open());
            let expected = match open {
                None => UnionStatus::Single,
                Some(spell) if spell.married.is_none() => UnionStatus::Cohabiting,
                Some(_) => UnionStatus::Married,
            };
            let married =
                (row.marital == MaritalStatus::Married) == (expected == UnionStatus::Married);
            ensure(row.status == expected && married, || {
                format!(
                    "F03 {person} is {:?}, {:?} and had {open:?}",
                    row.status, row.marital
                )
            })?;
        }
        Ok(())
    }
}

fn same(one: &Spell, other: &Spell) -> bool {
    let days = |spell: &Spell| (spell.from, spell.married, spell.ended.map(|(day, _)| day));
    days(one) == days(other)
}

fn is(union: &Union, person: PersonId, spell: &Spell) -> bool {
    let ended = match (union.ended, spell.ended) {
        (None, None) => true,
        (Some((day, end)), Some((on, ending))) => {
            let gone = |ending| matches!(ending, Ending::Death | Ending::Emigration);
            let fits = match end {
                End::Divorce => ending == Ending::Divorce,
                End::Separation => ending == Ending::Separation,
                // Of two who go on one day, either reason will do.
                _ => gone(ending),
            };
            day == on && fits
        }
        _ => false,
    };
    let days = union.formed == spell.from && union.married == spell.married;
    union.partner_of(person) == Some(spell.other) && days && ended
}
