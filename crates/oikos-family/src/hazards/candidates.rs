//! Candidates: those whose forces are looked at exactly.

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Digest, StableId, TypeKey};
use oikos_engine::{AttributeSet, Clock, Rows, Slot, State, Who};
use oikos_world::Ages;

use super::noted::{digest_of_ids, read_ids};
use super::{Causes, Force, Hazard, HazardEvent, Today, force_of};
use crate::alignment::Scaling;
use crate::error::FamilyError;

/// Somebody to whom the event may happen in this tick.
pub(crate) struct Candidate<E: HazardEvent> {
    pub(crate) who: Who<E::Kind>,
    pub(crate) slot: Slot,
    /// It happens if this is below the chance, in multiples of 2⁻⁶⁴.
    pub(crate) draw: u64,
    /// Decides between causes.
    pub(crate) choice: u64,
    /// What the chance may not exceed: the bound against which the candidate was drawn.
    pub(crate) chance_max: u64,
}

/// This tick's candidates, with the force of each hazard for each of them.
#[derive(Resource)]
pub(crate) struct Candidates<E: HazardEvent> {
    pub(crate) all: Vec<Candidate<E>>,
    /// By hazard, then by candidate.
    pub(crate) forces: Vec<Vec<u64>>,
}

impl<E: HazardEvent> Default for Candidates<E> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            forces: Vec::new(),
        }
    }
}

/// Says this hazard's force for each candidate.
pub(crate) fn force_of_each<H: Hazard>(
    mut rows: Rows<'_, '_, <H::Reads as AttributeSet>::Rows>,
    ages: Res<Ages>,
    clock: Res<Clock>,
    param: Res<H::Param>,
    scaling: Option<Res<Scaling<H>>>,
    mut candidates: ResMut<Candidates<H::Event>>,
) {
    let today = Today {
        ages: &ages,
        clock: &clock,
        param: &*param,
    };
    let Candidates { all, forces } = &mut *candidates;
    let of_candidate = |candidate: &Candidate<H::Event>| {
        let row = rows.at(candidate.slot);
        let force = row.map_or(Force::ZERO, |row| {
            force_of::<H>(H::Reads::read(row), &today)
        });
        match &scaling {
            None => force.units(),
            Some(scaling) => scaling.apply(force).units(),
        }
    };
    forces.push(all.iter().map(of_candidate).collect());
}

/// Those without a bound: looked at in each tick until the horizon. Persisted.
#[derive(Resource)]
pub(crate) struct Watched<E> {
    /// In their order.
    pub(crate) ids: Vec<u64>,
    event: std::marker::PhantomData<fn() -> E>,
}

impl<E> Default for Watched<E> {
    fn default() -> Self {
        Self {
            ids: Vec::new(),
            event: std::marker::PhantomData,
        }
    }
}

impl<E: HazardEvent> State for Watched<E> {
    fn save(&self, out: &mut Vec<u8>) {
        out.extend(self.ids.iter().flat_map(|id| id.to_le_bytes()));
    }

    fn load(bytes: &[u8]) -> Result<Self, String> {
        Ok(Self {
            ids: read_ids::<E>(bytes)?,
            event: std::marker::PhantomData,
        })
    }

    fn digest(&self, key: &TypeKey) -> Digest {
        digest_of_ids(self.ids.iter(), key)
    }
}

/// Refuses numbers that are no ids.
pub(super) fn known_ids<E: HazardEvent>(mut ids: impl Iterator<Item = u64>) -> Result<(), String> {
    let max = <<E::Kind as oikos_engine::Kind>::Id as StableId>::MAX;
    match ids.find(|id| *id > max) {
        Some(id) => Err(format!("{id} is no id")),
        None => Ok(()),
    }
}

/// The causes of an event, checked to be there.
pub(super) fn total(forces: &[Vec<u64>], candidate: usize) -> u64 {
    let of_hazard = forces
        .iter()
        .filter_map(|of_hazard| of_hazard.get(candidate));
    of_hazard.fold(0, |sum, force| sum.saturating_add(*force))
}

/// The cause that a draw points to, when each cause has a share of the total force.
pub(super) fn cause<E>(
    causes: &Causes<E>,
    forces: &[Vec<u64>],
    candidate: usize,
    choice: u64,
) -> Result<oikos_engine::Word<oikos_world::Cause>, FamilyError> {
    let sum: u128 = forces
        .iter()
        .filter_map(|all| all.get(candidate))
        .map(|f| u128::from(*f))
        .sum();
    // Below the sum, which fits into 72 bits for up to 256 hazards.
    let mut point = mul_high(choice, sum);
    for (hazard, of_hazard) in forces.iter().enumerate() {
        let force = u128::from(of_hazard.get(candidate).copied().unwrap_or(0));
        if point < force {
            return causes.of(hazard).ok_or(FamilyError::NoCause);
        }
        point -= force;
    }
    Err(FamilyError::NoCause)
}

/// `choice` / 2⁶⁴ of `sum`, rounded down.
fn mul_high(choice: u64, sum: u128) -> u128 {
    let (high, low) = (sum >> 64, sum & u128::from(u64::MAX));
    high * u128::from(choice) + ((low * u128::from(choice)) >> 64)
}
