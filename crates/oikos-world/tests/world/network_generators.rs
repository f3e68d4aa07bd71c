//! What generators make, held against closed forms, published figures and counting all cases.

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::{Draw, Seed, Stream, Tick};
use oikos_world::{
    Edges, Graph, NetworkError, barabasi_albert, block_model, configuration_model, erdos_renyi,
    erdos_renyi_ties, watts_strogatz,
};
use proptest::prelude::*;

const SEEDS: u64 = 5;

pub(crate) fn draw(seed: u64) -> Draw {
    Stream::new(Seed(seed), "network").at(0, Tick::ZERO)
}

/// The graph of edges that are as a generator promises.
pub(crate) fn graph(nodes: usize, edges: &Edges) -> Graph {
    assert!(
        edges.iter().all(|(from, to)| from < to),
        "not from the lower to the higher"
    );
    assert!(
        edges.windows(2).all(|pair| pair[0] < pair[1]),
        "not in order, or twice"
    );
    Graph::new(nodes, edges).unwrap()
}

pub(crate) fn close(found: f64, expected: f64, within: f64, what: &str) {
    assert!(
        (found - expected).abs() <= within,
        "{what}: {found}, not {expected} +- {within}"
    );
}

/// Of a share p in n trials.
pub(crate) fn standard_error(p: f64, n: f64) -> f64 {
    (p * (1.0 - p) / n).sqrt()
}

/// D. Watts and S. Strogatz, 1998, with N = 1000 and k = 10: C = 3 (k - 2) / (4 (k - 1)) and L = 50400 / 999 of
/// the ring; else the means of five networks of networkx. Tolerances are three standard deviations of one network:
/// of L at p = 0.01 that of networkx; else from the number of moved ties, each of which opens three triples.
#[test]
fn small_worlds_are_clustered_and_close() {
    let all: Vec<u32> = (0..1_000).collect();
    let ring = graph(
        1_000,
        &watts_strogatz(1_000, 10, 0.0, &mut draw(0)).unwrap(),
    );
    close(
        ring.clustering().unwrap(),
        2.0 / 3.0,
        1e-12,
        "C of the ring",
    );
    close(
        ring.mean_distance(&all).unwrap(),
        50_400.0 / 999.0,
        1e-9,
        "L of the ring",
    );
    for (p, c, c_within, l, l_within) in [
        (0.01, 0.969, 0.013, 8.67, 2.28),
        (0.1, 0.735, 0.031, 4.43, 0.25),
        (1.0, 0.013, 0.006, 3.27, 0.03),
    ] {
        for seed in 0..SEEDS {
            let edges = watts_strogatz(1_000, 10, p, &mut draw(seed)).unwrap();
            let world = graph(1_000, &edges);
            assert_eq!(world.edges(), 5_000);
            let (found_c, found_l) = (
                world.clustering().unwrap(),
                world.mean_distance(&all).unwrap(),
            );
            close(
                found_c / (2.0 / 3.0),
                c,
                c_within,
                &format!("C / C0 at {p}, seed {seed}"),
            );
            close(found_l, l, l_within, &format!("L at {p}, seed {seed}"));
        }
    }
}

#[test]
fn random_graphs_have_the_density_and_the_clustering_of_their_probability() {
    let (nodes, p) = (1_000_u32, 0.02);
    let pairs = f64::from(nodes) * f64::from(nodes - 1) / 2.0;
    // Triangles are close to Poisson, and so is their share of triples.
    let triangles = pairs * f64::from(nodes - 2) / 3.0 * p * p * p;
    for seed in 0..SEEDS {
        let random = graph(1_000, &erdos_renyi(nodes, p, &mut draw(seed)).unwrap());
        let density = random.edges() as f64 / pairs;
        close(density, p, 4.0 * standard_error(p, pairs), "density");
        let transitivity = random.transitivity().unwrap();
        close(transitivity, p, 4.0 * p / triangles.sqrt(), "transitivity");
    }
}

/// How often each pair, or each set of pairs, comes out in so many networks.
fn tally(
    runs: u64,
    generate: impl Fn(&mut Draw) -> Edges,
) -> (BTreeMap<(u32, u32), u64>, BTreeMap<Edges, u64>) {
    let (mut pairs, mut sets) = (BTreeMap::new(), BTreeMap::new());
    for seed in 0..runs {
        let edges = generate(&mut draw(seed));
        for edge in &edges {
            *pairs.entry(*edge).or_default() += 1;
        }
        *sets.entry(edges).or_default() += 1;
    }
    (pairs, sets)
}

#[test]
fn every_pair_is_tied_as_often_and_by_itself() {
    let (runs, p) = (20_000, 0.3);
    let (pairs, sets) = tally(runs, |draw| erdos_renyi(4, p, draw).unwrap());
    assert_eq!((pairs.len(), sets.len()), (6, 64));
    for (pair, count) in pairs {
        let share = count as f64 / runs as f64;
        close(
            share,
            p,
            4.0 * standard_error(p, runs as f64),
            &format!("{pair:?}"),
        );
    }
    for (edges, count) in sets {
        let ties = edges.len() as i32;
        let expected = (0..ties)
            .map(|_| p)
            .chain((ties..6).map(|_| 1.0 - p))
            .product();
        let within = 4.0 * standard_error(expected, runs as f64);
        close(
            count as f64 / runs as f64,
            expected,
            within,
            &format!("{edges:?}"),
        );
    }
}

#[test]
fn every_set_of_so_many_ties_is_as_likely() {
    let runs = 9_000;
    // Two of six pairs, and four of six: the pairs left out are drawn.
    for ties in [2, 4] {
        let (_, sets) = tally(runs, |draw| erdos_renyi_ties(4, ties, draw).unwrap());
        assert_eq!(sets.len(), 15);
        for (edges, count) in sets {
            assert_eq!(edges.len(), ties as usize);
            let within = 4.0 * standard_error(1.0 / 15.0, runs as f64);
            close(
                count as f64 / runs as f64,
                1.0 / 15.0,
                within,
                &format!("{edges:?}"),
            );
        }
    }
    let many = graph(300, &erdos_renyi_ties(300, 20_000, &mut draw(1)).unwrap());
    assert_eq!(many.edges(), 20_000);
}

#[test]
fn probabilities_of_none_and_of_all_leave_nothing_to_chance() {
    let all: Edges = (0..5)
        .flat_map(|from| (from + 1..5).map(move |to| (from, to)))
        .collect();
    assert_eq!(erdos_renyi(5, 1.0, &mut draw(0)).unwrap(), all);
    assert_eq!(erdos_renyi_ties(5, 10, &mut draw(0)).unwrap(), all);
    assert_eq!(watts_strogatz(5, 4, 1.0, &mut draw(0)).unwrap(), all);
    assert_eq!(configuration_model(&[4; 5], &mut draw(0)).unwrap(), all);
    for none in [
        erdos_renyi(5, 0.0, &mut draw(0)),
        erdos_renyi(0, 1.0, &mut draw(0)),
        erdos_renyi(1, 1.0, &mut draw(0)),
        erdos_renyi_ties(5, 0, &mut draw(0)),
        watts_strogatz(0, 0, 0.5, &mut draw(0)),
        block_model(&[], &[], &mut draw(0)),
        configuration_model(&[0, 0], &mut draw(0)),
    ] {
        assert_eq!(none, Ok(Vec::new()));
    }
    // Two pairs and a node: everybody is tied to their own block and to the third.
    let p = [
        vec![1.0, 0.0, 1.0],
        vec![0.0, 1.0, 1.0],
        vec![1.0, 1.0, 0.0],
    ];
    let blocks = block_model(&[2, 2, 1], &p, &mut draw(0)).unwrap();
    assert_eq!(blocks, [(0, 1), (0, 4), (1, 4), (2, 3), (2, 4), (3, 4)]);
}

#[test]
fn preferential_attachment_has_the_tail_of_its_closed_form() {
    let (nodes, m) = (20_000_u32, 3_u32);
    for seed in 0..SEEDS {
        let scale_free = graph(20_000, &barabasi_albert(nodes, m, &mut draw(seed)).unwrap());
        assert_eq!(scale_free.edges(), (m * (nodes - m)) as usize);
        let distribution = scale_free.degree_distribution();
        // Sum over k of 2 m (m + 1) / (k (k + 1) (k + 2)) is m (m + 1) / (k (k + 1)).
        for k in [4_u32, 6, 12, 30, 60] {
            let expected = f64::from(m * (m + 1)) / f64::from(k * (k + 1));
            let found: u64 = distribution.iter().skip(k as usize).sum();
            let within = 4.0 * standard_error(expected, f64::from(nodes));
            close(
                found as f64 / f64::from(nodes),
                expected,
                within,
                &format!("degree {k} and above"),
            );
        }
    }
    // A star: one tie each.
    assert_eq!(
        barabasi_albert(4, 3, &mut draw(0)).unwrap(),
        [(0, 1), (0, 2), (0, 3)]
    );
}

#[test]
fn blocks_have_the_densities_of_the_matrix() {
    let sizes = [300_u32, 500, 200];
    let p = [
        vec![0.05, 0.01, 0.002],
        vec![0.01, 0.03, 0.0],
        vec![0.002, 0.0, 0.2],
    ];
    let block = |node: u32| [300, 800].iter().filter(|end| node >= **end).count();
    for seed in 0..SEEDS {
        let edges = block_model(&sizes, &p, &mut draw(seed)).unwrap();
        graph(1_000, &edges);
        let mut counts = [[0_u32; 3]; 3];
        for (from, to) in &edges {
            counts[block(*from)][block(*to)] += 1;
        }
        for one in 0..3 {
            for other in one..3 {
                let (a, b) = (f64::from(sizes[one]), f64::from(sizes[other]));
                let pairs = if one == other {
                    a * (a - 1.0) / 2.0
                } else {
                    a * b
                };
                let density = f64::from(counts[one][other]) / pairs;
                let within = 4.0 * standard_error(p[one][other], pairs);
                close(
                    density,
                    p[one][other],
                    within,
                    &format!("blocks {one} and {other}"),
                );
            }
        }
    }
}

fn degrees_of(nodes: usize, edges: &Edges) -> Vec<u32> {
    graph(nodes, edges)
        .degrees()
        .map(|degree| degree as u32)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn degrees_are_kept_exactly(nodes in 2..60_u32, p in 0.0..1.0_f64, seed in any::<u64>()) {
        let some = erdos_renyi(nodes, p, &mut draw(seed)).unwrap();
        let degrees = degrees_of(nodes as usize, &some);
        let made = configuration_model(&degrees, &mut draw(seed)).unwrap();
        prop_assert_eq!(degrees_of(nodes as usize, &made), degrees);
    }
}

/// All degrees of five nodes against all graphs of five nodes.
#[test]
fn degrees_are_refused_exactly_if_no_graph_has_them() {
    let pairs: Edges = (0..5)
        .flat_map(|from| (from + 1..5).map(move |to| (from, to)))
        .collect();
    let mut possible = BTreeSet::new();
    for set in 0..1_u32 << pairs.len() {
        let chosen = (0..).zip(&pairs).filter(|(bit, _)| set >> bit & 1 == 1);
        possible.insert(degrees_of(5, &chosen.map(|(_, pair)| *pair).collect()));
    }
    for number in 0..6_u32.pow(5) {
        let degrees: Vec<u32> = (0..5).map(|place| number / 6_u32.pow(place) % 6).collect();
        let made = configuration_model(&degrees, &mut draw(0));
        match made {
            Ok(edges) => assert_eq!(degrees_of(5, &edges), degrees),
            Err(NetworkError::OddDegrees { sum }) => assert_eq!(sum % 2, 1),
            Err(NetworkError::NotGraphical { .. }) => assert!(!possible.contains(&degrees)),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn every_network_of_given_degrees_is_as_likely() {
    let runs = 6_000;
    // Three ways to pair four nodes; fifteen to pair six.
    for (degrees, ways) in [(vec![1; 4], 3), (vec![1; 6], 15), (vec![2; 5], 12)] {
        let (_, sets) = tally(runs, |draw| configuration_model(&degrees, draw).unwrap());
        assert_eq!(sets.len(), ways);
        let expected = 1.0 / ways as f64;
        for (edges, count) in sets {
            let within = 4.0 * standard_error(expected, runs as f64);
            close(
                count as f64 / runs as f64,
                expected,
                within,
                &format!("{edges:?}"),
            );
        }
    }
}
