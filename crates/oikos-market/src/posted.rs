//! Shops: sellers post prices, buyers search.

use oikos_core::{CoreError, Digest, Draw, Quantity, TypeKey, digest_of};
use serde::{Deserialize, Serialize};

use crate::mechanism::{Mechanism, Round};
use crate::waiting::{Waiter, Waiting};
use crate::{
    MarketError, Order, OrderId, OrderKind, Price, PriceRange, Reason, Receipt, Released, Report,
    Side, TraderId,
};

/// How many shops a buyer sees in a tick.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Search {
    /// All.
    #[default]
    All,
    /// So many, drawn; all if there are fewer.
    Sample(u32),
}

/// A market of posted prices: sellers give limit orders (their price, their stock), buyers limit or market orders.
///
/// When it clears, the buyers come one after the other, in a drawn order, so that chance rations what is scarce. A
/// buyer sees some shops, drawn for them alone, goes to the cheapest first (of equally cheap ones, to the one drawn
/// first), pays the posted price, and buys as far as quantity, limit and stock go. What buyers did not get is
/// released, and what sellers did not sell stays on the shelf. Nobody buys from themselves.
///
/// A buyer's luck depends on the buyer's own number, on how many orders to buy they gave before in this tick, on the
/// tick and on who sells: not on who else buys.
///
/// Search of this kind, in which buyers visit a sample of sellers and take the cheapest, is that of agent-based
/// macroeconomics (D. Delli Gatti and others, Macroeconomics from the Bottom-up, 2011, chapter 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostedPrice {
    search: Search,
    waiting: Waiting,
}

impl PostedPrice {
    /// A market without shops, at tick 0.
    #[must_use]
    pub const fn new(prices: PriceRange, search: Search) -> Self {
        Self {
            search,
            waiting: Waiting::new(prices),
        }
    }

    /// What is on all shelves (of sellers), or asked for at the next clearing (by buyers).
    #[must_use]
    pub const fn quantity(&self, side: Side) -> Quantity {
        Quantity(self.waiting.total(side))
    }

    /// The digest of all that the market's future depends on.
    ///
    /// # Errors
    ///
    /// [`CoreError::DigestTooLong`] for more than some hundred million orders.
    pub fn digest(&self, key: &TypeKey, id: u64) -> Result<Digest, CoreError> {
        digest_of(key, id, self)
    }

    /// Buyers in the order in which they come, each with what is left of their luck.
    fn queue(&self, round: Round) -> Vec<(usize, Draw)> {
        let mut queue: Vec<(u64, usize, Draw)> = self
            .waiting
            .subjects(Side::Buy)
            .into_iter()
            .map(|(place, subject)| {
                let mut draw = round.draws.at(subject, round.tick);
                (draw.next_u64(), place, draw)
            })
            .collect();
        // Stable, from the order of traders: equal ranks do not let the order of arrival in.
        queue.sort_by_key(|(rank, ..)| *rank);
        queue
            .into_iter()
            .map(|(_, place, draw)| (place, draw))
            .collect()
    }

    /// One buyer's tour. `shops` are the places of all sellers, in the same order at return as before.
    fn visit(
        &mut self,
        buyer: usize,
        mut draw: Draw,
        shops: &mut [usize],
        reports: &mut Vec<Report>,
    ) -> Result<(), MarketError> {
        let seen = match self.search {
            Search::All => shops.len(),
            Search::Sample(count) => shops.len().min(count as usize),
        };
        let mut swaps = Vec::with_capacity(seen);
        for index in 0..seen {
            let other = index + draw.below((shops.len() - index) as u64)? as usize;
            shops.swap(index, other);
            swaps.push(other);
        }
        let mut tour: Vec<(Price, usize)> = shops[..seen]
            .iter()
            .filter_map(|&shop| Some((self.waiting.orders[shop].limit?, shop)))
            .collect();
        // Stable: of equally cheap shops the one drawn first.
        tour.sort_by_key(|(price, _)| *price);
        for (index, other) in swaps.into_iter().enumerate().rev() {
            shops.swap(index, other);
        }
        for (price, shop) in tour {
            let (bid, ask) = (self.waiting.orders[buyer], self.waiting.orders[shop]);
            if bid.quantity == 0 || bid.limit.is_some_and(|limit| limit < price) {
                break;
            }
            let quantity = bid.quantity.min(ask.quantity);
            if quantity > 0 && bid.trader != ask.trader {
                self.waiting
                    .take((buyer, shop), price, quantity, Some(Side::Buy), reports);
            }
        }
        Ok(())
    }
}

fn check_kind(order: &Order) -> Result<(), MarketError> {
    match order.kind {
        OrderKind::Limit(_) => Ok(()),
        OrderKind::Market if order.side == Side::Buy => Ok(()),
        _ => Err(MarketError::Unsupported {
            mechanism: "a market of posted prices",
            problem: "give limit orders, and market orders to buy",
        }),
    }
}

impl Mechanism for PostedPrice {
    fn prices(&self) -> PriceRange {
        self.waiting.prices()
    }

    fn outstanding(&self) -> Vec<(OrderId, Order)> {
        self.waiting.outstanding().collect()
    }

    /// Takes limit orders, and market orders to buy.
    fn submit(&mut self, order: Order, _: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        check_kind(&order)?;
        self.waiting.submit(order)
    }

    fn cancel(
        &mut self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        self.waiting.cancel(order, reports)
    }

    fn withdraw(&mut self, is_gone: &mut dyn FnMut(TraderId) -> bool, reports: &mut Vec<Report>) {
        self.waiting.withdraw(is_gone, reports);
    }

    fn clear(&mut self, round: Round, reports: &mut Vec<Report>) -> Result<(), MarketError> {
        self.waiting.advance(round.tick, reports)?;
        let shops = self.waiting.subjects(Side::Sell);
        let mut shops: Vec<usize> = shops.into_iter().map(|(place, _)| place).collect();
        for (buyer, draw) in self.queue(round) {
            self.visit(buyer, draw, &mut shops, reports)?;
        }
        self.waiting.drop_filled();
        let is_buyer = |waiter: &Waiter| waiter.side == Side::Buy;
        self.waiting.release_if(Reason::Unfilled, is_buyer, reports);
        Ok(())
    }

    fn preview(&self, order: &Order, _: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        check_kind(order)?;
        self.waiting.preview(order)
    }

    fn preview_cancel(
        &self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        self.waiting.preview_cancel(order, reports)
    }
}
