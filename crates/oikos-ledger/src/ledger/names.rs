//! Names that a ledger's user declares: currencies, sectors, kinds of owners and of transfers, instruments.

use oikos_core::{Currency, CurrencyInfo};

use super::Ledger;
use crate::books::{CURRENCIES_MAX, Totals};
use crate::{Event, Instrument, KindRule, LedgerError, OwnerKind, Sector, TransferKind};

impl Ledger {
    /// Declares a currency, or finds the one that was declared with this code.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NameTaken`] if the code was declared with another name or number of decimals,
    /// [`LedgerError::TooManyNames`] above 2¹¹ currencies.
    pub fn currency(&mut self, info: CurrencyInfo) -> Result<Currency, LedgerError> {
        let known = self
            .currencies
            .iter()
            .position(|known| known.code() == info.code());
        if let Some(number) = known {
            if self.currencies[number] == info {
                return Ok(Currency(number as u16));
            }
            return Err(LedgerError::NameTaken {
                what: "currency",
                name: info.code().to_owned(),
                as_what: "with another name or other decimals",
            });
        }
        if self.currencies.len() >= CURRENCIES_MAX as usize {
            return Err(LedgerError::TooManyNames {
                what: "currency",
                max: CURRENCIES_MAX,
            });
        }
        self.log.event(|| Event::Currency(info.clone()));
        self.currencies.push(info);
        self.books.totals.push(Totals::default());
        self.held.push(0);
        Ok(Currency((self.currencies.len() - 1) as u16))
    }

    /// Declares a sector, or finds it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::TooManyNames`] above 2¹⁶ sectors.
    pub fn sector(&mut self, name: &str) -> Result<Sector, LedgerError> {
        let (number, is_new) = self.sectors.declare(name, 0, "")?;
        if is_new {
            self.log.event(|| Event::Sector(name.to_owned()));
        }
        Ok(Sector(number))
    }

    /// Declares a kind of owner, or finds it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::TooManyNames`] above 2¹⁶ kinds.
    pub fn owner_kind(&mut self, name: &str) -> Result<OwnerKind, LedgerError> {
        let (number, is_new) = self.owner_kinds.declare(name, 0, "")?;
        if is_new {
            self.log.event(|| Event::OwnerKind(name.to_owned()));
        }
        Ok(OwnerKind(number))
    }

    /// Declares a kind of transfer, or finds it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NameTaken`] if it was declared otherwise, [`LedgerError::TooManyNames`] above 2¹⁶ kinds.
    pub fn kind(&mut self, name: &str) -> Result<TransferKind, LedgerError> {
        self.declare_kind(name, KindRule::Plain)
    }

    /// Declares a kind of transfer by which money comes into being or ends, or finds it. One of its sides must
    /// be an issuer, and no other kind touches issuers.
    ///
    /// # Errors
    ///
    /// As [`kind`](Self::kind).
    pub fn issuing_kind(&mut self, name: &str) -> Result<TransferKind, LedgerError> {
        self.declare_kind(name, KindRule::Issuing)
    }

    /// Declares a kind of transfer by which what is owned or owed becomes worth more or less, or ends, without
    /// being paid for, or finds it: a change of price, a write-off. Statements count it as no flow,
    /// but as a revaluation.
    ///
    /// # Errors
    ///
    /// As [`kind`](Self::kind).
    pub fn revaluing_kind(&mut self, name: &str) -> Result<TransferKind, LedgerError> {
        self.declare_kind(name, KindRule::Revaluing)
    }

    pub(super) fn declare_kind(
        &mut self,
        name: &str,
        rule: KindRule,
    ) -> Result<TransferKind, LedgerError> {
        let known = self.kinds.find(name);
        let as_what = match known.and_then(|number| self.kind_rule(TransferKind(number))) {
            Some(KindRule::Issuing) => "as one that issues",
            Some(KindRule::Revaluing) => "as one that revalues",
            Some(KindRule::Plain) | None => "as a plain one",
        };
        let (number, is_new) = self.kinds.declare(name, rule as u8, as_what)?;
        if is_new {
            self.log.event(|| Event::Kind(name.to_owned(), rule));
        }
        Ok(TransferKind(number))
    }

    /// What a kind was declared as.
    #[must_use]
    pub fn kind_rule(&self, kind: TransferKind) -> Option<KindRule> {
        let mark = self.kinds.mark(kind.0)?;
        KindRule::ALL.get(usize::from(mark)).copied()
    }

    /// Declares a financial instrument, or finds it: what one owns of it, another owes, so that over all sectors
    /// it comes to 0.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NameTaken`] if it was declared as a real one, [`LedgerError::TooManyNames`] above 2¹⁶
    /// instruments.
    pub fn instrument(&mut self, name: &str) -> Result<Instrument, LedgerError> {
        self.declare_instrument(name, false)
    }

    /// Declares a real instrument, or finds it: what nobody owes (gold, machines that are kept in accounts).
    ///
    /// # Errors
    ///
    /// [`LedgerError::NameTaken`] if it was declared as a financial one, [`LedgerError::TooManyNames`] above 2¹⁶
    /// instruments.
    pub fn real_instrument(&mut self, name: &str) -> Result<Instrument, LedgerError> {
        self.declare_instrument(name, true)
    }

    pub(super) fn declare_instrument(
        &mut self,
        name: &str,
        real: bool,
    ) -> Result<Instrument, LedgerError> {
        let as_what = if real {
            "as a financial one"
        } else {
            "as a real one"
        };
        let (number, is_new) = self.instruments.declare(name, u8::from(real), as_what)?;
        if is_new {
            self.log.event(|| Event::Instrument(name.to_owned(), real));
        }
        Ok(Instrument(number))
    }

    /// The name of an instrument.
    #[must_use]
    pub fn instrument_name(&self, instrument: Instrument) -> Option<&str> {
        self.instruments.name(instrument.0)
    }

    /// Whether an instrument is a real one; `None` if it was never declared.
    #[must_use]
    pub fn is_real(&self, instrument: Instrument) -> Option<bool> {
        Some(self.instruments.mark(instrument.0)? == 1)
    }

    /// What is known of a currency.
    #[must_use]
    pub fn currency_info(&self, currency: Currency) -> Option<&CurrencyInfo> {
        self.currencies.get(usize::from(currency.0))
    }

    /// The name of a sector.
    #[must_use]
    pub fn sector_name(&self, sector: Sector) -> Option<&str> {
        self.sectors.name(sector.0)
    }

    /// The name of a kind of owner.
    #[must_use]
    pub fn owner_kind_name(&self, kind: OwnerKind) -> Option<&str> {
        self.owner_kinds.name(kind.0)
    }

    /// The name of a kind of transfer.
    #[must_use]
    pub fn kind_name(&self, kind: TransferKind) -> Option<&str> {
        self.kinds.name(kind.0)
    }
}
