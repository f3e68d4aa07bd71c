//! Orders join and leave the queues at their prices.

use oikos_core::{Quantity, Tick};

use super::ladder::NONE;
use super::matching::Taker;
use super::slab::{EXPIRES, Level, POST_ONLY};
use super::{OrderBook, mask};
use crate::{Order, OrderKind, Price, Reason, Released, Side};

impl OrderBook {
    /// Notes of an order that will rest what few orders have.
    #[inline]
    pub(super) fn note_flags(&mut self, slot: u32, order: &Order) {
        let node = &mut self.slab.nodes[slot as usize];
        if matches!(order.kind, OrderKind::PostOnly(_)) {
            node.tag |= POST_ONLY;
        }
        if let Some(tick) = order.expires {
            node.tag |= EXPIRES;
            self.note_expiry(slot, tick);
        }
    }

    #[cold]
    pub(super) fn note_expiry(&mut self, slot: u32, tick: Tick) {
        if self.expiry.len() <= slot as usize {
            self.expiry.resize(self.slab.nodes.len(), Tick::ZERO);
        }
        self.expiry[slot as usize] = tick;
        self.expiries.insert((tick, self.slab.id(slot)));
    }

    /// Puts what is left of an order at the end of the queue at its price.
    #[inline]
    pub(super) fn rest(&mut self, slot: u32, taker: &Taker, price: Price) {
        let side = taker.side;
        let index = self.level_at(side, price.0 ^ mask(side));
        let level = &mut self.levels[index as usize];
        let tail = level.tail;
        level.tail = slot;
        level.total += taker.left;
        level.orders += 1;
        if tail == NONE {
            level.head = slot;
        } else {
            self.slab.nodes[tail as usize].next = slot;
        }
        let node = &mut self.slab.nodes[slot as usize];
        node.quantity = taker.left;
        node.trader = taker.trader;
        (node.previous, node.next, node.level) = (tail, NONE, index);
        self.resting[side as usize] += taker.left;
    }

    /// The level with this key, a new one if there is none.
    #[inline]
    pub(super) fn level_at(&mut self, side: Side, key: i64) -> u32 {
        let ladder = &mut self.ladders[side as usize];
        if let Some(level) = ladder.find(key) {
            return level;
        }
        let level = Level {
            key,
            total: 0,
            head: NONE,
            tail: NONE,
            orders: 0,
            side: side as u32,
        };
        let index = match self.free_levels.pop() {
            Some(index) => {
                self.levels[index as usize] = level;
                index
            }
            None => {
                self.levels.push(level);
                self.levels.len() as u32 - 1
            }
        };
        ladder.insert(key, index);
        index
    }

    /// Takes an order out of its queue, but leaves it its place. Those behind it move up.
    #[inline]
    pub(super) fn unlink(&mut self, slot: u32) {
        let node = self.slab.nodes[slot as usize];
        let level = &mut self.levels[node.level as usize];
        level.total -= node.quantity;
        level.orders -= 1;
        let (side, key) = (level.side as usize, level.key);
        if node.previous == NONE {
            level.head = node.next;
        } else {
            self.slab.nodes[node.previous as usize].next = node.next;
        }
        if node.next == NONE {
            level.tail = node.previous;
        } else {
            self.slab.nodes[node.next as usize].previous = node.previous;
        }
        if level.orders == 0 {
            self.ladders[side].remove(key);
            self.free_levels.push(node.level);
        }
        self.resting[side] -= node.quantity;
    }

    /// Gives up the place of an order that is in no queue.
    #[inline]
    pub(super) fn close(&mut self, slot: u32) {
        if self.slab.nodes[slot as usize].is(EXPIRES) {
            let tick = self.expiry[slot as usize];
            self.expiries.remove(&(tick, self.slab.id(slot)));
        }
        self.slab.close(slot);
    }

    /// Takes an order out of the book.
    #[inline]
    pub(super) fn remove(&mut self, slot: u32, reason: Reason) -> Released {
        let released = self.released_at(slot, reason);
        self.unlink(slot);
        self.close(slot);
        released
    }

    /// All that is left of a resting order, as it is reported when it is released.
    #[inline]
    pub(super) fn released_at(&self, slot: u32, reason: Reason) -> Released {
        let (price, side) = self.place_of(slot);
        let node = self.slab.nodes[slot as usize];
        Released {
            order: self.slab.id(slot),
            trader: node.trader,
            side,
            price: Some(price),
            quantity: Quantity(node.quantity),
            reason,
        }
    }

    /// The price and the side of a resting order.
    #[inline]
    pub(super) fn place_of(&self, slot: u32) -> (Price, Side) {
        let level = &self.levels[self.slab.nodes[slot as usize].level as usize];
        let side = if level.side == 0 {
            Side::Buy
        } else {
            Side::Sell
        };
        (Price(level.key ^ mask(side)), side)
    }
}
