//! Fitting the Gompertz-Makeham law to deaths and exposures.

use crate::demography::gompertz::Gompertz;
use crate::error::FamilyError;

/// Iterations after which a fit is given up.
const ITERATIONS_MAX: u32 = 100;

/// A fit has settled when no logarithm of a parameter moves by more than this.
const SETTLED: f64 = 1e-9;

/// Deaths and exposure at one completed age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MortalityCell {
    /// Completed years.
    pub age: u32,
    /// Deaths.
    pub deaths: f64,
    /// Person-years.
    pub exposure_years: f64,
}

impl Gompertz {
    /// The law without background under which these deaths are most likely.
    ///
    /// Deaths at each age are Poisson with the mean exposure times mean force in that year of age
    /// (Brillinger 1986, Biometrics 42: 693-734). Newton's method with expected second derivatives
    /// (Fisher scoring) on the logarithms of the parameters. Leave out the ages of childhood, which
    /// the law does not describe.
    ///
    /// # Errors
    /// When a number is negative or not finite, nobody dies or nobody is exposed where somebody
    /// dies, or the fit does not settle: mortality does not rise with age, or too few ages are
    /// given.
    pub fn fit(cells: &[MortalityCell]) -> Result<Self, FamilyError> {
        let (level, slope, _) = start(cells)?;
        let [level, slope] = maximise(cells, [level, slope])?;
        Self::new(libm::exp(level), libm::exp(slope), 0.0)
    }

    /// The law with background under which these deaths are most likely, found as by
    /// [`Gompertz::fit`].
    ///
    /// # Errors
    /// As [`Gompertz::fit`]; it does not settle either where there is no background mortality.
    pub fn fit_makeham(cells: &[MortalityCell]) -> Result<Self, FamilyError> {
        let (level, slope, background) = start(cells)?;
        let [level, slope, background] = maximise(cells, [level, slope, background])?;
        Self::new(libm::exp(level), libm::exp(slope), libm::exp(background))
    }
}

/// Logarithms of the parameters to start from: a line through the logarithms of the death rates,
/// weighted by deaths, and half of the lowest rate as the background.
fn start(cells: &[MortalityCell]) -> Result<(f64, f64, f64), FamilyError> {
    for cell in cells {
        let &MortalityCell {
            age,
            deaths,
            exposure_years,
        } = cell;
        for (name, value) in [("deaths", deaths), ("exposure", exposure_years)] {
            if !(value >= 0.0 && value.is_finite()) {
                let must = "it must be finite and not negative";
                return Err(FamilyError::AtAge {
                    name,
                    age,
                    value,
                    must,
                });
            }
        }
        if deaths > 0.0 && exposure_years <= 0.0 {
            let must = "it must be positive where somebody dies";
            return Err(FamilyError::AtAge {
                name: "exposure",
                age,
                value: exposure_years,
                must,
            });
        }
    }
    let dead: Vec<&MortalityCell> = cells.iter().filter(|cell| cell.deaths > 0.0).collect();
    let total: f64 = dead.iter().map(|cell| cell.deaths).sum();
    if dead.len() < 2 {
        let must = "at two ages or more somebody must have died";
        return Err(FamilyError::Parameter {
            name: "total of deaths",
            value: total,
            must,
        });
    }
    let x = |cell: &MortalityCell| f64::from(cell.age) + 0.5;
    let y = |cell: &MortalityCell| libm::log(cell.deaths / cell.exposure_years);
    let mean = |value: &dyn Fn(&MortalityCell) -> f64| {
        dead.iter()
            .map(|cell| cell.deaths * value(cell))
            .sum::<f64>()
            / total
    };
    let (mean_x, mean_y) = (mean(&x), mean(&y));
    let covariance = mean(&|cell| (x(cell) - mean_x) * (y(cell) - mean_y));
    let variance = mean(&|cell| (x(cell) - mean_x) * (x(cell) - mean_x));
    // A slope outside this range is not human; the iteration may still go there by itself.
    let slope = if variance > 0.0 {
        (covariance / variance).clamp(0.01, 0.5)
    } else {
        0.1
    };
    let lowest = dead
        .iter()
        .map(|cell| y(cell))
        .fold(f64::INFINITY, f64::min);
    Ok((
        mean_y - slope * mean_x,
        libm::log(slope),
        lowest - libm::log(2.0),
    ))
}

/// Newton's method on the logarithms of two parameters (level, slope) or three (background).
fn maximise<const N: usize>(
    cells: &[MortalityCell],
    mut parameters: [f64; N],
) -> Result<[f64; N], FamilyError> {
    let failure = FamilyError::NotConverged {
        what: "the Gompertz law of greatest likelihood",
        iterations: ITERATIONS_MAX,
        advice: "give ages from about 30 on at which mortality rises, or fit without background",
    };
    let mut likelihood = log_likelihood(cells, &parameters);
    for _ in 0..ITERATIONS_MAX {
        let Some(step) = newton_step(cells, &parameters) else {
            return Err(failure);
        };
        if step.iter().all(|change| change.abs() < SETTLED) {
            return Ok(parameters);
        }
        // No parameter changes more than e-fold at once, and the likelihood does not fall.
        let mut scale = 1.0
            / step
                .iter()
                .fold(1.0, |most: f64, change| most.max(change.abs()));
        for _ in 0..40 {
            let mut next = parameters;
            next.iter_mut()
                .zip(&step)
                .for_each(|(value, change)| *value += scale * change);
            let found = log_likelihood(cells, &next);
            if found >= likelihood - 1e-12 * likelihood.abs() {
                (parameters, likelihood) = (next, found);
                break;
            }
            scale /= 2.0;
        }
    }
    Err(failure)
}

/// Mean force in the year of age, and its derivatives by the logarithms of the parameters.
fn mean_force<const N: usize>(age: u32, parameters: &[f64; N]) -> (f64, [f64; N]) {
    let (level, slope) = (libm::exp(parameters[0]), libm::exp(parameters[1]));
    let age = f64::from(age);
    let rising = level * libm::exp(slope * age) * libm::expm1(slope) / slope;
    let growth = slope * (age + 1.0 / -libm::expm1(-slope) - 1.0 / slope);
    let mut derivatives = [rising, rising * growth, 0.0];
    let background = parameters.get(2).map_or(0.0, |&value| libm::exp(value));
    derivatives[2] = background;
    (
        rising + background,
        std::array::from_fn(|row| derivatives[row]),
    )
}

fn log_likelihood<const N: usize>(cells: &[MortalityCell], parameters: &[f64; N]) -> f64 {
    let term = |cell: &MortalityCell| {
        let (force, _) = mean_force(cell.age, parameters);
        let deaths = if cell.deaths > 0.0 {
            cell.deaths * libm::log(force)
        } else {
            0.0
        };
        deaths - cell.exposure_years * force
    };
    cells.iter().map(term).sum()
}

/// The step that solves `information x step = gradient`, if there is one.
fn newton_step<const N: usize>(cells: &[MortalityCell], parameters: &[f64; N]) -> Option<[f64; N]> {
    let mut gradient = [0.0; N];
    let mut information = [[0.0; N]; N];
    for cell in cells {
        let (force, derivatives) = mean_force(cell.age, parameters);
        for i in 0..N {
            gradient[i] += (cell.deaths / force - cell.exposure_years) * derivatives[i];
            for j in 0..N {
                information[i][j] += cell.exposure_years / force * derivatives[i] * derivatives[j];
            }
        }
    }
    solve(information, gradient)
}

/// Gaussian elimination of a symmetric positive definite system; nothing where it is not.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> Option<[f64; N]> {
    for pivot in 0..N {
        let diagonal = matrix[pivot][pivot];
        if !(diagonal > 0.0 && diagonal.is_finite()) {
            return None;
        }
        for row in pivot + 1..N {
            let factor = matrix[row][pivot] / diagonal;
            let above = matrix[pivot];
            matrix[row]
                .iter_mut()
                .zip(above)
                .for_each(|(value, upper)| *value -= factor * upper);
            right[row] -= factor * right[pivot];
        }
    }
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N)
            .map(|column| matrix[row][column] * right[column])
            .sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right.iter().all(|value| value.is_finite()).then_some(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Exactly the deaths that a law brings about among survivors of 10,000 from age 30 to 100.
    fn expected(law: &Gompertz) -> Vec<MortalityCell> {
        let cell = |age: u32| {
            let exposure_years = 1e4 * law.survival(f64::from(age)) + 1.0;
            let deaths = exposure_years * law.yearly_hazard(f64::from(age));
            MortalityCell {
                age,
                deaths,
                exposure_years,
            }
        };
        (30..=100).map(cell).collect()
    }

    proptest! {
        #[test]
        fn expected_deaths_give_the_law_back(
            a in 1e-6_f64..3e-4, b in 0.06_f64..0.14, c in 2e-4_f64..2e-3,
        ) {
            let law = Gompertz::new(a, b, 0.0).unwrap();
            let found = Gompertz::fit(&expected(&law)).unwrap();
            prop_assert!((found.level() / a - 1.0).abs() < 1e-6, "{found:?}");
            prop_assert!((found.slope() / b - 1.0).abs() < 1e-6, "{found:?}");
            let law = Gompertz::new(a, b, c).unwrap();
            let found = Gompertz::fit_makeham(&expected(&law)).unwrap();
            prop_assert!((found.level() / a - 1.0).abs() < 1e-4, "{found:?}");
            prop_assert!((found.slope() / b - 1.0).abs() < 1e-4, "{found:?}");
            prop_assert!((found.background() / c - 1.0).abs() < 1e-4, "{found:?}");
        }
    }

    /// The slow model takes differences.
    #[test]
    fn derivatives_agree_with_differences() {
        let parameters = [libm::log(5e-5), libm::log(0.095), libm::log(7e-4)];
        let small = 1e-6;
        for age in [0, 30, 75] {
            let (_, derivatives) = mean_force(age, &parameters);
            for (row, derivative) in derivatives.iter().enumerate() {
                let shifted = |by: f64| {
                    let mut moved = parameters;
                    moved[row] += by;
                    mean_force(age, &moved).0
                };
                let slow = (shifted(small) - shifted(-small)) / (2.0 * small);
                assert!((derivative / slow - 1.0).abs() < 1e-6, "{age} {row}");
            }
        }
    }

    /// Whole deaths do not lie on a law; the slow model looks around the maximum on a grid.
    #[test]
    fn the_fit_is_the_highest_point_of_the_likelihood() {
        let mut cells = expected(&Gompertz::new(5e-5, 0.095, 0.0).unwrap());
        cells
            .iter_mut()
            .for_each(|cell| cell.deaths = cell.deaths.round());
        let law = Gompertz::fit(&cells).unwrap();
        let likelihood = |a: f64, b: f64| log_likelihood(&cells, &[libm::log(a), libm::log(b)]);
        let best = likelihood(law.level(), law.slope());
        for i in -5..=5 {
            for j in -5..=5 {
                let a = law.level() * (1.0 + f64::from(i) / 100.0);
                let b = law.slope() * (1.0 + f64::from(j) / 100.0);
                assert!(likelihood(a, b) <= best + 1e-9);
            }
        }
    }

    #[test]
    fn what_cannot_be_fitted_is_an_error() {
        let cell = |age, deaths, exposure_years| MortalityCell {
            age,
            deaths,
            exposure_years,
        };
        let falling: Vec<_> = (0..50)
            .map(|age| cell(age, f64::from(100 - age), 1e4))
            .collect();
        assert!(matches!(
            Gompertz::fit(&falling),
            Err(FamilyError::NotConverged { .. })
        ));
        let pure = expected(&Gompertz::new(5e-5, 0.095, 0.0).unwrap());
        assert!(matches!(
            Gompertz::fit_makeham(&pure),
            Err(FamilyError::NotConverged { .. })
        ));
        assert!(matches!(
            Gompertz::fit(&[]),
            Err(FamilyError::Parameter { .. })
        ));
        let nobody = Gompertz::fit(&[cell(30, 1.0, 0.0), cell(31, 1.0, 9.0)]);
        assert!(matches!(nobody, Err(FamilyError::AtAge { age: 30, .. })));
        let broken = Gompertz::fit(&[cell(30, f64::NAN, 9.0), cell(31, 1.0, 9.0)]);
        assert!(matches!(broken, Err(FamilyError::AtAge { age: 30, .. })));
    }
}
