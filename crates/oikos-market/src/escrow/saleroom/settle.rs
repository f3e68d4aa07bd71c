//! What a message to a saleroom does to money and titles, put together before anything is done.

use oikos_core::StableId;
use oikos_ledger::{
    Applied, HoldId, LedgerError, Operation, TitleId, TitleOperation, TitleRefusal,
};

use super::lot::try_out;
use super::{Saleroom, TitleDesk};
use crate::escrow::EscrowError;
use crate::{ListingId, ListingReport, MarketError, Price, Reason, TraderId};

/// All that one message does. It is carried out whole or not at all.
#[derive(Default)]
pub(super) struct Sales {
    /// What is reported.
    pub(super) reports: Vec<ListingReport>,
    operations: Vec<Operation>,
    /// Which listing each is about.
    about: Vec<ListingId>,
    titles: Vec<TitleOperation>,
    /// Which listing each passes for.
    passes: Vec<ListingId>,
    /// Bids for which nothing is held any more.
    freed: Vec<(ListingId, TraderId)>,
    /// The bid for which the last operation holds.
    held: Option<(ListingId, TraderId)>,
    /// Listings that are no more.
    closed: Vec<ListingId>,
}

impl Sales {
    fn add(&mut self, listing: ListingId, operation: Operation) {
        self.operations.push(operation);
        self.about.push(listing);
    }

    /// Holds for a new bid, at the end.
    pub(super) fn hold(&mut self, listing: ListingId, bidder: TraderId, hold: Operation) {
        self.add(listing, hold);
        self.held = Some((listing, bidder));
    }
}

/// Why a sale is not settled: the register or the ledger refuses.
enum Stop {
    Title(TitleRefusal),
    Error(EscrowError),
}

impl From<TitleRefusal> for Stop {
    fn from(refusal: TitleRefusal) -> Self {
        Self::Title(refusal)
    }
}

impl Saleroom {
    /// What passes when a listing is sold.
    fn transfer(
        &self,
        listing: ListingId,
        (seller, buyer): (TraderId, TraderId),
    ) -> Result<TitleOperation, EscrowError> {
        let (offered, goods) = (self.listings.get(listing), self.goods.get(&listing));
        let (Some(offered), Some(goods)) = (offered, goods) else {
            return Err(MarketError::NoListing { listing }.into());
        };
        Ok(TitleOperation::Transfer {
            title: TitleId::new(offered.thing).map_err(LedgerError::from)?,
            from: self.owner(seller)?,
            to: self.owner(buyer)?,
            share: Some(goods.share),
            with_liens: goods.with_liens,
        })
    }

    /// Calls off the sales of what cannot pass any more.
    pub(super) fn call_off(
        &self,
        sales: &mut Sales,
        desk: &mut TitleDesk<'_>,
    ) -> Result<(), EscrowError> {
        let decided = std::mem::take(&mut sales.reports);
        for report in decided {
            let ListingReport::Sold {
                listing,
                thing,
                seller,
                buyer,
                bid,
                ..
            } = report
            else {
                sales.reports.push(report);
                continue;
            };
            let transfer = self.transfer(listing, (seller, buyer))?;
            if try_out(desk.titles, &transfer).is_ok() {
                sales.reports.push(report);
                continue;
            }
            let reason = Reason::Undelivered;
            sales.reports.push(ListingReport::BidReleased {
                listing,
                bidder: buyer,
                bid,
                reason,
            });
            sales.reports.push(ListingReport::Returned {
                listing,
                thing,
                seller,
                reason,
            });
        }
        Ok(())
    }

    /// Plans what the reports do.
    pub(super) fn follow(
        &self,
        sales: &mut Sales,
        desk: &TitleDesk<'_>,
    ) -> Result<(), EscrowError> {
        for index in 0..sales.reports.len() {
            match sales.reports[index] {
                ListingReport::Sold {
                    listing,
                    seller,
                    buyer,
                    price,
                    ..
                } => {
                    if let Some(&hold) = self.holds.get(&(listing, buyer)) {
                        sales.add(listing, Operation::VoidHold { hold });
                        sales.freed.push((listing, buyer));
                    }
                    self.follow_sale(sales, listing, (seller, buyer), price)?;
                    sales.closed.push(listing);
                }
                ListingReport::BidReleased {
                    listing, bidder, ..
                } => {
                    if let Some(&hold) = self.holds.get(&(listing, bidder)) {
                        sales.freed.push((listing, bidder));
                        // What somebody else has ended needs no release.
                        if desk.ledger.hold(hold).is_some() {
                            sales.add(listing, Operation::VoidHold { hold });
                        }
                    }
                }
                ListingReport::Returned { listing, .. } => sales.closed.push(listing),
            }
        }
        Ok(())
    }

    /// The winner pays, out of what is free by now, and the title passes.
    fn follow_sale(
        &self,
        sales: &mut Sales,
        listing: ListingId,
        (seller, buyer): (TraderId, TraderId),
        price: Price,
    ) -> Result<(), EscrowError> {
        let payment = self.till.rules().fees.share_out(price.0)?;
        let purses = (self.till.purse(buyer)?, self.till.purse(seller)?);
        let reference = listing.get();
        self.till
            .pay(&mut sales.operations, purses, payment, reference);
        sales.about.resize(sales.operations.len(), listing);
        sales.titles.push(self.transfer(listing, (seller, buyer))?);
        sales.passes.push(listing);
        Ok(())
    }

    /// Moves titles and money as planned, all or nothing, and notes what is held and what is offered then.
    pub(super) fn settle(
        &mut self,
        sales: &Sales,
        desk: &mut TitleDesk<'_>,
    ) -> Result<(), EscrowError> {
        let ledger = &mut *desk.ledger;
        let mut pay = || -> Result<Option<HoldId>, EscrowError> {
            if sales.operations.is_empty() {
                return Ok(None);
            }
            let applied = ledger.chain(&sales.operations);
            let applied: Vec<Applied> = applied.map_err(|refusal| {
                let listing = sales.about.get(refusal.step as usize);
                let listing = listing.copied().unwrap_or(ListingId::LAST);
                EscrowError::Sale { listing, refusal }
            })?;
            Ok(applied.last().and_then(|last| last.hold))
        };
        let made = if sales.titles.is_empty() {
            pay()?
        } else {
            let passed = desk
                .titles
                .chain_then(&sales.titles, |_| pay().map_err(Stop::Error));
            passed.map_err(|stop| match stop {
                Stop::Error(error) => error,
                Stop::Title(refusal) => {
                    let listing = sales.passes.get(refusal.step as usize);
                    let listing = listing.copied().unwrap_or(ListingId::LAST);
                    EscrowError::Title { listing, refusal }
                }
            })?
        };
        for bid in &sales.freed {
            self.holds.remove(bid);
        }
        if let (Some(bid), Some(hold)) = (sales.held, made) {
            self.holds.insert(bid, hold);
        }
        for listing in &sales.closed {
            self.goods.remove(listing);
        }
        Ok(())
    }
}
