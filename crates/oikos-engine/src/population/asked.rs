//! Which system asked for what in a queue: a fault that shows when the queue is applied was made there.

use std::sync::Arc;

use bevy_ecs::resource::Resource;

/// How far a queue had grown when each of the systems that asked for something had run.
#[derive(Default)]
pub(super) struct Askers(Vec<(usize, Arc<str>)>);

impl Askers {
    /// Notes that a queue has `length` entries now that `system` has run.
    pub(super) fn note(&mut self, length: usize, system: &Arc<str>) {
        if length > self.0.last().map_or(0, |(length, _)| *length) {
            self.0.push((length, system.clone()));
        }
    }

    /// Who asked for the entry at `position`: the first system after which the queue was longer.
    pub(super) fn of(&self, position: usize) -> Option<&Arc<str>> {
        let asked = self.0.partition_point(|(length, _)| *length <= position);
        self.0.get(asked).map(|(_, system)| system)
    }
}

/// The system that made the fault with which another system has just failed. The runner takes it.
#[derive(Resource, Default)]
pub(crate) struct Blamed(pub(crate) Option<Arc<str>>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_of_the_system_after_which_it_was_there() {
        let mut askers = Askers::default();
        let systems: [Arc<str>; 4] = ["a", "b", "c", "d"].map(Arc::from);
        for (length, system) in [0, 2, 2, 5].into_iter().zip(&systems) {
            askers.note(length, system);
        }
        let of = |position| askers.of(position).map(|system| &**system);
        assert_eq!(
            [of(0), of(1), of(2), of(4), of(5)],
            [Some("b"), Some("b"), Some("d"), Some("d"), None]
        );
    }
}
