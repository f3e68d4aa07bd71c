//! V26: the published standard and the original curve, sampling, and the fit to the figures.

use oikos_core::{Seed, Stream, Tick};

use super::*;

/// Simpson's rule for the moments of a density: integral, mean, variance.
fn moments(density: impl Fn(f64) -> f64, low: f64, high: f64) -> [f64; 3] {
    let panels = 20_000;
    let step = (high - low) / f64::from(panels);
    let mut sums = [0.0; 3];
    for panel in 0..=panels {
        let x = low + f64::from(panel) * step;
        let weight = match panel {
            0 => 1.0,
            _ if panel == panels => 1.0,
            _ if panel % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let mass = weight * density(x) * step / 3.0;
        [mass, mass * x, mass * x * x]
            .into_iter()
            .zip(&mut sums)
            .for_each(|(term, sum)| *sum += term);
    }
    [sums[0], sums[1], sums[2] - sums[1] * sums[1]]
}

fn published_standard(z: f64) -> f64 {
    1.2813 * libm::exp(-1.145 * (z + 0.805) - libm::exp(-1.896 * (z + 0.805)))
}

fn published_original(x: f64) -> f64 {
    0.1946 * libm::exp(-0.174 * (x - 6.06) - libm::exp(-0.2881 * (x - 6.06)))
}

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() < tolerance,
        "{found} instead of {expected}"
    );
}

#[test]
fn the_published_standard_is_one_within_its_rounding() {
    let [integral, mean, variance] = moments(published_standard, -4.0, 30.0);
    close(integral, 1.0004, 5e-5);
    close(mean, 0.0001, 5e-5);
    // Second moment of the unnormalised curve, as the target states it.
    close(variance, 1.0012, 5e-4);
    close(variance / integral, 1.0008, 5e-5);
}

#[test]
fn the_schedule_is_the_published_standard_moved_and_stretched() {
    let schedule = CoaleMcNeil::new(28.0, 6.0, 0.8).unwrap();
    for z in [-1.2, -0.5, 0.0, 0.7, 2.0, 4.0] {
        let published = 0.8 * published_standard(z) / 6.0;
        // What four digits of the coefficients leave; it grows without end into the steep left tail.
        let relative = schedule.density(28.0 + 6.0 * z) / published - 1.0;
        assert!(relative.abs() < 5e-3, "{z}: {relative}");
    }
    let [integral, mean, variance] = moments(|x| schedule.density(x) / 0.8, 0.0, 200.0);
    close(integral, 1.0, 1e-9);
    close(mean, 28.0, 1e-8);
    close(variance, 36.0, 1e-6);
}

#[test]
fn the_original_curve_has_its_mean_deviation_and_mode() {
    let [integral, mean, variance] = moments(published_original, -10.0, 200.0);
    let mean = mean / integral;
    close(mean, 11.358, 1.5e-3);
    let about_mean = |x: f64| published_original(x) * (x - mean) * (x - mean);
    let [spread, ..] = moments(about_mean, -10.0, 200.0);
    close(libm::sqrt(spread / integral), 6.582, 2e-3);
    assert!(variance > 0.0);
    let ours = CoaleMcNeil::new(11.358, 6.582, 1.0).unwrap();
    close(ours.mode(), 7.81, 5e-3);
}

#[test]
fn the_cumulative_is_the_integral_of_the_density() {
    let schedule = CoaleMcNeil::new(29.2, 6.58, 0.81).unwrap();
    for age in [14.0, 20.0, 28.1, 40.0, 65.0] {
        let [integral, ..] = moments(|x| schedule.density(x), 0.0, age);
        close(schedule.ever_married(age), integral, 1e-10);
        close(schedule.never_married(age), 1.0 - integral, 1e-10);
        let share = schedule.ever_married(age) / 0.81;
        close(schedule.age_at(share), age, 1e-6);
    }
    assert!(schedule.age_at(1.1).is_nan());
}

#[test]
fn forces_leave_the_shares_never_married() {
    let schedule = CoaleMcNeil::new(29.2, 6.58, 0.81).unwrap();
    let mut single = 1.0;
    for age in 0..100 {
        single *= libm::exp(-schedule.force_in_year(age));
        let by_schedule = schedule.never_married(f64::from(age) + 1.0);
        close(single, by_schedule, 1e-12);
        // The mean force of the year lies between the least and the greatest in it.
        let samples = (0..=10).map(|tenth| f64::from(age) + f64::from(tenth) / 10.0);
        let forces: Vec<f64> = samples.map(|x| schedule.force(x)).collect();
        let least = forces.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = forces.iter().copied().fold(0.0, f64::max);
        let of_year = schedule.force_in_year(age);
        let width = 1e-12 + 1e-3 * greatest;
        assert!(
            of_year > least - width && of_year < greatest + width,
            "{age}"
        );
    }
}

#[test]
fn sampled_ages_are_those_of_the_schedule() {
    let schedule = CoaleMcNeil::new(29.2, 6.58, 0.81).unwrap();
    let n = 100_000_u32;
    let stream = Stream::new(Seed(1), "coale-mcneil");
    let draw = |subject: u32| stream.at(u64::from(subject), Tick::ZERO).unit();
    let mut ages: Vec<f64> = (0..n)
        .map(|subject| schedule.age_at(draw(subject)))
        .collect();
    let size = f64::from(n);
    let mean = ages.iter().sum::<f64>() / size;
    let central = |power: i32| {
        let term = |age: &f64| (0..power).fold(1.0, |product, _| product * (age - mean));
        ages.iter().map(term).sum::<f64>() / size
    };
    let sd = libm::sqrt(central(2));
    let se_mean = 6.58 / libm::sqrt(size);
    let se_sd = libm::sqrt((central(4) / (sd * sd) - sd * sd) / (4.0 * size));
    ages.sort_by(f64::total_cmp);
    let distance = (0..n).zip(&ages).fold(0.0_f64, |most, (rank, &age)| {
        let share = schedule.ever_married(age) / 0.81;
        let (below, above) = (f64::from(rank) / size, (f64::from(rank) + 1.0) / size);
        most.max((share - below).abs()).max((above - share).abs())
    });
    close(mean, 29.2, 3.0 * se_mean);
    close(sd, 6.58, 3.0 * se_sd);
    assert!(distance < 1.63 / libm::sqrt(size), "{distance}");
}

#[test]
fn the_figures_come_back() {
    let figures = FamilyFigures::us().unwrap();
    let schedules = CoaleMcNeil::from_figures(&figures).unwrap();
    for (sex, median) in [(MALE, 30.5), (FEMALE, 28.1)] {
        let schedule = &schedules[sex];
        close(schedule.median(), median, 1e-9);
        close(schedule.never_married(40.0), 0.25, 1e-12);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    for (mean, sd, ever) in [
        (0.0, 6.0, 0.8),
        (f64::NAN, 6.0, 0.8),
        (28.0, -1.0, 0.8),
        (28.0, f64::INFINITY, 0.8),
        (28.0, 6.0, 0.0),
        (28.0, 6.0, 1.01),
        (28.0, 6.0, f64::NAN),
    ] {
        let found = CoaleMcNeil::new(mean, sd, ever);
        assert!(
            matches!(found, Err(FamilyError::Parameter { .. })),
            "{mean} {sd} {ever}"
        );
    }
    // All but 5 % at 30 with a median of 30 and a wide spread: more than everybody would marry.
    let found = CoaleMcNeil::from_median(30.0, 6.0, 0.05, 30.0);
    assert!(
        matches!(found, Err(FamilyError::Parameter { .. })),
        "{found:?}"
    );
    assert!(CoaleMcNeil::from_median(30.0, 6.0, 1.0, 40.0).is_err());
    assert!(CoaleMcNeil::from_median(f64::NAN, 6.0, 0.2, 40.0).is_err());
    assert!(CoaleMcNeil::from_median(30.0, 6.0, 0.2, f64::NAN).is_err());
}
