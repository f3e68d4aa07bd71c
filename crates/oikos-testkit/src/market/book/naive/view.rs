//! What can be seen of the naive model, and how it takes messages.

use oikos_core::{Quantity, StableId};
use oikos_market::{BookLevel, BookRules, OrderId, Reason, Report, Resting};

use super::Naive;
use crate::market::SIDES;
use crate::market::book::{Answer, Book, Message, State};

impl Book for Naive {
    fn rules(&self) -> BookRules {
        self.rules
    }

    fn id(&self, number: usize) -> OrderId {
        OrderId::new(number as u64).unwrap_or(OrderId::LAST)
    }

    fn apply(&mut self, message: &Message, reports: &mut Vec<Report>) -> Answer {
        self.phantom = None;
        match *message {
            Message::Submit(order) => self.submit(order, reports),
            Message::Cancel(number) => self.cancel(self.id(number), reports),
            Message::Amend(number, price, quantity) => {
                self.amend(self.id(number), price, quantity, reports)
            }
            Message::Advance(tick) => self.advance(tick, reports),
            Message::Withdraw(trader) => {
                for side in SIDES {
                    while let Some(index) = self
                        .queue(side)
                        .into_iter()
                        .find(|&index| self.orders[index].trader == trader)
                    {
                        self.release(index, Reason::Withdrawn, reports);
                    }
                }
                Ok(None)
            }
        }
    }

    fn state(&self) -> State {
        let orders = SIDES.map(|side| {
            let queue = self.queue(side);
            queue
                .into_iter()
                .map(|index| self.orders[index])
                .collect::<Vec<_>>()
        });
        let levels = [levels(&orders[0]), levels(&orders[1])];
        let mut best = [0, 1].map(|side| orders[side].first().map(|order: &Resting| order.price));
        if let Some((side, price)) = self.phantom {
            best[side as usize] = Some(price);
        }
        let sum =
            |orders: &Vec<Resting>| Quantity(orders.iter().map(|order| order.quantity.0).sum());
        State {
            quantity: [sum(&orders[0]), sum(&orders[1])],
            orders,
            levels,
            best,
            now: self.now,
        }
    }
}

/// The levels of orders in their priority.
pub(in crate::market::book) fn levels(orders: &[Resting]) -> Vec<BookLevel> {
    let mut levels: Vec<BookLevel> = Vec::new();
    for order in orders {
        match levels.last_mut().filter(|level| level.price == order.price) {
            Some(level) => {
                level.quantity.0 += order.quantity.0;
                level.orders += 1;
            }
            None => levels.push(BookLevel {
                price: order.price,
                quantity: order.quantity,
                orders: 1,
            }),
        }
    }
    levels
}
