//! Bounds of scaled forces, number by number.

use proptest::prelude::*;

use super::*;
use crate::hazards::Force;
use crate::{LogitFactor, Mortality};

proptest! {
    /// What the daily look takes is never below the force, and bounds are scaled above what they bound, but for
    /// the last digit of a float: the ceiling that candidates are drawn against has two units of 2⁻³² to spare.
    #[test]
    fn bounds_stay_bounds(
        exponent in -40.0_f64..20.0, more in 0_u64..1 << 40, factor in -40.0_f64..40.0,
    ) {
        let mut scaling = Scaling::<Mortality>::new("deaths");
        let force = Force::per_year(libm::exp2(exponent)).unwrap();
        prop_assert_eq!(scaling.apply(force), force);
        scaling.set(Some(LogitFactor::new(factor).unwrap()));
        let scaled = scaling.apply(force);
        let slack = 1 + (scaled.units() >> 48);
        prop_assert!(scaling.above(force).units().saturating_add(slack) >= scaled.units());
        let bound = scaling.apply(Force::from_units(force.units() + more));
        prop_assert!(bound.units().saturating_add(slack) >= scaled.units());
        for end in [Force::ZERO, Force::MAX] {
            prop_assert_eq!(scaling.apply(end), end);
            prop_assert_eq!(scaling.above(end), end);
        }
    }
}
