//! Reports of a society, and the files that they are written to.

use std::error::Error;
use std::fs;

use bevy_ecs::world::World;
use oikos_core::Span;
use oikos_data::report::{Chart, ChartError, Report, ReportExt, Values};
use oikos_data::{Collecting, CsvSink, DataError, RunInfo, Sink};
use oikos_engine::bevy_app::App;

use super::{counts, drawn, page_of, parsed, saved};
use crate::samples::{self, Folder};
use crate::village;

type Made = Result<Chart, Box<dyn Error + Send + Sync>>;

fn bars(title: &str, rows: &[(&str, Option<i64>)]) -> Chart {
    Chart::bars(title, counts(rows), "name", Values::Columns(&["persons"])).unwrap()
}

fn sexes(_world: &World, _run: &RunInfo) -> Made {
    Ok(bars("Sexes", &[("male", Some(1))]))
}

fn ages(_world: &World, _run: &RunInfo) -> Made {
    Ok(bars("Ages", &[("young", Some(1))]))
}

fn fails(_world: &World, _run: &RunInfo) -> Made {
    Err("there is no village".into())
}

#[test]
fn a_report_has_the_charts_of_plugins_in_their_order() {
    let charts = |app: &mut App| {
        app.chart("sexes", sexes).chart("ages", ages);
    };
    let mut society = village::builder(20).with(charts).build().unwrap();
    let plain = village::build(20);
    assert_eq!(
        society.digest().unwrap(),
        plain.digest().unwrap(),
        "charts are no state"
    );
    society.run(Span::Days(3)).unwrap();
    let html = Report::of("Village", &samples::run(), &society)
        .unwrap()
        .html()
        .unwrap();
    let (sexes, ages) = (html.find(">Sexes<").unwrap(), html.find(">Ages<").unwrap());
    assert!(sexes < ages);
    assert!(
        Report::of("None", &samples::run(), &plain)
            .unwrap()
            .html()
            .is_ok()
    );
}

#[test]
fn a_chart_that_fails_is_named_and_a_second_of_one_name_refused() {
    let charts = |app: &mut App| {
        app.chart("ages", fails);
    };
    let society = village::builder(5).with(charts).build().unwrap();
    let error = Report::of("Village", &samples::run(), &society).unwrap_err();
    assert!(
        matches!(error, DataError::Chart(ChartError::Failed { .. })),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("\"ages\" could not be made: there is no village")
    );
    let twice = |app: &mut App| {
        app.chart("ages", ages).chart("ages", ages);
    };
    let error = village::builder(5)
        .with(twice)
        .build()
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("two charts are called \"ages\""), "{error}");
}

#[test]
fn measures_over_time_make_a_chart_for_each_unit() {
    let mut society = village::build(30);
    let collected = society.collect(Span::Days(90), &village::plan()).unwrap();
    let titles = |table: &str| {
        let charts = Chart::over_time("Over time", collected.table(table).unwrap()).unwrap();
        let pages: Vec<String> = charts.into_iter().map(page_of).collect();
        let lines = pages.iter().map(|html| {
            let page = parsed(html);
            let title = drawn(&page, "text")
                .into_iter()
                .filter(|text| text.has_attribute("transform"));
            title
                .map(|title| title.text().unwrap().trim().to_owned())
                .collect::<Vec<_>>()
                .concat()
        });
        lines.collect::<Vec<_>>()
    };
    assert_eq!(titles("counts"), ["persons"]);
    assert_eq!(
        titles("means"),
        [
            "mean age (years)",
            "treasure (EUR)",
            "population female (persons)"
        ]
    );
}

/// What is saved from the page, what is read on it and what the sink writes are the same.
#[test]
fn the_data_of_a_chart_are_those_of_its_file() {
    let folder = Folder::new();
    let rows = [
        ("a,b", Some(1_234_567)),
        ("", Some(0)),
        ("5 %2C", Some(7)),
        ("c", None),
        ("\u{e9}\n", Some(-3)),
    ];
    let (one, other) = (bars("One", &rows), bars("Other", &rows));
    let report = Report::new("R", &samples::run()).chart(one).chart(other);
    let mut sink = CsvSink::create(folder.path("")).unwrap();
    report.write_to(&mut sink).unwrap();
    Box::new(sink).finish().unwrap();
    let html = report.html().unwrap();
    let page = parsed(&html);
    let file = folder.read("counts.csv");
    assert_eq!(saved(&page), [file.clone(), file.clone()]);
    let shown: Vec<_> = page
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/1999/xhtml", "pre")))
        .collect();
    assert_eq!(
        shown
            .iter()
            .map(|node| node.text().unwrap())
            .collect::<Vec<_>>(),
        [&file, &file]
    );
    let clash = report.chart(bars("Third", &[("a", Some(1))]));
    let mut sink = CsvSink::create(folder.path("clash")).unwrap();
    let refused = clash.write_to(&mut sink);
    assert!(matches!(refused, Err(DataError::DuplicateTable { table }) if table == "counts"));
}

#[test]
fn a_page_is_written_whole_or_not_at_all() {
    let folder = Folder::new();
    let report = Report::new("R", &samples::run()).chart(bars("B", &[("a", Some(1))]));
    report.write(folder.path("x/report.html")).unwrap();
    assert_eq!(folder.read("x/report.html"), report.html().unwrap());
    report.write(folder.path("x/report.html")).unwrap();
    assert_eq!(fs::read_dir(folder.path("x")).unwrap().count(), 1);
    fs::write(folder.path("file"), "").unwrap();
    let refused = report.write(folder.path("file/report.html"));
    assert!(
        matches!(&refused, Err(DataError::File { .. })),
        "{refused:?}"
    );
    let refused = report.write(folder.path("x"));
    assert!(
        matches!(&refused, Err(DataError::PathIsFolder { .. })),
        "{refused:?}"
    );
    assert!(matches!(
        report.write("/"),
        Err(DataError::PathIsFolder { .. })
    ));
    assert_eq!(folder.names(), ["file", "x"]);
}
