//! What all books have in common.

use oikos_core::{Digest, Tick, TypeKey};
use oikos_ledger::{Inventory, Ledger, LedgerError, Titles};

/// A book that a society keeps.
pub trait Kept: Sized + Send + Sync + 'static {
    /// The name under which it is saved.
    const NAME: &'static str;
    /// The invariant of each tick.
    const BALANCES: &'static str;
    /// The invariant of each year.
    const COUNTED: &'static str;

    fn save(&self, out: &mut Vec<u8>);
    fn load(bytes: &[u8]) -> Result<Self, LedgerError>;
    fn digest(&self, key: &TypeKey) -> Digest;
    fn check(&self) -> Result<(), LedgerError>;
    fn audit(&self) -> Result<(), LedgerError>;
    fn advance(&mut self, to: Tick) -> Result<(), LedgerError>;
}

macro_rules! kept {
    ($book:ty, $name:literal, $balances:literal, $counted:literal) => {
        impl Kept for $book {
            const NAME: &'static str = $name;
            const BALANCES: &'static str = $balances;
            const COUNTED: &'static str = $counted;

            fn save(&self, out: &mut Vec<u8>) {
                self.save(out);
            }
            fn load(bytes: &[u8]) -> Result<Self, LedgerError> {
                Self::load(bytes)
            }
            fn digest(&self, key: &TypeKey) -> Digest {
                self.digest(key)
            }
            fn check(&self) -> Result<(), LedgerError> {
                self.check()
            }
            fn audit(&self) -> Result<(), LedgerError> {
                self.audit()
            }
            fn advance(&mut self, to: Tick) -> Result<(), LedgerError> {
                self.advance(to)
            }
        }
    };
}

kept!(
    Ledger,
    "world.ledger",
    "money is neither made nor lost",
    "every account is within its limit, and all together balance"
);
kept!(
    Inventory,
    "world.inventory",
    "goods are neither made nor lost",
    "every stock follows from its flows"
);
kept!(
    Titles,
    "world.titles",
    "values follow from revaluations",
    "shares of every title add up to one"
);
