//! What is to be seen after each message.

use std::collections::BTreeMap;

use oikos_market::{
    Mechanism, Order, OrderId, OrderKind, Rationing, Reason, Report, Side, TraderId,
};

use super::{MechanismChecker, Style, fills};
use crate::invariant::Broken;
use crate::invariant::Invariant::{A, M};
use crate::market::{Message, SIDES, auction, continuous};

impl MechanismChecker {
    /// What is to be seen after each message.
    pub(super) fn look<T: Mechanism + ?Sized>(
        &self,
        mechanism: &T,
        message: &Message,
        before: &BTreeMap<OrderId, Order>,
        reports: &[Report],
        after: &BTreeMap<OrderId, Order>,
    ) -> Result<(), Broken> {
        match *message {
            Message::Cancel(age) => {
                let mut expected = before.clone();
                expected.remove(&self.id(age));
                M(10).require(*after == expected, || {
                    "another order was touched".to_owned()
                })?;
            }
            Message::Withdraw(who) => only_of(who, reports, after)?,
            Message::Clear => {
                let late = after
                    .iter()
                    .find(|(_, order)| order.expires.is_some_and(|tick| tick.index() <= self.now));
                M(11).require(late.is_none(), || format!("{late:?} waits after its time"))?;
            }
            Message::Submit(_) => {}
        }
        self.what_waits(after)?;
        self.kinds(message, reports, after)?;
        let prices = mechanism.prices();
        let outside = fills(reports).find(|fill| !prices.contains(fill.price));
        M(2).require(outside.is_none(), || {
            format!("{outside:?} is outside {prices:?}")
        })?;
        match (self.style, message) {
            (Style::Continuous, _) => continuous::uncrossed(after),
            (Style::Call(rationing), Message::Clear) => {
                self.cleared(rationing, before, reports, after)
            }
            _ => Ok(()),
        }
    }

    /// M9: what the mechanism says waits is what came less what was reported.
    fn what_waits(&self, after: &BTreeMap<OrderId, Order>) -> Result<(), Broken> {
        let left = self.known.iter().filter(|(_, known)| known.left > 0);
        let expected: BTreeMap<OrderId, Order> = left
            .map(|(&id, known)| {
                let mut order = known.order;
                order.quantity.0 = known.left;
                (id, order)
            })
            .collect();
        let phantom = after.iter().find(|(id, _)| !expected.contains_key(id));
        M(9).require(phantom.is_none(), || {
            format!("{phantom:?} waits and should not")
        })?;
        let lost = expected
            .iter()
            .find(|(id, order)| after.get(id) != Some(order));
        M(4).require(lost.is_none(), || {
            let found = lost.and_then(|(id, _)| after.get(id));
            format!("{lost:?} should wait, there is {found:?}")
        })
    }

    /// M7: an order that does not rest is gone after the next clearing, and one that asks for all or nothing got it.
    fn kinds(
        &self,
        message: &Message,
        reports: &[Report],
        after: &BTreeMap<OrderId, Order>,
    ) -> Result<(), Broken> {
        let rests = |order: &Order| order.kind.rests();
        if *message == Message::Clear
            && let Some((id, order)) = after.iter().find(|(_, order)| !rests(order))
        {
            return Err(M(7).broken(format!("{id} still waits: {order:?}")));
        }
        for fill in fills(reports) {
            for side in SIDES {
                let known = &self.known[&fill.order(side)];
                let in_part = matches!(known.order.kind, OrderKind::FillOrKill(_))
                    && (known.left > 0 || self.was_released(fill.order(side), reports));
                M(7).require(!in_part, || format!("{:?} was filled in part", known.order))?;
            }
        }
        Ok(())
    }

    fn was_released(&self, id: OrderId, reports: &[Report]) -> bool {
        let mut all = reports.iter();
        all.any(|report| matches!(report, Report::Released(released) if released.order == id))
    }

    /// A1, A2, A4, A6 and A8.
    fn cleared(
        &self,
        rationing: Rationing,
        before: &BTreeMap<OrderId, Order>,
        reports: &[Report],
        after: &BTreeMap<OrderId, Order>,
    ) -> Result<(), Broken> {
        let by_arrival = |orders: &BTreeMap<OrderId, Order>| {
            let stands = |order: &Order| order.expires.is_none_or(|tick| tick.index() > self.now);
            let mut all: Vec<(OrderId, Order)> = orders
                .iter()
                .filter(|(_, order)| stands(order))
                .map(|(&id, &order)| (id, order))
                .collect();
            all.sort_by_key(|(id, _)| self.known[id].number);
            all
        };
        let (orders, after) = (by_arrival(before), by_arrival(after));
        let same = fills(reports).next().is_none() && orders == after;
        A(8).require(same || crosses(&orders), || {
            format!("nobody could trade, and {reports:?}")
        })?;
        auction::Outcome::of(rationing, orders, reports, after).check()
    }
}

/// M11: of who is gone nothing waits, and nothing else was touched.
fn only_of(
    who: TraderId,
    reports: &[Report],
    after: &BTreeMap<OrderId, Order>,
) -> Result<(), Broken> {
    let left = after.iter().find(|(_, order)| order.trader == who);
    M(11).require(left.is_none(), || format!("{left:?} is of who is gone"))?;
    let other = reports.iter().find(|report| {
        !matches!(report, Report::Released(released)
            if released.trader == who && released.reason == Reason::Withdrawn)
    });
    M(11).require(other.is_none(), || format!("{other:?} is of somebody else"))
}

/// Whether somebody could trade, or has an order that does not wait.
fn crosses(orders: &[(OrderId, Order)]) -> bool {
    let limits = |side: Side| {
        let of_side = orders.iter().filter(move |(_, order)| order.side == side);
        of_side.filter_map(|(_, order)| order.kind.limit())
    };
    let (bid, ask) = (limits(Side::Buy).max(), limits(Side::Sell).min());
    let apart = bid.zip(ask).is_none_or(|(bid, ask)| bid < ask);
    !apart || orders.iter().any(|(_, order)| order.kind.limit().is_none())
}
