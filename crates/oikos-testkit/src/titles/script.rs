//! Numbers, read as deeds that mostly make sense.

use super::register::{CURRENCIES, Deed, KINDS, LIEN_KINDS, OWNERS, View, owner, title_id};
use crate::raw::{Numbers, Raw};
use oikos_core::{Currency, Ratio, StableId, Tick};
use oikos_ledger::{
    HoldId, LienId, LienKind, MAX_AMOUNT, Owner, TitleId, TitleKind, TitleOperation,
};

/// Reads one number as many.
struct From(Numbers);

impl From {
    const fn below(&mut self, bound: u64) -> u64 {
        self.0.below(bound)
    }

    fn owner(&mut self) -> Owner {
        owner(self.below(OWNERS))
    }

    fn title(&mut self, view: &View) -> TitleId {
        let made = view.titles.len() as u64;
        title_id(if self.below(50) == 0 {
            made
        } else {
            self.below(made.max(1))
        })
    }

    /// One who has a share, mostly.
    fn seller(&mut self, view: &View, title: TitleId) -> Owner {
        let seen = view.titles.get(title.get() as usize);
        let shares = seen.map(|seen| seen.shares.clone()).unwrap_or_default();
        if shares.is_empty() || self.below(8) == 0 {
            return self.owner();
        }
        shares[self.below(shares.len() as u64) as usize].0
    }

    fn amount(&mut self) -> i64 {
        match self.below(40) {
            0 => 0,
            1 => -(self.below(50) as i64),
            2 => MAX_AMOUNT - self.below(3) as i64,
            3 => [MAX_AMOUNT + 1, i64::MAX, i64::MIN][self.below(3) as usize],
            _ => 1 + self.below(300) as i64,
        }
    }

    /// Mostly small, at times with a denominator that leaves no room for another.
    fn share(&mut self) -> Ratio {
        let (above, below) = match self.below(60) {
            0 => (self.below(3) as i64 - 2, 3),
            1 => (1, i64::MAX - 24),
            2..6 => (
                1 + self.below(9) as i64,
                1_000_000_000 + self.below(100) as i64,
            ),
            _ => (1 + self.below(3) as i64, 2 + self.below(8) as i64),
        };
        Ratio::new(above, below).unwrap()
    }

    /// Shares that mostly add up to one.
    fn shares(&mut self) -> Vec<(Owner, Ratio)> {
        let count = 1 + self.below(4);
        let first = self.below(OWNERS);
        let weights: Vec<i64> = (0..count).map(|_| 1 + self.below(6) as i64).collect();
        let off = i64::from(self.below(25) == 0);
        let sum = weights.iter().sum::<i64>() + off;
        let mut shares: Vec<(Owner, Ratio)> = (first..)
            .zip(&weights)
            .map(|(number, &weight)| (owner(number % OWNERS), Ratio::new(weight, sum).unwrap()))
            .collect();
        match self.below(40) {
            0 => shares.push(shares[0]),
            1 => shares[0].1 = self.share(),
            2 => shares.push((owner(first + count), Ratio::new(1, i64::MAX - 24).unwrap())),
            _ => {}
        }
        shares
    }

    fn lien(&mut self, view: &View) -> LienId {
        let made = view.liens_made;
        let number = match self.below(12) {
            0 => made + self.below(2),
            1..6 => self.below(made.max(1)),
            _ => made.saturating_sub(1 + self.below(6)),
        };
        LienId::new(number).unwrap()
    }

    fn hold(&mut self, view: &View) -> HoldId {
        let made = view.holds_made;
        let number = match self.below(12) {
            0 => made + self.below(2),
            1..6 => self.below(made.max(1)),
            _ => made.saturating_sub(1 + self.below(6)),
        };
        HoldId::new(number).unwrap()
    }

    fn about_holds(&mut self, view: &View) -> TitleOperation {
        let title = self.title(view);
        match self.below(10) {
            0..6 => TitleOperation::Hold {
                title,
                owner: self.seller(view, title),
                share: (self.below(3) > 0).then(|| self.share()),
                reference: self.below(4),
                expires: (self.below(3) > 0).then_some(Tick::new(view.now + self.below(8) as u32)),
            },
            6..9 => TitleOperation::Take {
                hold: self.hold(view),
                to: self.owner(),
                with_liens: self.below(4) > 0,
            },
            _ => TitleOperation::ReleaseHold {
                hold: self.hold(view),
            },
        }
    }

    fn kind(&mut self, count: u16) -> u16 {
        let number = self.below(u64::from(count) * 12);
        if number == 0 {
            count
        } else {
            (number % u64::from(count)) as u16
        }
    }

    fn operation(&mut self, view: &View) -> TitleOperation {
        if self.below(4) == 0 {
            return self.about_holds(view);
        }
        let title = self.title(view);
        let with_liens = self.below(4) > 0;
        match self.below(100) {
            0..8 if view.titles.len() < 14 => TitleOperation::Register {
                kind: TitleKind(self.kind(KINDS)),
                currency: Currency(self.below(u64::from(CURRENCIES)) as u16),
                shares: self.shares(),
            },
            0..38 => TitleOperation::Transfer {
                title,
                from: self.seller(view, title),
                to: self.owner(),
                share: (self.below(3) > 0).then(|| self.share()),
                with_liens,
            },
            38..50 => TitleOperation::Divide {
                title,
                from: self.seller(view, title),
                among: self.shares(),
                with_liens,
            },
            50..64 => TitleOperation::AddLien {
                title,
                kind: LienKind(if self.below(3) == 0 {
                    self.kind(LIEN_KINDS)
                } else {
                    0
                }),
                creditor: self.owner(),
                rank: self.below(4) as u32,
                limit: self.amount(),
            },
            64..74 => TitleOperation::Satisfy {
                title,
                amount: self.amount(),
            },
            74..80 => TitleOperation::ReleaseLien {
                lien: self.lien(view),
            },
            80..87 => {
                let from = (view.now + self.below(4) as u32).saturating_sub(2);
                let until = (from + self.below(5) as u32).saturating_sub(u32::from(from > 0));
                TitleOperation::Let {
                    title,
                    tenant: self.owner(),
                    from: Tick::new(from),
                    until: (self.below(6) > 0).then_some(Tick::new(until)),
                }
            }
            87..91 => TitleOperation::EndTenancy { title },
            91..98 => TitleOperation::Value {
                title,
                amount: self.amount(),
            },
            _ => TitleOperation::Destroy { title },
        }
    }
}

/// Reads a raw deed against what there is.
#[must_use]
pub fn deed(raw: Raw, view: &View) -> Deed {
    let mut from = From(Numbers(raw.1));
    match raw.0 {
        0..190 => Deed::Apply(from.operation(view)),
        190..238 => {
            let count = from.below(6);
            let operations = (0..count).map(|_| from.operation(view)).collect();
            match from.below(4) {
                0 => Deed::Pay(operations, from.below(2) == 0),
                _ => Deed::Chain(operations),
            }
        }
        238..254 => Deed::Advance(view.now + from.below(3) as u32),
        _ => Deed::Advance(view.now.saturating_sub(1)),
    }
}
