//! Rows: systems over columns that read as systems over a bevy `Query` do.

mod chunk;
mod data;
mod filter;

use bevy_ecs::system::{Res, StaticSystemParam, SystemParam};

pub use chunk::Chunk;
pub use data::{AttributeSet, NoColumns, ReadOnlyRowData, RowData};
pub use filter::{Not, RowFilter};

use crate::draws::{DrawStream, Draws};
use crate::kind::{Kind, Who};
use crate::slots::{Slot, Slots};

/// Rows that a parallel pass hands to one task at least, where there are so many.
pub const ROWS_PER_TASK_MIN: usize = 1024;

/// Rows that a parallel pass hands to one task at most.
pub const ROWS_PER_TASK_MAX: usize = 8192;

/// The living members of a kind, with the columns that a system names.
///
/// `Q` is `&A`, `&mut A` or a tuple of them; `F` a [`RowFilter`] or a tuple of filters.
///
/// ```
/// # use oikos_engine::{Attribute, Rows};
/// # oikos_engine::kind! {
/// #     /// A tree.
/// #     pub Tree, TreeId = "tree";
/// # }
/// # #[derive(Attribute, Clone, Copy, Default)]
/// # #[attribute(kind = Tree)]
/// # struct Height(u32);
/// # #[derive(Attribute, Clone, Copy, Default)]
/// # #[attribute(kind = Tree)]
/// # struct Growth(u32);
/// fn grow(mut trees: Rows<(&mut Height, &Growth)>) {
///     trees.par_for_each(|_who, (height, growth)| height.0 += growth.0);
/// }
/// ```
///
/// The order in which rows are visited is no one's business (C2): a closure must give the same result
/// in any order. `testkit`'s scramble harness finds those that do not.
#[derive(SystemParam)]
pub struct Rows<'w, 's, Q: RowData + 'static, F: RowFilter<<Q as RowData>::Kind> = ()> {
    columns: StaticSystemParam<'w, 's, <Q as RowData>::Param>,
    filter: StaticSystemParam<'w, 's, FilterParam<Q, F>>,
    slots: Res<'w, Slots<<Q as RowData>::Kind>>,
}

/// How a system gets at the columns that a filter looks at.
type FilterParam<Q, F> = <FilterRows<Q, F> as RowData>::Param;

/// The columns that a filter looks at.
type FilterRows<Q, F> = <<F as RowFilter<<Q as RowData>::Kind>>::Reads as AttributeSet>::Rows;

/// Those columns for consecutive rows.
type FilterSlice<'a, Q, F> = <FilterRows<Q, F> as RowData>::Slice<'a>;

impl<Q: RowData, F: RowFilter<Q::Kind>> Rows<'_, '_, Q, F> {
    /// Number of living members, whatever the filter.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether nobody lives.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Who holds which slot.
    #[must_use]
    pub fn slots(&self) -> &Slots<Q::Kind> {
        &self.slots
    }

    /// Who a living member is; `None` for the dead and for ids that nobody has had yet.
    #[must_use]
    pub fn who(&self, id: <Q::Kind as Kind>::Id) -> Option<Who<Q::Kind>> {
        self.slots.find(id)
    }

    /// The values of one living member; `None` for the dead and for those whom the filter leaves out.
    #[inline]
    pub fn get(&mut self, id: <Q::Kind as Kind>::Id) -> Option<Q::Item<'_>> {
        let slot = self.slots.slot(id)?;
        self.at(slot)
    }

    /// The values in a slot that somebody holds; `None` where the filter leaves them out. It is not asked
    /// whether somebody does: a free slot has what its last holder left.
    #[inline]
    pub fn at(&mut self, slot: Slot) -> Option<Q::Item<'_>> {
        let filtered = <FilterRows<Q, F>>::one(&mut self.filter, slot)?;
        if !F::keep(F::Reads::read(filtered)) {
            return None;
        }
        Q::one(&mut self.columns, slot)
    }

    /// All rows, one after the other.
    pub fn iter(&mut self) -> impl Iterator<Item = (Who<Q::Kind>, Q::Item<'_>)> {
        self.chunk().into_rows()
    }

    /// Calls `f` for each row, on this thread.
    pub fn for_each(&mut self, f: impl FnMut(Who<Q::Kind>, Q::Item<'_>)) {
        self.chunk().for_each(f);
    }

    /// Calls `f` for each row, one after the other in an order that is itself drawn: sequential activation
    /// in random order, for models in which each member acts on what those before it left.
    ///
    /// The order depends on the stream, the tick and the members' draw subjects alone. Give it a stream
    /// of its own.
    pub fn for_each_in_random_order<S: DrawStream>(
        &mut self,
        draws: &Draws<'_, '_, S>,
        mut f: impl FnMut(Who<Q::Kind>, Q::Item<'_>),
    ) {
        let place = |(slot, who): (Slot, Who<Q::Kind>)| (draws.of(who).next_u64(), who.id(), slot);
        let mut order: Vec<_> = self.slots.iter().map(place).collect();
        order.sort_unstable();
        for (_, id, slot) in order {
            if let (Some(who), Some(row)) = (self.who(id), self.at(slot)) {
                f(who, row);
            }
        }
    }

    /// Calls `f` for each row, on all of the society's threads.
    pub fn par_for_each(&mut self, f: impl Fn(Who<Q::Kind>, Q::Item<'_>) + Sync) {
        self.par_chunks(|chunk| chunk.for_each(&f));
    }

    /// Hands the rows to `f` in chunks of at most [`ROWS_PER_TASK_MAX`], on all of the society's threads:
    /// for kernels that work on whole columns.
    pub fn par_chunks(&mut self, f: impl Fn(Chunk<'_, Q, F>) + Sync) {
        chunk::fold(self.chunk(), &f, &|(), ()| ());
    }

    /// Folds each chunk with `fold` and merges the results, on all of the society's threads.
    ///
    /// `merge` must not depend on the order: integer sums, minima, maxima, [`oikos_core::ExactSum`].
    pub fn par_fold<T: Send>(
        &mut self,
        start: impl Fn() -> T + Sync,
        fold: impl Fn(&mut T, Who<Q::Kind>, Q::Item<'_>) + Sync,
        merge: impl Fn(T, T) -> T + Sync,
    ) -> T {
        let each = |chunk: Chunk<'_, Q, F>| {
            let mut total = start();
            chunk.for_each(|who, row| fold(&mut total, who, row));
            total
        };
        chunk::fold(self.chunk(), &each, &merge)
    }

    /// Calls `f` for chunks of at most [`ROWS_PER_TASK_MAX`] rows, on all of the society's threads, and merges
    /// the results from left to right in the order of the slots.
    pub fn par_fold_chunks<T: Send>(
        &mut self,
        f: impl Fn(Chunk<'_, Q, F>) -> T + Sync,
        merge: impl Fn(T, T) -> T + Sync,
    ) -> T {
        chunk::fold(self.chunk(), &f, &merge)
    }

    /// Collects what `f` pushes, on all of the society's threads. The order follows the slots: sort by
    /// id before anything depends on it, or send the results as messages.
    pub fn par_collect<T: Send>(
        &mut self,
        f: impl Fn(Who<Q::Kind>, Q::Item<'_>, &mut Vec<T>) + Sync,
    ) -> Vec<T> {
        let fold = |found: &mut Vec<T>, who: Who<Q::Kind>, row: Q::Item<'_>| f(who, row, found);
        let merge = |mut left: Vec<T>, mut right: Vec<T>| {
            left.append(&mut right);
            left
        };
        self.par_fold(Vec::new, fold, merge)
    }

    /// All rows as one chunk.
    pub fn chunk(&mut self) -> Chunk<'_, Q, F> {
        Chunk::new(
            &self.slots,
            Q::slice(&mut self.columns),
            <FilterRows<Q, F>>::slice(&mut self.filter),
        )
    }
}
