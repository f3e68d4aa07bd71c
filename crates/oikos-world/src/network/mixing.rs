//! Whether like is tied to like: measures of homophily.

use super::{Graph, NetworkError};

/// The ties of the members of one group.
#[derive(Clone, Copy, Default)]
struct GroupTies {
    members: u64,
    /// Ends of ties.
    ends: u64,
    /// Those of ties that stay within the group.
    within: u64,
}

impl Graph {
    fn group_ties(&self, groups: &[u32]) -> Result<Vec<GroupTies>, NetworkError> {
        if groups.len() != self.nodes() {
            return Err(NetworkError::Length {
                generator: "graph",
                parameter: "groups",
                expected: self.nodes(),
                found: groups.len(),
            });
        }
        let mut names = groups.to_vec();
        names.sort_unstable();
        names.dedup();
        let mut ties = vec![GroupTies::default(); names.len()];
        for (node, group) in (0..).zip(groups) {
            let ties = &mut ties[names.partition_point(|name| name < group)];
            let around = self.neighbours(node);
            let same = around
                .iter()
                .filter(|other| groups[**other as usize] == *group);
            ties.members += 1;
            ties.ends += around.len() as u64;
            ties.within += same.count() as u64;
        }
        Ok(ties)
    }

    /// The assortativity coefficient of groups, given by node: 1 if all edges stay within groups, 0 if they
    /// mix as degrees alone would have it, at least -1 (M. Newman, "Mixing patterns in networks", 2003,
    /// equation 2). `None` where it is not defined: no edges, or all ends in one group.
    ///
    /// # Errors
    /// [`NetworkError::Length`].
    pub fn assortativity(&self, groups: &[u32]) -> Result<Option<f64>, NetworkError> {
        let ties = self.group_ties(groups)?;
        let ends = (2 * self.edges()) as f64;
        if ties.iter().filter(|ties| ties.ends > 0).count() < 2 {
            return Ok(None);
        }
        let within: f64 = ties.iter().map(|ties| ties.within as f64).sum();
        let by_degree = |ties: &GroupTies| (ties.ends as f64 / ends) * (ties.ends as f64 / ends);
        let expected: f64 = ties.iter().map(by_degree).sum();
        Ok(Some((within / ends - expected) / (1.0 - expected)))
    }

    /// Coleman's index of inbreeding homophily of each group, in the order of the groups' numbers: (s - w) /
    /// (1 - w), where s is the share of ties of the group's members that stay within it and w the group's
    /// share of all nodes (J. Coleman, "Relational analysis", 1958). 0 where ties are blind to the group, 1
    /// where none leaves it. `None` for a group without ties, or without others.
    ///
    /// # Errors
    /// [`NetworkError::Length`].
    pub fn coleman(&self, groups: &[u32]) -> Result<Vec<Option<f64>>, NetworkError> {
        let all = self.nodes() as f64;
        let index = |ties: GroupTies| {
            let share = ties.members as f64 / all;
            let stay = ties.within as f64 / ties.ends as f64;
            let defined = ties.ends > 0 && ties.members < self.nodes() as u64;
            defined.then(|| (stay - share) / (1.0 - share))
        };
        Ok(self.group_ties(groups)?.into_iter().map(index).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_groups_with_one_bridge_have_the_indices_of_the_formulas() {
        // Triangles 0, 1, 2 and 3, 4, 5 and an edge between them; node 6 alone.
        let edges = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)];
        let graph = Graph::new(7, &edges).unwrap();
        let groups = [9, 9, 9, 4, 4, 4, 4];
        // e = 12/14, a = 7/14 each: (6/7 - 1/2) / (1/2).
        let r = graph.assortativity(&groups).unwrap().unwrap();
        assert!((r - 5.0 / 7.0).abs() < 1e-15);
        // s = 6/7 for both; w = 4/7 and 3/7.
        let coleman = graph.coleman(&groups).unwrap();
        assert!((coleman[0].unwrap() - 2.0 / 3.0).abs() < 1e-15);
        assert!((coleman[1].unwrap() - 3.0 / 4.0).abs() < 1e-15);
    }

    #[test]
    fn what_is_not_defined_is_nothing() {
        let graph = Graph::new(3, &[(0, 1)]).unwrap();
        assert_eq!(graph.assortativity(&[1, 1, 2]), Ok(None));
        assert_eq!(graph.coleman(&[1, 1, 1]), Ok(vec![None]));
        assert_eq!(graph.coleman(&[1, 1, 2]).unwrap()[1], None);
        let error = graph.assortativity(&[1]).unwrap_err();
        assert!(
            error.to_string().contains("groups has 1 entries where 3"),
            "{error}"
        );
    }
}
