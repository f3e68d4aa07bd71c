//! Small worlds.

use oikos_core::Draw;

use super::{Edges, check_probability, check_ties, node, ordered, out_of_range};
use crate::network::NetworkError;

/// A ring in which each node is tied to the `k` nearest, `k / 2` on each side, and the far end of each tie is
/// then moved with probability `p` to a node drawn from all to which there is no tie yet (D. Watts and S.
/// Strogatz, "Collective dynamics of small-world networks", 1998). Exactly `nodes * k / 2` ties.
///
/// # Errors
/// [`NetworkError::Parameter`] if `k` is odd or not below `nodes`, or unless 0 <= p <= 1;
/// [`NetworkError::TooManyTies`].
pub fn watts_strogatz(nodes: u32, k: u32, p: f64, draw: &mut Draw) -> Result<Edges, NetworkError> {
    const NAME: &str = "watts_strogatz";
    check_probability(NAME, p)?;
    if !k.is_multiple_of(2) || (k >= nodes && k > 0) {
        let range = format!("even and below {nodes}, the number of nodes");
        return Err(out_of_range(NAME, "k", k, range));
    }
    check_ties(f64::from(nodes) * f64::from(k) / 2.0)?;
    let far =
        |near: u32, step: u32| ((u64::from(near) + u64::from(step)) % u64::from(nodes)) as u32;
    let mut around: Vec<Vec<u32>> = vec![Vec::with_capacity(k as usize); nodes as usize];
    for near in 0..nodes {
        for step in 1..=k / 2 {
            tie(&mut around, near, far(near, step));
        }
    }
    for step in 1..=k / 2 {
        for near in 0..nodes {
            let full = around[near as usize].len() + 1 >= nodes as usize;
            if draw.unit() < p && !full {
                let new = stranger(&around, near, draw);
                untie(&mut around, near, far(near, step));
                tie(&mut around, near, new);
            }
        }
    }
    let mut edges = Vec::with_capacity(nodes as usize * k as usize / 2);
    for (near, others) in (0..).zip(&around) {
        let higher = others.iter().filter(|other| **other > near);
        edges.extend(higher.map(|other| ordered(near, *other)));
    }
    edges.sort_unstable();
    Ok(edges)
}

/// A node to which there is no tie yet; there must be one.
fn stranger(around: &[Vec<u32>], near: u32, draw: &mut Draw) -> u32 {
    loop {
        let new = node(draw, around.len());
        if new != near && !around[near as usize].contains(&new) {
            return new;
        }
    }
}

fn tie(around: &mut [Vec<u32>], one: u32, other: u32) {
    around[one as usize].push(other);
    around[other as usize].push(one);
}

fn untie(around: &mut [Vec<u32>], one: u32, other: u32) {
    around[one as usize].retain(|neighbour| *neighbour != other);
    around[other as usize].retain(|neighbour| *neighbour != one);
}
