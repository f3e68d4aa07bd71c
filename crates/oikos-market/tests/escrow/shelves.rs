//! A plain book of goods: what each trader has free and reserved, and for which orders.

use std::collections::BTreeMap;

use oikos_market::{EscrowError, GoodsBook, GoodsError, GoodsStep, OrderId, TraderId};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shelf {
    pub(crate) free: i64,
    pub(crate) reserved: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shelves(
    pub(crate) BTreeMap<TraderId, Shelf>,
    /// What is reserved for which order.
    pub(crate) BTreeMap<OrderId, i64>,
);

impl Shelves {
    pub(crate) fn of(&self, trader: TraderId) -> Shelf {
        self.0.get(&trader).copied().unwrap_or_default()
    }

    fn shelf(&mut self, trader: TraderId) -> Result<&mut Shelf, GoodsError> {
        self.0
            .get_mut(&trader)
            .ok_or(GoodsError::Unknown { trader })
    }

    /// Takes so much from what is reserved for an order.
    fn unreserve(
        &mut self,
        order: OrderId,
        trader: TraderId,
        asked: i64,
    ) -> Result<&mut Shelf, GoodsError> {
        let for_order = self.1.get(&order).copied().unwrap_or(0);
        let shelf = self.shelf(trader)?;
        let reserved = shelf.reserved.min(for_order);
        if asked > reserved {
            return Err(GoodsError::NotReserved {
                order,
                trader,
                reserved,
                asked,
            });
        }
        self.1.insert(order, for_order - asked);
        self.1.retain(|_, reserved| *reserved > 0);
        let shelf = self.shelf(trader)?;
        shelf.reserved -= asked;
        Ok(shelf)
    }

    pub(crate) fn carry_out(&mut self, step: GoodsStep) -> Result<(), GoodsError> {
        match step {
            GoodsStep::Reserve {
                order,
                trader,
                quantity: asked,
            } => {
                let shelf = self.shelf(trader)?;
                let free = shelf.free;
                if asked > free {
                    return Err(GoodsError::Short {
                        trader,
                        free,
                        asked,
                    });
                }
                shelf.free -= asked;
                shelf.reserved += asked;
                *self.1.entry(order).or_default() += asked;
            }
            GoodsStep::Deliver {
                order,
                seller,
                buyer,
                quantity,
            } => {
                self.unreserve(order, seller, quantity)?;
                let shelf = self.shelf(buyer)?;
                let overflow = GoodsError::Overflow {
                    trader: buyer,
                    quantity,
                };
                let all = shelf.free.checked_add(shelf.reserved);
                all.and_then(|all| all.checked_add(quantity))
                    .ok_or(overflow)?;
                shelf.free += quantity;
            }
            GoodsStep::Release {
                order,
                trader,
                quantity,
            } => {
                self.unreserve(order, trader, quantity)?.free += quantity;
            }
        }
        Ok(())
    }
}

impl GoodsBook for Shelves {
    fn settle(
        &mut self,
        steps: &[GoodsStep],
        pay: &mut dyn FnMut() -> Result<(), EscrowError>,
    ) -> Result<(), EscrowError> {
        let before = self.clone();
        let outcome = steps
            .iter()
            .try_for_each(|&step| self.carry_out(step).map_err(EscrowError::from))
            .and_then(|()| pay());
        if outcome.is_err() {
            *self = before;
        }
        outcome
    }
}
