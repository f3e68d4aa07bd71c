//! More than 10⁵ deeds with each market.

use oikos_core::Ratio;
use oikos_market::{
    AuctionRules, Bazaar, BazaarRules, BookRules, CallAuction, Mechanism, OrderBook, PostedPrice,
    PriceRange, Rationing, Search, SelfTrade,
};
use oikos_testkit::{Runs, economy};

pub(crate) fn prices() -> PriceRange {
    PriceRange::new(1, 100).unwrap()
}

pub(crate) fn book() -> OrderBook {
    OrderBook::new(BookRules {
        prices: prices(),
        self_trade: SelfTrade::CancelMaker,
    })
}

fn all_is_kept<M: Mechanism + Clone>(make: impl Fn() -> M) {
    let done = Runs::new(900).check_script(&economy::script(250), |script| {
        economy::check(make(), script)
    });
    let done = done.unwrap();
    println!("{done}");
    assert!(done.events >= 100_000, "{done}");
}

#[test]
fn s1_to_s9_with_an_order_book() {
    all_is_kept(book);
}

#[test]
fn s1_to_s9_with_a_call_auction() {
    all_is_kept(|| {
        CallAuction::new(AuctionRules {
            prices: prices(),
            rationing: Rationing::ProRata,
            reference: None,
        })
        .unwrap()
    });
}

#[test]
fn s1_to_s9_with_posted_prices() {
    all_is_kept(|| PostedPrice::new(prices(), Search::All));
}

#[test]
fn s1_to_s9_with_a_bazaar() {
    all_is_kept(|| {
        Bazaar::new(BazaarRules {
            prices: prices(),
            seller_share: Ratio::percent(50),
            meetings: 2,
        })
        .unwrap()
    });
}
