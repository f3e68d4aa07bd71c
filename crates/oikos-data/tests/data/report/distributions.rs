//! Distributions that plugins declare, as charts with their tables.

use bevy_ecs::world::World;
use oikos_core::Span;
use oikos_data::report::{Baseline, ChartError, Report};
use oikos_data::{CsvSink, DataError, Sink};
use oikos_engine::Society;
use oikos_engine::bevy_app::App;
use oikos_world::{
    Distribution, DistributionColumn, DistributionExt, DistributionKind, DistributionRow, Reading,
};

use super::{drawn, parsed};
use crate::samples::{self, Folder};
use crate::village;

fn rows(_: &World) -> Vec<DistributionRow> {
    let row = |from, below, first, second| DistributionRow {
        from,
        below,
        values: vec![Reading::Float(first), second, Reading::Int(4)],
    };
    vec![
        row(0, Some(10), 1.5, Reading::Float(0.5)),
        row(10, Some(11), 2.0, Reading::Missing),
        row(11, None, 0.0, Reading::Float(0.25)),
    ]
}

const LINES: Distribution = Distribution {
    name: "kin",
    title: "Kin by age",
    caption: "Means.",
    axis: "age",
    axis_unit: "years",
    kind: DistributionKind::Lines,
    series: &[
        DistributionColumn::means("mothers", "persons", "Mothers."),
        DistributionColumn::means("aunts", "persons", "Aunts."),
    ],
    beside: &[DistributionColumn::counts(
        "asked",
        "people",
        "People asked.",
    )],
    read: rows,
};

const HISTOGRAM: Distribution = Distribution {
    name: "sizes",
    title: "Sizes",
    kind: DistributionKind::Histogram,
    series: &[DistributionColumn::counts("houses", "houses", "Houses.")],
    beside: &[],
    read: |_| {
        let row = |from, below| DistributionRow {
            from,
            below,
            values: vec![Reading::Int(3)],
        };
        vec![row(1, Some(2)), row(2, Some(5)), row(5, None)]
    },
    ..LINES
};

fn society() -> Society {
    let declared = |app: &mut App| {
        app.distribution(LINES).distribution(HISTOGRAM);
        app.distribution(Distribution {
            name: "bars",
            title: "Bars",
            kind: DistributionKind::Bars,
            ..LINES
        });
    };
    village::builder(60).with(declared).build().unwrap()
}

fn csv(report: &Report, table: &str) -> Vec<String> {
    let folder = Folder::new();
    let mut sink = Box::new(CsvSink::create(folder.path("")).unwrap());
    report.write_to(&mut *sink).unwrap();
    sink.finish().unwrap();
    let text = folder.read(&format!("{table}.csv"));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn each_distribution_is_a_chart_and_a_table_with_what_is_beside() {
    let society = society();
    let report = Report::of("Village", &samples::run(), &society).unwrap();
    let html = report.html().unwrap();
    assert_eq!(html.matches("class=\"chart\"").count(), 4);
    for title in [
        ">Population by age and sex<",
        ">Kin by age<",
        ">Sizes<",
        ">Bars<",
        "Means.",
    ] {
        assert!(html.contains(title), "{title}");
    }
    let kin = csv(&report, "kin");
    assert!(
        kin[0].ends_with("date,age,age_from,age_below,mothers,aunts,asked"),
        "{}",
        kin[0]
    );
    let ends: Vec<_> = kin[1..]
        .iter()
        .map(|line| line.split(',').skip(4).collect::<Vec<_>>())
        .collect();
    assert_eq!(ends[0], ["0-9", "0", "10", "1.5", "0.5", "4"]);
    assert_eq!(ends[1], ["10", "10", "11", "2.0", "", "4"]);
    assert_eq!(ends[2], ["11+", "11", "", "0.0", "0.25", "4"]);
    // Of the histogram, the class without an end is in the table alone.
    assert_eq!(csv(&report, "sizes").len(), 4);
}

#[test]
fn what_is_beside_is_not_drawn_and_pyramids_are_outlined_as_they_were() {
    let mut society = society();
    let baseline = Baseline::of(&society);
    let run = samples::run();
    let at_once = Report::since(&baseline, "Village", &run, &society).unwrap();
    let plain = Report::of("Village", &run, &society).unwrap();
    assert_eq!(
        at_once.html().unwrap(),
        plain.html().unwrap(),
        "no time has passed"
    );
    let html = plain.html().unwrap();
    let page = parsed(&html);
    assert!(drawn(&page, "rect").len() > 10 && !html.contains(">asked</text>"));
    society.run(Span::Days(40)).unwrap();
    let since = Report::since(&baseline, "Village", &run, &society).unwrap();
    let population = csv(&since, "population_by_age");
    assert_eq!(population.len(), 1 + 2 * 21);
    let of_day = |day: &str| {
        let rows = population.iter().filter(|line| line.contains(day));
        let persons = |line: &String| -> i64 {
            line.rsplit(',')
                .take(2)
                .map(|cell| cell.parse::<i64>().unwrap())
                .sum()
        };
        rows.map(persons).sum::<i64>()
    };
    assert_eq!(of_day("2019-11-15"), 60);
    assert_eq!(
        of_day("2019-12-25"),
        society.slot_order::<oikos_world::Person>().len() as i64
    );
    assert_eq!(
        csv(&since, "kin").len(),
        4,
        "only pyramids show two moments"
    );
}

#[test]
fn a_distribution_that_cannot_be_shown_is_named() {
    let too_few = |app: &mut App| {
        app.distribution(Distribution {
            read: |_| {
                vec![DistributionRow {
                    from: 0,
                    below: None,
                    values: vec![Reading::Float(1.0)],
                }]
            },
            ..LINES
        });
    };
    let society = village::builder(5).with(too_few).build().unwrap();
    let error = Report::of("Village", &samples::run(), &society).unwrap_err();
    assert!(matches!(&error, DataError::Chart(ChartError::Failed { name, .. }) if name == "kin"));
    assert!(error.to_string().contains("values for"), "{error}");
}
