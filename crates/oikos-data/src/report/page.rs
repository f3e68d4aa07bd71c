//! The page: everything in one file, well-formed as HTML and as XML.

use super::chart::Chart;
use super::error::ChartError;
use super::paint;
use super::plot::Entry;
use super::{Part, Report};
use crate::csv_sink;
use crate::error::DataError;
use crate::table::Table;

const STYLE: &str = include_str!("page.css");

/// The whole page.
pub(super) fn page(report: &Report) -> Result<String, DataError> {
    let title = escaped(&report.title);
    let mut html = format!(
        "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n\
         <meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    let run = report.run.entries();
    let run: Vec<_> = run
        .iter()
        .map(|(key, value)| [key.as_str(), value])
        .collect();
    html += &details("The run", &grid(&[], &run));
    for (number, part) in report.parts.iter().enumerate() {
        html += &match part {
            Part::Text { heading, text } => text_part(heading, text),
            Part::Table { heading, table } => table_part(heading, table),
            Part::Chart(chart) => chart_part(chart, number)?,
        };
    }
    Ok(html + "</body>\n</html>\n")
}

fn text_part(heading: &str, text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim);
    let paragraphs = paragraphs.filter(|paragraph| !paragraph.is_empty());
    let paragraphs = paragraphs.map(|paragraph| format!("<p>{}</p>\n", escaped(paragraph)));
    let (heading, paragraphs) = (escaped(heading), paragraphs.collect::<String>());
    format!("<section>\n<h2>{heading}</h2>\n{paragraphs}</section>\n")
}

fn table_part(heading: &str, table: &Table) -> String {
    let heading = escaped(heading);
    let specs = table.schema().columns();
    let header: Vec<_> = specs.iter().map(|spec| spec.name.as_str()).collect();
    let rows = table.rows().map(|row| {
        let row = row.zip(specs);
        let text = row.map(|(value, spec)| csv_sink::plain_text(value, spec.kind));
        text.collect::<Vec<_>>()
    });
    let rows: Vec<_> = rows.collect();
    let (rows, data) = (grid(&header, &rows), data(table));
    format!(
        "<section>\n<h2>{heading}</h2>\n<div class=\"scroll\">\n{rows}</div>\n{data}</section>\n"
    )
}

fn chart_part(chart: &Chart, number: usize) -> Result<String, DataError> {
    let title = escaped(&chart.title);
    let caption = match chart.caption.as_str() {
        "" => String::new(),
        caption => format!("<p>{}</p>\n", escaped(caption)),
    };
    let (picture, legend, data) = (
        picture(chart, number)?,
        legend(&chart.plot.legend),
        data(&chart.table),
    );
    Ok(format!(
        "<figure id=\"part-{number}\">\n<figcaption>\n<h2>{title}</h2>\n{caption}\
         </figcaption>\n{legend}{picture}{data}</figure>\n"
    ))
}

/// The chart with its title and caption, for those who have it read out to them.
fn picture(chart: &Chart, number: usize) -> Result<String, DataError> {
    let titles = [&chart.x_title, &chart.y_title].map(|title| printable(title));
    let drawn = paint::svg(&chart.plot, [&titles[0], &titles[1]]);
    let drawn = drawn.map_err(|error| ChartError::NotDrawn {
        title: chart.title.clone(),
        reason: error.to_string(),
    })?;
    let Some((_, shapes)) = drawn.as_deref().and_then(|svg| svg.split_once('>')) else {
        return Ok("<p class=\"empty\">no data</p>\n".to_owned());
    };
    let (title, caption, (width, height)) =
        (escaped(&chart.title), escaped(&chart.caption), paint::SIZE);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"part-{number}-title part-{number}-text\">\n\
         <title id=\"part-{number}-title\">{title}</title>\n\
         <desc id=\"part-{number}-text\">{caption}</desc>{shapes}"
    ))
}

/// Which colour is what. Of one series, the titles of the axes say it.
fn legend(entries: &[Entry]) -> String {
    if entries.len() < 2 {
        return String::new();
    }
    let entry = |entry: &Entry| {
        let (colour, label) = (entry.colour.hex(), escaped(&entry.label));
        let (y, height) = if entry.is_line { (5, 2) } else { (0, 12) };
        format!(
            "<li><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"12\" \
             aria-hidden=\"true\"><rect y=\"{y}\" width=\"20\" height=\"{height}\" \
             fill=\"{colour}\"/></svg> {label}</li>\n"
        )
    };
    let entries: String = entries.iter().map(entry).collect();
    format!("<ul class=\"legend\">\n{entries}</ul>\n")
}

/// The data of a table: to be read, to be saved, and what its columns mean.
fn data(table: &Table) -> String {
    let csv = csv_sink::text(table);
    let columns = table.schema().columns().iter();
    let columns = columns.map(|spec| [spec.name.as_str(), &spec.unit, &spec.description]);
    let columns = grid(&["column", "unit", "meaning"], &columns.collect::<Vec<_>>());
    let (name, href, text) = (table.name(), percent_encoded(&csv), escaped(&csv));
    let content = format!(
        "<p><a download=\"{name}.csv\" href=\"data:text/csv;charset=utf-8,{href}\">{name}.csv</a></p>\n\
         {columns}<pre class=\"scroll\">{text}</pre>\n"
    );
    details(&format!("Data: {name}, {} rows", table.len()), &content)
}

fn details(summary: &str, content: &str) -> String {
    let summary = escaped(summary);
    format!("<details>\n<summary>{summary}</summary>\n{content}</details>\n")
}

fn grid<R: AsRef<[S]>, S: AsRef<str>>(header: &[&str], rows: &[R]) -> String {
    let cells = |row: &[S], tag: &str| -> String {
        let cell = |cell: &S| format!("<{tag}>{}</{tag}>", escaped(cell.as_ref()));
        row.iter().map(cell).collect()
    };
    let rows = rows.iter().map(|row| cells(row.as_ref(), "td"));
    let rows: String = rows.map(|row| format!("<tr>{row}</tr>\n")).collect();
    let header = header
        .iter()
        .map(|name| format!("<th>{}</th>", escaped(name)));
    let header: String = header.collect();
    let header = match header.as_str() {
        "" => String::new(),
        header => format!("<thead>\n<tr>{header}</tr>\n</thead>\n"),
    };
    format!("<table>\n{header}<tbody>\n{rows}</tbody>\n</table>\n")
}

/// The characters that XML 1.0 (section 2.2) has; others are shown as the one that stands for them.
pub(super) fn printable(text: &str) -> String {
    let printable = |c: char| {
        let is_control = c < ' ' && !matches!(c, '\t' | '\n' | '\r');
        let is_printable = !is_control && !matches!(c, '\u{fffe}' | '\u{ffff}');
        if is_printable {
            c
        } else {
            char::REPLACEMENT_CHARACTER
        }
    };
    text.chars().map(printable).collect()
}

/// Text as it stands between tags and in quotes.
fn escaped(text: &str) -> String {
    let text = printable(text).replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace('>', "&gt;").replace('"', "&quot;");
    // A carriage return would be read as a line feed.
    text.replace('\r', "&#13;")
}

/// As RFC 3986, section 2.1, writes bytes that are not unreserved.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 3 / 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded += &format!("%{byte:02X}");
        }
    }
    encoded
}
