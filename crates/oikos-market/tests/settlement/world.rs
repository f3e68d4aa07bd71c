//! A small economy with one market, its goods in an inventory book, and scripts of what its traders ask.

use oikos_core::{CurrencyInfo, Digest, Quantity, Ratio, Seed, StableId, Stream, Tick, TypeKey};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Good, GoodsFlow, GoodsMove, GoodsOperation, Inventory,
    Ledger, Limit, Owner, OwnerKind, Transfer,
};
use oikos_market::{
    Desk, EscrowError, Fees, GoodsMarket, Order, OrderId, OrderKind, Price, PriceRange, Receipt,
    Report, Round, Side, Stall, TraderId, Venue, VenueRules,
};
use proptest::prelude::*;

use crate::markets::Market;

/// Traders 0 to 6 trade, the last two with one purse and one stock; trader 7 was never admitted.
pub(crate) const TRADERS: u64 = 7;
/// Purses and stocks.
pub(crate) const HOUSEHOLDS: u64 = TRADERS - 1;
pub(crate) const CASH: i64 = 600;
pub(crate) const GOODS: i64 = 60;
pub(crate) const HIGHEST: i64 = 20;

/// What a market is asked. Orders are named by the number in which they were given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Message {
    Submit(Order),
    Cancel(usize),
    Clear(Tick),
    Withdraw(TraderId),
}

pub(crate) type Answer = Result<Option<Receipt>, EscrowError>;

pub(crate) struct World<M> {
    pub(crate) ledger: Ledger,
    pub(crate) inventory: Inventory,
    pub(crate) market: GoodsMarket<M>,
    pub(crate) given: Vec<OrderId>,
}

pub(crate) fn trader(number: u64) -> TraderId {
    TraderId::new(number).unwrap()
}

/// The household of a trader.
pub(crate) fn household(who: TraderId) -> u64 {
    who.get().min(HOUSEHOLDS - 1)
}

pub(crate) fn purse_of(household: u64) -> AccountId {
    AccountId::new(2 + household).unwrap()
}

pub(crate) fn owner_of(household: u64) -> Owner {
    let kind = OwnerKind(0);
    Owner {
        kind,
        id: household,
    }
}

pub(crate) fn fees(buyer: i64, seller: i64) -> Fees {
    let of = |share| Ratio::new(share, 100).unwrap();
    Fees {
        buyer: of(buyer),
        seller: of(seller),
    }
}

pub(crate) fn all_fees() -> [Fees; 4] {
    [Fees::NONE, fees(3, 0), fees(7, 25), fees(100, 100)]
}

pub(crate) fn round(tick: Tick) -> Round {
    let draws = Stream::new(Seed(7), "settlement.test");
    Round { tick, draws }
}

pub(crate) fn prices() -> PriceRange {
    PriceRange::new(0, HIGHEST).unwrap()
}

/// A ledger with a purse of [`CASH`] for each household, and the rules of a venue.
pub(crate) fn ledger(fees: Fees) -> (Ledger, VenueRules) {
    let mut ledger = Ledger::new(0);
    let coin = CurrencyInfo::new("COI", "coin", 0).unwrap();
    let purse = AccountSpec {
        kind: AccountKind::Asset,
        owner: Owner {
            kind: ledger.owner_kind("household").unwrap(),
            id: 0,
        },
        sector: ledger.sector("households").unwrap(),
        currency: ledger.currency(coin).unwrap(),
        limit: Limit::Credits(0),
        is_issuer: false,
    };
    let issuer = AccountSpec {
        kind: AccountKind::Liability,
        limit: Limit::None,
        is_issuer: true,
        ..purse
    };
    let credit = ledger.open(&issuer).unwrap();
    let account = ledger.open(&purse).unwrap();
    let kind = ledger.issuing_kind("mint").unwrap();
    for number in 0..HOUSEHOLDS {
        let owner = owner_of(number);
        let debit = ledger.open(&AccountSpec { owner, ..purse }).unwrap();
        assert_eq!(debit, purse_of(number));
        let mint = Transfer {
            kind,
            debit,
            credit,
            amount: CASH,
            reference: 0,
        };
        ledger.post(&mint).unwrap();
    }
    let rules = VenueRules {
        fees,
        account,
        trade: ledger.kind("sale").unwrap(),
        fee: ledger.kind("market fee").unwrap(),
    };
    (ledger, rules)
}

/// Adds a good, of which each household has [`GOODS`], and a market for it with all traders.
pub(crate) fn open_market<M: Market>(
    mechanism: M,
    rules: VenueRules,
    ledger: &Ledger,
    inventory: &mut Inventory,
    name: &str,
) -> GoodsMarket<M> {
    let good = inventory.good(name).unwrap();
    let kind = inventory.kind("made", GoodsFlow::Produce).unwrap();
    let sale = inventory.kind("sold", GoodsFlow::Transfer).unwrap();
    for number in 0..HOUSEHOLDS {
        let made = GoodsMove {
            kind,
            good,
            owner: owner_of(number),
            quantity: Quantity(GOODS),
            reference: 0,
        };
        inventory.apply(&GoodsOperation::Produce(made)).unwrap();
    }
    let mut venue = Venue::new(mechanism, rules, ledger).unwrap();
    let mut stall = Stall::new(good, sale, inventory).unwrap();
    for who in (0..TRADERS).map(trader) {
        let number = household(who);
        venue.admit(who, purse_of(number), ledger).unwrap();
        stall.open(who, owner_of(number)).unwrap();
    }
    GoodsMarket { venue, stall }
}

impl<M: Market> World<M> {
    pub(crate) fn new(mechanism: M, fees: Fees) -> Self {
        let ((ledger, rules), mut inventory) = (ledger(fees), Inventory::new());
        Self {
            market: open_market(mechanism, rules, &ledger, &mut inventory, "bread"),
            ledger,
            inventory,
            given: Vec::new(),
        }
    }

    /// A number beyond those given stands for an id that never was.
    pub(crate) fn id(&self, number: usize) -> OrderId {
        let never = OrderId::new(1 << 40).unwrap();
        self.given.get(number).copied().unwrap_or(never)
    }

    pub(crate) fn apply(&mut self, message: &Message, reports: &mut Vec<Report>) -> Answer {
        let named = match *message {
            Message::Cancel(number) => self.id(number),
            _ => self.id(usize::MAX),
        };
        let GoodsMarket { venue, stall } = &mut self.market;
        let desk = &mut Desk {
            ledger: &mut self.ledger,
            goods: &mut stall.at(&mut self.inventory),
        };
        let receipt = match *message {
            Message::Submit(order) => venue.submit(desk, order, reports).map(Some),
            Message::Cancel(_) => venue.cancel(desk, named, reports).map(|_| None),
            Message::Clear(tick) => venue.clear(desk, round(tick), reports).map(|()| None),
            Message::Withdraw(gone) => venue
                .withdraw(desk, |who| who == gone, reports)
                .map(|()| None),
        }?;
        self.given.extend(receipt.map(|receipt| receipt.order));
        Ok(receipt)
    }

    /// The digests of money, goods, orders and stall.
    pub(crate) fn digests(&self) -> [Digest; 4] {
        let key = TypeKey::new("settlement.test");
        [
            self.ledger.digest(&key),
            self.inventory.digest(&key),
            self.market.venue.digest(&key, 0).unwrap(),
            self.market.stall.digest(&key, 0).unwrap(),
        ]
    }

    /// What the market itself says about what is held.
    pub(crate) fn check(&self) -> Result<(), EscrowError> {
        let GoodsMarket { venue, stall } = &self.market;
        venue.check(&self.ledger)?;
        stall.check(&self.inventory, venue.orders())
    }

    /// The message is carried out.
    pub(crate) fn done(&mut self, message: Message) -> Vec<Report> {
        let mut reports = Vec::new();
        self.apply(&message, &mut reports).unwrap();
        self.check().unwrap();
        reports
    }

    /// The message is refused, and nothing changes.
    pub(crate) fn refused(&mut self, message: Message) -> EscrowError {
        let (before, mut reports) = (self.digests(), Vec::new());
        let error = self.apply(&message, &mut reports).unwrap_err();
        assert!(
            reports.is_empty() && self.digests() == before,
            "{message:?}"
        );
        error
    }

    /// What a household has that is free: money, goods.
    pub(crate) fn free(&self, household: u64) -> (i64, i64) {
        let balance = self.ledger.balance(purse_of(household)).unwrap();
        let stock = self.inventory.stock(owner_of(household), Good(0));
        (
            balance.net_debit() - balance.credits_pending,
            stock.free().0,
        )
    }
}

pub(crate) fn limit(who: u64, side: Side, price: i64, quantity: i64) -> Message {
    Message::Submit(Order::new(
        trader(who),
        side,
        quantity,
        OrderKind::Limit(Price(price)),
    ))
}

fn orders() -> impl Strategy<Value = Order> {
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let price = prop_oneof![40 => 4..16_i64, 4 => 0..22_i64, 1 => any::<i64>()].prop_map(Price);
    let kind = (price, 0..40_u8).prop_map(|(price, what)| match what {
        0..5 => OrderKind::Market,
        5 => OrderKind::ImmediateOrCancel(price),
        6 => OrderKind::FillOrKill(price),
        7 => OrderKind::PostOnly(price),
        _ => OrderKind::Limit(price),
    });
    let quantity = prop_oneof![60 => 1..12_i64, 6 => 12..60_i64, 1 => -1..1_i64, 1 => any::<i64>()];
    let expires =
        prop_oneof![5 => Just(None), 2 => (0..8_u32).prop_map(|ticks| Some(Tick::new(ticks)))];
    // Few who were never admitted.
    let who = prop_oneof![60 => 0..TRADERS, 1 => Just(TRADERS)].prop_map(trader);
    (who, side, quantity, kind, expires).prop_map(|(who, side, quantity, kind, expires)| Order {
        expires,
        ..Order::new(who, side, quantity, kind)
    })
}

/// Scripts of so many messages, which name orders of any age and few that never were, and ticks of which few are
/// past. Somebody dies about once in a script.
pub(crate) fn scripts(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Message>> {
    let message = prop_oneof![
        120 => orders().prop_map(Message::Submit),
        30 => (0..20_usize).prop_map(Message::Cancel),
        24 => (0..12_u32).prop_map(|tick| Message::Clear(Tick::new(tick))),
        1 => (0..=TRADERS).prop_map(|who| Message::Withdraw(trader(who))),
    ];
    proptest::collection::vec(message, len).prop_map(|mut script| {
        let (mut given, mut now) = (0_usize, 0_u32);
        for message in &mut script {
            match message {
                Message::Submit(order) => {
                    given += 1;
                    if let Some(tick) = &mut order.expires {
                        *tick = Tick::new(now + tick.index());
                    }
                }
                // Some orders are refused, so names lie a little beyond what was given at times.
                Message::Cancel(number) => *number = (given * 3 / 4).saturating_sub(*number),
                Message::Clear(tick) => {
                    let asked = now + 1;
                    // One in twelve goes back.
                    let is_back = tick.index() == 0;
                    *tick = Tick::new(if is_back {
                        now.saturating_sub(1)
                    } else {
                        asked
                    });
                    now = if is_back { now } else { asked };
                }
                Message::Withdraw(_) => {}
            }
        }
        script
    })
}
