//! Births and deaths of people at the rates of tables.

mod births;
mod by_status;
mod parity;
mod plugin;
mod rates;
#[cfg(test)]
mod tests;

pub use births::ChildrenBorn;
pub use by_status::{
    FertilityByStatus, FertilityGroupNow, FertilityNow, FertilityRisks, LastDelivery,
};
pub use plugin::{Death, Delivery, FamilyPlugin};
pub use rates::{Fertility, ForcesNow, Mortality, VitalRates};
