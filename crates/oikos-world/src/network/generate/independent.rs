//! Networks in which ties are independent: Erdős–Rényi graphs and stochastic block models.

use oikos_core::Draw;

use super::{Edges, check_probability, check_ties, out_of_range, pairs};
use crate::network::NetworkError;

/// Each pair of nodes is tied with probability `p`: G(n, p) (E. Gilbert, 1959). Takes time by nodes and ties,
/// not by pairs, since it draws how many pairs to skip (V. Batagelj and U. Brandes, "Efficient generation of
/// large random networks", 2005).
///
/// # Errors
/// [`NetworkError::Parameter`] unless 0 <= p <= 1; [`NetworkError::TooManyTies`].
pub fn erdos_renyi(nodes: u32, p: f64, draw: &mut Draw) -> Result<Edges, NetworkError> {
    check_probability("erdos_renyi", p)?;
    check_ties(pairs(u64::from(nodes)) as f64 * p)?;
    let mut edges = Vec::new();
    triangle(0, nodes, p, draw, &mut edges);
    Ok(edges)
}

/// So many ties, each set of pairs as likely: G(n, m) (P. Erdős and A. Rényi, 1959).
///
/// # Errors
/// [`NetworkError::Parameter`] if there are fewer pairs; [`NetworkError::TooManyTies`].
pub fn erdos_renyi_ties(nodes: u32, ties: u64, draw: &mut Draw) -> Result<Edges, NetworkError> {
    let all = pairs(u64::from(nodes));
    if ties > all {
        let range = format!("at most {all}, the pairs of {nodes} nodes");
        return Err(out_of_range("erdos_renyi_ties", "ties", ties, range));
    }
    check_ties(ties as f64)?;
    // The fewer of those that are tied and those that are not.
    let chosen = distinct(ties.min(all - ties), all, draw);
    let mut edges = Vec::with_capacity(ties as usize);
    let mut rows = RowsOfPairs::new(0, nodes);
    if ties <= all - ties {
        edges.extend(chosen.into_iter().map(|pair| rows.pair(pair)));
    } else {
        let mut left_out = chosen.into_iter().peekable();
        let kept = (0..all).filter(|pair| left_out.next_if_eq(pair).is_none());
        edges.extend(kept.map(|pair| rows.pair(pair)));
    }
    Ok(edges)
}

/// So many different numbers below a bound, in order, each set as likely: drawn until there are enough.
fn distinct(count: u64, bound: u64, draw: &mut Draw) -> Vec<u64> {
    let mut chosen: Vec<u64> = Vec::with_capacity(count as usize);
    while (chosen.len() as u64) < count {
        for _ in chosen.len() as u64..count {
            chosen.push(draw.below(bound).unwrap_or(0));
        }
        chosen.sort_unstable();
        chosen.dedup();
    }
    chosen
}

/// Nodes in blocks of these sizes, numbered block by block; a node of block *i* and one of block *j* are tied
/// with probability `p[i][j]` (P. Holland, K. Laskey and S. Leinhardt, 1983). Takes time by nodes, ties and
/// pairs of blocks.
///
/// # Errors
/// [`NetworkError::Length`] unless `p` is square and has a row for each block; [`NetworkError::Parameter`] unless
/// it is symmetric, of probabilities, and the nodes are below 2³²; [`NetworkError::TooManyTies`].
pub fn block_model(sizes: &[u32], p: &[Vec<f64>], draw: &mut Draw) -> Result<Edges, NetworkError> {
    check_blocks(sizes, p)?;
    let mut edges = Vec::new();
    let mut first = 0;
    for (block, size) in sizes.iter().enumerate() {
        triangle(first, *size, p[block][block], draw, &mut edges);
        let mut other_first = first + size;
        for (other, other_size) in sizes.iter().enumerate().skip(block + 1) {
            let width = u64::from(*other_size);
            skip(u64::from(*size) * width, p[block][other], draw, |pair| {
                let (from, to) = (pair / width, pair % width);
                edges.push((first + from as u32, other_first + to as u32));
            });
            other_first += other_size;
        }
        first += size;
    }
    edges.sort_unstable();
    Ok(edges)
}

fn check_blocks(sizes: &[u32], p: &[Vec<f64>]) -> Result<(), NetworkError> {
    const NAME: &str = "block_model";
    let lengths = std::iter::once(p.len()).chain(p.iter().map(Vec::len));
    let mut wrong = lengths.filter(|length| *length != sizes.len());
    if let Some(found) = wrong.next() {
        let expected = sizes.len();
        return Err(NetworkError::Length {
            generator: NAME,
            parameter: "p",
            expected,
            found,
        });
    }
    let nodes: u64 = sizes.iter().map(|size| u64::from(*size)).sum();
    if nodes > u64::from(u32::MAX) {
        return Err(out_of_range(NAME, "sizes", nodes, "below 2^32 in all"));
    }
    let mut expected = 0.0;
    for (block, size) in sizes.iter().enumerate() {
        for (other, other_size) in sizes.iter().enumerate().skip(block) {
            let probability = p[block][other];
            check_probability(NAME, probability)?;
            if probability.to_bits() != p[other][block].to_bits() {
                let range = format!("{probability}, as p[{block}][{other}] is");
                return Err(out_of_range(NAME, "p", p[other][block], range));
            }
            let between = if block == other {
                pairs(u64::from(*size))
            } else {
                u64::from(*size) * u64::from(*other_size)
            };
            expected += probability * between as f64;
        }
    }
    check_ties(expected)
}

/// Ties pairs of consecutive nodes.
fn triangle(first: u32, nodes: u32, p: f64, draw: &mut Draw, edges: &mut Edges) {
    let mut rows = RowsOfPairs::new(first, nodes);
    skip(pairs(u64::from(nodes)), p, draw, |pair| {
        edges.push(rows.pair(pair));
    });
}

/// Takes each number below `all` with probability `p`, in order. The gaps between those that are taken are
/// geometric: an exponential draw, rounded down.
fn skip(all: u64, p: f64, draw: &mut Draw, mut take: impl FnMut(u64)) {
    if p <= 0.0 {
        return;
    }
    // Infinite for a probability of 1: no gap is then more than 0.
    let rate = -libm::log1p(-p);
    let mut next = 0_u64;
    loop {
        next = next.saturating_add((draw.exponential() / rate) as u64);
        if next >= all {
            return;
        }
        take(next);
        next += 1;
    }
}

/// Pairs of consecutive nodes by their number in the order of their nodes; asked for in that order.
struct RowsOfPairs {
    from: u32,
    end: u32,
    /// The number of the first pair of `from`.
    start: u64,
}

impl RowsOfPairs {
    const fn new(first: u32, nodes: u32) -> Self {
        Self {
            from: first,
            end: first + nodes,
            start: 0,
        }
    }

    fn pair(&mut self, number: u64) -> (u32, u32) {
        loop {
            let row = u64::from(self.end - self.from - 1);
            if number - self.start < row {
                let to = self.from + 1 + (number - self.start) as u32;
                return (self.from, to);
            }
            self.start += row;
            self.from += 1;
        }
    }
}
