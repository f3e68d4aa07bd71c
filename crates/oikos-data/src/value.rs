//! One cell.

use std::io::{self, Write};

use crate::date;
use crate::schema::ColumnKind;

/// One cell of a row. Text and labels are borrowed: pushing a row copies what the table keeps.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// No value. Only for nullable columns.
    Null,
    /// For [`ColumnKind::Int`].
    Int(i64),
    /// For [`ColumnKind::Float`]; finite.
    Float(f64),
    /// For [`ColumnKind::Text`].
    Text(&'a str),
    /// For [`ColumnKind::Date`]: days since 1970-01-01, -719162 to 2932896.
    Date(i32),
    /// For [`ColumnKind::Label`].
    Label(&'a str),
    /// For [`ColumnKind::Decimal`]: minor units, with the scale of the column.
    Decimal(i64),
    /// For [`ColumnKind::Bool`].
    Bool(bool),
}

impl Value<'_> {
    /// The kind in one word, as it stands in errors.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "text",
            Self::Date(_) => "date",
            Self::Label(_) => "label",
            Self::Decimal(_) => "decimal",
            Self::Bool(_) => "bool",
        }
    }

    /// Whether a column of this kind can hold the value. Null fits every kind.
    pub(crate) fn fits(self, kind: ColumnKind) -> bool {
        matches!(self, Self::Null) || self.word() == kind.word()
    }
}

/// Writes `minor` as a decimal with `scale` digits behind the point: -5 with scale 2 is `-0.05`.
pub(crate) fn write_decimal(out: &mut impl Write, minor: i64, scale: u8) -> io::Result<()> {
    // The sign is written by itself because -0.05 has a whole part of zero, which carries none.
    if minor < 0 {
        out.write_all(b"-")?;
    }
    let magnitude = minor.unsigned_abs();
    if scale == 0 {
        return write!(out, "{magnitude}");
    }
    let unit = 10_u64.pow(u32::from(scale));
    let digits = usize::from(scale);
    write!(out, "{}.{:0digits$}", magnitude / unit, magnitude % unit)
}

/// Writes a day as ISO 8601, `1969-12-31` for -1.
pub(crate) fn write_date(out: &mut impl Write, days: i32) -> io::Result<()> {
    let (year, month, day) = date::civil_from_days(days);
    write!(out, "{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(minor: i64, scale: u8) -> String {
        let mut out = Vec::new();
        write_decimal(&mut out, minor, scale).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn decimals_print_as_people_write_them() {
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(5, 2), "0.05");
        assert_eq!(decimal(0, 2), "0.00");
        assert_eq!(decimal(-123_456, 2), "-1234.56");
        assert_eq!(decimal(-7, 0), "-7");
        assert_eq!(decimal(i64::MAX, 18), "9.223372036854775807");
        assert_eq!(decimal(i64::MIN, 2), "-92233720368547758.08");
        assert_eq!(decimal(i64::MIN, 0), "-9223372036854775808");
    }

    #[test]
    fn dates_print_as_iso_8601() {
        let mut out = Vec::new();
        write_date(&mut out, -1).unwrap();
        assert_eq!(out, b"1969-12-31");
    }
}
