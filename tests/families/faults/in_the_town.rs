//! Faults in the town: a plugin of somebody's that does what it should not, once. Each tells whether it could.

use oikos::engine::{Attribute, Column};
use oikos::family::{End, Guardian, LastDelivery, Union, UnionEvent, UnionEvents};
use oikos::prelude::*;

use crate::clan::person;

fn living(world: &World) -> Vec<PersonId> {
    let slots = world.resource::<Slots<Person>>();
    let mut living: Vec<_> = slots.iter().map(|(_, who)| who.id()).collect();
    living.sort_unstable();
    living
}

fn get<A: Attribute<Kind = Person>>(world: &World, who: PersonId) -> Option<A> {
    let slot = world.resource::<Slots<Person>>().slot(who)?;
    world.resource::<Column<A>>().get(slot).copied()
}

fn set<A: Attribute<Kind = Person>>(world: &mut World, who: PersonId, value: A) {
    let slot = world.resource::<Slots<Person>>().slot(who).unwrap();
    *world.resource_mut::<Column<A>>().get_mut(slot).unwrap() = value;
}

fn age(world: &World, who: PersonId) -> i32 {
    let today = world.resource::<Clock>().today();
    today.completed_years_since(get::<BirthDate>(world, who).unwrap().0)
}

fn is_woman(world: &World, who: PersonId) -> bool {
    get::<Sex>(world, who) == Some(Sex::Female)
}

fn bear(world: &mut World, mother: PersonId) {
    let today = world.resource::<Clock>().today();
    let mut births = world.resource_mut::<Births<Person>>();
    let birth = births.request(mother.get(), 0, 1_000_000);
    let _ = birth.with(BirthDate(today)).with(Sex::Female);
}

pub(super) fn a_girl_bears(world: &mut World) -> bool {
    let mut girls = living(world).into_iter();
    let girl = girls.find(|who| is_woman(world, *who) && (6..12).contains(&age(world, *who)));
    girl.map(|girl| bear(world, girl)).is_some()
}

/// A birth three to six months after the last one.
pub(super) fn too_soon(world: &mut World) -> bool {
    let today = world.resource::<Clock>().today().days();
    let soon = |who: &PersonId| {
        let has = world.resource::<Lineage>().children(*who).next().is_some();
        let last = get::<LastDelivery>(world, *who).unwrap().0.days();
        has && is_woman(world, *who) && (90..180).contains(&(today - last))
    };
    let mother = living(world).into_iter().find(soon);
    mother.map(|mother| bear(world, mother)).is_some()
}

/// As a matcher that knows no rules would do it: in the book, in the columns, and told.
fn unite(world: &mut World, [woman, man]: [PersonId; 2]) {
    let today = world.resource::<Clock>().today();
    let union = world.resource_mut::<Unions>().form([woman, man], today);
    for who in [woman, man] {
        set(world, who, UnionStatus::Cohabiting);
    }
    let mut events = world.resource_mut::<UnionEvents>();
    events.0.push(UnionEvent::Formed(union.unwrap()));
}

fn is_single(world: &World, who: PersonId) -> bool {
    get::<UnionStatus>(world, who) == Some(UnionStatus::Single)
}

/// Of the clan, 14 and 13: one father, two mothers. Others, if these do not live.
pub(super) fn half_siblings_unite(world: &mut World) -> bool {
    let all = living(world);
    let parents = |who: PersonId| {
        let record = world.resource::<Lineage>().get(who).unwrap();
        [record.mother, record.father]
    };
    let fits = |who: &PersonId| is_single(world, *who) && age(world, *who) >= 15;
    let half = |woman: PersonId, man: PersonId| {
        let (hers, his) = (parents(woman), parents(man));
        let shared = (0..2).filter(|at| hers[*at].is_some() && hers[*at] == his[*at]);
        shared.count() == 1
    };
    let women = all.iter().filter(|who| is_woman(world, **who) && fits(who));
    let pair = women.copied().find_map(|woman| {
        let mut men = all
            .iter()
            .filter(|who| !is_woman(world, **who) && fits(who));
        Some([woman, *men.find(|man| half(woman, **man))?])
    });
    pair.map(|pair| unite(world, pair)).is_some()
}

pub(super) fn a_child_unites(world: &mut World) -> bool {
    let all = living(world);
    let girl = |who: &&PersonId| is_woman(world, **who) && (10..14).contains(&age(world, **who));
    let man = |who: &&PersonId| {
        let grown = !is_woman(world, **who) && age(world, **who) >= 20;
        grown && is_single(world, **who) && who.get() < 21
    };
    let pair = all.iter().find(girl).zip(all.iter().find(man));
    let pair = pair.map(|(girl, man)| [*girl, *man]);
    pair.map(|pair| unite(world, pair)).is_some()
}

/// Some union of two who live, that ended for a reason.
fn ended(world: &World, of: impl Fn(&Union) -> bool) -> Option<Union> {
    let all = world.resource::<Unions>();
    all.iter().map(|(_, union)| union).find(|union| {
        let single = |who: &PersonId| all.current(*who).is_none();
        of(union) && union.partners.iter().all(single)
    })
}

/// Moves him back to her: an order that any plugin may give.
pub(super) fn divorced_stay(world: &mut World) -> bool {
    let people = living(world);
    let here = |union: &Union| {
        let live = union
            .partners
            .iter()
            .all(|who| people.binary_search(who).is_ok());
        live && matches!(union.ended, Some((_, End::Divorce)))
    };
    let Some(union) = ended(world, here) else {
        return false;
    };
    let [woman, man] = union.partners;
    let home = get::<Residence>(world, woman).unwrap().0.unwrap();
    let words = world.resource::<Vocabulary<MoveReason>>();
    let why = words.find(HomesPlugin::PARTING).unwrap();
    world.resource_mut::<Moves>().request(man, home, why);
    true
}

pub(super) fn widow_stays_married(world: &mut World) -> bool {
    let people = living(world);
    let widow = |union: &Union| {
        let left = union
            .partners
            .iter()
            .filter(|who| people.binary_search(who).is_ok());
        left.count() == 1 && matches!(union.ended, Some((_, End::Death)))
    };
    let Some(union) = ended(world, widow) else {
        return false;
    };
    let mut partners = union.partners.into_iter();
    let left = partners
        .find(|who| people.binary_search(who).is_ok())
        .unwrap();
    set(world, left, UnionStatus::Married);
    true
}

/// A minor who lives with somebody who is no parent.
fn ward(world: &World) -> Option<PersonId> {
    let guardians = world.resource::<PersonMap<Guardian>>();
    let minor = |who: &PersonId| {
        let never = world.resource::<Unions>().of(*who).next().is_none();
        guardians.get(*who).is_some() && age(world, *who) < 16 && never
    };
    living(world).into_iter().find(minor)
}

pub(super) fn dead_guardian(world: &mut World) -> bool {
    let Some(ward) = ward(world) else {
        return false;
    };
    // The first of the clan died in 1970.
    let dead = Guardian::Person(person(0));
    world
        .resource_mut::<PersonMap<Guardian>>()
        .insert(ward, dead);
    true
}

pub(super) fn no_guardian(world: &mut World) -> bool {
    let Some(ward) = ward(world) else {
        return false;
    };
    world.resource_mut::<PersonMap<Guardian>>().remove(ward);
    true
}

/// In one by the column, in another by the list of residents.
pub(super) fn child_in_two_households(world: &mut World) -> bool {
    let all = living(world);
    let child = all.iter().find(|who| age(world, **who) < 10);
    let Some(child) = child.copied() else {
        return false;
    };
    let home = get::<Residence>(world, child).unwrap();
    let mut homes = all.iter().map(|who| get::<Residence>(world, *who).unwrap());
    let other = homes.find(|other| *other != home).unwrap();
    set(world, child, other);
    true
}

pub(super) fn in_no_household(world: &mut World) -> bool {
    let last = living(world).pop();
    last.map(|who| set(world, who, Residence(None))).is_some()
}

/// Whoever stands first in the rows dies.
pub(super) fn the_first_row_dies(world: &mut World) -> bool {
    let first = world.resource::<Slots<Person>>().iter().next();
    let first = first.map(|(_, who)| who.id());
    let mut deaths = world.resource_mut::<Deaths<Person>>();
    first.map(|who| deaths.request(who, 0)).is_some()
}
