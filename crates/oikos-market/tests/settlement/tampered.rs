//! Somebody else touches what a venue has set aside: a clearing settles whole or not at all, the error names the order,
//! and without it the others trade.

use oikos_core::{Quantity, StableId, Tick};
use oikos_ledger::{Good, GoodsOperation, GoodsStatus, Operation, Status};
use oikos_market::{
    CallAuction, EscrowError, Fees, GoodsError, MarketError, Order, OrderBook, OrderKind,
    PostedPrice, Price, PriceRange, Reason, Report, Side,
};

use crate::markets::Market;
use crate::world::{CASH, GOODS, HIGHEST, Message, World, fees, limit, prices, purse_of, trader};

const CLEAR: Message = Message::Clear(Tick::new(1));

/// Two pairs who will trade at 10, five units each.
fn auction() -> World<CallAuction> {
    let mut world = World::new(CallAuction::variant(prices(), 0), Fees::NONE);
    for (seller, buyer) in [(0, 1), (2, 3)] {
        world.done(limit(seller, Side::Sell, 10, 5));
        world.done(limit(buyer, Side::Buy, 10, 5));
    }
    world
}

#[test]
fn a_hold_that_somebody_ended_stops_a_clearing_as_a_whole() {
    for first in [0, 1] {
        let mut world = auction();
        let (hold, _) = world.ledger.holds().nth(first).unwrap();
        world.ledger.apply(&Operation::VoidHold { hold }).unwrap();
        let lost = world.id(2 * first + 1);
        let (expected, held) = (50, 0);
        let order = lost;
        let wrong = EscrowError::WrongHold {
            order,
            expected,
            held,
        };
        assert_eq!(world.check(), Err(wrong));
        let EscrowError::Money { order, refusal } = world.refused(CLEAR) else {
            panic!("it is settled");
        };
        assert_eq!((order, refusal.status), (lost, Status::HoldVoided));
        // Without the order the others trade: it is cancelled, or its trader is withdrawn.
        let way = [Message::Cancel(2 * first + 1), Message::Withdraw(trader(3))][first];
        world.done(way);
        let reports = world.done(CLEAR);
        assert!(matches!(reports[..], [Report::Fill(_)]));
        let bought: i64 = [1, 3].map(|who| world.free(who).1 - GOODS).iter().sum();
        assert_eq!((bought, world.ledger.open_holds()), (5, 0));
    }
}

#[test]
fn an_order_expires_even_if_its_hold_is_no_more() {
    let mut world = World::new(CallAuction::variant(prices(), 0), fees(7, 0));
    let order = Order::new(trader(0), Side::Buy, 5, OrderKind::Limit(Price(10)));
    world.done(Message::Submit(order.until(Tick::new(1))));
    world.done(limit(1, Side::Buy, 9, 5));
    world.done(limit(2, Side::Sell, 9, 3));
    let (hold, _) = world.ledger.holds().next().unwrap();
    world.ledger.apply(&Operation::VoidHold { hold }).unwrap();
    // It is released, and beside it others trade and hold anew.
    let reports = world.done(CLEAR);
    assert_eq!(reports.len(), 2);
    assert_eq!(
        (world.free(0), world.ledger.open_holds()),
        ((CASH, GOODS), 1)
    );
    assert_eq!(world.free(1), (CASH - 28 - 19, GOODS + 3));
}

#[test]
fn an_order_of_which_something_stays_needs_its_hold() {
    // What is left of both is less by the smaller: two of the five are released, three stay.
    let mut world = World::new(OrderBook::variant(prices(), 3), Fees::NONE);
    world.done(limit(0, Side::Buy, 10, 5));
    let (hold, _) = world.ledger.holds().next().unwrap();
    world.ledger.apply(&Operation::VoidHold { hold }).unwrap();
    let EscrowError::Money { order, refusal } = world.refused(limit(0, Side::Sell, 10, 2)) else {
        panic!("it is settled");
    };
    assert_eq!((order, refusal.status), (world.id(0), Status::HoldVoided));
    world.done(Message::Cancel(0));
}

#[test]
fn a_purse_that_was_closed_stops_a_clearing_as_a_whole() {
    let mut world = auction();
    let close = Operation::Close {
        account: purse_of(2),
        into: purse_of(4),
        kind: world.market.venue.rules().trade,
        reference: 0,
    };
    world.ledger.apply(&close).unwrap();
    let EscrowError::Money { order, refusal } = world.refused(CLEAR) else {
        panic!("it is settled");
    };
    assert_eq!((order, refusal.status), (world.id(3), Status::DebitClosed));
    world.done(Message::Withdraw(trader(2)));
    world.done(CLEAR);
    assert_eq!(world.free(2), (0, GOODS));
    // The first came first, and bought of the seller who is left.
    assert_eq!(
        (world.free(1), world.free(3)),
        ((CASH - 50, GOODS + 5), (CASH - 50, GOODS))
    );
}

#[test]
fn goods_that_somebody_took_stop_a_clearing_as_a_whole() {
    let mut world = auction();
    let (hold, _) = world.inventory.holds().next().unwrap();
    let quantity = Some(Quantity(2));
    let release = GoodsOperation::Release { hold, quantity };
    world.inventory.apply(&release).unwrap();
    let (order, expected, held) = (world.id(0), Quantity(5), Quantity(3));
    let wrong = EscrowError::WrongReserve {
        order,
        expected,
        held,
    };
    assert_eq!(world.check(), Err(wrong));
    let EscrowError::Goods(GoodsError::Refused { order, refusal }) = world.refused(CLEAR) else {
        panic!("it is settled");
    };
    assert_eq!(
        (order, refusal.status),
        (world.id(0), GoodsStatus::QuantityAboveHold)
    );
    // What is left of it is released.
    world.done(Message::Cancel(0));
    assert_eq!(world.free(0), (CASH, GOODS));
    world.done(CLEAR);
    assert_eq!(world.free(2), (CASH + 50, GOODS - 5));
}

#[test]
fn an_order_without_a_limit_is_covered_at_the_worst_price() {
    let mut world = World::new(PostedPrice::variant(prices(), 0), fees(7, 0));
    let market = |quantity| {
        Message::Submit(Order::new(
            trader(0),
            Side::Buy,
            quantity,
            OrderKind::Market,
        ))
    };
    // 20 × 29 and 40.6 are more than there is.
    let (needed, available) = (29 * HIGHEST + 40, CASH);
    let trader = trader(0);
    let error = EscrowError::NotCovered {
        trader,
        needed,
        available,
    };
    assert_eq!(world.refused(market(29)), error);
    world.done(market(10));
    assert_eq!(world.free(0).0, CASH - 214);
    world.done(limit(1, Side::Sell, 9, 4));
    let reports = world.done(CLEAR);
    let [Report::Fill(fill), Report::Released(released)] = reports[..] else {
        panic!("{reports:?}");
    };
    assert_eq!((fill.price, fill.quantity), (Price(9), Quantity(4)));
    assert_eq!(
        (released.reason, released.quantity),
        (Reason::Unfilled, Quantity(6))
    );
    assert_eq!(world.free(0), (CASH - 36 - 2, GOODS + 4));
}

#[test]
fn bad_orders_are_refused_by_name() {
    let range = PriceRange::new(0, PriceRange::SIZE_MAX).unwrap();
    let mut world = World::new(CallAuction::variant(range, 2), Fees::NONE);
    let overflow = world.refused(limit(0, Side::Buy, PriceRange::SIZE_MAX, 3));
    assert!(matches!(
        overflow,
        EscrowError::Mechanism(MarketError::ValueOverflow { .. })
    ));
    let needed = i128::from(PriceRange::SIZE_MAX);
    let error = EscrowError::TooMuch { needed };
    assert_eq!(
        world.refused(limit(0, Side::Buy, PriceRange::SIZE_MAX, 1)),
        error
    );
    let market = Order::new(trader(0), Side::Buy, 1, OrderKind::Market);
    assert_eq!(world.refused(Message::Submit(market)), error);
    for quantity in [0, -1, i64::MIN] {
        let error = EscrowError::from(MarketError::NoQuantity { quantity });
        assert_eq!(world.refused(limit(0, Side::Buy, 1, quantity)), error);
        assert_eq!(world.refused(limit(0, Side::Sell, 1, quantity)), error);
    }
    let (trader, free, asked) = (trader(0), GOODS, GOODS + 1);
    let short = GoodsError::Short {
        trader,
        free,
        asked,
    };
    assert_eq!(world.refused(limit(0, Side::Sell, 1, asked)), short.into());
    let unknown = EscrowError::UnknownTrader {
        trader: crate::world::trader(7),
    };
    assert_eq!(world.refused(limit(7, Side::Sell, 1, 1)), unknown);
    world.done(limit(0, Side::Sell, 1, 1));
    world.done(Message::Withdraw(trader));
    let gone = EscrowError::TraderGone { trader };
    assert_eq!(world.refused(limit(0, Side::Sell, 1, 1)), gone);
    assert_eq!(world.refused(limit(0, Side::Buy, 1, 1)), gone);
    let closed = MarketError::ClosedOrder { order: world.id(0) };
    assert_eq!(world.refused(Message::Cancel(0)), closed.into());
    world.done(Message::Clear(Tick::new(5)));
    let (given, now) = (4, 5);
    let back = MarketError::TickBackward { given, now };
    assert_eq!(world.refused(Message::Clear(Tick::new(4))), back.into());
    assert_eq!(
        world
            .inventory
            .stock(crate::world::owner_of(0), Good(0))
            .held,
        Quantity(0)
    );
    assert_eq!(world.id(0).get(), 0);
}
