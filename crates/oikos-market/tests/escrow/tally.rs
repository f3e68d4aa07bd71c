//! An independent tally: what everybody should have, told from messages and reports alone, order by order.
//! It knows neither how a venue holds money nor how a ledger keeps it.

use std::collections::BTreeMap;

use oikos_market::{Fees, Fill, OrderId, Price, Receipt, Report, Side, TraderId};

use crate::world::{CASH, GOODS, Message, TRADERS, trader};

/// What is left of an order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Left {
    pub(crate) trader: TraderId,
    pub(crate) side: Side,
    pub(crate) limit: Option<Price>,
    pub(crate) quantity: i64,
}

/// What everybody should have.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    fees: Fees,
    /// All that a trader paid and got, the purse at first being the same for all.
    pub(crate) cash: BTreeMap<TraderId, i64>,
    pub(crate) goods: BTreeMap<TraderId, i64>,
    pub(crate) of_venue: i64,
    pub(crate) orders: BTreeMap<OrderId, Left>,
    /// The last message's trades whose price was not that of the order that rested.
    pub(crate) mispriced: Vec<Fill>,
}

/// A share in hundredths of an amount, rounded down.
fn share(hundredths: i64, amount: i64) -> i64 {
    let product = i128::from(amount) * i128::from(hundredths);
    i64::try_from((product - product.rem_euclid(100)) / 100).unwrap()
}

fn hundredths(ratio: oikos_core::Ratio) -> i64 {
    100 / ratio.denominator() * ratio.numerator()
}

impl Tally {
    pub(crate) fn new(fees: Fees) -> Self {
        let all = |amount| (0..TRADERS).map(|who| (trader(who), amount)).collect();
        let mut cash: BTreeMap<TraderId, i64> = all(CASH);
        // The last two share one purse, which is counted as the fifth trader's.
        cash.insert(trader(5), 0);
        Self {
            fees,
            cash,
            goods: all(GOODS),
            of_venue: 0,
            orders: BTreeMap::new(),
            mispriced: Vec::new(),
        }
    }

    /// What so much at this price costs a buyer, with fees.
    pub(crate) fn cost(&self, price: Price, quantity: i64) -> i64 {
        let value = price.0 * quantity;
        value + share(hundredths(self.fees.buyer), value)
    }

    /// Follows a message that was carried out.
    pub(crate) fn follow(
        &mut self,
        message: &Message,
        named: OrderId,
        receipt: Option<Receipt>,
        reports: &[Report],
    ) {
        self.mispriced.clear();
        let given = match *message {
            Message::Submit(order) => Some(Left {
                trader: order.trader,
                side: order.side,
                limit: order.kind.limit(),
                quantity: order.quantity.0,
            }),
            Message::BuyAtMarket(trader, quantity, _) => Some(Left {
                trader,
                side: Side::Buy,
                limit: None,
                quantity,
            }),
            Message::Amend(_, price, quantity) => self.orders.get(&named).map(|old| Left {
                limit: Some(price),
                quantity,
                ..*old
            }),
            Message::Cancel(_) | Message::Advance(_) | Message::Withdraw(_) => None,
        };
        if let (Some(given), Some(receipt)) = (given, receipt) {
            self.orders.insert(receipt.order, given);
        }
        for report in reports {
            match report {
                Report::Fill(fill) => self.trade(fill),
                Report::Released(released) => self.lose(released.order, released.quantity.0),
                Report::Amended(_) => {}
            }
        }
        self.orders.retain(|_, left| left.quantity != 0);
    }

    fn lose(&mut self, order: OrderId, quantity: i64) {
        self.orders.get_mut(&order).unwrap().quantity -= quantity;
    }

    fn trade(&mut self, fill: &Fill) {
        let maker = fill.order(fill.taker.unwrap().opposite());
        if self.orders[&maker].limit != Some(fill.price) {
            self.mispriced.push(*fill);
        }
        let (quantity, value) = (fill.quantity.0, fill.price.0 * fill.quantity.0);
        let fee = share(hundredths(self.fees.seller), value);
        let gross = self.cost(fill.price, quantity);
        *self.cash.get_mut(&fill.buyer).unwrap() -= gross;
        *self.cash.get_mut(&fill.seller).unwrap() += value - fee;
        self.of_venue += gross - (value - fee);
        *self.goods.get_mut(&fill.buyer).unwrap() += quantity;
        *self.goods.get_mut(&fill.seller).unwrap() -= quantity;
        self.lose(fill.buy, quantity);
        self.lose(fill.sell, quantity);
    }

    /// What should be held of a trader's money, and reserved of the goods: the sum over the orders.
    pub(crate) fn held(&self, who: TraderId) -> (i64, i64) {
        let orders = self.orders.values().filter(|left| left.trader == who);
        orders.fold((0, 0), |(cash, goods), left| match left.side {
            Side::Buy => (cash + self.cost(left.limit.unwrap(), left.quantity), goods),
            Side::Sell => (cash, goods + left.quantity),
        })
    }
}
