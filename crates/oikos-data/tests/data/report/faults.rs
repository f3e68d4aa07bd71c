//! What is refused, and with which error.

use oikos_data::report::{Bins, Chart, ChartError, Estimates, Pyramid, Values};
use oikos_data::{ColumnKind, DataError, Table};

use super::{column, counts};
use crate::samples::{self, Cell};

fn two() -> Table {
    counts(&[("a", Some(1)), ("b", Some(-2))])
}

fn refused(chart: Result<Chart, DataError>, words: &[&str]) -> DataError {
    let error = chart.err().unwrap();
    for word in words {
        assert!(
            error.to_string().contains(word),
            "`{word}` is not in: {error}"
        );
    }
    error
}

#[test]
fn unknown_columns_and_columns_of_the_wrong_kind() {
    let persons = Values::Columns(&["persons"]);
    let charts = [
        Chart::lines("L", two(), "no", persons),
        Chart::bars("B", two(), "name", Values::Columns(&["no"])),
        Chart::bars(
            "B",
            two(),
            "name",
            Values::Split {
                values: "persons",
                by: "no",
            },
        ),
        Chart::histogram(
            "H",
            two(),
            Bins {
                from: "persons",
                to: "no",
                count: "persons",
            },
        ),
        Chart::pyramid(
            "P",
            two(),
            Pyramid {
                groups: "name",
                left: "persons",
                right: "no",
                at: "name",
            },
        ),
    ];
    for chart in charts {
        let error = refused(chart, &["counts", "no"]);
        assert!(matches!(error, DataError::UnknownColumn { .. }), "{error}");
    }
    let estimates = Estimates {
        value: "persons",
        low: "name",
        high: "persons",
        by: None,
        reference: None,
    };
    let charts = [
        Chart::lines("L", two(), "persons", Values::Columns(&["name"])),
        Chart::bars(
            "B",
            two(),
            "name",
            Values::Split {
                values: "name",
                by: "name",
            },
        ),
        Chart::points("P", two(), "persons", estimates),
        Chart::histogram(
            "H",
            two(),
            Bins {
                from: "persons",
                to: "persons",
                count: "name",
            },
        ),
    ];
    for chart in charts {
        let error = refused(chart, &["counts", "name", "a number"]);
        assert!(
            matches!(error, DataError::ReadAsOtherKind { .. }),
            "{error}"
        );
    }
}

#[test]
fn units_do_not_share_an_axis() {
    let columns = [
        column("years", ColumnKind::Int, "years"),
        column("euros", ColumnKind::Int, "EUR"),
    ];
    let table = samples::table("mixed", &columns, &[vec![Cell::Int(1), Cell::Int(1)]]);
    let both = Values::Columns(&["years", "euros"]);
    let error = refused(
        Chart::bars("B", table, "years", both),
        &["mixed", "EUR", "years"],
    );
    assert!(
        matches!(error, DataError::Chart(ChartError::MixedUnits { .. })),
        "{error}"
    );
}

#[test]
fn there_are_no_more_series_than_colours() {
    let rows = ["a", "b", "c", "d", "e", "f", "g"].map(|name| (name, Some(1)));
    let split = Values::Split {
        values: "persons",
        by: "name",
    };
    assert!(Chart::bars("B", counts(&rows[..6]), "persons", split).is_ok());
    let error = refused(
        Chart::bars("B", counts(&rows), "persons", split),
        &["counts", "7", "6"],
    );
    assert!(
        matches!(error, DataError::Chart(ChartError::TooManySeries { .. })),
        "{error}"
    );
}

#[test]
fn two_bars_do_not_share_a_place() {
    let table = counts(&[("a", Some(1)), ("b", Some(2)), ("a", Some(3))]);
    let chart = Chart::bars("B", table, "name", Values::Columns(&["persons"]));
    let error = refused(chart, &["counts", "row 2", "persons", "a"]);
    assert!(
        matches!(
            error,
            DataError::Chart(ChartError::SecondValue { row: 2, .. })
        ),
        "{error}"
    );
}

#[test]
fn a_pyramid_is_of_counts_at_two_moments() {
    let sides = |at| Pyramid {
        groups: "name",
        left: "persons",
        right: "persons",
        at,
    };
    let three = counts(&[("a", Some(1)), ("b", Some(2)), ("c", Some(3))]);
    let error = refused(
        Chart::pyramid("P", three, sides("name")),
        &["counts", "name"],
    );
    assert!(
        matches!(error, DataError::Chart(ChartError::TooManyMoments { .. })),
        "{error}"
    );
    let error = refused(
        Chart::pyramid("P", two(), sides("name")),
        &["row 1", "persons", "-2"],
    );
    assert!(
        matches!(error, DataError::Chart(ChartError::Negative { row: 1, .. })),
        "{error}"
    );
}

#[test]
fn a_bin_ends_above_its_beginning() {
    let bins = Bins {
        from: "persons",
        to: "persons",
        count: "persons",
    };
    let error = refused(Chart::histogram("H", two(), bins), &["counts", "row 0"]);
    assert!(
        matches!(error, DataError::Chart(ChartError::EmptyBin { row: 0, .. })),
        "{error}"
    );
}

#[test]
fn only_observed_tables_are_over_time() {
    let refused = Chart::over_time("T", &two());
    assert!(matches!(refused, Err(DataError::NotObserved { .. })));
}
