//! Heirs: who inherits what part of an estate.
//!
//! A rule is an [`Intestacy`]. Four are here, each a simplification that its docs state; a rule of one's own
//! is one function. Only the living inherit. Where nobody does, the estate escheats: the list of heirs is
//! empty, and who takes it is for the treasury to say.

mod forced;
mod per_capita;
mod primogeniture;
mod shares;
mod stirpes;

#[cfg(test)]
mod tests;

use oikos_world::PersonId;

pub use oikos_world::Share;

pub use forced::ForcedHeirship;
pub use per_capita::PerCapita;
pub use primogeniture::{Preference, Primogeniture};
pub use stirpes::SpouseAndStirpes;

use crate::error::FamilyError;
use crate::lineage::Lineage;

/// Somebody whose estate is shared out, with those who may have a part in it. They count as dead, whatever
/// the lineage says.
#[derive(Clone, Copy)]
pub struct Deceased<'a> {
    /// The lineage in which kin are looked up.
    pub lineage: &'a Lineage,
    /// Who died.
    pub person: PersonId,
    /// Who was married to them when they died. The dead among these inherit nothing; several living
    /// spouses share alike.
    pub spouses: &'a [PersonId],
}

/// Who inherits where no will says so.
pub trait Intestacy: Send + Sync {
    /// The heirs, each once, in the order of their ids. Their parts sum to one; nobody at all is escheat.
    ///
    /// # Errors
    /// [`FamilyError::NoSuchPerson`] for an id that nobody has had; [`FamilyError::Core`] where a part is so
    /// small that no [`Ratio`](oikos_core::Ratio) holds it.
    fn heirs(&self, estate: &Deceased<'_>) -> Result<Vec<Share>, FamilyError>;
}
