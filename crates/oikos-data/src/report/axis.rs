//! Axes: which stretch of values they show, and where their ticks are.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::ticks::{Step, Tick, cut, days, months};

/// More ticks of numbers or dates say no more.
const TICKS_MAX: usize = 8;

/// Beyond it, a value is not drawn: twice as much is still finite, with room for the ticks.
const DRAWN_MAX: f64 = 1e300;

/// Below it, a value is drawn as zero: what lies between two larger ones is still a normal number.
const DRAWN_MIN: f64 = 1e-250;

/// The value as it is drawn; `None` leaves a gap.
pub(super) fn drawable(value: f64) -> Option<f64> {
    let size = value.abs();
    if size < DRAWN_MIN {
        return Some(0.0);
    }
    // Not so for NaN either.
    (size <= DRAWN_MAX).then_some(value)
}

/// What an axis is of.
#[derive(Clone, Debug)]
pub(super) enum Scale {
    /// Numbers.
    Number,
    /// Numbers of points, which need room on both sides.
    Apart,
    /// Numbers that count in both directions from zero.
    BackToBack,
    /// Days since 1970-01-01.
    Date,
    /// Names, the first at 0, the next at 1 and so on.
    Names(Vec<String>),
}

/// The smallest and the largest of some values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Bounds {
    /// Of values that can be drawn; `None` of none.
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        values
            .into_iter()
            .fold(None, |bounds: Option<Self>, value| {
                let (low, high) = bounds.map_or((value, value), |bounds| (bounds.low, bounds.high));
                let (low, high) = (low.min(value), high.max(value));
                Some(Self { low, high })
            })
    }

    /// With zero, unless the values are all far from it: where the nearest is more than half as far
    /// as the farthest.
    pub(super) fn towards_zero(self) -> Self {
        let Self { low, high } = self;
        Self {
            low: if low > 0.0 && low < high / 2.0 {
                0.0
            } else {
                low
            },
            high: if high < 0.0 && high > low / 2.0 {
                0.0
            } else {
                high
            },
        }
    }

    /// Never a point: that of one value reaches to zero, that of zero to 1.
    fn widened(self) -> Self {
        let Self { low, high } = self;
        if low < high {
            self
        } else if low > 0.0 {
            Self { low: 0.0, high }
        } else if low < 0.0 {
            Self { low, high: 0.0 }
        } else {
            Self { low, high: 1.0 }
        }
    }
}

/// An axis, ready to be painted.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    ticks: Vec<Tick>,
    /// Whether lines go through the plot at its ticks.
    pub(super) has_grid: bool,
}

impl Axis {
    /// An axis that shows `bounds`. `ticks_for` says how many ticks there is room for, given the
    /// characters of the longest label.
    pub(super) fn new(scale: &Scale, bounds: Bounds, ticks_for: impl Fn(usize) -> usize) -> Self {
        match scale {
            Scale::Number => Self::of_numbers(bounds.widened(), ticks_for(10).min(TICKS_MAX)),
            Scale::Apart => {
                let Bounds { low, high } = bounds.widened();
                let room = (high - low) / 30.0;
                let axis = Self::of_numbers(Bounds { low, high }, ticks_for(10).min(TICKS_MAX));
                axis.cut_to(low - room, high + room)
            }
            Scale::BackToBack => {
                let reach = bounds.low.abs().max(bounds.high.abs());
                let high = if reach > 0.0 { reach } else { 1.0 };
                let bounds = Bounds { low: -high, high };
                Self::of_numbers(bounds, ticks_for(10).min(TICKS_MAX)).without_signs()
            }
            Scale::Date => Self::of_dates(bounds, ticks_for(10).min(TICKS_MAX)),
            Scale::Names(names) => Self::of_names(names, ticks_for),
        }
    }

    /// From tick to tick, a step being 1, 2 or 5 times a power of ten.
    fn of_numbers(bounds: Bounds, most: usize) -> Self {
        let step = Step::of((bounds.high - bounds.low) / most.max(2) as f64);
        let first = step.count(bounds.low).floor();
        let mut ticks = vec![step.tick(first)];
        // Rounding may let a tick coincide with the one before: there are then no more.
        for number in 1..=most + 2 {
            let tick = step.tick(first + number as f64);
            let last = ticks.last().map_or(bounds.low, |last: &Tick| last.at);
            if last >= bounds.high || tick.at <= last {
                break;
            }
            ticks.push(tick);
        }
        let end = |tick: Option<&Tick>, bound| tick.map_or(bound, |tick| tick.at);
        Self {
            low: end(ticks.first(), bounds.low).min(bounds.low),
            high: end(ticks.last(), bounds.high).max(bounds.high),
            ticks,
            has_grid: true,
        }
    }

    fn cut_to(mut self, low: f64, high: f64) -> Self {
        self.ticks.retain(|tick| (low..=high).contains(&tick.at));
        Self { low, high, ..self }
    }

    fn without_signs(mut self) -> Self {
        for tick in &mut self.ticks {
            tick.label = tick.label.trim_start_matches('-').to_owned();
        }
        self
    }

    /// Ticks at the beginning of months or years, or every few days.
    fn of_dates(bounds: Bounds, most: usize) -> Self {
        const MONTHS: [i32; 12] = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 6_000, 24_000];
        const DAYS: [i32; 3] = [1, 2, 7];
        // Dates of tables are whole days of the years 1 to 9999.
        let (first, last) = (bounds.low as i32, bounds.high as i32);
        let fits = |ticks: &Vec<Tick>| ticks.len() <= most.max(2);
        let by_days = DAYS.into_iter().map(|step| days(first, last, step));
        let by_months = MONTHS.into_iter().map(|step| months(first, last, step));
        let ticks = by_days.chain(by_months).find(fits).unwrap_or_default();
        let is_moment = first == last;
        Self {
            low: bounds.low - f64::from(u8::from(is_moment)),
            high: bounds.high + f64::from(u8::from(is_moment)),
            ticks,
            has_grid: true,
        }
    }

    fn of_names(names: &[String], ticks_for: impl Fn(usize) -> usize) -> Self {
        let labels: Vec<String> = names.iter().map(|name| cut(name)).collect();
        let longest = labels.iter().map(|label| label.chars().count()).max();
        let every = names.len().div_ceil(ticks_for(longest.unwrap_or(0)).max(1));
        let ticks = labels.into_iter().enumerate().step_by(every.max(1));
        Self {
            low: -0.5,
            high: names.len() as f64 - 0.5,
            ticks: ticks
                .map(|(number, label)| Tick {
                    at: number as f64,
                    label,
                })
                .collect(),
            has_grid: false,
        }
    }

    /// Characters of the longest label.
    pub(super) fn label_chars(&self) -> usize {
        let chars = self.ticks.iter().map(|tick| tick.label.chars().count());
        chars.max().unwrap_or(0)
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let share = (value - self.low) / (self.high - self.low);
        from + (share * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.iter().map(|tick| tick.at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let same = |tick: &&Tick| tick.at.to_bits() == value.to_bits();
        let tick = self.ticks.iter().find(same);
        tick.map(|tick| tick.label.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use oikos_core::Date;

    use super::*;

    fn labels(scale: &Scale, low: f64, high: f64) -> Vec<String> {
        let axis = Axis::new(scale, Bounds { low, high }, |_| 6);
        axis.ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_round_and_reach_around_the_values() {
        let numbers = |low, high| labels(&Scale::Number, low, high);
        assert_eq!(numbers(0.0, 5.0), ["0", "1", "2", "3", "4", "5"]);
        assert_eq!(numbers(-0.1, 0.3), ["-0.1", "0.0", "0.1", "0.2", "0.3"]);
        assert_eq!(numbers(0.0, 2_100_000.0).last().unwrap(), "2,500,000");
        assert_eq!(
            numbers(0.0, 3e-9),
            ["0e0", "5e-10", "1e-9", "1.5e-9", "2e-9", "2.5e-9", "3e-9"]
        );
        assert_eq!(numbers(7.0, 7.0), ["0", "2", "4", "6", "8"]);
        assert_eq!(numbers(0.0, 0.0).last().unwrap(), "1.0");
        let sides = labels(&Scale::BackToBack, -90.0, 70.0);
        assert_eq!(sides, ["100", "50", "0", "50", "100"]);
    }

    /// What is drawn is at most 10^300 and at least 10^-250, so that no step is 0 or infinite.
    #[test]
    fn the_largest_and_the_smallest_values_have_few_ticks() {
        assert_eq!([drawable(f64::MAX), drawable(f64::NAN)], [None; 2]);
        assert_eq!(drawable(5e-324), Some(0.0));
        for (low, high) in [
            (-1e300, 1e300),
            (1e-250, 1.000_000_000_000_001e-250),
            (1e15, 1e15 + 0.25),
        ] {
            let ticks = labels(&Scale::Number, low, high).len();
            assert!((1..=9).contains(&ticks), "{low} to {high}: {ticks}");
        }
    }

    #[test]
    fn dates_are_told_by_years_months_or_days() {
        let dates = |from: [u32; 3], to: [u32; 3]| {
            let day =
                |[year, month, day]: [u32; 3]| Date::new(year as i32, month, day).unwrap().days();
            labels(&Scale::Date, f64::from(day(from)), f64::from(day(to)))
        };
        assert_eq!(
            dates([2019, 7, 1], [2024, 7, 1]),
            ["2020", "2021", "2022", "2023", "2024"]
        );
        assert_eq!(dates([2019, 7, 1], [2069, 7, 1]).last().unwrap(), "2060");
        assert_eq!(
            dates([2019, 12, 1], [2020, 2, 1]),
            ["2019-12", "2020-01", "2020-02"]
        );
        assert_eq!(
            dates([2019, 12, 30], [2020, 1, 1]),
            ["2019-12-30", "2019-12-31", "2020-01-01"]
        );
        assert_eq!(dates([2019, 7, 1], [2019, 7, 1]), ["2019-07-01"]);
        assert!(dates([1, 1, 1], [9999, 12, 31]).len() > 1);
    }

    #[test]
    fn names_are_thinned_out_and_cut() {
        let names: Vec<String> = (0..13)
            .map(|number| format!("{number}{}", "é".repeat(30)))
            .collect();
        let shown = labels(&Scale::Names(names), 0.0, 1.0);
        assert_eq!(shown.len(), 5);
        assert_eq!(shown[1], format!("3{}…", "é".repeat(23)));
    }
}
