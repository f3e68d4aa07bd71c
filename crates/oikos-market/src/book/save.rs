//! How a book is stored and read back: its orders in priority, and what its next ids depend on. Two books that
//! behave alike from now on are stored in the same bytes.

use oikos_core::{CoreError, Digest, Quantity, Tick, TypeKey, digest_of};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ladder::NONE;
use super::matching::Taker;
use super::slab::{self, EXPIRES, LIVE, Node, POST_ONLY, RETIRED, SLOTS_MAX, USE_MAX};
use super::{BookRules, OrderBook, mask};
use crate::order::check_value;
use crate::{MarketError, OrderId, Price, Side, TraderId};

/// A book as it is stored.
#[derive(Serialize, Deserialize)]
struct Saved {
    rules: BookRules,
    now: Tick,
    /// Bids, then asks, each in the order in which they will trade.
    orders: [Vec<SavedOrder>; 2],
    /// Uses of each place before its present or next one.
    uses: Vec<u32>,
    /// Free places, the one that is used next first.
    free: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct SavedOrder {
    order: OrderId,
    trader: TraderId,
    price: Price,
    quantity: Quantity,
    post_only: bool,
    expires: Option<Tick>,
}

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

impl Saved {
    fn of(book: &OrderBook) -> Self {
        let orders = SIDES.map(|side| {
            let saved = book.orders(side).map(|order| SavedOrder {
                order: order.order,
                trader: order.trader,
                price: order.price,
                quantity: order.quantity,
                post_only: order.post_only,
                expires: order.expires,
            });
            saved.collect()
        });
        let nodes = &book.slab.nodes;
        let first = (book.slab.free != NONE).then_some(book.slab.free);
        let free = std::iter::successors(first, |&slot| {
            let next = nodes[slot as usize].next;
            (next != NONE).then_some(next)
        });
        Self {
            rules: book.rules,
            now: book.now,
            orders,
            uses: nodes.iter().map(|node| node.tag & USE_MAX).collect(),
            free: free.collect(),
        }
    }

    /// The book, if what is stored is one.
    fn read(self) -> Result<OrderBook, MarketError> {
        if self.uses.len() > SLOTS_MAX as usize || self.uses.iter().any(|uses| *uses > USE_MAX) {
            return Err(wrong("it has too many places, or uses of one"));
        }
        let mut book = OrderBook::new(self.rules);
        book.now = self.now;
        // A place that is neither taken nor free was used for the last time.
        let retired = |&uses: &u32| Node::free(uses | RETIRED);
        book.slab.nodes = self.uses.iter().map(retired).collect();
        for (side, orders) in SIDES.into_iter().zip(&self.orders) {
            let mut last = i64::MIN;
            for order in orders {
                let key = order.price.0 ^ mask(side);
                if key < last {
                    return Err(wrong(format!(
                        "{} stands before a better price",
                        order.order
                    )));
                }
                last = key;
                book.read_order(side, order)?;
            }
        }
        book.read_free(&self.free)?;
        let is_lost = |node: &&Node| node.is(RETIRED) && node.tag & USE_MAX != USE_MAX;
        if let Some(slot) = book.slab.nodes.iter().position(|node| is_lost(&node)) {
            return Err(wrong(format!("place {slot} is neither free nor taken")));
        }
        let retired = book.slab.nodes.iter().filter(|node| node.is(RETIRED));
        book.slab.retired = retired.count() as u32;
        book.check().map_err(|error| wrong(error.to_string()))?;
        Ok(book)
    }
}

impl OrderBook {
    /// Puts a stored order behind those that were read before.
    fn read_order(&mut self, side: Side, saved: &SavedOrder) -> Result<(), MarketError> {
        let order = saved.order;
        let slot = slab::slot_of(order);
        let node = self.slab.nodes.get_mut(slot as usize);
        let expected = slab::uses_of(order) | RETIRED;
        let Some(node) = node.filter(|node| node.tag == expected) else {
            return Err(wrong(format!("{order} has no place of its own")));
        };
        node.tag = slab::uses_of(order) | LIVE;
        if saved.post_only {
            node.tag |= POST_ONLY;
        }
        let quantity = saved.quantity.0;
        let is_due = saved.expires.is_some_and(|tick| tick <= self.now);
        if quantity <= 0 || is_due {
            return Err(wrong(format!("{order} has nothing left or has expired")));
        }
        check_value(self.rules.prices.check(saved.price)?, quantity)?;
        self.check_room(side, 0, quantity)?;
        if let Some(tick) = saved.expires {
            self.slab.nodes[slot as usize].tag |= EXPIRES;
            self.note_expiry(slot, tick);
        }
        self.slab.live += 1;
        let taker = Taker {
            order,
            trader: saved.trader,
            side,
            limit: Some(saved.price),
            key: 0,
            left: quantity,
            filled: 0,
            released: 0,
        };
        self.rest(slot, &taker, saved.price);
        Ok(())
    }

    /// Links the free places.
    fn read_free(&mut self, free: &[u32]) -> Result<(), MarketError> {
        for &slot in free.iter().rev() {
            let node = self.slab.nodes.get_mut(slot as usize);
            let Some(node) = node.filter(|node| node.is(RETIRED)) else {
                return Err(wrong(format!("place {slot} is free twice, or taken")));
            };
            node.tag &= USE_MAX;
            node.next = self.slab.free;
            self.slab.free = slot;
        }
        Ok(())
    }

    /// The digest of all that the book's future depends on.
    ///
    /// # Errors
    ///
    /// [`CoreError::DigestTooLong`] for a book of more than some hundred million orders.
    pub fn digest(&self, key: &TypeKey, id: u64) -> Result<Digest, CoreError> {
        digest_of(key, id, self)
    }
}

fn wrong(problem: impl Into<String>) -> MarketError {
    MarketError::Saved {
        mechanism: "order book",
        problem: problem.into(),
    }
}

impl Serialize for OrderBook {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Saved::of(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for OrderBook {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Saved::deserialize(deserializer)?;
        saved.read().map_err(D::Error::custom)
    }
}
