//! What is looked at after each deed, and at the end of a period.

use oikos_core::Currency;
use oikos_ledger::{Layout, Sheet};
use oikos_market::{Mechanism, Report, Side};

use super::deed::{FIRMS, PEOPLE, Payment};
use super::world::{Economy, STATE, owner, sector_of};
use crate::invariant::Broken;
use crate::invariant::Invariant::{M as OfMarkets, S};
use crate::statements::{self, Closed};

impl<M: Mechanism + Clone> Economy<M> {
    /// What everybody has, held or not.
    pub(super) fn cash(&self) -> Vec<i64> {
        let of = |&purse| {
            self.ledger
                .balance(purse)
                .map_or(0, |balance| balance.net_debit())
        };
        self.purses.iter().map(of).collect()
    }

    /// Looks at all books, and takes in what they recorded.
    pub(super) fn look(
        &mut self,
        before: &[i64],
        reports: &[Report],
        paid: Option<[usize; 2]>,
    ) -> Result<(), Broken> {
        self.checks.ledger.follow(&self.ledger)?;
        self.checks.inventory.follow(&self.inventory)?;
        if paid.is_none() {
            self.payments_of(before, reports)?;
        }
        let for_orders = crate::market::escrow(&self.venue, &self.ledger)?;
        crate::market::held_for_no_order(self.venue.rules(), &for_orders, &self.ledger)?;
        self.reserved()?;
        self.take_in()
    }

    /// Counts what was recorded, and forgets it.
    fn take_in(&mut self) -> Result<(), Broken> {
        let wrong = |error: oikos_ledger::LedgerError| S(5).broken(error.to_string());
        self.period.follow(&self.ledger).map_err(wrong)?;
        self.goods_period
            .follow(&self.inventory, sector_of)
            .map_err(wrong)?;
        self.ledger.drain(&mut self.entries);
        self.inventory.drain().for_each(drop);
        Ok(())
    }

    /// M12: everybody has what trades left them.
    fn payments_of(&self, before: &[i64], reports: &[Report]) -> Result<(), Broken> {
        let mut expected = before.to_vec();
        for report in reports {
            if let Report::Fill(fill) = report {
                let value = fill.price.0 * fill.quantity.0;
                use oikos_core::StableId;
                expected[fill.buyer.get() as usize] -= value;
                expected[fill.seller.get() as usize] += value;
            }
        }
        let after = self.cash();
        OfMarkets(12).require(after == expected, || {
            format!("purses have {after:?}, trades leave {expected:?}")
        })
    }

    /// M11, of goods: what is held of each firm's bread is what is left of its orders to sell.
    fn reserved(&self) -> Result<(), Broken> {
        let outstanding = self.venue.mechanism().outstanding();
        for holder in 0..STATE {
            use oikos_core::StableId;
            let its = outstanding.iter().filter(|(_, order)| {
                order.side == Side::Sell && order.trader.get() == holder as u64
            });
            let left: i64 = its.map(|(_, order)| order.quantity.0).sum();
            let stock = self.inventory.stock(owner(holder), self.stall.good());
            OfMarkets(11).require(stock.held.0 == left, || {
                format!(
                    "{} of holder {holder} are held, {left} are for sale",
                    stock.held.0
                )
            })?;
        }
        Ok(())
    }

    /// Ends the period, and holds its statement to S1 to S6 and S9.
    pub(super) fn close(&mut self, price: i64) -> Result<(), Broken> {
        let wrong = |error: oikos_ledger::LedgerError| S(5).broken(error.to_string());
        let opening_price = std::mem::replace(&mut self.price, price);
        let mut statement = self.period.close(&self.ledger).map_err(wrong)?;
        let closed = self
            .goods_period
            .close(&self.inventory, sector_of, &[price]);
        let closed = closed.map_err(wrong)?;
        statement.include(&closed.cells).map_err(wrong)?;
        self.checks.statements.check(&Closed {
            statement: &statement,
            ledger: &self.ledger,
            entries: &self.entries,
            layout: &Layout::new(),
        })?;
        let stock = |holder| {
            self.inventory
                .stock(owner(holder), self.stall.good())
                .on_hand
                .0
        };
        let closing: i64 = (PEOPLE..PEOPLE + FIRMS).map(stock).sum();
        let growth = i128::from((closing - self.opening) * opening_price);
        let expected = self.spent() + growth;
        let found = statements::product(&statement, &self.uses, Currency(0))?;
        S(9).require(found == expected, || {
            format!("the product is {found}; bought and put in store was {expected}")
        })?;
        self.opening = closing;
        self.entries.clear();
        Ok(())
    }

    /// What was spent on final goods: bread, machines, purchases of the state.
    fn spent(&self) -> i128 {
        let finals = [
            self.sale,
            self.kind_of(Payment::Machine),
            self.kind_of(Payment::Purchase),
        ];
        let all = self
            .entries
            .iter()
            .filter(|entry| finals.contains(&entry.kind));
        all.map(|entry| i128::from(entry.amount)).sum()
    }

    /// S7: who leaves goes from the market, and the heir has what both had.
    pub(super) fn leave(&mut self, person: usize, heir: usize) -> Result<(), Broken> {
        let (person, heir) = (person % PEOPLE, heir % PEOPLE);
        if person == heir || self.is_gone(person) || self.is_gone(heir) {
            return Ok(());
        }
        let both = [person, heir];
        let sheets =
            |economy: &Self| both.map(|holder| Sheet::of_owner(&economy.ledger, owner(holder)));
        let bread = |economy: &Self| {
            both.map(|holder| {
                economy
                    .inventory
                    .stock(owner(holder), economy.stall.good())
                    .on_hand
                    .0
            })
        };
        let (had, bread_had) = (sheets(self), bread(self));
        self.bequeath(person, heir)?;
        let (has, bread_has) = (sheets(self), bread(self));
        statements::passes(&self.ledger, [&had[0], &had[1]], [&has[0], &has[1]])?;
        S(7).require(bread_has == [0, bread_had[0] + bread_had[1]], || {
            format!("bread of {bread_had:?} became {bread_has:?}")
        })?;
        let cash = self.cash();
        self.look(&cash, &[], None)
    }
}
