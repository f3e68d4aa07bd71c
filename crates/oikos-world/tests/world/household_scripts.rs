//! Random births, deaths and moves beside a slow model, and one history whatever the storage.

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::StableId;
use oikos_engine::Society;
use oikos_testkit::Contract;
use oikos_world::{Household, Person, Residence};
use proptest::prelude::*;

use super::{Order, builder, household, person, residents, step};

const PEOPLE: u64 = 6;
const SIZES: [u64; 2] = [3, 2];

/// What the village should be: who lives where.
#[derive(Default)]
struct Model {
    homes: BTreeMap<u64, u64>,
    people_ever: u64,
    households_ever: u64,
    /// Households that nobody lives in, with the tick in which that was so first.
    open: Vec<u64>,
}

impl Model {
    fn new() -> Self {
        let homes = [0, 0, 0, 1, 1, 2];
        Self {
            homes: (0..).zip(homes).collect(),
            people_ever: PEOPLE,
            households_ever: 3,
            open: vec![0, 1, 2],
        }
    }

    fn lived_in(&self, household: u64) -> bool {
        self.homes.values().any(|home| *home == household)
    }

    fn step(&mut self, orders: &[Order]) {
        let closing: Vec<u64> = self
            .open
            .iter()
            .copied()
            .filter(|id| !self.lived_in(*id))
            .collect();
        let mut births = Vec::new();
        let mut foundings = Vec::new();
        let mut ordinals = BTreeMap::<u64, u32>::new();
        let mut moves = Vec::new();
        for (number, order) in orders.iter().enumerate() {
            match order {
                Order::Birth(mother) => births.push((mother.get(), number)),
                Order::Found(founder, people, reason) => {
                    let ordinal = ordinals.entry(founder.get()).or_default();
                    foundings.push((founder.get(), *ordinal));
                    for person in people {
                        moves.push((person.get(), *reason, (1, founder.get(), *ordinal)));
                    }
                    *ordinal += 1;
                }
                Order::Move(person, to, reason) => {
                    moves.push((person.get(), *reason, (0, to.get(), 0)));
                }
                Order::Join(person, whom, reason) => {
                    moves.push((person.get(), *reason, (2, whom.get(), 0)));
                }
                Order::Merge(households) => {
                    let (first, others) = households.split_first().unwrap();
                    for (person, home) in &self.homes {
                        if others.contains(&household(*home)) && first.get() != *home {
                            moves.push((*person, 0, (0, first.get(), 0)));
                        }
                    }
                }
                Order::Death(_) | Order::Foundling => {}
            }
        }
        births.sort_unstable();
        foundings.sort_unstable();
        let ids = (self.households_ever..)
            .zip(&foundings)
            .map(|(id, key)| (*key, id));
        let founded: BTreeMap<_, _> = ids.collect();
        self.households_ever += foundings.len() as u64;
        self.open.extend(founded.values());
        self.open.retain(|id| !closing.contains(id));
        for (mother, _) in births {
            let home = self.homes[&mother];
            self.homes.insert(self.people_ever, home);
            self.people_ever += 1;
        }
        for order in orders {
            if let Order::Death(person) = order {
                self.homes.remove(&person.get());
            }
        }
        moves.sort_unstable();
        moves.dedup_by_key(|(person, ..)| *person);
        let mut joins = BTreeMap::new();
        for (person, _, to) in moves {
            let to = match to {
                (0, to, _) => Some(to).filter(|to| self.open.contains(to)),
                (1, founder, ordinal) => founded.get(&(founder, ordinal)).copied(),
                (_, whom, _) => {
                    joins.insert(person, whom);
                    None
                }
            };
            if let (Some(to), Some(home)) = (to, self.homes.get_mut(&person)) {
                *home = to;
            }
        }
        self.join(&joins);
    }

    /// Everybody goes to the end of their line, or of what is left of it when somebody before them has gone.
    fn join(&mut self, joins: &BTreeMap<u64, u64>) {
        let mut gone = BTreeSet::new();
        for person in joins.keys() {
            let mut line = vec![*person];
            loop {
                let last = line[line.len() - 1];
                let next = joins.get(&last).filter(|_| !gone.contains(&last));
                let Some(next) = next.filter(|next| self.homes.contains_key(next)) else {
                    break;
                };
                if line.contains(next) {
                    // Round: who comes first in the line stays, and those behind go there.
                    let stays = *next;
                    line.push(stays);
                    break;
                }
                line.push(*next);
            }
            let end = self.homes.get(&line[line.len() - 1]).copied();
            gone.extend(line.iter().copied());
            for person in line {
                if let (Some(end), Some(home)) = (end, self.homes.get_mut(&person)) {
                    *home = end;
                }
            }
        }
    }

    fn assert_same(&self, village: &Society) {
        let people = village.slot_order::<Person>();
        assert_eq!(people.len(), self.homes.len());
        for (id, home) in &self.homes {
            let there = village.get::<Residence>(person(*id)).unwrap().0;
            assert_eq!(there, Some(household(*home)), "person#{id}");
        }
        let mut open: Vec<_> = village
            .slot_order::<Household>()
            .into_iter()
            .map(StableId::get)
            .collect();
        open.sort_unstable();
        assert_eq!(open, self.open);
        for id in open {
            let there = self.homes.iter().filter(|(_, home)| **home == id);
            let there: Vec<u64> = there.map(|(person, _)| *person).collect();
            assert_eq!(residents(village, id), there, "household#{id}");
        }
    }
}

/// An order by numbers, resolved against who lives when it is given.
type Wish = (u8, u16, u16, usize, Vec<u16>);

fn wish() -> impl Strategy<Value = Wish> {
    let others = prop::collection::vec(any::<u16>(), 0..3);
    (0..11_u8, any::<u16>(), any::<u16>(), 0..2_usize, others)
}

fn order((what, who, to, reason, others): &Wish, model: &Model) -> Option<Order> {
    let living: Vec<u64> = model.homes.keys().copied().collect();
    let pick = |number: &u16| Some(person(*living.get(*number as usize % living.len().max(1))?));
    let who = pick(who)?;
    Some(match what {
        0 | 1 => Order::Birth(who),
        2 => Order::Death(who),
        3..=5 => Order::Move(
            who,
            household(u64::from(*to) % (model.households_ever + 1)),
            *reason,
        ),
        8 | 9 => Order::Join(who, pick(to)?, *reason),
        10 => {
            let open = others.iter().chain([to]);
            let number = |n: &u16| model.open[usize::from(*n) % model.open.len()];
            Order::Merge(open.map(|n| household(number(n))).collect())
        }
        _ => Order::Found(who, others.iter().filter_map(pick).collect(), *reason),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_village_is_what_the_slow_model_says(
        days in prop::collection::vec(prop::collection::vec(wish(), 0..5), 1..12),
        salt in any::<u64>(),
    ) {
        let mut village = builder(PEOPLE, &SIZES).build().unwrap();
        let mut model = Model::new();
        for wishes in &days {
            let orders: Vec<Order> = wishes.iter().filter_map(|wish| order(wish, &model)).collect();
            village.scramble(salt).unwrap();
            step(&mut village, &orders);
            model.step(&orders);
            model.assert_same(&village);
        }
    }
}

#[test]
fn a_village_keeps_its_contract() {
    let report = Contract::of(|| builder(PEOPLE, &SIZES)).ticks(10).assert();
    assert!(report.flipped > 10, "{report:?}");
}
