//! One module a topic; each test is named after what it promises.

mod activation;
mod draws;
mod embedding;
mod faults;
mod history;
mod ids;
mod inputs;
mod messages;
mod registry;
mod relations;
mod rows;
mod schedule;
mod snapshots;
mod upkeep;

use std::error::Error;

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_core::{Seed, StableId};
use oikos_engine::{AppExt, EngineError, Society, SocietyBuilder, found};

use crate::society::{Height, Tree, TreeId};

/// Five trees with a height, and what a test adds.
pub(crate) fn small(plugin: impl FnOnce(&mut App)) -> SocietyBuilder {
    grove(5, plugin)
}

/// So many trees with a height, and what a test adds.
pub(crate) fn grove(trees: u32, plugin: impl FnOnce(&mut App)) -> SocietyBuilder {
    let wood = |app: &mut App| {
        app.kind::<Tree>().attribute::<Height>();
    };
    Society::builder(Seed(7))
        .threads(1)
        .with(wood)
        .with(plugin)
        .populate(move |world: &mut World| plant(world, trees))
}

fn plant(world: &mut World, trees: u32) -> Result<(), Box<dyn Error + Send + Sync>> {
    found::<Tree>(world, (0..trees).map(u64::from))?;
    Ok(())
}

/// The id of a tree.
pub(crate) fn tree(id: u64) -> TreeId {
    TreeId::new(id).unwrap()
}

/// The problems for which a society was not built, as text.
pub(crate) fn refusal(builder: SocietyBuilder) -> String {
    match builder.build() {
        Err(error @ (EngineError::Build(_) | EngineError::Unsaved(_))) => error.to_string(),
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("it was built"),
    }
}
