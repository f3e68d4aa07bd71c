//! What the counts come to.

use bevy_ecs::world::World;
use oikos_engine::Vocabulary;
use oikos_world::Cause;

use super::book::{CELLS, Cell, HazardBook, cell};
use crate::demography::compare::{Comparison, Tally, death_groups};
use crate::error::FamilyError;
use crate::{FEMALE, MALE};

/// What a hazard brought about beside what its forces lead to expect, over the calendar months that are over.
///
/// Ask for it with [`HazardExt::score_hazards`](super::super::HazardExt::score_hazards). The interval and `z`
/// are those of a Poisson count. Expected events are sums of chances per tick; two hazards of one event
/// may not both happen in a tick, which takes a share off each that is below half their forces times the length
/// of a tick.
#[derive(Clone, Debug)]
pub struct HazardScore {
    /// The event's name.
    pub event: String,
    /// The hazard's cause.
    pub cause: String,
    /// Events that happened.
    pub actual: u64,
    /// The mean of `actual` under the forces.
    pub expected: f64,
    /// `actual / expected`; infinite where nothing was expected.
    pub ratio: f64,
    /// Lower end of the 95 % interval of the ratio.
    pub ratio_low: f64,
    /// Upper end of the 95 % interval of the ratio.
    pub ratio_high: f64,
    /// `actual - expected` in standard deviations; infinite where something happened that could not.
    pub z: f64,
    /// By sex and ages 0, 1-4, 5-9, ..., 95-99, 100+; `None` for other kinds than people.
    pub by_age: Option<Comparison>,
}

impl HazardScore {
    /// Of all hazards, by event and cause, of which anything was expected or happened.
    ///
    /// # Errors
    /// [`FamilyError::NotScored`] in a society whose plugins did not ask for it.
    pub fn all(world: &World) -> Result<Vec<Self>, FamilyError> {
        let book = world.get_resource::<HazardBook>();
        let book = book.ok_or(FamilyError::NotScored)?;
        let words = world.get_resource::<Vocabulary<Cause>>();
        let named = book.iter().filter_map(|((event, cause), cells)| {
            let cause = words.and_then(|words| words.name(*cause))?;
            let event = event.strip_prefix("hazard.").unwrap_or(event);
            Self::of(event, cause, cells)
        });
        Ok(named.collect())
    }

    fn of(event: &str, cause: &str, cells: &[Cell]) -> Option<Self> {
        let total = tally(cells).row(MALE, &(0..=0))?;
        Some(Self {
            event: event.to_owned(),
            cause: cause.to_owned(),
            actual: total.actual,
            expected: total.expected,
            ratio: total.ratio,
            ratio_low: total.ratio_low,
            ratio_high: total.ratio_high,
            z: total.z,
            by_age: (cells.len() == CELLS).then(|| by_age(cells)),
        })
    }

    /// Whether the events are such as the forces would bring about: the total within four standard deviations,
    /// and the sum of squares over the groups below its 99.99 % point.
    #[must_use]
    pub fn agrees(&self) -> bool {
        let groups = self.by_age.as_ref();
        self.z.abs() < 4.0 && groups.is_none_or(Comparison::agrees)
    }
}

fn by_age(cells: &[Cell]) -> Comparison {
    let mut rows = Vec::new();
    for sex in [MALE, FEMALE] {
        for ages in death_groups() {
            let of_group = cell(sex, *ages.start())..=cell(sex, *ages.end());
            let of_group = cells.get(of_group).unwrap_or_default();
            rows.extend(tally(of_group).row(sex, &ages));
        }
    }
    Comparison::new(rows)
}

fn tally(cells: &[Cell]) -> Tally {
    let actual = cells.iter().map(Cell::actual).sum();
    let expected: f64 = cells.iter().map(Cell::expected).sum();
    Tally {
        events: actual,
        actual,
        expected,
        variance: expected,
    }
}
