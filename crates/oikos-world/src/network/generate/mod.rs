//! Generators: random networks of numbered nodes, as functions of a draw.
//!
//! Each returns its edges from the lower node to the higher, in order, none twice and none of a node to itself.

mod configuration;
mod homophily;
mod independent;
mod preferential;
mod small_world;

pub use configuration::configuration_model;
pub use homophily::{Homophily, homophilous};
pub use independent::{block_model, erdos_renyi, erdos_renyi_ties};
pub use preferential::barabasi_albert;
pub use small_world::watts_strogatz;

use oikos_core::Draw;

use super::NetworkError;
use super::rows::ENTRIES_MAX;

/// Edges between numbered nodes.
pub type Edges = Vec<(u32, u32)>;

/// Refuses more ties than a network can hold.
fn check_ties(ties: f64) -> Result<(), NetworkError> {
    let max = (ENTRIES_MAX / 2) as u64;
    if ties <= max as f64 {
        return Ok(());
    }
    Err(NetworkError::TooManyTies {
        ties: ties as u64,
        max,
    })
}

fn out_of_range(
    generator: &'static str,
    parameter: &'static str,
    given: impl ToString,
    range: impl ToString,
) -> NetworkError {
    NetworkError::Parameter {
        generator,
        parameter,
        given: given.to_string(),
        range: range.to_string(),
    }
}

fn check_probability(generator: &'static str, p: f64) -> Result<(), NetworkError> {
    if (0.0..=1.0).contains(&p) {
        Ok(())
    } else {
        Err(out_of_range(generator, "p", p, "from 0 to 1"))
    }
}

/// A node of so many; there must be one.
fn node(draw: &mut Draw, of: usize) -> u32 {
    draw.below(of as u64).unwrap_or(0) as u32
}

const fn pairs(nodes: u64) -> u64 {
    nodes * nodes.saturating_sub(1) / 2
}

/// Both ends, the lower first.
fn ordered(one: u32, other: u32) -> (u32, u32) {
    (one.min(other), one.max(other))
}
