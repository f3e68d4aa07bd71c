//! One error over those of all crates.

/// Any error of any crate of Oikos.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A number, a date or an id.
    Core(oikos_core::CoreError),
    /// The society: building, stepping, saving, loading.
    Engine(oikos_engine::EngineError),
    /// People, organisations, measures.
    World(oikos_world::WorldError),
    /// Rates, tables, populations.
    #[cfg(feature = "family")]
    Family(oikos_family::FamilyError),
    /// Money, goods, titles: beside what the books refuse, which are values. Boxed: it tells so much that every result
    /// would be large.
    #[cfg(feature = "ledger")]
    Ledger(Box<oikos_ledger::LedgerError>),
    /// Orders and trades.
    #[cfg(feature = "market")]
    Market(oikos_market::MarketError),
    /// Trades that are settled in money, goods and titles. Boxed for the same reason.
    #[cfg(feature = "market")]
    Escrow(Box<oikos_market::EscrowError>),
    /// Output.
    #[cfg(feature = "data")]
    Data(oikos_data::DataError),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Core(error) => error.fmt(f),
            Self::Engine(error) => error.fmt(f),
            Self::World(error) => error.fmt(f),
            #[cfg(feature = "family")]
            Self::Family(error) => error.fmt(f),
            #[cfg(feature = "ledger")]
            Self::Ledger(error) => error.fmt(f),
            #[cfg(feature = "market")]
            Self::Market(error) => error.fmt(f),
            #[cfg(feature = "market")]
            Self::Escrow(error) => error.fmt(f),
            #[cfg(feature = "data")]
            Self::Data(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Core(error) => error.source(),
            Self::Engine(error) => error.source(),
            Self::World(error) => error.source(),
            #[cfg(feature = "family")]
            Self::Family(error) => error.source(),
            #[cfg(feature = "ledger")]
            Self::Ledger(error) => error.source(),
            #[cfg(feature = "market")]
            Self::Market(error) => error.source(),
            #[cfg(feature = "market")]
            Self::Escrow(error) => error.source(),
            #[cfg(feature = "data")]
            Self::Data(error) => error.source(),
        }
    }
}

macro_rules! from_error {
    ($($(#[$attr:meta])* $variant:ident($error:ty),)*) => {$(
        $(#[$attr])*
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}
from_error! {
    Core(oikos_core::CoreError),
    Engine(oikos_engine::EngineError),
    World(oikos_world::WorldError),
    #[cfg(feature = "family")]
    Family(oikos_family::FamilyError),
    #[cfg(feature = "market")]
    Market(oikos_market::MarketError),
    #[cfg(feature = "data")]
    Data(oikos_data::DataError),
}

#[cfg(feature = "ledger")]
impl From<oikos_ledger::LedgerError> for Error {
    fn from(error: oikos_ledger::LedgerError) -> Self {
        Self::Ledger(Box::new(error))
    }
}

#[cfg(feature = "market")]
impl From<oikos_market::EscrowError> for Error {
    fn from(error: oikos_market::EscrowError) -> Self {
        Self::Escrow(Box::new(error))
    }
}

#[cfg(feature = "family")]
impl From<oikos_family::TableError> for Error {
    fn from(error: oikos_family::TableError) -> Self {
        Self::Family(error.into())
    }
}
