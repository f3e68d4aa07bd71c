//! What can go wrong in this crate.

use crate::time::Span;

/// An error of `oikos-core`: which value is wrong, and what to do about it.
///
/// Every function that returns one leaves its arguments as they were.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CoreError {
    /// A raw number is too large to be an id.
    #[error("{kind} id {raw} is above {max}: allot ids densely from 0")]
    IdTooLarge {
        /// The kind of id, as in [`StableId::KIND`](crate::StableId::KIND).
        kind: &'static str,
        /// The number that was given.
        raw: u64,
        /// The largest number that an id may have.
        max: u64,
    },
    /// A text is not a digest.
    #[error("'{text}' is not a digest: give 32 lower-case hexadecimal digits")]
    DigestText {
        /// The text that was given.
        text: String,
    },
    /// A value holds a NaN, which has no place in a history.
    #[error("a {type_name} holds a NaN at leaf {leaf}: find the computation that made it")]
    DigestNan {
        /// The Rust type of the value.
        type_name: &'static str,
        /// The number of the leaf, counted from 0 in serialisation order.
        leaf: u32,
    },
    /// A value has more leaves, or a longer sequence, than a `u32` can count.
    #[error("a {type_name} has more than 2^32 - 2 words: split it into several cells")]
    DigestTooLong {
        /// The Rust type of the value.
        type_name: &'static str,
    },
    /// A value's own `Serialize` refused.
    #[error("a {type_name} does not serialise ({reason}): mend its Serialize implementation")]
    DigestSerialize {
        /// The Rust type of the value.
        type_name: &'static str,
        /// What the implementation said.
        reason: String,
    },
    /// A tick's number does not fit.
    #[error("tick {tick} + {ticks} is above 2^32 - 1: end the run earlier or use longer ticks")]
    TickOverflow {
        /// The tick counted from.
        tick: u32,
        /// The number of ticks to add.
        ticks: u64,
    },
    /// Three numbers are not a date.
    #[error("{year}-{month}-{day} is not a date of the years -9999 to 9999: correct it")]
    NoSuchDate {
        /// The year.
        year: i32,
        /// The month, 1 to 12.
        month: u32,
        /// The day of the month, from 1.
        day: u32,
    },
    /// A computed date lies outside the years -9999 to 9999.
    #[error("{days} days from 1970-01-01 lie outside the years -9999 to 9999: stay within them")]
    DateOutOfRange {
        /// Days since 1970-01-01 (an estimate where months or years were added).
        days: i64,
    },
    /// A text is not an ISO 8601 date.
    #[error("'{text}' is not a date: write it as 2019-07-01")]
    DateText {
        /// The text that was given.
        text: String,
    },
    /// A tick cannot have this length.
    #[error("a tick cannot be {length:?} long: give at least one second, and not a count of ticks")]
    TickLength {
        /// The length that was given.
        length: Span,
    },
    /// A draw was asked for from an empty range.
    #[error("no number lies between {low} and {high}: give the lower bound first")]
    EmptyRange {
        /// The lower bound.
        low: i64,
        /// The upper bound.
        high: i64,
    },
    /// A draw below zero was asked for.
    #[error("no number lies below 0: give a bound of at least 1")]
    ZeroBound,
    /// Weights sum to zero or to more than fits.
    #[error("{count} weights sum to {sum}: make the sum positive and below 2^64")]
    WeightSum {
        /// How many weights there are.
        count: u64,
        /// Their sum.
        sum: u128,
    },
    /// Fractions are no division of a whole.
    #[error("{count} parts sum to {sum}: make none negative and the sum 1")]
    PartSum {
        /// How many fractions there are.
        count: u64,
        /// Their sum.
        sum: crate::Ratio,
    },
    /// A number is not a probability.
    #[error("{value} is not a probability: give a number from 0 to 1")]
    NotAProbability {
        /// The number that was given.
        value: f64,
    },
    /// A fraction has nothing below its line.
    #[error("a fraction cannot have the denominator 0: check what is divided by")]
    ZeroDenominator,
    /// An exact result does not fit an `i64`.
    #[error("{value} does not fit 64 bits: use smaller amounts or coarser fractions")]
    RatioOverflow {
        /// The number that does not fit, in lowest terms where it is part of a fraction.
        value: i128,
    },
    /// A sum or difference of amounts does not fit an `i64`.
    #[error("{left} {operator} {right} does not fit 64 bits: keep amounts below 2^63 in size")]
    AmountOverflow {
        /// The first amount, in its least units.
        left: i64,
        /// '+' or '-'.
        operator: char,
        /// The second amount, in its least units.
        right: i64,
    },
    /// Amounts of two currencies were put together.
    #[error("currencies {left} and {right} do not add: convert one of them first")]
    CurrencyMismatch {
        /// The number of the first currency.
        left: u16,
        /// The number of the second currency.
        right: u16,
    },
    /// A currency has too many decimals.
    #[error("currency {code} cannot have {exponent} decimals: give at most 18")]
    CurrencyExponent {
        /// The code of the currency.
        code: String,
        /// The number of decimals that was given.
        exponent: u8,
    },
    /// A number has no place in the range of [`Fixed`](crate::Fixed).
    #[error("{value} is not between -32768 and 32767.99998: scale it before it is fixed")]
    FixedRange {
        /// The number that was given.
        value: f64,
    },
    /// A number cannot be summed exactly.
    #[error("{value} cannot be summed exactly: give finite numbers below 2^62 in size")]
    NotSummable {
        /// The number that was given.
        value: f64,
    },
    /// An exact sum has left its range.
    #[error("the sum has reached 2^63 in size: use larger units")]
    SumOverflow,
}
