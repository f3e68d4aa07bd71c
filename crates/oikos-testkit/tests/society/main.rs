//! The plugins that check books and markets find what is planted in a society, and nothing else.

#![expect(clippy::unwrap_used, reason = "a test")]

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_core::{CurrencyInfo, Seed, StableId};
use oikos_engine::{AppExt, Phase, Society, SocietyBuilder, Tick};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Entry, Ledger, Limit, Operation, Recording, Sector,
    Transfer, TransferKind,
};
use oikos_market::{
    BookRules, Desk, EscrowError, GoodsBook, GoodsStep, Order, OrderBook, OrderKind, Price,
    PriceRange, SelfTrade, Side, TraderId, Venue, VenueRules,
};
use oikos_testkit::society::{CheckBooks, CheckVenue, Checked, HasVenue};
use oikos_world::{Book, BooksPlugin, Holder, OrganisationId, PeoplePlugin};
use serde::{Deserialize, Serialize};

/// A market for something of which there is no end.
#[derive(Resource, Serialize, Deserialize)]
struct Market(Venue<OrderBook>);

impl HasVenue for Market {
    type Mechanism = OrderBook;

    fn venue(&self) -> &Venue<OrderBook> {
        &self.0
    }
}

struct Endless;

impl GoodsBook for Endless {
    fn settle(
        &mut self,
        _: &[GoodsStep],
        pay: &mut dyn FnMut() -> Result<(), EscrowError>,
    ) -> Result<(), EscrowError> {
        pay()
    }
}

const PAY: TransferKind = TransferKind(1);

fn open(ledger: &mut Ledger, id: u64, is_issuer: bool) -> AccountId {
    let spec = AccountSpec {
        kind: if is_issuer {
            AccountKind::Liability
        } else {
            AccountKind::Asset
        },
        owner: OrganisationId::new(id).unwrap().owner(),
        sector: Sector(0),
        currency: oikos_core::Currency(0),
        limit: Limit::None,
        is_issuer,
    };
    ledger.open(&spec).unwrap()
}

/// An issuer, two purses and a market.
fn declare(app: &mut App) {
    let mut book = app.world_mut().resource_mut::<Book<Ledger>>();
    let ledger = &mut book.0;
    ledger
        .currency(CurrencyInfo::new("COI", "coin", 0).unwrap())
        .unwrap();
    ledger.sector("all").unwrap();
    let mint = ledger.issuing_kind("mint").unwrap();
    assert_eq!(ledger.kind("pay").unwrap(), PAY);
    let issuer = open(ledger, 0, true);
    let purses = [1, 2].map(|id| open(ledger, id, false));
    for debit in purses {
        let (credit, amount, reference) = (issuer, 10_000, 0);
        let transfer = Transfer {
            kind: mint,
            debit,
            credit,
            amount,
            reference,
        };
        ledger.post(&transfer).unwrap();
    }
    let rules = VenueRules {
        fees: oikos_market::Fees::NONE,
        account: purses[1],
        trade: PAY,
        fee: PAY,
    };
    let prices = PriceRange::new(1, 100).unwrap();
    let self_trade = SelfTrade::CancelMaker;
    let book = OrderBook::new(BookRules { prices, self_trade });
    let mut venue = Venue::new(book, rules, ledger).unwrap();
    venue.admit(TraderId::FIRST, purses[0], ledger).unwrap();
    app.persist_value("market", 1, Market(venue));
}

/// Each tick something is paid and an order to buy is given.
fn live(mut ledger: ResMut<Book<Ledger>>, mut market: ResMut<Market>) {
    let [credit, debit] = [1, 2].map(|number| AccountId::new(number).unwrap());
    let transfer = Transfer {
        kind: PAY,
        debit,
        credit,
        amount: 3,
        reference: 0,
    };
    ledger.post(&transfer).unwrap();
    let order = Order::new(TraderId::FIRST, Side::Buy, 2, OrderKind::Limit(Price(5)));
    let desk = &mut Desk {
        ledger: &mut ledger.0,
        goods: &mut Endless,
    };
    market.0.submit(desk, order, &mut Vec::new()).unwrap();
}

fn village() -> SocietyBuilder {
    let plugins = |app: &mut App| {
        declare(app);
        app.add_systems(Tick, live.in_set(Phase::Act));
    };
    Society::builder(Seed(1)).add_plugins((PeoplePlugin, BooksPlugin::default(), plugins))
}

fn checks() -> (CheckBooks, CheckVenue<Market>) {
    (CheckBooks { period: 4 }, CheckVenue::default())
}

/// What a society with this plugin says when it is stepped.
fn said(plant: fn(&mut App)) -> String {
    let builder = village().add_plugins(checks()).add_plugins(plant);
    let mut society = builder.build().unwrap();
    society.step_n(12).unwrap_err().to_string()
}

#[test]
fn a_society_that_is_looked_at_has_the_history_that_it_would_have_had() {
    let mut plain = village().build().unwrap();
    let mut looked_at = village().add_plugins(checks()).build().unwrap();
    for _ in 0..15 {
        plain.step().unwrap();
        looked_at.step().unwrap();
        assert_eq!(plain.digest().unwrap(), looked_at.digest().unwrap());
    }
}

#[test]
fn whoever_records_for_themselves_drains_after_the_checks() {
    fn drain(mut ledger: ResMut<Book<Ledger>>) {
        ledger.record(Recording::Entries);
        ledger.drain(&mut Vec::<Entry>::new());
    }
    let plant = |app: &mut App| {
        app.add_systems(Tick, drain.in_set(Phase::Observe).after(Checked));
    };
    let mut society = village()
        .add_plugins(checks())
        .add_plugins(plant)
        .build()
        .unwrap();
    society.step_n(12).unwrap();
    // Before the checks, what moved is not to be explained.
    let text = said(|app| {
        app.add_systems(Tick, drain.in_set(Phase::Settle));
    });
    assert!(text.contains("L2: "), "{text}");
}

#[test]
fn a_hold_of_an_order_that_somebody_ends_is_caught() {
    fn spoil(mut ledger: ResMut<Book<Ledger>>) {
        let first = ledger.holds().next().map(|(hold, _)| hold);
        if let Some(hold) = first {
            ledger.apply(&Operation::VoidHold { hold }).unwrap();
        }
    }
    let text = said(|app| {
        app.add_systems(Tick, spoil.in_set(Phase::Settle));
    });
    assert!(text.contains("M11: "), "{text}");
}
