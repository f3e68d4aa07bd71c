//! A column: one attribute of every row of a kind, side by side.

use bevy_ecs::resource::Resource;
use rayon::prelude::*;

use crate::attribute::Attribute;
use crate::rows::ROWS_PER_TASK_MAX;
use crate::slots::Slot;

/// One attribute of all members of a kind, one value a slot.
///
/// It is a resource, so that access is declared per column and a device can mirror it as it is. Slots
/// without a member hold whatever their last holder left; no result may depend on that. Most systems
/// reach columns through [`Rows`](crate::Rows).
#[derive(Resource)]
pub struct Column<A: Attribute> {
    values: Vec<A>,
}

impl<A: Attribute> Default for Column<A> {
    fn default() -> Self {
        Self { values: Vec::new() }
    }
}

impl<A: Attribute> Column<A> {
    /// The value in a slot; `None` past the last slot.
    #[must_use]
    pub fn get(&self, slot: Slot) -> Option<&A> {
        self.values.get(slot.index())
    }

    /// The value in a slot, to be changed.
    pub fn get_mut(&mut self, slot: Slot) -> Option<&mut A> {
        self.values.get_mut(slot.index())
    }

    /// All slots, also those that nobody holds.
    #[must_use]
    pub fn as_slice(&self) -> &[A] {
        &self.values
    }

    /// All slots, to be changed.
    pub fn as_mut_slice(&mut self) -> &mut [A] {
        &mut self.values
    }

    pub(crate) fn resize(&mut self, slots: usize) {
        crate::slots::grow(&mut self.values, slots, A::newborn());
    }

    pub(crate) fn set(&mut self, slot: usize, value: A) {
        if let Some(cell) = self.values.get_mut(slot) {
            *cell = value;
        }
    }

    /// Moves rows so that the new slot `i` holds what `order[i]` held, and cuts the rest off.
    pub(crate) fn permute(&mut self, order: &[u32]) {
        let (old, tasks) = (
            &self.values,
            order.par_iter().with_min_len(ROWS_PER_TASK_MAX),
        );
        self.values = tasks.map(|from| old[*from as usize]).collect();
    }

    pub(crate) fn replace(&mut self, values: Vec<A>) {
        self.values = values;
    }
}
