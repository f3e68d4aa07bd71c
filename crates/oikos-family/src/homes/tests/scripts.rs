//! Random lives beside the slow model.

use std::cell::RefCell;
use std::collections::BTreeMap;

use oikos_engine::Society;
use oikos_world::Sex;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::model::{ALMSHOUSE, CHANCES, Care, Model, ORPHANAGE, Someone};
use super::seen::{Seen, note, note_sharing};
use super::village::{
    Order, almshouse, entry, founder, home, housemates, id, is_at_home, is_sharer, sharing_builder,
    step,
};
use crate::Founder;
use crate::homes::{FoundHomes, Guardian, SharingChances, guardian};

/// Age, sex, mother, father, household, at home: grandparents with a grown-up daughter, a couple with two
/// children, its half-brother, a mother alone with his child, two who are no kin, a child alone, a household of
/// siblings and their friends, and the father of some of them.
type Row = (i32, Sex, Option<u64>, Option<u64>, u64, bool);

const PEOPLE: [Row; 25] = [
    (60, Sex::Female, None, None, 2, false),
    (62, Sex::Male, None, None, 2, false),
    (35, Sex::Female, Some(0), Some(1), 3, false),
    (30, Sex::Male, Some(0), Some(1), 4, false),
    (20, Sex::Female, Some(0), Some(1), 2, true),
    (36, Sex::Male, None, None, 3, false),
    (10, Sex::Female, Some(2), Some(5), 3, true),
    (5, Sex::Male, Some(2), Some(5), 3, true),
    (28, Sex::Female, None, None, 5, false),
    (3, Sex::Male, Some(8), Some(3), 5, true),
    (12, Sex::Male, None, None, 6, true),
    (45, Sex::Male, None, None, 6, false),
    (8, Sex::Female, None, None, ORPHANAGE, true),
    (45, Sex::Female, None, None, 7, false),
    (64, Sex::Male, None, None, 8, false),
    (27, Sex::Male, None, Some(14), 9, false),
    (24, Sex::Male, None, Some(14), 8, true),
    (22, Sex::Female, Some(13), Some(14), 8, true),
    (29, Sex::Male, None, None, 9, false),
    (66, Sex::Female, None, None, 10, false),
    (25, Sex::Male, None, Some(14), 8, true),
    (26, Sex::Female, None, Some(14), 8, true),
    (30, Sex::Male, None, Some(14), 8, true),
    (32, Sex::Female, None, Some(14), 8, true),
    (23, Sex::Male, None, Some(14), 8, true),
];

fn society() -> Society {
    let people = PEOPLE.iter().map(|(age, sex, mother, father, ..)| {
        let mut founder: Founder = founder(*age, *sex);
        if let Some(mother) = mother {
            founder = founder.mother(id(*mother));
        }
        if let Some(father) = father {
            founder = founder.father(id(*father));
        }
        founder
    });
    let mut groups = BTreeMap::<u64, Vec<_>>::new();
    for (person, (.., home, _)) in (0..).zip(&PEOPLE) {
        groups.entry(*home).or_default().push(id(person));
    }
    let homes = FoundHomes {
        groups: groups.into_values().collect(),
        at_home: [4, 16, 17, 20, 21, 22, 23, 24].map(id).to_vec(),
    };
    let [young, old] = CHANCES;
    let chances = SharingChances::new(young, old).unwrap();
    let builder = sharing_builder(people.collect(), homes, chances);
    builder.build().unwrap()
}

fn model() -> Model {
    let number = |parent: Option<u64>| parent.map(|parent| parent as usize);
    let people = PEOPLE
        .iter()
        .zip(0..)
        .map(|((age, sex, mother, father, home, at_home), row)| Someone {
            // With the leap days since then.
            born: -i64::from(*age * 365 + 1999 / 4 - (1999 - *age) / 4),
            parents: [number(*mother), number(*father)],
            male: *sex == Sex::Male,
            home: *home,
            at_home: *at_home,
            care: match row {
                10 => Some(Care::Person(11)),
                12 => Some(Care::Orphanage),
                _ => None,
            },
            dead: false,
            subject: row,
            sharer: false,
        });
    Model {
        people: people.collect(),
        next_home: 10,
        ..Model::default()
    }
}

/// A kind of order, and two draws that tell of whom.
type Draft = (u8, u16, u16);

/// The orders that drafts come to in a model: those that cannot be are left out.
fn orders(model: &Model, drafts: &[Draft]) -> Vec<Order> {
    let alive = model.alive();
    let mut now = model.clone();
    let mut orders: Vec<Order> = Vec::new();
    for (kind, one, other) in drafts {
        let pick = |draw: u16| alive[usize::from(draw) % alive.len()];
        let (a, b) = (pick(*one), pick(*other));
        let free = |p: usize| now.partner(p).is_none();
        let old = |p: usize| model.days - model.people[p].born >= 15 * 366;
        let kin = |a: usize, b: usize| {
            let parents = |p: usize| model.people[p].parents.into_iter().flatten();
            parents(a).any(|p| p == b || parents(b).any(|q| q == p)) || parents(b).any(|p| p == a)
        };
        let moved = |p: usize, o: &Order| matches!(o, Order::Move(q, _) if *q == p as u64);
        let moves = |p: usize, o: &Order| moved(p, o) || *o == Order::Retire(p as u64);
        let may = |p: usize| free(p) && old(p) && !orders.iter().any(|order| moved(p, order));
        // Nobody is asked to come back to where a test moves a parent or the other way round.
        let parents = |p: u64| model.people[p as usize].parents.into_iter().flatten();
        let awaited =
            |p: usize, o: &Order| matches!(o, Order::Return(q) if parents(*q).any(|r| r == p));
        let expected = orders.iter().any(|order| awaited(a, order));
        let busy = expected || orders.iter().any(|order| moves(a, order));
        let away = |p: usize| {
            orders
                .iter()
                .any(|o| parents(p as u64).any(|q| moves(q, o)))
        };
        let [m, n] = [a, b].map(|p| p as u64);
        let order = match kind {
            0..=3 if a != b && may(a) && may(b) && !kin(a, b) => {
                now.unions.push(([a, b], true));
                Order::Form(m, n)
            }
            4..=6 | 17 if model.partner(a).is_some() && now.partner(a) == model.partner(a) => {
                let at = now
                    .unions
                    .iter()
                    .rposition(|(two, lasts)| *lasts && two.contains(&a));
                now.unions[at.unwrap()].1 = false;
                // On the same day they may begin anew with somebody else.
                let begins = a != b && now.partner(b).is_none() && old(b) && !kin(a, b);
                if *kind == 17 && begins && !orders.iter().any(|order| moved(b, order)) {
                    orders.extend([Order::Part(m), Order::Form(m, n)]);
                    now.unions.push(([a, b], true));
                    continue;
                }
                Order::Part(m)
            }
            7..=9 if !model.people[a].male && old(a) => {
                let partner = model.partner(a).or(Some(b));
                let father = partner.filter(|p| model.people[*p].male && old(*p) && !kin(a, *p));
                let said = orders
                    .iter()
                    .any(|o| matches!(o, Order::Birth(q, _) if *q == m));
                if said {
                    continue;
                }
                Order::Birth(m, father.map(|p| p as u64))
            }
            10..=12 => Order::Death(m),
            13 | 14 if model.people[a].at_home && model.adult(a) && model.partner(a).is_none() => {
                Order::Leave(m)
            }
            // A plugin that parts couples would break an invariant.
            15 if !busy && !now.unions.iter().any(|(two, _)| two.contains(&a)) => Order::Move(m, n),
            16 if !busy => Order::Retire(m),
            18..=20
                if !model.people[a].at_home
                    && model.adult(a)
                    && model.partner(a).is_none()
                    && !away(a)
                    && !orders.iter().any(|order| moves(a, order)) =>
            {
                Order::Return(m)
            }
            21 | 22 => {
                let leaves = |p: &usize| {
                    let free = model.partner(*p).is_none() && now.partner(*p).is_none();
                    model.people[*p].at_home && model.adult(*p) && free
                };
                let Some(p) = alive
                    .iter()
                    .copied()
                    .filter(leaves)
                    .nth(usize::from(*one) % 5)
                else {
                    continue;
                };
                Order::Leave(p as u64)
            }
            _ => continue,
        };
        if !orders.contains(&order) {
            orders.push(order);
        }
    }
    orders
}

fn assert_same(model: &Model, village: &Society) {
    let alive = model.alive();
    let orphanage = village
        .world()
        .resource::<super::super::guardians::Orphanage>()
        .0;
    for p in &alive {
        let (p, someone) = (*p as u64, &model.people[*p]);
        let there = alive
            .iter()
            .filter(|q| model.people[**q].home == someone.home);
        let there: Vec<u64> = there.map(|q| *q as u64).collect();
        assert_eq!(housemates(village, p), there, "person#{p}");
        let lives_in = home(village, p);
        assert_eq!(
            Some(lives_in) == orphanage,
            someone.home == ORPHANAGE,
            "person#{p}"
        );
        assert_eq!(
            lives_in == almshouse(),
            someone.home == ALMSHOUSE,
            "person#{p}"
        );
        assert_eq!(is_at_home(village, p), someone.at_home, "person#{p}");
        assert_eq!(is_sharer(village, p), someone.sharer, "person#{p}");
        let care = match entry(village, p) {
            Some(Guardian::Person(guardian)) => {
                Some(Care::Person(oikos_core::StableId::get(guardian) as usize))
            }
            Some(Guardian::Institution(_)) => Some(Care::Orphanage),
            None => None,
        };
        assert_eq!(care, someone.care, "person#{p}");
        let public = guardian(village.world(), id(p)).is_some();
        assert_eq!(
            public,
            care.is_some() && model.minor(p as usize),
            "person#{p}"
        );
    }
    assert_eq!(
        village.slot_order::<oikos_world::Person>().len(),
        alive.len()
    );
}

#[test]
fn the_village_lives_as_the_slow_model_says() {
    let cases = 300;
    let seen = RefCell::new(Seen::new());
    let draft = (0..23_u8, any::<u16>(), any::<u16>());
    let script = prop::collection::vec(prop::collection::vec(draft, 0..7), 1..16);
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let stream = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let result = TestRunner::new_with_rng(config, stream).run(&script, |script| {
        let (mut village, mut model) = (society(), model());
        assert_same(&model, &village);
        for drafts in &script {
            let orders = orders(&model, drafts);
            let before = model.clone();
            model.tick(&orders);
            step(&mut village, &orders);
            note(&mut seen.borrow_mut(), &before, &model, &orders);
            note_sharing(&mut seen.borrow_mut(), &before, &model, &orders);
            assert_same(&model, &village);
        }
        Ok(())
    });
    result.unwrap();
    for (what, times) in seen.into_inner() {
        assert!(times * 100 >= cases, "{what}: {times} of {cases}");
    }
}
