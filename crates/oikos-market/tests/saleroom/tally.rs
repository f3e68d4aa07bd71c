//! An independent tally: which bids stand, what everybody should have of money and of houses, told from messages and
//! reports alone.

use std::collections::BTreeMap;

use oikos_market::{Bidding, Fees, ListingId, ListingReport, Lot, Reason, TraderId};

use crate::world::{CASH, HOUSES, Message, OWNERS, first_parts, name_of};

/// What is on offer: the lot, the share in sixths of a house, and the bids that stand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Offer {
    pub(crate) lot: Lot,
    pub(crate) sixths: i64,
    pub(crate) bids: Vec<(TraderId, i64)>,
    /// Whether it was sold or given back.
    is_closed: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Tally {
    fees: Fees,
    pub(crate) cash: Vec<i64>,
    pub(crate) of_room: i64,
    /// By house and owner, in sixths.
    pub(crate) parts: Vec<Vec<i64>>,
    pub(crate) liens: Vec<i64>,
    pub(crate) offers: BTreeMap<ListingId, Offer>,
    pub(crate) gone: Vec<TraderId>,
    /// What the last message's reports say that cannot be.
    pub(crate) wrong: Vec<String>,
}

fn share(ratio: oikos_core::Ratio, amount: i64) -> i64 {
    amount * ratio.numerator() / ratio.denominator()
}

impl Tally {
    pub(crate) fn new(fees: Fees) -> Self {
        let parts = (0..HOUSES).map(|house| (0..OWNERS).map(|id| first_parts(house, id)).collect());
        Self {
            fees,
            cash: vec![CASH; OWNERS as usize],
            of_room: 0,
            parts: parts.collect(),
            liens: vec![0; HOUSES as usize],
            offers: BTreeMap::new(),
            gone: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// What a buyer pays for what costs this, with the fee.
    pub(crate) fn cost(&self, price: i64) -> i64 {
        price + share(self.fees.buyer, price)
    }

    /// Whether a share can pass from its seller.
    pub(crate) fn is_deliverable(&self, lot: &Lot, sixths: i64) -> bool {
        let house = oikos_core::StableId::get(lot.title) as usize;
        let has = self.parts[house][name_of(lot.seller) as usize];
        sixths > 0 && has >= sixths && (self.liens[house] == 0 || lot.with_liens)
    }

    pub(crate) fn follow(
        &mut self,
        message: &Message,
        listed: Option<ListingId>,
        named: ListingId,
        reports: &[ListingReport],
    ) {
        self.wrong.clear();
        let index = oikos_core::StableId::get;
        match *message {
            Message::List(lot) => self.list(lot, listed.unwrap()),
            Message::Bid(_, who, price) => {
                let offer = self.offers.get_mut(&named).unwrap();
                offer.bids.push((who, price.0));
            }
            Message::Withdraw(gone) => self.gone.push(gone),
            Message::Give(title, from, to) => {
                let parts = &mut self.parts[index(title) as usize];
                parts[from.id as usize] -= 3;
                parts[to.id as usize] += 3;
            }
            Message::Lien(title, comes) => {
                self.liens[oikos_core::StableId::get(title) as usize] += if comes { 1 } else { -1 };
            }
            Message::Cancel(_) | Message::Advance(_) => {}
        }
        for report in reports {
            self.report(report);
        }
        for (listing, offer) in &self.offers {
            if offer.is_closed && !offer.bids.is_empty() {
                self.wrong.push(format!("{listing} is closed: {offer:?}"));
            }
        }
        self.offers.retain(|_, offer| !offer.is_closed);
    }

    fn list(&mut self, lot: Lot, listing: ListingId) {
        let house = oikos_core::StableId::get(lot.title) as usize;
        let has = self.parts[house][name_of(lot.seller) as usize];
        let sixths = lot.share.map_or(has, |share| 6 / share.denominator());
        let twin = self.offers.values().find(|other| {
            (other.lot.title, name_of(other.lot.seller)) == (lot.title, name_of(lot.seller))
        });
        if twin.is_some() || !self.is_deliverable(&lot, sixths) || self.gone.contains(&lot.seller) {
            self.wrong.push(format!("{lot:?} is offered"));
        }
        let offer = Offer {
            lot,
            sixths,
            bids: Vec::new(),
            is_closed: false,
        };
        self.offers.insert(listing, offer);
    }

    /// Takes a bid away, which has to be there.
    fn end(&mut self, listing: ListingId, who: TraderId, bid: i64) {
        let offer = self.offers.get_mut(&listing);
        let bids = offer.map(|offer| &mut offer.bids);
        let place = bids
            .as_ref()
            .and_then(|bids| bids.iter().position(|&there| there == (who, bid)));
        match (bids, place) {
            (Some(bids), Some(place)) => {
                bids.remove(place);
            }
            _ => self
                .wrong
                .push(format!("{who} has no bid of {bid} on {listing}")),
        }
    }

    fn report(&mut self, report: &ListingReport) {
        match *report {
            ListingReport::Sold {
                listing,
                seller,
                buyer,
                price,
                bid,
                ..
            } => {
                let offer = self.offers[&listing].clone();
                self.judge(&offer, (buyer, bid.0), price.0);
                self.end(listing, buyer, bid.0);
                let (from, to) = (name_of(seller) as usize, name_of(buyer) as usize);
                let fee = share(self.fees.seller, price.0);
                let gross = self.cost(price.0);
                self.cash[to] -= gross;
                self.cash[from] += price.0 - fee;
                self.of_room += gross - (price.0 - fee);
                let parts = &mut self.parts[oikos_core::StableId::get(offer.lot.title) as usize];
                parts[from] -= offer.sixths;
                parts[to] += offer.sixths;
                self.offers.get_mut(&listing).unwrap().is_closed = true;
            }
            ListingReport::BidReleased {
                listing,
                bidder,
                bid,
                ..
            } => self.end(listing, bidder, bid.0),
            ListingReport::Returned {
                listing, reason, ..
            } => {
                let offer = &self.offers[&listing];
                let can = self.is_deliverable(&offer.lot, offer.sixths);
                if reason == Reason::Undelivered && can {
                    self.wrong.push(format!("{offer:?} could pass"));
                }
                self.offers.get_mut(&listing).unwrap().is_closed = true;
            }
        }
    }

    /// The highest bid wins and pays by the rule of the bidding, and the share can pass.
    fn judge(&mut self, offer: &Offer, (buyer, bid): (TraderId, i64), price: i64) {
        let mut others: Vec<i64> = offer
            .bids
            .iter()
            .filter(|other| other.0 != buyer)
            .map(|other| other.1)
            .collect();
        others.sort_unstable();
        let second = others.last().copied();
        let due = match offer.lot.bidding {
            Bidding::SealedSecondPrice => second.unwrap_or(offer.lot.reserve.0),
            _ => bid,
        };
        let can = self.is_deliverable(&offer.lot, offer.sixths);
        if price != due || second > Some(bid) || bid < offer.lot.reserve.0 || !can {
            self.wrong.push(format!("{offer:?} is sold at {price}"));
        }
    }

    /// What should be held of an owner's money: the sum over the bids that stand.
    pub(crate) fn held(&self, id: u64) -> i64 {
        let bids = self.offers.values().flat_map(|offer| &offer.bids);
        let ours = bids.filter(|(who, _)| name_of(*who) == id);
        ours.map(|(_, bid)| self.cost(*bid)).sum()
    }
}
