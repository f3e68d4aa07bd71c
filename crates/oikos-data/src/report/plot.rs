//! What a chart shows, as shapes in the units of its axes; it is painted elsewhere.

use super::axis::{Axis, Bounds, Scale};
use super::palette::Colour;

/// A place in the units of the axes.
pub(super) type Place = (f64, f64);

/// Something to paint.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// A filled rectangle between two corners.
    Bar {
        from: Place,
        to: Place,
        colour: Colour,
    },
    /// A line through some places.
    Line { through: Vec<Place>, colour: Colour },
    /// A dot.
    Dot { at: Place, colour: Colour },
}

impl Shape {
    fn places(&self) -> Vec<Place> {
        match self {
            Self::Bar { from, to, .. } => vec![*from, *to],
            Self::Line { through, .. } => through.clone(),
            Self::Dot { at, .. } => vec![*at],
        }
    }
}

/// An entry of the legend.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) colour: Colour,
    pub(super) is_line: bool,
    pub(super) label: String,
}

/// Shapes over two scales, and what they stand for.
#[derive(Clone, Debug)]
pub(super) struct Plot {
    pub(super) x: Scale,
    pub(super) y: Scale,
    /// In the order in which they are painted.
    pub(super) shapes: Vec<Shape>,
    /// One entry needs no legend: the titles of the axes say what it is.
    pub(super) legend: Vec<Entry>,
    /// A level of y at which a line runs through the whole plot.
    pub(super) reference: Option<f64>,
}

impl Plot {
    pub(super) fn new(x: Scale, y: Scale) -> Self {
        let (shapes, legend) = (Vec::new(), Vec::new());
        Self {
            x,
            y,
            shapes,
            legend,
            reference: None,
        }
    }

    pub(super) fn legend(&mut self, colour: Colour, is_line: bool, label: &str) {
        let label = label.to_owned();
        self.legend.push(Entry {
            colour,
            is_line,
            label,
        });
    }

    /// A line through the places that there are; one between two gaps is a dot.
    pub(super) fn line_with_gaps(&mut self, places: &[Option<Place>], colour: Colour) {
        for run in places.split(Option::is_none) {
            let through: Vec<Place> = run.iter().flatten().copied().collect();
            match through.as_slice() {
                [] => {}
                [at] => self.shapes.push(Shape::Dot { at: *at, colour }),
                _ => self.shapes.push(Shape::Line { through, colour }),
            }
        }
    }

    /// The two axes, given how many ticks there is room for across and upwards; `None` where there
    /// is nothing to show.
    pub(super) fn axes(
        &self,
        across: impl Fn(usize) -> usize,
        upwards: impl Fn(usize) -> usize,
    ) -> Option<(Axis, Axis)> {
        let x = Bounds::of(self.places().map(|place| place.0))?;
        let y = self.places().map(|place| place.1).chain(self.reference);
        let y = Bounds::of(y)?.towards_zero();
        Some((
            Axis::new(&self.x, x, across),
            Axis::new(&self.y, y, upwards),
        ))
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        self.shapes.iter().flat_map(Shape::places)
    }
}
