//! What a venue refuses.

use oikos_core::{Quantity, Ratio};
use oikos_ledger::{AccountId, LedgerError, MAX_AMOUNT, Owner, Refusal, TitleRefusal};

use super::{Breach, GoodsError};
use crate::{ListingId, MarketError, OrderId, TraderId};

/// An error of a [`Venue`](super::Venue): what is wrong, and what to do about it.
///
/// Every function that returns one leaves orders, money, goods and reports as they were.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EscrowError {
    /// The mechanism does not take the order or the call, or does not know the order.
    #[error(transparent)]
    Mechanism(#[from] MarketError),
    /// The mechanism reports what none may, and nothing was settled: a fault of whoever wrote it.
    #[error("{order} {breach}: the mechanism breaks its promises, report it to whoever wrote it")]
    Breach {
        /// The order that it is about.
        order: OrderId,
        /// What is wrong.
        breach: Breach,
    },
    /// A venue begins with a mechanism that has orders already.
    #[error("the mechanism has {orders} orders that nobody covered: begin with an empty one")]
    NotEmpty {
        /// How many.
        orders: usize,
    },
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
    /// A trader is admitted in the name of another owner than before.
    #[error("{trader} trades in the name of {owner} already: a trader keeps one")]
    OwnerAlready {
        /// The trader.
        trader: TraderId,
        /// The owner.
        owner: Owner,
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
    /// A stall is to sell by a kind of flow that is none of transfers.
    #[error("goods kind {number} is none of transfers: declare one with `Inventory::kind`")]
    NoSaleKind {
        /// Its number.
        number: u16,
    },
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
        /// The lowest price of the mechanism.
        lowest: i64,
    },
    /// Goods cannot be reserved, delivered or released.
    #[error(transparent)]
    Goods(#[from] GoodsError),
    /// The ledger refuses what is to be paid, held or released for an order: an account was closed or is full, or
    /// somebody but the venue has ended the hold.
    #[error(
        "the ledger does not settle {order}, so nothing is: {refusal}; without the order, the others can be"
    )]
    Money {
        /// The order; of a trade, the one to buy.
        order: OrderId,
        /// What the ledger says.
        refusal: Refusal,
    },
    /// The ledger refuses what is to be paid, held or released for a listing.
    #[error(
        "the ledger does not settle {listing}, so nothing is: {refusal}; without it, the others can be"
    )]
    Sale {
        /// The listing.
        listing: ListingId,
        /// What the ledger says.
        refusal: Refusal,
    },
    /// The register of titles refuses that what was sold passes.
    #[error("the title of {listing} does not pass, so nothing is settled: {refusal}")]
    Title {
        /// The listing.
        listing: ListingId,
        /// What the register says.
        refusal: TitleRefusal,
    },
    /// What is held for a bid is not what it may cost.
    #[error(
        "{bidder} should have {expected} minor units held for {listing} and has {held}: report this"
    )]
    WrongBid {
        /// The listing.
        listing: ListingId,
        /// Whose the bid is.
        bidder: TraderId,
        /// What it may cost.
        expected: i64,
        /// What the ledger holds for it.
        held: i64,
    },
    /// The ledger does not know an account, or the register refuses what is offered.
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
    /// What is reserved for an order to sell is not what is left of it.
    #[error("{order} should have {} units reserved and has {}: report this", expected.0, held.0)]
    WrongReserve {
        /// The order.
        order: OrderId,
        /// What is left of it.
        expected: Quantity,
        /// What the book of goods holds for it.
        held: Quantity,
    },
    /// A stored venue contradicts itself.
    #[error("the stored venue cannot be read back: {problem}; take an unaltered save")]
    Saved {
        /// What is wrong with it.
        problem: String,
    },
}
