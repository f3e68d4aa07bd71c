//! Forces as exact numbers, and the chances they amount to in a tick.

use oikos_engine::Clock;

use crate::demography::chance::{DAYS_PER_YEAR, threshold};
use crate::error::FamilyError;

/// A force (hazard rate) per year of exposure, as an exact multiple of 2⁻⁴⁰: forces of several causes add
/// up to the same sum in any order. At most 2²⁴ − 2⁻⁴⁰ a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Force(u64);

/// Units of a force of 1 a year.
const UNITS: f64 = 1_099_511_627_776.0;

impl Force {
    /// What never happens.
    pub const ZERO: Self = Self(0);
    /// The largest force: what happens in every tick.
    pub const MAX: Self = Self(u64::MAX);

    /// So many events per million years of exposure.
    #[must_use]
    pub const fn per_million_years(events: u32) -> Self {
        Self(((events as u128) << 40).div_ceil(1_000_000) as u64)
    }

    /// So many events per year of exposure, rounded to the nearest unit.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] unless it is a number from 0 to 16,777,215.
    pub fn per_year(events: f64) -> Result<Self, FamilyError> {
        if !(0.0..=16_777_215.0).contains(&events) {
            let must = "it must be a number from 0 to 16777215 a year";
            return Err(FamilyError::Parameter {
                name: "force",
                value: events,
                must,
            });
        }
        Ok(Self(libm::round(events * UNITS) as u64))
    }

    /// The force per year, as a float for reports.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / UNITS
    }

    /// The sum, at most [`Force::MAX`].
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The force multiplied by a relative risk of `thousandths` / 1000, rounded up, at most
    /// [`Force::MAX`].
    #[must_use]
    pub const fn times_thousandths(self, thousandths: u32) -> Self {
        let product = (self.0 as u128 * thousandths as u128).div_ceil(1000);
        if product > u64::MAX as u128 {
            Self::MAX
        } else {
            Self(product as u64)
        }
    }

    /// So many multiples of 2⁻⁴⁰ a year.
    #[must_use]
    pub const fn from_units(units: u64) -> Self {
        Self(units)
    }

    /// In multiples of 2⁻⁴⁰ a year.
    #[must_use]
    pub const fn units(self) -> u64 {
        self.0
    }
}

/// How long a tick is, in years of 365.2425 days.
#[derive(Clone, Copy, Debug)]
pub struct TickYears {
    years: f64,
    /// The same in multiples of 2⁻³², rounded up.
    fixed: u64,
}

const SECONDS_PER_DAY: f64 = 86_400.0;
const FIXED: f64 = 4_294_967_296.0;

impl TickYears {
    /// The tick that runs.
    #[must_use]
    pub fn of(clock: &Clock) -> Self {
        let years = clock.tick_seconds() as f64 / (SECONDS_PER_DAY * DAYS_PER_YEAR);
        Self {
            years,
            fixed: libm::ceil(years * FIXED) as u64,
        }
    }

    /// The length of the tick in years.
    pub(crate) const fn years(&self) -> f64 {
        self.years
    }

    /// The chance that something of this force happens in the tick, 1 − e^(−force · length), in
    /// multiples of 2⁻⁶⁴.
    #[must_use]
    pub fn chance(&self, force: Force) -> u64 {
        if force == Force::MAX {
            return u64::MAX;
        }
        threshold(-libm::expm1(-force.to_f64() * self.years))
    }

    /// A number of 2⁻³² that the chance stays below: the force's own integral, rounded up.
    #[must_use]
    #[inline]
    pub fn ceiling(&self, force: Force) -> u32 {
        let integral = ((u128::from(force.0) * u128::from(self.fixed)) >> 40) as u64;
        if force.0 == 0 {
            0
        } else {
            u32::try_from(integral + 2).unwrap_or(u32::MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> TickYears {
        let years = 1.0 / DAYS_PER_YEAR;
        TickYears {
            years,
            fixed: libm::ceil(years * FIXED) as u64,
        }
    }

    #[test]
    fn the_ceiling_is_above_the_chance_and_close_to_it() {
        for exponent in -30..24 {
            let force = Force::per_year(libm::exp2(f64::from(exponent)) * 0.9).unwrap();
            let (chance, ceiling) = (day().chance(force), day().ceiling(force));
            assert!(
                u64::from(ceiling) << 32 > chance || ceiling == u32::MAX,
                "2^{exponent}"
            );
            // The length of the tick is rounded up to 2⁻³² years, so the integral by the force at most.
            let integral = force.to_f64() / DAYS_PER_YEAR * FIXED;
            assert!(
                f64::from(ceiling) < integral + force.to_f64() + 3.0 || ceiling == u32::MAX,
                "2^{exponent}"
            );
        }
        assert_eq!(day().ceiling(Force::ZERO), 0);
        assert_eq!(day().chance(Force::ZERO), 0);
        assert_eq!(
            (day().ceiling(Force::MAX), day().chance(Force::MAX)),
            (u32::MAX, u64::MAX)
        );
    }

    #[test]
    fn forces_are_exact_and_refuse_what_is_none() {
        assert_eq!(Force::per_year(0.5).unwrap().units(), 1 << 39);
        assert_eq!(Force::per_million_years(1_000_000).units(), 1 << 40);
        assert_eq!(
            Force::per_year(0.25)
                .unwrap()
                .times_thousandths(2000)
                .units(),
            1 << 39
        );
        assert_eq!(Force::MAX.plus(Force::MAX), Force::MAX);
        for wrong in [f64::NAN, -0.1, f64::INFINITY, 1e9] {
            assert!(Force::per_year(wrong).is_err(), "{wrong}");
        }
    }
}
