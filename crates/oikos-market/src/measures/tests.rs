//! Index numbers and sums of trades against calculations by hand.

use oikos_core::{Quantity, Ratio, StableId};

use super::*;
use crate::{
    BookRules, MarketError, Order, OrderBook, OrderKind, Price, PriceRange, SelfTrade, Side,
    TraderId,
};

fn goods(rows: [(i64, i64); 3]) -> [Good; 3] {
    rows.map(|(price, quantity)| Good {
        price: Price(price),
        quantity: Quantity(quantity),
    })
}

/// Three periods of three goods, calculated by hand:
/// Σ p⁰q⁰ = 10·50 + 20·20 + 5·100 = 1,400; Σ p¹q⁰ = 12·50 + 18·20 + 6·100 = 1,560;
/// Σ p⁰q¹ = 10·45 + 20·25 + 5·90 = 1,400; Σ p¹q¹ = 12·45 + 18·25 + 6·90 = 1,530;
/// Σ p²q¹ = 15·45 + 15·25 + 7·90 = 1,680; Σ p¹q² = 12·40 + 18·30 + 6·80 = 1,500;
/// Σ p²q² = 15·40 + 15·30 + 7·80 = 1,610.
fn periods() -> [[Good; 3]; 3] {
    [
        goods([(10, 50), (20, 20), (5, 100)]),
        goods([(12, 45), (18, 25), (6, 90)]),
        goods([(15, 40), (15, 30), (7, 80)]),
    ]
}

#[test]
fn indices_equal_those_by_hand() {
    let [first, second, third] = periods();
    assert_eq!(
        laspeyres(&first, &second),
        Ok(Ratio::new(1_560, 1_400).unwrap())
    );
    assert_eq!(
        paasche(&first, &second),
        Ok(Ratio::new(1_530, 1_400).unwrap())
    );
    assert_eq!(
        laspeyres(&second, &third),
        Ok(Ratio::new(1_680, 1_530).unwrap())
    );
    assert_eq!(
        paasche(&second, &third),
        Ok(Ratio::new(1_610, 1_500).unwrap())
    );
    // √(1.114286 · 1.092857) = 1.103520; √(1.098039 · 1.073333) = 1.085616; their product is 1.197999.
    let links = [
        fisher(&first, &second).unwrap(),
        fisher(&second, &third).unwrap(),
    ];
    assert!((links[0] - 1.103_520).abs() < 1e-6, "{links:?}");
    assert!((links[1] - 1.085_616).abs() < 1e-6, "{links:?}");
    let chain = chained(&links);
    assert_eq!(chain.len(), 3);
    assert!((chain[0] - 1.0).abs() < 1e-15 && (chain[1] - links[0]).abs() < 1e-15);
    assert!((chain[2] - 1.197_999).abs() < 2e-6, "{chain:?}");
}

/// The manual's tests of an index: identity, proportionality, and Fisher's reversal of time and of factors.
#[test]
fn indices_pass_the_axioms() {
    let [first, second, third] = periods();
    for basket in [first, second, third] {
        assert_eq!(laspeyres(&basket, &basket), Ok(Ratio::ONE));
        let dearer = basket.map(|good| Good {
            price: Price(good.price.0 * 3),
            ..good
        });
        let triple = Ratio::new(3, 1);
        assert_eq!(laspeyres(&basket, &dearer).ok(), triple.clone().ok());
        assert_eq!(paasche(&basket, &dearer).ok(), triple.ok());
    }
    let there_and_back = fisher(&first, &third).unwrap() * fisher(&third, &first).unwrap();
    assert!((there_and_back - 1.0).abs() < 1e-12);
    // Paasche's index backward is the reciprocal of Laspeyres' forward.
    let product = (laspeyres(&first, &third).unwrap() * paasche(&third, &first).unwrap()).unwrap();
    assert_eq!(product, Ratio::ONE);
    let swapped = |basket: [Good; 3]| {
        basket.map(|good| Good {
            price: Price(good.quantity.0),
            quantity: Quantity(good.price.0),
        })
    };
    let quantities = fisher(&swapped(first), &swapped(third)).unwrap();
    let value = 1_610.0 / 1_400.0;
    assert!((fisher(&first, &third).unwrap() * quantities - value).abs() < 1e-12);
}

#[test]
fn baskets_that_have_no_index_are_refused() {
    let [first, second, _] = periods();
    let (base, current) = (3, 2);
    assert_eq!(
        laspeyres(&first, &second[..2]),
        Err(MarketError::Baskets { base, current })
    );
    let with = |price, quantity| goods([(price, quantity), (1, 1), (1, 1)]);
    for wrong in [with(-1, 1), with(1, -1)] {
        assert!(matches!(
            laspeyres(&first, &wrong),
            Err(MarketError::Basket { .. })
        ));
        assert!(matches!(
            paasche(&wrong, &first),
            Err(MarketError::Basket { .. })
        ));
    }
    let nothing = goods([(0, 5), (0, 5), (0, 5)]);
    assert!(matches!(
        laspeyres(&nothing, &first),
        Err(MarketError::Basket { .. })
    ));
    assert!(matches!(fisher(&[], &[]), Err(MarketError::Basket { .. })));
    let large = goods([
        (i64::MAX, i64::MAX),
        (i64::MAX, i64::MAX),
        (i64::MAX, i64::MAX),
    ]);
    assert!(laspeyres(&large, &large).is_err());
    let fine = goods([(i64::MAX, 1), (3, 1), (1, 0)]);
    let other = goods([(i64::MAX - 1, 1), (3, 1), (1, 0)]);
    assert!(matches!(
        laspeyres(&fine, &other),
        Err(MarketError::Core(_))
    ));
}

#[test]
fn trades_and_quotes_of_a_book() {
    let prices = PriceRange::new(1, 1_000).unwrap();
    let mut book = OrderBook::new(BookRules {
        prices,
        self_trade: SelfTrade::CancelTaker,
    });
    let mut reports = Vec::new();
    assert_eq!(Quotes::of(&book, 3).spread(), None);
    for (who, side, price, quantity) in [
        (1, Side::Sell, 105, 4),
        (2, Side::Sell, 103, 2),
        (3, Side::Buy, 99, 5),
        (4, Side::Buy, 98, 1),
        (5, Side::Buy, 104, 3),
        (6, Side::Sell, 104, 1),
        (7, Side::Sell, 99, 2),
    ] {
        let order = Order::new(
            TraderId::new(who).unwrap(),
            side,
            quantity,
            OrderKind::Limit(Price(price)),
        );
        book.submit(order, &mut reports).unwrap();
    }
    // 2 at 103, 1 at 104, 2 at 99.
    let trades = Trades::of(&reports);
    assert_eq!(
        (trades.count, trades.volume, trades.value),
        (3, 5, 206 + 104 + 198)
    );
    let of = [trades.first, trades.highest, trades.lowest, trades.last];
    assert_eq!(of, [103, 104, 99, 99].map(|price| Some(Price(price))));
    assert_eq!(trades.mean_price(), Ok(Some(Ratio::new(508, 5).unwrap())));
    assert_eq!(Trades::default().mean_price(), Ok(None));
    let quotes = Quotes::of(&book, 1);
    assert_eq!(
        (quotes.bid, quotes.ask),
        (Some(Price(99)), Some(Price(105)))
    );
    assert_eq!(
        (quotes.bid_depth, quotes.ask_depth),
        (Quantity(3), Quantity(4))
    );
    assert_eq!(Quotes::of(&book, 2).bid_depth, Quantity(4));
    assert_eq!(
        (quotes.spread(), quotes.middle()),
        (Some(6), Ratio::new(102, 1).ok())
    );
}
