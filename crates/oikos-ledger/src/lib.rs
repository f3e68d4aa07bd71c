//! Double entry in exact integers: the one book of a society in which money moves, and beside it the
//! books of goods and of titles, and what all three come to in statements.
//!
//! A [`Ledger`] has accounts, and transfers between them. Each transfer debits one account and credits another by
//! the same positive amount of minor units of one currency; it is carried out whole or refused with a [`Status`]
//! that says why, and then nothing has changed. The crate is plain code on plain data: it can be used without the
//! rest of Oikos.
//!
//! | to | see |
//! |---|---|
//! | open accounts with owners, sectors, currencies and limits | [`Ledger::open`], [`AccountSpec`], [`Limit`] |
//! | move money inside a model; the ledger numbers it | [`Ledger::post`], [`Ledger::apply`] |
//! | move it from outside, under an id, once | [`Ledger::submit`], [`Ledger::submit_chain`] |
//! | move a column of amounts, in any order, on several threads | [`Ledger::post_batch`] |
//! | do several things or none | [`Ledger::chain`] |
//! | set an amount aside: post, void, expire | [`Operation::Hold`], [`Operation::PostHold`], [`Ledger::advance`] |
//! | move what is there; empty and close an account | [`Operation::Balance`], [`Operation::Close`] |
//! | exchange, share out | [`Ledger::exchange`], [`Ledger::split`] |
//! | bring money into being | [`Ledger::issuing_kind`], [`AccountSpec::is_issuer`], [`Ledger::issued`] |
//! | see what moved, and keep a log that can be replayed | [`Ledger::record`], [`Ledger::drain`], [`Ledger::replay`] |
//! | check the books | [`Ledger::check`] each tick, [`Ledger::audit`] at a cadence |
//! | save, load, compare | [`Ledger::save`], [`Ledger::load`], [`Ledger::digest`] |
//! | keep goods: produce, transfer, consume, hold, take | [`Inventory`], [`GoodsOperation`], [`Inventory::chain`] |
//! | deliver against payment | [`Inventory::chain_then`], [`Titles::chain_then`] |
//! | register houses, land, businesses: shares, liens, tenancies, values | [`Titles`], [`TitleOperation`], [`Title`] |
//! | see what an owner has of a good and how it came about | [`Inventory::stock`], [`GoodsFlows::since`] |
//! | name what accounts are of, and what is revalued, not paid | [`Ledger::open_as`], [`Ledger::revaluing_kind`] |
//! | draw up a balance sheet of an owner, a sector, of all | [`Sheet`] |
//! | state a period: stocks, named flows, revaluations | [`Period`], [`GoodsPeriod`], [`TitlesPeriod`], [`Statement`] |
//! | group kinds of transfers to flows; keep capital accounts | [`Layout`] |
//! | count the product of a period in three ways | [`Uses`], [`Statement::product`] |
//!
//! What is always so, of every currency and after every call:
//!
//! - Posted debits equal posted credits, and pending debits, pending credits and open holds come to the same.
//! - Money in circulation is what issuers have issued, less what came back: it changes by transfers of kinds that
//!   were declared to issue, and by nothing else.
//! - No account is beyond its limit; what is pending on the limited side counts, what is pending on the other side
//!   does not.
//! - A hold is posted, voided or expired once. An id that is remembered is acted upon once.
//! - Numbers of operations rise, and no two share one.
//!
//! And of every good and owner: what there was at the beginning of a period, was produced and received in it is what
//! there is at its end, was given, consumed and has spoiled. What is held is part of what there is.
//!
//! And of every title: shares are exact and add up to one, a lien goes with the thing and is paid in its order, and the
//! value is what all revaluations come to.
//!
//! And of every statement: opening + flows + revaluations is the closing stock of each cell, as the books have it; rows
//! of flows and of financial instruments sum to zero, and so do columns; nothing is plugged.
//!
//! # Invariants
//!
//! - No entity-component system, no input or output, no clock but the tick that it is told.
//! - No floating-point numbers: amounts are `i64`, totals `i128`, and nothing wraps.
//! - It does not know what an owner, a sector or a kind of transfer means: these are names of its user's.
//! - No result depends on the number of threads, on the order of a batch's rows or on a hash's order. Threads are
//!   used in [`Ledger::post_batch`] alone, and only if more than one is asked for.
//! - It makes no money of its own accord: no interest, no rounding gains, no overdraft that was not declared.

mod account;
mod books;
mod error;
mod holds;
mod ids;
mod inventory;
mod ledger;
mod log;
mod state;
mod statements;
mod status;
mod titles;
mod transfer;
mod vocabulary;

pub use crate::account::{
    AccountId, AccountKind, AccountSpec, Balance, Instrument, Limit, Owner, OwnerKind, Sector,
};
pub use crate::error::LedgerError;
pub use crate::holds::Fate;
pub use crate::inventory::{
    Good, GoodTotals, GoodsEntry, GoodsFlow, GoodsFlows, GoodsHold, GoodsKind, GoodsMove,
    GoodsOperation, GoodsRefusal, GoodsStatus, Inventory, Stock,
};
pub use crate::ledger::{Batch, BatchOutcome, Exchange, Exchanged, Ledger};
pub use crate::log::{Event, Recorder, Recording};
pub use crate::statements::{
    Cell, GoodsLine, GoodsPeriod, GoodsStatement, Item, Layout, Matrix, Period, Prices, Product,
    Sheet, SheetRow, Statement, TitlesPeriod, Use, Uses,
};
pub use crate::status::{Refusal, Status};
pub use crate::titles::{
    Lien, LienId, LienKind, Tenancy, Title, TitleApplied, TitleChange, TitleEntry, TitleHold,
    TitleId, TitleKind, TitleOperation, TitleRefusal, TitleStatus, Titles, Valuation,
};
pub use crate::transfer::{
    Applied, Entry, Hold, HoldId, KindRule, MAX_AMOUNT, MAX_TURNOVER, Operation, Receipt, Side,
    Transfer, TransferKind,
};
