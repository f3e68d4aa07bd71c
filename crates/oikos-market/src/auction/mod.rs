//! A market that gathers orders and clears them at one price.

mod price;
mod ration;

use oikos_core::{CoreError, Digest, Quantity, Tick, TypeKey, digest_of};
use serde::{Deserialize, Serialize};

use crate::mechanism::{Mechanism, Round};
use crate::order::check_value;
use crate::waiting::{Waiter, Waiting};
use crate::{
    MarketError, Order, OrderBook, OrderId, OrderKind, Price, PriceRange, Reason, Receipt,
    Released, Report, Side, TraderId,
};

use self::ration::allot;

/// Who is served among orders that are equally good, where not all can be.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Rationing {
    /// Who came first.
    #[default]
    Time,
    /// Everybody, in proportion to their quantities: the exact shares rounded down, and what that leaves over to the
    /// largest remainders, among equal ones to the lowest trader, then to the smallest order. Who came first does
    /// not matter.
    ProRata,
}

/// What an auction is told once.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AuctionRules {
    /// The prices that it takes.
    pub prices: PriceRange,
    /// Who is served at the margin.
    pub rationing: Rationing,
    /// The price to which the auction's is nearest where several are as good; after each auction it is that
    /// auction's price. Without one the middle is taken, rounded down.
    pub reference: Option<Price>,
}

/// One price and what trades at it.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Clearing {
    /// The price.
    pub price: Price,
    /// What trades, at least 1.
    pub volume: Quantity,
    /// What buyers want at that price or would pay more for.
    pub demand: Quantity,
    /// What sellers offer at that price or would take less for.
    pub supply: Quantity,
}

/// A call auction: orders gather, and when it clears, all trades are at one price.
///
/// It takes limit and market orders. The price is the one at which most trades; among those, the one that leaves the
/// smallest imbalance between demand and supply; among those at which buyers are left over the highest, and among
/// those at which sellers are the lowest (market pressure); and of what then remains, the one nearest to the
/// reference. Only prices between the lowest and the highest limit count.
///
/// Whoever asked for a better price than the auction's is served in full; [`Rationing`] is among orders at the price.
/// Market orders come before all others: only if one side's market orders alone exceed what the other side has are
/// they rationed too. What is left of market orders is released; limit orders wait for the next auction, or are
/// handed to a continuous market by [`hand_over`](Self::hand_over).
///
/// Fills pair buyers and sellers in the order of arrival. At one price it makes no difference with whom, so an
/// auction does not ask: a trader with orders on both sides may meet themselves, which moves nothing.
///
/// ```
/// use oikos_core::{Quantity, StableId};
/// use oikos_market::{AuctionRules, CallAuction, Order, OrderKind, Price, PriceRange, Rationing, Side, TraderId};
///
/// let prices = PriceRange::new(1, 1_000)?;
/// let mut auction = CallAuction::new(AuctionRules { prices, rationing: Rationing::Time, reference: None })?;
/// for (who, side, price) in [(1, Side::Buy, 10), (2, Side::Buy, 8), (3, Side::Sell, 5), (4, Side::Sell, 9)] {
///     auction.submit(Order::new(TraderId::new(who)?, side, 1, OrderKind::Limit(Price(price))))?;
/// }
/// let clearing = auction.indicative().unwrap();
/// // One unit trades at 5 to 10. At 8 a buyer is left over, at 9 a seller: without a reference, the lower.
/// assert_eq!((clearing.price, clearing.volume), (Price(8), Quantity(1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Saved")]
pub struct CallAuction {
    rationing: Rationing,
    reference: Option<Price>,
    waiting: Waiting,
}

/// An auction as it is stored, before it is checked.
#[derive(Deserialize)]
struct Saved {
    rationing: Rationing,
    reference: Option<Price>,
    waiting: Waiting,
}

impl TryFrom<Saved> for CallAuction {
    type Error = MarketError;

    fn try_from(saved: Saved) -> Result<Self, MarketError> {
        let mut auction = Self::new(AuctionRules {
            prices: saved.waiting.prices(),
            rationing: saved.rationing,
            reference: saved.reference,
        })?;
        auction.waiting = saved.waiting;
        Ok(auction)
    }
}

impl CallAuction {
    /// An auction without orders, at tick 0.
    ///
    /// # Errors
    ///
    /// [`MarketError::PriceOutside`] for the reference.
    pub fn new(rules: AuctionRules) -> Result<Self, MarketError> {
        if let Some(reference) = rules.reference {
            rules.prices.check(reference)?;
        }
        Ok(Self {
            rationing: rules.rationing,
            reference: rules.reference,
            waiting: Waiting::new(rules.prices),
        })
    }

    /// The price to which the next one is nearest where several are as good.
    #[must_use]
    pub const fn reference(&self) -> Option<Price> {
        self.reference
    }

    /// How many orders wait.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.waiting.orders.len()
    }

    /// Whether no order waits.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.waiting.orders.is_empty()
    }

    /// What is left of all orders of a side.
    #[must_use]
    pub const fn quantity(&self, side: Side) -> Quantity {
        Quantity(self.waiting.total(side))
    }

    /// All orders that wait, with what is left of them, in the order of their arrival.
    pub fn orders(&self) -> impl Iterator<Item = (OrderId, Order)> {
        self.waiting.outstanding()
    }

    /// Adds a limit or a market order.
    ///
    /// # Errors
    ///
    /// [`MarketError::Unsupported`] for other kinds, [`MarketError::ValueOverflow`] for a market order that could
    /// not be paid at every price, and those of [`OrderBook::submit`].
    pub fn submit(&mut self, order: Order) -> Result<Receipt, MarketError> {
        self.check(&order)?;
        self.waiting.submit(order)
    }

    /// Refuses what an auction does not take.
    fn check(&self, order: &Order) -> Result<(), MarketError> {
        if order.kind == OrderKind::Market {
            // A limit bounds what an order trades for; without one, only the range does.
            check_value(self.waiting.prices().lowest(), order.quantity.0)?;
            check_value(self.waiting.prices().highest(), order.quantity.0)?;
        }
        if !matches!(order.kind, OrderKind::Limit(_) | OrderKind::Market) {
            return Err(MarketError::Unsupported {
                mechanism: "a call auction",
                problem: "give limit and market orders; nothing trades at once",
            });
        }
        Ok(())
    }

    /// Takes an order out, in time proportional to the number of orders that came after it.
    ///
    /// # Errors
    ///
    /// [`MarketError::UnknownOrder`], [`MarketError::ClosedOrder`].
    pub fn cancel(
        &mut self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        self.waiting.cancel(order, reports)
    }

    /// Releases all orders of traders who are gone.
    pub fn withdraw(
        &mut self,
        mut is_gone: impl FnMut(TraderId) -> bool,
        reports: &mut Vec<Report>,
    ) {
        self.waiting.withdraw(&mut is_gone, reports);
    }

    /// What would come of clearing now; nothing if nothing would trade.
    #[must_use]
    pub fn indicative(&self) -> Option<Clearing> {
        price::clearing(&self.waiting.orders, self.reference)
    }

    /// Releases what expires at this tick or before, then clears. Nothing comes of it if nothing trades; what is left
    /// of market orders is released all the same.
    ///
    /// # Errors
    ///
    /// [`MarketError::TickBackward`] if the auction has come further.
    pub fn clear(
        &mut self,
        now: Tick,
        reports: &mut Vec<Report>,
    ) -> Result<Option<Clearing>, MarketError> {
        self.waiting.advance(now, reports)?;
        let clearing = self.indicative();
        if let Some(clearing) = clearing {
            self.trade(clearing, reports)?;
            self.reference = Some(clearing.price);
            self.waiting.drop_filled();
        }
        let is_market = |waiter: &Waiter| waiter.limit.is_none();
        self.waiting
            .release_if(Reason::Unfilled, is_market, reports);
        Ok(clearing)
    }

    /// Pairs what is allotted, first come with first come.
    fn trade(&mut self, clearing: Clearing, reports: &mut Vec<Report>) -> Result<(), MarketError> {
        let [buys, sells] = allot(&self.waiting.orders, clearing, self.rationing)?;
        reports.reserve(buys.len() + sells.len());
        let (mut buys, mut sells) = (buys.into_iter(), sells.into_iter());
        let (mut buy, mut sell) = (buys.next(), sells.next());
        while let (Some((bid, wanted)), Some((ask, offered))) = (buy, sell) {
            let quantity = wanted.min(offered);
            self.waiting
                .take((bid, ask), clearing.price, quantity, None, reports);
            buy = if wanted > quantity {
                Some((bid, wanted - quantity))
            } else {
                buys.next()
            };
            sell = if offered > quantity {
                Some((ask, offered - quantity))
            } else {
                sells.next()
            };
        }
        Ok(())
    }

    /// Hands all orders that wait to a book, in the order of their arrival, so that they keep their priority; where
    /// they cross with orders of the book they trade. Gives for each its id here and its receipt there. Market
    /// orders are released.
    ///
    /// # Errors
    ///
    /// Those of [`OrderBook::submit`]; then no order is handed over.
    pub fn hand_over(
        &mut self,
        book: &mut OrderBook,
        reports: &mut Vec<Report>,
    ) -> Result<Vec<(OrderId, Receipt)>, MarketError> {
        let limits: Vec<(OrderId, Order)> = self
            .orders()
            .filter(|(_, order)| order.kind != OrderKind::Market)
            .collect();
        book.check_all(limits.iter().map(|(_, order)| order))?;
        let mut receipts = Vec::with_capacity(limits.len());
        for (id, order) in limits {
            receipts.push((id, book.submit(order, reports)?));
        }
        let is_market = |waiter: &Waiter| waiter.limit.is_none();
        self.waiting
            .release_if(Reason::Unfilled, is_market, reports);
        self.waiting.clear();
        Ok(receipts)
    }

    /// The digest of all that the auction's future depends on.
    ///
    /// # Errors
    ///
    /// [`CoreError::DigestTooLong`] for more than some hundred million orders.
    pub fn digest(&self, key: &TypeKey, id: u64) -> Result<Digest, CoreError> {
        digest_of(key, id, self)
    }
}

impl Mechanism for CallAuction {
    fn prices(&self) -> PriceRange {
        self.waiting.prices()
    }

    fn outstanding(&self) -> Vec<(OrderId, Order)> {
        self.waiting.outstanding().collect()
    }

    fn submit(&mut self, order: Order, _: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        self.submit(order)
    }

    fn cancel(
        &mut self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        self.cancel(order, reports)
    }

    fn withdraw(&mut self, is_gone: &mut dyn FnMut(TraderId) -> bool, reports: &mut Vec<Report>) {
        self.withdraw(is_gone, reports);
    }

    fn clear(&mut self, round: Round, reports: &mut Vec<Report>) -> Result<(), MarketError> {
        self.clear(round.tick, reports).map(|_| ())
    }

    fn preview(&self, order: &Order, _: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        self.check(order)?;
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
