//! Ticks: round numbers and dates, and their labels.

use oikos_core::Date;

/// Labels of names are cut here; the data beside a chart have them whole.
const LABEL_CHARS_MAX: usize = 24;

/// A tick: where it is, and what stands there.
#[derive(Clone, Debug)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

/// A step between ticks: `digit` times ten to the power of `exponent`.
pub(super) struct Step {
    digit: f64,
    exponent: i32,
    /// Ten to the size of the exponent. Multiplied up, since no platform's own power is the same.
    power: f64,
}

impl Step {
    /// The smallest round step of at least `size`, which is a normal number.
    pub(super) fn of(size: f64) -> Self {
        let (mut exponent, mut power) = (0, 1.0_f64);
        while 5.0 * power < size {
            (exponent, power) = (exponent + 1, power * 10.0);
        }
        while exponent <= 0 && 5.0 / (power * 10.0) >= size {
            (exponent, power) = (exponent - 1, power * 10.0);
        }
        let one = if exponent < 0 { 1.0 / power } else { power };
        let digit = [1.0, 2.0].into_iter().find(|digit| digit * one >= size);
        Self {
            digit: digit.unwrap_or(5.0),
            exponent,
            power,
        }
    }

    /// How many steps a value is from zero.
    pub(super) fn count(&self, value: f64) -> f64 {
        if self.exponent < 0 {
            value * self.power / self.digit
        } else {
            value / self.power / self.digit
        }
    }

    /// The tick that is so many whole steps from zero.
    pub(super) fn tick(&self, count: f64) -> Tick {
        let digits = count * self.digit;
        let at = if self.exponent < 0 {
            digits / self.power
        } else {
            digits * self.power
        };
        // Not minus zero.
        let at = at + 0.0;
        let label = if at.abs() >= 1e15 || self.exponent < -6 {
            format!("{at:e}")
        } else {
            with_thousands(&format!(
                "{at:.*}",
                self.exponent.min(0).unsigned_abs() as usize
            ))
        };
        Tick { at, label }
    }
}

/// `-1234567.5` as `-1,234,567.5`.
fn with_thousands(number: &str) -> String {
    let (sign, size) = number
        .strip_prefix('-')
        .map_or(("", number), |size| ("-", size));
    let (whole, rest) = size.split_at(size.find('.').unwrap_or(size.len()));
    let mut grouped = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// A name as it is shown along an axis.
pub(super) fn cut(name: &str) -> String {
    match name.char_indices().nth(LABEL_CHARS_MAX) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or(name)),
        None => name.to_owned(),
    }
}

/// A tick every `step` days from the first one on. Of a long stretch only so many that it is seen
/// to be too long.
pub(super) fn days(first: i32, last: i32, step: i32) -> Vec<Tick> {
    let dates = (first..=last).step_by(step.max(1) as usize).take(100);
    let tick = |day| {
        let date = Date::from_days(day).ok()?;
        Some(Tick {
            at: f64::from(day),
            label: date.to_string(),
        })
    };
    dates.filter_map(tick).collect()
}

/// A tick at the beginning of every month whose number is a multiple of `step`.
pub(super) fn months(first: i32, last: i32, step: i32) -> Vec<Tick> {
    let number = |day| {
        let date = Date::from_days(day).ok();
        date.map_or(0, |date| date.year() * 12 + date.month() as i32 - 1)
    };
    let from = number(first).div_euclid(step);
    let tick = |multiple: i32| {
        let month = multiple * step;
        let year = month.div_euclid(12);
        let date = Date::new(year, month.rem_euclid(12) as u32 + 1, 1).ok()?;
        let label = match step % 12 {
            0 => year.to_string(),
            _ => format!("{year}-{:02}", date.month()),
        };
        let is_shown = (first..=last).contains(&date.days());
        is_shown.then(|| Tick {
            at: f64::from(date.days()),
            label,
        })
    };
    (from..=number(last).div_euclid(step))
        .filter_map(tick)
        .collect()
}
