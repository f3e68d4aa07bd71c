//! The order of rows: compaction, and scrambling to show that it does not matter.

use oikos_core::{Seed, Stream};

use super::Society;
use crate::error::EngineError;

impl Society {
    /// Moves the rows of every kind together and into the order of their ids.
    ///
    /// # Errors
    /// [`EngineError::Rebuild`].
    pub fn compact(&mut self) -> Result<(), EngineError> {
        self.reorder(|_, order| order)
    }

    /// Puts the rows of every kind into an order of their own. The history stays the same.
    ///
    /// # Errors
    /// [`EngineError::Rebuild`].
    pub fn scramble(&mut self, salt: u64) -> Result<(), EngineError> {
        let tick = self.tick();
        self.reorder(|kind, mut order| {
            let stream = Stream::new(Seed(salt), "oikos.scramble");
            stream.at(kind, tick).shuffle(&mut order);
            order
        })
    }

    fn reorder(
        &mut self,
        arrange: impl Fn(u64, Vec<u32>) -> Vec<u32> + Send,
    ) -> Result<(), EngineError> {
        let pool = self.pool.clone();
        pool.install(|| self.reorder_here(arrange))
    }

    fn reorder_here(
        &mut self,
        arrange: impl Fn(u64, Vec<u32>) -> Vec<u32>,
    ) -> Result<(), EngineError> {
        let registry = self.registry.clone();
        for (number, kind) in registry.kinds.iter().enumerate() {
            let slots = (kind.slots)(&self.world);
            let order = arrange(number as u64, (kind.order)(&self.world));
            // Each row in its place, and no slot free: nothing to move.
            if order.len() < slots || !order.is_sorted() {
                kind.permute(&mut self.world, &order);
            }
        }
        registry.rebuild_by_slot(&mut self.world)
    }
}
