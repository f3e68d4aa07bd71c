//! What can be asked of an inventory book, and what it answers.

use core::fmt;

use oikos_core::{Digest, Quantity, Tick, TypeKey};
use serde::{Deserialize, Serialize};

use crate::holds::Held;
use crate::state::add_wide;
use crate::{HoldId, Owner};

/// A good ("wheat", "bread"): a name that was declared with [`Inventory::good`](crate::Inventory::good).
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Good(pub u16);

/// Why goods come, move or go ("harvest", "sale", "meal"): a name that was declared with
/// [`Inventory::kind`](crate::Inventory::kind) for one flow.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GoodsKind(pub u16);

/// What happens to goods.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum GoodsFlow {
    /// They come into being.
    Produce,
    /// They go from one owner to another, sold or given.
    Transfer,
    /// They are used up.
    Consume,
    /// They are lost: rot, rust, theft by nobody.
    Spoil,
}

impl GoodsFlow {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Produce, Self::Transfer, Self::Consume, Self::Spoil];
}

/// A quantity of a good of an owner, and why something becomes of it.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GoodsMove {
    /// Why.
    pub kind: GoodsKind,
    /// What.
    pub good: Good,
    /// Who produces, gives, consumes or loses it.
    pub owner: Owner,
    /// How much, 1 to [`MAX_AMOUNT`](crate::MAX_AMOUNT).
    pub quantity: Quantity,
    /// What the user wants to find again: the number of an order, of a person. 0 where there is nothing.
    pub reference: u64,
}

/// A quantity of a good that is set aside for a taker who need not be known yet.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GoodsHold {
    /// What.
    pub good: Good,
    /// Whose it is until it is taken.
    pub owner: Owner,
    /// How much is still held.
    pub quantity: Quantity,
    /// As in [`GoodsMove::reference`].
    pub reference: u64,
    /// The tick from which it can no longer be taken. `None` for a hold without end.
    pub expires: Option<Tick>,
}

/// One thing that an inventory book can be asked to do. It is done whole or refused whole.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GoodsOperation {
    /// Bring goods into being.
    Produce(GoodsMove),
    /// Give goods to another owner.
    Transfer {
        /// What goes, and from whom.
        what: GoodsMove,
        /// Who gets it.
        to: Owner,
    },
    /// Use goods up.
    Consume(GoodsMove),
    /// Lose goods.
    Spoil(GoodsMove),
    /// Set goods aside. They stay with the owner, who cannot use them otherwise.
    Hold(GoodsHold),
    /// Give what is held, or part of it, to another owner. What is not taken stays held.
    Take {
        /// The hold.
        hold: HoldId,
        /// Why.
        kind: GoodsKind,
        /// Who gets it.
        to: Owner,
        /// How much, at most what is held; all of it if `None`.
        quantity: Option<Quantity>,
    },
    /// Free what is held, or part of it. What is not released stays held.
    Release {
        /// The hold.
        hold: HoldId,
        /// How much, at most what is held; all of it if `None`.
        quantity: Option<Quantity>,
    },
}

/// Goods that have come, moved or gone: what statements and tables are made of.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GoodsEntry {
    /// The running number of the operation; no two entries share one.
    pub number: u64,
    /// When.
    pub tick: Tick,
    /// What happened.
    pub flow: GoodsFlow,
    /// Why.
    pub kind: GoodsKind,
    /// To what.
    pub good: Good,
    /// Who has less of it; `None` if it was produced.
    pub from: Option<Owner>,
    /// Who has more of it; `None` if it was consumed or has spoiled.
    pub to: Option<Owner>,
    /// How much, at least 1.
    pub quantity: Quantity,
    /// As in [`GoodsMove::reference`]; of goods taken from a hold, the hold's.
    pub reference: u64,
    /// The hold that was taken from, if it was one.
    pub hold: Option<HoldId>,
}

/// The digest key of open holds of goods.
const HOLD: TypeKey = TypeKey::new("oikos.inventory.hold");

impl Held for GoodsHold {
    fn expires(&self) -> Option<Tick> {
        self.expires
    }

    fn cells(&self, id: u64) -> Digest {
        let (row, mut digest) = (HOLD.row(id), Digest::default());
        let small = u32::from(self.good.0) | u32::from(self.owner.kind.0) << 16;
        row.add(&mut digest, 0, small);
        add_wide(&row, &mut digest, 1, self.owner.id);
        add_wide(&row, &mut digest, 3, self.quantity.0 as u64);
        add_wide(&row, &mut digest, 5, self.reference);
        if let Some(tick) = self.expires {
            row.add(&mut digest, 7, tick.index());
        }
        digest
    }
}

impl fmt::Display for GoodsOperation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = |out: &mut fmt::Formatter<'_>, what: &str, moved: &GoodsMove| {
            let (kind, good) = (moved.kind.0, moved.good.0);
            let (quantity, reference) = (moved.quantity.0, moved.reference);
            write!(
                out,
                "{what} (kind {kind}, good {good}, owner {}, quantity {quantity}, reference {reference})",
                moved.owner
            )
        };
        match self {
            Self::Produce(moved) => about(out, "producing", moved),
            Self::Consume(moved) => about(out, "consuming", moved),
            Self::Spoil(moved) => about(out, "spoiling", moved),
            Self::Transfer { what, to } => {
                about(out, "transferring", what)?;
                write!(out, " to owner {to}")
            }
            Self::Hold(hold) => write!(
                out,
                "holding (good {}, owner {}, quantity {}, reference {})",
                hold.good.0, hold.owner, hold.quantity.0, hold.reference
            ),
            Self::Take { hold, to, .. } => write!(out, "taking from {hold} for owner {to}"),
            Self::Release { hold, .. } => write!(out, "releasing {hold}"),
        }
    }
}
