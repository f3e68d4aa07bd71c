//! What happened in a script.

use std::collections::BTreeMap;

use super::model::{Care, Model};
use super::village::Order;

/// What scripts contained, by name: cases in which it happened.
pub(super) type Seen = BTreeMap<&'static str, u32>;

pub(super) fn note(seen: &mut Seen, before: &Model, after: &Model, orders: &[Order]) {
    let mut count = |name, happened: bool| *seen.entry(name).or_default() += u32::from(happened);
    let moved = |p: &usize| before.people[*p].home != after.people[*p].home;
    let (was, is) = (before.alive(), after.alive());
    let both = |p: &&usize| **p < before.people.len();
    let new_care = |p: &usize| {
        after.people[*p].care.is_some() && before.people[*p].care != after.people[*p].care
    };
    count(
        "a guardian of the kin",
        is.iter()
            .filter(both)
            .any(|p| new_care(p) && matches!(after.people[*p].care, Some(Care::Person(_)))),
    );
    count(
        "the institution",
        is.iter()
            .filter(both)
            .any(|p| new_care(p) && after.people[*p].care == Some(Care::Orphanage)),
    );
    let changed = |p: &usize| matches!((before.people[*p].care, after.people[*p].care), (Some(a), Some(b)) if a != b);
    count("another guardian", is.iter().filter(both).any(changed));
    count(
        "a minor who moves",
        is.iter().filter(both).any(|p| moved(p) && after.minor(*p)),
    );
    let kept = |p: &usize| before.people[*p].at_home && !after.people[*p].at_home && !moved(p);
    count(
        "an adult who keeps the dwelling",
        is.iter().filter(both).any(kept),
    );
    let mothers = orders.iter().filter_map(|order| match order {
        Order::Birth(mother, _) => Some(*mother),
        _ => None,
    });
    let dies = |p: u64| orders.contains(&Order::Death(p));
    count("a mother who dies at a birth", mothers.clone().any(dies));
    let form = |p: u64| {
        orders
            .iter()
            .any(|o| matches!(o, Order::Form(a, b) if *a == p || *b == p))
    };
    count("a birth on the day of a union", mothers.clone().any(form));
    count(
        "a death on the day of a union",
        was.iter().any(|p| form(*p as u64) && dies(*p as u64)),
    );
    count(
        "parting and a union on one day",
        was.iter()
            .any(|p| form(*p as u64) && before.partner(*p).is_some()),
    );
    count(
        "a union of one who is below 18",
        was.iter().any(|p| form(*p as u64) && before.minor(*p)),
    );
}

/// Of returning and sharing.
pub(super) fn note_sharing(seen: &mut Seen, before: &Model, after: &Model, orders: &[Order]) {
    let mut count = |name, happened: bool| *seen.entry(name).or_default() += u32::from(happened);
    let was: Vec<usize> = before.alive();
    let stays = |p: &&usize| !after.people[**p].dead;
    let was = || was.iter().filter(stays).copied();
    let moved = |p: usize| before.people[p].home != after.people[p].home;
    let back = |p: usize| orders.contains(&Order::Return(p as u64)) && after.people[p].at_home;
    count("somebody who comes back", was().any(back));
    let child = |p: usize| after.minor(p) && moved(p);
    let with = |p: usize| after.people[p].parents.into_iter().flatten().any(back);
    count(
        "a child who comes along",
        was().any(|p| child(p) && with(p)),
    );
    let asked = |p: usize| orders.contains(&Order::Return(p as u64));
    count(
        "nobody to come back to",
        was().any(|p| asked(p) && !moved(p)),
    );
    let joins = |p: usize| moved(p) && after.people[p].sharer && after.in_flat(p);
    count("somebody who joins others", was().any(joins));
    let waits = |p: usize| after.people[p].sharer && !after.in_flat(p);
    count("somebody who waits", was().any(waits));
    let flat = |p: usize| {
        let there = after.residents(after.people[p].home).into_iter();
        there.filter(|q| after.people[*q].sharer).count()
    };
    count("a flat of three", was().any(|p| flat(p) == 3));
    count("a flat of four", was().any(|p| flat(p) == 4));
    let left = |p: usize| before.people[p].sharer && before.in_flat(p) && waits(p);
    count("a flat of which one is left", was().any(left));
    let united = |p: usize| before.in_flat(p) && after.partner(p).is_some();
    count("a union of one who shares", was().any(united));
    let grown = |p: usize| after.days - after.people[p].born > 65 * 366;
    let parent_of = |p: usize, q: usize| after.people[q].parents.contains(&Some(p));
    let joined = |p: usize| {
        let there = before.residents(after.people[p].home);
        let shared = there
            .into_iter()
            .any(|q| parent_of(p, q) && before.adult(q));
        let asked = |o: &Order| matches!(o, Order::Move(q, _) if *q == p as u64);
        moved(p) && grown(p) && shared && !orders.iter().any(asked)
    };
    count("an old parent who moves to a child", was().any(joined));
}
