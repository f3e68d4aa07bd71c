//! What a system can ask of each row.

use bevy_ecs::system::{Res, ResMut, SystemParam, SystemParamItem};

use crate::attribute::Attribute;
use crate::column::Column;
use crate::kind::Kind;
use crate::slots::Slot;

/// Columns of one kind that a system reads or writes: `&A`, `&mut A`, tuples of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be asked of a row",
    note = "ask for `&Attribute`, `&mut Attribute` or a tuple of them, all of one kind"
)]
pub trait RowData: Send + Sync {
    /// Whose columns they are.
    type Kind: Kind;
    /// How a system gets at them.
    type Param: SystemParam + 'static;
    /// The values of one row.
    type Item<'a>;
    /// The values of consecutive rows.
    type Slice<'a>: Send;

    /// All slots.
    fn slice<'a>(param: &'a mut SystemParamItem<'_, '_, Self::Param>) -> Self::Slice<'a>;
    /// One slot.
    fn one<'a>(
        param: &'a mut SystemParamItem<'_, '_, Self::Param>,
        slot: Slot,
    ) -> Option<Self::Item<'a>>;
    /// Cuts a slice in two before row `at`.
    fn split<'a>(slice: Self::Slice<'a>, at: usize) -> (Self::Slice<'a>, Self::Slice<'a>);
    /// One row of a slice.
    fn at<'a>(slice: &'a mut Self::Slice<'_>, row: usize) -> Self::Item<'a>;
    /// Takes the first row off a slice.
    fn pop<'a>(slice: &mut Self::Slice<'a>) -> Option<Self::Item<'a>>;
}

/// [`RowData`] that writes nothing.
pub trait ReadOnlyRowData: RowData {}

impl<A: Attribute> RowData for &A {
    type Kind = A::Kind;
    type Param = Res<'static, Column<A>>;
    type Item<'a> = &'a A;
    type Slice<'a> = &'a [A];

    fn slice<'a>(param: &'a mut SystemParamItem<'_, '_, Self::Param>) -> &'a [A] {
        param.as_slice()
    }
    fn one<'a>(param: &'a mut SystemParamItem<'_, '_, Self::Param>, slot: Slot) -> Option<&'a A> {
        param.get(slot)
    }
    #[inline]
    fn split<'a>(slice: Self::Slice<'a>, at: usize) -> (Self::Slice<'a>, Self::Slice<'a>) {
        slice.split_at(at)
    }
    #[inline]
    fn at<'a>(slice: &'a mut &[A], row: usize) -> &'a A {
        &slice[row]
    }
    #[inline]
    fn pop<'a>(slice: &mut Self::Slice<'a>) -> Option<Self::Item<'a>> {
        slice.split_off_first()
    }
}

impl<A: Attribute> ReadOnlyRowData for &A {}

impl<A: Attribute> RowData for &mut A {
    type Kind = A::Kind;
    type Param = ResMut<'static, Column<A>>;
    type Item<'a> = &'a mut A;
    type Slice<'a> = &'a mut [A];

    fn slice<'a>(param: &'a mut SystemParamItem<'_, '_, Self::Param>) -> &'a mut [A] {
        param.as_mut_slice()
    }
    fn one<'a>(
        param: &'a mut SystemParamItem<'_, '_, Self::Param>,
        slot: Slot,
    ) -> Option<&'a mut A> {
        param.get_mut(slot)
    }
    #[inline]
    fn split<'a>(slice: Self::Slice<'a>, at: usize) -> (Self::Slice<'a>, Self::Slice<'a>) {
        slice.split_at_mut(at)
    }
    #[inline]
    fn at<'a>(slice: &'a mut &mut [A], row: usize) -> &'a mut A {
        &mut slice[row]
    }
    #[inline]
    fn pop<'a>(slice: &mut Self::Slice<'a>) -> Option<Self::Item<'a>> {
        slice.split_off_first_mut()
    }
}

/// No column at all: who lives, and nothing else.
pub struct NoColumns<K: Kind>(std::marker::PhantomData<fn() -> K>);

impl<K: Kind> Clone for NoColumns<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Kind> Copy for NoColumns<K> {}

impl<K: Kind> RowData for NoColumns<K> {
    type Kind = K;
    type Param = ();
    type Item<'a> = ();
    type Slice<'a> = ();

    fn slice((): &mut SystemParamItem<'_, '_, ()>) {}
    fn one((): &mut SystemParamItem<'_, '_, ()>, _slot: Slot) -> Option<()> {
        Some(())
    }
    #[inline]
    fn split<'a>((): Self::Slice<'a>, _at: usize) -> (Self::Slice<'a>, Self::Slice<'a>) {
        ((), ())
    }
    #[inline]
    fn at((): &mut (), _row: usize) {}
    #[inline]
    fn pop<'a>((): &mut Self::Slice<'a>) -> Option<Self::Item<'a>> {
        Some(())
    }
}

impl<K: Kind> ReadOnlyRowData for NoColumns<K> {}

/// Attributes of one row, by value: an attribute, or a tuple of up to six.
///
/// Traits whose functions look at a row, such as [`RowFilter`](crate::RowFilter), say with it what they
/// look at, and need neither references nor lifetimes to do so.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    note = "name an attribute or a tuple of them, all of one kind"
)]
pub trait AttributeSet: Copy + Send + Sync + 'static {
    /// Whose attributes they are.
    type Kind: Kind;
    /// The same as [`RowData`].
    type Rows: ReadOnlyRowData<Kind = Self::Kind> + 'static;
    /// The values of one row.
    fn read(row: <Self::Rows as RowData>::Item<'_>) -> Self;
}

impl<A: Attribute> AttributeSet for A {
    type Kind = A::Kind;
    type Rows = &'static A;
    #[inline]
    fn read(row: <Self::Rows as RowData>::Item<'_>) -> Self {
        *row
    }
}

impl<K: Kind> AttributeSet for NoColumns<K> {
    type Kind = K;
    type Rows = Self;
    #[inline]
    fn read((): <Self::Rows as RowData>::Item<'_>) -> Self {
        Self(std::marker::PhantomData)
    }
}

macro_rules! attribute_tuple {
    ($first:ident $(, $rest:ident)*) => {
        impl<$first: AttributeSet, $($rest: AttributeSet<Kind = $first::Kind>),*> AttributeSet
            for ($first, $($rest,)*)
        {
            type Kind = $first::Kind;
            type Rows = ($first::Rows, $($rest::Rows,)*);
            #[inline]
            #[expect(non_snake_case, reason = "each variable is named after its type")]
            fn read(row: <Self::Rows as RowData>::Item<'_>) -> Self {
                let ($first, $($rest,)*) = row;
                ($first::read($first), $($rest::read($rest),)*)
            }
        }
    };
}
attribute_tuple!(A, B);
attribute_tuple!(A, B, C);
attribute_tuple!(A, B, C, D);
attribute_tuple!(A, B, C, D, E);
attribute_tuple!(A, B, C, D, E, F);

macro_rules! row_tuple {
    ($first:ident $(, $rest:ident)*) => {
        impl<$first: RowData, $($rest: RowData<Kind = $first::Kind>),*> RowData
            for ($first, $($rest,)*)
        {
            type Kind = $first::Kind;
            type Param = ($first::Param, $($rest::Param,)*);
            type Item<'a> = ($first::Item<'a>, $($rest::Item<'a>,)*);
            type Slice<'a> = ($first::Slice<'a>, $($rest::Slice<'a>,)*);

            #[expect(non_snake_case, reason = "each variable is named after its type")]
            fn slice<'a>(
                param: &'a mut SystemParamItem<'_, '_, Self::Param>,
            ) -> Self::Slice<'a> {
                let ($first, $($rest,)*) = param;
                ($first::slice($first), $($rest::slice($rest),)*)
            }
            #[expect(non_snake_case, reason = "each variable is named after its type")]
            fn one<'a>(
                param: &'a mut SystemParamItem<'_, '_, Self::Param>,
                slot: Slot,
            ) -> Option<Self::Item<'a>> {
                let ($first, $($rest,)*) = param;
                Some(($first::one($first, slot)?, $($rest::one($rest, slot)?,)*))
            }
            #[inline]
            #[expect(non_snake_case, reason = "each variable is named after its type")]
            fn split<'a>(slice: Self::Slice<'a>, at: usize) -> (Self::Slice<'a>, Self::Slice<'a>) {
                let ($first, $($rest,)*) = slice;
                let $first = $first::split($first, at);
                $(let $rest = $rest::split($rest, at);)*
                (($first.0, $($rest.0,)*), ($first.1, $($rest.1,)*))
            }
            #[inline]
            #[expect(non_snake_case, reason = "each variable is named after its type")]
            fn at<'a>(slice: &'a mut Self::Slice<'_>, row: usize) -> Self::Item<'a> {
                let ($first, $($rest,)*) = slice;
                ($first::at($first, row), $($rest::at($rest, row),)*)
            }
            #[inline]
            #[expect(non_snake_case, reason = "each variable is named after its type")]
            fn pop<'a>(slice: &mut Self::Slice<'a>) -> Option<Self::Item<'a>> {
                let ($first, $($rest,)*) = slice;
                Some(($first::pop($first)?, $($rest::pop($rest)?,)*))
            }
        }

        impl<$first: ReadOnlyRowData, $($rest: ReadOnlyRowData<Kind = $first::Kind>),*>
            ReadOnlyRowData for ($first, $($rest,)*)
        {
        }
    };
}
row_tuple!(A);
row_tuple!(A, B);
row_tuple!(A, B, C);
row_tuple!(A, B, C, D);
row_tuple!(A, B, C, D, E);
row_tuple!(A, B, C, D, E, F);
row_tuple!(A, B, C, D, E, F, G);
row_tuple!(A, B, C, D, E, F, G, H);
row_tuple!(A, B, C, D, E, F, G, H, I);
row_tuple!(A, B, C, D, E, F, G, H, I, J);
row_tuple!(A, B, C, D, E, F, G, H, I, J, K);
row_tuple!(A, B, C, D, E, F, G, H, I, J, K, L);
