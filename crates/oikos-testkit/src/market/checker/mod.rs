//! The checker that follows a mechanism: it keeps an account of every order, from what is asked and reported alone.

mod look;

use std::collections::BTreeMap;

use oikos_core::{StableId, Tick};
use oikos_market::{
    Fill, Mechanism, Order, OrderId, OrderKind, Rationing, Reason, Receipt, Released, Report, Side,
};

use super::{Message, SIDES, continuous, round};
use crate::invariant::Broken;
use crate::invariant::Invariant::M;

/// What a mechanism promises beyond what all of them do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Nothing: trades within both limits, nothing lost (M2, M4, M7 to M11).
    #[default]
    Any,
    /// Orders trade when they come, with the best that waits and at its price; nobody trades with themselves (also M1,
    /// M3, M5, and M2 to the maker's price).
    Continuous,
    /// Orders trade when it clears, at one price at which most trades, and the margin is rationed so (also A1, A2, A4,
    /// A6, A8).
    Call(Rationing),
}

/// An order that was given, and what is left of it by the reports.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) order: Order,
    pub(super) left: i64,
    /// The how manieth it was.
    pub(super) number: usize,
}

/// Follows a mechanism from its first order on, and objects to what is not as promised.
#[derive(Debug, Clone, Default)]
pub struct MechanismChecker {
    style: Style,
    pub(super) known: BTreeMap<OrderId, Known>,
    given: Vec<OrderId>,
    now: u32,
}

/// Goes through a script with a mechanism that has no orders yet, and holds it to its promises after each message.
/// Returns the number of messages.
///
/// # Errors
/// [`Broken`], with the number of what is broken first.
pub fn check<T: Mechanism + ?Sized>(
    mechanism: &mut T,
    style: Style,
    script: &[Message],
) -> Result<u64, Broken> {
    let mut checker = MechanismChecker::new(style);
    for message in script {
        checker.apply(mechanism, message)?;
    }
    Ok(script.len() as u64)
}

impl MechanismChecker {
    /// A checker of a mechanism that has no orders yet.
    #[must_use]
    pub fn new(style: Style) -> Self {
        Self {
            style,
            ..Self::default()
        }
    }

    /// The id that [`Message::Cancel`] means.
    #[must_use]
    pub fn id(&self, age: usize) -> OrderId {
        let found = self.given.iter().rev().nth(age);
        found.copied().unwrap_or(OrderId::LAST)
    }

    /// Asks the mechanism and looks at what comes of it, which is returned.
    ///
    /// # Errors
    /// [`Broken`], with the number of what is broken first.
    pub fn apply<T: Mechanism + ?Sized>(
        &mut self,
        mechanism: &mut T,
        message: &Message,
    ) -> Result<Vec<Report>, Broken> {
        let before = waiting(mechanism)?;
        let mut reports = Vec::new();
        let outcome = self.ask(mechanism, message, &before, &mut reports);
        let after = waiting(mechanism)?;
        let looked =
            outcome.and_then(|()| self.look(mechanism, message, &before, &reports, &after));
        looked.map(|()| reports).map_err(|broken| Broken {
            problem: format!("{} when {message:?}", broken.problem),
            ..broken
        })
    }

    fn ask<T: Mechanism + ?Sized>(
        &mut self,
        mechanism: &mut T,
        message: &Message,
        before: &BTreeMap<OrderId, Order>,
        reports: &mut Vec<Report>,
    ) -> Result<(), Broken> {
        let refused = |mechanism: &T, reports: &[Report]| {
            let same = reports.is_empty() && waiting(mechanism)? == *before;
            M(8).require(same, || "a refusal changed something".to_owned())
        };
        match *message {
            Message::Submit(order) => match mechanism.submit(order, reports) {
                Ok(receipt) => self.submitted(order, &receipt, reports),
                Err(_) => refused(mechanism, reports),
            },
            Message::Cancel(age) => {
                let id = self.id(age);
                let known = self.known.get(&id).copied().filter(|known| known.left > 0);
                match (mechanism.cancel(id, reports), known) {
                    (Ok(released), Some(known)) => cancelled(&known, &released, reports)?,
                    (Err(_), None) => return refused(mechanism, reports),
                    (Ok(_), None) => {
                        return Err(M(8).broken("an order that does not wait was cancelled"));
                    }
                    (Err(error), Some(_)) => {
                        return Err(M(8).broken(format!("an order that waits was not: {error}")));
                    }
                }
                self.follow(reports)
            }
            Message::Withdraw(who) => {
                mechanism.withdraw(&mut |other| other == who, reports);
                self.follow(reports)
            }
            Message::Clear => {
                self.now += 1;
                if let Err(error) = mechanism.clear(round(Tick::new(self.now)), reports) {
                    let problem = format!("the next tick was refused: {error}");
                    return Err(M(8).broken(problem));
                }
                self.follow(reports)
            }
        }
    }

    fn submitted(
        &mut self,
        order: Order,
        receipt: &Receipt,
        reports: &[Report],
    ) -> Result<(), Broken> {
        let (id, left) = (receipt.order, order.quantity.0);
        M(4).require(left > 0, || "an order of nothing was taken".to_owned())?;
        let number = self.given.len();
        let old = self.known.insert(
            id,
            Known {
                order,
                left,
                number,
            },
        );
        M(8).require(old.is_none(), || format!("{id} was given twice"))?;
        self.given.push(id);
        if self.style == Style::Continuous {
            continuous::makers_in_turn(self, id, reports)?;
        }
        self.follow(reports)?;
        let left = self.known[&id].left;
        let parts = receipt.filled.0 + receipt.resting.0 + receipt.released.0;
        let told = parts == order.quantity.0 && receipt.resting.0 == left;
        M(4).require(told, || {
            format!("{receipt:?} of {order:?}, of which {left} are left")
        })?;
        if self.style == Style::Continuous {
            let rests = order.kind.rests() || left == 0;
            M(7).require(rests, || "an immediate order waits".to_owned())?;
        }
        let took = reports
            .iter()
            .any(|report| matches!(report, Report::Fill(_)));
        let maker = matches!(order.kind, OrderKind::PostOnly(_));
        M(7).require(!(maker && took), || "a post-only order took".to_owned())
    }

    /// Takes reports in.
    fn follow(&mut self, reports: &[Report]) -> Result<(), Broken> {
        for report in reports {
            match report {
                Report::Fill(fill) => {
                    for side in SIDES {
                        self.filled(side, fill)?;
                    }
                }
                Report::Released(released) => {
                    let known = self.take(released.order, released.quantity.0)?;
                    let order = known.order;
                    let named = (released.trader, released.side, released.price);
                    let same = named == (order.trader, order.side, order.kind.limit());
                    M(4).require(same, || format!("{released:?} is of {order:?}"))?;
                }
                Report::Amended(amended) => {
                    return Err(M(4).broken(format!("nobody asked for {amended:?}")));
                }
            }
        }
        Ok(())
    }

    fn filled(&mut self, side: Side, fill: &Fill) -> Result<(), Broken> {
        let known = self.take(fill.order(side), fill.quantity.0)?;
        let who = match side {
            Side::Buy => fill.buyer,
            Side::Sell => fill.seller,
        };
        let order = known.order;
        let same = (order.side, order.trader) == (side, who);
        M(4).require(same, || format!("{fill:?} is of {order:?}"))?;
        let within = order.kind.limit().is_none_or(|limit| match side {
            Side::Buy => fill.price <= limit,
            Side::Sell => fill.price >= limit,
        });
        M(2).require(within, || {
            format!("{} is beyond the limit of {order:?}", fill.price)
        })?;
        let stands = order.expires.is_none_or(|tick| tick.index() > self.now);
        M(11).require(stands, || format!("{order:?} traded after its time"))
    }

    /// Takes so much from an order, which is returned as it was.
    fn take(&mut self, id: OrderId, quantity: i64) -> Result<Known, Broken> {
        let Some(known) = self.known.get_mut(&id) else {
            return Err(M(4).broken(format!("{id} was never given, and is reported")));
        };
        let was = *known;
        M(4).require((1..=was.left).contains(&quantity), || {
            format!("{quantity} of {id} are reported, {} are left", was.left)
        })?;
        known.left -= quantity;
        Ok(was)
    }
}

/// What waits, by id.
pub(super) fn waiting<T: Mechanism + ?Sized>(
    mechanism: &T,
) -> Result<BTreeMap<OrderId, Order>, Broken> {
    let mut orders = BTreeMap::new();
    for (id, order) in mechanism.outstanding() {
        let twice = orders.insert(id, order).is_some();
        M(9).require(!twice, || format!("{id} waits twice"))?;
        M(9).require(order.quantity.0 > 0, || format!("nothing of {id} waits"))?;
    }
    Ok(orders)
}

pub(super) fn fills(reports: &[Report]) -> impl Iterator<Item = &Fill> {
    reports.iter().filter_map(|report| match report {
        Report::Fill(fill) => Some(fill),
        _ => None,
    })
}

fn cancelled(known: &Known, released: &Released, reports: &[Report]) -> Result<(), Broken> {
    let whole = released.quantity.0 == known.left && released.reason == Reason::Cancelled;
    let told = reports == [Report::Released(*released)];
    M(11).require(whole && told, || {
        format!("{released:?} of {} left, told {reports:?}", known.left)
    })
}
