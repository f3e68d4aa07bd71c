//! Moves as life events.

use bevy_ecs::error::BevyError;
use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_engine::{Topic, Vocabulary, Word};

use super::{HouseholdChanges, MoveReason};
use crate::error::WorldError;
use crate::life_event::{Cause, LifeEvent, LifeEventKind, LifeEvents};
use crate::person::PersonId;

/// Where moves are noted as life events.
#[derive(SystemParam)]
pub(super) struct MoveEvents<'w> {
    kinds: Res<'w, Vocabulary<LifeEventKind>>,
    reasons: Res<'w, Vocabulary<MoveReason>>,
    causes: ResMut<'w, Vocabulary<Cause>>,
    life: ResMut<'w, LifeEvents>,
}

impl MoveEvents<'_> {
    fn note(&mut self, person: PersonId, why: Word<MoveReason>) -> Result<(), WorldError> {
        let Some(kind) = self.kinds.find(LifeEvents::MOVE) else {
            return Ok(());
        };
        let cause = match self.reasons.name(why) {
            None => None,
            Some(reason) => {
                let word = self.causes.word(reason);
                Some(word.ok_or_else(|| WorldError::VocabularyFull {
                    vocabulary: Cause::NAME,
                    word: reason.to_owned(),
                })?)
            }
        };
        self.life.push(LifeEvent {
            kind,
            person,
            other: None,
            cause,
        });
        Ok(())
    }
}

/// Notes the tick's moves, once all of them have been made.
pub(super) fn note_moves(
    changes: Res<HouseholdChanges>,
    mut events: MoveEvents,
) -> Result<(), BevyError> {
    for moved in &changes.moved {
        events.note(moved.person, moved.why)?;
    }
    Ok(())
}
