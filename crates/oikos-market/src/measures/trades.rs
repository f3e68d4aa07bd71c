//! Prices, volumes and depth.

use oikos_core::{CoreError, Quantity, Ratio};
use serde::{Deserialize, Serialize};

use crate::{OrderBook, Price, Report, Side};

/// Sums over the trades of a period.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trades {
    /// How many trades there were.
    pub count: u64,
    /// How many units traded.
    pub volume: i128,
    /// What was paid: the sum of price times quantity.
    pub value: i128,
    /// The price of the first trade.
    pub first: Option<Price>,
    /// The highest price.
    pub highest: Option<Price>,
    /// The lowest price.
    pub lowest: Option<Price>,
    /// The price of the last trade.
    pub last: Option<Price>,
}

impl Trades {
    /// The trades among these reports.
    #[must_use]
    pub fn of(reports: &[Report]) -> Self {
        let mut trades = Self::default();
        trades.add(reports);
        trades
    }

    /// Adds the trades among later reports.
    pub fn add(&mut self, reports: &[Report]) {
        for report in reports {
            let Report::Fill(fill) = report else { continue };
            let price = Some(fill.price);
            self.count += 1;
            self.volume += i128::from(fill.quantity.0);
            self.value += i128::from(fill.price.0) * i128::from(fill.quantity.0);
            self.first = self.first.or(price);
            self.highest = self.highest.max(price);
            self.lowest = self
                .lowest
                .map_or(price, |lowest| Some(lowest.min(fill.price)));
            self.last = price;
        }
    }

    /// The mean price, weighted by volume; none without a trade.
    ///
    /// # Errors
    ///
    /// [`CoreError::RatioOverflow`] if the value or the volume is above 2⁶³.
    pub fn mean_price(&self) -> Result<Option<Ratio>, CoreError> {
        let narrow = |value| i64::try_from(value).map_err(|_| CoreError::RatioOverflow { value });
        if self.volume == 0 {
            return Ok(None);
        }
        Ratio::new(narrow(self.value)?, narrow(self.volume)?).map(Some)
    }
}

/// What a book offers at a moment.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quotes {
    /// The highest price that somebody bids.
    pub bid: Option<Price>,
    /// The lowest price that somebody asks.
    pub ask: Option<Price>,
    /// What is wanted at the best prices of the buyers, as many as were asked for.
    pub bid_depth: Quantity,
    /// What is offered at the best prices of the sellers, as many as were asked for.
    pub ask_depth: Quantity,
}

impl Quotes {
    /// The best prices, and the depth over so many of them on each side.
    #[must_use]
    pub fn of(book: &OrderBook, levels: usize) -> Self {
        let depth = |side| {
            let quantities = book.levels(side).take(levels).map(|level| level.quantity.0);
            // A part of the side's quantity, which fits.
            Quantity(quantities.sum())
        };
        Self {
            bid: book.best_price(Side::Buy),
            ask: book.best_price(Side::Sell),
            bid_depth: depth(Side::Buy),
            ask_depth: depth(Side::Sell),
        }
    }

    /// The lowest ask less the highest bid, in ticks.
    #[must_use]
    pub fn spread(&self) -> Option<i64> {
        // Prices are below 2⁶² in size.
        self.ask.zip(self.bid).map(|(ask, bid)| ask.0 - bid.0)
    }

    /// The middle between the best prices, in ticks.
    #[must_use]
    pub fn middle(&self) -> Option<Ratio> {
        let (ask, bid) = self.ask.zip(self.bid)?;
        Ratio::new(ask.0 + bid.0, 2).ok()
    }
}
