//! The slow model of sharing: every household is looked at on every day.

use oikos_core::{Date, Seed, Stream, Tick, date};

use super::model::{CHANCES, Model, ORPHANAGE};
use super::village::SEED;

impl Model {
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
