//! The published median age at first marriage, and how it is estimated.

use crate::error::FamilyError;

/// The share of ever-married people in an age group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EverMarried {
    /// First completed age of the group.
    pub age_from: u32,
    /// Last completed age of the group.
    pub age_to: u32,
    /// Share who have ever married, 0 to 1.
    pub share: f64,
}

/// Ages over which the share that ever marries is looked up, completed years: where next to nobody
/// is still to marry for the first time.
const SETTLED_AGES: (u32, u32) = (45, 54);

/// The median age at first marriage, years, estimated from shares ever married by age group, usually
/// groups of five years from 15 to 54.
///
/// The indirect method of the Census Bureau for the Current Population Survey (Shryock & Siegel 1973,
/// Methods and Materials of Demography, pp. 291-296), which asks nobody for the age at marriage: the
/// share that will ever marry is taken from the ages 45-54; half of it is the halfway mark; the median
/// is the age at which the shares by age pass that mark. The share of a group stands at the middle of
/// the group; between two groups it is taken to rise evenly (the Bureau bends it, which moves the
/// median by about a tenth of a year).
///
/// It follows the people of one year, not a cohort: while marriages are being put off it lies above
/// the median of those who marry.
///
/// # Errors
/// [`FamilyError::Groups`] where groups do not follow one another, [`FamilyError::AtAge`] for a share
/// outside 0 to 1, [`FamilyError::NoMedian`] where no group lies within 45-54, nobody there has
/// married, or the mark is not passed between two groups.
pub fn median_age_at_first_marriage(groups: &[EverMarried]) -> Result<f64, FamilyError> {
    check(groups)?;
    let settled = groups
        .iter()
        .filter(|group| group.age_from >= SETTLED_AGES.0 && group.age_to <= SETTLED_AGES.1);
    let (years, married) = settled.fold((0.0, 0.0), |(years, married), group| {
        let width = f64::from(group.age_to - group.age_from + 1);
        (years + width, married + width * group.share)
    });
    let mark = married / years / 2.0;
    let middle = |group: &EverMarried| f64::from(group.age_from + group.age_to + 1) / 2.0;
    groups
        .windows(2)
        .filter(|_| mark > 0.0)
        .find_map(|two| match two {
            [before, after] if before.share < mark && mark <= after.share => {
                let part = (mark - before.share) / (after.share - before.share);
                Some(middle(before) + part * (middle(after) - middle(before)))
            }
            _ => None,
        })
        .ok_or(FamilyError::NoMedian)
}

fn check(groups: &[EverMarried]) -> Result<(), FamilyError> {
    let mut expected_from = groups.first().map_or(0, |group| group.age_from);
    for &EverMarried {
        age_from,
        age_to,
        share,
    } in groups
    {
        if age_from != expected_from || age_to < age_from || age_to > crate::AGE_MAX {
            return Err(FamilyError::Groups {
                from: age_from,
                to: age_to,
                expected_from,
            });
        }
        if !(0.0..=1.0).contains(&share) {
            return Err(FamilyError::AtAge {
                name: "share ever married",
                age: age_from,
                value: share,
                must: "it must lie between 0 and 1",
            });
        }
        expected_from = age_to + 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CoaleMcNeil, FEMALE, FamilyFigures, MALE};

    fn fives(share: impl Fn(u32) -> f64) -> Vec<EverMarried> {
        (15..55)
            .step_by(5)
            .map(|age_from| EverMarried {
                age_from,
                age_to: age_from + 4,
                share: share(age_from),
            })
            .collect()
    }

    #[test]
    fn by_hand() {
        // 80 % ever marry; the mark is 40 %, passed between 0.3 at 27.5 and 0.5 at 32.5.
        let shares = [0.0, 0.1, 0.3, 0.5, 0.7, 0.78, 0.8, 0.8];
        let groups = fives(|age| shares[(age as usize - 15) / 5]);
        let median = median_age_at_first_marriage(&groups).unwrap();
        assert!((median - 30.0).abs() < 1e-12, "{median}");
    }

    #[test]
    fn medians_of_a_schedule_come_back() {
        // Limit set before: half a year, for groups as coarse as five years.
        let schedules = CoaleMcNeil::from_figures(&FamilyFigures::us().unwrap()).unwrap();
        for sex in [MALE, FEMALE] {
            let schedule = &schedules[sex];
            let mean_share = |age: u32| {
                let at = |tenth: u32| f64::from(age) + (f64::from(tenth) + 0.5) / 10.0;
                (0..50)
                    .map(|tenth| schedule.ever_married(at(tenth)))
                    .sum::<f64>()
                    / 50.0
            };
            let found = median_age_at_first_marriage(&fives(mean_share)).unwrap();
            assert!((found - schedule.median()).abs() < 0.5, "{sex}: {found}");
        }
    }

    #[test]
    fn what_has_no_median_is_refused() {
        let refused = |groups: &[EverMarried]| median_age_at_first_marriage(groups).unwrap_err();
        assert_eq!(refused(&[]), FamilyError::NoMedian);
        assert_eq!(refused(&fives(|_| 0.0)), FamilyError::NoMedian);
        assert_eq!(refused(&fives(|_| 0.8)), FamilyError::NoMedian);
        assert!(matches!(
            refused(&fives(|_| 1.2)),
            FamilyError::AtAge { age: 15, .. }
        ));
        assert!(matches!(
            refused(&fives(|_| f64::NAN)),
            FamilyError::AtAge { .. }
        ));
        let mut gap = fives(|age| f64::from(age) / 100.0);
        assert_eq!(
            median_age_at_first_marriage(&gap[..6]),
            Err(FamilyError::NoMedian)
        );
        gap.remove(3);
        assert!(matches!(
            refused(&gap),
            FamilyError::Groups { from: 35, .. }
        ));
    }
}
