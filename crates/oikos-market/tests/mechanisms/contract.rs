//! The promises of `Mechanism`, which scripts hold all of ours to.

use std::collections::BTreeMap;

use oikos_core::{Ratio, Tick};
use oikos_market::{
    AuctionRules, Bazaar, BazaarRules, BookRules, CallAuction, Mechanism, Order, OrderBook,
    OrderId, OrderKind, PostedPrice, Price, Rationing, Reason, Report, Search, SelfTrade, Side,
};
use proptest::prelude::*;

use crate::common::{limit, prices, round, trader};

fn auction() -> CallAuction {
    CallAuction::new(AuctionRules {
        prices: prices(),
        rationing: Rationing::ProRata,
        reference: None,
    })
    .unwrap()
}

fn bazaar() -> Bazaar {
    Bazaar::new(BazaarRules {
        prices: prices(),
        seller_share: Ratio::percent(50),
        meetings: 3,
    })
    .unwrap()
}

fn mechanisms() -> Vec<(&'static str, Box<dyn Mechanism>)> {
    let book = OrderBook::new(BookRules {
        prices: prices(),
        self_trade: SelfTrade::CancelMaker,
    });
    vec![
        ("order book", Box::new(book)),
        ("call auction", Box::new(auction())),
        (
            "posted prices",
            Box::new(PostedPrice::new(prices(), Search::Sample(3))),
        ),
        ("bazaar", Box::new(bazaar())),
    ]
}

/// What a script does.
#[derive(Debug, Clone, Copy)]
enum Message {
    Submit(Order),
    Cancel(usize),
    Withdraw(u64),
    Clear,
}

fn scripts() -> impl Strategy<Value = Vec<Message>> {
    let order = (0..12_u64, any::<bool>(), -9..9_i64, 0..9_i64, 0..20_u8).prop_map(
        |(who, is_buy, price, quantity, more)| {
            let side = if is_buy { Side::Buy } else { Side::Sell };
            let order = limit(who, side, price, quantity);
            match more {
                0 => Order::new(trader(who), side, quantity, OrderKind::Market),
                1 => Order::new(
                    trader(who),
                    side,
                    quantity,
                    OrderKind::FillOrKill(Price(price)),
                ),
                2..5 => order.until(Tick::new(u32::from(more))),
                _ => order,
            }
        },
    );
    let message = prop_oneof![
        30 => order.prop_map(Message::Submit),
        3 => (0..60_usize).prop_map(Message::Cancel),
        1 => (0..12_u64).prop_map(Message::Withdraw),
        3 => Just(Message::Clear),
    ];
    proptest::collection::vec(message, 20..150)
}

/// An order, and what is left of it by the reports.
struct Account {
    order: Order,
    left: i64,
}

/// What a user who settles keeps: it follows the reports and objects to what was not promised.
#[derive(Default)]
struct Settlement {
    accounts: BTreeMap<OrderId, Account>,
    given: Vec<OrderId>,
    tick: u32,
}

impl Settlement {
    fn take(&mut self, id: OrderId, quantity: i64) {
        let account = self.accounts.get_mut(&id).unwrap();
        assert!(
            quantity > 0 && quantity <= account.left,
            "{id} has {}",
            account.left
        );
        account.left -= quantity;
    }

    fn follow(&mut self, reports: &[Report], is_live: bool) {
        for report in reports {
            match report {
                Report::Fill(fill) => {
                    for (side, who) in [(Side::Buy, fill.buyer), (Side::Sell, fill.seller)] {
                        let id = fill.order(side);
                        let order = self.accounts[&id].order;
                        assert_eq!((order.side, order.trader), (side, who));
                        let limit = order.kind.limit();
                        let is_within = limit.is_none_or(|limit| match side {
                            Side::Buy => fill.price <= limit,
                            Side::Sell => fill.price >= limit,
                        });
                        assert!(is_within, "{fill:?} is beyond {order:?}");
                        let expires = order.expires.map(Tick::index);
                        assert!(
                            expires.is_none_or(|tick| tick > self.tick),
                            "{order:?} is over"
                        );
                        self.take(id, fill.quantity.0);
                    }
                }
                Report::Released(released) => {
                    let order = self.accounts[&released.order].order;
                    assert_eq!((order.trader, order.side), (released.trader, released.side));
                    assert_eq!(order.kind.limit(), released.price);
                    assert!(is_live || released.reason != Reason::Unfilled);
                    self.take(released.order, released.quantity.0);
                }
                Report::Amended(_) => panic!("nothing was amended"),
            }
        }
    }

    fn apply(
        &mut self,
        mechanism: &mut dyn Mechanism,
        message: Message,
        reports: &mut Vec<Report>,
    ) {
        match message {
            Message::Submit(order) => {
                let Ok(receipt) = mechanism.submit(order, reports) else {
                    assert!(reports.is_empty());
                    return;
                };
                let left = order.quantity.0;
                let old = self.accounts.insert(receipt.order, Account { order, left });
                assert!(old.is_none(), "{} was given twice", receipt.order);
                self.given.push(receipt.order);
                self.follow(reports, true);
                assert_eq!(self.accounts[&receipt.order].left, receipt.resting.0);
                let parts = receipt.filled.0 + receipt.resting.0 + receipt.released.0;
                assert_eq!(parts, order.quantity.0);
            }
            Message::Cancel(number) => {
                let Some(&id) = self.given.get(number) else {
                    return;
                };
                let left = self.accounts[&id].left;
                match mechanism.cancel(id, reports) {
                    Ok(released) => assert_eq!(released.quantity.0, left),
                    Err(_) => assert!(left == 0 && reports.is_empty(), "{id} has {left}"),
                }
                self.follow(reports, false);
            }
            Message::Withdraw(who) => {
                mechanism.withdraw(&mut |other| other == trader(who), reports);
                self.follow(reports, false);
                let of = |account: &&Account| account.order.trader == trader(who);
                assert!(
                    self.accounts
                        .values()
                        .filter(of)
                        .all(|account| account.left == 0)
                );
            }
            Message::Clear => {
                self.tick += 1;
                mechanism.clear(round(self.tick), reports).unwrap();
                self.follow(reports, true);
                let is_over = |account: &&Account| {
                    account
                        .order
                        .expires
                        .is_some_and(|tick| tick.index() <= self.tick)
                };
                assert!(
                    self.accounts
                        .values()
                        .filter(is_over)
                        .all(|account| account.left == 0)
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]
    #[test]
    fn every_mechanism_keeps_its_promises(script in scripts()) {
        let mut again = mechanisms();
        for ((_, mechanism), (_, twin)) in mechanisms().iter_mut().zip(&mut again) {
            let (mut user, mut other) = (Settlement::default(), Settlement::default());
            for message in &script {
                let (mut reports, mut same) = (Vec::new(), Vec::new());
                user.apply(mechanism.as_mut(), *message, &mut reports);
                other.apply(twin.as_mut(), *message, &mut same);
                prop_assert_eq!(reports, same);
            }
        }
    }

    #[test]
    fn what_is_saved_and_loaded_goes_on_alike(script in scripts()) {
        let (mut shops, mut haggling) = (PostedPrice::new(prices(), Search::All), bazaar());
        let mut users = [(); 4].map(|()| Settlement::default());
        for message in script {
            let mut loaded: PostedPrice = serde_json::from_str(&serde_json::to_string(&shops).unwrap()).unwrap();
            prop_assert_eq!(&loaded, &shops);
            let mut reborn: Bazaar = serde_json::from_str(&serde_json::to_string(&haggling).unwrap()).unwrap();
            prop_assert_eq!(&reborn, &haggling);
            let mut reports = [(); 4].map(|()| Vec::new());
            let all: [&mut dyn Mechanism; 4] = [&mut shops, &mut loaded, &mut haggling, &mut reborn];
            for ((mechanism, user), reports) in all.into_iter().zip(&mut users).zip(&mut reports) {
                user.apply(mechanism, message, reports);
            }
            prop_assert_eq!(&reports[0], &reports[1]);
            prop_assert_eq!(&reports[2], &reports[3]);
            prop_assert_eq!(&loaded, &shops);
            prop_assert_eq!(&reborn, &haggling);
        }
    }
}

/// What is foreseen is what is done then, and what waits is what the reports leave.
fn foresees<M: Mechanism + Clone>(
    mechanism: &mut M,
    script: &[Message],
) -> Result<(), TestCaseError> {
    let mut user = Settlement::default();
    for &message in script {
        let (mut foreseen, mut reports) = (Vec::new(), Vec::new());
        let mut twin = mechanism.clone();
        let last = &mut Vec::new();
        match message {
            Message::Submit(order) => {
                let answer = mechanism.preview(&order, &mut foreseen);
                prop_assert_eq!(answer, twin.submit(order, last));
            }
            Message::Cancel(number) => {
                let never = oikos_core::StableId::LAST;
                let id = user.given.get(number).copied().unwrap_or(never);
                let answer = mechanism.preview_cancel(id, &mut foreseen);
                prop_assert_eq!(answer, twin.cancel(id, last));
            }
            Message::Withdraw(who) => {
                let is_gone = &mut |other| other == trader(who);
                mechanism.preview_withdraw(is_gone, &mut foreseen);
            }
            Message::Clear => {
                let answer = mechanism.preview_clear(round(user.tick + 1), &mut foreseen);
                prop_assert_eq!(answer, Ok(()));
            }
        }
        user.apply(mechanism, message, &mut reports);
        prop_assert_eq!(foreseen, reports);
        let mut waiting: Vec<(OrderId, i64)> = Vec::new();
        for (id, order) in mechanism.outstanding() {
            let mut given = user.accounts[&id].order;
            given.quantity = order.quantity;
            prop_assert_eq!(given, order);
            waiting.push((id, order.quantity.0));
        }
        waiting.sort_unstable();
        let left = user.accounts.iter().filter(|(_, account)| account.left > 0);
        let left: Vec<_> = left.map(|(&id, account)| (id, account.left)).collect();
        prop_assert_eq!(waiting, left);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]
    #[test]
    fn what_is_foreseen_comes_about(script in scripts()) {
        let self_trade = SelfTrade::DecrementBoth;
        foresees(&mut OrderBook::new(BookRules { prices: prices(), self_trade }), &script)?;
        foresees(&mut auction(), &script)?;
        foresees(&mut PostedPrice::new(prices(), Search::Sample(2)), &script)?;
        foresees(&mut bazaar(), &script)?;
    }
}

#[test]
fn a_mechanism_does_not_go_back_in_time() {
    for (name, mut mechanism) in mechanisms() {
        mechanism.clear(round(5), &mut Vec::new()).unwrap();
        assert!(
            mechanism.clear(round(4), &mut Vec::new()).is_err(),
            "{name}"
        );
        assert!(mechanism.clear(round(5), &mut Vec::new()).is_ok(), "{name}");
    }
}
