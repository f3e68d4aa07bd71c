//! What people are in the eyes of others: in a union or not, married or not.

use oikos_core::Date;
use oikos_engine::Attribute;

/// Whether somebody lives as a couple now. With whom is in the book of [`Unions`](crate::Unions).
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[attribute(name = "family.union-status", newborn = UnionStatus::Single)]
pub enum UnionStatus {
    /// In no union.
    Single,
    /// In a union without a wedding.
    Cohabiting,
    /// Married.
    Married,
}

/// Since when somebody has the union status of today. Of those who were never in a union it is the epoch.
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[attribute(name = "family.union-since", newborn = UnionSince(EPOCH))]
pub struct UnionSince(pub Date);

const EPOCH: Date = Date::EPOCH;

/// Marital status in law, as censuses ask for it: the last marriage counts.
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[attribute(name = "family.marital-status", newborn = MaritalStatus::NeverMarried)]
pub enum MaritalStatus {
    /// Never married.
    NeverMarried,
    /// Married.
    Married,
    /// Divorced, and not married again.
    Divorced,
    /// Widowed, and not married again.
    Widowed,
}
