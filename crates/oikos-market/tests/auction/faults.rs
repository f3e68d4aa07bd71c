//! Planted faults: an outcome that is wrong in one way is caught by the check that has its number.

use oikos_market::{OrderId, Price, Rationing, Report, Side};
use oikos_testkit::Invariant;
use oikos_testkit::market::auction::Outcome;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::cases::{clear, orders};

/// The numbers that an outcome breaks.
fn violations(outcome: &Outcome) -> Vec<Invariant> {
    let mut broken = outcome.broken();
    broken.extend(outcome.check_ties().err());
    broken.into_iter().map(|broken| broken.invariant).collect()
}

/// Spoils outcomes of random auctions where it can be done, and expects the check of this number to see it always.
fn caught_by(number: u8, rationing: Rationing, spoil: impl Fn(&mut Outcome) -> bool) {
    let mut runner = TestRunner::deterministic();
    let strategy = orders(60);
    let mut spoiled = 0;
    for _ in 0..500 {
        let orders = strategy.new_tree(&mut runner).unwrap().current();
        let mut outcome = clear(rationing, None, &orders);
        assert_eq!(violations(&outcome), [], "{outcome:#?}");
        if spoil(&mut outcome) {
            spoiled += 1;
            assert!(
                violations(&outcome).contains(&Invariant::A(number)),
                "{outcome:#?}"
            );
        }
    }
    assert!(spoiled > 20, "{spoiled} outcomes could be spoiled");
}

/// Another price for all.
fn reprice(outcome: &mut Outcome, price: Price) {
    for report in &mut outcome.reports {
        if let Report::Fill(fill) = report {
            fill.price = price;
        }
    }
    if let Some(clearing) = &mut outcome.clearing {
        clearing.price = price;
    }
}

#[test]
fn a_price_outside_limits_is_caught() {
    caught_by(4, Rationing::Time, |outcome| {
        let bought: Vec<OrderId> = outcome
            .reports
            .iter()
            .filter_map(|report| match report {
                Report::Fill(fill) => Some(fill.buy),
                _ => None,
            })
            .collect();
        let limits = outcome.orders.iter().filter(|(id, _)| bought.contains(id));
        let lowest = limits.filter_map(|(_, order)| order.kind.limit()).min();
        let Some(lowest) = lowest else { return false };
        reprice(outcome, Price(lowest.0 + 1));
        true
    });
}

#[test]
fn a_price_that_was_not_to_be_chosen_is_caught() {
    caught_by(3, Rationing::Time, |outcome| {
        let Some(clearing) = outcome.clearing else {
            return false;
        };
        reprice(outcome, Price(clearing.price.0 - 1));
        true
    });
}

#[test]
fn a_second_price_is_caught() {
    caught_by(1, Rationing::Time, |outcome| {
        let second = outcome
            .reports
            .iter_mut()
            .filter_map(|report| match report {
                Report::Fill(fill) => Some(fill),
                _ => None,
            });
        let Some(fill) = second.last() else {
            return false;
        };
        fill.price.0 += 1;
        true
    });
}

#[test]
fn a_trade_that_is_missing_is_caught() {
    caught_by(1, Rationing::ProRata, |outcome| {
        let place = outcome
            .reports
            .iter()
            .position(|report| matches!(report, Report::Fill(_)));
        place.is_some_and(|place| {
            outcome.reports.remove(place);
            true
        })
    });
}

/// Moves a unit of a side's fill from one order to another.
fn move_unit(outcome: &mut Outcome, from: OrderId, to: OrderId) -> bool {
    for report in &mut outcome.reports {
        if let Report::Fill(fill) = report
            && fill.buy == from
            && fill.quantity.0 > 1
        {
            let mut moved = *fill;
            fill.quantity.0 -= 1;
            moved.quantity.0 = 1;
            moved.buy = to;
            outcome.reports.push(Report::Fill(moved));
            return true;
        }
    }
    false
}

/// Buyers at the price that got something, and room.
fn at_the_margin(outcome: &Outcome) -> Vec<(OrderId, i64, i64)> {
    let Some(clearing) = outcome.clearing else {
        return Vec::new();
    };
    let orders = outcome.orders.iter().zip(outcome.shares());
    let margin = orders.filter(|((_, order), _)| {
        order.side == Side::Buy && order.kind.limit() == Some(clearing.price)
    });
    margin
        .map(|((id, order), share)| (*id, share, order.quantity.0 - share))
        .collect()
}

#[test]
fn rationing_that_is_not_exact_is_caught() {
    for rationing in [Rationing::Time, Rationing::ProRata] {
        caught_by(2, rationing, |outcome| {
            let margin = at_the_margin(outcome);
            let from = margin.iter().find(|(_, share, _)| *share > 1).copied();
            // Two units, as one may only change who among equals got the odd one.
            let to = margin.iter().rev().find(|(_, _, room)| *room > 1).copied();
            match (from, to) {
                (Some(from), Some(to)) if from.0 != to.0 => {
                    move_unit(outcome, from.0, to.0) && move_unit(outcome, from.0, to.0)
                }
                _ => false,
            }
        });
    }
}

#[test]
fn a_better_price_that_is_not_filled_is_caught() {
    for number in [2, 6] {
        caught_by(number, Rationing::Time, |outcome| {
            let Some(clearing) = outcome.clearing else {
                return false;
            };
            let better = outcome.orders.iter().find(|(_, order)| {
                let is_better = order
                    .kind
                    .limit()
                    .is_some_and(|limit| limit > clearing.price);
                order.side == Side::Buy && is_better && order.quantity.0 > 1
            });
            let better = better.map(|(id, _)| *id);
            let room = at_the_margin(outcome)
                .into_iter()
                .find(|(_, _, room)| *room > 0);
            match (better, room) {
                (Some(better), Some((id, ..))) => move_unit(outcome, better, id),
                _ => false,
            }
        });
    }
}
