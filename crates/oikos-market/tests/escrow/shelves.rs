//! A plain book of goods: what each trader has free and reserved.

use std::collections::BTreeMap;

use oikos_market::{EscrowError, GoodsBook, GoodsMove, GoodsRefusal, TraderId};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shelf {
    pub(crate) free: i64,
    pub(crate) reserved: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shelves(pub(crate) BTreeMap<TraderId, Shelf>);

impl Shelves {
    pub(crate) fn of(&self, trader: TraderId) -> Shelf {
        self.0.get(&trader).copied().unwrap_or_default()
    }

    fn shelf(&mut self, trader: TraderId) -> Result<&mut Shelf, GoodsRefusal> {
        self.0
            .get_mut(&trader)
            .ok_or(GoodsRefusal::Unknown { trader })
    }

    /// Takes so much from what is reserved.
    fn unreserve(&mut self, trader: TraderId, asked: i64) -> Result<&mut Shelf, GoodsRefusal> {
        let shelf = self.shelf(trader)?;
        let reserved = shelf.reserved;
        if asked > reserved {
            return Err(GoodsRefusal::NotReserved {
                trader,
                reserved,
                asked,
            });
        }
        shelf.reserved -= asked;
        Ok(shelf)
    }

    pub(crate) fn carry_out(&mut self, step: GoodsMove) -> Result<(), GoodsRefusal> {
        match step {
            GoodsMove::Reserve {
                trader,
                quantity: asked,
            } => {
                let shelf = self.shelf(trader)?;
                let free = shelf.free;
                if asked > free {
                    return Err(GoodsRefusal::Short {
                        trader,
                        free,
                        asked,
                    });
                }
                shelf.free -= asked;
                shelf.reserved += asked;
            }
            GoodsMove::Deliver {
                seller,
                buyer,
                quantity,
            } => {
                self.unreserve(seller, quantity)?;
                let shelf = self.shelf(buyer)?;
                let overflow = GoodsRefusal::Overflow {
                    trader: buyer,
                    quantity,
                };
                let all = shelf.free.checked_add(shelf.reserved);
                all.and_then(|all| all.checked_add(quantity))
                    .ok_or(overflow)?;
                shelf.free += quantity;
            }
            GoodsMove::Release { trader, quantity } => {
                self.unreserve(trader, quantity)?.free += quantity;
            }
        }
        Ok(())
    }
}

impl GoodsBook for Shelves {
    fn settle(
        &mut self,
        moves: &[GoodsMove],
        pay: &mut dyn FnMut() -> Result<(), EscrowError>,
    ) -> Result<(), EscrowError> {
        let before = self.clone();
        let outcome = moves
            .iter()
            .try_for_each(|&step| self.carry_out(step).map_err(EscrowError::from))
            .and_then(|()| pay());
        if outcome.is_err() {
            *self = before;
        }
        outcome
    }
}
