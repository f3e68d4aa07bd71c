//! Where shapes are, against the data that they stand for.

use oikos_data::report::{Bins, Chart, Estimates, Pyramid, Values};
use oikos_data::{ColumnKind, Table};
use proptest::prelude::*;
use roxmltree::Node;

use super::{column, counts, drawn, number, page_of, parsed};
use crate::samples::{self, Cell};

/// Places are whole units of the picture, so two of them may be off by half a unit each.
const ROUNDING: f64 = 1.01;

fn numbers(name: &str, columns: &[&str], rows: &[&[f64]]) -> Table {
    let columns: Vec<_> = columns
        .iter()
        .map(|name| column(name, ColumnKind::Float, "1"))
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| row.iter().map(|value| Cell::Float(*value)).collect())
        .collect();
    samples::table(name, &columns, &rows)
}

fn points_of(line: Node<'_, '_>) -> Vec<(f64, f64)> {
    let places = line.attribute("points").unwrap().split_whitespace();
    let place = |place: &str| {
        let (x, y) = place.split_once(',').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    };
    places.map(place).collect()
}

/// Lines of data, not those of axes and grid.
fn data_lines(page: &str) -> Vec<Vec<(f64, f64)>> {
    let page = parsed(page);
    let lines = drawn(&page, "polyline").into_iter();
    let of_data = lines.filter(|line| line.attribute("stroke-width") == Some("4"));
    of_data.map(points_of).collect()
}

/// `pixels` are `values` times one factor.
fn assert_proportional(pixels: &[f64], values: &[f64]) {
    assert_eq!(pixels.len(), values.len());
    let largest = values.iter().copied().fold(0.0, f64::max);
    let scale = pixels.iter().copied().fold(0.0, f64::max) / largest;
    assert!(
        scale * largest > 200.0,
        "the largest takes {} units",
        scale * largest
    );
    for (pixel, value) in pixels.iter().zip(values) {
        assert!(
            (pixel - value * scale).abs() <= ROUNDING,
            "{pixel} for {value} at {scale}"
        );
    }
}

fn sizes(page: &str, side: &str) -> Vec<f64> {
    let page = parsed(page);
    drawn(&page, "rect")
        .into_iter()
        .map(|bar| number(bar, side))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn bars_are_as_high_as_their_counts(values in prop::collection::vec(0_i64..1_000_000, 1..30)) {
        prop_assume!(values.iter().any(|value| *value > 0));
        let names: Vec<String> = (0..values.len()).map(|name| name.to_string()).collect();
        let rows: Vec<_> = names.iter().zip(&values).map(|(name, value)| (&**name, Some(*value))).collect();
        let chart = Chart::bars("Bars", counts(&rows), "name", Values::Columns(&["persons"])).unwrap();
        let floats: Vec<f64> = values.iter().map(|value| *value as f64).collect();
        assert_proportional(&sizes(&page_of(chart), "height"), &floats);
    }

    /// Along both axes a place differs from the first as the values do.
    #[test]
    fn lines_go_through_their_points(points in prop::collection::vec((-1e6..1e6, -1e3..1e3), 2..40)) {
        let rows: Vec<[f64; 2]> = points.iter().map(|(x, y)| [*x, *y]).collect();
        let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
        let chart = Chart::lines("Lines", numbers("lines", &["x", "y"], &rows), "x", Values::Columns(&["y"]));
        let lines = data_lines(&page_of(chart.unwrap()));
        prop_assert_eq!(lines.len(), 1);
        let up = |values: Vec<f64>| {
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            values.into_iter().map(|value| value - low).collect::<Vec<_>>()
        };
        let along = lines[0].iter().map(|place| place.0).collect();
        assert_proportional(&up(along), &up(points.iter().map(|point| point.0).collect()));
        // Upwards, numbers of pixels fall.
        let upwards = lines[0].iter().map(|place| -place.1).collect();
        assert_proportional(&up(upwards), &up(points.iter().map(|point| point.1).collect()));
    }
}

#[test]
fn a_missing_value_is_a_gap() {
    let rows = [
        ("a", Some(1)),
        ("b", Some(2)),
        ("c", None),
        ("d", Some(3)),
        ("e", Some(1)),
    ];
    let table = counts(&rows);
    let values = Values::Columns(&["persons"]);
    let lines = data_lines(&page_of(
        Chart::lines("L", table.clone(), "name", values).unwrap(),
    ));
    assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    let bars = sizes(
        &page_of(Chart::bars("B", table, "name", values).unwrap()),
        "height",
    );
    assert_proportional(&bars, &[1.0, 2.0, 3.0, 1.0]);
    let alone = counts(&[("a", None), ("b", Some(2)), ("c", None)]);
    let page = page_of(Chart::lines("L", alone, "name", values).unwrap());
    assert_eq!(drawn(&parsed(&page), "circle").len(), 1);
}

#[test]
fn series_split_by_a_column_stand_side_by_side() {
    let columns = [
        column("size", ColumnKind::Int, "persons"),
        column("sex", ColumnKind::Label, "1"),
        column("heads", ColumnKind::Int, "persons"),
    ];
    let row = |(size, sex, heads): &(i64, &str, i64)| {
        vec![
            Cell::Int(*size),
            Cell::Label((*sex).to_owned()),
            Cell::Int(*heads),
        ]
    };
    let rows = [
        (1, "male", 4),
        (1, "female", 6),
        (2, "male", 10),
        (2, "female", 8),
    ];
    let table = samples::table("heads", &columns, &rows.iter().map(row).collect::<Vec<_>>());
    let split = Values::Split {
        values: "heads",
        by: "sex",
    };
    let page = page_of(Chart::bars("Heads", table, "size", split).unwrap());
    assert_proportional(&sizes(&page, "height"), &[4.0, 10.0, 6.0, 8.0]);
    let page = parsed(&page);
    let bars = drawn(&page, "rect");
    let left = |bar: usize| number(bars[bar], "x");
    assert!(left(0) < left(2) && left(2) < left(1) && left(1) < left(3));
    let fill = |bar: usize| bars[bar].attribute("fill").unwrap();
    assert_eq!([fill(0), fill(2)], ["#0072B2", "#D55E00"]);
    let legend = page
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/1999/xhtml", "li")));
    let legend: Vec<String> = legend
        .map(|entry| entry.descendants().filter_map(|n| n.text()).collect())
        .collect();
    assert_eq!(
        legend.iter().map(|entry| entry.trim()).collect::<Vec<_>>(),
        ["male", "female"]
    );
}

#[test]
fn a_pyramid_is_filled_at_its_last_moment_and_outlined_at_its_first() {
    let columns = [
        column("age", ColumnKind::Int, "years"),
        column("male", ColumnKind::Int, "persons"),
        column("female", ColumnKind::Int, "persons"),
        column("date", ColumnKind::Date, "days"),
    ];
    let counts = [[40, 44, 0], [20, 30, 0], [50, 48, 365], [60, 12, 365]];
    let row = |(place, [male, female, day]): (usize, &[i64; 3])| {
        let age = 5 * (place as i64 % 2);
        vec![
            Cell::Int(age),
            Cell::Int(*male),
            Cell::Int(*female),
            Cell::Date(*day as i32),
        ]
    };
    let rows: Vec<_> = counts.iter().enumerate().map(row).collect();
    let table = samples::table("ages", &columns, &rows);
    let sides = Pyramid {
        groups: "age",
        left: "male",
        right: "female",
        at: "date",
    };
    let page = page_of(Chart::pyramid("Ages", table, sides).unwrap());
    assert_proportional(&sizes(&page, "width"), &[50.0, 60.0, 48.0, 12.0]);
    let outlines = data_lines(&page);
    let middle = outlines[0][0].0;
    let reach: Vec<f64> = outlines
        .iter()
        .flatten()
        .map(|place| (place.0 - middle).abs())
        .collect();
    assert_proportional(
        &[&reach[1..5], &reach[7..11], &sizes(&page, "width")[1..2]].concat(),
        &[40.0, 40.0, 20.0, 20.0, 44.0, 44.0, 30.0, 30.0, 60.0],
    );
    assert!(outlines[0][1].0 < middle && outlines[1][1].0 > middle);
    for label in ["male, 1971-01-01", "female, 1971-01-01", "1970-01-01"] {
        assert!(page.contains(label), "{label}");
    }
    assert!(!page.contains(">-"), "counts to the left have no sign");
}

#[test]
fn points_have_intervals_and_a_line_to_be_held_against() {
    let rows: [&[f64]; 2] = [&[10.0, 1.5, 1.25, 2.0], &[20.0, 0.5, 0.25, 1.0]];
    let table = numbers("ratios", &["age", "ratio", "low", "high"], &rows);
    let columns = Estimates {
        value: "ratio",
        low: "low",
        high: "high",
        by: None,
        reference: Some(1.0),
    };
    let page = page_of(Chart::points("A/E", table, "age", columns).unwrap());
    let intervals = data_lines(&page);
    let lengths: Vec<f64> = intervals.iter().map(|line| line[0].1 - line[1].1).collect();
    assert_proportional(&lengths, &[0.75, 0.75]);
    let page = parsed(&page);
    let centres: Vec<f64> = drawn(&page, "circle")
        .iter()
        .map(|dot| number(*dot, "cy"))
        .collect();
    let across = drawn(&page, "polyline").into_iter().map(points_of);
    let level = across.filter(|line| line.len() == 2 && line[1].0 - line[0].0 > 1000.0);
    // Of the lines through the whole plot, one is the reference, as high as both ends that are 1.
    let one = intervals[1][1].1;
    assert!(level.clone().any(|line| (line[0].1 - one).abs() < ROUNDING));
    assert!((centres[0] + centres[1] - 2.0 * one).abs() <= 2.0 * ROUNDING);
}

#[test]
fn a_histogram_shows_counts_as_areas() {
    let rows: [&[f64]; 3] = [
        &[15.0, 20.0, 50.0],
        &[20.0, 30.0, 300.0],
        &[30.0, 50.0, 100.0],
    ];
    let table = numbers("ages", &["from", "to", "count"], &rows);
    let bins = Bins {
        from: "from",
        to: "to",
        count: "count",
    };
    let page = page_of(Chart::histogram("Ages at marriage", table, bins).unwrap());
    assert_proportional(&sizes(&page, "height"), &[10.0, 30.0, 5.0]);
    assert_proportional(&sizes(&page, "width"), &[5.0, 10.0, 20.0]);
}
