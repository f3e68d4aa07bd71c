//! Text that is no label, numbers that are no lengths, and tables without rows.

use oikos_data::ColumnKind;
use oikos_data::report::{Bins, Chart, Estimates, Report, Values};
use proptest::prelude::*;

use super::{column, counts, drawn, number, page_of, parsed, saved};
use crate::samples::{self, Cell};

const SCRIPT: &str = "<script>alert(\"1\")</script> & ]]> \u{1}\u{1b}\u{ffff}";

#[test]
fn text_stays_text() {
    let table = counts(&[(SCRIPT, Some(1)), ("'quoted'", Some(2))]);
    let lines = Chart::lines(SCRIPT, table.clone(), "name", Values::Columns(&["persons"])).unwrap();
    let lines = lines.caption(SCRIPT).x_axis(SCRIPT).y_axis(SCRIPT);
    let split = Values::Split {
        values: "persons",
        by: "name",
    };
    let bars = Chart::bars(SCRIPT, table.clone(), "persons", split).unwrap();
    let run = samples::run().with(SCRIPT, SCRIPT).unwrap();
    let report = Report::new(SCRIPT, &run).chart(lines).chart(bars);
    let html = report
        .text(SCRIPT, SCRIPT)
        .table(SCRIPT, table)
        .html()
        .unwrap();
    let page = parsed(&html);
    assert!(!html.contains("<script"));
    let shown = "<script>alert(\"1\")</script> & ]]> \u{fffd}\u{fffd}\u{fffd}";
    let as_text = page
        .descendants()
        .filter(|node| node.text().is_some_and(|text| text.contains(shown)));
    assert!(as_text.count() >= 10);
    assert_eq!(drawn(&page, "title")[0].text(), Some(shown));
    // What is saved is what the table holds, to the byte.
    assert!(saved(&page)[0].contains("\u{1}\u{1b}\u{ffff}"));
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    let chart = Chart::bars(
        "B",
        counts(&[("a", Some(1))]),
        "name",
        Values::Columns(&["persons"]),
    );
    let html = page_of(chart.unwrap());
    let names = ["href", "src", "action", "data", "style", "onload"];
    for node in parsed(&html).descendants() {
        for attribute in node.attributes() {
            let may_fetch = names.contains(&attribute.name());
            assert!(
                !may_fetch || attribute.value().starts_with("data:text/csv"),
                "{attribute:?}"
            );
        }
    }
    assert!(!html.contains("url(") && !html.contains("@import"));
}

#[test]
fn a_picture_says_what_it_is() {
    let chart = Chart::bars(
        "People",
        counts(&[("a", Some(1))]),
        "name",
        Values::Columns(&["persons"]),
    );
    let html = page_of(chart.unwrap().caption("How many there are."));
    let page = parsed(&html);
    let picture = page
        .descendants()
        .find(|node| node.attribute("role") == Some("img"))
        .unwrap();
    let labels = picture.attribute("aria-labelledby").unwrap().split(' ');
    let read_out = labels.map(|id| {
        let node = page
            .descendants()
            .find(|node| node.attribute("id") == Some(id));
        node.unwrap().text().unwrap().to_owned()
    });
    assert_eq!(
        read_out.collect::<Vec<_>>(),
        ["People", "How many there are."]
    );
}

#[test]
fn nothing_to_show_is_said() {
    let numbers = ["a", "b", "c"].map(|name| column(name, ColumnKind::Float, "1"));
    for rows in [vec![], vec![vec![Cell::Null, Cell::Null, Cell::Null]]] {
        let table = || samples::table("empty", &numbers, &rows);
        let estimates = Estimates {
            value: "a",
            low: "b",
            high: "c",
            by: None,
            reference: Some(1.0),
        };
        let charts = [
            Chart::lines("L", table(), "a", Values::Columns(&["b", "c"])),
            Chart::bars(
                "B",
                table(),
                "a",
                Values::Split {
                    values: "b",
                    by: "c",
                },
            ),
            Chart::points("P", table(), "a", estimates),
            Chart::histogram(
                "H",
                table(),
                Bins {
                    from: "a",
                    to: "b",
                    count: "c",
                },
            ),
        ];
        for chart in charts {
            let page = page_of(chart.unwrap());
            assert!(
                parsed(&page)
                    .descendants()
                    .any(|node| node.text() == Some("no data"))
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]
    /// Whatever a table holds, the page is well-formed and the same each time, and no place is outside
    /// the picture.
    #[test]
    fn any_table_makes_a_page(
        rows in prop::collection::vec(
            (any::<f64>(), any::<i64>(), any::<String>(), -719_162..2_932_896),
            0..12,
        )
    ) {
        let columns = [
            column("x", ColumnKind::Float, "1"),
            column("count", ColumnKind::Decimal { scale: 18 }, "1"),
            column("name", ColumnKind::Text, "1"),
            column("date", ColumnKind::Date, "days"),
        ];
        let cell = |x: f64| if x.is_finite() { Cell::Float(x) } else { Cell::Null };
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(x, count, name, day)| {
                vec![cell(x), Cell::Decimal(count), Cell::Text(name), Cell::Date(day)]
            })
            .collect();
        let table = samples::table("any", &columns, &rows);
        let reference = Some(f64::NAN);
        let estimates = Estimates { value: "x", low: "count", high: "x", by: None, reference };
        for x in ["x", "count", "name", "date"] {
            let both = Values::Columns(&["x", "count"]);
            let charts = [
                Chart::lines("L", table.clone(), x, both),
                Chart::bars("B", table.clone(), x, both),
                Chart::points("P", table.clone(), x, estimates),
            ];
            for chart in charts.into_iter().flatten() {
                let html = page_of(chart.clone());
                prop_assert_eq!(&html, &page_of(chart));
                let page = parsed(&html);
                let dots = drawn(&page, "circle");
                let places = dots.iter().flat_map(|dot| ["cx", "cy"].map(|at| number(*dot, at)));
                for place in places {
                    prop_assert!((0.0..=1600.0).contains(&place), "{}", place);
                }
            }
        }
    }
}
