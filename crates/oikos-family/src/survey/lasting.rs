//! How long marriages last.

use oikos_core::Date;

use crate::{DAYS_PER_YEAR, End, Unions};

/// Marriages since a day, each with the days until it ended or was last seen.
pub(super) struct Marriages {
    /// Days, and whether it ended by divorce then, in the order of days.
    durations: Vec<(i32, bool)>,
}

impl Marriages {
    pub(super) fn since(unions: &Unions, first: Date, today: Date) -> Self {
        let wed = unions.iter().filter_map(|(_, union)| {
            let wed = union.married.filter(|day| *day >= first)?;
            let (until, divorced) = match union.ended {
                Some((day, end)) => (day, end == End::Divorce),
                None => (today, false),
            };
            Some((until.days() - wed.days(), divorced))
        });
        let mut durations: Vec<_> = wed.collect();
        durations.sort_unstable();
        Self { durations }
    }

    /// Percent that last so many years if nobody dies (Kaplan & Meier 1958, J. Am. Stat. Assoc. 53: 457-481), and
    /// of how many marriages that is told; nothing while none is that old.
    pub(super) fn lasting(&self, years: f64) -> (Option<f64>, u64) {
        let until = years * DAYS_PER_YEAR;
        let oldest = self
            .durations
            .last()
            .is_some_and(|(days, _)| f64::from(*days) >= until);
        let asked = self.durations.len();
        let mut share = 1.0;
        for (place, (days, divorced)) in self.durations.iter().enumerate() {
            if f64::from(*days) > until {
                break;
            }
            if *divorced {
                share *= 1.0 - 1.0 / (asked - place) as f64;
            }
        }
        (oldest.then_some(100.0 * share), asked as u64)
    }
}

#[cfg(test)]
mod tests {
    use oikos_core::{StableId, date};
    use oikos_world::PersonId;

    use super::*;

    /// Four marriages: divorced after 5 years, ended by a death after 7, divorced after 8, lasting for 12.
    #[test]
    fn marriages_that_end_otherwise_count_while_they_last() {
        let mut unions = Unions::default();
        let day = |year: i32| date(year, 1, 1).unwrap();
        for (number, (year, end)) in [
            (2005, Some(End::Divorce)),
            (2007, Some(End::Death)),
            (2008, Some(End::Divorce)),
            (2000, None),
        ]
        .into_iter()
        .enumerate()
        {
            let [one, other] = [0, 1].map(|of| PersonId::new(2 * number as u64 + of).unwrap());
            let id = unions.form([one, other], day(2000)).unwrap();
            unions.marry(id, day(2000)).unwrap();
            if let Some(end) = end {
                unions.end(id, day(year), end).unwrap();
            }
        }
        let marriages = Marriages::since(&unions, day(2000), day(2012));
        let lasting = |years: f64| marriages.lasting(years).0;
        assert_eq!(lasting(4.0), Some(100.0));
        assert_eq!(lasting(6.0), Some(75.0));
        // Of the two at risk after the death, one is divorced.
        assert_eq!(lasting(10.0), Some(37.5));
        assert_eq!(lasting(13.0), None);
        let later = Marriages::since(&unions, day(2001), day(2012));
        assert_eq!(later.lasting(1.0), (None, 0));
    }
}
