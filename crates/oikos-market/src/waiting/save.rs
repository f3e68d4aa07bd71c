//! How orders that wait are read back.

use oikos_core::{StableId, Tick};
use serde::Deserialize;

use super::{Waiter, Waiting};
use crate::order::check_value;
use crate::{MarketError, PriceRange};

/// As it is stored, before it is checked.
#[derive(Deserialize)]
pub(super) struct Saved {
    prices: PriceRange,
    now: Tick,
    next: u64,
    orders: Vec<Waiter>,
}

impl TryFrom<Saved> for Waiting {
    type Error = MarketError;

    fn try_from(saved: Saved) -> Result<Self, MarketError> {
        let wrong = |problem: String| MarketError::Saved {
            mechanism: "list of orders",
            problem,
        };
        let mut waiting = Self::new(saved.prices);
        let (mut last, mut totals) = (None, [0; 2]);
        for waiter in &saved.orders {
            let order = waiter.order;
            if Some(order) <= last || order.get() >= saved.next {
                return Err(wrong(format!("{order} is out of order")));
            }
            if waiter.quantity <= 0 || waiter.expires.is_some_and(|tick| tick <= saved.now) {
                return Err(wrong(format!("{order} has nothing left or has expired")));
            }
            if let Some(price) = waiter.limit {
                check_value(saved.prices.check(price)?, waiter.quantity)?;
            }
            waiting.totals = totals;
            totals[waiter.side as usize] = waiting.room(waiter.side, waiter.quantity)?;
            last = Some(order);
        }
        Ok(Self {
            now: saved.now,
            next: saved.next,
            orders: saved.orders,
            totals,
            ..waiting
        })
    }
}
