//! Where orders and levels lie: orders in one array, linked into a queue per level; ids lead to them directly.

use oikos_core::StableId;

use super::ladder::NONE;
use crate::{MarketError, OrderId, TraderId};

/// Bits of an id that are the place in the array.
const SLOT_BITS: u32 = 27;
/// Most orders that a book holds at a time.
pub(super) const SLOTS_MAX: u32 = 1 << SLOT_BITS;
/// The last use of a place: it is not used again after it.
pub(super) const USE_MAX: u32 = (1 << 26) - 1;
/// The bits of a tag that count uses.
const USES: u32 = USE_MAX;

/// The order rests in a queue, or is being matched.
pub(super) const LIVE: u32 = 1 << 26;
/// The order expires; when, the book's list knows.
pub(super) const EXPIRES: u32 = 1 << 27;
/// The order is a maker only.
pub(super) const POST_ONLY: u32 = 1 << 28;
/// The place was used as often as there are numbers for it.
pub(super) const RETIRED: u32 = 1 << 29;

/// An order, or a free place whose `next` is the next free one. Two of them are in a cache line, and none in two.
#[derive(Debug, Copy, Clone)]
#[repr(align(32))]
pub(super) struct Node {
    /// What is left of it.
    pub(super) quantity: i64,
    pub(super) trader: TraderId,
    pub(super) previous: u32,
    pub(super) next: u32,
    pub(super) level: u32,
    /// Uses of the place before this one, and flags.
    pub(super) tag: u32,
}

const _: () = assert!(size_of::<Node>() == 32);

impl Node {
    pub(super) fn free(uses: u32) -> Self {
        Self {
            quantity: 0,
            trader: TraderId::FIRST,
            previous: NONE,
            next: NONE,
            level: NONE,
            tag: uses,
        }
    }

    pub(super) const fn is(&self, flag: u32) -> bool {
        self.tag & flag != 0
    }
}

/// The place that an id stands for.
#[inline]
pub(super) fn slot_of(order: OrderId) -> u32 {
    order.get() as u32 & (SLOTS_MAX - 1)
}

/// Uses of the place before that of the id.
pub(super) fn uses_of(order: OrderId) -> u32 {
    (order.get() >> SLOT_BITS) as u32
}

/// The id of a place with this tag.
#[inline]
pub(super) fn id_of(slot: u32, tag: u32) -> OrderId {
    let raw = u64::from(tag & USES) << SLOT_BITS | u64::from(slot);
    // 26 and 27 bits: every raw number is an id.
    OrderId::new(raw).unwrap_or(OrderId::LAST)
}

/// All places.
#[derive(Debug, Clone)]
pub(super) struct Slab {
    pub(super) nodes: Vec<Node>,
    /// The place that is used next.
    pub(super) free: u32,
    /// Places with an order.
    pub(super) live: u32,
    /// Places that are not used again.
    pub(super) retired: u32,
}

impl Slab {
    pub(super) const fn new() -> Self {
        Self {
            nodes: Vec::new(),
            free: NONE,
            live: 0,
            retired: 0,
        }
    }

    /// How many more orders there is room for.
    pub(super) const fn room(&self) -> u32 {
        SLOTS_MAX - self.live - self.retired
    }

    /// The id of the order that is opened next.
    #[inline]
    pub(super) fn next_id(&self) -> Result<OrderId, MarketError> {
        let grown = self.nodes.len() as u32;
        if self.free != NONE {
            return Ok(self.id(self.free));
        }
        if grown == SLOTS_MAX {
            return Err(MarketError::Full { orders: SLOTS_MAX });
        }
        Ok(id_of(grown, 0))
    }

    /// Takes the next free place.
    #[inline]
    pub(super) fn open(&mut self) -> Result<u32, MarketError> {
        let slot = self.free;
        if slot == NONE {
            return self.grow();
        }
        let node = &mut self.nodes[slot as usize];
        self.free = node.next;
        node.tag |= LIVE;
        self.live += 1;
        Ok(slot)
    }

    fn grow(&mut self) -> Result<u32, MarketError> {
        let slot = self.nodes.len() as u32;
        if slot == SLOTS_MAX {
            return Err(MarketError::Full { orders: SLOTS_MAX });
        }
        let mut node = Node::free(0);
        node.tag |= LIVE;
        self.nodes.push(node);
        self.live += 1;
        Ok(slot)
    }

    /// Gives a place back, whose id stands for nothing from now on.
    #[inline]
    pub(super) fn close(&mut self, slot: u32) {
        let node = &mut self.nodes[slot as usize];
        let uses = node.tag & USES;
        self.live -= 1;
        if uses == USE_MAX {
            node.tag = uses | RETIRED;
            self.retired += 1;
            return;
        }
        node.tag = uses + 1;
        node.next = self.free;
        self.free = slot;
    }

    pub(super) fn id(&self, slot: u32) -> OrderId {
        id_of(slot, self.nodes[slot as usize].tag)
    }

    /// The place of a live order.
    #[inline]
    pub(super) fn find(&self, order: OrderId) -> Result<u32, MarketError> {
        let slot = slot_of(order);
        let node = self.nodes.get(slot as usize);
        let node = node.ok_or(MarketError::UnknownOrder { order })?;
        if node.tag & (USES | LIVE) == uses_of(order) | LIVE {
            return Ok(slot);
        }
        let is_past = uses_of(order) < node.tag & USES || node.is(RETIRED);
        Err(if is_past {
            MarketError::ClosedOrder { order }
        } else {
            MarketError::UnknownOrder { order }
        })
    }
}

/// The orders at one price on one side, first come first.
#[derive(Debug, Copy, Clone)]
#[repr(align(32))]
pub(super) struct Level {
    pub(super) key: i64,
    /// What is left of its orders.
    pub(super) total: i64,
    pub(super) head: u32,
    pub(super) tail: u32,
    pub(super) orders: u32,
    /// 0 for bids, 1 for asks.
    pub(super) side: u32,
}

const _: () = assert!(size_of::<Level>() == 32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_retired_after_its_last_use() {
        let mut slab = Slab::new();
        assert_eq!(slab.open(), Ok(0));
        slab.close(0);
        slab.nodes[0].tag = USE_MAX;
        let last = OrderId::new(u64::from(USE_MAX) << SLOT_BITS).unwrap();
        assert_eq!(
            slab.find(last),
            Err(MarketError::UnknownOrder { order: last })
        );
        assert_eq!((slab.open(), slab.id(0)), (Ok(0), last));
        assert_eq!(slab.find(last), Ok(0));
        slab.close(0);
        assert_eq!(
            slab.find(last),
            Err(MarketError::ClosedOrder { order: last })
        );
        assert_eq!(slab.open(), Ok(1));
        assert_eq!((slab.live, slab.room()), (1, SLOTS_MAX - 2));
    }

    #[test]
    fn ids_are_the_place_and_its_use() {
        let id = id_of(5, 3 | LIVE | EXPIRES);
        assert_eq!(id.get(), 3 * 134_217_728 + 5);
        assert_eq!((slot_of(id), uses_of(id)), (5, 3));
        assert_eq!(id_of(SLOTS_MAX - 1, USE_MAX), OrderId::LAST);
    }
}
