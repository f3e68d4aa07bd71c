//! Goods and things in the slow model.

use std::collections::BTreeMap;

use oikos_core::{Ratio, StableId, apportion};
use oikos_ledger::{Good, GoodsFlow, Item, Owner, Sector, TitleChange, TitleEntry, TitleKind};

use crate::faults::Fault;
use crate::model::Model;
use crate::view::{Key, View};
use crate::world::{Raw, sector_of};

/// A thing as entries tell it. What kind of thing it is, they do not tell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Thing {
    pub(crate) currency: u16,
    pub(crate) kind: u16,
    shares: BTreeMap<Owner, Ratio>,
    value: i64,
}

impl Thing {
    /// What the share of each owner is worth: by largest remainder over a common denominator.
    fn worth(&self) -> BTreeMap<Owner, i128> {
        if self.value == 0 {
            return BTreeMap::new();
        }
        let mut common = 1_i64;
        for share in self.shares.values() {
            let (mut left, mut right) = (common, share.denominator());
            while right != 0 {
                (left, right) = (right, left % right);
            }
            common = common / left * share.denominator();
        }
        let weight = |share: &Ratio| (common / share.denominator() * share.numerator()) as u64;
        let weights: Vec<u64> = self.shares.values().map(weight).collect();
        let parts = apportion(self.value, &weights).unwrap();
        self.shares
            .keys()
            .copied()
            .zip(parts.into_iter().map(i128::from))
            .collect()
    }

    fn change(&mut self, change: &TitleChange) {
        match *change {
            TitleChange::Moved { from, to, share } => {
                if let Some(from) = from {
                    let left = (self.shares[&from] - share).unwrap();
                    self.shares.insert(from, left);
                }
                if let Some(to) = to {
                    let has = self.shares.get(&to).copied().unwrap_or(Ratio::ZERO);
                    self.shares.insert(to, (has + share).unwrap());
                }
                self.shares.retain(|_, share| *share != Ratio::ZERO);
            }
            TitleChange::Revalued { after, .. } => self.value = after,
            _ => {}
        }
    }
}

impl Model {
    pub(crate) fn add_real(&mut self, view: &mut View, raw: &Raw, prices: &[i64]) {
        self.add_goods(view, raw, prices);
        for (&key, &worth) in &self.worth_of_things() {
            view.cells.entry(key).or_insert([0; 4])[0] += worth;
        }
        for entry in &raw.titles {
            self.follow_thing(view, entry);
        }
        for (&key, &worth) in &self.worth_of_things() {
            view.cells.entry(key).or_insert([0; 4])[3] += worth;
        }
    }

    fn worth_of_things(&self) -> BTreeMap<Key, i128> {
        let mut sums = BTreeMap::new();
        for thing in self.things.values() {
            for (owner, amount) in thing.worth() {
                *sums.entry(key_of(thing, owner)).or_default() += amount;
            }
        }
        sums
    }

    fn follow_thing(&mut self, view: &mut View, entry: &TitleEntry) {
        let thing = self.things.entry(entry.title.get()).or_default();
        if matches!(entry.change, TitleChange::Registered) {
            return;
        }
        // Kind and currency of the world's things follow from their first owners.
        if let TitleChange::Moved {
            from: None,
            to: Some(to),
            share,
        } = entry.change
            && thing.shares.is_empty()
        {
            thing.kind = share.denominator() as u16 % 2;
            thing.currency = to.kind.0 % 2;
        }
        let which = match entry.change {
            TitleChange::Revalued { .. } => 2,
            _ => 1,
        };
        for (owner, amount) in thing.worth() {
            view.cells.entry(key_of(thing, owner)).or_insert([0; 4])[which] -= amount;
        }
        thing.change(&entry.change);
        for (owner, amount) in thing.worth() {
            view.cells.entry(key_of(thing, owner)).or_insert([0; 4])[which] += amount;
        }
    }

    fn add_goods(&mut self, view: &mut View, raw: &Raw, prices: &[i64]) {
        let units = |units: &BTreeMap<(Owner, Good), i128>| {
            let mut sums = BTreeMap::<(Good, Sector), i128>::new();
            for (&(owner, good), units) in units {
                *sums.entry((good, sector_of(owner).unwrap())).or_default() += units;
            }
            sums
        };
        for (key, units) in units(&self.units) {
            view.lines.entry(key).or_insert([0; 7])[0] = units;
        }
        for entry in &raw.goods {
            let (good, quantity) = (entry.good, i128::from(entry.quantity.0));
            let silent = self.is(Fault::SpoilUntold) && entry.flow == GoodsFlow::Spoil;
            let columns = match entry.flow {
                GoodsFlow::Produce => [0, 1],
                GoodsFlow::Transfer => [3, 2],
                GoodsFlow::Consume => [4, 0],
                GoodsFlow::Spoil => [5, 0],
            };
            let sides = [(entry.from, columns[0], -1), (entry.to, columns[1], 1)];
            for (owner, column, sign) in sides {
                let Some(owner) = owner else { continue };
                *self.units.entry((owner, good)).or_default() += quantity * sign;
                if !silent {
                    let key = (good, sector_of(owner).unwrap());
                    view.lines.entry(key).or_insert([0; 7])[column] += quantity;
                }
            }
        }
        for (key, units) in units(&self.units) {
            view.lines.entry(key).or_insert([0; 7])[6] = units;
        }
        for (&(good, sector), line) in &view.lines {
            let [before, after] = [&self.prices, prices];
            let [before, after] =
                [before, after].map(|prices| i128::from(prices[usize::from(good.0)]));
            let net = line[1] + line[2] - line[3] - line[4] - line[5];
            let gain = line[6] * (after - before);
            let sums = [line[0] * before, net * before, gain, line[6] * after];
            view.cells.insert((0, Item::Good(good), sector), sums);
        }
        self.prices = prices.to_vec();
    }
}

fn key_of(thing: &Thing, owner: Owner) -> Key {
    let sector = sector_of(owner).unwrap();
    (thing.currency, Item::Thing(TitleKind(thing.kind)), sector)
}
