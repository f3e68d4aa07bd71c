//! A bazaar: buyers and sellers meet in pairs and haggle.

use oikos_core::{CoreError, Digest, Quantity, Ratio, Rounding, TypeKey, digest_of};
use serde::{Deserialize, Serialize};

use crate::mechanism::{Mechanism, Round};
use crate::waiting::Waiting;
use crate::{
    MarketError, Order, OrderId, OrderKind, Price, PriceRange, Receipt, Released, Report, Side,
    TraderId,
};

/// What a bazaar is told once.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BazaarRules {
    /// The prices that it takes.
    pub prices: PriceRange,
    /// What part of the surplus, the buyer's limit less the seller's, goes to the seller: from 0 to 1; ½ splits it
    /// evenly. The price is rounded down.
    pub seller_share: Ratio,
    /// How often everybody meets somebody in a tick.
    pub meetings: u32,
}

/// A market of meetings in pairs: limit orders wait, and when it clears, buyers and sellers are drawn into pairs, as
/// often as the rules say. A pair whose limits leave a surplus trades as much as both want, at a price that splits
/// the surplus (a k-double auction between two: K. Chatterjee and W. Samuelson, Operations Research 31, 1983).
///
/// Who finds nobody waits for the next meeting or tick. Nobody trades with themselves. Whom a trader meets depends
/// on who is there, the tick and the traders' own numbers, not on who came first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Saved")]
pub struct Bazaar {
    seller_share: Ratio,
    meetings: u32,
    waiting: Waiting,
}

/// A bazaar as it is stored, before it is checked.
#[derive(Deserialize)]
struct Saved {
    seller_share: Ratio,
    meetings: u32,
    waiting: Waiting,
}

impl TryFrom<Saved> for Bazaar {
    type Error = MarketError;

    fn try_from(saved: Saved) -> Result<Self, MarketError> {
        let mut bazaar = Self::new(BazaarRules {
            prices: saved.waiting.prices(),
            seller_share: saved.seller_share,
            meetings: saved.meetings,
        })?;
        bazaar.waiting = saved.waiting;
        Ok(bazaar)
    }
}

impl Bazaar {
    /// A bazaar without traders, at tick 0.
    ///
    /// # Errors
    ///
    /// [`MarketError::Share`] if the share is not from 0 to 1.
    pub fn new(rules: BazaarRules) -> Result<Self, MarketError> {
        let share = rules.seller_share;
        if share < Ratio::ZERO || share > Ratio::ONE {
            return Err(MarketError::Share { share });
        }
        Ok(Self {
            seller_share: share,
            meetings: rules.meetings,
            waiting: Waiting::new(rules.prices),
        })
    }

    /// What waits on a side.
    #[must_use]
    pub const fn quantity(&self, side: Side) -> Quantity {
        Quantity(self.waiting.total(side))
    }

    /// The digest of all that the bazaar's future depends on.
    ///
    /// # Errors
    ///
    /// [`CoreError::DigestTooLong`] for more than some hundred million orders.
    pub fn digest(&self, key: &TypeKey, id: u64) -> Result<Digest, CoreError> {
        digest_of(key, id, self)
    }

    /// The places of a side's orders in a drawn order.
    fn line(&self, subjects: &[(usize, u64)], round: Round, meeting: u32) -> Vec<usize> {
        let still = subjects
            .iter()
            .filter(|(place, _)| self.waiting.orders[*place].quantity > 0);
        let mut line: Vec<([u32; 4], usize)> = still
            .map(|&(place, subject)| (round.draws.block(subject, round.tick, meeting), place))
            .collect();
        line.sort_by_key(|(rank, _)| *rank);
        line.into_iter().map(|(_, place)| place).collect()
    }

    /// What two who met do.
    fn haggle(
        &mut self,
        buyer: usize,
        seller: usize,
        reports: &mut Vec<Report>,
    ) -> Result<(), MarketError> {
        let (bid, ask) = (self.waiting.orders[buyer], self.waiting.orders[seller]);
        let (Some(highest), Some(lowest)) = (bid.limit, ask.limit) else {
            return Ok(());
        };
        if highest < lowest || bid.trader == ask.trader {
            return Ok(());
        }
        // Prices are below 2⁶² in size, and the share is at most 1.
        let surplus = highest.0 - lowest.0;
        let price = Price(lowest.0 + self.seller_share.apply(surplus, Rounding::Floor)?);
        let quantity = bid.quantity.min(ask.quantity);
        self.waiting
            .take((buyer, seller), price, quantity, None, reports);
        Ok(())
    }
}

fn check_kind(order: &Order) -> Result<(), MarketError> {
    if matches!(order.kind, OrderKind::Limit(_)) {
        return Ok(());
    }
    Err(MarketError::Unsupported {
        mechanism: "a bazaar",
        problem: "give limit orders; who haggles has a limit",
    })
}

impl Mechanism for Bazaar {
    fn prices(&self) -> PriceRange {
        self.waiting.prices()
    }

    fn outstanding(&self) -> Vec<(OrderId, Order)> {
        self.waiting.outstanding().collect()
    }

    /// Takes limit orders.
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
        let [buyers, sellers] = [Side::Buy, Side::Sell].map(|side| self.waiting.subjects(side));
        for meeting in 0..self.meetings {
            // One trader's orders to buy and to sell have one subject, so the sides have blocks of their own.
            let buyers = self.line(&buyers, round, meeting.wrapping_mul(2));
            let sellers = self.line(&sellers, round, meeting.wrapping_mul(2).wrapping_add(1));
            for (buyer, seller) in buyers.into_iter().zip(sellers) {
                self.haggle(buyer, seller, reports)?;
            }
        }
        self.waiting.drop_filled();
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
