//! Exchange of one currency for another through accounts of who makes the market.

use oikos_core::{Ratio, Rounding};

use super::Ledger;
use crate::{AccountId, Applied, LedgerError, Operation, Transfer, TransferKind};

/// Money of one currency for money of another. All accounts are taken as assets: money goes from the credited
/// account to the debited one.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Why.
    pub kind: TransferKind,
    /// Who gives, in the currency that is given.
    pub from: AccountId,
    /// The liquidity account that takes what is given.
    pub liquidity_in: AccountId,
    /// The liquidity account that pays out, in the other currency.
    pub liquidity_out: AccountId,
    /// Who gets, in the other currency.
    pub to: AccountId,
    /// The account of the other currency to which goes what rounding leaves over.
    pub rounding: AccountId,
    /// Minor units given.
    pub amount: i64,
    /// Minor units of the other currency for one that is given.
    pub rate: Ratio,
    /// As in [`Transfer::reference`].
    pub reference: u64,
}

/// What an exchange came to.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub struct Exchanged {
    /// Minor units that were got.
    pub received: i64,
    /// Minor units that went to the rounding account: 0 or 1.
    pub rounding: i64,
    /// The last of the transfers.
    pub last: Applied,
}

impl Ledger {
    /// Exchanges money in one chain. The liquidity account pays the amount times the rate, rounded to the
    /// nearest unit, a half to the even one; who gets it gets whole units, rounded down, so that no way there
    /// and back gains anything; a unit between the two goes to the rounding account.
    ///
    /// # Errors
    ///
    /// [`LedgerError::ExchangeRate`] for a rate of 0 or below, [`LedgerError::ExchangeTooSmall`] if nothing would
    /// be got, [`LedgerError::Core`] if the product does not fit, [`LedgerError::Refused`] if a transfer is.
    pub fn exchange(&mut self, exchange: &Exchange) -> Result<Exchanged, LedgerError> {
        let (amount, rate) = (exchange.amount, exchange.rate);
        if rate <= Ratio::ZERO {
            return Err(LedgerError::ExchangeRate { rate });
        }
        let received = rate.apply(amount, Rounding::Floor)?;
        let paid = rate.apply(amount, Rounding::HalfEven)?;
        if amount > 0 && received == 0 {
            return Err(LedgerError::ExchangeTooSmall { amount, rate });
        }
        let leg = |debit, credit, amount| {
            Operation::Post(Transfer {
                kind: exchange.kind,
                debit,
                credit,
                amount,
                reference: exchange.reference,
            })
        };
        let legs = [
            leg(exchange.liquidity_in, exchange.from, amount),
            leg(exchange.to, exchange.liquidity_out, received),
            leg(exchange.rounding, exchange.liquidity_out, paid - received),
        ];
        let count = if paid > received { 3 } else { 2 };
        let done = self.chain(&legs[..count])?;
        let rounding = paid - received;
        // A chain that was carried out has as many results as operations.
        let last = done[done.len() - 1];
        Ok(Exchanged {
            received,
            rounding,
            last,
        })
    }
}
