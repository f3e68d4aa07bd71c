//! The counts behind the scores.

use std::collections::BTreeMap;

use bevy_ecs::resource::Resource;
use oikos_engine::Word;
use oikos_world::{Cause, Sex};
use serde::{Deserialize, Serialize};

use crate::tables::AGE_MAX;

/// Cells of a hazard of people: by sex, then by completed age, the last one open.
pub(super) const CELLS: usize = Sex::ALL.len() * AGES;
const AGES: usize = AGE_MAX as usize + 1;

/// The cell of a sex and a completed age.
pub(super) fn cell(sex: usize, age: u32) -> usize {
    sex * AGES + (age as usize).min(AGES - 1)
}

/// Expected and actual events of one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cell {
    /// The chances of the tick in which the month began, summed, in multiples of 2⁻⁶⁴.
    now: u128,
    /// Twice the chances of all ticks of the months that are over, in the same multiples.
    doubled: u128,
    /// Events of this month.
    this_month: u64,
    /// Events of the months that are over.
    before: u64,
}

const TWO_TO_65: f64 = 36_893_488_147_419_103_232.0;

impl Cell {
    /// Events of the months that are over.
    pub(super) const fn actual(&self) -> u64 {
        self.before
    }

    /// How many were to be expected in these months.
    pub(super) fn expected(&self) -> f64 {
        self.doubled as f64 / TWO_TO_65
    }

    /// Ends a month of so many ticks.
    ///
    /// On the line from the chances `now` at its first tick to `next` at the tick behind its last one, those of
    /// its n ticks sum up to now · (n + 1) / 2 + next · (n − 1) / 2.
    fn end(&mut self, ticks: u32, next: u128) {
        let first = self.now.saturating_mul(u128::from(ticks) + 1);
        let last = next.saturating_mul(u128::from(ticks.saturating_sub(1)));
        self.doubled = self.doubled.saturating_add(first).saturating_add(last);
        self.now = 0;
        self.before = self.before.saturating_add(self.this_month);
        self.this_month = 0;
    }
}

/// A hazard's name: its event's and its cause.
pub(super) type Name = (String, Word<Cause>);

/// Expected and actual events by hazard. Persisted; all of it is whole numbers, so no order of the rows shows.
#[derive(Resource, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub(super) struct HazardBook {
    /// The tick in which this month began; `None` between months.
    began: Option<u32>,
    hazards: BTreeMap<Name, Vec<Cell>>,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    began: Option<u32>,
    hazards: Vec<(Name, Vec<Cell>)>,
}

impl From<HazardBook> for Saved {
    fn from(book: HazardBook) -> Self {
        Self {
            began: book.began,
            hazards: book.hazards.into_iter().collect(),
        }
    }
}

impl TryFrom<Saved> for HazardBook {
    type Error = String;

    fn try_from(saved: Saved) -> Result<Self, String> {
        if !saved.hazards.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err("the hazards are out of order".to_owned());
        }
        match saved
            .hazards
            .iter()
            .map(|(_, cells)| cells.len())
            .find(|cells| ![1, CELLS].contains(cells))
        {
            Some(cells) => Err(format!("a hazard of {cells} ages and sexes")),
            None => Ok(Self {
                began: saved.began,
                hazards: saved.hazards.into_iter().collect(),
            }),
        }
    }
}

impl HazardBook {
    /// Begins a month with these chances of its first tick.
    pub(super) fn begin(&mut self, tick: u32, chances: BTreeMap<Name, Vec<u128>>) {
        self.began = Some(tick);
        for (name, first) in chances {
            let cells = self.cells(name, first.len());
            for (cell, first) in cells.iter_mut().zip(first) {
                cell.now = first;
            }
        }
    }

    /// Ends the month after its last tick, with these chances of the tick behind it.
    pub(super) fn end(&mut self, tick: u32, chances: BTreeMap<Name, Vec<u128>>) {
        let Some(began) = self.began.take() else {
            return;
        };
        let ticks = tick.saturating_sub(began).saturating_add(1);
        for (name, next) in chances {
            let cells = self.cells(name, next.len());
            for (cell, next) in cells.iter_mut().zip(next) {
                cell.end(ticks, next);
            }
        }
    }

    /// Counts an event of today.
    pub(super) fn count(&mut self, name: Name, of: usize, cells: usize) {
        if let Some(cell) = self.cells(name, cells).get_mut(of) {
            cell.this_month = cell.this_month.saturating_add(1);
        }
    }

    fn cells(&mut self, name: Name, cells: usize) -> &mut Vec<Cell> {
        let new = || vec![Cell::default(); cells];
        self.hazards.entry(name).or_insert_with(new)
    }

    /// All hazards with their cells.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Name, &[Cell])> {
        let all = self.hazards.iter();
        all.map(|(name, cells)| (name, cells.as_slice()))
    }
}
