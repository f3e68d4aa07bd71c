//! Who wins, and what happens to all other bids.

use super::{Bidding, Listing, ListingReport, Open};
use crate::{ListingId, Price, Reason, TraderId};

pub(super) fn released(
    listing: ListingId,
    (bidder, bid): (TraderId, Price),
    reason: Reason,
) -> ListingReport {
    ListingReport::BidReleased {
        listing,
        bidder,
        bid,
        reason,
    }
}

pub(super) fn give_back(
    listing: ListingId,
    open: &Open,
    reason: Reason,
    reports: &mut Vec<ListingReport>,
) {
    reports.extend(open.bids.iter().map(|bid| released(listing, *bid, reason)));
    let Listing { thing, seller, .. } = open.listing;
    reports.push(ListingReport::Returned {
        listing,
        thing,
        seller,
        reason,
    });
}

/// Releases what traders who are gone offer and bid.
pub(super) fn leave(
    listing: ListingId,
    open: &Open,
    is_gone: &mut dyn FnMut(TraderId) -> bool,
    reports: &mut Vec<ListingReport>,
) {
    if is_gone(open.listing.seller) {
        return give_back(listing, open, Reason::Withdrawn, reports);
    }
    let gone = open.bids.iter().filter(|bid| is_gone(bid.0));
    reports.extend(gone.map(|&bid| released(listing, bid, Reason::Withdrawn)));
}

/// The highest bid wins, and all others are released.
pub(super) fn decide(listing: ListingId, open: &Open, reports: &mut Vec<ListingReport>) {
    let mut order: Vec<usize> = (0..open.bids.len()).collect();
    // Stable: of equal bids the first.
    order.sort_by_key(|&index| core::cmp::Reverse(open.bids[index].1));
    let Some((&winner, losers)) = order.split_first() else {
        return give_back(listing, open, Reason::Expired, reports);
    };
    let (buyer, bid) = open.bids[winner];
    let price = match open.listing.bidding {
        Bidding::SealedSecondPrice => losers
            .first()
            .map_or(open.listing.reserve, |&second| open.bids[second].1),
        _ => bid,
    };
    let Listing { thing, seller, .. } = open.listing;
    reports.push(ListingReport::Sold {
        listing,
        thing,
        seller,
        buyer,
        price,
        bid,
    });
    let losers = losers.iter().map(|&index| open.bids[index]);
    reports.extend(losers.map(|bid| released(listing, bid, Reason::Unfilled)));
}
