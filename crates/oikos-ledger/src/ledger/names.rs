//! Names that a ledger's user declares: currencies, sectors, kinds of owners and of transfers.

use oikos_core::{Currency, CurrencyInfo};

use super::Ledger;
use crate::books::{CURRENCIES_MAX, Totals};
use crate::{Event, LedgerError, OwnerKind, Sector, TransferKind};

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
    /// [`LedgerError::NameTaken`] if it was declared as one that issues, [`LedgerError::TooManyNames`] above 2¹⁶
    /// kinds.
    pub fn kind(&mut self, name: &str) -> Result<TransferKind, LedgerError> {
        self.declare_kind(name, false)
    }

    /// Declares a kind of transfer by which money comes into being or ends, or finds it. One of its sides must
    /// be an issuer, and no other kind touches issuers.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NameTaken`] if it was declared as one that does not issue, [`LedgerError::TooManyNames`]
    /// above 2¹⁶ kinds.
    pub fn issuing_kind(&mut self, name: &str) -> Result<TransferKind, LedgerError> {
        self.declare_kind(name, true)
    }

    fn declare_kind(&mut self, name: &str, issues: bool) -> Result<TransferKind, LedgerError> {
        let as_what = if issues {
            "as one that does not issue"
        } else {
            "as one that issues"
        };
        let (number, is_new) = self.kinds.declare(name, u8::from(issues), as_what)?;
        if is_new {
            self.log.event(|| Event::Kind(name.to_owned(), issues));
        }
        Ok(TransferKind(number))
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
