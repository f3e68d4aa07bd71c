//! How many surnames die out: V27.

use super::surnames::share_extinct;
use crate::parallel;
use crate::row::Bound::Within;
use crate::row::Row;

/// The rows; with `perturb` men have a fifth more sons.
pub(super) fn rows(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let known = [(1.1, 0.823_866), (1.5, 0.417_188), (2.0, 0.203_188)];
    let more = if perturb { 1.2 } else { 1.0 };
    let found = parallel::over(0..3, |at| share_extinct(more * known[at as usize].0))?;
    let rows = known
        .into_iter()
        .zip(found)
        .map(|((sons, expected), share)| {
            Row::of_value(
                format!("V27 surnames that die out, {sons} sons each"),
                "Watson & Galton 1875",
                (expected, Within(0.005)),
                share,
                100_000,
            )
        });
    Ok(rows.collect())
}
