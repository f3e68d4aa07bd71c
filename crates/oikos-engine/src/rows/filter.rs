//! Filters: which rows a system sees.

use super::data::{AttributeSet, NoColumns};
use crate::kind::Kind;

/// Leaves rows out, as a type: the second parameter of [`Rows`](super::Rows).
///
/// ```
/// # use oikos_engine::{Attribute, RowFilter, Rows};
/// # oikos_engine::kind! {
/// #     /// A tree.
/// #     pub Tree, TreeId = "tree";
/// # }
/// # #[derive(Attribute, Clone, Copy, Default)]
/// # #[attribute(kind = Tree)]
/// # struct Height(u32);
/// struct Tall;
/// impl RowFilter<Tree> for Tall {
///     type Reads = Height;
///     fn keep(height: Height) -> bool {
///         height.0 > 10_000
///     }
/// }
/// fn count(mut trees: Rows<&Height, Tall>) -> usize {
///     trees.iter().count()
/// }
/// ```
pub trait RowFilter<K: Kind>: 'static {
    /// The attributes it looks at.
    type Reads: AttributeSet<Kind = K>;
    /// Whether a row stays.
    fn keep(row: Self::Reads) -> bool;
}

/// Keeps all.
impl<K: Kind> RowFilter<K> for () {
    type Reads = NoColumns<K>;
    #[inline]
    fn keep(_row: NoColumns<K>) -> bool {
        true
    }
}

/// Keeps what `F` leaves out.
pub struct Not<F>(std::marker::PhantomData<F>);

impl<K: Kind, F: RowFilter<K>> RowFilter<K> for Not<F> {
    type Reads = F::Reads;
    #[inline]
    fn keep(row: F::Reads) -> bool {
        !F::keep(row)
    }
}

macro_rules! filter_tuple {
    ($($filter:ident),+) => {
        /// Keeps what all of them keep.
        impl<Kd: Kind, $($filter: RowFilter<Kd>),+> RowFilter<Kd> for ($($filter,)+) {
            type Reads = ($($filter::Reads,)+);
            #[inline]
            #[expect(non_snake_case, reason = "each variable is named after its type")]
            fn keep(row: Self::Reads) -> bool {
                let ($($filter,)+) = row;
                // Not `&&`: that would be a branch.
                $($filter::keep($filter))&+
            }
        }
    };
}
filter_tuple!(A, B);
filter_tuple!(A, B, C);
filter_tuple!(A, B, C, D);
