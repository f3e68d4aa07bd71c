//! A small economy with one venue, and scripts of what its traders ask.

use oikos_core::{Currency, CurrencyInfo, Quantity, Ratio, Seed, StableId, Stream, Tick};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Ledger, Limit, Owner, Transfer, TransferKind,
};
use oikos_market::{
    BookRules, Desk, EscrowError, Fees, Order, OrderBook, OrderId, OrderKind, Price, PriceRange,
    Receipt, Report, Round, SelfTrade, Side, TraderId, Venue, VenueRules,
};
use proptest::prelude::*;

use crate::shelves::{Shelf, Shelves};

/// Traders 0 to 5 trade, 4 and 5 with one purse; trader 6 was never admitted.
pub(crate) const TRADERS: u64 = 6;
pub(crate) const CASH: i64 = 700;
pub(crate) const GOODS: i64 = 80;
pub(crate) const MODES: [SelfTrade; 4] = [
    SelfTrade::CancelTaker,
    SelfTrade::CancelMaker,
    SelfTrade::CancelBoth,
    SelfTrade::DecrementBoth,
];

/// What a venue is asked. Orders are named by the number in which they were given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Message {
    Submit(Order),
    BuyAtMarket(TraderId, i64, i64),
    Cancel(usize),
    Amend(usize, Price, i64),
    Advance(Tick),
    Withdraw(TraderId),
}

pub(crate) type Answer = Result<Option<Receipt>, EscrowError>;

pub(crate) struct World {
    pub(crate) ledger: Ledger,
    pub(crate) shelves: Shelves,
    pub(crate) venue: Venue,
    pub(crate) given: Vec<OrderId>,
    pub(crate) issuer: AccountId,
    pub(crate) mint: TransferKind,
}

pub(crate) fn trader(number: u64) -> TraderId {
    TraderId::new(number).unwrap()
}

/// The purse of a trader, by its number.
pub(crate) fn purse_of(number: u64) -> AccountId {
    AccountId::new(2 + number.min(4)).unwrap()
}

/// A book draws nothing.
fn round(tick: Tick) -> Round {
    let draws = Stream::new(Seed(1), "escrow.test");
    Round { tick, draws }
}

pub(crate) fn fees(buyer: i64, seller: i64) -> Fees {
    let of = |share| Ratio::new(share, 100).unwrap();
    Fees {
        buyer: of(buyer),
        seller: of(seller),
    }
}

pub(crate) fn purse(ledger: &mut Ledger, id: u64, currency: Currency) -> AccountSpec {
    AccountSpec {
        kind: AccountKind::Asset,
        owner: Owner {
            kind: ledger.owner_kind("person").unwrap(),
            id,
        },
        sector: ledger.sector("households").unwrap(),
        currency,
        limit: Limit::Credits(0),
        is_issuer: false,
    }
}

impl World {
    pub(crate) fn new(self_trade: SelfTrade, fees: Fees, highest: i64) -> Self {
        let mut ledger = Ledger::new(0);
        let coin = CurrencyInfo::new("COI", "coin", 0).unwrap();
        let currency = ledger.currency(coin).unwrap();
        let plain = purse(&mut ledger, 0, currency);
        let issuer = AccountSpec {
            kind: AccountKind::Liability,
            limit: Limit::None,
            is_issuer: true,
            ..plain
        };
        let issuer = ledger.open(&issuer).unwrap();
        let account = ledger.open(&plain).unwrap();
        let mint = ledger.issuing_kind("mint").unwrap();
        let book = OrderBook::new(BookRules {
            prices: PriceRange::new(0, highest).unwrap(),
            self_trade,
        });
        let rules = VenueRules {
            fees,
            account,
            trade: ledger.kind("sale").unwrap(),
            fee: ledger.kind("market fee").unwrap(),
        };
        let mut world = Self {
            venue: Venue::new(book, rules, &ledger).unwrap(),
            ledger,
            shelves: Shelves::default(),
            given: Vec::new(),
            issuer,
            mint,
        };
        for number in 0..TRADERS {
            if number < 5 {
                let spec = purse(&mut world.ledger, number, currency);
                assert_eq!(world.ledger.open(&spec), Ok(purse_of(number)));
                world.issue(purse_of(number), CASH);
            }
            let shelf = Shelf {
                free: GOODS,
                reserved: 0,
            };
            world.shelves.0.insert(trader(number), shelf);
            let (who, purse) = (trader(number), purse_of(number));
            world.venue.admit(who, purse, &world.ledger).unwrap();
        }
        world
    }

    pub(crate) fn issue(&mut self, debit: AccountId, amount: i64) {
        let transfer = Transfer {
            kind: self.mint,
            debit,
            credit: self.issuer,
            amount,
            reference: 0,
        };
        self.ledger.post(&transfer).unwrap();
    }

    /// A number beyond those given stands for an id that never was.
    pub(crate) fn id(&self, number: usize) -> OrderId {
        self.given.get(number).copied().unwrap_or(OrderId::LAST)
    }

    pub(crate) fn apply(&mut self, message: &Message, reports: &mut Vec<Report>) -> Answer {
        let named = match *message {
            Message::Cancel(number) | Message::Amend(number, ..) => self.id(number),
            _ => OrderId::LAST,
        };
        let desk = &mut Desk {
            ledger: &mut self.ledger,
            goods: &mut self.shelves,
        };
        let venue = &mut self.venue;
        let receipt = match *message {
            Message::Submit(order) => venue.submit(desk, order, reports).map(Some),
            Message::BuyAtMarket(who, quantity, budget) => venue
                .buy_at_market(desk, who, Quantity(quantity), budget, reports)
                .map(Some),
            Message::Cancel(_) => venue.cancel(desk, named, reports).map(|_| None),
            Message::Amend(_, price, quantity) => venue
                .amend(desk, named, price, Quantity(quantity), reports)
                .map(Some),
            Message::Advance(tick) => venue.clear(desk, round(tick), reports).map(|()| None),
            Message::Withdraw(gone) => venue
                .withdraw(desk, |who| who == gone, reports)
                .map(|()| None),
        }?;
        if let (Message::Submit(_) | Message::BuyAtMarket(..), Some(receipt)) = (message, receipt) {
            self.given.push(receipt.order);
        }
        Ok(receipt)
    }

    /// All that the three books are, to be compared.
    pub(crate) fn all(&self) -> (Vec<u8>, Shelves, String) {
        let mut ledger = Vec::new();
        self.ledger.save(&mut ledger);
        let venue = serde_json::to_string(&self.venue).unwrap();
        (ledger, self.shelves.clone(), venue)
    }

    /// The message is refused with this error, and nothing changes.
    pub(crate) fn refused(&mut self, message: Message, error: &EscrowError) {
        let before = self.all();
        let mut reports = Vec::new();
        let answer = self.apply(&message, &mut reports);
        assert_eq!(answer.as_ref().unwrap_err(), error, "{message:?}");
        assert!(reports.is_empty() && self.all() == before, "{message:?}");
    }

    /// The message is carried out.
    pub(crate) fn done(&mut self, message: Message) -> Vec<Report> {
        let mut reports = Vec::new();
        self.apply(&message, &mut reports).unwrap();
        self.venue.check(&self.ledger).unwrap();
        reports
    }

    /// What a trader has that is free: money, goods.
    pub(crate) fn free(&self, number: u64) -> (i64, i64) {
        let balance = self.ledger.balance(purse_of(number)).unwrap();
        let shelf = self.shelves.of(trader(number));
        (balance.net_debit() - balance.credits_pending, shelf.free)
    }
}

pub(crate) fn limit(who: u64, side: Side, price: i64, quantity: i64) -> Message {
    order(who, side, quantity, OrderKind::Limit(Price(price)))
}

pub(crate) fn order(who: u64, side: Side, quantity: i64, kind: OrderKind) -> Message {
    Message::Submit(Order::new(trader(who), side, quantity, kind))
}

fn prices() -> impl Strategy<Value = Price> {
    prop_oneof![40 => 4..16_i64, 4 => 0..31_i64, 1 => any::<i64>()].prop_map(Price)
}

fn quantities() -> impl Strategy<Value = i64> {
    prop_oneof![60 => 1..12_i64, 6 => 12..60_i64, 1 => -1..1_i64, 1 => any::<i64>()]
}

fn kinds() -> impl Strategy<Value = OrderKind> {
    prop_oneof![
        10 => prices().prop_map(OrderKind::Limit),
        1 => Just(OrderKind::Market),
        2 => prices().prop_map(OrderKind::ImmediateOrCancel),
        2 => prices().prop_map(OrderKind::FillOrKill),
        2 => prices().prop_map(OrderKind::PostOnly),
    ]
}

/// Traders, and few who were never admitted.
fn traders() -> impl Strategy<Value = TraderId> {
    prop_oneof![60 => 0..TRADERS, 1 => Just(TRADERS)].prop_map(trader)
}

fn orders() -> impl Strategy<Value = Order> {
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let expires =
        prop_oneof![6 => Just(None), 1 => (1..60_u32).prop_map(|tick| Some(Tick::new(tick)))];
    (traders(), side, quantities(), kinds(), expires).prop_map(
        |(who, side, quantity, kind, expires)| Order {
            expires,
            ..Order::new(who, side, quantity, kind)
        },
    )
}

/// Scripts of so many messages, which name orders of any age and few that never were.
pub(crate) fn scripts(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Message>> {
    let recent = 0..30_usize;
    let budget = prop_oneof![10 => 0..200_i64, 1 => -2..2_i64, 1 => any::<i64>()];
    let message = prop_oneof![
        50 => orders().prop_map(Message::Submit),
        5 => (traders(), quantities(), budget)
            .prop_map(|(who, quantity, budget)| Message::BuyAtMarket(who, quantity, budget)),
        12 => recent.clone().prop_map(Message::Cancel),
        16 => (recent, prices(), quantities()).prop_map(|(number, price, quantity)| {
            Message::Amend(number, price, quantity)
        }),
        3 => (0..60_u32).prop_map(|tick| Message::Advance(Tick::new(tick))),
        1 => traders().prop_map(Message::Withdraw),
    ];
    proptest::collection::vec(message, len).prop_map(settle)
}

/// Turns "so many orders ago" into numbers of orders, and random ticks into time that goes forward.
fn settle(mut script: Vec<Message>) -> Vec<Message> {
    let (mut given, mut steps) = (0_usize, 0_u32);
    for message in &mut script {
        steps += 1;
        match message {
            // About half of what is given is refused, for want of cover or otherwise.
            Message::Submit(order) => {
                given += usize::from(steps % 3 != 0);
                if let Some(tick) = &mut order.expires {
                    *tick = Tick::new(tick.index() + steps / 8);
                }
            }
            Message::Cancel(number) | Message::Amend(number, ..) => {
                *number = given.saturating_sub(*number);
            }
            Message::Advance(tick) => *tick = Tick::new(steps / 8 + tick.index() / 8),
            Message::BuyAtMarket(..) | Message::Withdraw(_) => {}
        }
    }
    script
}
