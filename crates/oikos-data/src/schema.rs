//! What a table holds: the name, kind, unit and meaning of each column.

use std::collections::BTreeSet;
use std::fmt;

use crate::error::DataError;

/// The most decimals an `i64` of minor units can carry: 10^18 is below 2^63.
pub(crate) const SCALE_MAX: u8 = 18;

/// How the cells of a column are stored and printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnKind {
    /// Ids, counts and ticks: `i64`.
    Int,
    /// Measures and averages: `f64`, always finite.
    Float,
    /// Free text, UTF-8.
    Text,
    /// A day of the proleptic Gregorian calendar, years 1 to 9999: days since 1970-01-01, printed
    /// as ISO 8601.
    Date,
    /// One of few names: an enumeration, stored once per column.
    Label,
    /// An exact decimal: `i64` minor units, `scale` of the digits behind the point. A column of
    /// money names its currency as its unit.
    Decimal {
        /// Digits behind the point, 0 to 18.
        scale: u8,
    },
    /// True or false.
    Bool,
}

impl ColumnKind {
    /// The kind in one word, as it stands in errors.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Float => "float",
            Self::Text => "text",
            Self::Date => "date",
            Self::Label => "label",
            Self::Decimal { .. } => "decimal",
            Self::Bool => "bool",
        }
    }
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())?;
        match self {
            Self::Decimal { scale } => write!(formatter, "({scale})"),
            _ => Ok(()),
        }
    }
}

/// One column: checked when it becomes part of a [`Schema`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The name, `snake_case`, unique in its table.
    pub name: String,
    /// How its cells are stored.
    pub kind: ColumnKind,
    /// What it is measured in: `"persons"`, `"years"`, `"1/year"`, `"USD"`; `"1"` for a pure number.
    pub unit: String,
    /// What it means, in a sentence.
    pub description: String,
    /// Whether a cell may be missing.
    pub nullable: bool,
}

impl ColumnSpec {
    /// A column whose every cell has a value.
    pub fn new(name: &str, kind: ColumnKind, unit: &str, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            unit: unit.to_owned(),
            description: description.to_owned(),
            nullable: false,
        }
    }

    /// The same column, whose cells may be missing.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }
}

/// The columns of a table, checked: at least one, unique `snake_case` names, units given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    columns: Vec<ColumnSpec>,
    observed: bool,
}

impl Schema {
    /// The columns in the order in which they are written.
    ///
    /// # Errors
    ///
    /// [`DataError::NoColumns`], [`DataError::NameNotSnakeCase`], [`DataError::DuplicateColumn`],
    /// [`DataError::UnitMissing`] or [`DataError::ScaleTooLarge`], by the first column at fault.
    pub fn new(columns: Vec<ColumnSpec>) -> Result<Self, DataError> {
        if columns.is_empty() {
            return Err(DataError::NoColumns);
        }
        let mut names = BTreeSet::new();
        for column in &columns {
            check_column(column)?;
            if !names.insert(column.name.as_str()) {
                return Err(DataError::DuplicateColumn {
                    column: column.name.clone(),
                });
            }
        }
        let observed = columns.starts_with(&leading_columns());
        Ok(Self { columns, observed })
    }

    /// What a collector sees during a run: `run_id`, `seed`, `tick`, `date`, then `columns`.
    ///
    /// # Errors
    ///
    /// As [`Schema::new`]; the four leading names are taken.
    pub fn observed(columns: Vec<ColumnSpec>) -> Result<Self, DataError> {
        Self::new(leading_columns().into_iter().chain(columns).collect())
    }

    /// The columns in order.
    pub fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    /// Whether the four columns of [`Schema::observed`] come first.
    pub(crate) fn is_observed(&self) -> bool {
        self.observed
    }
}

/// The columns by which rows of different tables and runs are joined.
fn leading_columns() -> [ColumnSpec; 4] {
    [
        ColumnSpec::new(
            "run_id",
            ColumnKind::Int,
            "1",
            "The run, by its place in the plan.",
        ),
        ColumnSpec::new("seed", ColumnKind::Int, "1", "The seed of the run."),
        ColumnSpec::new("tick", ColumnKind::Int, "ticks", "Ticks since genesis."),
        ColumnSpec::new(
            "date",
            ColumnKind::Date,
            "days",
            "The calendar day of the tick.",
        ),
    ]
}

fn check_column(column: &ColumnSpec) -> Result<(), DataError> {
    check_name("column", &column.name)?;
    if column.unit.trim().is_empty() {
        return Err(DataError::UnitMissing {
            column: column.name.clone(),
        });
    }
    match column.kind {
        ColumnKind::Decimal { scale } if scale > SCALE_MAX => Err(DataError::ScaleTooLarge {
            column: column.name.clone(),
            scale,
        }),
        _ => Ok(()),
    }
}

/// Refuses a name that is not a plain identifier in Python, R, Julia and SQL alike.
pub(crate) fn check_name(what: &'static str, name: &str) -> Result<(), DataError> {
    let words_are_plain = name.split('_').all(|word| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !word.is_empty() && word.bytes().all(plain)
    });
    if words_are_plain && name.starts_with(|first: char| first.is_ascii_lowercase()) {
        Ok(())
    } else {
        Err(DataError::NameNotSnakeCase {
            what,
            name: name.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(name: &str) -> ColumnSpec {
        ColumnSpec::new(name, ColumnKind::Int, "1", "")
    }

    #[test]
    fn names_are_snake_case() {
        for name in ["a", "age", "age_2", "net_worth", "x9_y"] {
            assert!(Schema::new(vec![int(name)]).is_ok(), "{name}");
        }
        for name in [
            "",
            "Age",
            "2age",
            "_age",
            "age_",
            "net__worth",
            "net worth",
            "größe",
            "a-b",
        ] {
            let refused = Schema::new(vec![int(name)]);
            assert!(
                matches!(refused, Err(DataError::NameNotSnakeCase { .. })),
                "{name}"
            );
        }
    }

    #[test]
    fn a_schema_has_columns_and_no_two_alike() {
        assert!(matches!(Schema::new(vec![]), Err(DataError::NoColumns)));
        let twice = Schema::new(vec![int("a"), int("b"), int("a")]);
        assert!(matches!(twice, Err(DataError::DuplicateColumn { column }) if column == "a"));
        let leading = Schema::observed(vec![int("tick")]);
        assert!(matches!(leading, Err(DataError::DuplicateColumn { column }) if column == "tick"));
    }

    #[test]
    fn units_and_scales_are_checked() {
        let blank = ColumnSpec::new("a", ColumnKind::Int, " ", "");
        assert!(matches!(
            Schema::new(vec![blank]),
            Err(DataError::UnitMissing { .. })
        ));
        let money = |scale| ColumnSpec::new("a", ColumnKind::Decimal { scale }, "USD", "");
        assert!(Schema::new(vec![money(18)]).is_ok());
        let refused = Schema::new(vec![money(19)]);
        assert!(matches!(
            refused,
            Err(DataError::ScaleTooLarge { scale: 19, .. })
        ));
    }

    #[test]
    fn observed_tables_lead_with_run_seed_tick_and_date() {
        let schema = Schema::observed(vec![int("persons")]).unwrap();
        let names: Vec<_> = schema
            .columns()
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["run_id", "seed", "tick", "date", "persons"]);
        assert!(schema.is_observed());
        assert!(!Schema::new(vec![int("persons")]).unwrap().is_observed());
    }
}
