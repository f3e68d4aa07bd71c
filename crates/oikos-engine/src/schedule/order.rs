//! The order of systems inside a phase, and what it leaves to chance elsewhere.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use bevy_ecs::query::AccessConflicts;
use bevy_ecs::schedule::{ScheduleGraph, SystemKey};
use bevy_ecs::system::System;
use bevy_ecs::world::World;

/// Two systems of one phase that touch the same state, neither of which was declared to come first.
///
/// They run in the order in which they were added, so their history is well defined; but it changes
/// when plugins are added in another order. Order them with `.before(…)` or `.after(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguity {
    /// The one that runs first.
    pub first: String,
    /// The one that runs second.
    pub second: String,
    /// What both touch; empty when one of them takes the whole world.
    pub on: Vec<String>,
}

impl std::fmt::Display for Ambiguity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { first, second, on } = self;
        let on = if on.is_empty() {
            "the whole world".to_owned()
        } else {
            on.join(", ")
        };
        write!(
            f,
            "`{first}` and `{second}` both touch {on}, and neither is ordered before the other"
        )
    }
}

/// Sorts members so that every edge points forwards and, where edges leave a choice, what was added first
/// comes first. The error holds the members of a circle.
pub(super) fn sort(members: &[usize], edges: &[(usize, usize)]) -> Result<Vec<usize>, Vec<usize>> {
    let inside = |edge: &&(usize, usize)| members.contains(&edge.0) && members.contains(&edge.1);
    let mut waits_for: BTreeMap<usize, usize> = members.iter().map(|member| (*member, 0)).collect();
    for (_, after) in edges.iter().filter(inside) {
        *waits_for.entry(*after).or_default() += 1;
    }
    let free = waits_for.iter().filter(|(_, count)| **count == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = free.map(|(member, _)| Reverse(*member)).collect();
    let mut order = Vec::with_capacity(members.len());
    while let Some(Reverse(member)) = ready.pop() {
        order.push(member);
        for (_, after) in edges
            .iter()
            .filter(inside)
            .filter(|(before, _)| *before == member)
        {
            if let Some(count) = waits_for.get_mut(after) {
                *count -= 1;
                if *count == 0 {
                    ready.push(Reverse(*after));
                }
            }
        }
    }
    if order.len() == members.len() {
        return Ok(order);
    }
    Err(members
        .iter()
        .copied()
        .filter(|member| !order.contains(member))
        .collect())
}

/// Pairs in one place with conflicting access that no chain of edges orders.
pub(super) fn ambiguities(
    graph: &ScheduleGraph,
    world: &World,
    keys: &[SystemKey],
    place: &BTreeMap<usize, usize>,
    edges: &[(usize, usize)],
) -> Vec<Ambiguity> {
    let reach: Vec<BTreeSet<usize>> = (0..keys.len())
        .map(|start| reachable(start, edges))
        .collect();
    let mut found = Vec::new();
    for first in 0..keys.len() {
        for second in first + 1..keys.len() {
            let ordered = reach[first].contains(&second) || reach[second].contains(&first);
            if place.get(&first) == place.get(&second) && !ordered {
                found.extend(conflict(graph, world, keys[first], keys[second]));
            }
        }
    }
    found
}

fn reachable(start: usize, edges: &[(usize, usize)]) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        let next = edges
            .iter()
            .filter(|(before, _)| *before == node)
            .map(|(_, after)| *after);
        open.extend(next.filter(|after| seen.insert(*after)));
    }
    seen
}

fn conflict(
    graph: &ScheduleGraph,
    world: &World,
    first: SystemKey,
    second: SystemKey,
) -> Option<Ambiguity> {
    let (a, b) = (graph.systems.get(first)?, graph.systems.get(second)?);
    let exclusive = a.access().is_exclusive() || b.access().is_exclusive();
    let on = match a.access().get_conflicts(b.access()) {
        _ if exclusive => Vec::new(),
        AccessConflicts::All => Vec::new(),
        AccessConflicts::Individual(ids) if ids.is_clear() => return None,
        AccessConflicts::Individual(ids) => {
            let names = ids.iter().map(|id| world.components().get_name(id));
            names
                .map(|name| name.map_or_else(String::new, |name| name.to_string()))
                .collect()
        }
    };
    Some(Ambiguity {
        first: a.name().to_string(),
        second: b.name().to_string(),
        on,
    })
}
