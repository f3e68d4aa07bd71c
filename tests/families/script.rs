//! Random towns and what is asked of them: deaths, births, unions that may be and unions that may not, weddings,
//! partings, moves.

use std::collections::BTreeSet;

use oikos::family::{End, LastDelivery};
use oikos::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;

use super::audit::GESTATION_DAYS;
use super::clan::{Household, person};
use super::town::{Order, Setting};

/// What is asked of a day: how, and of whom, by number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) day: u16,
    pub(super) what: u8,
    pub(super) picks: (u16, u16),
}

/// A town and what happens in it.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub(super) setting: Setting,
    pub(super) wishes: Vec<Wish>,
}

fn household() -> impl Strategy<Value = Household> {
    (
        19..41_i32,
        -2..9_i32,
        0..5_i32,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(woman, gap, children, grandmother, other_woman, married)| Household {
                woman,
                gap,
                children,
                grandmother,
                other_woman,
                married,
            },
        )
}

fn setting() -> impl Strategy<Value = Setting> {
    let households = vec(household(), 4..18);
    (
        0..1_000_000_u64,
        any::<bool>(),
        0..3_u8,
        0..80_i32,
        households,
        1..4_u8,
    )
        .prop_map(
            |(seed, thinned, matching, begins, households, years)| Setting {
                seed,
                thinned,
                matching,
                begins,
                households,
                years,
            },
        )
}

/// Up to a hundred wishes in up to three years.
pub(super) fn script() -> impl Strategy<Value = Script> {
    let wish = (0..1_100_u16, 0..18_u8, any::<(u16, u16)>());
    let wish = wish.prop_map(|(day, what, picks)| Wish { day, what, picks });
    (setting(), vec(wish, 0..100)).prop_map(|(setting, wishes)| Script { setting, wishes })
}

impl Script {
    pub(super) fn days(&self) -> u16 {
        365 * u16::from(self.setting.years) + 20
    }

    /// The orders of a day: nobody is in two of them.
    pub(super) fn orders(&self, town: &Society, day: u16) -> Vec<Order> {
        let mut orders = Vec::new();
        if day == 0 {
            let couples = self.setting.founding().couples;
            let unite = |(woman, man, married)| Order::Unite(woman, man, married);
            return couples.into_iter().map(unite).collect();
        }
        let mut busy = BTreeSet::new();
        for wish in self.wishes.iter().filter(|wish| wish.day == day) {
            let mut town = Pick::of(town, wish.picks);
            for order in town.orders(wish.what) {
                let involved = town.involved(&order);
                if involved.is_disjoint(&busy) {
                    busy.extend(involved);
                    orders.push(order);
                }
            }
        }
        orders
    }
}

/// People of a town, picked by number.
struct Pick<'a> {
    town: &'a Society,
    living: Vec<PersonId>,
    picks: (usize, usize),
}

impl<'a> Pick<'a> {
    fn of(town: &'a Society, picks: (u16, u16)) -> Self {
        let mut living = town.slot_order::<Person>();
        living.sort_unstable();
        Self {
            town,
            living,
            picks: (usize::from(picks.0), usize::from(picks.1)),
        }
    }

    fn lineage(&self) -> &'a Lineage {
        self.town.world().resource()
    }

    fn unions(&self) -> &'a Unions {
        self.town.world().resource()
    }

    fn age(&self, who: PersonId) -> i32 {
        let born = self.lineage().get(who).unwrap().born;
        self.town.today().completed_years_since(born)
    }

    fn any(&self, number: usize, of: impl Fn(PersonId) -> bool) -> Option<PersonId> {
        let some: Vec<_> = self.living.iter().copied().filter(|who| of(*who)).collect();
        some.get(number % some.len().max(1)).copied()
    }

    fn is_woman(&self, who: PersonId) -> bool {
        self.lineage()
            .get(who)
            .is_some_and(|it| it.sex == Sex::Female)
    }

    fn single(&self, who: PersonId) -> bool {
        self.unions().current(who).is_none() && self.age(who) >= 15
    }

    fn orders(&mut self, what: u8) -> Vec<Order> {
        let (first, second) = self.picks;
        let unite = |one: Option<PersonId>, other: Option<PersonId>| {
            Some(Order::Unite(one?, other?, second.is_multiple_of(2)))
        };
        let anybody = self.any(first, |_| true);
        let adult = self.any(first, |who| self.single(who));
        let lineage = self.lineage();
        let order = match what {
            0 => anybody.map(Order::Death),
            1 | 2 => return self.orphaning(first),
            3..=5 => self.birth(first, second, what > 3),
            6 | 7 => {
                let woman = self.any(first, |who| self.is_woman(who) && self.single(who));
                let man = self.any(second, |who| !self.is_woman(who) && self.single(who));
                unite(woman, man)
            }
            8 => self
                .any(first, |who| self.unions().current(who).is_some())
                .map(Order::Part),
            9 => {
                let stays = |who| self.unions().of(who).next().is_none() && self.age(who) >= 18;
                let mover = self.any(first, stays);
                mover
                    .zip(self.any(second, |_| true))
                    .map(|(who, to)| Order::Move(who, to))
            }
            // What may not be: with oneself, of a child, with somebody in a union, with kin, with the dead, with
            // nobody, of one sex.
            10 => unite(adult, adult),
            11 => unite(adult, self.any(second, |who| self.age(who) < 15)),
            12 => unite(
                adult,
                self.any(second, |who| self.unions().current(who).is_some()),
            ),
            13 => self
                .kin(first, second)
                .and_then(|(one, other)| unite(Some(one), Some(other))),
            14 => {
                let dead = lineage.iter().filter(|(_, it)| it.exit().is_some());
                let dead: Vec<PersonId> = dead.map(|(who, _)| who).collect();
                let nobody = person(lineage.len() as u64 + second as u64);
                let other = if first.is_multiple_of(4) {
                    nobody
                } else {
                    dead[second % dead.len()]
                };
                unite(adult, Some(other))
            }
            // Two of a union, married or not.
            16 | 17 => {
                let one = self.any(first, |who| self.unions().current(who).is_some());
                one.and_then(|one| Some(Order::Marry(one, self.unions().partner(one)?)))
            }
            _ => unite(
                adult,
                self.any(second, |who| {
                    self.single(who)
                        && adult.is_some_and(|it| self.is_woman(it) == self.is_woman(who))
                }),
            ),
        };
        order.into_iter().collect()
    }

    /// The deaths of the parents of some child.
    fn orphaning(&self, number: usize) -> Vec<Order> {
        let parents = |who: PersonId| {
            let record = self.lineage().get(who).unwrap();
            [record.mother, record.father]
        };
        let child = self.any(number, |who| {
            self.age(who) < 16 && !parents(who).contains(&None)
        });
        let Some(child) = child else {
            return Vec::new();
        };
        let both = parents(child).into_iter().flatten();
        let living = both.filter(|parent| self.living.binary_search(parent).is_ok());
        living.map(Order::Death).collect()
    }

    /// A child, or twins, of a woman who may bear; a widow, if one is asked for and there is one.
    fn birth(&self, number: usize, other: usize, of_widow: bool) -> Option<Order> {
        let today = self.town.today();
        let may = |who: PersonId| {
            let last = self.town.get::<LastDelivery>(who).unwrap().0;
            let rested =
                self.lineage().children(who).next().is_none() || today.days() - last.days() >= 280;
            self.is_woman(who) && (16..45).contains(&self.age(who)) && rested
        };
        let late = |who: PersonId| {
            let (_, union) = self.unions().of(who).next()?;
            match union.ended {
                None => union.partner_of(who),
                Some((day, End::Death | End::Emigration)) => {
                    // As long as the child is his by F1.
                    let recent = today.days() - day.days() <= GESTATION_DAYS;
                    recent.then(|| union.partner_of(who)).flatten()
                }
                Some(_) => None,
            }
        };
        let widow = |who| may(who) && late(who).is_some() && self.unions().current(who).is_none();
        let widow = self.any(number, widow).filter(|_| of_widow);
        let mother = widow.or_else(|| self.any(number, may))?;
        let children = 1 + u16::from(other.is_multiple_of(3));
        Some(Order::Birth(mother, late(mother), children))
    }

    /// Two close kin of age, of both sexes and in no union, if there are.
    fn kin(&self, number: usize, other: usize) -> Option<(PersonId, PersonId)> {
        let relations = Relations::new(self.lineage());
        let near = |one: PersonId| -> Vec<PersonId> {
            let siblings = relations.siblings(one).map(|(who, _)| who);
            let parents = relations.parents(one).into_iter().flatten();
            let aunts = relations.parents(one).into_iter().flatten();
            let aunts = aunts.flat_map(|parent| relations.siblings(parent).map(|(who, _)| who));
            let all = siblings.chain(parents).chain(aunts);
            let fits = |who: &PersonId| {
                let lives = self.living.binary_search(who).is_ok();
                lives && self.single(*who) && self.is_woman(*who) != self.is_woman(one)
            };
            all.filter(fits).collect()
        };
        let one = self.any(number, |who| self.single(who) && !near(who).is_empty())?;
        let near = near(one);
        Some((one, near[other % near.len()]))
    }

    /// All whom an order touches, their partners too.
    fn involved(&self, order: &Order) -> BTreeSet<PersonId> {
        let people = match *order {
            Order::Death(who) | Order::Part(who) | Order::Move(who, _) => vec![who],
            Order::Birth(mother, father, _) => [mother].into_iter().chain(father).collect(),
            Order::Unite(one, other, _) | Order::Marry(one, other) => vec![one, other],
        };
        let partners = people.iter().filter_map(|who| self.unions().partner(*who));
        let partners: Vec<_> = partners.collect();
        people.into_iter().chain(partners).collect()
    }
}
