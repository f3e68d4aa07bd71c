//! Networks of given degrees.

use std::collections::BinaryHeap;

use oikos_core::Draw;

use super::{Edges, check_ties, node, ordered, out_of_range};
use crate::network::NetworkError;

/// Swaps that are tried for each tie. J. Ray, A. Pinar and C. Seshadhri ("Are we there yet?", 2012) find 5 to 30
/// enough.
const SWAPS_PER_TIE: usize = 10;

/// A network in which node *i* has exactly `degrees[i]` neighbours.
///
/// One such network is built (V. Havel, 1955; S. Hakimi, 1962); then ten times for each tie two ties drawn at
/// random trade ends, where no tie would stand twice and none would lead back to its node. Swaps reach every
/// network of these degrees (R. Taylor, 1981), each as likely in the limit; no tie is erased.
///
/// # Errors
/// [`NetworkError::OddDegrees`], [`NetworkError::NotGraphical`], [`NetworkError::TooManyTies`];
/// [`NetworkError::Parameter`] from 2³² nodes on.
pub fn configuration_model(degrees: &[u32], draw: &mut Draw) -> Result<Edges, NetworkError> {
    check_degrees(degrees)?;
    let mut edges = built(degrees);
    let mut around = vec![Vec::new(); degrees.len()];
    for (from, to) in &edges {
        around[*from as usize].push(*to);
        around[*to as usize].push(*from);
    }
    for _ in 0..SWAPS_PER_TIE * edges.len() {
        swap(&mut edges, &mut around, draw);
    }
    for edge in &mut edges {
        *edge = ordered(edge.0, edge.1);
    }
    edges.sort_unstable();
    Ok(edges)
}

/// P. Erdős and T. Gallai's condition, 1960.
fn check_degrees(degrees: &[u32]) -> Result<(), NetworkError> {
    if u32::try_from(degrees.len()).is_err() {
        let given = degrees.len();
        return Err(out_of_range(
            "configuration_model",
            "nodes",
            given,
            "below 2^32",
        ));
    }
    let sum: u64 = degrees.iter().map(|degree| u64::from(*degree)).sum();
    check_ties(sum as f64 / 2.0)?;
    if !sum.is_multiple_of(2) {
        return Err(NetworkError::OddDegrees { sum });
    }
    let mut sorted: Vec<u64> = degrees.iter().map(|degree| u64::from(*degree)).collect();
    sorted.sort_unstable_by_key(|degree| std::cmp::Reverse(*degree));
    // Behind the largest k, those of more than k have room for k each, the others for their own degree.
    let mut large = sorted.len();
    let mut small_sum = 0;
    let mut needed = 0;
    for (nodes, degree) in (1_u64..).zip(&sorted) {
        needed += degree;
        while large > 0 && sorted[large - 1] <= nodes {
            large -= 1;
            small_sum += sorted[large];
        }
        let of_large = (large as u64).saturating_sub(nodes);
        // Where small degrees reach into the first k, only those behind count.
        let of_small = if large as u64 >= nodes {
            small_sum
        } else {
            sum - needed
        };
        let room = nodes * (nodes - 1) + nodes * of_large + of_small;
        if needed > room {
            return Err(NetworkError::NotGraphical {
                nodes,
                needed,
                room,
            });
        }
    }
    Ok(())
}

/// Ties the node that needs most ties to those that need most behind it, again and again.
fn built(degrees: &[u32]) -> Edges {
    let nodes = degrees.iter().copied().zip(0_u32..);
    let mut needy: BinaryHeap<(u32, u32)> = nodes.filter(|(degree, _)| *degree > 0).collect();
    let mut edges = Vec::new();
    let mut others = Vec::new();
    while let Some((needs, from)) = needy.pop() {
        others.clear();
        others.extend((0..needs).map_while(|_| needy.pop()));
        for (left, to) in &others {
            edges.push((from, *to));
            if *left > 1 {
                needy.push((left - 1, *to));
            }
        }
    }
    edges
}

/// Lets two ties trade ends, if they can.
fn swap(edges: &mut Edges, around: &mut [Vec<u32>], draw: &mut Draw) {
    let (one, other) = (
        node(draw, edges.len()) as usize,
        node(draw, edges.len()) as usize,
    );
    let (a, b) = edges[one];
    let (c, d) = if draw.next_u32() & 1 == 0 {
        edges[other]
    } else {
        (edges[other].1, edges[other].0)
    };
    if a == d || b == c || a == c || b == d || tied(around, a, d) || tied(around, c, b) {
        return;
    }
    for (near, old, new) in [(a, b, d), (b, a, c), (c, d, b), (d, c, a)] {
        let row = &mut around[near as usize];
        if let Some(neighbour) = row.iter_mut().find(|neighbour| **neighbour == old) {
            *neighbour = new;
        }
    }
    edges[one] = (a, d);
    edges[other] = (c, b);
}

/// Looks through the shorter row.
fn tied(around: &[Vec<u32>], one: u32, other: u32) -> bool {
    let (row, of) = (&around[one as usize], &around[other as usize]);
    if row.len() <= of.len() {
        row.contains(&other)
    } else {
        of.contains(&one)
    }
}
