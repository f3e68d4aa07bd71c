//! Unique things: open and sealed bids.

use oikos_core::{StableId, Tick};
use oikos_market::{
    Bidding, Listing, ListingId, ListingReport, Listings, MarketError, Price, Reason, TraderId,
};
use proptest::prelude::*;

use crate::common::{prices, trader};

const THING: u64 = 70;

fn listing(bidding: Bidding) -> Listing {
    Listing {
        seller: trader(1),
        thing: THING,
        reserve: Price(100),
        bidding,
        closes: Tick::new(5),
    }
}

fn english() -> Bidding {
    Bidding::English { increment: 10 }
}

/// A market with one listing, and bids of traders 2, 3, … on it.
fn bids(bidding: Bidding, bids: &[i64]) -> (Listings, ListingId, Vec<ListingReport>) {
    let mut market = Listings::new(prices());
    let id = market.list(listing(bidding)).unwrap();
    let mut reports = Vec::new();
    for (who, bid) in (2..).zip(bids) {
        market
            .bid(id, trader(who), Price(*bid), &mut reports)
            .unwrap();
    }
    (market, id, reports)
}

fn closed(bidding: Bidding, amounts: &[i64]) -> Vec<ListingReport> {
    let (mut market, _, mut reports) = bids(bidding, amounts);
    market.advance(Tick::new(4), &mut reports).unwrap();
    assert_eq!(market.open().count(), 1);
    market.advance(Tick::new(5), &mut reports).unwrap();
    assert_eq!(market.open().count(), 0);
    reports
}

fn sold(listing: ListingId, buyer: u64, price: i64, bid: i64) -> ListingReport {
    let (seller, buyer) = (trader(1), trader(buyer));
    let (price, bid) = (Price(price), Price(bid));
    ListingReport::Sold {
        listing,
        thing: THING,
        seller,
        buyer,
        price,
        bid,
    }
}

fn released(listing: ListingId, who: u64, bid: i64, reason: Reason) -> ListingReport {
    let (bidder, bid) = (trader(who), Price(bid));
    ListingReport::BidReleased {
        listing,
        bidder,
        bid,
        reason,
    }
}

#[test]
fn an_open_bid_releases_the_one_before() {
    let id = ListingId::FIRST;
    let beaten = |who, bid| released(id, who, bid, Reason::Unfilled);
    let expected = [beaten(2, 100), beaten(3, 110), sold(id, 4, 200, 200)];
    assert_eq!(closed(english(), &[100, 110, 200]), expected);
}

#[test]
fn sealed_bids_pay_the_first_or_the_second_price() {
    let id = ListingId::FIRST;
    let loses = |who, bid| released(id, who, bid, Reason::Unfilled);
    let amounts = [120, 300, 300, 250];
    let losers = [loses(4, 300), loses(5, 250), loses(2, 120)];
    let mut first = vec![sold(id, 3, 300, 300)];
    first.extend(losers);
    assert_eq!(closed(Bidding::SealedFirstPrice, &amounts), first);
    assert_eq!(closed(Bidding::SealedSecondPrice, &amounts), first);
    let second = closed(Bidding::SealedSecondPrice, &[250, 400]);
    assert_eq!(second, [sold(id, 3, 250, 400), loses(2, 250)]);
    // Alone, the winner pays the reserve.
    assert_eq!(
        closed(Bidding::SealedSecondPrice, &[250]),
        [sold(id, 2, 100, 250)]
    );
}

#[test]
fn what_nobody_wants_goes_back() {
    let returned = |reason| ListingReport::Returned {
        listing: ListingId::FIRST,
        thing: THING,
        seller: trader(1),
        reason,
    };
    assert_eq!(closed(english(), &[]), [returned(Reason::Expired)]);
    let (mut market, id, mut reports) = bids(Bidding::SealedFirstPrice, &[100, 101]);
    market.cancel(id, &mut reports).unwrap();
    let back = |reason| {
        vec![
            released(id, 2, 100, reason),
            released(id, 3, 101, reason),
            returned(reason),
        ]
    };
    assert_eq!(reports, back(Reason::Cancelled));
    let (mut market, _, mut reports) = bids(Bidding::SealedFirstPrice, &[100, 101]);
    market.withdraw(|who| who == trader(1), &mut reports);
    assert_eq!(reports, back(Reason::Withdrawn));
    assert_eq!(market.open().count(), 0);
}

#[test]
fn a_bidder_who_is_gone_does_not_win() {
    let (mut market, id, mut reports) = bids(Bidding::SealedFirstPrice, &[500, 300]);
    market.withdraw(|who| who == trader(2), &mut reports);
    market.advance(Tick::new(9), &mut reports).unwrap();
    assert_eq!(
        reports,
        [
            released(id, 2, 500, Reason::Withdrawn),
            sold(id, 3, 300, 300)
        ]
    );
}

#[test]
fn bad_input_changes_nothing() {
    let (mut market, id, mut reports) = bids(english(), &[100, 150]);
    market.advance(Tick::new(2), &mut reports).unwrap();
    reports.clear();
    assert_eq!(market.best_bid(id), Some(Price(150)));
    let before = market.clone();
    let mut bid = |who: u64, price| {
        market
            .bid(id, trader(who), Price(price), &mut reports)
            .unwrap_err()
    };
    assert_eq!(
        bid(9, 159),
        MarketError::BidTooLow {
            listing: id,
            price: 159,
            least: 160
        }
    );
    assert!(matches!(bid(9, 1_001), MarketError::PriceOutside { .. }));
    for who in [1, 3] {
        assert!(matches!(bid(who, 900), MarketError::Bidder { .. }));
    }
    let other = ListingId::new(7).unwrap();
    let error = MarketError::NoListing { listing: other };
    assert_eq!(
        market.bid(other, trader(9), Price(900), &mut reports),
        Err(error.clone())
    );
    assert_eq!(market.cancel(other, &mut reports), Err(error));
    let (given, now) = (1, 2);
    let backward = MarketError::TickBackward { given, now };
    assert_eq!(market.advance(Tick::new(1), &mut reports), Err(backward));
    let twin = MarketError::ListedAlready {
        thing: THING,
        listing: id,
    };
    assert_eq!(market.list(listing(english())), Err(twin));
    let new = Listing {
        thing: 8,
        ..listing(english())
    };
    for wrong in [
        Listing {
            reserve: Price(1_001),
            ..new
        },
        Listing {
            bidding: Bidding::English { increment: 0 },
            ..new
        },
        Listing {
            closes: Tick::new(2),
            ..new
        },
    ] {
        assert!(market.list(wrong).is_err());
    }
    assert!(market == before && reports.is_empty());
    let (mut sealed, id, mut reports) = bids(Bidding::SealedFirstPrice, &[500]);
    assert!(sealed.bid(id, trader(2), Price(600), &mut reports).is_err());
    assert!(sealed.bid(id, trader(3), Price(99), &mut reports).is_err());
    assert_eq!(sealed.best_bid(id), None);
}

#[test]
fn what_is_no_market_is_not_loaded() {
    let (market, ..) = bids(Bidding::SealedFirstPrice, &[500, 300]);
    let good = serde_json::to_string(&market).unwrap();
    assert_eq!(serde_json::from_str::<Listings>(&good).unwrap(), market);
    for (from, to) in [
        ("500", "5000"),
        ("500", "50"),
        ("[3,", "[2,"),
        ("[3,", "[1,"),
        ("\"closes\":5", "\"closes\":0"),
        ("\"next\":1", "\"next\":0"),
        ("\"SealedFirstPrice\"", "{\"English\":{\"increment\":1}}"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        assert!(serde_json::from_str::<Listings>(&bad).is_err(), "{to}");
    }
}

proptest! {
    /// Every bid that was taken is paid or released, once; the winner's is the highest of those that stood.
    #[test]
    fn every_bid_ends_once(
        kind in 0..3_u8,
        amounts in proptest::collection::vec((2..12_u64, 50..400_i64), 0..30),
        gone in 2..12_u64,
    ) {
        let bidding = match kind {
            0 => english(),
            1 => Bidding::SealedFirstPrice,
            _ => Bidding::SealedSecondPrice,
        };
        let (mut market, id, mut reports) = bids(bidding, &[]);
        let mut stood: Vec<(TraderId, Price)> = Vec::new();
        for (who, amount) in amounts {
            if market.bid(id, trader(who), Price(amount), &mut reports).is_ok() {
                stood.push((trader(who), Price(amount)));
            }
        }
        market.withdraw(|who| who == trader(gone), &mut reports);
        market.advance(Tick::new(5), &mut reports).unwrap();
        let mut ended: Vec<(TraderId, Price)> = Vec::new();
        for report in &reports {
            match *report {
                ListingReport::BidReleased { bidder, bid, .. } => ended.push((bidder, bid)),
                ListingReport::Sold { buyer, bid, price, .. } => {
                    prop_assert!(buyer != trader(gone) && price <= bid && price >= Price(100));
                    if kind > 0 {
                        let others = stood.iter().filter(|(who, _)| *who != trader(gone));
                        prop_assert_eq!(others.map(|(_, bid)| *bid).max(), Some(bid));
                    }
                    ended.push((buyer, bid));
                }
                ListingReport::Returned { .. } => {}
            }
        }
        stood.sort();
        ended.sort();
        prop_assert_eq!(stood, ended);
    }
}
