//! What a call would do, without doing it.

use oikos_core::{Quantity, StableId, Tick};

use super::OrderBook;
use super::ladder::NONE;
use super::matching::Taker;
use super::slab;
use crate::{
    MarketError, Order, OrderId, OrderKind, Price, Reason, Receipt, Released, Report, Side,
    TraderId,
};

impl OrderBook {
    /// What [`submit`](Self::submit) would answer and report if it were called next: what a limit order or a
    /// market order would cost, and with whom it would trade.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    #[inline]
    pub fn preview(
        &self,
        order: &Order,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, MarketError> {
        let mut taker = self.taker_of(order)?;
        if matches!(order.kind, OrderKind::FillOrKill(_)) && !self.fills_whole(&taker) {
            taker.release(Reason::Killed, reports);
        } else {
            self.foresee(&mut taker, reports);
        }
        if !order.kind.rests() {
            taker.release(Reason::Unfilled, reports);
        }
        Ok(taker.receipt())
    }

    /// What [`amend`](Self::amend) would answer and report if it were called next.
    ///
    /// # Errors
    ///
    /// As [`amend`](Self::amend).
    pub fn preview_amend(
        &self,
        order: OrderId,
        price: Price,
        quantity: Quantity,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, MarketError> {
        let (_, mut taker) = self.amended(order, price, quantity, reports)?;
        self.foresee(&mut taker, reports);
        Ok(taker.receipt())
    }

    /// What [`cancel`](Self::cancel) would answer and report.
    pub(crate) fn preview_cancel(
        &self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        let slot = self.slab.find(order)?;
        let released = self.released_at(slot, Reason::Cancelled);
        reports.push(Report::Released(released));
        Ok(released)
    }

    /// What [`advance`](Self::advance) would report.
    ///
    /// # Errors
    ///
    /// As [`advance`](Self::advance).
    pub(crate) fn preview_advance(
        &self,
        now: Tick,
        reports: &mut Vec<Report>,
    ) -> Result<(), MarketError> {
        if now < self.now {
            let (given, now) = (now.index(), self.now.index());
            return Err(MarketError::TickBackward { given, now });
        }
        let due = self.expiries.range(..=(now, OrderId::LAST));
        reports.extend(due.map(|&(_, order)| {
            Report::Released(self.released_at(slab::slot_of(order), Reason::Expired))
        }));
        Ok(())
    }

    /// What [`withdraw`](Self::withdraw) would report.
    pub(crate) fn preview_withdraw(
        &self,
        is_gone: &mut dyn FnMut(TraderId) -> bool,
        reports: &mut Vec<Report>,
    ) {
        for side in [Side::Buy, Side::Sell] {
            self.each_slot(side, |slot, node| {
                if is_gone(node.trader) {
                    let released = self.released_at(slot, Reason::Withdrawn);
                    reports.push(Report::Released(released));
                }
            });
        }
    }

    /// Reports what [`take`](Self::take) would.
    #[inline]
    fn foresee(&self, taker: &mut Taker, reports: &mut Vec<Report>) {
        let ladder = &self.ladders[taker.side.opposite() as usize];
        if ladder.best_key > taker.key {
            return;
        }
        let mut next = ladder.first_from(i64::MIN);
        while let Some((key, index)) = next
            && key <= taker.key
        {
            let price = Price(key ^ super::mask(taker.side.opposite()));
            let mut slot = self.levels[index as usize].head;
            while slot != NONE && taker.left > 0 {
                let maker = &self.slab.nodes[slot as usize];
                if maker.trader == taker.trader {
                    self.report_self_trade(slot, taker, reports);
                } else {
                    let quantity = maker.quantity.min(taker.left);
                    let fill = taker.fill(self.slab.id(slot), maker.trader, price, quantity);
                    reports.push(Report::Fill(fill));
                    taker.left -= quantity;
                    taker.filled += quantity;
                }
                slot = maker.next;
            }
            if taker.left == 0 {
                return;
            }
            next = ladder.first_from(key + 1);
        }
    }
}
