//! Consecutive rows with their columns: what a parallel pass hands to a task.

use super::data::{AttributeSet, RowData};
use super::filter::RowFilter;
use super::{FilterRows, FilterSlice, ROWS_PER_TASK_MAX, ROWS_PER_TASK_MIN};
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

    /// Cuts before row `at`, a multiple of 64 or the number of rows.
    #[inline]
    fn split_at(self, at: usize) -> (Self, Self) {
        let (left_living, living) = self.living.split_at(at.div_ceil(64));
        let (mut left, mut right) = self.split_rows(at);
        (left.living, right.living) = (left_living, living);
        (left, right)
    }

    /// Cuts before row `at`, whichever it is; the bitmap of the living is left out.
    #[inline]
    fn split_rows(self, at: usize) -> (Self, Self) {
        let (left_subjects, subjects) = self.subjects.split_at(at);
        let (left_ids, ids) = self.ids.split_at(at);
        let (left_columns, columns) = Q::split(self.columns, at);
        let (left_filter, filter) = <FilterRows<Q, F>>::split(self.filter, at);
        let left = Self {
            first_slot: self.first_slot,
            subjects: left_subjects,
            living: &[],
            columns: left_columns,
            ids: left_ids,
            filter: left_filter,
        };
        let right = Self {
            first_slot: self.first_slot + at as u32,
            subjects,
            living: &[],
            columns,
            ids,
            filter,
        };
        (left, right)
    }

    /// Calls `f` for each row whose holder lives and whom the filter keeps.
    ///
    /// What the filter says becomes a bitmap first, without a branch per row, which would go the wrong way too often.
    #[inline]
    pub fn for_each(self, mut f: impl FnMut(Who<Q::Kind>, Q::Item<'_>)) {
        let mut rest = self;
        while !rest.is_empty() {
            let rows = rest.len().min(ROWS_PER_TASK_MAX);
            let (block, after) = rest.split_at(rows);
            block.for_each_kept(&mut f);
            rest = after;
        }
    }

    /// The same for at most [`ROWS_PER_TASK_MAX`] rows: full words of the bitmap in a loop that has no test per row and
    /// can be vectorised, the others bit by bit.
    #[inline]
    fn for_each_kept(mut self, f: &mut impl FnMut(Who<Q::Kind>, Q::Item<'_>)) {
        let mut kept = [0; ROWS_PER_TASK_MAX / 64];
        let words = self.keep(&mut kept);
        let (mut rest, mut first, mut word) = (self, 0, 0);
        while let Some(bits) = kept[..words].get(word) {
            let full = kept[word..words]
                .iter()
                .take_while(|bits| **bits == u64::MAX);
            let full = full.count();
            if full == 0 {
                rest.for_each_bit(*bits, word * 64 - first, f);
                word += 1;
                continue;
            }
            let (_, after) = rest.split_rows(word * 64 - first);
            let (mut run, after) = after.split_rows(full * 64);
            for (row, (id, subject)) in run.ids.iter().zip(run.subjects).enumerate() {
                f(Who::new(*id, *subject), Q::at(&mut run.columns, row));
            }
            word += full;
            (rest, first) = (after, word * 64);
        }
    }

    /// Calls `f` for the rows from `first` on whose bits are set.
    #[inline]
    fn for_each_bit(
        &mut self,
        mut bits: u64,
        first: usize,
        f: &mut impl FnMut(Who<Q::Kind>, Q::Item<'_>),
    ) {
        while bits != 0 {
            let row = first + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            let who = Who::new(self.ids[row], self.subjects[row]);
            f(who, Q::at(&mut self.columns, row));
        }
    }

    /// Sets a bit for each row whose holder lives and whom the filter keeps, and tells how many words that takes.
    #[inline]
    fn keep(&mut self, kept: &mut [u64]) -> usize {
        for (number, (kept, living)) in kept.iter_mut().zip(self.living).enumerate() {
            let first = number * 64;
            let rows = (self.ids.len() - first).min(64);
            let bit =
                |row: usize| u64::from(keeps::<Q::Kind, F>(&mut self.filter, first + row)) << row;
            // Of free slots, too: they have what their last holders left.
            *kept = living & (0..rows).map(bit).fold(0, |all, bit| all | bit);
        }
        self.living.len()
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

/// Rows of a task among so many: enough tasks to share out, and not so many that they cost more than their
/// work. The threads have no say, so that the tasks are the same on any number of them.
fn rows_per_task(rows: usize) -> usize {
    const TASKS: usize = 64;
    let words = (rows / TASKS).div_ceil(64);
    (words * 64).clamp(ROWS_PER_TASK_MIN, ROWS_PER_TASK_MAX)
}

/// Hands tasks to `each` and merges the results from left to right.
pub(super) fn fold<Q: RowData, F: RowFilter<Q::Kind>, T: Send>(
    chunk: Chunk<'_, Q, F>,
    each: &(impl Fn(Chunk<'_, Q, F>) -> T + Sync),
    merge: &(impl Fn(T, T) -> T + Sync),
) -> T {
    let rows = rows_per_task(chunk.len());
    halve(chunk, rows, each, merge)
}

/// Halves the chunk until it fits a task.
fn halve<Q: RowData, F: RowFilter<Q::Kind>, T: Send>(
    chunk: Chunk<'_, Q, F>,
    rows: usize,
    each: &(impl Fn(Chunk<'_, Q, F>) -> T + Sync),
    merge: &(impl Fn(T, T) -> T + Sync),
) -> T {
    if chunk.len() <= rows {
        return each(chunk);
    }
    let tasks = chunk.len().div_ceil(rows);
    let (left, right) = chunk.split_at(tasks / 2 * rows);
    let (left, right) = rayon::join(
        || halve(left, rows, each, merge),
        || halve(right, rows, each, merge),
    );
    merge(left, right)
}

#[cfg(test)]
mod tests {
    use super::{Chunk, FilterSlice};
    use crate::slots::Slots;
    use crate::{Attribute, RowFilter};

    crate::kind! {
        /// A tree.
        pub(super) Tree, TreeId = "tree";
    }

    #[derive(Attribute, Clone, Copy, Default, Debug, PartialEq)]
    #[attribute(kind = Tree)]
    struct Height(u32);

    /// Trees of which those numbered in `fallen` live no more; a height says the number.
    fn wood(trees: u32, fallen: &[u32]) -> (Slots<Tree>, Vec<Height>) {
        let mut slots = Slots::default();
        for number in 0..trees {
            slots.admit(u64::from(number) + 1_000).unwrap();
        }
        for number in fallen {
            slots.dismiss(u64::from(*number)).unwrap();
        }
        (slots, (0..trees).map(Height).collect())
    }

    struct Even;

    impl RowFilter<Tree> for Even {
        type Reads = Height;
        fn keep(height: Height) -> bool {
            height.0.is_multiple_of(2)
        }
    }

    struct BelowHundred;

    impl RowFilter<Tree> for BelowHundred {
        type Reads = Height;
        fn keep(height: Height) -> bool {
            height.0 < 100
        }
    }

    /// Whom a filter keeps, however many in a row.
    #[test]
    fn every_living_row_that_a_filter_keeps_is_visited_once() {
        fn visited<F: RowFilter<Tree>>(slots: &Slots<Tree>, heights: &[Height]) -> Vec<u32>
        where
            for<'a> FilterSlice<'a, &'static Height, F>: From<&'a [Height]>,
        {
            let mut visited = Vec::new();
            let chunk = Chunk::<&Height, F>::new(slots, heights, heights.into());
            chunk.for_each(|_, height| visited.push(height.0));
            visited
        }
        for trees in [2, 64, 65, 200, 20_000] {
            let (slots, heights) = wood(trees, &[0, trees / 2]);
            let alive = (1..trees).filter(|number| *number != trees / 2);
            let even: Vec<_> = alive
                .clone()
                .filter(|number| number.is_multiple_of(2))
                .collect();
            assert_eq!(visited::<Even>(&slots, &heights), even, "{trees}");
            let low: Vec<_> = alive.filter(|number| *number < 100).collect();
            assert_eq!(visited::<BelowHundred>(&slots, &heights), low, "{trees}");
        }
    }

    #[test]
    fn every_living_row_is_visited_once_whatever_the_gaps() {
        let gaps: [&[u32]; 7] = [
            &[],
            &[0],
            &[63],
            &[64],
            &[130, 131],
            &[0, 64, 128, 191],
            &[199, 5, 100],
        ];
        for trees in [0, 1, 63, 64, 65, 128, 200, 256] {
            for fallen in gaps {
                let fallen: Vec<u32> = fallen.iter().copied().filter(|n| *n < trees).collect();
                let (slots, heights) = wood(trees, &fallen);
                let mut visited = Vec::new();
                Chunk::<&Height>::new(&slots, &heights, ()).for_each(|who, height| {
                    visited.push((height.0, who.subject()));
                });
                let alive = (0..trees).filter(|number| !fallen.contains(number));
                let alive: Vec<_> = alive
                    .map(|number| (number, u64::from(number) + 1_000))
                    .collect();
                assert_eq!(visited, alive, "{trees} trees without {fallen:?}");
            }
        }
    }
}
