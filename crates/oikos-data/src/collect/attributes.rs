//! Reading attributes of a member out of a world that is only looked at.

use bevy_ecs::world::World;
use oikos_engine::{Attribute, AttributeSet, Column, Kind, NoColumns, Slot};

/// What a column of a [`RowTable`](crate::RowTable) can be made from: an attribute, a tuple of two
/// to four attributes, or [`NoColumns`].
///
/// `Shape` tells these apart for the compiler, which finds it out by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read for a column of a table",
    note = "name an attribute, a tuple of two to four, or `NoColumns`, all of the table's kind"
)]
pub trait Readable<Shape>: AttributeSet {
    /// The attributes of all members, borrowed from a world.
    type Columns<'w>;
    /// Borrows them.
    ///
    /// # Errors
    ///
    /// The name of the first attribute that the world does not have.
    fn columns(world: &World) -> Result<Self::Columns<'_>, &'static str>;
    /// The values in a slot; `None` past the last one.
    fn at(columns: &Self::Columns<'_>, slot: Slot) -> Option<Self>;
}

/// The shape of a single attribute.
pub struct One;

impl<A: Attribute> Readable<One> for A {
    type Columns<'w> = &'w Column<A>;

    fn columns(world: &World) -> Result<Self::Columns<'_>, &'static str> {
        world.get_resource().ok_or(A::NAME)
    }

    fn at(columns: &Self::Columns<'_>, slot: Slot) -> Option<Self> {
        columns.get(slot).copied()
    }
}

/// The shape of no attribute at all.
pub struct Nothing;

impl<K: Kind> Readable<Nothing> for NoColumns<K> {
    type Columns<'w> = ();

    fn columns(_world: &World) -> Result<(), &'static str> {
        Ok(())
    }

    fn at((): &(), _slot: Slot) -> Option<Self> {
        Some(Self::read(()))
    }
}

/// The shape of a tuple of attributes.
pub struct Several;

macro_rules! readable_tuple {
    ($first:ident $(, $rest:ident)*) => {
        impl<$first: Attribute, $($rest: Attribute<Kind = $first::Kind>),*> Readable<Several>
            for ($first, $($rest,)*)
        {
            type Columns<'w> = (&'w Column<$first>, $(&'w Column<$rest>,)*);

            fn columns(world: &World) -> Result<Self::Columns<'_>, &'static str> {
                Ok((
                    <$first as Readable<One>>::columns(world)?,
                    $(<$rest as Readable<One>>::columns(world)?,)*
                ))
            }

            #[expect(non_snake_case, reason = "each variable is named after its type")]
            fn at(columns: &Self::Columns<'_>, slot: Slot) -> Option<Self> {
                let ($first, $($rest,)*) = columns;
                Some((*$first.get(slot)?, $(*$rest.get(slot)?,)*))
            }
        }
    };
}
readable_tuple!(A, B);
readable_tuple!(A, B, C);
readable_tuple!(A, B, C, D);
