//! How an order trades with those that rest.

use oikos_core::Quantity;

use super::ladder::{NO_KEY, NONE};
use super::{OrderBook, SelfTrade, mask};
use crate::{Fill, OrderId, Price, Reason, Receipt, Released, Report, Side, TraderId};

/// The key that a market order reaches to: all that there are.
pub(super) const ANY_PRICE: i64 = NO_KEY - 1;

/// An order on its way through the book.
pub(super) struct Taker {
    pub(super) order: OrderId,
    pub(super) trader: TraderId,
    pub(super) side: Side,
    pub(super) limit: Option<Price>,
    /// The last key of the other side that it trades with.
    pub(super) key: i64,
    pub(super) left: i64,
    pub(super) filled: i64,
    pub(super) released: i64,
}

impl Taker {
    /// Releases all that is left, if anything is.
    pub(super) fn release(&mut self, reason: Reason, reports: &mut Vec<Report>) {
        if self.left > 0 {
            self.release_part(self.left, reason, reports);
        }
    }

    fn release_part(&mut self, quantity: i64, reason: Reason, reports: &mut Vec<Report>) {
        self.left -= quantity;
        self.released += quantity;
        reports.push(Report::Released(Released {
            order: self.order,
            trader: self.trader,
            side: self.side,
            price: self.limit,
            quantity: Quantity(quantity),
            reason,
        }));
    }

    pub(super) const fn receipt(&self) -> Receipt {
        Receipt {
            order: self.order,
            filled: Quantity(self.filled),
            resting: Quantity(self.left),
            released: Quantity(self.released),
        }
    }

    #[inline]
    pub(super) fn fill(
        &self,
        maker: OrderId,
        owner: TraderId,
        price: Price,
        quantity: i64,
    ) -> Fill {
        let (buy, sell, buyer, seller) = match self.side {
            Side::Buy => (self.order, maker, self.trader, owner),
            Side::Sell => (maker, self.order, owner, self.trader),
        };
        Fill {
            buy,
            sell,
            buyer,
            seller,
            price,
            quantity: Quantity(quantity),
            taker: Some(self.side),
        }
    }
}

impl OrderBook {
    /// Trades with the best orders of the other side as far as the limit reaches.
    #[inline]
    pub(super) fn take(&mut self, taker: &mut Taker, reports: &mut Vec<Report>) {
        let opposite = taker.side.opposite();
        while taker.left > 0 {
            let ladder = &self.ladders[opposite as usize];
            if ladder.best_key > taker.key {
                return;
            }
            let (key, index) = (ladder.best_key, ladder.best_level);
            let slot = self.levels[index as usize].head;
            let maker = &self.slab.nodes[slot as usize];
            if maker.trader == taker.trader {
                self.prevent_self_trade(slot, taker, reports);
                continue;
            }
            let quantity = maker.quantity.min(taker.left);
            let order = self.slab.id(slot);
            let price = Price(key ^ mask(opposite));
            reports.push(Report::Fill(taker.fill(
                order,
                maker.trader,
                price,
                quantity,
            )));
            taker.left -= quantity;
            taker.filled += quantity;
            self.reduce(slot, quantity);
        }
    }

    /// Takes quantity from a resting order, which keeps its place in the queue while something is left.
    #[inline]
    pub(super) fn reduce(&mut self, slot: u32, quantity: i64) {
        let node = &mut self.slab.nodes[slot as usize];
        if quantity == node.quantity {
            self.unlink(slot);
            self.close(slot);
            return;
        }
        node.quantity -= quantity;
        let level = &mut self.levels[node.level as usize];
        level.total -= quantity;
        self.resting[level.side as usize] -= quantity;
    }

    /// Does what the book's rule says about a taker that meets its own trader's order.
    #[cold]
    fn prevent_self_trade(&mut self, slot: u32, taker: &mut Taker, reports: &mut Vec<Report>) {
        let taken = self.report_self_trade(slot, taker, reports);
        if taken > 0 {
            self.reduce(slot, taken);
        }
    }

    /// Says what the book's rule does about a taker that meets its own trader's order; returns what the maker
    /// loses.
    #[cold]
    pub(super) fn report_self_trade(
        &self,
        slot: u32,
        taker: &mut Taker,
        reports: &mut Vec<Report>,
    ) -> i64 {
        let whole = self.slab.nodes[slot as usize].quantity;
        let (of_maker, of_taker) = match self.rules.self_trade {
            SelfTrade::CancelTaker => (0, taker.left),
            SelfTrade::CancelMaker => (whole, 0),
            SelfTrade::CancelBoth => (whole, taker.left),
            SelfTrade::DecrementBoth => (whole.min(taker.left), whole.min(taker.left)),
        };
        if of_maker > 0 {
            let mut released = self.released_at(slot, Reason::SelfTrade);
            released.quantity = Quantity(of_maker);
            reports.push(Report::Released(released));
        }
        if of_taker > 0 {
            taker.release_part(of_taker, Reason::SelfTrade, reports);
        }
        of_maker
    }

    /// Whether all of an order would be filled at once.
    pub(super) fn fills_whole(&self, taker: &Taker) -> bool {
        let ladder = &self.ladders[taker.side.opposite() as usize];
        let skips_own = self.rules.self_trade == SelfTrade::CancelMaker;
        let mut left = taker.left;
        let mut next = ladder.first_from(i64::MIN);
        while let Some((key, index)) = next
            && key <= taker.key
        {
            let mut slot = self.levels[index as usize].head;
            while slot != NONE {
                let maker = &self.slab.nodes[slot as usize];
                if maker.trader != taker.trader {
                    left -= maker.quantity.min(left);
                } else if !skips_own {
                    return left == 0;
                }
                if left == 0 {
                    return true;
                }
                slot = maker.next;
            }
            next = ladder.first_from(key + 1);
        }
        false
    }
}
