//! Preferential attachment.

use oikos_core::Draw;

use super::{Edges, check_ties, node, ordered, out_of_range};
use crate::network::NetworkError;

/// Nodes come one after the other, and each is tied to `m` different nodes before it, drawn in proportion to
/// their degrees (A.-L. Barabási and R. Albert, "Emergence of scaling in random networks", 1999). The first
/// `m + 1` are a star around node 0. Exactly `m * (nodes - m)` ties; in the limit a share
/// 2 m (m + 1) / (k (k + 1) (k + 2)) of the nodes has degree k (B. Bollobás and others, 2001).
///
/// # Errors
/// [`NetworkError::Parameter`] unless 1 <= m < nodes; [`NetworkError::TooManyTies`].
pub fn barabasi_albert(nodes: u32, m: u32, draw: &mut Draw) -> Result<Edges, NetworkError> {
    if m == 0 || m >= nodes {
        let range = format!("from 1 to below {nodes}, the number of nodes");
        return Err(out_of_range("barabasi_albert", "m", m, range));
    }
    let ties = u64::from(m) * u64::from(nodes - m);
    check_ties(ties as f64)?;
    let mut edges = Vec::with_capacity(ties as usize);
    // Each node as often as it has ties: an entry drawn from all is a node by its degree.
    let mut ends = Vec::with_capacity(2 * ties as usize);
    for other in 1..=m {
        edges.push((0, other));
        ends.extend([0, other]);
    }
    let mut chosen_by = vec![0; nodes as usize];
    for new in m + 1..nodes {
        let before = ends.len();
        for _ in 0..m {
            let old = loop {
                let old: u32 = ends[node(draw, before) as usize];
                if chosen_by[old as usize] != new {
                    break old;
                }
            };
            chosen_by[old as usize] = new;
            edges.push(ordered(old, new));
            ends.extend([old, new]);
        }
    }
    edges.sort_unstable();
    Ok(edges)
}
