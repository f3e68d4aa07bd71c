//! Who is gone leaves every market at once.

use oikos_ledger::{Inventory, Ledger, Titles};
use serde::{Deserialize, Serialize};

use super::{Desk, EscrowError, Saleroom, Stall, TitleDesk, Venue};
use crate::{ListingReport, Mechanism, OrderBook, Report, TraderId};

/// The books of a society in which its markets settle.
#[derive(Debug)]
pub struct Books<'a> {
    /// Where money moves.
    pub ledger: &'a mut Ledger,
    /// Where goods move.
    pub inventory: &'a mut Inventory,
    /// Where titles pass.
    pub titles: &'a mut Titles,
}

/// A venue and the stall of its good.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "M: Mechanism + Deserialize<'de>"))]
pub struct GoodsMarket<M = OrderBook> {
    /// Where orders are.
    pub venue: Venue<M>,
    /// Where goods are.
    pub stall: Stall,
}

/// What was released at one market of traders who are gone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Departures {
    /// Of orders.
    pub orders: Vec<Report>,
    /// Of listings and bids.
    pub listings: Vec<ListingReport>,
}

/// A market at which something may be held for traders, whatever its mechanism.
pub trait Escrow {
    /// Releases all orders, listings and bids of traders who are gone, with the money and goods that are held for them,
    /// and takes none from them any more. Each trader is asked about once.
    ///
    /// # Errors
    ///
    /// As [`Venue::withdraw`] and [`Saleroom::withdraw`]; then this market is as it was.
    fn withdraw(
        &mut self,
        books: &mut Books<'_>,
        is_gone: &mut dyn FnMut(TraderId) -> bool,
        departures: &mut Departures,
    ) -> Result<(), EscrowError>;
}

impl<M: Mechanism + Clone> Escrow for GoodsMarket<M> {
    fn withdraw(
        &mut self,
        books: &mut Books<'_>,
        is_gone: &mut dyn FnMut(TraderId) -> bool,
        departures: &mut Departures,
    ) -> Result<(), EscrowError> {
        let desk = &mut Desk {
            ledger: books.ledger,
            goods: &mut self.stall.at(books.inventory),
        };
        self.venue.withdraw(desk, is_gone, &mut departures.orders)
    }
}

impl Escrow for Saleroom {
    fn withdraw(
        &mut self,
        books: &mut Books<'_>,
        is_gone: &mut dyn FnMut(TraderId) -> bool,
        departures: &mut Departures,
    ) -> Result<(), EscrowError> {
        let desk = &mut TitleDesk {
            ledger: books.ledger,
            titles: books.titles,
        };
        self.withdraw(desk, is_gone, &mut departures.listings)
    }
}

/// Releases at all markets whatever is held for traders who are gone: what a death comes to in the markets of a
/// society. What was released is told market by market.
///
/// # Errors
///
/// The first error of a market. The others have released all the same.
pub fn withdraw_everywhere(
    markets: &mut [&mut dyn Escrow],
    books: &mut Books<'_>,
    mut is_gone: impl FnMut(TraderId) -> bool,
    departures: &mut Vec<Departures>,
) -> Result<(), EscrowError> {
    let mut outcome = Ok(());
    for market in markets {
        let mut departure = Departures::default();
        let left = market.withdraw(books, &mut is_gone, &mut departure);
        outcome = outcome.and(left);
        departures.push(departure);
    }
    outcome
}
