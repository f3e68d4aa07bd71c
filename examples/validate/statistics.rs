//! Statistics of samples, written down as they are defined.

/// The mean.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The mean of independent values, and its standard error.
pub(crate) fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let (centre, n) = (mean(values), values.len() as f64);
    let squares = values
        .iter()
        .map(|value| (value - centre) * (value - centre));
    let variance = squares.sum::<f64>() / (n - 1.0);
    (centre, libm::sqrt(variance / n))
}

/// The values in ascending order.
pub(crate) fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The Gini coefficient of values in ascending order: half the mean absolute difference of two of them, drawn with
/// replacement, over the mean.
pub(crate) fn gini(ascending: &[f64]) -> f64 {
    let n = ascending.len() as f64;
    let ranked = (1_u32..)
        .zip(ascending)
        .map(|(rank, value)| f64::from(rank) * value);
    2.0 * ranked.sum::<f64>() / (n * ascending.iter().sum::<f64>()) - (n + 1.0) / n
}

/// The standard deviation (of all there are, not of a sample) over the mean.
pub(crate) fn variation(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares = values
        .iter()
        .map(|value| (value - centre) * (value - centre));
    libm::sqrt(squares.sum::<f64>() / values.len() as f64) / centre
}

/// What the upper so many of values in ascending order have of all.
pub(crate) fn top(ascending: &[f64], number: usize) -> f64 {
    let upper = ascending.iter().rev().take(number).sum::<f64>();
    upper / ascending.iter().sum::<f64>()
}

/// The largest distance between the distribution of values in ascending order and a given one (Kolmogorov and
/// Smirnov).
pub(crate) fn distance(ascending: &[f64], distribution: impl Fn(f64) -> f64) -> f64 {
    let n = ascending.len() as f64;
    let mut largest = 0.0_f64;
    for (rank, value) in (0_u32..).zip(ascending) {
        let expected = distribution(*value);
        largest = largest.max((expected - f64::from(rank) / n).abs());
        largest = largest.max((expected - f64::from(rank + 1) / n).abs());
    }
    largest
}

/// The slope of the line of least squares through values at 0, 1, 2, ...
pub(crate) fn slope(values: &[f64]) -> f64 {
    let middle = (values.len() as f64 - 1.0) / 2.0;
    let offsets = || (0..values.len()).map(|at| at as f64 - middle);
    let squares: f64 = offsets().map(|offset| offset * offset).sum();
    let products = offsets().zip(values).map(|(offset, value)| offset * value);
    products.sum::<f64>() / squares
}
