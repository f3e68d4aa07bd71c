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

    /// The records in pieces, which are faster to go through than one by one.
    pub(super) fn segments(&self) -> impl Iterator<Item = &[Record]> {
        self.records.iter().map(Vec::as_slice)
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
        if let (Some(last), Some(present), true) = (
            self.records.last_mut(),
            self.present.last_mut(),
            in_last > 0,
        ) {
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

#[cfg(test)]
mod tests {
    use oikos_world::Sex;
    use proptest::prelude::*;

    use super::super::record::{NOBODY, Origin};
    use super::*;

    fn born(day: i32) -> Record {
        Record::new([NOBODY; 2], day, Sex::Male, Origin::Born)
    }

    fn rows(segments: &Segments) -> Vec<u64> {
        segments.present().map(|(row, _)| row).collect()
    }

    proptest! {
        #[test]
        fn segments_hold_what_a_list_holds(
            sizes in prop::collection::vec(1..90_000_usize, 1..4),
            exits in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
            kept in any::<prop::sample::Index>(),
        ) {
            let (mut segments, mut list) = (Segments::default(), Vec::new());
            for (round, size) in sizes.into_iter().enumerate() {
                // Now and then room is made before.
                segments.reserve(if round % 2 == 0 { size } else { 0 });
                for _ in 0..size {
                    let record = born(list.len() as i32);
                    segments.push(record);
                    list.push(record);
                }
            }
            for exit in exits {
                let row = exit.index(list.len());
                let closed = segments.close(row as u32, |record| record.close(7, 1, true));
                list[row].close(7, 1, true);
                prop_assert_eq!(closed, Some(list[row]));
            }
            let len = kept.index(list.len() + 1);
            segments.truncate(len);
            list.truncate(len);
            prop_assert_eq!(segments.len(), list.len());
            prop_assert!(segments.iter().eq(&list));
            prop_assert_eq!(segments.get(len as u32), None);
            let present = (0..).zip(&list).filter(|(_, record)| record.is_present());
            prop_assert_eq!(rows(&segments), present.map(|(row, _)| row).collect::<Vec<u64>>());
        }
    }

    /// The records lie where they lay while others are added, and where nobody is present none is looked at.
    #[test]
    fn old_segments_are_not_copied_and_those_of_the_gone_are_sealed() {
        let mut segments = Segments::default();
        for day in 0..SEGMENT as i32 * 3 {
            segments.push(born(day));
        }
        let places: Vec<*const Record> = segments.records.iter().map(|of| of.as_ptr()).collect();
        for row in 0..SEGMENT as u32 * 2 - 1 {
            segments.close(row, |record| record.close(3, 0, false));
        }
        assert_eq!(segments.open(), (2, 3));
        segments.close(SEGMENT as u32 * 2 - 1, |record| record.close(3, 0, false));
        assert_eq!(segments.open(), (1, 3));
        for day in 0..SEGMENT as i32 {
            segments.push(born(day));
        }
        let now = segments.records.iter().map(|of| of.as_ptr());
        assert!(now.take(3).eq(places));
        // To close once more changes no count.
        segments.close(0, |record| record.close(4, 0, false));
        assert_eq!(segments.open(), (2, 4));
        assert_eq!(rows(&segments).len(), 2 * SEGMENT);
    }

    #[test]
    fn a_record_takes_at_most_48_bytes_with_what_is_kept_free() {
        let mut segments = Segments::default();
        for number in 1..200_000_usize {
            segments.push(born(0));
            let room: usize = segments.records.iter().map(Vec::capacity).sum();
            let bytes = room * size_of::<Record>();
            assert!(bytes <= 48 * number.max(64), "{number} in {bytes} bytes");
        }
    }
}
