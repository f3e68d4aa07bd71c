//! M11: what is held is what it has to be.

use std::collections::{BTreeMap, BTreeSet};

use oikos_ledger::{HoldId, Ledger};
use oikos_market::{Mechanism, Order, Side, Venue, VenueRules};

use crate::invariant::Broken;
use crate::invariant::Invariant::M;

/// Whether a venue holds what it should: for each order to buy that waits, the buyer's limit times what is left with
/// the buyer's fee, worked out here, in an open hold of its own. Returns these holds; [`held_for_no_order`] takes those
/// of all venues.
///
/// # Errors
/// [`Broken`].
pub fn escrow<T: Mechanism>(venue: &Venue<T>, ledger: &Ledger) -> Result<BTreeSet<HoldId>, Broken> {
    let rules = venue.rules();
    let waiting: BTreeMap<_, Order> = venue.mechanism().outstanding().into_iter().collect();
    let known: Vec<_> = venue.orders().collect();
    let same = known.len() == waiting.len()
        && known.iter().all(|covered| {
            waiting.get(&covered.order).is_some_and(|order| {
                (order.trader, order.side, order.quantity)
                    == (covered.trader, covered.side, covered.quantity)
            })
        });
    M(11).require(same, || format!("{known:?} are covered, {waiting:?} wait"))?;
    let fee = rules.fees.buyer;
    let mut holds: BTreeMap<HoldId, i128> = BTreeMap::new();
    for covered in known.iter().filter(|covered| covered.side == Side::Buy) {
        let value = i128::from(covered.limit.0) * i128::from(covered.quantity.0);
        let value = value.max(0);
        let on_top = value * i128::from(fee.numerator()) / i128::from(fee.denominator());
        match covered.hold {
            Some(hold) => {
                let twice = holds.insert(hold, value + on_top).is_some();
                M(11).require(!twice, || format!("{hold} covers two orders"))?;
            }
            None => M(11).require(value + on_top == 0, || {
                format!("{covered:?} has no hold, {} should be held", value + on_top)
            })?,
        }
    }
    for (hold, expected) in &holds {
        let held = ledger.hold(*hold).map_or(0, |open| i128::from(open.amount));
        M(11).require(held == *expected, || {
            format!("{held} are held by {hold}, {expected} should be")
        })?;
    }
    Ok(holds.into_keys().collect())
}

/// Whether no money is held for trades of these rules but by the holds that are for orders: those of all venues that
/// share the account and the kind of trades.
///
/// # Errors
/// [`Broken`].
pub fn held_for_no_order(
    rules: &VenueRules,
    for_orders: &BTreeSet<HoldId>,
    ledger: &Ledger,
) -> Result<(), Broken> {
    let stray = ledger.holds().find(|(id, open)| {
        open.kind == rules.trade && open.debit == rules.account && !for_orders.contains(id)
    });
    M(11).require(stray.is_none(), || format!("{stray:?} is for no order"))
}
