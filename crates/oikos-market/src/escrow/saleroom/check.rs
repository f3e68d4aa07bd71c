//! What is held for bids, and whether it is what it should be.

use oikos_core::StableId;
use oikos_ledger::{Hold, Ledger};

use super::Saleroom;
use crate::MarketError;
use crate::escrow::EscrowError;

impl Saleroom {
    /// Minor units that are to be held for each bid that stands, with the fee.
    pub(super) fn check_bids(&self) -> Result<(), String> {
        let (mut bids, mut listed) = (0, 0);
        for (listing, offered, standing) in self.listings.bids() {
            listed += 1;
            if !self.goods.contains_key(&listing) {
                return Err(format!("{listing} offers nothing"));
            }
            let traders = standing.iter().map(|bid| bid.0).chain([offered.seller]);
            for trader in traders {
                if !self.has(trader) || self.owners.get(trader).is_none() {
                    return Err(format!("{trader} may not trade, and does in {listing}"));
                }
            }
            for &(bidder, bid) in standing {
                let cost = self.till.rules().fees.cost(bid, 1);
                let is_held = self.holds.contains_key(&(listing, bidder));
                if cost.map(|cost| cost > 0) != Ok(is_held) {
                    return Err(format!("the bid of {bidder} on {listing} is not held"));
                }
                bids += usize::from(is_held);
            }
        }
        if bids != self.holds.len() || listed != self.goods.len() {
            return Err("something is held for bids that do not stand".to_owned());
        }
        Ok(())
    }

    /// Compares what the ledger holds for each bid with what it may cost. It walks over all of them: for tests and
    /// invariants.
    ///
    /// # Errors
    ///
    /// [`EscrowError::WrongBid`], which no sequence of calls can lead to unless somebody else ends the holds.
    pub fn check(&self, ledger: &Ledger) -> Result<(), EscrowError> {
        self.check_bids().map_err(|problem| MarketError::Broken {
            mechanism: "saleroom",
            problem,
        })?;
        for (listing, _, bids) in self.listings.bids() {
            for &(bidder, bid) in bids {
                let expected = self.till.rules().fees.cost(bid, 1)?;
                let purse = self.till.purse(bidder)?;
                let hold = self.holds.get(&(listing, bidder));
                let hold = hold.and_then(|&hold| ledger.hold(hold));
                let is_ours =
                    |hold: &&Hold| (hold.credit, hold.reference) == (purse, listing.get());
                let held = hold.filter(is_ours).map_or(0, |hold| hold.amount);
                if held != expected {
                    return Err(EscrowError::WrongBid {
                        listing,
                        bidder,
                        expected,
                        held,
                    });
                }
            }
        }
        Ok(())
    }
}
