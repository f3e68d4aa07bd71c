//! Graphs of numbered nodes, and what is measured of them.

use std::collections::VecDeque;

use super::NetworkError;

/// An undirected graph of nodes 0, 1, …: what generators make and statistics look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    starts: Vec<usize>,
    targets: Vec<u32>,
}

impl Graph {
    /// A graph of so many nodes. An edge counts once, however often and whichever way it stands; an edge of
    /// a node to itself does not count.
    ///
    /// # Errors
    /// [`NetworkError::NoSuchNode`].
    pub fn new(nodes: usize, edges: &[(u32, u32)]) -> Result<Self, NetworkError> {
        let mut ends = edges.iter().flat_map(|(from, to)| [*from, *to]);
        match ends.find(|node| *node as usize >= nodes) {
            Some(node) => Err(NetworkError::NoSuchNode { node, nodes }),
            None => Ok(Self::of_edges(nodes, edges.to_vec())),
        }
    }

    /// As [`Graph::new`], of edges whose nodes there are.
    pub(super) fn of_edges(nodes: usize, mut edges: Vec<(u32, u32)>) -> Self {
        edges.retain(|(from, to)| from != to);
        let turned: Vec<_> = edges.iter().map(|(from, to)| (*to, *from)).collect();
        edges.extend(turned);
        edges.sort_unstable();
        edges.dedup();
        let mut starts = vec![0; nodes + 1];
        for (from, _) in &edges {
            starts[*from as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let targets = edges.into_iter().map(|(_, to)| to).collect();
        Self { starts, targets }
    }

    /// Number of nodes.
    #[must_use]
    pub const fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of edges.
    #[must_use]
    pub const fn edges(&self) -> usize {
        self.targets.len() / 2
    }

    /// The neighbours of a node, in order; none for a node that there is not.
    #[must_use]
    pub fn neighbours(&self, node: u32) -> &[u32] {
        let node = node as usize;
        match (self.starts.get(node), self.starts.get(node + 1)) {
            (Some(start), Some(end)) => &self.targets[*start..*end],
            _ => &[],
        }
    }

    /// The degree of every node.
    pub fn degrees(&self) -> impl Iterator<Item = usize> + '_ {
        self.starts.windows(2).map(|pair| pair[1] - pair[0])
    }

    /// How many nodes have degree 0, 1, …, up to the highest degree.
    #[must_use]
    pub fn degree_distribution(&self) -> Vec<u64> {
        let mut counts = Vec::new();
        for degree in self.degrees() {
            if degree >= counts.len() {
                counts.resize(degree + 1, 0);
            }
            counts[degree] += 1;
        }
        counts
    }

    /// Edges among the neighbours of a node.
    fn links_around(&self, node: u32) -> u64 {
        let around = self.neighbours(node);
        let common = |other: &u32| shared(around, self.neighbours(*other));
        around.iter().map(common).sum::<u64>() / 2
    }

    /// The mean over all nodes of the share of pairs of neighbours that are neighbours themselves; 0 for a
    /// node with fewer than two (D. Watts and S. Strogatz, 1998). `None` without nodes.
    #[must_use]
    pub fn clustering(&self) -> Option<f64> {
        let mut sum = 0.0;
        for (node, degree) in (0..).zip(self.degrees()) {
            if degree >= 2 {
                sum += self.links_around(node) as f64 / pairs(degree as u64) as f64;
            }
        }
        (self.nodes() > 0).then(|| sum / self.nodes() as f64)
    }

    /// The share of connected triples that are closed: three times the triangles over the triples. `None`
    /// without triples.
    #[must_use]
    pub fn transitivity(&self) -> Option<f64> {
        let closed: u64 = (0..self.nodes() as u32)
            .map(|node| self.links_around(node))
            .sum();
        let triples: u64 = self.degrees().map(|degree| pairs(degree as u64)).sum();
        (triples > 0).then(|| closed as f64 / triples as f64)
    }

    /// The mean number of steps on the shortest path from each source to each other node that it reaches.
    /// With all nodes as sources it is exact; a sample of them costs less. `None` where nobody reaches
    /// anybody.
    #[must_use]
    pub fn mean_distance(&self, sources: &[u32]) -> Option<f64> {
        let (mut steps, mut reached) = (0_u64, 0_u64);
        let mut seen_from = vec![usize::MAX; self.nodes()];
        for (number, source) in sources.iter().enumerate() {
            self.walk(*source, &mut seen_from, number, |_, distance| {
                steps += distance;
                reached += u64::from(distance > 0);
            });
        }
        (reached > 0).then(|| steps as f64 / reached as f64)
    }

    /// The component of every node: that of the lowest node is 0, and so on in the order of their lowest
    /// nodes.
    #[must_use]
    pub fn components(&self) -> Vec<u32> {
        let mut of = vec![u32::MAX; self.nodes()];
        let mut seen = vec![usize::MAX; self.nodes()];
        let mut next = 0;
        for node in 0..self.nodes() {
            if of[node] == u32::MAX {
                self.walk(node as u32, &mut seen, 0, |member, _| {
                    of[member as usize] = next;
                });
                next += 1;
            }
        }
        of
    }

    /// Visits every node that is reached from a source, with its distance, in the order of distances.
    /// `seen` holds `mark` for the nodes that were visited before.
    fn walk(&self, source: u32, seen: &mut [usize], mark: usize, mut visit: impl FnMut(u32, u64)) {
        let mut queue = VecDeque::new();
        let mut arrive = |queue: &mut VecDeque<_>, node: u32, distance| {
            if let Some(seen) = seen.get_mut(node as usize).filter(|seen| **seen != mark) {
                *seen = mark;
                queue.push_back((node, distance));
            }
        };
        arrive(&mut queue, source, 0);
        while let Some((node, distance)) = queue.pop_front() {
            visit(node, distance);
            for other in self.neighbours(node) {
                arrive(&mut queue, *other, distance + 1);
            }
        }
    }
}

/// Pairs of so many.
const fn pairs(of: u64) -> u64 {
    of * of.saturating_sub(1) / 2
}

/// How many numbers two ordered lists share.
fn shared(one: &[u32], other: &[u32]) -> u64 {
    let (mut at, mut count) = (0, 0);
    for number in one {
        while other.get(at).is_some_and(|other| other < number) {
            at += 1;
        }
        count += u64::from(other.get(at) == Some(number));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A triangle 0, 1, 2 with a tail 2, 3, 4, and a pair 5, 6 apart.
    fn kite() -> Graph {
        let edges = [
            (0, 1),
            (2, 1),
            (0, 2),
            (2, 3),
            (3, 4),
            (5, 6),
            (6, 5),
            (1, 1),
        ];
        Graph::new(7, &edges).unwrap()
    }

    #[test]
    fn what_is_measured_of_a_triangle_with_a_tail_is_what_a_pencil_finds() {
        let kite = kite();
        assert_eq!((kite.nodes(), kite.edges()), (7, 6));
        assert_eq!(kite.neighbours(2), [0, 1, 3]);
        assert_eq!(kite.degree_distribution(), [0, 3, 3, 1]);
        // Nodes 0 and 1 have 1 of 1, node 2 has 1 of 3.
        assert!((kite.clustering().unwrap() - (2.0 + 1.0 / 3.0) / 7.0).abs() < 1e-15);
        // Triples: 1, 1, 3, 1 around nodes 0 to 3; three of them are closed.
        assert!((kite.transitivity().unwrap() - 0.5).abs() < 1e-15);
        assert_eq!(kite.components(), [0, 0, 0, 0, 0, 1, 1]);
        // From 0: 1 + 1 + 2 + 3; from 5: 1.
        assert!((kite.mean_distance(&[0, 5]).unwrap() - 8.0 / 5.0).abs() < 1e-15);
    }

    #[test]
    fn a_graph_without_edges_has_no_means() {
        let empty = Graph::new(3, &[]).unwrap();
        assert_eq!(empty.clustering(), Some(0.0));
        assert_eq!(
            (empty.transitivity(), empty.mean_distance(&[0, 9])),
            (None, None)
        );
        assert_eq!(Graph::new(0, &[]).unwrap().clustering(), None);
        let error = Graph::new(3, &[(0, 3)]).unwrap_err();
        assert_eq!(error, NetworkError::NoSuchNode { node: 3, nodes: 3 });
    }
}
