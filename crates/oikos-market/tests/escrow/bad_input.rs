//! Bad input gets a named error and changes neither money nor goods nor orders.

use oikos_core::{CurrencyInfo, Quantity, Ratio, StableId};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, LedgerError, Operation, Status, TransferKind,
};
use oikos_market::{
    BookRules, EscrowError, Fees, GoodsError, MarketError, Order, OrderBook, OrderId, OrderKind,
    Price, PriceRange, SelfTrade, Side, Venue, VenueRules,
};

use crate::world::{Message, World, limit, order, purse, purse_of, trader};

fn world() -> World {
    World::new(SelfTrade::CancelTaker, Fees::NONE, PriceRange::SIZE_MAX)
}

#[test]
fn orders_without_cover_are_refused() {
    let mut world = world();
    let not_covered = |needed, available| EscrowError::NotCovered {
        trader: trader(0),
        needed,
        available,
    };
    world.refused(limit(0, Side::Buy, 10, 71), &not_covered(710, 700));
    world.done(limit(0, Side::Buy, 10, 30));
    world.refused(limit(0, Side::Buy, 10, 41), &not_covered(410, 400));
    world.refused(Message::Amend(0, Price(10), 71), &not_covered(710, 700));
    world.refused(
        Message::BuyAtMarket(trader(0), 1, 401),
        &not_covered(401, 400),
    );
    for kind in [
        OrderKind::ImmediateOrCancel(Price(10)),
        OrderKind::FillOrKill(Price(10)),
    ] {
        world.refused(order(0, Side::Buy, 41, kind), &not_covered(410, 400));
    }
    let short = |free, asked| {
        let trader = trader(0);
        EscrowError::Goods(GoodsError::Short {
            trader,
            free,
            asked,
        })
    };
    world.refused(limit(0, Side::Sell, 20, 81), &short(80, 81));
    world.refused(order(0, Side::Sell, 81, OrderKind::Market), &short(80, 81));
    world.done(limit(0, Side::Sell, 20, 50));
    world.refused(Message::Amend(1, Price(20), 81), &short(30, 31));
}

#[test]
fn orders_from_strangers_and_from_the_dead_are_refused() {
    let mut world = world();
    let unknown = EscrowError::UnknownTrader { trader: trader(6) };
    world.refused(limit(6, Side::Buy, 1, 1), &unknown);
    world.refused(limit(6, Side::Sell, 1, 1), &unknown);
    world.refused(Message::BuyAtMarket(trader(6), 1, 1), &unknown);
    world.done(limit(0, Side::Buy, 1, 1));
    world.done(Message::Withdraw(trader(0)));
    let gone = EscrowError::TraderGone { trader: trader(0) };
    world.refused(limit(0, Side::Buy, 1, 1), &gone);
    world.refused(limit(0, Side::Sell, 1, 1), &gone);
    world.refused(Message::BuyAtMarket(trader(0), 1, 1), &gone);
    let closed = MarketError::ClosedOrder { order: world.id(0) };
    world.refused(Message::Amend(0, Price(1), 1), &closed.clone().into());
    world.refused(Message::Cancel(0), &closed.into());
    // Nobody comes back.
    assert_eq!(
        world.venue.admit(trader(0), purse_of(0), &world.ledger),
        Err(gone)
    );
    assert!(!world.venue.has(trader(0)) && world.venue.has(trader(1)));
}

#[test]
fn what_the_book_refuses_is_refused() {
    let mut world = world();
    for quantity in [0, -1, i64::MIN] {
        let error = EscrowError::from(MarketError::NoQuantity { quantity });
        world.refused(limit(0, Side::Buy, 1, quantity), &error);
        world.refused(limit(0, Side::Sell, 1, quantity), &error);
        world.refused(Message::BuyAtMarket(trader(0), quantity, 1), &error);
    }
    let (price, lowest, highest) = (-1, 0, PriceRange::SIZE_MAX);
    let outside = MarketError::PriceOutside {
        price,
        lowest,
        highest,
    };
    world.refused(limit(0, Side::Buy, -1, 1), &outside.into());
    // Without a limit and a budget, the range is the limit.
    let needed = i128::from(highest);
    world.refused(
        order(0, Side::Buy, 1, OrderKind::Market),
        &EscrowError::TooMuch { needed },
    );
    let order = OrderId::LAST;
    world.refused(
        Message::Cancel(9),
        &MarketError::UnknownOrder { order }.into(),
    );
    // Amendments of makers that would cross.
    world.done(limit(1, Side::Sell, 20, 5));
    world.done(crate::world::order(
        0,
        Side::Buy,
        5,
        OrderKind::PostOnly(Price(10)),
    ));
    let crossed = MarketError::WouldTake {
        price: 20,
        best: 20,
    };
    let maker = OrderKind::PostOnly(Price(20));
    world.refused(
        crate::world::order(0, Side::Buy, 5, maker),
        &crossed.clone().into(),
    );
    world.refused(Message::Amend(1, Price(20), 5), &crossed.into());
}

#[test]
fn values_beyond_an_i64_and_beyond_a_ledger_are_refused() {
    let mut world = world();
    let (price, quantity) = (PriceRange::SIZE_MAX, 3);
    let overflow = EscrowError::from(MarketError::ValueOverflow { price, quantity });
    world.refused(limit(0, Side::Buy, price, quantity), &overflow);
    world.refused(limit(0, Side::Sell, price, quantity), &overflow);
    world.done(limit(0, Side::Buy, 1, 1));
    world.refused(Message::Amend(0, Price(price), quantity), &overflow);
    let needed = i128::from(price);
    world.refused(
        limit(0, Side::Buy, price, 1),
        &EscrowError::TooMuch { needed },
    );
    world.refused(
        Message::Amend(0, Price(price), 1),
        &EscrowError::TooMuch { needed },
    );
    // The fee alone brings it above.
    let fees = Fees {
        buyer: Ratio::new(1, 1).unwrap(),
        seller: Ratio::new(i64::MAX - 1, i64::MAX).unwrap(),
    };
    let mut world = World::new(SelfTrade::CancelTaker, fees, PriceRange::SIZE_MAX);
    let needed = 1 << 61;
    world.refused(
        limit(0, Side::Buy, 1 << 60, 1),
        &EscrowError::TooMuch { needed },
    );
    // Goods of any price are sold to whoever has the money.
    world.done(limit(1, Side::Sell, 1 << 59, 4));
    world.issue(purse_of(0), (1 << 60) - 700);
    world.done(limit(0, Side::Buy, 1 << 59, 1));
    assert_eq!((world.free(0), world.free(1)), ((0, 81), (701, 76)));
}

#[test]
fn budgets_that_buy_nothing_are_refused() {
    let mut world = world();
    let error = |budget, cost| EscrowError::BudgetTooSmall { budget, cost };
    world.refused(Message::BuyAtMarket(trader(0), 1, -1), &error(-1, 0));
    world.done(limit(1, Side::Sell, 20, 5));
    world.refused(Message::BuyAtMarket(trader(0), 1, 19), &error(19, 20));
    world.refused(Message::BuyAtMarket(trader(0), 1, 0), &error(0, 20));
    world.done(Message::BuyAtMarket(trader(0), 1, 20));
}

#[test]
fn a_settlement_that_is_refused_leaves_all_as_it_was() {
    // Several makers, of whom the last cannot be paid: the purse was closed.
    let mut world = world();
    world.done(limit(1, Side::Sell, 20, 5));
    world.done(limit(2, Side::Sell, 21, 5));
    let close = Operation::Close {
        account: purse_of(2),
        into: purse_of(3),
        kind: world.venue.rules().trade,
        reference: 0,
    };
    world.ledger.apply(&close).unwrap();
    let before = world.all();
    let mut reports = Vec::new();
    let answer = world.apply(&limit(0, Side::Buy, 30, 10), &mut reports);
    let Err(EscrowError::Money { order, refusal }) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!((refusal.status, refusal.step), (Status::DebitClosed, 1));
    assert_eq!(order.get(), 2, "the order to buy, had it come");
    assert!(reports.is_empty() && world.all() == before);
    // What is offered by others is bought, and who cannot be paid can leave.
    world.done(limit(0, Side::Buy, 20, 5));
    world.done(Message::Withdraw(trader(2)));
    assert_eq!(world.shelves.of(trader(2)).free, 80);
    // The buyer has no room for the goods.
    world.shelves.0.get_mut(&trader(0)).unwrap().free = i64::MAX - 2;
    world.done(limit(1, Side::Sell, 20, 3));
    let overflow = GoodsError::Overflow {
        trader: trader(0),
        quantity: 3,
    };
    world.refused(limit(0, Side::Buy, 20, 3), &overflow.into());
}

#[test]
fn a_hold_that_somebody_else_ended_is_told() {
    let mut world = world();
    world.done(limit(0, Side::Buy, 20, 5));
    let (hold, _) = world.ledger.holds().next().unwrap();
    world.ledger.apply(&Operation::VoidHold { hold }).unwrap();
    let (order, expected, held) = (world.id(0), 100, 0);
    let error = EscrowError::WrongHold {
        order,
        expected,
        held,
    };
    assert_eq!(world.venue.check(&world.ledger), Err(error));
    // A trade is refused by name, and nothing changes.
    for message in [limit(1, Side::Sell, 20, 5), Message::Amend(0, Price(20), 4)] {
        let before = world.all();
        let answer = world.apply(&message, &mut Vec::new());
        let Err(EscrowError::Money { order, refusal }) = answer else {
            panic!("{message:?} passed");
        };
        assert_eq!((order, refusal.status), (world.id(0), Status::HoldVoided));
        assert!(world.all() == before);
    }
    // What is not held needs no release; the others can trade again.
    for (message, is_left) in [
        (Message::Cancel(0), false),
        (Message::Withdraw(trader(0)), false),
    ] {
        let mut world = super::bad_input::world();
        world.done(limit(0, Side::Buy, 20, 5));
        world.done(limit(2, Side::Buy, 19, 5));
        world.ledger.apply(&Operation::VoidHold { hold }).unwrap();
        world.done(message);
        assert_eq!(world.venue.order(world.id(0)).is_some(), is_left);
        world.done(limit(1, Side::Sell, 19, 5));
        assert_eq!(world.free(1), (700 + 95, 75));
    }
}

#[test]
fn purses_and_rules_that_a_venue_cannot_have_are_refused() {
    let mut world = world();
    let rules = *world.venue.rules();
    let book = world.venue.mechanism().rules();
    let refused = |rules: VenueRules, error: EscrowError| {
        let venue = Venue::new(OrderBook::new(book), rules, &world.ledger);
        assert_eq!(venue.unwrap_err(), error);
    };
    let prices = PriceRange::new(-1, 5).unwrap();
    let negative = OrderBook::new(BookRules { prices, ..book });
    assert_eq!(
        Venue::new(negative, rules, &world.ledger).unwrap_err(),
        EscrowError::NegativePrices { lowest: -1 },
    );
    let mut begun = OrderBook::new(book);
    let first = Order::new(trader(0), Side::Buy, 1, OrderKind::Limit(Price(1)));
    begun.submit(first, &mut Vec::new()).unwrap();
    assert_eq!(
        Venue::new(begun, rules, &world.ledger).unwrap_err(),
        EscrowError::NotEmpty { orders: 1 },
    );
    for rate in [Ratio::new(-1, 9).unwrap(), Ratio::new(10, 9).unwrap()] {
        for fees in [
            Fees {
                buyer: rate,
                ..Fees::NONE
            },
            Fees {
                seller: rate,
                ..Fees::NONE
            },
        ] {
            refused(VenueRules { fees, ..rules }, EscrowError::Fee { rate });
        }
    }
    let (account, accounts) = (AccountId::new(99).unwrap(), world.ledger.accounts());
    let error = EscrowError::Ledger(LedgerError::NoSuchAccount { account, accounts });
    refused(VenueRules { account, ..rules }, error.clone());
    assert_eq!(
        world.venue.admit(trader(9), account, &world.ledger),
        Err(error)
    );
    let (trade, number) = (TransferKind(9), 9);
    let fee = trade;
    refused(
        VenueRules { trade, ..rules },
        EscrowError::UnknownKind { number },
    );
    refused(
        VenueRules { fee, ..rules },
        EscrowError::UnknownKind { number },
    );
    let account = purse_of(0);
    let error = EscrowError::AdmittedAlready {
        trader: trader(0),
        account,
    };
    assert_eq!(
        world.venue.admit(trader(0), purse_of(1), &world.ledger),
        Err(error)
    );
    assert_eq!(
        world.venue.admit(trader(0), purse_of(0), &world.ledger),
        Ok(())
    );
    let pound = CurrencyInfo::new("POU", "pound", 2).unwrap();
    let other = world.ledger.currency(pound).unwrap();
    let of_other = purse(&mut world.ledger, 9, other);
    let foreign = world.ledger.open(&of_other).unwrap();
    let currency = world.ledger.spec(purse_of(0)).unwrap().currency;
    let debt = AccountSpec {
        kind: AccountKind::Liability,
        currency,
        ..of_other
    };
    let debt = world.ledger.open(&debt).unwrap();
    for (account, problem) in [
        (foreign, "it has another currency: open one in the venue's"),
        (debt, "it is no asset: use a purse"),
        (rules.account, "it is the venue's own: fees go there"),
    ] {
        let error = EscrowError::Account { account, problem };
        assert_eq!(
            world.venue.admit(trader(9), account, &world.ledger),
            Err(error)
        );
    }
    assert_eq!(world.venue.mechanism().quantity(Side::Buy), Quantity(0));
}
