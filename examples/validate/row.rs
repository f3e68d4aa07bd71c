//! The rows of the table, and what decides whether one passes.

/// How near is near enough: fixed with the target, before the first run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// So far from the target at most.
    Within(f64),
    /// So many standard errors from the target at most.
    Errors(f64),
    /// More than the target.
    Above,
    /// Less than the target.
    Below,
}

/// A target, and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The number of the target and what it is of.
    pub(crate) name: String,
    /// Where the target is from.
    pub(crate) source: &'static str,
    /// What it should be.
    pub(crate) target: f64,
    /// How near.
    pub(crate) bound: Bound,
    /// What it is.
    pub(crate) ours: f64,
    /// In how many runs, lives or values.
    pub(crate) n: usize,
    /// The standard error of what it is, where there is one.
    pub(crate) error: Option<f64>,
}

impl Row {
    /// A row of a mean of independent values, with its standard error.
    pub(crate) fn of_mean(
        name: impl Into<String>,
        source: &'static str,
        (target, bound): (f64, Bound),
        values: &[f64],
    ) -> Self {
        let (ours, error) = crate::statistics::mean_and_error(values);
        Self {
            error: Some(error),
            ..Self::of_value(name, source, (target, bound), ours, values.len())
        }
    }

    /// A row of something that has no standard error.
    pub(crate) fn of_value(
        name: impl Into<String>,
        source: &'static str,
        (target, bound): (f64, Bound),
        ours: f64,
        n: usize,
    ) -> Self {
        Self {
            name: name.into(),
            source,
            target,
            bound,
            ours,
            n,
            error: None,
        }
    }

    /// Whether it is near enough. What is no number is not.
    pub(crate) fn passes(&self) -> bool {
        let off = (self.ours - self.target).abs();
        match self.bound {
            Bound::Within(most) => off <= most,
            Bound::Errors(most) => self.error.is_some_and(|error| off <= most * error),
            Bound::Above => self.ours > self.target,
            Bound::Below => self.ours < self.target,
        }
    }

    fn z(&self) -> Option<f64> {
        // Of values that are all the same, only rounding differs.
        let error = self.error.filter(|error| *error > 1e-12)?;
        Some((self.ours - self.target) / error)
    }
}

/// A number in seven characters or so.
fn short(number: f64) -> String {
    match number.abs() {
        0.0 => "0".to_owned(),
        ..1e-4 => format!("{number:.1e}"),
        1e4.. => format!("{number:.1}"),
        100.0.. => format!("{number:.3}"),
        _ => format!("{number:.5}"),
    }
}

fn tolerance(bound: Bound) -> String {
    match bound {
        Bound::Within(0.0) => "exact".to_owned(),
        Bound::Within(most @ ..1e-3) => format!("± {most:e}"),
        Bound::Within(most) => {
            let digits = format!("{most:.4}");
            format!("± {}", digits.trim_end_matches('0'))
        }
        Bound::Errors(most) => format!("± {most} s.e."),
        Bound::Above => "above".to_owned(),
        Bound::Below => "below".to_owned(),
    }
}

/// The head of the table.
pub(crate) fn head() -> String {
    format!(
        "{:<60} {:<36} {:>10} {:>10} {:>10} {:>7} {:>8} {:>7}  verdict",
        "target", "source", "target", "tolerance", "ours", "n", "s.e.", "z"
    )
}

impl std::fmt::Display for Row {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let or_dash = |number: Option<String>| number.unwrap_or_else(|| "-".to_owned());
        write!(
            out,
            "{:<60} {:<36} {:>10} {:>10} {:>10} {:>7} {:>8} {:>7}  {}",
            self.name,
            self.source,
            short(self.target),
            tolerance(self.bound),
            short(self.ours),
            self.n,
            or_dash(self.error.map(|error| format!("{error:.5}"))),
            or_dash(self.z().map(|z| format!("{z:.2}"))),
            if self.passes() { "pass" } else { "FAIL" }
        )
    }
}
