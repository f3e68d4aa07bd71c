//! What is held for whom, and whether it is what it should be.

use oikos_core::StableId;
use oikos_ledger::Ledger;

use super::{EscrowError, Venue};
use crate::{OrderId, Side, TraderId};

impl Venue {
    /// Minor units that the rules want held for what is left of an order to buy; 0 for one to sell.
    ///
    /// # Errors
    ///
    /// [`EscrowError::Book`] for an order that does not rest.
    pub fn cost(&self, order: OrderId) -> Result<i64, EscrowError> {
        let resting = self.book.order(order)?;
        match resting.side {
            Side::Buy => self.rules.fees.cost(resting.price, resting.quantity.0),
            Side::Sell => Ok(0),
        }
    }

    /// Whether a trader may give orders: was admitted and is not gone.
    #[must_use]
    pub fn has(&self, trader: TraderId) -> bool {
        self.purse(trader).is_ok()
    }

    /// Compares what the ledger holds for each order with what it may cost, and checks the book itself. It walks the
    /// whole book: for tests and invariants.
    ///
    /// # Errors
    ///
    /// [`EscrowError::WrongHold`], which no sequence of calls can lead to unless somebody else ends the venue's
    /// holds; [`EscrowError::Book`] as [`OrderBook::check`](crate::OrderBook::check).
    pub fn check(&self, ledger: &Ledger) -> Result<(), EscrowError> {
        self.book.check()?;
        let mut holds = 0;
        for resting in self.book.orders(Side::Buy) {
            let order = resting.order;
            let expected = self.cost(order)?;
            let purse = self.purse(resting.trader)?;
            let hold = self.hold_of(order).and_then(|hold| ledger.hold(hold));
            let ours = hold.filter(|hold| hold.credit == purse && hold.reference == order.get());
            let held = ours.map_or(0, |hold| hold.amount);
            if held != expected {
                return Err(EscrowError::WrongHold {
                    order,
                    expected,
                    held,
                });
            }
            holds += usize::from(expected > 0);
        }
        // A hold that belongs to no order would be money that nobody can reach.
        if self.holds.iter().flatten().count() != holds {
            let problem = "it holds money for orders that do not rest".to_owned();
            return Err(crate::MarketError::Broken {
                mechanism: "venue",
                problem,
            }
            .into());
        }
        Ok(())
    }
}
