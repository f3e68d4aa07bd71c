//! Compressed sparse rows that can be edited: who is tied to whom, by the number of the first.

/// Where a row's entries lie.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    len: u32,
}

/// The most entries that all rows together may have: half of what a `u32` can address, so that there is
/// always room to move a row.
pub(super) const ENTRIES_MAX: usize = 1 << 31;

/// Rows of sorted neighbours, each with a value.
///
/// All entries lie in one vector. A row that grows is written anew at its end, and what it leaves behind is
/// waste; when a third of the vector is waste, all rows are moved together. So an edit costs what its row is
/// long, and moving together adds a constant share to that. A row costs 8 bytes, an entry 4 and its value.
#[derive(Clone, Debug)]
pub(super) struct SparseRows<V> {
    spans: Vec<Span>,
    targets: Vec<u32>,
    values: Vec<V>,
    entries: usize,
}

impl<V> Default for SparseRows<V> {
    fn default() -> Self {
        Self {
            spans: Vec::new(),
            targets: Vec::new(),
            values: Vec::new(),
            entries: 0,
        }
    }
}

/// What is to become of an entry: put there with a value, or taken out.
pub(super) type Change<V> = (u32, Option<V>);

impl<V: Copy> SparseRows<V> {
    /// Rows of entries (row, target, value) that are in order, without one that stands twice.
    pub(super) fn of_sorted(sorted: &[(u32, u32, V)]) -> Self {
        let rows = sorted.last().map_or(0, |(row, ..)| *row as usize + 1);
        let mut spans = vec![Span::default(); rows];
        for (row, ..) in sorted {
            spans[*row as usize].len += 1;
        }
        let mut start = 0;
        for span in &mut spans {
            span.start = start;
            start += span.len;
        }
        Self {
            spans,
            targets: sorted.iter().map(|(_, target, _)| *target).collect(),
            values: sorted.iter().map(|(.., value)| *value).collect(),
            entries: sorted.len(),
        }
    }

    /// Number of entries of all rows.
    pub(super) const fn entries(&self) -> usize {
        self.entries
    }

    /// One more than the number of the last row that was ever written.
    pub(super) const fn rows(&self) -> usize {
        self.spans.len()
    }

    /// A row's targets, in order, and their values.
    #[inline]
    pub(super) fn row(&self, row: usize) -> (&[u32], &[V]) {
        let span = self.spans.get(row).copied().unwrap_or_default();
        let range = span.start as usize..span.start as usize + span.len as usize;
        (&self.targets[range.clone()], &self.values[range])
    }

    /// The value of an entry, if it is there.
    pub(super) fn get(&self, row: usize, target: u32) -> Option<V> {
        let (targets, values) = self.row(row);
        let at = targets.binary_search(&target).ok()?;
        Some(values[at])
    }

    /// Edits one row. The changes are in the order of their targets, one for each.
    pub(super) fn edit(&mut self, row: u32, changes: &[Change<V>]) {
        let (targets, values) = self.row(row as usize);
        let mut merged = (Vec::new(), Vec::new());
        let mut put = |target: u32, value: V| {
            merged.0.push(target);
            merged.1.push(value);
        };
        let mut changes = changes.iter().peekable();
        for (target, value) in targets.iter().zip(values) {
            while let Some((other, new)) = changes.next_if(|(other, _)| other < target) {
                new.iter().for_each(|new| put(*other, *new));
            }
            match changes.next_if(|(other, _)| other == target) {
                Some((_, new)) => new.iter().for_each(|new| put(*target, *new)),
                None => put(*target, *value),
            }
        }
        for (other, new) in changes {
            new.iter().for_each(|new| put(*other, *new));
        }
        self.write(row as usize, &merged.0, &merged.1);
    }

    fn write(&mut self, row: usize, targets: &[u32], values: &[V]) {
        if row >= self.spans.len() {
            if targets.is_empty() {
                return;
            }
            reserve(&mut self.spans, row + 1);
            self.spans.resize(row + 1, Span::default());
        }
        let old = self.spans[row];
        self.entries = self.entries - old.len as usize + targets.len();
        self.spans[row].len = 0;
        if targets.len() > old.len as usize {
            self.make_room(targets.len());
            self.spans[row].start = self.targets.len() as u32;
            self.targets.extend_from_slice(targets);
            self.values.extend_from_slice(values);
        } else {
            let start = old.start as usize;
            self.targets[start..start + targets.len()].copy_from_slice(targets);
            self.values[start..start + values.len()].copy_from_slice(values);
        }
        self.spans[row].len = targets.len() as u32;
    }

    fn make_room(&mut self, more: usize) {
        let needed = self.targets.len() + more;
        if needed > 2 * ENTRIES_MAX - 1 || 2 * needed > 3 * self.entries + 2_048 {
            self.move_together();
        }
        let needed = self.targets.len() + more;
        reserve(&mut self.targets, needed);
        reserve(&mut self.values, needed);
    }

    fn move_together(&mut self) {
        let mut targets = Vec::with_capacity(self.entries);
        let mut values = Vec::with_capacity(self.entries);
        for row in 0..self.spans.len() {
            let (its_targets, its_values) = self.row(row);
            let start = targets.len() as u32;
            targets.extend_from_slice(its_targets);
            values.extend_from_slice(its_values);
            self.spans[row].start = start;
        }
        self.targets = targets;
        self.values = values;
    }
}

/// Room for `needed` in all, with growth by an eighth: doubling would waste half the memory of many rows.
fn reserve<T>(values: &mut Vec<T>, needed: usize) {
    if needed > values.capacity() {
        values.reserve_exact(needed - values.len() + needed / 8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_edited_over_and_over_leaves_little_waste() {
        let sorted: Vec<_> = (0..1_000_u32).map(|row| (row, row + 1, 7_u8)).collect();
        let mut rows = SparseRows::of_sorted(&sorted);
        for round in 0..3_000_u32 {
            let grow = [(round, Some(1)), (round + 5_000, Some(2))];
            rows.edit(round % 1_000, &grow);
            rows.edit(round % 1_000, &[(round, None)]);
            assert!(2 * rows.targets.len() <= 3 * rows.entries + 2_048 + 2 * 8);
        }
        // One more in each round: the other one goes again.
        assert_eq!(rows.entries(), 1_000 + 3_000);
        assert_eq!(rows.row(1).0, [2, 5_001, 6_001, 7_001]);
        assert_eq!(rows.get(1, 6_001), Some(2));
        assert_eq!(rows.get(1, 1), None);
    }

    #[test]
    fn rows_that_were_never_written_are_empty() {
        let mut rows = SparseRows::<()>::default();
        rows.edit(9, &[(3, None)]);
        assert_eq!((rows.rows(), rows.row(9).0.len()), (0, 0));
        rows.edit(2, &[(3, Some(()))]);
        assert_eq!((rows.rows(), rows.row(1).0.len()), (3, 0));
        assert_eq!(rows.row(2).0, [3]);
    }
}
