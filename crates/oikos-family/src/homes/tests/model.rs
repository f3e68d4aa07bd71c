//! The slow model: everybody is looked at on every day, and nothing is kept that could be found anew.

use std::collections::{BTreeMap, BTreeSet};

use super::village::{Order, TICK_DAYS};

/// Who takes care of a child.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Care {
    Person(usize),
    Orphanage,
}

#[derive(Clone, Debug)]
pub(super) struct Someone {
    /// Days before the beginning on which they were born.
    pub(super) born: i64,
    pub(super) parents: [Option<usize>; 2],
    pub(super) male: bool,
    pub(super) home: u64,
    pub(super) at_home: bool,
    pub(super) care: Option<Care>,
    pub(super) dead: bool,
    /// What their draws are keyed by.
    pub(super) subject: u64,
    /// Whether they share, or wait for others who do.
    pub(super) sharer: bool,
}

/// Homes of the model have numbers of their own.
pub(super) const ALMSHOUSE: u64 = 0;
pub(super) const ORPHANAGE: u64 = 1;
/// Chances to share below 35 and from 65 on.
pub(super) const CHANCES: [f64; 2] = [0.8, 0.6];
const ADULT_DAYS: i64 = 18 * 365 + 5;

#[derive(Clone, Default, Debug)]
pub(super) struct Model {
    pub(super) people: Vec<Someone>,
    /// Two partners, and whether it lasts.
    pub(super) unions: Vec<([usize; 2], bool)>,
    pub(super) next_home: u64,
    pub(super) days: i64,
}

/// Where somebody moves: the best of several is the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Goal {
    There(u64),
    Founded(usize, u32),
    With(usize),
}

impl Model {
    pub(super) fn alive(&self) -> Vec<usize> {
        (0..self.people.len())
            .filter(|p| !self.people[*p].dead)
            .collect()
    }

    pub(super) fn adult(&self, p: usize) -> bool {
        self.days - self.people[p].born >= ADULT_DAYS
    }

    pub(super) fn partner(&self, p: usize) -> Option<usize> {
        let union = self
            .unions
            .iter()
            .find(|(two, lasts)| *lasts && two.contains(&p));
        union.map(|(two, _)| if two[0] == p { two[1] } else { two[0] })
    }

    pub(super) fn minor(&self, p: usize) -> bool {
        !self.adult(p) && !self.unions.iter().any(|(two, _)| two.contains(&p))
    }

    pub(super) fn last_union_is_over(&self, a: usize, b: usize) -> bool {
        let of = |two: &[usize; 2]| two.contains(&a) && two.contains(&b);
        let last = self.unions.iter().rev().find(|(two, _)| of(two));
        last.is_some_and(|(_, lasts)| !lasts)
    }

    fn is_child(&self, child: usize, parent: usize) -> bool {
        self.people[child].parents.contains(&Some(parent))
    }

    fn woman_first(&self, [a, b]: [usize; 2]) -> [usize; 2] {
        if self.people[a].male && !self.people[b].male {
            [b, a]
        } else {
            [a, b]
        }
    }

    pub(super) fn tick(&mut self, orders: &[Order]) {
        let (mut parted, mut formed) = (Vec::new(), Vec::new());
        let mut asked: Vec<(usize, u32, Goal)> = Vec::new();
        let number = |n: u64| n as usize;
        for order in orders {
            match *order {
                Order::Part(p) => {
                    let at = self
                        .unions
                        .iter()
                        .rposition(|(two, lasts)| *lasts && two.contains(&number(p)));
                    self.unions[at.unwrap()].1 = false;
                    parted.push(self.woman_first(self.unions[at.unwrap()].0));
                }
                Order::Form(a, b) => {
                    self.unions.push(([number(a), number(b)], true));
                    formed.push(self.woman_first([number(a), number(b)]));
                }
                Order::Move(p, to) => {
                    asked.push((number(p), 9, Goal::There(self.people[number(to)].home)));
                }
                Order::Retire(p) => asked.push((number(p), 9, Goal::There(ALMSHOUSE))),
                _ => {}
            }
        }
        self.ask(&parted, &formed, orders, &mut asked);
        let yesterday = self.clone();
        let mut births: Vec<(u64, Option<u64>, u64)> = Vec::new();
        for (number, order) in (1_000..).zip(orders) {
            if let Order::Birth(mother, father) = order {
                births.push((*mother, *father, number));
            }
        }
        births.sort_by_key(|(mother, ..)| *mother);
        for (mother, father, subject) in births {
            let home = self.people[number(mother)].home;
            self.people.push(Someone {
                born: self.days,
                parents: [Some(number(mother)), father.map(number)],
                male: false,
                home,
                at_home: true,
                care: None,
                dead: false,
                subject,
                sharer: false,
            });
        }
        for order in orders {
            if let Order::Death(p) = order {
                self.people[number(*p)].dead = true;
            }
        }
        self.make(asked);
        for (two, lasts) in &mut self.unions {
            *lasts &= !two.iter().any(|p| self.people[*p].dead);
        }
        while self.look_after_the_first() {}
        self.share(&yesterday);
        while self.look_after_the_first() {}
        self.days += i64::from(TICK_DAYS);
    }

    /// All moves that somebody should make, some of which are overridden.
    fn ask(
        &self,
        parted: &[[usize; 2]],
        formed: &[[usize; 2]],
        orders: &[Order],
        asked: &mut Vec<(usize, u32, Goal)>,
    ) {
        let home = |p: usize| self.people[p].home;
        let together = parted.iter().filter(|[a, b]| home(*a) == home(*b));
        let going: BTreeSet<usize> = together.clone().map(|[_, goes]| *goes).collect();
        let mut founded = BTreeMap::<usize, u32>::new();
        let mut found = |people: &[usize], why: u32, asked: &mut Vec<_>| {
            let ordinal = founded.entry(people[0]).or_default();
            for p in people {
                asked.push((*p, why, Goal::Founded(people[0], *ordinal)));
                for child in self.following(*p, people, &going) {
                    asked.push((child, why, Goal::With(*p)));
                }
            }
            *ordinal += 1;
        };
        for [_, goes] in together {
            if self.partner(*goes).is_none() {
                found(&[*goes], 1, asked);
            }
        }
        let mut arrivals: Vec<(u64, usize)> = Vec::new();
        for [woman, man] in formed {
            let mut host = None;
            for (to, guest) in [(*woman, *man), (*man, *woman)] {
                let someone = &self.people[to];
                let leaves = someone.at_home || going.contains(&to) || self.in_flat(to);
                let own = !leaves && someone.home > ORPHANAGE && !going.contains(&guest);
                let there = |p: &usize| home(*p) == home(to) || arrivals.contains(&(home(to), *p));
                let mut others = self.alive().into_iter().filter(|p| *p != to && there(p));
                let met = others.any(|p| p != guest && self.last_union_is_over(guest, p));
                if own && !met && host.is_none() {
                    host = Some((to, guest));
                }
            }
            match host {
                Some((to, guest)) => {
                    asked.push((guest, 0, Goal::With(to)));
                    arrivals.push((home(to), guest));
                    for child in self.following(guest, &[guest], &going) {
                        asked.push((child, 0, Goal::With(guest)));
                    }
                }
                None => found(&[*woman, *man], 0, asked),
            }
        }
        for order in orders {
            if let Order::Leave(p) = order
                && self.partner(*p as usize).is_none()
            {
                found(&[*p as usize], 2, asked);
            }
        }
        self.ask_back(orders, &going, &mut arrivals, asked);
        // The best move of several is made, and the one of lower number is better.
        for p in self.ask_out() {
            let moves = |(q, why, _): &(usize, u32, Goal)| *q == p && *why < 9;
            if !asked.iter().any(moves) {
                found(&[p], 4, asked);
            }
        }
    }

    /// The minors who go where somebody goes.
    pub(super) fn following(
        &self,
        mover: usize,
        movers: &[usize],
        going: &BTreeSet<usize>,
    ) -> Vec<usize> {
        let home = self.people[mover].home;
        let lives_here = |p: &usize| !self.people[*p].dead && self.people[*p].home == home;
        let stays = |p: usize| lives_here(&p) && !movers.contains(&p) && !going.contains(&p);
        let follows = |p: &usize| {
            let parents = self.people[*p].parents.into_iter().flatten();
            let kept = parents.into_iter().any(stays);
            let child = self.is_child(*p, mover) && !kept;
            child || self.people[*p].care == Some(Care::Person(mover))
        };
        let minors = self.alive().into_iter().filter(|p| self.minor(*p));
        minors.filter(lives_here).filter(follows).collect()
    }

    /// Makes the best move of each.
    fn make(&mut self, mut asked: Vec<(usize, u32, Goal)>) {
        asked.sort_unstable();
        asked.dedup_by_key(|(p, ..)| *p);
        let back: Vec<_> = asked.iter().filter(|(_, why, _)| *why == 3).collect();
        let back: Vec<(usize, u64)> = back
            .iter()
            .map(|(p, ..)| (*p, self.people[*p].home))
            .collect();
        let mut homes = BTreeMap::new();
        let mut joining = Vec::new();
        for (p, _, goal) in asked {
            let to = match goal {
                Goal::There(to) => to,
                Goal::Founded(founder, ordinal) => {
                    *homes.entry((founder, ordinal)).or_insert_with(|| {
                        self.next_home += 1;
                        self.next_home
                    })
                }
                Goal::With(whom) => {
                    joining.push((p, whom));
                    continue;
                }
            };
            self.people[p].home = to;
        }
        // Whom nobody who still has to move is followed first.
        while !joining.is_empty() {
            let ready = |(_, whom): &(usize, usize)| !joining.iter().any(|(p, _)| p == whom);
            let at = joining.iter().position(ready).unwrap();
            let (p, whom) = joining.remove(at);
            if !self.people[whom].dead {
                self.people[p].home = self.people[whom].home;
            }
        }
        for (p, before) in back {
            self.people[p].at_home |= self.people[p].home != before;
        }
    }

    /// Looks after the first one who needs it, and tells whether there was somebody.
    fn look_after_the_first(&mut self) -> bool {
        for p in self.alive() {
            let home = self.people[p].home;
            let here = |other: usize| !self.people[other].dead && self.people[other].home == home;
            let with_parent = self.people[p].parents.into_iter().flatten().any(here);
            let with_guardian = match self.people[p].care {
                Some(Care::Person(guardian)) => here(guardian),
                Some(Care::Orphanage) => home == ORPHANAGE,
                None => false,
            };
            if with_parent {
                self.people[p].care = None;
            } else if !with_guardian && self.minor(p) {
                self.place(p);
                return true;
            } else if !with_guardian {
                self.people[p].care = None;
                self.people[p].at_home = false;
            }
        }
        false
    }

    fn place(&mut self, p: usize) {
        let alive = |other: &usize| !self.people[*other].dead;
        let private = |other: &usize| self.people[*other].home > ORPHANAGE;
        let parents = self.people[p].parents.into_iter().flatten().filter(alive);
        let parent = parents.into_iter().find(|q| private(q) || self.minor(*q));
        let before = match self.people[p].care {
            Some(Care::Person(guardian)) => Some(guardian),
            _ => None,
        };
        let caring = before.into_iter().chain(self.kin(p));
        let guardian = caring.filter(alive).find(private);
        let (home, care) = match (parent, guardian) {
            (Some(parent), _) => (self.people[parent].home, None),
            (None, Some(guardian)) => (self.people[guardian].home, Some(Care::Person(guardian))),
            (None, None) => (ORPHANAGE, Some(Care::Orphanage)),
        };
        self.people[p].home = home;
        self.people[p].care = care;
    }

    /// Grandparents, full siblings, half-siblings, aunts and uncles who are of age.
    fn kin(&self, p: usize) -> Vec<usize> {
        let all = 0..self.people.len();
        let parents = |p: usize| self.people[p].parents.into_iter().flatten();
        let shares = |a: usize, b: usize| a != b && parents(a).any(|q| parents(b).any(|r| r == q));
        let full = |a: usize, b: usize| {
            self.people[a].parents == self.people[b].parents && parents(a).count() == 2
        };
        let grandparents = all
            .clone()
            .filter(|q| parents(p).any(|r| self.is_child(r, *q)));
        let siblings = all.clone().filter(|q| shares(p, *q) && full(p, *q));
        let half = all.clone().filter(|q| shares(p, *q) && !full(p, *q));
        let aunts = all.clone().filter(|q| parents(p).any(|r| shares(r, *q)));
        let kin = grandparents.chain(siblings).chain(half).chain(aunts);
        kin.filter(|q| self.adult(*q)).collect()
    }
}
