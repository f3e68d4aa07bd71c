//! Ties between people: V29, V30.

use oikos::core::{Draw, Stream, Tick};
use oikos::prelude::Seed;
use oikos::world::{Graph, NetworkError, block_model, watts_strogatz};

use crate::parallel;
use crate::row::Bound::{Errors, Within};
use crate::row::Row;

const NODES: u32 = 1_000;
const NEIGHBOURS: u32 = 10;
const WATTS: &str = "Watts & Strogatz 1998; networkx";

fn draw(name: &str, seed: u64) -> Draw {
    Stream::new(Seed(seed), name).at(0, Tick::ZERO)
}

/// Clustering over that of the ring, and the mean distance.
fn small_world(moved: f64, seed: u64) -> Result<[f64; 2], NetworkError> {
    let edges = watts_strogatz(
        NODES,
        NEIGHBOURS,
        moved,
        &mut draw("validate.small-world", seed),
    )?;
    let graph = Graph::new(NODES as usize, &edges)?;
    let all: Vec<u32> = (0..NODES).collect();
    let clustering = graph.clustering().unwrap_or(f64::NAN) / (2.0 / 3.0);
    Ok([clustering, graph.mean_distance(&all).unwrap_or(f64::NAN)])
}

/// The rows; with `perturb` other shares of ties are moved, and groups are tied as if they were the other one.
pub(super) fn rows(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let mut rows = Vec::new();
    // Three standard deviations of one network: of distances those of networkx, of clustering from the number of ties
    // that are moved.
    let known = [
        (0.0, 1, (1.0, 1e-12), (50_400.0 / 999.0, 1e-9)),
        (0.01, 20, (0.969, 0.013), (8.67, 2.28)),
        (0.1, 20, (0.735, 0.031), (4.43, 0.25)),
        (1.0, 20, (0.013, 0.006), (3.27, 0.03)),
    ];
    for (share, networks, clustering, length) in known {
        let moved = if perturb {
            f64::abs(share - 0.5)
        } else {
            share
        };
        let found = parallel::over(1..=networks, |seed| {
            small_world(moved, seed).map_err(|error| oikos::Error::World(error.into()))
        })?;
        for (what, at, (target, within)) in [("C / C of the ring", 0, clustering), ("L", 1, length)]
        {
            let values: Vec<f64> = found.iter().map(|found| found[at]).collect();
            let (name, bound) = (
                format!("V29 small world, {share} moved: {what}"),
                Within(within),
            );
            rows.push(if values.len() == 1 {
                Row::of_value(name, WATTS, (target, bound), values[0], 1)
            } else {
                Row::of_mean(name, WATTS, (target, bound), &values)
            });
        }
    }
    rows.extend(groups(perturb).map_err(|error| oikos::Error::World(error.into()))?);
    Ok(rows)
}

/// Two planted groups of 600 and 400, and a graph of which networkx knows the assortativity.
fn groups(perturb: bool) -> Result<Vec<Row>, NetworkError> {
    let (within, across) = (0.03, 0.008);
    let ties = if perturb {
        [vec![across, within], vec![within, across]]
    } else {
        [vec![within, across], vec![across, within]]
    };
    let groups: Vec<u32> = (0..NODES).map(|node| u32::from(node >= 600)).collect();
    let mut found = [Vec::new(), Vec::new()];
    for seed in 1..=20 {
        let edges = block_model(&[600, 400], &ties, &mut draw("validate.groups", seed))?;
        let planted = Graph::new(NODES as usize, &edges)?;
        for (found, index) in found.iter_mut().zip(planted.coleman(&groups)?) {
            found.push(index.unwrap_or(f64::NAN));
        }
    }
    let mut rows = Vec::new();
    for (found, own) in found.iter().zip([600.0, 400.0]) {
        let (share, others) = (own / 1_000.0, 1_000.0 - own);
        let stay = (own - 1.0) * within / ((own - 1.0) * within + others * across);
        let name = format!("V30 Coleman index of {own} of 1,000");
        let target = ((stay - share) / (1.0 - share), Errors(3.0));
        rows.push(Row::of_mean(
            name,
            "Coleman 1958, closed form",
            target,
            found,
        ));
    }
    let edges = (0..23_u32).flat_map(|i| {
        let others = [(i * i + 3) % 23, (5 * i + 1) % 23, (i + 7) % 23];
        others.into_iter().map(move |j| (i, j))
    });
    let known = Graph::new(23, &edges.collect::<Vec<_>>())?;
    let label = |i: u32| if perturb { i * i % 5 } else { i * i % 3 };
    let squares: Vec<u32> = (0..23).map(label).collect();
    rows.push(Row::of_value(
        "V30 assortativity of a known graph",
        "networkx 3.6.1",
        (-0.193_737_769_080_234_82, Within(1e-12)),
        known.assortativity(&squares)?.unwrap_or(f64::NAN),
        23,
    ));
    Ok(rows)
}
