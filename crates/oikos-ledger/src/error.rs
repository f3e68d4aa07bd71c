//! What can go wrong in this crate, refused operations apart.

use oikos_core::{CoreError, Currency, Tick};

use crate::{
    AccountId, Good, GoodsRefusal, Instrument, Owner, Refusal, Sector, TitleId, TitleRefusal,
    TransferKind,
};

/// An error of the ledger. Whatever returned it left the ledger as it was.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// An operation was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An operation on goods was refused.
    #[error(transparent)]
    RefusedGoods(#[from] GoodsRefusal),
    /// An operation on titles was refused.
    #[error(transparent)]
    RefusedTitle(#[from] TitleRefusal),
    /// Numbers beyond what the kernel can hold.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// A currency that was never declared.
    #[error("currency {} was never declared: declare it with `Ledger::currency`", currency.0)]
    NoSuchCurrency {
        /// Its number.
        currency: Currency,
    },
    /// A good that was never declared.
    #[error("good {} was never declared: declare it with `Inventory::good`", good.0)]
    NoSuchGood {
        /// Its number.
        good: Good,
    },
    /// An instrument that was never declared.
    #[error("instrument {} was never declared: declare it with `Ledger::instrument`", instrument.0)]
    NoSuchInstrument {
        /// Its number.
        instrument: Instrument,
    },
    /// A sector that was never declared.
    #[error("sector {} was never declared: declare it with `Ledger::sector`", sector.0)]
    NoSuchSector {
        /// Its number.
        sector: Sector,
    },
    /// A kind of owner that was never declared.
    #[error("owner kind {number} was never declared: declare it with `Ledger::owner_kind`")]
    NoSuchOwnerKind {
        /// Its number.
        number: u16,
    },
    /// More accounts than a ledger has room for.
    #[error("there are {max} accounts already: a ledger has no more")]
    TooManyAccounts {
        /// The most there can be.
        max: u64,
    },
    /// An account that was never opened.
    #[error("{account} was never opened: there are {accounts} accounts")]
    NoSuchAccount {
        /// Its id.
        account: AccountId,
        /// How many there are.
        accounts: u64,
    },
    /// The allowance of a limit lies outside what an account can count.
    #[error("an account cannot have the allowance {allowance}: give 0 to 2^61 - 1")]
    Allowance {
        /// What was given.
        allowance: i64,
    },
    /// A name stands for something else already.
    #[error("{what} `{name}` was declared before, {as_what}: use another name")]
    NameTaken {
        /// What kind of name.
        what: &'static str,
        /// The name.
        name: String,
        /// What it stands for.
        as_what: &'static str,
    },
    /// More names of one kind than there are numbers.
    #[error("there are {max} {what}s already: a ledger counts no more")]
    TooManyNames {
        /// What kind of name.
        what: &'static str,
        /// The most there can be.
        max: u32,
    },
    /// The clock is asked to go back.
    #[error("the {book} is at {now} and cannot go back to {asked}: advance to a later tick")]
    ClockBack {
        /// Which book.
        book: &'static str,
        /// Where it is.
        now: Tick,
        /// Where it was to go.
        asked: Tick,
    },
    /// The columns of a batch have different lengths.
    #[error(
        "a batch of {debits} debits, {credits} credits and {amounts} amounts: give all one length"
    )]
    BatchColumns {
        /// Entries of the column of debit accounts.
        debits: u64,
        /// Entries of the column of credit accounts.
        credits: u64,
        /// Entries of the column of amounts.
        amounts: u64,
    },
    /// An exchange at a price that is not above 0.
    #[error("an exchange at the rate {rate}: give one above 0")]
    ExchangeRate {
        /// The rate.
        rate: oikos_core::Ratio,
    },
    /// An exchange of so little that nothing comes of it.
    #[error("{amount} minor units at the rate {rate} come to less than one: exchange more")]
    ExchangeTooSmall {
        /// Minor units given.
        amount: i64,
        /// The rate.
        rate: oikos_core::Ratio,
    },
    /// Books that do not balance: a fault of this crate.
    #[error("{what} of currency {} come to {counted}, and {expected} were expected: report it", currency.0)]
    Unbalanced {
        /// What was counted.
        what: &'static str,
        /// The currency.
        currency: Currency,
        /// What it comes to.
        counted: i128,
        /// What it should come to.
        expected: i128,
    },
    /// An account beyond its limit: a fault of this crate.
    #[error("{account} {problem}: report it")]
    AccountBroken {
        /// The account.
        account: AccountId,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Goods that do not add up: a fault of this crate.
    #[error("{what} of good {} come to {counted}, and {expected} were expected: report it", good.0)]
    GoodsUnbalanced {
        /// What was counted.
        what: &'static str,
        /// The good.
        good: Good,
        /// What it comes to.
        counted: i128,
        /// What it should come to.
        expected: i128,
    },
    /// A title that was never registered.
    #[error("{title} was never registered: there are {titles} titles")]
    NoSuchTitle {
        /// Its id.
        title: TitleId,
        /// How many there are.
        titles: u64,
    },
    /// A title that is not as titles are: a fault of this crate.
    #[error("{title} {problem}: report it")]
    TitleBroken {
        /// The title.
        title: TitleId,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A register whose totals do not add up: a fault of this crate.
    #[error("{what} come to {counted}, and {expected} were expected: report it")]
    TitlesUnbalanced {
        /// What was counted.
        what: &'static str,
        /// What it comes to.
        counted: i128,
        /// What it should come to.
        expected: i128,
    },
    /// Saved bytes that are no ledger, or other book.
    #[error("the saved {book} {problem}, at byte {at}: it was cut off or changed")]
    Saved {
        /// Which book.
        book: &'static str,
        /// What is wrong.
        problem: &'static str,
        /// Where.
        at: u64,
    },
    /// A period that was begun on another book.
    #[error(
        "the period was begun on another {book}: go on with that one, or begin a period on this one"
    )]
    OtherBook {
        /// What sort of book.
        book: &'static str,
    },
    /// A kind of transfer that was never declared.
    #[error("transfer kind {} was never declared: declare it with `Ledger::kind`", kind.0)]
    NoSuchKind {
        /// Its number.
        kind: TransferKind,
    },
    /// A kind of transfer that belongs to another named flow.
    #[error("transfer kind {} is in the flow `{flow}` already: a kind is in one flow", kind.0)]
    KindInFlow {
        /// The kind.
        kind: TransferKind,
        /// The name of the flow that it is in.
        flow: String,
    },
    /// An owner of goods or things whom the user knows in no sector.
    #[error(
        "owner {owner} is in no sector: let the function that tells sectors know everybody who owns"
    )]
    NoSector {
        /// The owner.
        owner: Owner,
    },
    /// A good of which there is some, and that has no price, or so much of it that its value cannot be counted.
    #[error("good {} has no price of 0 to 2^61 - 1 at which its value can be counted: give it one", good.0)]
    NoPrice {
        /// The good.
        good: Good,
    },
    /// A cell of a statement in which opening + flows + revaluations are not the closing stock.
    #[error(
        "`{item}` of `{sector}`: opening {} + flows {} + revaluations {} are not the {} of the books: follow all \
             that moves, and drain only afterwards", sums[0], sums[1], sums[2], sums[3]
    )]
    CellOpen {
        /// The row.
        item: String,
        /// The column.
        sector: String,
        /// Opening, flows, revaluations, closing.
        sums: [i128; 4],
    },
    /// A row of a statement that does not sum to 0.
    #[error(
        "the {what} `{name}` comes to {sum} {currency} over all sectors, not to 0: post the other half too, or \
             declare what nobody owes as real and what nobody paid as revaluing"
    )]
    RowOpen {
        /// A flow, an instrument, or the change of one.
        what: &'static str,
        /// Its name.
        name: String,
        /// The code of the currency, of which the sum is in minor units.
        currency: String,
        /// What it comes to.
        sum: i128,
    },
    /// The product of a period comes to three sums.
    #[error(
        "the product is {production} {currency} by production, {income} by income and {expenditure} by expenditure: \
         give a use to every kind by which producers get richer or poorer, and count all of them as producers"
    )]
    ProductOpen {
        /// The code of the currency, of which the sums are in minor units.
        currency: String,
        /// What sellers tell.
        production: i128,
        /// What is told by who gets income, and by balance sheets.
        income: i128,
        /// What buyers tell.
        expenditure: i128,
    },
    /// A column of a statement that does not sum to 0: a fault of this crate.
    #[error("the column `{name}` comes to {sum} {currency}, not to 0: report it")]
    ColumnOpen {
        /// Its name.
        name: String,
        /// The code of the currency, of which the sum is in minor units.
        currency: String,
        /// What it comes to.
        sum: i128,
    },
    /// A thing that the changes of a period do not lead to.
    #[error(
        "{title} is not what its changes of the period lead to: follow all of them, and drain only afterwards"
    )]
    ThingOpen {
        /// The title.
        title: TitleId,
    },
    /// A log that does not belong to this ledger.
    #[error(
        "event {number} of the log gave another result than when it was logged: replay from the ledger that \
             the log began with"
    )]
    Replay {
        /// The running number that the ledger had reached.
        number: u64,
    },
}
