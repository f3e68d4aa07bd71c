//! The promises of `Mechanism`, which scripts hold all of ours to.

use oikos_core::Ratio;
use oikos_market::{
    AuctionRules, Bazaar, BazaarRules, BookRules, CallAuction, Mechanism, Order, OrderBook,
    PostedPrice, PriceRange, Rationing, Search, SelfTrade,
};
use oikos_testkit::market::{
    MechanismChecker, Message, Style, check, foresees, ignores_arrival, mirrors, repeats, script,
    stands_alone,
};
use oikos_testkit::{Broken, Runs};
use proptest::prelude::*;

use crate::common::{prices, round};

/// Scripts of up to 150 messages; 1,600 of them have more than 10⁵.
const CASES: u32 = 1_600;
const LENGTH: usize = 150;

fn book_of(prices: PriceRange) -> OrderBook {
    let self_trade = SelfTrade::DecrementBoth;
    OrderBook::new(BookRules { prices, self_trade })
}

fn book() -> OrderBook {
    book_of(prices())
}

fn auction(rationing: Rationing) -> CallAuction {
    CallAuction::new(AuctionRules {
        prices: prices(),
        rationing,
        reference: None,
    })
    .unwrap()
}

fn pro_rata() -> CallAuction {
    auction(Rationing::ProRata)
}

fn bazaar() -> Bazaar {
    Bazaar::new(BazaarRules {
        prices: prices(),
        seller_share: Ratio::percent(50),
        meetings: 3,
    })
    .unwrap()
}

fn shops() -> PostedPrice {
    PostedPrice::new(prices(), Search::Sample(3))
}

fn mechanisms() -> Vec<(&'static str, Box<dyn Mechanism>)> {
    vec![
        ("order book", Box::new(book())),
        ("call auction", Box::new(pro_rata())),
        ("posted prices", Box::new(shops())),
        ("bazaar", Box::new(bazaar())),
    ]
}

/// More than 10⁵ messages of random scripts.
fn for_all_scripts(test: impl Fn(&[Message]) -> Result<u64, Broken>) {
    let strategy = script(prices(), LENGTH);
    let done = Runs::new(CASES).check_script(&strategy, test);
    let done = done.unwrap();
    println!("{done}");
    assert!(done.events >= 100_000, "{done}");
}

#[test]
fn an_order_book_keeps_its_promises() {
    for_all_scripts(|script| check(&mut book(), Style::Continuous, script));
}

#[test]
fn a_call_auction_keeps_its_promises() {
    for rationing in [Rationing::Time, Rationing::ProRata] {
        let style = Style::Call(rationing);
        for_all_scripts(|script| check(&mut auction(rationing), style, script));
    }
}

#[test]
fn posted_prices_keep_their_promises() {
    for_all_scripts(|script| check(&mut shops(), Style::Any, script));
}

#[test]
fn a_bazaar_keeps_its_promises() {
    for_all_scripts(|script| check(&mut bazaar(), Style::Any, script));
}

#[test]
fn m14_a_book_has_a_mirror() {
    for_all_scripts(|script| mirrors(book_of, prices(), script));
}

#[test]
fn m15_no_mechanism_feels_another() {
    for_all_scripts(|script| stands_alone(book, script));
    for_all_scripts(|script| stands_alone(pro_rata, script));
    for_all_scripts(|script| stands_alone(shops, script));
    for_all_scripts(|script| stands_alone(bazaar, script));
}

#[test]
fn m16_every_mechanism_does_the_same_each_time() {
    for_all_scripts(|script| repeats(book, script));
    for_all_scripts(|script| repeats(pro_rata, script));
    for_all_scripts(|script| repeats(shops, script));
    for_all_scripts(|script| repeats(bazaar, script));
}

#[test]
fn a5_an_auction_pro_rata_does_not_mind_who_came_first() {
    for_all_scripts(|script| {
        let submitted = script.iter().filter_map(|message| match message {
            Message::Submit(order) => Some(*order),
            _ => None,
        });
        let orders: Vec<Order> = submitted.collect();
        ignores_arrival(pro_rata, &orders)?;
        Ok(script.len() as u64)
    });
}

#[test]
fn what_is_foreseen_comes_about() {
    for_all_scripts(|script| foresees(book(), script));
    for_all_scripts(|script| foresees(pro_rata(), script));
    for_all_scripts(|script| foresees(shops(), script));
    for_all_scripts(|script| foresees(bazaar(), script));
}

proptest! {
    #![proptest_config(Runs::new(400).config())]
    #[test]
    fn what_is_saved_and_loaded_goes_on_alike(script in script(prices(), LENGTH)) {
        let (mut shops, mut haggling) = (shops(), bazaar());
        let mut users = [(); 4].map(|()| MechanismChecker::new(Style::Any));
        for message in script {
            let mut loaded: PostedPrice = serde_json::from_str(&serde_json::to_string(&shops).unwrap()).unwrap();
            prop_assert_eq!(&loaded, &shops);
            let mut reborn: Bazaar = serde_json::from_str(&serde_json::to_string(&haggling).unwrap()).unwrap();
            prop_assert_eq!(&reborn, &haggling);
            let all: [&mut dyn Mechanism; 4] = [&mut shops, &mut loaded, &mut haggling, &mut reborn];
            let mut reports = Vec::new();
            for (mechanism, user) in all.into_iter().zip(&mut users) {
                let told = user.apply(mechanism, &message);
                reports.push(told.map_err(|broken| TestCaseError::fail(broken.to_string()))?);
            }
            prop_assert_eq!(&reports[0], &reports[1]);
            prop_assert_eq!(&reports[2], &reports[3]);
            prop_assert_eq!(&loaded, &shops);
            prop_assert_eq!(&reborn, &haggling);
        }
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
