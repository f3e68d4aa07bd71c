//! Money and goods as exact integers.

use core::fmt::Write as _;
use core::ops::{Add, Neg, Sub};

use serde::{Deserialize, Serialize};

use crate::CoreError;

/// The number under which a society knows a currency.
#[derive(
    Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Currency(pub u16);

/// What people know a currency by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CurrencyParts", into = "CurrencyParts")]
pub struct CurrencyInfo {
    code: String,
    name: String,
    exponent: u8,
}

/// A currency's description as it is stored, before it is checked.
#[derive(Serialize, Deserialize)]
struct CurrencyParts {
    code: String,
    name: String,
    exponent: u8,
}

impl CurrencyInfo {
    /// Most decimals that a currency can have: 10¹⁸ is the last power of ten that an `i64` holds.
    pub const MAX_EXPONENT: u8 = 18;

    /// A currency with this code ("USD", as in ISO 4217), name ("US dollar") and number of decimals
    /// of its minor unit (2 for cents).
    ///
    /// # Errors
    ///
    /// [`CoreError::CurrencyExponent`] above [`MAX_EXPONENT`](Self::MAX_EXPONENT) decimals.
    pub fn new(
        code: impl Into<String>,
        name: impl Into<String>,
        exponent: u8,
    ) -> Result<Self, CoreError> {
        let code = code.into();
        if exponent > Self::MAX_EXPONENT {
            return Err(CoreError::CurrencyExponent { code, exponent });
        }
        Ok(Self {
            code,
            name: name.into(),
            exponent,
        })
    }

    /// The code: "USD".
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The name: "US dollar".
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of decimals, 0 to 18.
    #[must_use]
    pub const fn exponent(&self) -> u8 {
        self.exponent
    }
}

impl TryFrom<CurrencyParts> for CurrencyInfo {
    type Error = CoreError;

    fn try_from(parts: CurrencyParts) -> Result<Self, CoreError> {
        Self::new(parts.code, parts.name, parts.exponent)
    }
}

impl From<CurrencyInfo> for CurrencyParts {
    fn from(info: CurrencyInfo) -> Self {
        Self {
            code: info.code,
            name: info.name,
            exponent: info.exponent,
        }
    }
}

/// An amount of one currency, in its minor unit (cents).
///
/// Sums are exact or refused, in every build profile:
///
/// ```
/// use oikos_core::{Currency, CurrencyInfo, Money};
///
/// let dollars = CurrencyInfo::new("USD", "US dollar", 2)?;
/// let rent = Money { minor: 120_050, currency: Currency(0) };
/// let heating = Money { minor: 9_900, currency: Currency(0) };
/// assert_eq!((rent + heating)?.format(&dollars), "1299.50 USD");
/// # Ok::<(), oikos_core::CoreError>(())
/// ```
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units: cents where the currency has two decimals.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// The amount in major units with all decimals and the code: `-0.05 USD`.
    #[must_use]
    pub fn format(&self, info: &CurrencyInfo) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        let size = self.minor.unsigned_abs();
        let scale = 10_u64.pow(u32::from(info.exponent));
        let mut text = format!("{sign}{}", size / scale);
        if info.exponent > 0 {
            let width = usize::from(info.exponent);
            // Writing to a string does not fail.
            let _ = write!(text, ".{:0width$}", size % scale);
        }
        text + " " + &info.code
    }

    fn same_currency(self, other: Self) -> Result<Currency, CoreError> {
        if self.currency != other.currency {
            let (left, right) = (self.currency.0, other.currency.0);
            return Err(CoreError::CurrencyMismatch { left, right });
        }
        Ok(self.currency)
    }
}

fn sum(left: i64, right: i64) -> Result<i64, CoreError> {
    left.checked_add(right).ok_or(CoreError::AmountOverflow {
        left,
        operator: '+',
        right,
    })
}

fn difference(left: i64, right: i64) -> Result<i64, CoreError> {
    left.checked_sub(right).ok_or(CoreError::AmountOverflow {
        left,
        operator: '-',
        right,
    })
}

impl Add for Money {
    type Output = Result<Self, CoreError>;

    fn add(self, other: Self) -> Self::Output {
        let currency = self.same_currency(other)?;
        Ok(Self {
            minor: sum(self.minor, other.minor)?,
            currency,
        })
    }
}

impl Sub for Money {
    type Output = Result<Self, CoreError>;

    fn sub(self, other: Self) -> Self::Output {
        let currency = self.same_currency(other)?;
        Ok(Self {
            minor: difference(self.minor, other.minor)?,
            currency,
        })
    }
}

impl Neg for Money {
    type Output = Result<Self, CoreError>;

    fn neg(self) -> Self::Output {
        Ok(Self {
            minor: difference(0, self.minor)?,
            currency: self.currency,
        })
    }
}

/// A number of units of one good, whole or in the good's own least unit.
#[derive(
    Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Quantity(pub i64);

impl Add for Quantity {
    type Output = Result<Self, CoreError>;

    fn add(self, other: Self) -> Self::Output {
        sum(self.0, other.0).map(Self)
    }
}

impl Sub for Quantity {
    type Output = Result<Self, CoreError>;

    fn sub(self, other: Self) -> Self::Output {
        difference(self.0, other.0).map(Self)
    }
}

impl Neg for Quantity {
    type Output = Result<Self, CoreError>;

    fn neg(self) -> Self::Output {
        difference(0, self.0).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dollars(minor: i64) -> Money {
        Money {
            minor,
            currency: Currency(1),
        }
    }

    #[test]
    fn sums_are_exact_or_refused() {
        assert_eq!(dollars(5) + dollars(-7), Ok(dollars(-2)));
        assert_eq!(dollars(5) - dollars(7), Ok(dollars(-2)));
        assert_eq!(-dollars(5), Ok(dollars(-5)));
        let euros = Money {
            minor: 1,
            currency: Currency(2),
        };
        let mismatch = Err(CoreError::CurrencyMismatch { left: 1, right: 2 });
        assert_eq!(dollars(1) + euros, mismatch);
        assert_eq!(dollars(1) - euros, mismatch);
        let overflow = CoreError::AmountOverflow {
            left: i64::MAX,
            operator: '+',
            right: 1,
        };
        assert_eq!(dollars(i64::MAX) + dollars(1), Err(overflow.clone()));
        assert_eq!(Quantity(i64::MAX) + Quantity(1), Err(overflow));
        assert!((-dollars(i64::MIN)).is_err() && (-Quantity(i64::MIN)).is_err());
        assert!((dollars(i64::MIN) - dollars(1)).is_err());
        assert_eq!(Quantity(3) - Quantity(5), Ok(Quantity(-2)));
    }

    #[test]
    fn prints_all_decimals() {
        let info = CurrencyInfo::new("USD", "US dollar", 2).unwrap();
        let texts = [5, -5, 0, 123_456, -100].map(|minor| dollars(minor).format(&info));
        assert_eq!(
            texts,
            [
                "0.05 USD",
                "-0.05 USD",
                "0.00 USD",
                "1234.56 USD",
                "-1.00 USD"
            ]
        );
        let yen = CurrencyInfo::new("JPY", "yen", 0).unwrap();
        assert_eq!(dollars(-1_500).format(&yen), "-1500 JPY");
        let fine = CurrencyInfo::new("ETH", "ether", 18).unwrap();
        assert_eq!(dollars(i64::MIN).format(&fine), "-9.223372036854775808 ETH");
        let refused = CurrencyInfo::new("X", "x", 19).unwrap_err();
        assert_eq!(
            refused,
            CoreError::CurrencyExponent {
                code: "X".to_owned(),
                exponent: 19
            }
        );
        let stored = serde_json::to_string(&info).unwrap();
        assert_eq!(serde_json::from_str::<CurrencyInfo>(&stored).unwrap(), info);
        assert!(serde_json::from_str::<CurrencyInfo>(&stored.replace('2', "20")).is_err());
    }
}
