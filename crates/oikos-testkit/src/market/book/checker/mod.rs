//! M1 to M11, each told from one step alone: a message, what it came to, and what was to be seen before and after.
//! Nothing here knows how a book works inside.

mod orders;
mod trades;

use oikos_market::{Amended, Fill, Order, OrderId, Price, Released, Report, Resting, Side};

use self::orders::{
    amending_into_a_cross, caches, ids, kinds, no_self_trade, released, those_behind,
};
use self::trades::{prices_of_makers, priority, quantities, uncrossed};
use super::{Message, State, Step};
use crate::invariant::Broken;
use crate::invariant::Invariant::M;

/// A check of one invariant: what is wrong, if anything is.
type Check = fn(&View) -> Result<(), String>;

/// All checks.
const CHECKS: [(u8, Check); 11] = [
    (1, uncrossed),
    (2, prices_of_makers),
    (3, priority),
    (4, quantities),
    (5, no_self_trade),
    (6, amending_into_a_cross),
    (7, kinds),
    (8, ids),
    (9, caches),
    (10, those_behind),
    (11, released),
];

impl Step {
    /// What it breaks of M1 to M11.
    #[must_use]
    pub fn broken(&self) -> Vec<Broken> {
        let view = View::of(self);
        let numbers = CHECKS.iter();
        numbers
            .filter_map(|(number, check)| Some(self.named(*number, check(&view).err()?)))
            .collect()
    }

    /// Whether it keeps one of M1 to M11; other numbers are kept.
    ///
    /// # Errors
    /// [`Broken`], with the step.
    pub fn check(&self, number: u8) -> Result<(), Broken> {
        let known = CHECKS.iter().find(|(other, _)| *other == number);
        known.map_or(Ok(()), |(_, check)| {
            check(&View::of(self)).map_err(|problem| self.named(number, problem))
        })
    }

    fn named(&self, number: u8, problem: String) -> Broken {
        M(number).broken(format!("{problem} in {self:#?}"))
    }
}

/// A step, with what the checks ask again and again.
struct View<'a> {
    step: &'a Step,
    fills: Vec<Fill>,
    releases: Vec<Released>,
    amended: Option<Amended>,
    /// The order that came in or was amended: its id, trader, side and limit.
    taker: Option<Taker>,
}

#[derive(Clone, Copy)]
struct Taker {
    id: OrderId,
    trader: oikos_market::TraderId,
    side: Side,
    limit: Option<Price>,
    quantity: i64,
}

impl<'a> View<'a> {
    fn of(step: &'a Step) -> Self {
        let mut view = Self {
            step,
            fills: Vec::new(),
            releases: Vec::new(),
            amended: None,
            taker: None,
        };
        for report in &step.reports {
            match *report {
                Report::Fill(fill) => view.fills.push(fill),
                Report::Released(released) => view.releases.push(released),
                Report::Amended(amended) => view.amended = Some(amended),
            }
        }
        view.taker = view.find_taker();
        view
    }

    fn find_taker(&self) -> Option<Taker> {
        let receipt = self.step.answer.as_ref().ok()?.as_ref()?;
        match self.step.message {
            Message::Submit(order) => Some(Taker {
                id: receipt.order,
                trader: order.trader,
                side: order.side,
                limit: order.kind.limit(),
                quantity: order.quantity.0,
            }),
            Message::Amend(_, price, quantity) => {
                let old = self.before(self.step.named?)?;
                Some(Taker {
                    id: old.order,
                    trader: old.trader,
                    side: old.side,
                    limit: Some(price),
                    quantity,
                })
            }
            _ => None,
        }
    }

    fn before(&self, id: OrderId) -> Option<Resting> {
        all(&self.step.before).find(|order| order.order == id)
    }

    fn after(&self, id: OrderId) -> Option<Resting> {
        all(&self.step.after).find(|order| order.order == id)
    }

    fn submitted(&self) -> Option<Order> {
        match self.step.message {
            Message::Submit(order) if self.step.answer.is_ok() => Some(order),
            _ => None,
        }
    }
}

fn all(state: &State) -> impl Iterator<Item = Resting> {
    state.orders.iter().flatten().copied()
}

fn require(is_right: bool, problem: &str) -> Result<(), String> {
    if is_right {
        Ok(())
    } else {
        Err(problem.to_owned())
    }
}

fn reaches(side: Side, limit: Option<Price>, other: Price) -> bool {
    match side {
        Side::Buy => limit.is_none_or(|limit| other <= limit),
        Side::Sell => limit.is_none_or(|limit| other >= limit),
    }
}
