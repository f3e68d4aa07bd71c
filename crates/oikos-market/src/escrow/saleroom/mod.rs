//! Unique things that are paid for: listings of titles whose bids are covered, and whose sales are settled.

mod check;
mod lot;
mod save;
mod settle;

use std::collections::BTreeMap;

use oikos_core::{IdMap, Ratio, StableId, Tick};
use oikos_ledger::{AccountId, HoldId, Ledger, LedgerError, Owner, TitleOperation};
use serde::{Deserialize, Serialize};

use self::lot::{Goods, try_out};
use self::settle::Sales;
use super::till::Till;
use super::{EscrowError, VenueRules};
use crate::{
    Listing, ListingId, ListingReport, Listings, MarketError, Price, PriceRange, TraderId,
};

pub use self::lot::{Lot, TitleDesk};

/// [`Listings`] of titles whose bids are covered when they come, and whose sales are settled when they are decided.
///
/// - **Cover.** For each bid that stands, the ledger holds it and the fee for it on the bidder's purse.
/// - **Delivery versus payment.** The winner pays and the title passes in one chain: both or neither. The seller gets
///   the price less the seller's fee, straight from the buyer's purse. What was held above the price is free at once.
/// - **Release.** What is held for a bid that is beaten, loses, or whose bidder or listing is gone, is free at once.
/// - **Once.** The register is asked when a title is offered whether it could pass, and an owner offers a share of it
///   once at a time. Nothing keeps an owner from giving it away meanwhile; then it is not sold: its bids are released
///   as [`Reason::Undelivered`](crate::Reason::Undelivered).
///
/// ```
/// use oikos_core::{CurrencyInfo, Ratio, StableId, Tick};
/// use oikos_ledger::{AccountKind, AccountSpec, Ledger, Limit, Owner, TitleOperation, Titles, Transfer};
/// use oikos_market::{Bidding, Fees, Lot, Price, PriceRange, Saleroom, TitleDesk, TraderId, VenueRules};
///
/// let mut ledger = Ledger::new(0);
/// let person = ledger.owner_kind("person")?;
/// let purse = AccountSpec {
///     kind: AccountKind::Asset,
///     owner: Owner { kind: person, id: 1 },
///     sector: ledger.sector("households")?,
///     currency: ledger.currency(CurrencyInfo::new("USD", "US dollar", 2)?)?,
///     limit: Limit::Credits(0),
///     is_issuer: false,
/// };
/// let issuer = AccountSpec { kind: AccountKind::Liability, limit: Limit::None, is_issuer: true, ..purse };
/// let (issuer, house) = (ledger.open(&issuer)?, ledger.open(&purse)?);
/// let purses = [ledger.open(&purse)?, ledger.open(&purse)?];
/// let [ann, bob] = [1, 2].map(|id| Owner { kind: person, id });
/// let mint = ledger.issuing_kind("mint")?;
/// ledger.post(&Transfer { kind: mint, debit: purses[1], credit: issuer, amount: 900, reference: 0 })?;
/// let mut titles = Titles::new();
/// let shares = vec![(ann, Ratio::ONE)];
/// let house_kind = titles.kind("house")?;
/// let register = TitleOperation::Register { kind: house_kind, currency: purse.currency, shares };
/// let title = titles.apply(&register)?.title;
///
/// let (trade, fee) = (ledger.kind("sale")?, ledger.kind("fee")?);
/// let rules = VenueRules { fees: Fees::NONE, account: house, trade, fee };
/// let mut room = Saleroom::new(PriceRange::new(0, 1_000_000)?, rules, &ledger)?;
/// let (seller, bidder) = (TraderId::new(1)?, TraderId::new(2)?);
/// room.admit(seller, purses[0], ann, &ledger)?;
/// room.admit(bidder, purses[1], bob, &ledger)?;
/// let desk = &mut TitleDesk { ledger: &mut ledger, titles: &mut titles };
/// let (reserve, bidding, closes) = (Price(500), Bidding::SealedSecondPrice, Tick::new(9));
/// let lot = Lot { seller, title, share: None, with_liens: false, reserve, bidding, closes };
/// let listing = room.list(desk, lot)?;
/// let mut reports = Vec::new();
/// room.bid(desk, listing, bidder, Price(800), &mut reports)?;
/// room.advance(desk, Tick::new(9), &mut reports)?;
/// assert_eq!(titles.get(title)?.share(bob), Ratio::ONE);
/// assert_eq!((ledger.balance(purses[0])?.net_debit(), ledger.balance(purses[1])?.net_debit()), (500, 400));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "save::Saved")]
pub struct Saleroom {
    till: Till,
    listings: Listings,
    /// In whose name a trader sells and buys.
    owners: IdMap<TraderId, Owner>,
    goods: BTreeMap<ListingId, Goods>,
    /// What is held for which bid.
    #[serde(serialize_with = "save::write_holds")]
    holds: BTreeMap<(ListingId, TraderId), HoldId>,
}

impl Saleroom {
    /// A saleroom without traders in which nothing is offered, at tick 0.
    ///
    /// # Errors
    ///
    /// As [`Venue::new`](super::Venue::new) for the prices and the rules.
    pub fn new(
        prices: PriceRange,
        rules: VenueRules,
        ledger: &Ledger,
    ) -> Result<Self, EscrowError> {
        let lowest = prices.lowest().0;
        if lowest < 0 {
            return Err(EscrowError::NegativePrices { lowest });
        }
        Ok(Self {
            till: Till::new(rules, ledger)?,
            listings: Listings::new(prices),
            owners: IdMap::new(),
            goods: BTreeMap::new(),
            holds: BTreeMap::new(),
        })
    }

    /// What the saleroom was told about money.
    #[must_use]
    pub const fn rules(&self) -> &VenueRules {
        self.till.rules()
    }

    /// What is offered, and how far bidding has come.
    #[must_use]
    pub const fn listings(&self) -> &Listings {
        &self.listings
    }

    /// The share that passes if a listing is sold.
    #[must_use]
    pub fn share(&self, listing: ListingId) -> Option<Ratio> {
        self.goods.get(&listing).map(|goods| goods.share)
    }

    /// Whether a trader may offer and bid: was admitted and is not gone.
    #[must_use]
    pub fn has(&self, trader: TraderId) -> bool {
        self.till.purse(trader).is_ok()
    }

    /// Lets a trader offer and bid, who pays and is paid with this purse, in the name of this owner.
    ///
    /// # Errors
    ///
    /// As [`Venue::admit`](super::Venue::admit); [`EscrowError::OwnerAlready`] with another owner than before.
    pub fn admit(
        &mut self,
        trader: TraderId,
        purse: AccountId,
        owner: Owner,
        ledger: &Ledger,
    ) -> Result<(), EscrowError> {
        if let Some(&owner) = self.owners.get(trader).filter(|known| **known != owner) {
            return Err(EscrowError::OwnerAlready { trader, owner });
        }
        self.till.admit(trader, purse, ledger)?;
        self.owners.insert(trader, owner);
        Ok(())
    }

    fn owner(&self, trader: TraderId) -> Result<Owner, EscrowError> {
        let owner = self.owners.get(trader).copied();
        owner.ok_or(EscrowError::UnknownTrader { trader })
    }

    /// Offers a share of a thing.
    ///
    /// # Errors
    ///
    /// As [`Listings::list`], also [`MarketError::ListedAlready`] if another trader offers it in the name of the same
    /// owner; [`EscrowError::UnknownTrader`], [`EscrowError::TraderGone`]; [`EscrowError::Ledger`] with the refusal of
    /// the register if the share could not pass now: the thing is unknown or destroyed, the seller has less of it,
    /// liens keep it.
    pub fn list(&mut self, desk: &mut TitleDesk<'_>, lot: Lot) -> Result<ListingId, EscrowError> {
        self.till.purse(lot.seller)?;
        let owner = self.owner(lot.seller)?;
        let share = match lot.share {
            Some(share) => share,
            None => desk.titles.get(lot.title)?.share(owner),
        };
        let with_liens = lot.with_liens;
        let to = Owner {
            id: owner.id ^ 1,
            ..owner
        };
        let transfer = TitleOperation::Transfer {
            title: lot.title,
            from: owner,
            to,
            share: Some(share),
            with_liens,
        };
        try_out(desk.titles, &transfer).map_err(LedgerError::from)?;
        let thing = lot.title.get();
        let twin = self.listings.open().find(|(_, other)| {
            other.thing == thing && self.owners.get(other.seller) == Some(&owner)
        });
        if let Some((listing, _)) = twin {
            return Err(MarketError::ListedAlready { thing, listing }.into());
        }
        let listing = self.listings.list(Listing {
            seller: lot.seller,
            thing,
            reserve: lot.reserve,
            bidding: lot.bidding,
            closes: lot.closes,
        })?;
        self.goods.insert(listing, Goods { share, with_liens });
        Ok(listing)
    }

    /// Bids on a thing. The bid and the fee for it are held; what was held for a bid that it beats is free.
    ///
    /// # Errors
    ///
    /// As [`Listings::bid`], also [`MarketError::Bidder`] for another trader in the name of the seller's owner;
    /// [`EscrowError::UnknownTrader`], [`EscrowError::TraderGone`], [`EscrowError::NotCovered`],
    /// [`EscrowError::TooMuch`]; [`EscrowError::Sale`] if the ledger does not hold it.
    pub fn bid(
        &mut self,
        desk: &mut TitleDesk<'_>,
        listing: ListingId,
        bidder: TraderId,
        price: Price,
        reports: &mut Vec<ListingReport>,
    ) -> Result<(), EscrowError> {
        let purse = self.till.purse(bidder)?;
        let mut sales = Sales::default();
        self.listings
            .preview_bid(listing, bidder, price, &mut sales.reports)?;
        let offered = self.listings.get(listing);
        if let Some(seller) = offered.map(|offered| offered.seller)
            && self.owners.get(seller) == self.owners.get(bidder)
        {
            return Err(MarketError::Bidder {
                listing,
                trader: bidder,
                problem: "it is their own",
            }
            .into());
        }
        let needed = self.till.rules().fees.cost(price, 1)?;
        Till::check_cover(desk.ledger, (bidder, purse), needed, 0)?;
        self.follow(&mut sales, desk)?;
        if needed > 0 {
            let hold = self.till.hold(purse, needed, listing.get());
            sales.hold(listing, bidder, hold);
        }
        self.settle(&sales, desk)?;
        Ok(self.listings.bid(listing, bidder, price, reports)?)
    }

    /// Takes a thing off the market, and releases what is held for the bids on it.
    ///
    /// # Errors
    ///
    /// As [`Listings::cancel`].
    pub fn cancel(
        &mut self,
        desk: &mut TitleDesk<'_>,
        listing: ListingId,
        reports: &mut Vec<ListingReport>,
    ) -> Result<(), EscrowError> {
        let mut sales = Sales::default();
        self.listings.preview_cancel(listing, &mut sales.reports)?;
        self.follow(&mut sales, desk)?;
        self.settle(&sales, desk)?;
        Ok(self.listings.cancel(listing, reports)?)
    }

    /// Releases what traders who are gone offer and bid, with what is held for it, and takes nothing from them any
    /// more. Each trader is asked about once.
    ///
    /// # Errors
    ///
    /// None that a sequence of calls can lead to: nothing is paid here, and what is not held any more needs no release.
    pub fn withdraw(
        &mut self,
        desk: &mut TitleDesk<'_>,
        mut is_gone: impl FnMut(TraderId) -> bool,
        reports: &mut Vec<ListingReport>,
    ) -> Result<(), EscrowError> {
        let gone = self.till.gone(&mut is_gone);
        let mut is_gone = |trader| gone.contains(&trader);
        let mut sales = Sales::default();
        self.listings
            .preview_withdraw(&mut is_gone, &mut sales.reports);
        self.follow(&mut sales, desk)?;
        self.settle(&sales, desk)?;
        self.listings.withdraw(is_gone, reports);
        self.till.dismiss(&gone);
        Ok(())
    }

    /// Comes to a tick: listings that close at it or before are decided, paid and handed over. All of it settles, or
    /// nothing has changed, and the error names the listing that could not be; without it, which can be cancelled, the
    /// others can. A title that cannot pass any more is not sold, and its bids are released.
    ///
    /// # Errors
    ///
    /// As [`Listings::advance`]; [`EscrowError::Sale`] if the ledger refuses to pay; [`EscrowError::Title`] if titles
    /// could pass one by one, but not all.
    pub fn advance(
        &mut self,
        desk: &mut TitleDesk<'_>,
        now: Tick,
        reports: &mut Vec<ListingReport>,
    ) -> Result<(), EscrowError> {
        let mut sales = Sales::default();
        self.listings.preview_advance(now, &mut sales.reports)?;
        self.call_off(&mut sales, desk)?;
        self.follow(&mut sales, desk)?;
        self.settle(&sales, desk)?;
        self.listings.advance(now, &mut Vec::new())?;
        reports.append(&mut sales.reports);
        Ok(())
    }
}
