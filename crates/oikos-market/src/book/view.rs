//! What can be seen of a book.

use std::collections::BTreeSet;

use oikos_core::{Quantity, Tick};

use super::ladder::NONE;
use super::slab::{EXPIRES, LIVE, Node, POST_ONLY};
use super::{BookRules, OrderBook, mask};
use crate::{MarketError, OrderId, Price, Side, TraderId};

/// All that rests at one price on one side.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash)]
pub struct BookLevel {
    /// The price.
    pub price: Price,
    /// What is left of the orders, together.
    pub quantity: Quantity,
    /// How many orders there are.
    pub orders: u32,
}

/// A resting order.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash)]
pub struct Resting {
    /// Its id.
    pub order: OrderId,
    /// Whose it is.
    pub trader: TraderId,
    /// To buy or to sell.
    pub side: Side,
    /// Its limit.
    pub price: Price,
    /// What is left of it.
    pub quantity: Quantity,
    /// Whether it may never take.
    pub post_only: bool,
    /// The first tick at which it stands no more.
    pub expires: Option<Tick>,
}

impl OrderBook {
    /// What the book was told.
    #[must_use]
    pub const fn rules(&self) -> BookRules {
        self.rules
    }

    /// The tick to which the book has come.
    #[must_use]
    pub const fn now(&self) -> Tick {
        self.now
    }

    /// How many orders rest.
    #[must_use]
    pub const fn len(&self) -> u32 {
        self.slab.live
    }

    /// Whether no order rests.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.slab.live == 0
    }

    /// The best price of a side: the highest bid or the lowest ask.
    #[must_use]
    #[inline]
    pub fn best_price(&self, side: Side) -> Option<Price> {
        let ladder = &self.ladders[side as usize];
        (ladder.best_level != NONE).then_some(Price(ladder.best_key ^ mask(side)))
    }

    /// All that rests on a side.
    #[must_use]
    pub const fn quantity(&self, side: Side) -> Quantity {
        Quantity(self.resting[side as usize])
    }

    /// The levels of a side, the best price first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = BookLevel> {
        self.level_indices(side).map(move |index| {
            let level = &self.levels[index as usize];
            BookLevel {
                price: Price(level.key ^ mask(side)),
                quantity: Quantity(level.total),
                orders: level.orders,
            }
        })
    }

    /// The orders of a side in the order in which they will trade.
    pub fn orders(&self, side: Side) -> impl Iterator<Item = Resting> {
        let slots = self.level_indices(side).flat_map(|index| {
            let head = self.levels[index as usize].head;
            std::iter::successors((head != NONE).then_some(head), |&slot| {
                let next = self.slab.nodes[slot as usize].next;
                (next != NONE).then_some(next)
            })
        });
        slots.map(|slot| self.resting_at(slot))
    }

    /// A resting order.
    ///
    /// # Errors
    ///
    /// [`MarketError::UnknownOrder`] for an id that was never given, [`MarketError::ClosedOrder`] if nothing of
    /// the order rests.
    pub fn order(&self, order: OrderId) -> Result<Resting, MarketError> {
        self.slab.find(order).map(|slot| self.resting_at(slot))
    }

    fn level_indices(&self, side: Side) -> impl Iterator<Item = u32> {
        let ladder = &self.ladders[side as usize];
        let first = ladder.first_from(i64::MIN);
        let levels = std::iter::successors(first, |&(key, _)| ladder.first_from(key + 1));
        levels.map(|(_, index)| index)
    }

    /// Visits the orders of a side in the order in which they will trade.
    pub(super) fn each_slot(&self, side: Side, mut visit: impl FnMut(u32, &Node)) {
        for index in self.level_indices(side) {
            let mut slot = self.levels[index as usize].head;
            while slot != NONE {
                let node = &self.slab.nodes[slot as usize];
                visit(slot, node);
                slot = node.next;
            }
        }
    }

    fn resting_at(&self, slot: u32) -> Resting {
        let node = &self.slab.nodes[slot as usize];
        let (price, side) = self.place_of(slot);
        Resting {
            order: self.slab.id(slot),
            trader: node.trader,
            side,
            price,
            quantity: Quantity(node.quantity),
            post_only: node.is(POST_ONLY),
            expires: node.is(EXPIRES).then(|| self.expiry[slot as usize]),
        }
    }

    /// Recomputes from the orders all that the book keeps beside them, and compares: links, levels, sums, best
    /// prices, expiries; and that no bid reaches an ask. It walks the whole book: for tests and invariants.
    ///
    /// # Errors
    ///
    /// [`MarketError::Broken`], which no sequence of calls can lead to.
    pub fn check(&self) -> Result<(), MarketError> {
        let mut expiries = BTreeSet::new();
        let mut orders = 0;
        for side in [Side::Buy, Side::Sell] {
            orders += self.check_side(side, &mut expiries)?;
        }
        let live = self.slab.nodes.iter().filter(|node| node.is(LIVE)).count();
        require(orders == self.slab.live && live == orders as usize, || {
            format!("{orders} orders are in queues, {live} are live")
        })?;
        let used = [Side::Buy, Side::Sell].map(|side| self.level_indices(side).count());
        let (used, spare) = (used[0] + used[1], self.free_levels.len());
        require(used + spare == self.levels.len(), || {
            format!(
                "{used} levels are used and {spare} spare of {}",
                self.levels.len()
            )
        })?;
        require(expiries == self.expiries, || {
            "the list of expiries is not that of the orders".into()
        })?;
        if let (Some(bid), Some(ask)) = (self.best_price(Side::Buy), self.best_price(Side::Sell)) {
            require(bid < ask, || format!("the bid {bid} reaches the ask {ask}"))?;
        }
        Ok(())
    }

    /// The number of orders of a side, if all that is kept of it is right.
    fn check_side(
        &self,
        side: Side,
        expiries: &mut BTreeSet<(Tick, OrderId)>,
    ) -> Result<u32, MarketError> {
        let (mut orders, mut resting, mut best) = (0, 0_i64, None);
        for index in self.level_indices(side) {
            let level = self.levels[index as usize];
            let price = Price(level.key ^ mask(side));
            best = best.or(Some(price));
            let (mut count, mut total, mut previous, mut slot) = (0, 0_i64, NONE, level.head);
            while slot != NONE {
                let node = &self.slab.nodes[slot as usize];
                let is_linked = node.is(LIVE) && node.level == index && node.previous == previous;
                require(is_linked && node.quantity > 0, || {
                    format!("place {slot} in the queue at {price} is wrong")
                })?;
                if node.is(EXPIRES) {
                    expiries.insert((self.expiry[slot as usize], self.slab.id(slot)));
                }
                (count, total) = (count + 1, total.saturating_add(node.quantity));
                (previous, slot) = (slot, node.next);
            }
            let is_right = level.tail == previous && count > 0 && level.side == side as u32;
            require(
                is_right && (level.orders, level.total) == (count, total),
                || format!("the level at {price} is not the sum of its orders"),
            )?;
            orders += count;
            resting = resting.saturating_add(total);
        }
        require(
            resting == self.resting[side as usize] && best == self.best_price(side),
            || format!("the {side:?} side is not the sum of its levels"),
        )?;
        Ok(orders)
    }
}

fn require(is_right: bool, problem: impl FnOnce() -> String) -> Result<(), MarketError> {
    if is_right {
        return Ok(());
    }
    Err(MarketError::Broken {
        mechanism: "order book",
        problem: problem(),
    })
}
