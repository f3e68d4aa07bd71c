//! What decides whether a row of `validate` passes, and the statistics behind it.

use crate::row::{Bound, Row};
use crate::statistics::{distance, gini, mean_and_error, slope, top, variation};

fn row(bound: Bound, ours: f64, error: Option<f64>) -> Row {
    Row {
        error,
        ..Row::of_value("a row", "a source", (2.0, bound), ours, 1)
    }
}

#[test]
fn a_row_passes_within_its_bound_alone() {
    for (bound, ours, error, passes) in [
        (Bound::Within(0.5), 2.5, None, true),
        (Bound::Within(0.5), 2.51, None, false),
        (Bound::Within(0.0), 2.0, None, true),
        (Bound::Within(0.0), 2.000_001, None, false),
        (Bound::Errors(3.0), 2.29, Some(0.1), true),
        (Bound::Errors(3.0), 1.69, Some(0.1), false),
        (Bound::Errors(3.0), 2.0, None, false),
        (Bound::Above, 2.1, None, true),
        (Bound::Above, 2.0, None, false),
        (Bound::Below, 1.9, None, true),
        (Bound::Below, 2.0, None, false),
    ] {
        let row = row(bound, ours, error);
        assert_eq!(row.passes(), passes, "{bound:?} {ours}");
        assert_eq!(row.to_string().ends_with("FAIL"), !passes);
    }
    for bound in [
        Bound::Within(9.0),
        Bound::Errors(9.0),
        Bound::Above,
        Bound::Below,
    ] {
        assert!(!row(bound, f64::NAN, Some(1.0)).passes(), "{bound:?}");
    }
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
}

#[test]
fn statistics_are_those_of_pencil_and_paper() {
    let (mean, error) = mean_and_error(&[2.0, 4.0, 4.0, 6.0]);
    close(mean, 4.0);
    // Squares 4 + 0 + 0 + 4 over 3, over 4 values.
    close(error * error, 8.0 / 12.0);
    close(gini(&[1.0, 1.0, 1.0]), 0.0);
    close(gini(&[0.0, 0.0, 0.0, 1.0]), 0.75);
    close(gini(&[1.0, 2.0, 3.0, 4.0]), 0.25);
    close(variation(&[1.0, 3.0]), 0.5);
    close(top(&[1.0, 2.0, 3.0, 4.0], 2), 0.7);
    close(slope(&[1.0, 3.0, 5.0]), 2.0);
    // Of a uniform law: the second value is at 0.5 with a half below it, and with all below the next.
    close(distance(&[0.5, 0.5], |value| value), 0.5);
    close(distance(&[0.1, 0.1], |value| value), 0.9);
    close(distance(&[0.25, 0.75], |value| value), 0.25);
}
