//! Edits of a network: asked for during the tick, made after its births and deaths.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::StableId;
use oikos_engine::{Field, Slots};

use super::{IdOf, Network, NetworkError, Tie, bytes_of, ordered};

/// This tick's edits of a network. Made at the end of [`Phase::Live`](oikos_engine::Phase), after
/// [`LiveStep::React`](oikos_engine::LiveStep), so that newborns can be tied on the day of their birth.
///
/// Of several edits of one tie, connecting goes before disconnecting, and of several values the one whose
/// bytes come first is taken: the order of asking does not matter. Edits about the dead are void.
#[derive(Resource)]
pub struct Edits<N: Tie> {
    asked: Vec<(u64, u64, Option<N::Value>)>,
}

impl<N: Tie> Default for Edits<N> {
    fn default() -> Self {
        Self { asked: Vec::new() }
    }
}

impl<N: Tie> Edits<N> {
    /// Asks for a tie; where there is one, for another value.
    ///
    /// # Errors
    /// [`NetworkError::SelfTie`], [`NetworkError::BadValue`].
    pub fn connect(
        &mut self,
        from: IdOf<N>,
        to: IdOf<N>,
        value: N::Value,
    ) -> Result<(), NetworkError> {
        if from == to {
            let (tie, id) = (N::NAME, from.to_string());
            return Err(NetworkError::SelfTie { tie, id });
        }
        check_value::<N>(from, to, value)?;
        self.asked.push((from.get(), to.get(), Some(value)));
        Ok(())
    }

    /// Asks for a tie to end; where there is none, nothing happens.
    pub fn disconnect(&mut self, from: IdOf<N>, to: IdOf<N>) {
        self.asked.push((from.get(), to.get(), None));
    }

    /// Number of edits asked for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.asked.len()
    }

    /// Whether no edit was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }
}

/// Whether a save could hold a value.
pub(super) fn check_value<N: Tie>(
    from: IdOf<N>,
    to: IdOf<N>,
    value: N::Value,
) -> Result<(), NetworkError> {
    let bytes = bytes_of(value);
    match N::Value::take(&bytes[..N::Value::BYTES]) {
        Some(_) => Ok(()),
        None => Err(NetworkError::BadValue {
            tie: N::NAME,
            from: from.to_string(),
            to: to.to_string(),
        }),
    }
}

/// Makes the tick's edits.
pub(super) fn apply_edits<N: Tie>(
    mut edits: ResMut<Edits<N>>,
    living: Res<Slots<N::Of>>,
    mut network: ResMut<Network<N>>,
) -> Result<(), BevyError> {
    if edits.is_empty() {
        return Ok(());
    }
    let asked = std::mem::take(&mut edits.asked);
    let mut changes = Vec::with_capacity(asked.len());
    for (from, to, new) in asked {
        if let Some(unborn) = [from, to].into_iter().find(|end| *end >= living.next_id()) {
            let id: IdOf<N> = StableId::new(unborn)?;
            let (tie, id) = (N::NAME, id.to_string());
            return Err(NetworkError::NeverBorn { tie, id }.into());
        }
        if from == to || ![from, to].into_iter().all(|end| living.contains_raw(end)) {
            continue;
        }
        let (from, to) = ordered::<N>(number(from)?, number(to)?);
        changes.push((from, to, new));
    }
    changes.sort_unstable_by_key(|(from, to, new)| {
        let bytes = new.map(bytes_of);
        (*from, *to, bytes.is_none(), bytes)
    });
    changes.dedup_by_key(|(from, to, _)| (*from, *to));
    network.change(&changes)?;
    Ok(())
}

/// A network's own number of a member.
pub(super) fn number(raw: u64) -> Result<u32, NetworkError> {
    let number = u32::try_from(raw).ok().filter(|number| *number < u32::MAX);
    number.ok_or_else(|| NetworkError::Parameter {
        generator: "network",
        parameter: "id",
        given: raw.to_string(),
        range: "below 2^32 - 1".to_owned(),
    })
}

/// Refuses what was asked for after the tick's edits had been made: it would be lost.
pub(super) fn refuse_late<N: Tie>(edits: Res<Edits<N>>) -> Result<(), BevyError> {
    if edits.is_empty() {
        return Ok(());
    }
    let (tie, edits) = (N::NAME, edits.len());
    Err(NetworkError::TooLate { tie, edits }.into())
}
