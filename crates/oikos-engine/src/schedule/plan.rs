//! From what plugins added to a fixed order of systems.

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy_ecs::intern::Interned;
use bevy_ecs::schedule::graph::Direction;
use bevy_ecs::schedule::{NodeId, Schedule, ScheduleGraph, SystemKey, SystemSet, SystemSetKey};
use bevy_ecs::world::World;

use super::order::{Ambiguity, ambiguities, sort};
use super::phase::{PhaseSpec, Phases};
use super::run::{AfterSystem, Failure, run_system};
use crate::error::EngineError;
use crate::population::Blamed;

/// The systems of a tick in the order in which they run.
///
/// The systems stay in bevy's graph, which owns them; bevy's executors are not used, because they can
/// neither repeat a part of a schedule nor skip one system, and print when a system panics.
pub(crate) struct Plan {
    schedule: Schedule,
    pub(crate) phases: Vec<PlannedPhase>,
    pub(crate) ambiguities: Vec<Ambiguity>,
}

/// A phase: its own systems, then its sub-steps, as many times as it has rounds.
pub(crate) struct PlannedPhase {
    pub(crate) name: String,
    pub(crate) rounds: u32,
    pub(crate) systems: Vec<PlannedSystem>,
    pub(crate) steps: Vec<PlannedPhase>,
}

impl PlannedPhase {
    fn run(
        &self,
        graph: &mut ScheduleGraph,
        world: &mut World,
        left_out: &[String],
        after: &mut AfterSystem<'_>,
    ) -> Result<Result<(), Failure>, EngineError> {
        for _ in 0..self.rounds {
            for planned in self
                .systems
                .iter()
                .filter(|planned| !left_out.iter().any(|name| **name == *planned.name))
            {
                if let Err(reason) = run_system(graph, planned, world) {
                    // What a queue was asked for shows when it is applied, but another system asked.
                    let blamed = world.resource_mut::<Blamed>().0.take();
                    let system = blamed.unwrap_or_else(|| planned.name.clone()).to_string();
                    let phase = self.name.clone();
                    return Ok(Err(Failure {
                        system,
                        phase,
                        reason,
                    }));
                }
                after(&self.name, planned, world)?;
            }
            for step in &self.steps {
                if let Err(failure) = step.run(graph, world, left_out, after)? {
                    return Ok(Err(failure));
                }
            }
        }
        Ok(Ok(()))
    }
}

/// A system in its place.
#[derive(Clone)]
pub(crate) struct PlannedSystem {
    pub(crate) key: SystemKey,
    pub(crate) name: Arc<str>,
    /// The sets whose run conditions apply to it, besides its own.
    pub(crate) conditional_sets: Vec<SystemSetKey>,
}

/// Tells systems apart that have one name, in the order in which they run: `grow`, `grow #2`.
fn number_namesakes(phases: &mut [PlannedPhase]) {
    let mut seen = BTreeMap::<Arc<str>, u32>::new();
    for phase in phases {
        let steps = phase.steps.iter_mut().flat_map(|step| &mut step.systems);
        for planned in phase.systems.iter_mut().chain(steps) {
            let count = seen.entry(planned.name.clone()).or_default();
            *count += 1;
            if *count > 1 {
                planned.name = format!("{} #{count}", planned.name).into();
            }
        }
    }
}

/// What the graph says of one system before it has a place.
struct Found {
    key: SystemKey,
    name: String,
    sets: Vec<SystemSetKey>,
}

impl Plan {
    pub(crate) fn new(
        mut schedule: Schedule,
        phases: &Phases,
        world: &mut World,
    ) -> Result<Self, Vec<EngineError>> {
        schedule.graph_mut().initialize(world);
        let graph = schedule.graph();
        let found = find_systems(graph);
        let edges = flatten_edges(graph, &found);
        let mut placer = Placer::new(graph, &found, phases);
        let mut planned: Vec<PlannedPhase> = phases
            .specs
            .iter()
            .map(|spec| placer.phase(spec, &edges))
            .collect();
        let mut problems = placer.problems;
        problems.extend(against_phases(&placer.place, &edges, &found));
        if !problems.is_empty() {
            return Err(problems);
        }
        number_namesakes(&mut planned);
        let ambiguities = ambiguities(graph, world, &found_keys(&found), &placer.place, &edges);
        Ok(Self {
            schedule,
            phases: planned,
            ambiguities,
        })
    }

    /// Runs all phases once, without the systems named in `left_out`. The outer error is that of `after`.
    pub(crate) fn run(
        &mut self,
        world: &mut World,
        left_out: &[String],
        after: &mut AfterSystem<'_>,
    ) -> Result<Result<(), Failure>, EngineError> {
        let graph = self.schedule.graph_mut();
        for phase in &self.phases {
            if let Err(failure) = phase.run(graph, world, left_out, after)? {
                return Ok(Err(failure));
            }
        }
        Ok(Ok(()))
    }

    /// All phases and sub-steps with their rounds, in order; a sub-step's name is preceded by its phase's.
    pub(crate) fn rounds(&self) -> Vec<(String, u32)> {
        let mut all = Vec::new();
        for phase in &self.phases {
            all.push((phase.name.clone(), phase.rounds));
            for step in &phase.steps {
                all.push((format!("{}/{}", phase.name, step.name), step.rounds));
            }
        }
        all
    }

    /// All systems as (phase, system), in the order in which they first run.
    pub(crate) fn systems(&self) -> Vec<(&str, &PlannedSystem)> {
        let mut all = Vec::new();
        for phase in &self.phases {
            all.extend(phase.systems.iter().map(|system| (&*phase.name, system)));
            for step in &phase.steps {
                all.extend(step.systems.iter().map(|system| (&*step.name, system)));
            }
        }
        all
    }
}

fn found_keys(found: &[Found]) -> Vec<SystemKey> {
    found.iter().map(|system| system.key).collect()
}

fn find_systems(graph: &ScheduleGraph) -> Vec<Found> {
    graph
        .systems
        .iter()
        .map(|(key, system, _)| Found {
            key,
            name: system.name().to_string(),
            sets: ancestors(graph, NodeId::System(key)),
        })
        .collect()
}

/// All sets that a node is in, directly or through other sets.
fn ancestors(graph: &ScheduleGraph, node: NodeId) -> Vec<SystemSetKey> {
    let mut found = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        for parent in graph
            .hierarchy()
            .neighbors_directed(node, Direction::Incoming)
        {
            if let NodeId::Set(set) = parent
                && !found.contains(&set)
            {
                found.push(set);
                open.push(parent);
            }
        }
    }
    found
}

/// Declared orders as pairs of positions in `found`, sets replaced by their systems.
fn flatten_edges(graph: &ScheduleGraph, found: &[Found]) -> Vec<(usize, usize)> {
    let members = |node: NodeId| -> Vec<usize> {
        let within = |system: &Found| match node {
            NodeId::System(key) => system.key == key,
            NodeId::Set(set) => system.sets.contains(&set),
        };
        (0..found.len())
            .filter(|position| within(&found[*position]))
            .collect()
    };
    let mut edges = Vec::new();
    for (before, after) in graph.dependency().all_edges() {
        let after = members(after);
        for first in members(before) {
            edges.extend(after.iter().map(|then| (first, *then)));
        }
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Gives each system its place.
struct Placer<'a> {
    graph: &'a ScheduleGraph,
    found: &'a [Found],
    /// Position in `found` → number of the phase or sub-step.
    place: BTreeMap<usize, usize>,
    /// The names of the phases and sub-steps that were given a number.
    places: Vec<String>,
    problems: Vec<EngineError>,
}

impl<'a> Placer<'a> {
    fn new(graph: &'a ScheduleGraph, found: &'a [Found], phases: &Phases) -> Self {
        let mut placer = Self {
            graph,
            found,
            place: BTreeMap::new(),
            places: Vec::new(),
            problems: Vec::new(),
        };
        placer.refuse_homeless(phases);
        placer
    }

    fn phase(&mut self, spec: &PhaseSpec, edges: &[(usize, usize)]) -> PlannedPhase {
        let in_step = |system: &Found| {
            spec.substeps
                .iter()
                .any(|step| is_in(self.graph, system, step.set))
        };
        let own: Vec<usize> = (0..self.found.len())
            .filter(|position| {
                let system = &self.found[*position];
                is_in(self.graph, system, spec.set) && !in_step(system)
            })
            .collect();
        let systems = self.block(&own, edges, &spec.name);
        let steps = spec
            .substeps
            .iter()
            .map(|step| self.phase(step, edges))
            .collect();
        PlannedPhase {
            name: spec.name.clone(),
            rounds: spec.rounds,
            systems,
            steps,
        }
    }

    fn block(
        &mut self,
        members: &[usize],
        edges: &[(usize, usize)],
        name: &str,
    ) -> Vec<PlannedSystem> {
        for position in members {
            if let Some(first) = self.place.insert(*position, self.places.len()) {
                self.problems.push(EngineError::SystemInTwoPhases {
                    system: self.found[*position].name.clone(),
                    first: self.places[first].clone(),
                    second: name.to_owned(),
                });
            }
        }
        self.places.push(name.to_owned());
        let order = sort(members, edges).unwrap_or_else(|circle| {
            let systems = circle
                .iter()
                .map(|position| self.found[*position].name.clone());
            self.problems.push(EngineError::ContradictoryOrder {
                systems: systems.collect(),
            });
            Vec::new()
        });
        order
            .into_iter()
            .map(|position| self.planned(&self.found[position]))
            .collect()
    }

    fn planned(&self, system: &Found) -> PlannedSystem {
        let sets = system.sets.iter().copied();
        let conditional = sets.filter(|set| self.graph.system_sets.has_conditions(*set));
        PlannedSystem {
            key: system.key,
            name: Arc::from(&*system.name),
            conditional_sets: conditional.collect(),
        }
    }

    fn refuse_homeless(&mut self, phases: &Phases) {
        for system in self.found {
            let steps = phases.specs.iter().flat_map(|spec| &spec.substeps);
            let mut all = phases.specs.iter().chain(steps);
            if !all.any(|spec| is_in(self.graph, system, spec.set)) {
                self.problems.push(EngineError::SystemWithoutPhase {
                    system: system.name.clone(),
                });
            }
        }
    }
}

fn is_in(graph: &ScheduleGraph, system: &Found, set: Interned<dyn SystemSet>) -> bool {
    graph
        .system_sets
        .get_key(set)
        .is_some_and(|key| system.sets.contains(&key))
}

/// Orders that would have a later phase run before an earlier one.
fn against_phases(
    place: &BTreeMap<usize, usize>,
    edges: &[(usize, usize)],
    found: &[Found],
) -> Vec<EngineError> {
    let backwards = edges
        .iter()
        .filter(|(before, after)| place.get(before) > place.get(after));
    backwards
        .map(|(before, after)| EngineError::ContradictoryOrder {
            systems: vec![found[*before].name.clone(), found[*after].name.clone()],
        })
        .collect()
}
