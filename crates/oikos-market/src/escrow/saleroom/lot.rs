//! What is offered in a saleroom, and whether it can pass.

use oikos_core::{Ratio, Tick};
use oikos_ledger::{Ledger, TitleId, TitleOperation, TitleRefusal, Titles};
use serde::{Deserialize, Serialize};

use crate::{Bidding, Price, TraderId};

/// The books in which a [`Saleroom`](super::Saleroom) settles.
#[derive(Debug)]
pub struct TitleDesk<'a> {
    /// Where money moves.
    pub ledger: &'a mut Ledger,
    /// Where titles pass.
    pub titles: &'a mut Titles,
}

/// A share of a thing that is offered.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lot {
    /// Who sells, and gets the price.
    pub seller: TraderId,
    /// The thing.
    pub title: TitleId,
    /// The share of the whole; all that the seller has when it is offered if `None`.
    pub share: Option<Ratio>,
    /// Whether the buyer takes the liens over. Without this, a thing with liens is not sold.
    pub with_liens: bool,
    /// The least bid that is taken.
    pub reserve: Price,
    /// How bids are made.
    pub bidding: Bidding,
    /// The tick at which the highest bid wins.
    pub closes: Tick,
}

/// What passes if a listing is sold.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Goods {
    pub(super) share: Ratio,
    pub(super) with_liens: bool,
}

/// Whether a title could pass now.
pub(super) fn try_out(titles: &mut Titles, transfer: &TitleOperation) -> Result<(), TitleRefusal> {
    enum Trial {
        Passes,
        Refused(TitleRefusal),
    }
    impl From<TitleRefusal> for Trial {
        fn from(refusal: TitleRefusal) -> Self {
            Self::Refused(refusal)
        }
    }
    let steps = std::slice::from_ref(transfer);
    // Every chain whose sequel fails is taken back.
    match titles.chain_then(steps, |_| Err::<(), Trial>(Trial::Passes)) {
        Err(Trial::Refused(refusal)) => Err(refusal),
        Ok(()) | Err(Trial::Passes) => Ok(()),
    }
}
