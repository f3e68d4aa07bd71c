//! Unique things: a house, a firm, a painting. One is listed, many bid, one gets it.

mod decision;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::{CoreError, Digest, StableId, Tick, TypeKey, digest_of, id_type};
use serde::{Deserialize, Serialize};

use self::decision::{decide, give_back, leave, released};
use crate::{MarketError, Price, PriceRange, Reason, TraderId};

pub use self::words::{Bidding, Listing, ListingReport};

id_type! {
    /// A thing on offer, numbered by the market from 0.
    pub struct ListingId: "listing";
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    listing: Listing,
    /// In the order in which they came; in an English auction the best alone.
    bids: Vec<(TraderId, Price)>,
}

/// A market of unique things.
///
/// A bid binds its bidder: whoever settles holds the money from the bid on, until it is reported sold or released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Saved")]
pub struct Listings {
    prices: PriceRange,
    now: Tick,
    next: u64,
    open: BTreeMap<ListingId, Open>,
}

/// A market as it is stored, before it is checked.
#[derive(Deserialize)]
struct Saved {
    prices: PriceRange,
    now: Tick,
    next: u64,
    open: BTreeMap<ListingId, Open>,
}

impl TryFrom<Saved> for Listings {
    type Error = MarketError;

    /// Lists and bids again, so that what could not have come about is refused.
    fn try_from(saved: Saved) -> Result<Self, MarketError> {
        let mut market = Self::new(saved.prices);
        market.now = saved.now;
        for (id, open) in saved.open {
            market.next = id.get();
            market.list(open.listing)?;
            let mut beaten = Vec::new();
            for (bidder, bid) in open.bids {
                market.bid(id, bidder, bid, &mut beaten)?;
            }
            if !beaten.is_empty() || id.get() >= saved.next {
                return Err(MarketError::Saved {
                    mechanism: "market of unique things",
                    problem: format!("{id} has bids that were beaten, or is to come"),
                });
            }
        }
        market.next = saved.next;
        Ok(market)
    }
}

impl Listings {
    /// A market in which nothing is listed, at tick 0.
    #[must_use]
    pub const fn new(prices: PriceRange) -> Self {
        Self {
            prices,
            now: Tick::ZERO,
            next: 0,
            open: BTreeMap::new(),
        }
    }

    /// What is offered, by id.
    pub fn open(&self) -> impl Iterator<Item = (ListingId, &Listing)> {
        self.open.iter().map(|(id, open)| (*id, &open.listing))
    }

    /// What a listing offers, while it is open.
    #[must_use]
    pub fn get(&self, listing: ListingId) -> Option<&Listing> {
        self.open.get(&listing).map(|open| &open.listing)
    }

    /// The best bid so far, of an English auction; sealed bids are not told.
    #[must_use]
    pub fn best_bid(&self, listing: ListingId) -> Option<Price> {
        let open = self.open.get(&listing)?;
        match open.listing.bidding {
            Bidding::English { .. } => open.bids.last().map(|(_, bid)| *bid),
            _ => None,
        }
    }

    /// Offers a thing, or a share of one: who owns it is not looked up, and several who own it may offer their shares.
    ///
    /// # Errors
    ///
    /// [`MarketError::PriceOutside`] for the reserve or an increment below 1, [`MarketError::ExpiryPassed`],
    /// [`MarketError::ListedAlready`] if the seller offers it already.
    pub fn list(&mut self, listing: Listing) -> Result<ListingId, MarketError> {
        self.prices.check(listing.reserve)?;
        if let Bidding::English { increment } = listing.bidding
            && increment < 1
        {
            let (lowest, highest) = (1, self.prices.highest().0);
            return Err(MarketError::PriceOutside {
                price: increment,
                lowest,
                highest,
            });
        }
        if listing.closes <= self.now {
            let (expires, now) = (listing.closes.index(), self.now.index());
            return Err(MarketError::ExpiryPassed { expires, now });
        }
        let Listing { thing, seller, .. } = listing;
        let twin = self.open.iter().find(|(_, open)| {
            let other = &open.listing;
            (other.thing, other.seller) == (thing, seller)
        });
        if let Some((&listing, _)) = twin {
            return Err(MarketError::ListedAlready { thing, listing });
        }
        let id = ListingId::new(self.next)?;
        self.next += 1;
        self.open.insert(
            id,
            Open {
                listing,
                bids: Vec::new(),
            },
        );
        Ok(id)
    }

    /// Bids on a thing. In an English auction the bid before is released.
    ///
    /// # Errors
    ///
    /// [`MarketError::NoListing`], [`MarketError::Bidder`] for the seller, for whoever leads, and for a second
    /// sealed bid, [`MarketError::BidTooLow`], [`MarketError::PriceOutside`].
    pub fn bid(
        &mut self,
        id: ListingId,
        bidder: TraderId,
        price: Price,
        reports: &mut Vec<ListingReport>,
    ) -> Result<(), MarketError> {
        self.preview_bid(id, bidder, price, reports)?;
        if let Some(open) = self.open.get_mut(&id) {
            if let Bidding::English { .. } = open.listing.bidding {
                open.bids.clear();
            }
            open.bids.push((bidder, price));
        }
        Ok(())
    }

    /// What [`bid`](Self::bid) would answer and report.
    pub(crate) fn preview_bid(
        &self,
        id: ListingId,
        bidder: TraderId,
        price: Price,
        reports: &mut Vec<ListingReport>,
    ) -> Result<(), MarketError> {
        let open = self.find(id)?;
        let refuse = |problem| MarketError::Bidder {
            listing: id,
            trader: bidder,
            problem,
        };
        if bidder == open.listing.seller {
            return Err(refuse("it is their own"));
        }
        if open.bids.iter().any(|(other, _)| *other == bidder) {
            return Err(refuse("they have a bid on it already"));
        }
        let least = match (open.listing.bidding, open.bids.last()) {
            (Bidding::English { increment }, Some((_, best))) => best.0.saturating_add(increment),
            _ => open.listing.reserve.0,
        };
        if price.0 < least {
            return Err(MarketError::BidTooLow {
                listing: id,
                price: price.0,
                least,
            });
        }
        self.prices.check(price)?;
        if let Bidding::English { .. } = open.listing.bidding {
            let beaten = open.bids.iter();
            reports.extend(beaten.map(|&bid| released(id, bid, Reason::Unfilled)));
        }
        Ok(())
    }

    fn find(&self, id: ListingId) -> Result<&Open, MarketError> {
        let open = self.open.get(&id);
        open.ok_or(MarketError::NoListing { listing: id })
    }

    /// All that is offered, with the bids that stand, by id.
    pub(crate) fn bids(&self) -> impl Iterator<Item = (ListingId, &Listing, &[(TraderId, Price)])> {
        let open = self.open.iter();
        open.map(|(&id, open)| (id, &open.listing, &open.bids[..]))
    }

    /// Takes a thing off the market, and releases the bids on it.
    ///
    /// # Errors
    ///
    /// [`MarketError::NoListing`].
    pub fn cancel(
        &mut self,
        id: ListingId,
        reports: &mut Vec<ListingReport>,
    ) -> Result<(), MarketError> {
        self.preview_cancel(id, reports)?;
        self.open.remove(&id);
        Ok(())
    }

    /// What [`cancel`](Self::cancel) would report.
    pub(crate) fn preview_cancel(
        &self,
        id: ListingId,
        reports: &mut Vec<ListingReport>,
    ) -> Result<(), MarketError> {
        give_back(id, self.find(id)?, Reason::Cancelled, reports);
        Ok(())
    }

    /// Releases what traders who are gone offer and bid, of whom each is asked about once. In an English auction, bids
    /// that were beaten do not come back: bidding begins anew.
    pub fn withdraw(
        &mut self,
        mut is_gone: impl FnMut(TraderId) -> bool,
        reports: &mut Vec<ListingReport>,
    ) {
        let traders: BTreeSet<TraderId> = self
            .bids()
            .flat_map(|(_, listing, bids)| bids.iter().map(|bid| bid.0).chain([listing.seller]))
            .collect();
        let gone: BTreeSet<TraderId> = traders.into_iter().filter(|&who| is_gone(who)).collect();
        let mut is_gone = |who| gone.contains(&who);
        self.preview_withdraw(&mut is_gone, reports);
        self.open.retain(|_, open| {
            open.bids.retain(|bid| !gone.contains(&bid.0));
            !gone.contains(&open.listing.seller)
        });
    }

    /// What [`withdraw`](Self::withdraw) would report.
    pub(crate) fn preview_withdraw(
        &self,
        is_gone: &mut dyn FnMut(TraderId) -> bool,
        reports: &mut Vec<ListingReport>,
    ) {
        for (&id, open) in &self.open {
            leave(id, open, is_gone, reports);
        }
    }

    /// Comes to a tick: listings that close at it or before are decided, by id.
    ///
    /// # Errors
    ///
    /// [`MarketError::TickBackward`] if the market has come further.
    pub fn advance(
        &mut self,
        now: Tick,
        reports: &mut Vec<ListingReport>,
    ) -> Result<(), MarketError> {
        self.preview_advance(now, reports)?;
        self.now = now;
        self.open.retain(|_, open| open.listing.closes > now);
        Ok(())
    }

    /// What [`advance`](Self::advance) would report.
    pub(crate) fn preview_advance(
        &self,
        now: Tick,
        reports: &mut Vec<ListingReport>,
    ) -> Result<(), MarketError> {
        if now < self.now {
            let (given, now) = (now.index(), self.now.index());
            return Err(MarketError::TickBackward { given, now });
        }
        for (&id, open) in &self.open {
            if open.listing.closes <= now {
                decide(id, open, reports);
            }
        }
        Ok(())
    }

    /// The digest of all that the market's future depends on.
    ///
    /// # Errors
    ///
    /// [`CoreError::DigestTooLong`] for more than some hundred million bids.
    pub fn digest(&self, key: &TypeKey, id: u64) -> Result<Digest, CoreError> {
        digest_of(key, id, self)
    }
}
