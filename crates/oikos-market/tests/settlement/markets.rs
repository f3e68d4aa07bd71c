//! The mechanisms that are settled, each in a few variants.

use oikos_core::Ratio;
use oikos_market::{
    AuctionRules, Bazaar, BazaarRules, BookRules, CallAuction, Mechanism, OrderBook, PostedPrice,
    Price, PriceRange, Rationing, Search, SelfTrade,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::own::Halfway;

/// At what prices a mechanism trades.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pricing {
    /// At the price of the order that waited.
    Makers,
    /// All in a call at one.
    One,
    /// At the sellers' prices.
    Sellers,
    /// Anywhere between both limits.
    Between,
}

/// A mechanism under test.
pub(crate) trait Market: Mechanism + Clone + Serialize + DeserializeOwned {
    const PRICING: Pricing;

    fn variant(prices: PriceRange, number: usize) -> Self;

    /// The rule of a variant that rations.
    fn rationing(_: usize) -> Option<Rationing> {
        None
    }
}

impl Market for OrderBook {
    const PRICING: Pricing = Pricing::Makers;

    fn variant(prices: PriceRange, number: usize) -> Self {
        let self_trade = [
            SelfTrade::CancelTaker,
            SelfTrade::CancelMaker,
            SelfTrade::CancelBoth,
            SelfTrade::DecrementBoth,
        ][number % 4];
        Self::new(BookRules { prices, self_trade })
    }
}

impl Market for CallAuction {
    const PRICING: Pricing = Pricing::One;

    fn variant(prices: PriceRange, number: usize) -> Self {
        let rules = AuctionRules {
            prices,
            rationing: Self::rationing(number).unwrap(),
            reference: [None, Some(Price(9))][number / 2 % 2],
        };
        Self::new(rules).unwrap()
    }

    fn rationing(number: usize) -> Option<Rationing> {
        Some([Rationing::Time, Rationing::ProRata][number % 2])
    }
}

impl Market for PostedPrice {
    const PRICING: Pricing = Pricing::Sellers;

    fn variant(prices: PriceRange, number: usize) -> Self {
        Self::new(prices, [Search::All, Search::Sample(2)][number % 2])
    }
}

impl Market for Bazaar {
    const PRICING: Pricing = Pricing::Between;

    fn variant(prices: PriceRange, number: usize) -> Self {
        let shares = [0, 33, 50, 100].map(Ratio::percent);
        let rules = BazaarRules {
            prices,
            seller_share: shares[number % 4],
            meetings: 3,
        };
        Self::new(rules).unwrap()
    }
}

impl Market for Halfway {
    const PRICING: Pricing = Pricing::Between;

    fn variant(prices: PriceRange, _: usize) -> Self {
        Self::new(prices)
    }
}
