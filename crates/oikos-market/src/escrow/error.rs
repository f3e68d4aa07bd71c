//! What a venue refuses.

use oikos_core::Ratio;
use oikos_ledger::{AccountId, LedgerError, MAX_AMOUNT, Refusal};

use super::GoodsError;
use crate::{MarketError, OrderId, TraderId};

/// An error of a [`Venue`](super::Venue): what is wrong, and what to do about it.
///
/// Every function that returns one leaves orders, money, goods and reports as they were.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EscrowError {
    /// The book does not take the order, or does not know it.
    #[error(transparent)]
    Book(#[from] MarketError),
    /// A trader who was never admitted.
    #[error("{trader} was never admitted to this venue: admit them with their purse first")]
    UnknownTrader {
        /// The trader.
        trader: TraderId,
    },
    /// A trader who died or was withdrawn otherwise.
    #[error("{trader} is gone from this venue: nobody trades for the dead")]
    TraderGone {
        /// The trader.
        trader: TraderId,
    },
    /// A trader is admitted with another purse than before.
    #[error("{trader} trades with {account} already: a trader keeps one purse")]
    AdmittedAlready {
        /// The trader.
        trader: TraderId,
        /// The purse.
        account: AccountId,
    },
    /// An account that a venue cannot use.
    #[error("{account} cannot be used at this venue: {problem}")]
    Account {
        /// The account.
        account: AccountId,
        /// Why not.
        problem: &'static str,
    },
    /// A kind of transfer that the ledger does not know.
    #[error("transfer kind {number} was never declared: declare it with `Ledger::kind`")]
    UnknownKind {
        /// Its number.
        number: u16,
    },
    /// A buyer who could not pay for all of the order.
    #[error(
        "{trader} has {available} minor units to spare, and the order may cost {needed}: ask for less"
    )]
    NotCovered {
        /// The buyer.
        trader: TraderId,
        /// The most that the order may cost, with fees.
        needed: i64,
        /// What the buyer's purse has that is not held for something else.
        available: i64,
    },
    /// An order that may cost more than a ledger holds at a time.
    #[error(
        "the order may cost {needed} minor units, and at most {MAX_AMOUNT} can be held: split it"
    )]
    TooMuch {
        /// The most that it may cost, with fees.
        needed: i128,
    },
    /// A market order to buy, whose cost nobody knows before.
    #[error("a market order to buy needs a budget: use `Venue::buy_at_market`")]
    NoBudget,
    /// A budget below 1, or that does not pay for one unit.
    #[error(
        "the budget {budget} does not pay for one unit, which costs {cost}: give that at least"
    )]
    BudgetTooSmall {
        /// The budget.
        budget: i64,
        /// What the best unit costs, with fees.
        cost: i64,
    },
    /// A fee that is no share of a price.
    #[error("a fee of {rate} of the price: give 0 to 1")]
    Fee {
        /// The fee.
        rate: Ratio,
    },
    /// Prices below 0, at which the seller would have to pay.
    #[error("a venue does not settle the price {lowest}: let prices begin at 0 or above")]
    NegativePrices {
        /// The lowest price of the book.
        lowest: i64,
    },
    /// Goods cannot be reserved, delivered or released.
    #[error(transparent)]
    Goods(#[from] GoodsError),
    /// The ledger refuses what is to be paid, held or released: an account was closed or is full, or somebody but
    /// the venue has ended one of its holds.
    #[error("the ledger does not settle, so nothing is: {0}")]
    Money(#[from] Refusal),
    /// The ledger does not know an account.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What is held for an order is not what it may cost.
    #[error("{order} should have {expected} minor units held and has {held}: report this")]
    WrongHold {
        /// The order.
        order: OrderId,
        /// What it may cost.
        expected: i64,
        /// What the ledger holds for it.
        held: i64,
    },
    /// A stored venue contradicts itself.
    #[error("the stored venue cannot be read back: {problem}; take an unaltered save")]
    Saved {
        /// What is wrong with it.
        problem: String,
    },
}
