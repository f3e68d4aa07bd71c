//! Who is gone leaves all markets of a society at once: orders, bids, listings, holds and goods.

use oikos_core::{Quantity, Ratio, StableId, Tick};
use oikos_ledger::{Good, Inventory, Ledger, TitleOperation, Titles};
use oikos_market::{
    Bazaar, Bidding, Books, CallAuction, Departures, Desk, Escrow, EscrowError, Fees, GoodsMarket,
    Lot, Order, OrderBook, OrderKind, PostedPrice, Price, Reason, Report, Saleroom, Side,
    TitleDesk, TraderId, withdraw_everywhere,
};
use oikos_testkit::Runs;
use proptest::prelude::*;

use crate::markets::Market;
use crate::own::Halfway;
use crate::world::{
    CASH, GOODS, HOUSEHOLDS, household, ledger, open_market, owner_of, prices, purse_of, trader,
};

/// Five goods, each with another kind of market, and houses, of which each household has one.
struct Society {
    ledger: Ledger,
    inventory: Inventory,
    titles: Titles,
    book: GoodsMarket<OrderBook>,
    auction: GoodsMarket<CallAuction>,
    shops: GoodsMarket<PostedPrice>,
    bazaar: GoodsMarket<Bazaar>,
    own: GoodsMarket<Halfway>,
    room: Saleroom,
}

fn give<M: Market>(
    market: &mut GoodsMarket<M>,
    ledger: &mut Ledger,
    inventory: &mut Inventory,
    order: Order,
) -> Result<(), EscrowError> {
    let goods = &mut market.stall.at(inventory);
    let desk = &mut Desk { ledger, goods };
    market.venue.submit(desk, order, &mut Vec::new())?;
    Ok(())
}

impl Society {
    fn new() -> Self {
        let (ledger, rules) = ledger(Fees::NONE);
        let (mut inventory, mut titles) = (Inventory::new(), Titles::new());
        let kind = titles.kind("house").unwrap();
        let currency = ledger.spec(rules.account).unwrap().currency;
        let mut room = Saleroom::new(prices(), rules, &ledger).unwrap();
        for id in 0..HOUSEHOLDS {
            let shares = vec![(owner_of(id), Ratio::ONE)];
            let register = TitleOperation::Register {
                kind,
                currency,
                shares,
            };
            titles.apply(&register).unwrap();
            let (purse, owner) = (purse_of(id), owner_of(id));
            room.admit(trader(id), purse, owner, &ledger).unwrap();
        }
        let goods = &mut inventory;
        Self {
            book: open_market(Market::variant(prices(), 0), rules, &ledger, goods, "bread"),
            auction: open_market(Market::variant(prices(), 0), rules, &ledger, goods, "wheat"),
            shops: open_market(Market::variant(prices(), 0), rules, &ledger, goods, "cloth"),
            bazaar: open_market(Market::variant(prices(), 0), rules, &ledger, goods, "pots"),
            own: open_market(Market::variant(prices(), 0), rules, &ledger, goods, "eggs"),
            room,
            ledger,
            inventory,
            titles,
        }
    }

    fn submit(&mut self, market: usize, order: Order) -> Result<(), EscrowError> {
        let (ledger, inventory) = (&mut self.ledger, &mut self.inventory);
        match market {
            0 => give(&mut self.book, ledger, inventory, order),
            1 => give(&mut self.auction, ledger, inventory, order),
            2 => give(&mut self.shops, ledger, inventory, order),
            3 => give(&mut self.bazaar, ledger, inventory, order),
            _ => give(&mut self.own, ledger, inventory, order),
        }
    }

    fn list(&mut self, who: u64) -> Result<(), EscrowError> {
        let desk = &mut TitleDesk {
            ledger: &mut self.ledger,
            titles: &mut self.titles,
        };
        let lot = Lot {
            seller: trader(who),
            title: StableId::new(who).unwrap(),
            share: None,
            with_liens: false,
            reserve: Price(1),
            bidding: Bidding::SealedFirstPrice,
            closes: Tick::new(9),
        };
        self.room.list(desk, lot).map(|_| ())
    }

    fn bid(&mut self, listing: u64, who: u64, price: i64) -> Result<(), EscrowError> {
        let desk = &mut TitleDesk {
            ledger: &mut self.ledger,
            titles: &mut self.titles,
        };
        let (listing, who) = (StableId::new(listing).unwrap(), trader(who));
        self.room
            .bid(desk, listing, who, Price(price), &mut Vec::new())
    }

    fn withdraw(&mut self, gone: &[TraderId]) -> Vec<Departures> {
        let books = &mut Books {
            ledger: &mut self.ledger,
            inventory: &mut self.inventory,
            titles: &mut self.titles,
        };
        let markets: &mut [&mut dyn Escrow] = &mut [
            &mut self.book,
            &mut self.auction,
            &mut self.shops,
            &mut self.bazaar,
            &mut self.own,
            &mut self.room,
        ];
        let mut departures = Vec::new();
        let is_gone = |who| gone.contains(&who);
        withdraw_everywhere(markets, books, is_gone, &mut departures).unwrap();
        departures
    }

    /// Held money and held goods of a household.
    fn held(&self, id: u64) -> (i64, i64) {
        let balance = self.ledger.balance(purse_of(id)).unwrap();
        let goods = (0..5).map(|good| self.inventory.stock(owner_of(id), Good(good)).held.0);
        (balance.credits_pending, goods.sum())
    }

    /// What all markets hold is what their orders are to have.
    fn check(&self) {
        self.book.venue.check(&self.ledger).unwrap();
        self.auction.venue.check(&self.ledger).unwrap();
        self.shops.venue.check(&self.ledger).unwrap();
        self.bazaar.venue.check(&self.ledger).unwrap();
        self.own.venue.check(&self.ledger).unwrap();
        self.room.check(&self.ledger).unwrap();
        let goods = &self.inventory;
        self.book
            .stall
            .check(goods, self.book.venue.orders())
            .unwrap();
        self.auction
            .stall
            .check(goods, self.auction.venue.orders())
            .unwrap();
        self.shops
            .stall
            .check(goods, self.shops.venue.orders())
            .unwrap();
        self.bazaar
            .stall
            .check(goods, self.bazaar.venue.orders())
            .unwrap();
        self.own
            .stall
            .check(goods, self.own.venue.orders())
            .unwrap();
    }
}

fn limit(who: u64, side: Side, price: i64, quantity: i64) -> Order {
    Order::new(trader(who), side, quantity, OrderKind::Limit(Price(price)))
}

proptest! {
    #![proptest_config(Runs::new(60).config())]
    #[test]
    fn the_dead_leave_nothing_behind_and_others_keep_what_they_have(
        orders in proptest::collection::vec((0..5_usize, 0..7_u64, any::<bool>(), 1..9_i64), 1..80),
        bids in proptest::collection::vec((0..6_u64, 0..6_u64, 1..20_i64), 0..20),
        dead in proptest::collection::btree_set(0..4_u64, 1..3),
    ) {
        let mut society = Society::new();
        for (market, who, is_buy, quantity) in orders {
            // Sellers ask more than buyers give, so that all orders wait.
            let order = match is_buy {
                true => limit(who, Side::Buy, 9, quantity),
                false => limit(who, Side::Sell, 11, quantity),
            };
            let _ = society.submit(market, order);
        }
        for id in 0..HOUSEHOLDS {
            society.list(id).unwrap();
        }
        for (listing, who, price) in bids {
            let _ = society.bid(listing, who, price);
        }
        let before: Vec<(i64, i64)> = (0..HOUSEHOLDS).map(|id| society.held(id)).collect();
        let gone: Vec<TraderId> = dead.iter().map(|&who| trader(who)).collect();
        let departures = society.withdraw(&gone);
        society.check();
        let orders: usize = departures.iter().map(|left| left.orders.len()).sum();
        let is_right = |report: &Report| matches!(
            report,
            Report::Released(released) if gone.contains(&released.trader) && released.reason == Reason::Withdrawn
        );
        prop_assert!(departures.iter().flat_map(|left| &left.orders).all(is_right), "{orders} orders");
        for id in 0..HOUSEHOLDS {
            if dead.contains(&id) {
                prop_assert_eq!(society.held(id), (0, 0));
            } else {
                let (cash, goods) = society.held(id);
                // Bids of the living on houses of the dead are released too.
                prop_assert!(goods == before[id as usize].1 && cash <= before[id as usize].0);
            }
        }
        for &who in &dead {
            let gone = EscrowError::TraderGone { trader: trader(who) };
            for market in 0..5 {
                prop_assert_eq!(society.submit(market, limit(who, Side::Buy, 1, 1)), Err(gone.clone()));
                prop_assert_eq!(society.submit(market, limit(who, Side::Sell, 1, 1)), Err(gone.clone()));
            }
            prop_assert_eq!(society.list(who), Err(gone.clone()));
            prop_assert_eq!(society.bid(5, who, 9), Err(gone));
        }
        // All others, and nothing is held any more.
        society.withdraw(&(0..7).map(trader).collect::<Vec<_>>());
        society.check();
        prop_assert_eq!((society.ledger.open_holds(), society.inventory.holds().count()), (0, 0));
        let cash = |id| society.ledger.balance(purse_of(id)).unwrap().net_debit();
        prop_assert!((0..HOUSEHOLDS).all(|id| cash(id) == CASH));
        let stock = |id| society.inventory.stock(owner_of(id), Good(2)).on_hand;
        prop_assert!((0..HOUSEHOLDS).all(|id| stock(id) == Quantity(GOODS)));
    }
}

/// A market that does not let go.
struct Stuck;

impl Escrow for Stuck {
    fn withdraw(
        &mut self,
        _: &mut Books<'_>,
        is_gone: &mut dyn FnMut(TraderId) -> bool,
        _: &mut Departures,
    ) -> Result<(), EscrowError> {
        let trader = trader(0);
        assert!(is_gone(trader) && household(trader) == 0);
        Err(EscrowError::UnknownTrader { trader })
    }
}

#[test]
fn a_market_that_refuses_does_not_keep_others_from_releasing() {
    let mut society = Society::new();
    society.submit(0, limit(0, Side::Buy, 9, 5)).unwrap();
    society.submit(1, limit(0, Side::Sell, 9, 5)).unwrap();
    let books = &mut Books {
        ledger: &mut society.ledger,
        inventory: &mut society.inventory,
        titles: &mut society.titles,
    };
    let markets: &mut [&mut dyn Escrow] =
        &mut [&mut society.book, &mut Stuck, &mut society.auction];
    let mut departures = Vec::new();
    let outcome = withdraw_everywhere(markets, books, |who| who == trader(0), &mut departures);
    let trader = trader(0);
    assert_eq!(outcome, Err(EscrowError::UnknownTrader { trader }));
    let counts: Vec<usize> = departures.iter().map(|left| left.orders.len()).collect();
    assert_eq!(counts, [1, 0, 1]);
    assert_eq!(society.held(0), (0, 0));
}
