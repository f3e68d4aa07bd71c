//! The forces of leaving the parental home and of coming back, fitted together.

use super::ADULT_AGE;
use super::leaving::LeavingForce;
use super::returning::{RETURN_AGE_END, ReturningForce};
use crate::demography::nuptiality::entry::bisect;
use crate::error::FamilyError;
use crate::hazards::Force;
use crate::unions::UnionModel;
use crate::{CoaleMcNeil, Cohabitation, FamilyFigures, UNION_AGE_MIN};

/// First and last completed age of those of whom it is published how many live with their parents, years.
const PUBLISHED_AGES: (u32, u32) = (18, 24);

/// The birthday before which it is published who had left and who had come back, years.
const COME_BACK_BY: u32 = 27;

/// The most that can be looked for, per year.
const FORCE_MAX: f64 = 3.0;

/// Steps of a year when a cohort is followed, each of the fourth order in the forces.
const STEPS: u32 = 12;

/// The forces at which single people leave the parental home and come back to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HomeForces {
    /// Of leaving it.
    pub leaving: LeavingForce,
    /// Of coming back.
    pub returning: ReturningForce,
}

impl HomeForces {
    /// The two constant forces under which, in a population that is stationary and enters unions as the figures say
    /// (see [`UnionModel::fitted`]), a share [`FamilyFigures::aged_18_24_with_parents`] of people of 18 to 24 lives
    /// at home and [`FamilyFigures::moved_back_by_27`] of those who left before 27 have come back before 27.
    ///
    /// Who enters a union leaves home, too, and may come back when they part from somebody whom they have not
    /// married. What is left out, since it is rare below 27: divorces, and parents who die or move.
    ///
    /// # Errors
    /// As [`FamilyFigures::check`]; [`FamilyError::Parameter`] if so many are in a union before 25 that the shares
    /// cannot be reached; as [`UnionCohort::fit`](crate::UnionCohort::fit).
    pub fn fitted(figures: &FamilyFigures) -> Result<Self, FamilyError> {
        figures.check()?;
        let cohabitation = Cohabitation::us()?;
        let entry = UnionModel::entry(figures, &cohabitation)?;
        let nest = Nest::new(&entry, &cohabitation);
        let at_home = figures.aged_18_24_with_parents;
        let leaving = |returning: f64| {
            let share = |leaving: f64| nest.follow(leaving, returning, PUBLISHED_AGES).at_home;
            if !(at_home > share(FORCE_MAX) && at_home <= share(0.0)) {
                return Err(FamilyError::Parameter {
                    name: "share aged 18 to 24 with their parents",
                    value: at_home,
                    must: "some must leave home alone, and few enough enter unions, for it to be reached",
                });
            }
            bisect(0.0, FORCE_MAX, |leaving| Ok(share(leaving) > at_home))
        };
        let come_back = |returning: f64| {
            let followed = nest.follow(leaving(returning)?, returning, PUBLISHED_AGES);
            Ok::<f64, FamilyError>(followed.come_back / followed.left)
        };
        let published = figures.moved_back_by_27;
        let most = come_back(1.0)?;
        if !(0.0..most).contains(&published) {
            return Err(FamilyError::Parameter {
                name: "share who moved back to the parental home before 27",
                value: published,
                must: "at a force of 1 a year more must come back",
            });
        }
        let returning = bisect(0.0, 1.0, |force| Ok(come_back(force)? < published))?;
        Ok(Self {
            leaving: LeavingForce::new(Force::per_year(leaving(returning)?)?),
            returning: ReturningForce::new(Force::per_year(returning)?),
        })
    }

    /// Share of single people who live with a parent who can take them in, `years` after they were alone with
    /// their parents or without them, at an age below the last at which people come back.
    pub(crate) fn at_home_after(self, began_at_home: bool, age_then: f64, age: f64) -> f64 {
        let leaving = self.leaving.force().to_f64();
        let returning = self.returning.force().to_f64();
        let sum = leaving + returning;
        let last = f64::from(RETURN_AGE_END);
        let both = (age.min(last) - age_then).max(0.0);
        let balance = if sum > 0.0 { returning / sum } else { 0.0 };
        let begin = if began_at_home { 1.0 } else { 0.0 };
        let then = balance + (begin - balance) * libm::exp(-sum * both);
        let rest = (age - age_then.max(last)).max(0.0);
        then * libm::exp(-leaving * rest)
    }
}

/// Shares of a cohort: at home, alone, cohabiting, married; of those who never came back, then of those who did.
type Shares = [[f64; 4]; 2];

const HOME: usize = 0;
const ALONE: usize = 1;
const COHABITING: usize = 2;
const MARRIED: usize = 3;

/// What became of a cohort, men and women alike.
#[derive(Clone, Copy, Debug, Default)]
struct Followed {
    /// Share at home at some ages.
    at_home: f64,
    /// Share that left home before [`COME_BACK_BY`], and that came back before it.
    left: f64,
    come_back: f64,
}

/// A cohort in which nobody dies, that enters and ends unions from [`UNION_AGE_MIN`] on.
struct Nest<'a> {
    /// Forces of entry by sex and by completed age from [`UNION_AGE_MIN`].
    entry: [Vec<f64>; 2],
    cohabitation: &'a Cohabitation,
}

impl<'a> Nest<'a> {
    fn new(entry: &[CoaleMcNeil; 2], cohabitation: &'a Cohabitation) -> Self {
        let forces = |schedule: &CoaleMcNeil| {
            let ages = UNION_AGE_MIN..RETURN_AGE_END;
            ages.map(|age| schedule.force_in_year(age)).collect()
        };
        Self {
            entry: [forces(&entry[0]), forces(&entry[1])],
            cohabitation,
        }
    }

    fn follow(&self, leaving: f64, returning: f64, (first, last): (u32, u32)) -> Followed {
        let mut followed = Followed::default();
        let step = 1.0 / f64::from(STEPS);
        for entry in &self.entry {
            let mut shares: Shares = [[1.0, 0.0, 0.0, 0.0], [0.0; 4]];
            for (age, union) in (UNION_AGE_MIN..last.max(COME_BACK_BY - 1) + 1).zip(entry) {
                let of_age = if age >= ADULT_AGE { 1.0 } else { 0.0 };
                let forces = [leaving * of_age, returning * of_age, *union];
                for _ in 0..STEPS {
                    let before = shares[0][HOME] + shares[1][HOME];
                    shares = self.step(&shares, forces, step);
                    if (first..=last).contains(&age) {
                        let mean = f64::midpoint(before, shares[0][HOME] + shares[1][HOME]);
                        followed.at_home += mean * step / f64::from(last - first + 1) / 2.0;
                    }
                }
                if age + 1 == COME_BACK_BY {
                    followed.left += (1.0 - shares[0][HOME]) / 2.0;
                    followed.come_back += shares[1].iter().sum::<f64>() / 2.0;
                }
            }
        }
        followed
    }

    /// One step of the classical Runge-Kutta method.
    fn step(&self, shares: &Shares, forces: [f64; 3], step: f64) -> Shares {
        let plus = |slope: &Shares, by: f64| -> Shares {
            std::array::from_fn(|back| {
                std::array::from_fn(|state| shares[back][state] + by * slope[back][state])
            })
        };
        let first = self.slope(shares, forces);
        let second = self.slope(&plus(&first, step / 2.0), forces);
        let third = self.slope(&plus(&second, step / 2.0), forces);
        let fourth = self.slope(&plus(&third, step), forces);
        let mean: Shares = std::array::from_fn(|back| {
            std::array::from_fn(|state| {
                let middle = second[back][state] + third[back][state];
                (first[back][state] + 2.0 * middle + fourth[back][state]) / 6.0
            })
        });
        plus(&mean, step)
    }

    /// By how much the shares change a year.
    fn slope(&self, shares: &Shares, [leaving, returning, union]: [f64; 3]) -> Shares {
        let (unwed, wedding, parting) = (
            self.cohabitation.share(),
            self.cohabitation.wedding(),
            self.cohabitation.separation(),
        );
        let come_back = returning * (shares[0][ALONE] + shares[1][ALONE]);
        std::array::from_fn(|back| {
            let of = &shares[back];
            let arriving = if back == 1 { come_back } else { 0.0 };
            let united = union * (of[HOME] + of[ALONE]);
            let mut slope = [0.0; 4];
            slope[HOME] = arriving - (leaving + union) * of[HOME];
            slope[ALONE] =
                leaving * of[HOME] + parting * of[COHABITING] - (returning + union) * of[ALONE];
            slope[COHABITING] = unwed * united - (wedding + parting) * of[COHABITING];
            slope[MARRIED] = (1.0 - unwed) * united + wedding * of[COHABITING];
            slope
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> [CoaleMcNeil; 2] {
        let figures = FamilyFigures::us().unwrap();
        UnionModel::entry(&figures, &Cohabitation::us().unwrap()).unwrap()
    }

    /// Where nobody enters a union there are two states, and the share at home falls to r / (l + r) at the rate l + r.
    #[test]
    fn without_unions_the_share_is_that_of_the_closed_form() {
        let nobody = [CoaleMcNeil::new(28.0, 6.0, 1e-9).unwrap(); 2];
        let cohabitation = Cohabitation::us().unwrap();
        let nest = Nest::new(&nobody, &cohabitation);
        for (leaving, returning) in [(0.0, 0.3), (0.05, 0.0), (0.2, 0.3), (1.0, 0.5)] {
            let (years, sum): (f64, f64) = (7.0, leaving + returning);
            let balance = returning / sum;
            let fallen = -libm::expm1(-sum * years) / (sum * years);
            let expected = balance + (1.0 - balance) * fallen;
            let found = nest.follow(leaving, returning, PUBLISHED_AGES);
            // The mean is taken by the trapezoidal rule.
            assert!(
                (found.at_home - expected).abs() < 2e-4,
                "{leaving} {returning}: {found:?}"
            );
            let left = -libm::expm1(-leaving * 9.0);
            assert!((found.left - left).abs() < 1e-6, "{found:?} {left}");
        }
        let force = |force: f64| Force::per_year(force).unwrap();
        let forces = HomeForces {
            leaving: LeavingForce::new(force(0.2)),
            returning: ReturningForce::new(force(0.3)),
        };
        for (began, age_then, age, expected) in [
            (true, 18.0, 18.0, 1.0),
            (false, 20.0, 22.0, 0.6 * -libm::expm1(-1.0)),
            (
                true,
                18.0,
                40.0,
                (0.6 + 0.4 * libm::exp(-8.5)) * libm::exp(-1.0),
            ),
            (false, 40.0, 50.0, 0.0),
        ] {
            let found = forces.at_home_after(began, age_then, age);
            assert!((found - expected).abs() < 1e-9, "{age}: {found} {expected}");
        }
    }

    /// Beside lives of single people, a thousandth of a year after the other, with all that was ever done.
    #[test]
    fn the_shares_are_those_of_lives_day_by_day() {
        let cohabitation = Cohabitation::us().unwrap();
        let (entry, leaving, returning) = (entry(), 0.2, 0.3);
        let found = Nest::new(&entry, &cohabitation).follow(leaving, returning, PUBLISHED_AGES);
        let (mut at_home, mut left, mut back) = (0.0, 0.0, 0.0);
        let day = 1.0 / 2_000.0;
        for schedule in &entry {
            // Where somebody is, whether they came back: at home, alone, cohabiting, married.
            let mut now = [[1.0, 0.0, 0.0, 0.0], [0.0; 4]];
            for count in 0..12 * 2_000 {
                let age = 15 + count / 2_000;
                let union = schedule.force_in_year(age) * day;
                let (l, r) = if age >= 18 {
                    (leaving * day, returning * day)
                } else {
                    (0.0, 0.0)
                };
                if (18..25).contains(&age) {
                    at_home += (now[0][0] + now[1][0]) * day / 14.0;
                }
                let was = now;
                let mut flow = |from: (usize, usize), to: (usize, usize), chance: f64| {
                    now[from.0][from.1] -= was[from.0][from.1] * chance;
                    now[to.0][to.1] += was[from.0][from.1] * chance;
                };
                for came in 0..2 {
                    flow((came, 0), (came, 1), l);
                    flow((came, 1), (1, 0), r);
                    for single in 0..2 {
                        flow((came, single), (came, 2), union * cohabitation.share());
                        flow(
                            (came, single),
                            (came, 3),
                            union * (1.0 - cohabitation.share()),
                        );
                    }
                    flow((came, 2), (came, 3), cohabitation.wedding() * day);
                    flow((came, 2), (came, 1), cohabitation.separation() * day);
                }
            }
            left += (1.0 - now[0][0]) / 2.0;
            back += now[1].iter().sum::<f64>() / 2.0;
        }
        for (found, slow) in [
            (found.at_home, at_home),
            (found.left, left),
            (found.come_back, back),
        ] {
            assert!((found - slow).abs() < 3e-4, "{found} {slow}");
        }
    }

    #[test]
    fn the_published_shares_come_back_and_those_that_cannot_are_refused() {
        let mut figures = FamilyFigures::us().unwrap();
        let forces = HomeForces::fitted(&figures).unwrap();
        let (leaving, returning) = (
            forces.leaving.force().to_f64(),
            forces.returning.force().to_f64(),
        );
        let cohabitation = Cohabitation::us().unwrap();
        let entry = entry();
        let found = Nest::new(&entry, &cohabitation).follow(leaving, returning, PUBLISHED_AGES);
        assert!((found.at_home - 0.58).abs() < 1e-9, "{found:?}");
        assert!(
            (found.come_back / found.left - 0.546).abs() < 1e-9,
            "{found:?}"
        );
        // The share that left, of which 90 % is published, is a check and nothing that was fitted.
        assert!((0.80..0.99).contains(&found.left), "{found:?}");
        assert!(
            (0.1..0.4).contains(&leaving) && (0.1..0.6).contains(&returning),
            "{forces:?}"
        );
        for cannot in [0.0, 0.999] {
            figures.aged_18_24_with_parents = cannot;
            let text = HomeForces::fitted(&figures).unwrap_err().to_string();
            assert!(text.contains("18 to 24"), "{text}");
        }
        figures.aged_18_24_with_parents = 0.58;
        figures.moved_back_by_27 = 0.999;
        let text = HomeForces::fitted(&figures).unwrap_err().to_string();
        assert!(text.contains("moved back"), "{text}");
    }
}
