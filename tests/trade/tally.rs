//! Money and goods counted from what was reported, without the books: what each has is what they began with, and what
//! trades, making, using up and inheriting have changed.

use std::collections::BTreeMap;

use oikos::ledger::{Inventory, Ledger};
use oikos::market::Report;
use oikos::prelude::*;

use super::market::{GOODS, LARDER, Names, PURSE, Told, account_of};

/// What is known of each owner: by the number of a person; `None` for the state.
#[derive(Default)]
pub(crate) struct Tally {
    money: BTreeMap<Option<u64>, i128>,
    goods: [BTreeMap<Option<u64>, i128>; 2],
    fees: i128,
    minted: i128,
    made: [i128; 2],
    pub(crate) trades: u64,
    pub(crate) deaths: u64,
}

impl Tally {
    pub(crate) fn begin(society: &Society) -> Self {
        let mut tally = Self::default();
        for (_, who) in society.world().resource::<Slots<Person>>().iter() {
            let person = Some(who.id().get());
            tally.money.insert(person, i128::from(PURSE));
            tally.minted += i128::from(PURSE);
            for (goods, made) in tally.goods.iter_mut().zip(&mut tally.made) {
                goods.insert(person, i128::from(LARDER));
                *made += i128::from(LARDER);
            }
        }
        tally
    }

    /// Takes a day in.
    pub(crate) fn follow(&mut self, society: &Society) {
        let world = society.world();
        let told = world.resource::<Told>();
        for (person, good) in &told.made {
            *self.goods[*good].entry(Some(person.get())).or_default() += 1;
            self.made[*good] += 1;
        }
        for (person, good) in &told.eaten {
            *self.goods[*good].entry(Some(person.get())).or_default() -= 1;
            self.made[*good] -= 1;
        }
        for (good, reports) in told.reports.iter().enumerate() {
            for report in reports {
                self.follow_report(good, report);
            }
        }
        self.inherit(told);
    }

    /// A buyer pays the value and one percent of it, a seller gives half a percent of it, rounded down.
    fn follow_report(&mut self, good: usize, report: &Report) {
        let Report::Fill(fill) = report else { return };
        let (price, quantity) = (i128::from(fill.price.0), i128::from(fill.quantity.0));
        let value = price * quantity;
        let (of_buyer, of_seller) = (value / 100, value / 200);
        let (buyer, seller) = (Some(fill.buyer.get()), Some(fill.seller.get()));
        *self.money.entry(buyer).or_default() -= value + of_buyer;
        *self.money.entry(seller).or_default() += value - of_seller;
        self.fees += of_buyer + of_seller;
        *self.goods[good].entry(buyer).or_default() += quantity;
        *self.goods[good].entry(seller).or_default() -= quantity;
        self.trades += 1;
    }

    /// Nothing goes that did not come: whoever is left nothing of has bequeathed all.
    fn inherit(&mut self, told: &Told) {
        for (from, to, [money, bread, cloth]) in &told.bequests {
            let (from, to) = (Some(from.get()), to.map(StableId::get));
            *self.money.entry(from).or_default() -= i128::from(*money);
            *self.money.entry(to).or_default() += i128::from(*money);
            for (goods, units) in self.goods.iter_mut().zip([bread, cloth]) {
                *goods.entry(from).or_default() -= i128::from(*units);
                *goods.entry(to).or_default() += i128::from(*units);
            }
            if to.is_none() {
                self.deaths += 1;
                assert_eq!(self.money[&from], 0, "{from:?} left money to nobody");
            }
        }
    }

    /// Whether the books say the same, of each owner and of all.
    pub(crate) fn compare(&self, society: &Society) {
        let world = society.world();
        let (ledger, names) = (world.resource::<Book<Ledger>>(), world.resource::<Names>());
        let inventory = world.resource::<Book<Inventory>>();
        let has = |account| i128::from(ledger.balance(account).unwrap().net_debit());
        for (owner, money) in &self.money {
            let account = match owner {
                None => names.treasury,
                Some(id) => account_of(ledger, PersonId::new(*id).unwrap()).unwrap(),
            };
            assert_eq!(has(account), *money, "the money of {owner:?}");
        }
        assert_eq!(has(names.market), self.fees, "the fees");
        assert_eq!(self.money.values().sum::<i128>() + self.fees, self.minted);
        for (good, (goods, made)) in (0..).zip(self.goods.iter().zip(self.made)) {
            for (owner, units) in goods {
                let owner_of = match owner {
                    None => OrganisationId::FIRST.owner(),
                    Some(id) => PersonId::new(*id).unwrap().owner(),
                };
                let stock = inventory.stock(owner_of, oikos::ledger::Good(good));
                assert_eq!(
                    i128::from(stock.on_hand.0),
                    *units,
                    "{} of {owner:?}",
                    GOODS[usize::from(good)]
                );
            }
            assert_eq!(goods.values().sum::<i128>(), made);
        }
    }
}
