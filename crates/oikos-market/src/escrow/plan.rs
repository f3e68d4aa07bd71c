//! What a message to a venue does to money and goods, put together before anything is done: by following what its
//! mechanism reports.

use std::collections::BTreeSet;

use oikos_core::StableId;
use oikos_ledger::{Applied, HoldId, Ledger, Operation, Refusal};

use super::covers::{Cover, Place};
use super::{Breach, EscrowError, GoodsStep, Venue};
use crate::{Amended, Fill, OrderId, Price, Released, Report, Side, TraderId};

/// All that one message does. It is carried out whole or not at all.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// What the mechanism will report.
    pub(super) reports: Vec<Report>,
    pub(super) operations: Vec<Operation>,
    pub(super) steps: Vec<GoodsStep>,
    /// The orders that change.
    pub(super) touched: Vec<Touched>,
    /// The order whose trader amends it.
    pub(super) amended: Option<OrderId>,
    /// What became of the operations.
    pub(super) applied: Vec<Applied>,
}

/// An order that a message changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Touched {
    place: Place,
    order: OrderId,
    /// What it was: limit, quantity, hold; nothing if it is new.
    old: Option<(Price, i64, Option<HoldId>)>,
    /// The operation that holds for it.
    operation: Option<usize>,
}

impl Touched {
    /// What was held for it.
    fn hold(&self) -> Option<HoldId> {
        self.old.and_then(|(_, _, hold)| hold)
    }
}

/// The error for an operation that the ledger has refused: which of the orders that were touched it was for.
pub(super) fn refused(touched: &[Touched], refusal: Refusal) -> EscrowError {
    let order = match refusal.operation {
        Some(Operation::VoidHold { hold }) => {
            let of_hold = touched.iter().find(|touched| touched.hold() == Some(hold));
            of_hold.map(|touched| touched.order)
        }
        Some(operation) => operation
            .transfer()
            .and_then(|transfer| OrderId::new(transfer.reference).ok()),
        None => None,
    };
    // All that is planned is a hold's end, or a transfer under an order's number.
    let order = order.unwrap_or(OrderId::LAST);
    EscrowError::Money { order, refusal }
}

impl Plan {
    pub(super) fn clear(&mut self) {
        self.reports.clear();
        self.operations.clear();
        self.steps.clear();
        self.touched.clear();
        self.amended = None;
        self.applied.clear();
    }

    /// Leaves out to release what is not held any more, for orders to buy that end without a trade. Says whether
    /// there were any.
    #[cold]
    pub(super) fn forgive(&mut self, ledger: &Ledger) -> bool {
        let Self {
            reports,
            operations,
            touched,
            ..
        } = self;
        let ends = |touched: &&Touched| {
            let order = touched.order;
            let is_released = |report: &Report| match report {
                Report::Fill(fill) => fill.buy != order,
                Report::Amended(amended) => amended.order != order,
                Report::Released(_) => true,
            };
            touched.operation.is_none() && reports.iter().all(is_released)
        };
        let lost: BTreeSet<HoldId> = touched
            .iter()
            .filter(ends)
            .filter_map(Touched::hold)
            .filter(|&hold| ledger.hold(hold).is_none())
            .collect();
        let is_lost = |operation: &Operation| matches!(operation, Operation::VoidHold { hold } if lost.contains(hold));
        for place in touched
            .iter_mut()
            .filter_map(|touched| touched.operation.as_mut())
        {
            let before = operations[..*place].iter();
            *place -= before.filter(|operation| is_lost(operation)).count();
        }
        operations.retain(|operation| !is_lost(operation));
        !lost.is_empty()
    }

    pub(super) fn release(&mut self, order: OrderId, trader: TraderId, quantity: i64) {
        if quantity > 0 {
            self.steps.push(GoodsStep::Release {
                order,
                trader,
                quantity,
            });
        }
    }

    pub(super) fn reserve(&mut self, order: OrderId, trader: TraderId, quantity: i64) {
        if quantity > 0 {
            self.steps.push(GoodsStep::Reserve {
                order,
                trader,
                quantity,
            });
        }
    }
}

/// Whether a price is one that an order of this side and limit trades at.
const fn is_within(side: Side, limit: Price, price: Price) -> bool {
    price.0 >= 0
        && match side {
            Side::Buy => price.0 <= limit.0,
            Side::Sell => price.0 >= limit.0,
        }
}

impl<M> Venue<M> {
    /// An order that the message changes. What was held for it is freed; what is left of it at the end is held anew.
    #[inline]
    fn touch(&mut self, plan: &mut Plan, order: OrderId) -> Result<&mut Cover, EscrowError> {
        let breach = Breach::UnknownOrder;
        let place = self.covers.find(order);
        let cover = place.and_then(|place| Some((place, self.covers.get_mut(place)?)));
        let (place, cover) = cover.ok_or(EscrowError::Breach { order, breach })?;
        if !cover.is_touched {
            plan.touched.push(Touched {
                place,
                order,
                old: Some((cover.limit, cover.quantity, cover.hold)),
                operation: None,
            });
            cover.is_touched = true;
            if let Some(hold) = cover.hold.take() {
                plan.operations.push(Operation::VoidHold { hold });
            }
        }
        Ok(cover)
    }

    /// Takes a new order in.
    pub(super) fn open(&mut self, plan: &mut Plan, cover: Cover) -> Result<Place, EscrowError> {
        let order = cover.order;
        let breach = Breach::IdGivenTwice;
        let place = self.covers.insert(cover);
        let place = place.ok_or(EscrowError::Breach { order, breach })?;
        plan.touched.push(Touched {
            place,
            order,
            old: None,
            operation: None,
        });
        Ok(place)
    }

    /// Plans what the reports of the plan do.
    pub(super) fn follow(&mut self, plan: &mut Plan) -> Result<(), EscrowError> {
        for index in 0..plan.reports.len() {
            match plan.reports[index] {
                Report::Fill(fill) => self.follow_fill(plan, &fill)?,
                Report::Released(released) => self.follow_release(plan, &released)?,
                Report::Amended(amended) => self.follow_change(plan, &amended)?,
            }
        }
        Ok(())
    }

    /// Takes so much from an order of this trader and side.
    fn take(
        &mut self,
        plan: &mut Plan,
        (order, trader, side): (OrderId, TraderId, Side),
        quantity: i64,
    ) -> Result<Cover, EscrowError> {
        let cover = self.touch(plan, order)?;
        let breach = if (cover.trader, cover.side) != (trader, side) {
            Breach::OtherOrder
        } else if !(1..=cover.quantity).contains(&quantity) {
            Breach::WrongQuantity
        } else {
            cover.quantity -= quantity;
            return Ok(*cover);
        };
        Err(EscrowError::Breach { order, breach })
    }

    /// Delivery versus payment, out of what the buyer has free by now.
    fn follow_fill(&mut self, plan: &mut Plan, fill: &Fill) -> Result<(), EscrowError> {
        let (price, quantity) = (fill.price, fill.quantity.0);
        let buy = self.take(plan, (fill.buy, fill.buyer, Side::Buy), quantity)?;
        let sell = self.take(plan, (fill.sell, fill.seller, Side::Sell), quantity)?;
        for cover in [&buy, &sell] {
            let rested = fill.taker == Some(cover.side.opposite());
            let breach = if !is_within(cover.side, cover.limit, price) {
                Breach::PriceOutsideLimit
            } else if rested && cover.limit != price {
                Breach::NotAtMakersPrice
            } else {
                continue;
            };
            let order = cover.order;
            return Err(EscrowError::Breach { order, breach });
        }
        let rules = self.till.rules();
        let payment = rules.fees.payment(fill)?;
        let purses = (buy.purse, sell.purse);
        let reference = fill.buy.get();
        self.till
            .pay(&mut plan.operations, purses, payment, reference);
        plan.steps.push(GoodsStep::Deliver {
            order: fill.sell,
            seller: fill.seller,
            buyer: fill.buyer,
            quantity,
        });
        Ok(())
    }

    fn follow_release(&mut self, plan: &mut Plan, released: &Released) -> Result<(), EscrowError> {
        let Released {
            order,
            trader,
            side,
            quantity,
            ..
        } = *released;
        self.take(plan, (order, trader, side), quantity.0)?;
        if side == Side::Sell {
            plan.release(order, trader, quantity.0);
        }
        Ok(())
    }

    /// An order gets another limit and another rest.
    fn follow_change(&mut self, plan: &mut Plan, amended: &Amended) -> Result<(), EscrowError> {
        let Amended {
            order,
            trader,
            side,
            price,
            quantity,
            ..
        } = *amended;
        let is_asked = plan.amended == Some(order);
        let cover = self.touch(plan, order)?;
        let breach = if (cover.trader, cover.side) != (trader, side) {
            Some(Breach::OtherOrder)
        } else if is_asked {
            None
        } else {
            Some(Breach::Amended)
        };
        if let Some(breach) = breach {
            return Err(EscrowError::Breach { order, breach });
        }
        let more = quantity.0 - cover.quantity;
        (cover.limit, cover.quantity) = (price, quantity.0);
        if side == Side::Sell {
            plan.reserve(order, trader, more);
            plan.release(order, trader, -more);
        }
        Ok(())
    }

    /// Plans to hold for what is left of the orders that were touched.
    pub(super) fn hold_again(&self, plan: &mut Plan) -> Result<(), EscrowError> {
        for touched in &mut plan.touched {
            let Some(cover) = self.covers.get(touched.place) else {
                continue;
            };
            let amount = self.till.cost(cover.side, cover.limit, cover.quantity)?;
            if amount > 0 {
                touched.operation = Some(plan.operations.len());
                let hold = self.till.hold(cover.purse, amount, touched.order.get());
                plan.operations.push(hold);
            }
        }
        Ok(())
    }

    /// After a plan was carried out: notes the holds that were made, and forgets orders of which nothing is left.
    pub(super) fn confirm(&mut self, plan: &Plan) {
        for touched in &plan.touched {
            let Some(cover) = self.covers.get_mut(touched.place) else {
                continue;
            };
            cover.is_touched = false;
            if cover.quantity == 0 {
                self.covers.remove(touched.order);
                continue;
            }
            let applied = touched.operation.and_then(|place| plan.applied.get(place));
            cover.hold = applied.and_then(|applied| applied.hold);
        }
    }

    /// After a plan was refused: makes all orders that were touched what they were.
    #[cold]
    pub(super) fn restore(&mut self, plan: &Plan) {
        for touched in &plan.touched {
            match (touched.old, self.covers.get_mut(touched.place)) {
                (Some((limit, quantity, hold)), Some(cover)) => {
                    (cover.limit, cover.quantity, cover.hold) = (limit, quantity, hold);
                    cover.is_touched = false;
                }
                _ => {
                    self.covers.remove(touched.order);
                }
            }
        }
    }
}
