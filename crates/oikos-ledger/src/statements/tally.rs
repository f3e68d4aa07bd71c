//! What has moved, added up by kind of transfer and by position.

use crate::TransferKind;

/// Debits and credits.
pub(super) type Turnover = [i128; 2];

/// Sums by kind and by number of position. Where nothing has moved there may be no place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    rows: Vec<Vec<Turnover>>,
}

impl Tally {
    /// The turnover of a kind in a position, which is about to change.
    #[inline]
    pub(super) fn place(&mut self, kind: TransferKind, position: u32) -> &mut Turnover {
        let (kind, position) = (usize::from(kind.0), position as usize);
        if self.rows.len() <= kind {
            self.rows.resize(kind + 1, Vec::new());
        }
        let row = &mut self.rows[kind];
        if row.len() <= position {
            row.resize(position + 1, [0; 2]);
        }
        &mut row[position]
    }

    /// The number above those of all kinds that have moved something.
    pub(super) fn kinds(&self) -> usize {
        self.rows.len()
    }

    /// All places where something has moved, by kind and position.
    pub(super) fn iter(&self) -> impl Iterator<Item = (TransferKind, usize, Turnover)> {
        let kinds = (0_u16..).zip(&self.rows);
        kinds.flat_map(|(kind, row)| {
            let moved = row.iter().enumerate();
            let moved = moved.filter(|(_, turnover)| **turnover != [0; 2]);
            moved.map(move |(position, &turnover)| (TransferKind(kind), position, turnover))
        })
    }
}
