//! Mechanisms that break a promise: the venue tells which, by name, and nothing is settled.

use oikos_core::{Quantity, StableId, Tick};
use oikos_market::{
    Amended, Breach, CallAuction, EscrowError, Fees, MarketError, Mechanism, Order, OrderBook,
    OrderId, PostedPrice, Price, PriceRange, Rationing, Reason, Receipt, Released, Report, Round,
    Side, TraderId,
};
use serde::{Deserialize, Serialize};

use crate::markets::{Market, Pricing};
use crate::own::Halfway;
use crate::world::{Message, World, limit, prices, trader};

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Fault {
    /// Buyers pay one more than their limit.
    BeyondLimit,
    /// Sellers get less than nothing.
    BelowZero,
    /// Who came pays their own price.
    TakerPriced,
    /// A trade is of twice as much.
    Double,
    /// A trade is of nothing.
    Empty,
    /// Somebody else pays.
    OtherBuyer,
    /// A trade is with an order that is no more.
    Forgotten,
    /// What was released is another's.
    OtherRelease,
    /// A quantity is said to wait that did not come.
    Receipt,
    /// A quantity is said to be released that waits.
    Shift,
    /// An order gets an id twice.
    Twice,
    /// Orders of who is gone stay.
    DeadLeft,
    /// Half of what is cancelled stays.
    HalfCancel,
    /// A limit is raised that nobody asked for.
    Raise,
}

/// A mechanism that reports what it should not.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Spoiled<M> {
    inner: M,
    fault: Fault,
}

impl<M> Spoiled<M> {
    fn spoil(&self, reports: &mut Vec<Report>) {
        let mut raised = None;
        for report in reports.iter_mut() {
            match (self.fault, report) {
                (Fault::BeyondLimit, Report::Fill(fill)) => fill.price.0 += 100,
                (Fault::BelowZero, Report::Fill(fill)) => fill.price.0 = -1,
                (Fault::TakerPriced, Report::Fill(fill)) => fill.price.0 += 1,
                (Fault::Double, Report::Fill(fill)) => fill.quantity.0 *= 2,
                (Fault::Empty, Report::Fill(fill)) => fill.quantity.0 = 0,
                (Fault::OtherBuyer, Report::Fill(fill)) => fill.buyer = trader(4),
                (Fault::Forgotten, Report::Fill(fill)) => fill.sell = OrderId::FIRST,
                (Fault::OtherRelease, Report::Released(released)) => {
                    released.side = released.side.opposite();
                }
                (Fault::HalfCancel, Report::Released(released)) => released.quantity.0 /= 2,
                (Fault::Raise, Report::Fill(fill)) => {
                    raised = Some(Report::Amended(Amended {
                        order: fill.buy,
                        trader: fill.buyer,
                        side: Side::Buy,
                        from_price: Price(10),
                        from_quantity: Quantity(5),
                        price: Price(12),
                        quantity: Quantity(5),
                    }));
                }
                _ => {}
            }
        }
        if let Some(raised) = raised {
            reports.insert(0, raised);
        }
    }
}

impl<M: Mechanism> Mechanism for Spoiled<M> {
    fn prices(&self) -> PriceRange {
        self.inner.prices()
    }

    fn outstanding(&self) -> Vec<(OrderId, Order)> {
        self.inner.outstanding()
    }

    fn submit(&mut self, order: Order, reports: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        let mut receipt = self.inner.submit(order, reports)?;
        self.spoil(reports);
        match self.fault {
            Fault::Receipt => receipt.resting.0 += 1,
            Fault::Shift => {
                receipt.resting.0 -= 1;
                receipt.released.0 += 1;
            }
            Fault::Twice => receipt.order = OrderId::FIRST,
            _ => {}
        }
        Ok(receipt)
    }

    fn cancel(
        &mut self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        let released = self.inner.cancel(order, reports)?;
        self.spoil(reports);
        Ok(released)
    }

    fn withdraw(&mut self, is_gone: &mut dyn FnMut(TraderId) -> bool, reports: &mut Vec<Report>) {
        if self.fault != Fault::DeadLeft {
            self.inner.withdraw(is_gone, reports);
        }
    }

    fn clear(&mut self, round: Round, reports: &mut Vec<Report>) -> Result<(), MarketError> {
        self.inner.clear(round, reports)?;
        self.spoil(reports);
        Ok(())
    }
}

impl<M: Market> Market for Spoiled<M> {
    const PRICING: Pricing = M::PRICING;

    fn variant(prices: PriceRange, number: usize) -> Self {
        let fault = Fault::Double;
        Self {
            inner: M::variant(prices, number),
            fault,
        }
    }

    fn rationing(number: usize) -> Option<Rationing> {
        M::rationing(number)
    }
}

/// A buyer and two sellers give orders; the last message breaks a promise.
fn breach<M: Market>(fault: Fault, last: Message) -> Breach {
    let inner = M::variant(prices(), 1);
    let mut world = World::new(Spoiled { inner, fault }, Fees::NONE);
    let first = [limit(0, Side::Sell, 8, 5), limit(1, Side::Sell, 9, 5)];
    let buy = limit(2, Side::Buy, 10, 7);
    for message in first.into_iter().chain([buy]) {
        if message == last {
            break;
        }
        world.done(message);
    }
    let EscrowError::Breach { breach, .. } = world.refused(last) else {
        panic!("{fault:?}");
    };
    breach
}

const CLEAR: Message = Message::Clear(Tick::new(1));

#[test]
fn an_auction_price_outside_limits_is_named() {
    let outside = Breach::PriceOutsideLimit;
    assert_eq!(breach::<CallAuction>(Fault::BeyondLimit, CLEAR), outside);
    assert_eq!(breach::<PostedPrice>(Fault::BeyondLimit, CLEAR), outside);
    assert_eq!(breach::<CallAuction>(Fault::BelowZero, CLEAR), outside);
}

/// What its prices are, a mechanism says, and has to keep to.
#[test]
fn a_price_below_zero_is_named_even_if_both_limits_allow_it() {
    #[derive(Debug, Clone, Serialize, Deserialize)]
    struct Lax(Halfway);

    impl Mechanism for Lax {
        fn prices(&self) -> PriceRange {
            prices()
        }
        fn outstanding(&self) -> Vec<(OrderId, Order)> {
            self.0.outstanding()
        }
        fn submit(&mut self, order: Order, out: &mut Vec<Report>) -> Result<Receipt, MarketError> {
            self.0.submit(order, out)
        }
        fn cancel(&mut self, id: OrderId, out: &mut Vec<Report>) -> Result<Released, MarketError> {
            self.0.cancel(id, out)
        }
        fn withdraw(&mut self, is_gone: &mut dyn FnMut(TraderId) -> bool, out: &mut Vec<Report>) {
            self.0.withdraw(is_gone, out);
        }
        fn clear(&mut self, round: Round, out: &mut Vec<Report>) -> Result<(), MarketError> {
            self.0.clear(round, out)
        }
    }

    impl Market for Lax {
        const PRICING: Pricing = Pricing::Between;

        fn variant(_: PriceRange, number: usize) -> Self {
            Self(Halfway::variant(PriceRange::new(-20, 20).unwrap(), number))
        }
    }

    let mut world = World::new(Lax::variant(prices(), 0), Fees::NONE);
    world.done(limit(0, Side::Sell, -9, 5));
    let order = OrderId::LAST;
    let breach = Breach::PriceOutsideLimit;
    let error = world.refused(limit(1, Side::Buy, 3, 5));
    // The order to buy is looked at first.
    let order = OrderId::new(order.get() - 1).unwrap();
    assert_eq!(error, EscrowError::Breach { order, breach });
}

#[test]
fn a_taker_priced_trade_is_named() {
    let (fault, breached) = (Fault::TakerPriced, Breach::NotAtMakersPrice);
    let buy = limit(2, Side::Buy, 10, 7);
    assert_eq!(breach::<OrderBook>(fault, buy), breached);
    assert_eq!(breach::<PostedPrice>(fault, CLEAR), breached);
}

#[test]
fn a_dead_persons_order_that_is_left_is_named() {
    let gone = Message::Withdraw(trader(1));
    let left = Breach::LeftOfTheGone;
    assert_eq!(breach::<CallAuction>(Fault::DeadLeft, gone), left);
    assert_eq!(breach::<Halfway>(Fault::DeadLeft, gone), left);
}

#[test]
fn wrong_quantities_are_named() {
    let wrong = Breach::WrongQuantity;
    assert_eq!(breach::<CallAuction>(Fault::Double, CLEAR), wrong);
    assert_eq!(breach::<CallAuction>(Fault::Empty, CLEAR), wrong);
    let left = Breach::LeftAfterCancel;
    assert_eq!(
        breach::<CallAuction>(Fault::HalfCancel, Message::Cancel(1)),
        left
    );
}

#[test]
fn orders_of_others_are_named() {
    assert_eq!(
        breach::<CallAuction>(Fault::OtherBuyer, CLEAR),
        Breach::OtherOrder
    );
    let cancel = Message::Cancel(1);
    assert_eq!(
        breach::<CallAuction>(Fault::OtherRelease, cancel),
        Breach::OtherOrder
    );
    // A book's first order is the first of all ids, and is filled.
    let buy = limit(2, Side::Buy, 10, 7);
    assert_eq!(
        breach::<Halfway>(Fault::Forgotten, buy),
        Breach::UnknownOrder
    );
}

#[test]
fn receipts_ids_and_changes_that_nobody_asked_for_are_named() {
    let sell = limit(0, Side::Sell, 8, 5);
    assert_eq!(
        breach::<CallAuction>(Fault::Receipt, sell),
        Breach::WrongReceipt
    );
    assert_eq!(
        breach::<CallAuction>(Fault::Shift, sell),
        Breach::WrongReceipt
    );
    let second = limit(1, Side::Sell, 9, 5);
    assert_eq!(
        breach::<CallAuction>(Fault::Twice, second),
        Breach::IdGivenTwice
    );
    assert_eq!(breach::<CallAuction>(Fault::Raise, CLEAR), Breach::Amended);
    let buy = limit(2, Side::Buy, 10, 7);
    assert_eq!(breach::<OrderBook>(Fault::Raise, buy), Breach::Amended);
}

#[test]
fn an_error_says_which_order_and_what_to_do() {
    let (order, breach) = (OrderId::new(3).unwrap(), Breach::PriceOutsideLimit);
    let error = EscrowError::Breach { order, breach };
    assert_eq!(
        error.to_string(),
        "order#3 trades at a price beyond its limit, or below 0: the mechanism breaks its promises, report it to \
         whoever wrote it"
    );
    let reason = Reason::Undelivered;
    assert_eq!(serde_json::to_string(&reason).unwrap(), "\"Undelivered\"");
}
