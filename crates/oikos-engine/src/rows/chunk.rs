//! Consecutive rows with their columns: what a parallel pass hands to a task.

use super::data::{AttributeSet, RowData};
use super::filter::RowFilter;
use super::{FilterRows, FilterSlice, ROWS_PER_TASK};
use crate::kind::Who;
use crate::slots::Slots;

/// Rows that follow one another, with ids, draw subjects, the bitmap of the living and the columns.
///
/// The first row is the first bit of the first word of [`Chunk::living`].
pub struct Chunk<'a, Q: RowData, F: RowFilter<Q::Kind> = ()> {
    /// The position of the first row in the columns.
    pub first_slot: u32,
    /// Draw subjects, one a row; that of a free slot means nothing.
    pub subjects: &'a [u64],
    /// One bit a row, 64 to the word, lowest first: set where somebody lives.
    pub living: &'a [u64],
    /// The columns.
    pub columns: Q::Slice<'a>,
    ids: &'a [u64],
    filter: FilterSlice<'a, Q, F>,
}

impl<'a, Q: RowData, F: RowFilter<Q::Kind>> Chunk<'a, Q, F> {
    pub(super) fn new(
        slots: &'a Slots<Q::Kind>,
        columns: Q::Slice<'a>,
        filter: FilterSlice<'a, Q, F>,
    ) -> Self {
        Self {
            first_slot: 0,
            subjects: slots.subjects(),
            living: slots.living_words(),
            columns,
            ids: slots.ids(),
            filter,
        }
    }

    /// Number of rows, free slots included.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Cuts before row `at`, a multiple of 64.
    fn split_at(self, at: usize) -> (Self, Self) {
        let (left_subjects, subjects) = self.subjects.split_at(at);
        let (left_ids, ids) = self.ids.split_at(at);
        let (left_living, living) = self.living.split_at(at / 64);
        let (left_columns, columns) = Q::split(self.columns, at);
        let (left_filter, filter) = <FilterRows<Q, F>>::split(self.filter, at);
        let left = Self {
            first_slot: self.first_slot,
            subjects: left_subjects,
            living: left_living,
            columns: left_columns,
            ids: left_ids,
            filter: left_filter,
        };
        let first_slot = self.first_slot + at as u32;
        (
            left,
            Self {
                first_slot,
                subjects,
                living,
                columns,
                ids,
                filter,
            },
        )
    }

    /// Calls `f` for each row whose holder lives and whom the filter keeps.
    #[inline]
    pub fn for_each(self, mut f: impl FnMut(Who<Q::Kind>, Q::Item<'_>)) {
        let mut rest = self;
        while rest.len() >= 64 {
            let (block, after) = rest.split_at(64);
            block.for_each_of_64(&mut f);
            rest = after;
        }
        if let Some(word) = rest.living.first().copied() {
            rest.for_each_bit(word, &mut f);
        }
    }

    /// A whole word: where all live, the loop has no test per row and can be vectorised.
    #[inline]
    fn for_each_of_64(mut self, f: &mut impl FnMut(Who<Q::Kind>, Q::Item<'_>)) {
        let (Ok(ids), Ok(subjects)) = (
            <&[u64; 64]>::try_from(self.ids),
            <&[u64; 64]>::try_from(self.subjects),
        ) else {
            return;
        };
        match self.living.first().copied() {
            Some(u64::MAX) => {
                for row in 0..64 {
                    if keeps::<Q::Kind, F>(&mut self.filter, row) {
                        f(
                            Who::new(ids[row], subjects[row]),
                            Q::at(&mut self.columns, row),
                        );
                    }
                }
            }
            Some(word) => self.for_each_bit(word, f),
            None => {}
        }
    }

    #[inline]
    fn for_each_bit(mut self, word: u64, f: &mut impl FnMut(Who<Q::Kind>, Q::Item<'_>)) {
        let mut bits = word;
        while bits != 0 {
            let row = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            if keeps::<Q::Kind, F>(&mut self.filter, row) {
                f(
                    Who::new(self.ids[row], self.subjects[row]),
                    Q::at(&mut self.columns, row),
                );
            }
        }
    }

    /// The rows as an iterator.
    pub(super) fn into_rows(mut self) -> impl Iterator<Item = (Who<Q::Kind>, Q::Item<'a>)> {
        let mut row = 0;
        std::iter::from_fn(move || {
            loop {
                let columns = Q::pop(&mut self.columns);
                let filter = <FilterRows<Q, F>>::pop(&mut self.filter);
                let (id, subject) = (*self.ids.get(row)?, self.subjects[row]);
                row += 1;
                if id != crate::slots::NOBODY && F::keep(F::Reads::read(filter?)) {
                    return Some((Who::new(id, subject), columns?));
                }
            }
        })
    }
}

#[inline]
fn keeps<K: crate::kind::Kind, F: RowFilter<K>>(
    filter: &mut <<F::Reads as AttributeSet>::Rows as RowData>::Slice<'_>,
    row: usize,
) -> bool {
    F::keep(F::Reads::read(
        <<F::Reads as AttributeSet>::Rows as RowData>::at(filter, row),
    ))
}

/// Halves the chunk until it fits a task, and merges the results from left to right.
pub(super) fn fold<Q: RowData, F: RowFilter<Q::Kind>, T: Send>(
    chunk: Chunk<'_, Q, F>,
    each: &(impl Fn(Chunk<'_, Q, F>) -> T + Sync),
    merge: &(impl Fn(T, T) -> T + Sync),
) -> T {
    if chunk.len() <= ROWS_PER_TASK {
        return each(chunk);
    }
    let tasks = chunk.len().div_ceil(ROWS_PER_TASK);
    let (left, right) = chunk.split_at(tasks / 2 * ROWS_PER_TASK);
    let (left, right) = rayon::join(|| fold(left, each, merge), || fold(right, each, merge));
    merge(left, right)
}
