//! Records in segments: the old ones are never copied, and not looked at where nobody in them lives here.

use super::record::Record;

/// A segment has 2¹⁶ records: 2 MiB.
const BITS: u32 = 16;
/// Records of a segment.
pub(super) const SEGMENT: usize = 1 << BITS;

/// All records by row, in segments that are filled one after the other.
///
/// A segment in which nobody is present any more is *sealed*: of its records nothing changes that is saved or
/// digested, so a digest passes over it. Only the last segment grows, by a quarter at a time.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub(super) struct Segments {
    /// All full but the last one.
    records: Vec<Vec<Record>>,
    /// How many people of each segment are present.
    present: Vec<u32>,
    len: usize,
}

impl Segments {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn get(&self, row: u32) -> Option<&Record> {
        let segment = self.records.get((row >> BITS) as usize)?;
        segment.get(row as usize & (SEGMENT - 1))
    }

    /// A record, to change its links alone: whether it is present and what is saved of it must stay.
    #[inline]
    pub(super) fn links_mut(&mut self, row: u32) -> Option<&mut Record> {
        let segment = self.records.get_mut((row >> BITS) as usize)?;
        segment.get_mut(row as usize & (SEGMENT - 1))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().flatten()
    }

    /// The records of those who are present, with their rows. Sealed segments are not looked at.
    pub(super) fn present(&self) -> impl Iterator<Item = (u64, &Record)> {
        let segments = (0..).zip(self.records.iter().zip(&self.present));
        let open = segments.filter(|(_, (_, present))| **present > 0);
        let rows = open.flat_map(|(segment, (records, _))| (segment << BITS..).zip(records));
        rows.filter(|(_, record)| record.is_present())
    }

    /// Makes room for so many more, and no more than that.
    pub(super) fn reserve(&mut self, more: usize) {
        let mut first = self.len;
        while first < self.len + more {
            let end = (self.len + more).min((first | (SEGMENT - 1)) + 1);
            self.segment(first).reserve_exact(end - first);
            first = end;
        }
    }

    /// The segment of a row, which may be the first one of it.
    fn segment(&mut self, row: usize) -> &mut Vec<Record> {
        let segment = row >> BITS;
        if segment >= self.records.len() {
            self.records.resize_with(segment + 1, Vec::new);
            self.present.resize(segment + 1, 0);
        }
        &mut self.records[segment]
    }

    pub(super) fn push(&mut self, record: Record) {
        let row = self.len;
        let last = self.segment(row);
        if last.len() == last.capacity() {
            // Doubling would waste half the memory.
            let more = (last.len() / 4 + 16).min(SEGMENT - last.len());
            last.reserve_exact(more);
        }
        last.push(record);
        self.present[row >> BITS] += u32::from(record.is_present());
        self.len += 1;
    }

    /// Lets somebody who is present be so no longer, and tells the record.
    pub(super) fn close(&mut self, row: u32, close: impl FnOnce(&mut Record)) -> Option<Record> {
        let record = self.links_mut(row)?;
        let was_present = record.is_present();
        close(record);
        let record = *record;
        if was_present && !record.is_present() {
            self.present[(row >> BITS) as usize] -= 1;
        }
        Some(record)
    }

    /// Takes out all from a row on.
    pub(super) fn truncate(&mut self, len: usize) {
        if len >= self.len {
            return;
        }
        self.records.truncate(len.div_ceil(SEGMENT));
        self.present.truncate(self.records.len());
        let in_last = len & (SEGMENT - 1);
        if let (Some(last), Some(present), true) =
            (self.records.last_mut(), self.present.last_mut(), in_last > 0)
        {
            last.truncate(in_last);
            *present = last.iter().filter(|record| record.is_present()).count() as u32;
        }
        self.len = len;
    }

    /// Segments in which somebody is present, and all segments.
    #[cfg(test)]
    pub(super) fn open(&self) -> (usize, usize) {
        let open = self.present.iter().filter(|present| **present > 0).count();
        (open, self.records.len())
    }
}
