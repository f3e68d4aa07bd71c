//! Painting: from shapes to SVG, by plotters.

use std::error::Error;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Rectangle};
use plotters::prelude::SVGBackend;
use plotters::style::{Color, IntoFont, TRANSPARENT, TextStyle};

use super::axis::Axis;
use super::palette::{GRID, INK};
use super::plot::{Plot, Shape};

/// The picture's size. The page shows it at half of it, so that places are exact to half a pixel.
pub(super) const SIZE: (u32, u32) = (1600, 900);

/// Height of text, in the picture's units.
const TEXT: u32 = 26;

/// What plotters divides a size by to make it that of the SVG.
const PLOTTERS_TEXT: f64 = 1.24;

/// A character's width is on average at most this share of its height, in any common font.
const CHAR_WIDTH: f64 = 0.6;

/// Widths of lines and sizes of dots.
const THIN: u32 = 2;
const LINE: u32 = 4;
const DOT: u32 = 8;

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;

/// The picture as an `svg` element; `None` where there is nothing to show.
pub(super) fn svg(plot: &Plot, titles: [&str; 2]) -> Result<Option<String>, Box<dyn Error>> {
    let Some((x, y)) = plot.axes(across, upwards) else {
        return Ok(None);
    };
    let mut text = String::new();
    {
        let canvas = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        let chart = frame(&canvas, x, y, titles)?;
        paint(&chart, plot)?;
        canvas.present()?;
    }
    Ok(Some(text))
}

fn width_of(chars: usize) -> u32 {
    (chars as f64 * CHAR_WIDTH * f64::from(TEXT)) as u32
}

/// How many labels of so many characters there is room for across.
fn across(chars: usize) -> usize {
    (SIZE.0 * 3 / 4 / (width_of(chars) + TEXT)) as usize
}

/// And one above the other.
fn upwards(_chars: usize) -> usize {
    (SIZE.1 * 3 / 4 / (TEXT * 5 / 4)) as usize
}

/// Axes, grid and titles.
fn frame<'a, 'b>(
    canvas: &'a Canvas<'b>,
    x: Axis,
    y: Axis,
    [x_title, y_title]: [&str; 2],
) -> Result<Chart<'a, 'b>, Box<dyn Error>> {
    let (has_grid, labels) = ([x.has_grid, y.has_grid], width_of(y.label_chars()));
    let mut chart = ChartBuilder::on(canvas)
        .margin(TEXT)
        // Half of a last label stands out to the right.
        .margin_right(3 * TEXT)
        .x_label_area_size(3 * TEXT)
        .y_label_area_size(labels + 3 * TEXT)
        .build_cartesian_2d(x, y)?;
    let ink = INK.paint();
    let font = ("sans-serif", f64::from(TEXT) * PLOTTERS_TEXT).into_font();
    let text: TextStyle<'_> = font.color(&ink);
    let mut mesh = chart.configure_mesh();
    for (has_grid, is_x) in has_grid.into_iter().zip([true, false]) {
        match (has_grid, is_x) {
            (true, _) => {}
            (false, true) => drop(mesh.disable_x_mesh()),
            (false, false) => drop(mesh.disable_y_mesh()),
        }
    }
    mesh.axis_style(ink.stroke_width(THIN))
        .bold_line_style(GRID.paint().stroke_width(THIN))
        .light_line_style(TRANSPARENT)
        .label_style(text.clone())
        .axis_desc_style(text)
        .x_desc(x_title)
        .y_desc(y_title)
        .draw()?;
    Ok(chart)
}

fn paint(chart: &Chart<'_, '_>, plot: &Plot) -> Result<(), Box<dyn Error>> {
    let area = chart.plotting_area();
    if let Some(level) = plot.reference {
        let across = area.get_x_range();
        let through = [(across.start, level), (across.end, level)];
        area.draw(&PathElement::new(through, INK.paint().stroke_width(THIN)))?;
    }
    for shape in &plot.shapes {
        match shape {
            Shape::Bar { from, to, colour } => {
                let (left, right) = (from.0.min(to.0), from.0.max(to.0));
                let (bottom, top) = (from.1.min(to.1), from.1.max(to.1));
                let corners = [(left, top), (right, bottom)];
                area.draw(&Rectangle::new(corners, colour.paint().filled()))?;
            }
            Shape::Line { through, colour } => {
                let style = colour.paint().stroke_width(LINE);
                area.draw(&PathElement::new(through.clone(), style))?;
            }
            Shape::Dot { at, colour } => {
                area.draw(&Circle::new(*at, DOT, colour.paint().filled()))?;
            }
        }
    }
    Ok(())
}
