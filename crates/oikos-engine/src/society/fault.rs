//! What happens when a system fails (C8).

use bevy_ecs::resource::Resource;
use serde::{Deserialize, Serialize};

/// What happens when a system returns an error or panics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultPolicy {
    /// The society goes back to its last saved state and the error is returned.
    #[default]
    Stop,
    /// From the tick of the failure on, the system is left out: that is written to the journal, and the
    /// ticks since the last saved state are executed again. A failure of one of Oikos' own systems stops the
    /// society all the same; a hazard that panics does so in one of them. Systems are told apart by their
    /// names; of several with one name the second is `name #2`.
    Disable,
}

/// The input that leaves a system out from its tick on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DisableSystem(pub(crate) String);

impl DisableSystem {
    pub(crate) const NAME: &'static str = "oikos.disable-system";
}

/// The crates whose systems are never left out.
const OWN: [&str; 4] = [
    "oikos_engine::",
    "oikos_world::",
    "oikos_family::",
    "oikos_data::",
];

/// Whether a system is one of Oikos' own.
pub(crate) fn is_own(system: &str) -> bool {
    OWN.iter().any(|own| system.starts_with(own))
}

/// The systems that are left out. Persisted.
#[derive(Resource, Default, Serialize, Deserialize)]
pub(crate) struct DisabledSystems(pub(crate) Vec<String>);
