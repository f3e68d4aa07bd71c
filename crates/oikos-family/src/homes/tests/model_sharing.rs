//! The slow model of coming back and of sharing: every household is looked at on every day.

use std::collections::BTreeSet;

use oikos_core::{Date, Seed, Stream, Tick, date};

use super::model::{CHANCES, Goal, Model, ORPHANAGE};
use super::village::{Order, SEED};

impl Model {
    /// Whether somebody lives with others, and somebody there is marked as one who shares.
    pub(super) fn in_flat(&self, p: usize) -> bool {
        let there = self.residents(self.people[p].home);
        there.len() > 1 && there.into_iter().any(|q| self.people[q].sharer)
    }

    pub(super) fn residents(&self, home: u64) -> Vec<usize> {
        let lives_here = |p: &usize| self.people[*p].home == home;
        self.alive().into_iter().filter(lives_here).collect()
    }

    /// Those who come back to a parent who does not move today.
    pub(super) fn ask_back(
        &self,
        orders: &[Order],
        going: &BTreeSet<usize>,
        arrivals: &mut Vec<(u64, usize)>,
        asked: &mut Vec<(usize, u32, Goal)>,
    ) {
        let mut coming: Vec<usize> = Vec::new();
        for order in orders {
            if let Order::Return(p) = order {
                coming.push(*p as usize);
            }
        }
        let adults = asked
            .iter()
            .filter(|(p, why, _)| *why < 3 && !self.minor(*p));
        let partners = asked.iter().filter(|(p, ..)| self.partner(*p).is_some());
        let mut moving: BTreeSet<usize> = adults.chain(partners).map(|(p, ..)| *p).collect();
        moving.extend(&coming);
        for p in &coming {
            let parents = self.people[*p].parents.into_iter().flatten();
            let parents: Vec<usize> = parents.filter(|q| !self.people[*q].dead).collect();
            let home = |q: usize| self.people[q].home;
            let there = parents.iter().any(|q| home(*q) == home(*p));
            if there || self.partner(*p).is_some() {
                continue;
            }
            let takes_in = |q: &&usize| {
                let others = self.residents(home(**q)).into_iter();
                let arrived = arrivals.iter().filter(|(to, _)| *to == home(**q));
                let mut others = others.chain(arrived.map(|(_, r)| *r));
                let met = others.any(|r| self.last_union_is_over(*p, r));
                home(**q) > ORPHANAGE && !self.in_flat(**q) && !moving.contains(*q) && !met
            };
            let Some(parent) = parents.iter().find(takes_in).copied() else {
                continue;
            };
            arrivals.push((home(parent), *p));
            asked.push((*p, 3, Goal::With(parent)));
            for child in self.following(*p, &[*p], going) {
                asked.push((child, 3, Goal::With(*p)));
            }
        }
    }

    /// Those who share, but would not at their present age.
    pub(super) fn ask_out(&self) -> Vec<usize> {
        let sharer = |p: &usize| self.people[*p].sharer;
        let outgrown = |p: &usize| sharer(p) && self.in_flat(*p) && !self.is_sharing(*p);
        self.alive().into_iter().filter(outgrown).collect()
    }

    /// Completed years.
    fn age(&self, p: usize) -> u32 {
        let first = i64::from(date(2000, 1, 1).unwrap().days());
        let day = |days: i64| Date::from_days((first + days) as i32).unwrap().ymd();
        let ((now, month, of_month), born) = (day(self.days), day(self.people[p].born));
        let passed = (month, of_month) >= (born.1, born.2);
        (now - born.0 - i32::from(!passed)) as u32
    }

    /// By the draw that somebody has for life.
    fn is_sharing(&self, p: usize) -> bool {
        let stream = Stream::new(Seed(SEED), "family.sharing");
        let draw = stream.at(self.people[p].subject, Tick::ZERO).next_u64();
        let older = f64::from(self.age(p).clamp(35, 65) - 35) / 30.0;
        let chance = CHANCES[0] * (1.0 - older) + CHANCES[1] * older;
        draw as f64 / 18_446_744_073_709_551_616.0 < chance
    }

    /// Those who are alone since today move together with others.
    pub(super) fn share(&mut self, yesterday: &Self) {
        for p in 0..yesterday.people.len() {
            let moved = self.people[p].home != yesterday.people[p].home;
            self.people[p].sharer &= !moved && !self.people[p].dead;
        }
        self.set_right();
        let alone = |model: &Self, p: usize| model.residents(model.people[p].home) == [p];
        let private = |p: &usize| self.people[*p].home > ORPHANAGE && alone(self, *p);
        let since_today = |p: &usize| {
            let home = self.people[*p].home;
            yesterday.residents(home) != [*p]
        };
        let seekers: Vec<usize> = self
            .alive()
            .into_iter()
            .filter(private)
            .filter(since_today)
            .collect();
        for p in seekers {
            if !alone(self, p) {
                continue;
            }
            self.people[p].sharer = false;
            if self.minor(p) || self.partner(p).is_some() || !self.is_sharing(p) {
                continue;
            }
            if let Some(child) = self.child_with_home(p) {
                self.people[p].home = self.people[child].home;
            } else {
                if let Some(other) = self.nearest(p) {
                    self.people[p].home = self.people[other].home;
                }
                self.people[p].sharer = true;
            }
            self.set_right();
        }
    }

    /// Who shares with nobody who does, but is not alone, does not share.
    fn set_right(&mut self) {
        for p in self.alive() {
            let there = self.residents(self.people[p].home);
            let sharers = there.iter().filter(|q| self.people[**q].sharer).count();
            self.people[p].sharer &= sharers > 1 || there.len() == 1;
        }
    }

    fn admitted(&self, p: usize, home: u64) -> bool {
        let there = self.residents(home);
        home > ORPHANAGE && !there.into_iter().any(|q| self.last_union_is_over(p, q))
    }

    fn child_with_home(&self, p: usize) -> Option<usize> {
        let own = |q: &usize| {
            let child = self.people[*q].parents.contains(&Some(p)) && self.adult(*q);
            let keeps = !self.people[*q].at_home && !self.in_flat(*q);
            child && keeps && self.admitted(p, self.people[*q].home)
        };
        let mut all = self.alive().into_iter().filter(|_| self.age(p) >= 65);
        all.find(own)
    }

    /// The nearest in age of those who wait, else of those who have room.
    fn nearest(&self, p: usize) -> Option<usize> {
        let apart = |q: usize| (self.people[q].born - self.people[p].born).abs();
        let sharers = |q: usize| {
            let there = self.residents(self.people[q].home);
            there.into_iter().filter(|r| self.people[*r].sharer).count()
        };
        let may = |q: &usize| {
            let near = *q != p && self.people[*q].sharer && apart(*q) <= 3652;
            near && sharers(*q) < 4 && self.admitted(p, self.people[*q].home)
        };
        let all = self.alive().into_iter().filter(may);
        all.min_by_key(|q| (sharers(*q) > 1, apart(*q), self.people[*q].born, *q))
    }
}
