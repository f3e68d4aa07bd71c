//! What each rule of escrow promises, by example.

use oikos_core::Tick;
use oikos_ledger::{Operation, Status};
use oikos_market::{Fees, Order, OrderKind, Price, Reason, Report, SelfTrade, Side, Venue};

use crate::world::{Message, World, fees, limit, order, purse_of, trader};

fn world() -> World {
    World::new(SelfTrade::CancelTaker, Fees::NONE, 1_000)
}

fn releases(reports: &[Report]) -> Vec<(i64, Reason)> {
    let released = reports.iter().filter_map(|report| match report {
        Report::Released(released) => Some((released.quantity.0, released.reason)),
        _ => None,
    });
    released.collect()
}

#[test]
fn a_buy_holds_its_limit_and_the_fee_and_a_sell_its_goods() {
    let mut world = World::new(SelfTrade::CancelTaker, fees(7, 25), 1_000);
    world.done(limit(0, Side::Buy, 11, 10));
    // 110 and 7.7, rounded down.
    assert_eq!(world.free(0), (700 - 117, 80));
    assert_eq!(world.venue.cost(world.id(0)), Ok(117));
    world.done(limit(1, Side::Sell, 20, 30));
    assert_eq!(world.free(1), (700, 50));
    assert_eq!(world.venue.cost(world.id(1)), Ok(0));
    // Three at 11: 33 and 2.31; the seller pays 8.25. Seven are left: 77 and 5.39.
    world.done(limit(2, Side::Sell, 5, 3));
    assert_eq!(world.free(0), (700 - 35 - 82, 83));
    assert_eq!(world.free(2), (700 + 25, 77));
    let fees = world.venue.rules().account;
    assert_eq!(world.ledger.balance(fees).unwrap().net_debit(), 10);
}

#[test]
fn a_surplus_is_free_at_once() {
    let mut world = world();
    world.done(limit(0, Side::Sell, 10, 5));
    world.done(limit(1, Side::Buy, 70, 10));
    // 50 are paid and 350 held for the rest: of 700, 300 are free.
    assert_eq!(world.free(1), (300, 85));
    assert_eq!(world.free(0), (750, 75));
}

#[test]
fn cover_is_asked_for_the_limit_even_where_the_price_is_better() {
    let mut world = world();
    world.done(limit(0, Side::Sell, 10, 10));
    let error = oikos_market::EscrowError::NotCovered {
        trader: trader(1),
        needed: 710,
        available: 700,
    };
    world.refused(limit(1, Side::Buy, 71, 10), &error);
    world.done(limit(1, Side::Buy, 70, 10));
}

#[test]
fn all_is_released_when_an_order_ends() {
    let mut world = world();
    let until = |side| {
        Message::Submit(
            Order::new(
                trader(0),
                side,
                5,
                OrderKind::Limit(Price(10 + side as i64)),
            )
            .until(Tick::new(3)),
        )
    };
    // Cancelled, expired, withdrawn.
    for (number, end) in [Message::Cancel(0), Message::Advance(Tick::new(3))]
        .into_iter()
        .enumerate()
    {
        if number == 0 {
            world.done(limit(0, Side::Buy, 10, 5));
        } else {
            world.done(until(Side::Buy));
            world.done(until(Side::Sell));
        }
        assert_eq!(world.free(0).0, 650);
        world.done(end);
        assert_eq!(world.free(0), (700, 80));
    }
    world.done(limit(0, Side::Buy, 10, 5));
    world.done(limit(0, Side::Sell, 11, 5));
    let reports = world.done(Message::Withdraw(trader(0)));
    assert_eq!(releases(&reports), [(5, Reason::Withdrawn); 2]);
    assert_eq!(world.free(0), (700, 80));
    assert_eq!(world.ledger.open_holds(), 0);
}

#[test]
fn what_never_rests_holds_nothing_after_it() {
    let mut world = world();
    world.done(limit(0, Side::Sell, 10, 5));
    world.done(order(
        1,
        Side::Buy,
        8,
        OrderKind::ImmediateOrCancel(Price(20)),
    ));
    assert_eq!(world.free(1), (650, 85));
    world.done(order(1, Side::Buy, 8, OrderKind::FillOrKill(Price(20))));
    assert_eq!(world.free(1), (650, 85));
    world.done(order(1, Side::Sell, 8, OrderKind::Market));
    assert_eq!(world.free(1), (650, 85));
}

#[test]
fn an_amendment_holds_what_it_may_cost_now() {
    let mut world = world();
    world.done(limit(0, Side::Buy, 10, 10));
    world.done(Message::Amend(0, Price(10), 4));
    assert_eq!(world.free(0).0, 660);
    // All that there is, with what was held before.
    world.done(Message::Amend(0, Price(70), 10));
    assert_eq!(world.free(0).0, 0);
    world.done(limit(1, Side::Sell, 100, 10));
    world.done(Message::Amend(1, Price(100), 80));
    assert_eq!(world.free(1).1, 0);
    world.done(Message::Amend(1, Price(100), 6));
    assert_eq!(world.free(1).1, 74);
    // It crosses, and trades at the maker's price.
    world.done(Message::Amend(1, Price(60), 8));
    assert_eq!((world.free(1), world.free(0)), ((700 + 560, 72), (0, 88)));
}

#[test]
fn a_prevented_self_trade_releases_what_it_cost() {
    let mut world = World::new(SelfTrade::DecrementBoth, Fees::NONE, 1_000);
    world.done(limit(0, Side::Buy, 10, 10));
    world.done(limit(0, Side::Sell, 5, 4));
    assert_eq!(world.free(0), (640, 80));
    let mut world = World::new(SelfTrade::CancelMaker, Fees::NONE, 1_000);
    world.done(limit(0, Side::Buy, 10, 10));
    world.done(limit(0, Side::Sell, 5, 4));
    assert_eq!(world.free(0), (700, 76));
}

#[test]
fn a_market_order_to_buy_stops_where_its_budget_does() {
    let mut world = World::new(SelfTrade::CancelTaker, fees(10, 0), 1_000);
    world.done(limit(0, Side::Sell, 10, 3));
    world.done(limit(2, Side::Sell, 20, 9));
    // Three at 10 cost 33, and two at 20 cost 44; a third would cost 22 more.
    let reports = world.done(Message::BuyAtMarket(trader(1), 9, 98));
    assert_eq!(releases(&reports), [(4, Reason::Unfilled)]);
    assert_eq!(world.free(1), (700 - 77, 85));
    // The rest of seven at 20 is bought, and the offers end.
    let reports = world.done(Message::BuyAtMarket(trader(1), 9, 500));
    assert_eq!(releases(&reports), [(2, Reason::Unfilled)]);
    assert_eq!(world.free(1), (700 - 77 - 154, 92));
}

#[test]
fn two_with_one_purse_pay_each_other_nothing_but_the_fee() {
    let mut world = World::new(SelfTrade::CancelTaker, fees(10, 10), 1_000);
    world.done(limit(4, Side::Sell, 10, 10));
    world.done(limit(5, Side::Buy, 10, 10));
    assert_eq!((world.free(4), world.free(5)), ((680, 70), (680, 90)));
}

#[test]
fn what_is_free_of_charge_is_delivered_without_money() {
    let mut world = world();
    world.done(limit(0, Side::Sell, 0, 10));
    world.done(limit(1, Side::Buy, 0, 15));
    assert_eq!((world.free(0), world.free(1)), ((700, 70), (700, 90)));
    assert_eq!(world.ledger.open_holds(), 0);
    world.done(Message::Cancel(1));
}

#[test]
fn a_purse_is_not_closed_while_money_in_it_is_held() {
    let mut world = world();
    world.done(limit(0, Side::Buy, 10, 5));
    let close = Operation::Close {
        account: purse_of(0),
        into: purse_of(1),
        kind: world.venue.rules().trade,
        reference: 0,
    };
    let refusal = world.ledger.apply(&close).unwrap_err();
    assert_eq!(refusal.status, Status::CreditLimit);
    world.done(Message::Withdraw(trader(0)));
    assert_eq!(world.ledger.apply(&close).unwrap().amount, 700);
}

#[test]
fn what_is_stored_is_checked() {
    let mut world = world();
    world.done(limit(0, Side::Buy, 10, 5));
    world.done(limit(1, Side::Sell, 11, 5));
    let good = serde_json::to_string(&world.venue).unwrap();
    for (from, to, problem) in [
        ("\"holds\":{\"0\":0}", "\"holds\":{}", "order#0 has no hold"),
        (
            "\"holds\":{\"0\":0}",
            "\"holds\":{\"0\":0,\"1\":1}",
            "order#1 has no hold, or one too many",
        ),
        (
            "\"holds\":{\"0\":0}",
            "\"holds\":{\"0\":0,\"2\":1}",
            "order#2 does not wait, and has a hold",
        ),
        (
            "\"1\":{\"purse\":3,\"is_gone\":false}",
            "\"1\":{\"purse\":3,\"is_gone\":true}",
            "may not trade",
        ),
        (
            "{\"prices\":[0,1000]",
            "{\"prices\":[-1,1000]",
            "does not settle the price -1",
        ),
        ("\"seller\":[0,1]", "\"seller\":[2,1]", "a fee of 2"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        let error = serde_json::from_str::<Venue>(&bad).unwrap_err().to_string();
        assert!(error.contains(problem), "{to}: {error}");
    }
}
