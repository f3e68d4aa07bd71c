//! An independent tally: what every household should have, told from messages and reports alone, order by order. It
//! knows neither how a venue holds money nor how a ledger or an inventory keeps it.

use std::collections::BTreeMap;

use oikos_core::Tick;
use oikos_market::{Fees, Fill, OrderId, Price, Receipt, Report, Side, TraderId};

use crate::world::{CASH, GOODS, HIGHEST, HOUSEHOLDS, Message, household};

/// What is left of an order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Left {
    pub(crate) trader: TraderId,
    pub(crate) side: Side,
    pub(crate) limit: Option<Price>,
    pub(crate) quantity: i64,
    pub(crate) expires: Option<Tick>,
}

/// What every household should have.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    fees: Fees,
    pub(crate) cash: Vec<i64>,
    pub(crate) goods: Vec<i64>,
    pub(crate) of_venue: i64,
    pub(crate) orders: BTreeMap<OrderId, Left>,
    pub(crate) gone: Vec<TraderId>,
    pub(crate) now: Tick,
    /// What the last message's reports say that cannot be.
    pub(crate) wrong: Vec<String>,
}

/// A share in hundredths of an amount, rounded down.
fn share(hundredths: i64, amount: i64) -> i64 {
    (amount * hundredths).div_euclid(100)
}

fn hundredths(ratio: oikos_core::Ratio) -> i64 {
    100 / ratio.denominator() * ratio.numerator()
}

impl Tally {
    pub(crate) fn new(fees: Fees) -> Self {
        Self {
            fees,
            cash: vec![CASH; HOUSEHOLDS as usize],
            goods: vec![GOODS; HOUSEHOLDS as usize],
            of_venue: 0,
            orders: BTreeMap::new(),
            gone: Vec::new(),
            now: Tick::ZERO,
            wrong: Vec::new(),
        }
    }

    /// What so much at this price costs a buyer, with fees.
    pub(crate) fn cost(&self, price: i64, quantity: i64) -> i64 {
        let value = price * quantity;
        value + share(hundredths(self.fees.buyer), value)
    }

    /// Follows a message that was carried out.
    pub(crate) fn follow(
        &mut self,
        message: &Message,
        receipt: Option<Receipt>,
        reports: &[Report],
    ) {
        self.wrong.clear();
        match *message {
            Message::Submit(order) => {
                let left = Left {
                    trader: order.trader,
                    side: order.side,
                    limit: order.kind.limit(),
                    quantity: order.quantity.0,
                    expires: order.expires,
                };
                if self.gone.contains(&order.trader) {
                    self.wrong.push(format!("{} is gone", order.trader));
                }
                self.orders.insert(receipt.unwrap().order, left);
            }
            Message::Clear(tick) => self.now = tick,
            Message::Withdraw(gone) => self.gone.push(gone),
            Message::Cancel(_) => {}
        }
        for report in reports {
            match report {
                Report::Fill(fill) => self.trade(fill),
                Report::Released(released) => self.lose(released.order, released.quantity.0),
                Report::Amended(amended) => self.wrong.push(format!("{amended:?}")),
            }
        }
        self.orders.retain(|_, left| left.quantity != 0);
    }

    fn lose(&mut self, order: OrderId, quantity: i64) {
        match self.orders.get_mut(&order) {
            Some(left) if left.quantity >= quantity && quantity > 0 => left.quantity -= quantity,
            left => self.wrong.push(format!("{quantity} of {left:?}")),
        }
    }

    fn trade(&mut self, fill: &Fill) {
        let (quantity, price) = (fill.quantity.0, fill.price.0);
        for (side, who) in [(Side::Buy, fill.buyer), (Side::Sell, fill.seller)] {
            let order = self.orders.get(&fill.order(side));
            let is_right = order.is_some_and(|order| {
                let is_live = order.expires.is_none_or(|tick| tick > self.now);
                let limit = order.limit.map_or(price, |limit| limit.0);
                let is_within = match side {
                    Side::Buy => price <= limit,
                    Side::Sell => price >= limit,
                };
                is_live && is_within && (order.trader, order.side) == (who, side)
            });
            if !is_right {
                self.wrong.push(format!("{fill:?} with {order:?}"));
            }
            self.lose(fill.order(side), quantity);
        }
        let value = price * quantity;
        let fee = share(hundredths(self.fees.seller), value);
        let gross = self.cost(price, quantity);
        let (buyer, seller) = (household(fill.buyer), household(fill.seller));
        self.cash[buyer as usize] -= gross;
        self.cash[seller as usize] += value - fee;
        self.of_venue += gross - (value - fee);
        self.goods[buyer as usize] += quantity;
        self.goods[seller as usize] -= quantity;
    }

    /// What should be held of a household's money, and of its goods: the sum over the orders.
    pub(crate) fn held(&self, number: u64) -> (i64, i64) {
        let orders = self.orders.values();
        let orders = orders.filter(|left| household(left.trader) == number);
        orders.fold((0, 0), |(cash, goods), left| match left.side {
            Side::Buy => {
                let limit = left.limit.map_or(HIGHEST, |limit| limit.0);
                (cash + self.cost(limit, left.quantity), goods)
            }
            Side::Sell => (cash, goods + left.quantity),
        })
    }
}
