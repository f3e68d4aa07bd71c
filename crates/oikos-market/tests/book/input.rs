//! Bad input gets a named error and changes nothing; and what each call promises, by example.

use oikos_core::{Quantity, StableId, Tick};
use oikos_market::{
    BookRules, MarketError, Order, OrderBook, OrderId, OrderKind, Price, PriceRange, Reason,
    Report, SelfTrade, Side,
};

use oikos_testkit::market::book::{Book, Engine, Message};

use crate::common::{limit, order, trader};

fn engine() -> Engine {
    Engine::new(BookRules {
        prices: PriceRange::new(1, 1_000_000_000_000_000).unwrap(),
        self_trade: SelfTrade::CancelTaker,
    })
}

/// A book with an ask of 10 at 100 and a bid of 5 at 90.
fn quoted() -> Engine {
    let mut engine = engine();
    for message in [limit(1, Side::Sell, 100, 10), limit(2, Side::Buy, 90, 5)] {
        engine.apply(&message, &mut Vec::new()).unwrap();
    }
    engine
}

/// The message is refused with this error, and nothing changes.
fn refused(engine: &mut Engine, message: Message, error: MarketError) {
    let before = serde_json::to_string(&engine.book).unwrap();
    let mut reports = Vec::new();
    assert_eq!(
        engine.apply(&message, &mut reports),
        Err(error),
        "{message:?}"
    );
    assert_eq!(serde_json::to_string(&engine.book).unwrap(), before);
    assert!(reports.is_empty());
    engine.book.check().unwrap();
}

#[test]
fn wrong_quantities_and_prices_are_refused() {
    let mut engine = quoted();
    for quantity in [0, -1, i64::MIN] {
        let error = MarketError::NoQuantity { quantity };
        refused(
            &mut engine,
            limit(3, Side::Buy, 50, quantity),
            error.clone(),
        );
        refused(
            &mut engine,
            order(3, Side::Buy, quantity, OrderKind::Market),
            error.clone(),
        );
        refused(&mut engine, Message::Amend(0, Price(100), quantity), error);
    }
    for price in [0, -5, 1_000_000_000_000_001, i64::MAX, i64::MIN] {
        let (lowest, highest) = (1, 1_000_000_000_000_000);
        let error = MarketError::PriceOutside {
            price,
            lowest,
            highest,
        };
        refused(&mut engine, limit(3, Side::Buy, price, 1), error.clone());
        refused(&mut engine, Message::Amend(0, Price(price), 1), error);
    }
    let (price, quantity) = (1_000_000_000_000_000, 9_224);
    let error = MarketError::ValueOverflow { price, quantity };
    refused(
        &mut engine,
        limit(3, Side::Buy, price, quantity),
        error.clone(),
    );
    refused(
        &mut engine,
        Message::Amend(0, Price(price), quantity),
        error,
    );
    assert!(
        engine
            .apply(&limit(3, Side::Sell, price, 9_223), &mut Vec::new())
            .is_ok()
    );
}

#[test]
fn a_side_never_holds_more_than_fits() {
    let mut engine = quoted();
    let quantity = i64::MAX - 9;
    let error = MarketError::SideOverflow {
        side: Side::Sell,
        quantity,
    };
    let mut tiny = Engine::new(BookRules {
        prices: PriceRange::new(0, 1).unwrap(),
        ..engine.book.rules()
    });
    tiny.apply(&limit(1, Side::Sell, 1, 10), &mut Vec::new())
        .unwrap();
    refused(&mut tiny, limit(2, Side::Sell, 0, quantity), error);
    let error = MarketError::SideOverflow {
        side: Side::Sell,
        quantity: i64::MAX,
    };
    tiny.apply(&limit(1, Side::Sell, 1, 10), &mut Vec::new())
        .unwrap();
    refused(&mut tiny, Message::Amend(0, Price(0), i64::MAX), error);
    // An order makes room for its own change.
    let mut full = Engine::new(tiny.book.rules());
    for quantity in [10, i64::MAX - 20] {
        full.apply(&limit(1, Side::Sell, 1, quantity), &mut Vec::new())
            .unwrap();
    }
    let more = Message::Amend(1, Price(1), i64::MAX - 10);
    assert!(full.apply(&more, &mut Vec::new()).is_ok());
    assert_eq!(full.book.quantity(Side::Sell), Quantity(i64::MAX));
    // What does not rest needs no room.
    let market = order(3, Side::Buy, i64::MAX, OrderKind::Market);
    let receipt = tiny.apply(&market, &mut Vec::new()).unwrap().unwrap();
    assert_eq!(receipt.filled, Quantity(20));
    assert!(engine.apply(&market, &mut Vec::new()).is_ok());
}

#[test]
fn unknown_and_closed_orders_are_refused() {
    let mut engine = quoted();
    let unknown = MarketError::UnknownOrder {
        order: OrderId::LAST,
    };
    refused(&mut engine, Message::Cancel(9), unknown.clone());
    refused(&mut engine, Message::Amend(9, Price(5), 5), unknown);
    let closed = engine.id(0);
    engine.apply(&Message::Cancel(0), &mut Vec::new()).unwrap();
    let error = MarketError::ClosedOrder { order: closed };
    refused(&mut engine, Message::Cancel(0), error.clone());
    refused(&mut engine, Message::Amend(0, Price(5), 5), error.clone());
    // Its place is used again, the id is not.
    engine
        .apply(&limit(3, Side::Sell, 100, 1), &mut Vec::new())
        .unwrap();
    assert_ne!(engine.id(2), closed);
    assert_eq!(engine.id(2).get() & 0x7ff_ffff, closed.get());
    refused(&mut engine, Message::Cancel(0), error);
    // An id that the place will have later.
    let later = OrderId::new((2 << 27) + closed.get()).unwrap();
    let error = MarketError::UnknownOrder { order: later };
    assert_eq!(engine.book.cancel(later, &mut Vec::new()), Err(error));
}

#[test]
fn makers_that_would_take_are_refused() {
    let mut engine = quoted();
    let maker = |side, price| order(3, side, 1, OrderKind::PostOnly(Price(price)));
    let error = |price, best| MarketError::WouldTake { price, best };
    refused(&mut engine, maker(Side::Buy, 100), error(100, 100));
    refused(&mut engine, maker(Side::Sell, 90), error(90, 90));
    engine
        .apply(&maker(Side::Buy, 99), &mut Vec::new())
        .unwrap();
    refused(
        &mut engine,
        Message::Amend(2, Price(101), 1),
        error(101, 100),
    );
    assert!(
        engine
            .apply(&Message::Amend(2, Price(98), 1), &mut Vec::new())
            .is_ok()
    );
}

#[test]
fn time_goes_forward_and_what_never_rests_never_expires() {
    let mut engine = quoted();
    engine
        .apply(&Message::Advance(Tick::new(5)), &mut Vec::new())
        .unwrap();
    let (given, now) = (4, 5);
    refused(
        &mut engine,
        Message::Advance(Tick::new(4)),
        MarketError::TickBackward { given, now },
    );
    let until = |kind, tick| {
        Message::Submit(Order::new(trader(3), Side::Buy, 1, kind).until(Tick::new(tick)))
    };
    let bid = OrderKind::Limit(Price(5));
    refused(
        &mut engine,
        until(bid, 5),
        MarketError::ExpiryPassed { expires: 5, now: 5 },
    );
    for kind in [
        OrderKind::Market,
        OrderKind::ImmediateOrCancel(Price(5)),
        OrderKind::FillOrKill(Price(5)),
    ] {
        refused(&mut engine, until(kind, 9), MarketError::ExpiryWithoutRest);
    }
    engine.apply(&until(bid, 7), &mut Vec::new()).unwrap();
    // A change keeps the expiry.
    engine
        .apply(&Message::Amend(2, Price(6), 2), &mut Vec::new())
        .unwrap();
    let mut reports = Vec::new();
    engine
        .apply(&Message::Advance(Tick::new(6)), &mut reports)
        .unwrap();
    assert!(reports.is_empty());
    engine
        .apply(&Message::Advance(Tick::new(7)), &mut reports)
        .unwrap();
    let [Report::Released(released)] = reports[..] else {
        panic!("{reports:?}")
    };
    assert_eq!(
        (released.reason, released.quantity),
        (Reason::Expired, Quantity(2))
    );
}

#[test]
fn ranges_hold_prices() {
    for (lowest, highest) in [(2, 1), (i64::MIN, 0), (0, i64::MAX), (1 << 62, 1 << 62)] {
        let error = MarketError::NoPrices { lowest, highest };
        assert_eq!(PriceRange::new(lowest, highest), Err(error));
    }
    assert!(PriceRange::new(-PriceRange::SIZE_MAX, PriceRange::SIZE_MAX).is_ok());
    assert!(serde_json::from_str::<PriceRange>("[2,1]").is_err());
}

/// The widest range there is: levels anywhere, memory for the levels alone.
#[test]
fn prices_at_both_ends_of_the_widest_range_trade() {
    let max = PriceRange::SIZE_MAX;
    let prices = PriceRange::new(-max, max).unwrap();
    let mut book = OrderBook::new(BookRules {
        prices,
        self_trade: SelfTrade::CancelBoth,
    });
    let mut reports = Vec::new();
    let mut place = |book: &mut OrderBook, who, side, price| {
        let kind = OrderKind::Limit(Price(price));
        book.submit(Order::new(trader(who), side, 1, kind), &mut reports)
            .unwrap()
    };
    for price in [-max, 0, max] {
        place(&mut book, 1, Side::Sell, price);
    }
    assert_eq!(book.best_price(Side::Sell), Some(Price(-max)));
    for best in [0, max] {
        place(&mut book, 2, Side::Buy, max);
        assert_eq!(book.best_price(Side::Sell), Some(Price(best)));
    }
    place(&mut book, 2, Side::Buy, max);
    for price in [-max, 0, max - 1] {
        place(&mut book, 1, Side::Buy, price);
    }
    let bids: Vec<i64> = book.levels(Side::Buy).map(|level| level.price.0).collect();
    assert_eq!(bids, [max - 1, 0, -max]);
    assert!(
        reports
            .iter()
            .all(|report| matches!(report, Report::Fill(_)))
            && reports.len() == 3
    );
    book.check().unwrap();
}
