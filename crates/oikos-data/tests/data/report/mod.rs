//! Reports: read back as XML, and compared with the tables that they show.

mod distributions;
mod faults;
mod files;
mod hostile;
mod shapes;

use oikos_data::report::{Chart, Report};
use oikos_data::{ColumnKind, ColumnSpec, Table};
use roxmltree::{Document, Node, ParsingOptions};

use crate::samples::{self, Cell};

pub(crate) fn column(name: &str, kind: ColumnKind, unit: &str) -> ColumnSpec {
    ColumnSpec::new(name, kind, unit, "").nullable()
}

/// Names and counts.
pub(crate) fn counts(rows: &[(&str, Option<i64>)]) -> Table {
    let columns = [
        column("name", ColumnKind::Text, "1"),
        column("persons", ColumnKind::Int, "persons"),
    ];
    let cell = |count: Option<i64>| count.map_or(Cell::Null, Cell::Int);
    let row =
        |(name, count): &(&str, Option<i64>)| vec![Cell::Text((*name).to_owned()), cell(*count)];
    samples::table(
        "counts",
        &columns,
        &rows.iter().map(row).collect::<Vec<_>>(),
    )
}

pub(crate) fn page_of(chart: Chart) -> String {
    Report::new("Report", &samples::run())
        .chart(chart)
        .html()
        .unwrap()
}

/// The page is XML, which is a stricter form than HTML asks for.
pub(crate) fn parsed(page: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(page, options).unwrap()
}

/// The elements of that name in the picture.
pub(crate) fn drawn<'a, 'i>(page: &'a Document<'i>, name: &str) -> Vec<Node<'a, 'i>> {
    let picture = page
        .descendants()
        .find(|node| node.attribute("class") == Some("chart"));
    let shapes = picture
        .into_iter()
        .flat_map(|picture| picture.descendants());
    shapes
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)))
        .collect()
}

pub(crate) fn number(node: Node<'_, '_>, attribute: &str) -> f64 {
    node.attribute(attribute).unwrap().parse().unwrap()
}

/// What a file of the data holds once it is saved from the page.
pub(crate) fn saved(page: &Document<'_>) -> Vec<String> {
    let links = page.descendants().filter_map(|node| node.attribute("href"));
    let decoded = links.map(|link| {
        let text = link.strip_prefix("data:text/csv;charset=utf-8,").unwrap();
        let mut parts = text.split('%');
        let mut bytes = parts.next().unwrap().as_bytes().to_vec();
        for part in parts {
            bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
            bytes.extend(part[2..].bytes());
        }
        String::from_utf8(bytes).unwrap()
    });
    decoded.collect()
}
