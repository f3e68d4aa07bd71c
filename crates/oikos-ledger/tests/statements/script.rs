//! Random scripts: numbers that proptest makes and shrinks, read as deeds.

use oikos_core::{Ratio, StableId};
use oikos_ledger::{Owner, TitleId};
use proptest::prelude::*;

use crate::deeds::Deed;
use crate::world::{GOODS, Slot, World, owner};

/// What scripts are drawn from, unless the environment says otherwise.
pub(crate) const SEED: u64 = 0x57a7_e3e7;

pub(crate) type Raw = (u8, u64);

pub(crate) fn scripts(deeds: usize) -> impl Strategy<Value = Vec<Raw>> {
    prop::collection::vec(any::<Raw>(), deeds)
}

/// What is to be done next.
#[derive(Debug, Clone)]
pub(crate) enum Next {
    Do(Deed),
    Follow,
    Drain,
    /// Ends the periods at these prices.
    Close(Vec<i64>),
}

/// A stream of numbers from one (S. Vigna, splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn of(&mut self, world: &World, sector: usize) -> Owner {
        let there = &world.there[sector];
        there[self.below(there.len() as u64) as usize]
    }

    fn anybody(&mut self, world: &World) -> Owner {
        let sector = [0, 0, 1, 1, 2, 3][self.below(6) as usize];
        self.of(world, sector)
    }

    fn two(&mut self, world: &World) -> [Owner; 2] {
        let first = self.anybody(world);
        let mut second = self.anybody(world);
        while second == first {
            second = self.anybody(world);
        }
        [first, second]
    }

    fn amount(&mut self) -> i64 {
        1 + self.below(500) as i64
    }

    fn change(&mut self) -> i64 {
        self.amount() * [1, -1][self.below(2) as usize]
    }

    fn good(&mut self) -> usize {
        self.below(GOODS as u64) as usize
    }

    fn title(&mut self, world: &World) -> TitleId {
        TitleId::new(self.below(world.titles.len().max(1))).unwrap()
    }

    fn money(&mut self, world: &World) -> Deed {
        let both = self.two(world);
        let amount = self.amount();
        let name = ["wage", "bonus", "purchase", "dividend"][self.below(4) as usize];
        match self.below(24) {
            0..8 => {
                let slot = [Slot::Cash, Slot::Deposit][self.below(2) as usize];
                Deed::Pay(name, slot, both, amount)
            }
            8..10 => Deed::PayBooked(both, amount),
            10 => {
                let count = self.below(12);
                let row = |_| (self.two(world), self.amount());
                Deed::Batch(name, (0..count).map(row).collect())
            }
            11..14 => Deed::Lend("lending", Slot::Loan, both, amount),
            14..16 => Deed::Lend("bond issue", Slot::Bond, both, amount),
            16 => Deed::HoldAndPost(both, amount),
            17 => Deed::WriteOff(both, amount),
            18..20 => Deed::Reprice(both, self.change()),
            20 => Deed::Build(self.of(world, 1), amount),
            21..23 => Deed::Invest([self.of(world, 1), self.of(world, 1)], amount),
            _ => Deed::RepriceMachine(self.of(world, 1), self.change()),
        }
    }

    fn real(&mut self, world: &World) -> Deed {
        let (who, both) = (self.anybody(world), self.two(world));
        let (good, quantity) = (self.good(), 1 + self.below(30) as i64);
        match self.below(20) {
            0..4 => Deed::Produce(self.of(world, 1), good, quantity * 2),
            4..7 => Deed::Sell(both, good, quantity, self.amount()),
            7 => Deed::HoldAndTake(both, good, quantity),
            8..10 => Deed::Consume(who, good, quantity),
            10 => Deed::Spoil(who, good, quantity),
            11 if world.titles.len() < 12 => {
                let second = self.below(2) == 0;
                Deed::Register(both[..1 + usize::from(second)].to_vec())
            }
            11..15 => Deed::Value(self.title(world), self.below(900) as i64),
            15..19 => {
                let (title, share) = (self.title(world), self.below(3));
                let shares = world
                    .titles
                    .get(title)
                    .map(|title| title.shares().collect());
                let shares: Vec<(Owner, Ratio)> = shares.unwrap_or_default();
                let count = shares.len() as u64;
                let giver = (count > 0).then(|| shares[self.below(count) as usize].0);
                let share = (share > 0).then(|| Ratio::new(1, 2 + share as i64).unwrap());
                Deed::Give(title, [giver.unwrap_or(both[0]), both[1]], share)
            }
            _ if self.below(6) > 0 => Deed::Value(self.title(world), self.amount()),
            _ => Deed::Destroy(self.title(world)),
        }
    }

    fn exit(&mut self, world: &World) -> Deed {
        let sector = self.below(2) as usize;
        let who = self.of(world, sector);
        let others = world.there[sector].iter().filter(|other| **other != who);
        let others: Vec<Owner> = others.copied().collect();
        let heir = others[self.below(others.len() as u64) as usize];
        let id = 100 + world.dead.len() as u64;
        Deed::Exit([who, heir], owner(sector as u16, id))
    }
}

/// Reads a raw deed against what there is.
pub(crate) fn next(raw: Raw, world: &World) -> Next {
    let mut from = Numbers(raw.1);
    match raw.0 {
        0..120 => Next::Do(from.money(world)),
        120..200 => Next::Do(from.real(world)),
        200..203 => Next::Do(from.exit(world)),
        203..213 => Next::Do(Deed::Advance),
        213..230 => Next::Follow,
        230..248 => Next::Drain,
        _ => Next::Close((0..GOODS).map(|_| from.below(40) as i64).collect()),
    }
}
