//! Whether like is tied to like, held against closed forms and networkx; and what generators refuse.

use oikos_world::{
    Graph, Homophily, barabasi_albert, block_model, configuration_model, erdos_renyi,
    erdos_renyi_ties, homophilous, watts_strogatz,
};

use super::network_generators::{close, draw, graph, standard_error};

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Figures of the same graph from networkx 3.6.1.
#[test]
fn statistics_are_those_of_networkx() {
    let edges = (0..23_u32).flat_map(|i| {
        let others = [(i * i + 3) % 23, (5 * i + 1) % 23, (i + 7) % 23];
        others.into_iter().map(move |j| (i, j))
    });
    let graph = Graph::new(23, &edges.collect::<Vec<_>>()).unwrap();
    let all: Vec<u32> = (0..23).collect();
    assert_eq!(graph.edges(), 61);
    close(
        graph.clustering().unwrap(),
        0.213_043_478_260_869_5,
        1e-12,
        "clustering",
    );
    close(
        graph.transitivity().unwrap(),
        0.216_606_498_194_945_85,
        1e-12,
        "transitivity",
    );
    close(
        graph.mean_distance(&all).unwrap(),
        1.924_901_185_770_751,
        1e-12,
        "distance",
    );
    let squares: Vec<u32> = all.iter().map(|i| i * i % 3).collect();
    let sixths: Vec<u32> = all.iter().map(|i| i / 6).collect();
    for (groups, expected) in [
        (squares, -0.193_737_769_080_234_82),
        (sixths, -0.033_339_340_421_697_6),
    ] {
        let found = graph.assortativity(&groups).unwrap().unwrap();
        close(found, expected, 1e-12, "assortativity");
    }
}

/// V30: two planted groups of 600 and 400. The expected share of ties that stay in a group is (n - 1) p_in / ((n -
/// 1) p_in + n' p_out), and its standard error follows from the Poisson numbers of ties within and across.
#[test]
fn planted_groups_have_the_coleman_index_of_their_closed_form() {
    let (p_in, p_out) = (0.03, 0.008);
    let p = [vec![p_in, p_out], vec![p_out, p_in]];
    let groups: Vec<u32> = (0..1_000).map(|node| u32::from(node >= 600)).collect();
    let runs = 10;
    let mut found = [Vec::new(), Vec::new()];
    for seed in 0..runs {
        let planted = graph(
            1_000,
            &block_model(&[600, 400], &p, &mut draw(seed)).unwrap(),
        );
        for (found, index) in found.iter_mut().zip(planted.coleman(&groups).unwrap()) {
            found.push(index.unwrap());
        }
    }
    for (found, own) in found.iter().zip([600.0, 400.0]) {
        let (share, others) = (own / 1_000.0, 1_000.0 - own);
        let stay = (own - 1.0) * p_in / ((own - 1.0) * p_in + others * p_out);
        let (within, across) = (own * (own - 1.0) / 2.0 * p_in, own * others * p_out);
        let ends = 2.0 * within + across;
        let variance = 4.0 * within * across * (within + across) / (ends * ends * ends * ends);
        let error = (variance / runs as f64).sqrt() / (1.0 - share);
        close(
            mean(found),
            (stay - share) / (1.0 - share),
            3.0 * error,
            "Coleman index",
        );
    }
}

/// Two groups of the same size: s = within, w = 1/2, and the assortativity is the index.
#[test]
fn friends_are_alike_in_groups_as_much_as_is_asked_for() {
    let groups: Vec<u32> = (0..1_000).map(|node| node % 2).collect();
    let ages: Vec<u32> = (0..1_000).map(|node| node / 2 % 80).collect();
    for within in [0.0, 0.5, 0.8, 1.0] {
        let asked = Homophily {
            mean_degree: 8.0,
            within,
            age_scale: 15.0,
        };
        let edges = homophilous(&groups, &ages, &asked, &mut draw(3)).unwrap();
        let friends = graph(1_000, &edges);
        assert_eq!(friends.edges(), 4_000);
        let index = (within - 0.5) / 0.5;
        for group in friends.coleman(&groups).unwrap() {
            close(group.unwrap(), index, 1e-12, "Coleman index");
        }
        close(
            friends.assortativity(&groups).unwrap().unwrap(),
            index,
            1e-12,
            "assortativity",
        );
    }
}

/// Ages 0 to 79 with 100 people each, in three groups: pairs that differ by d years are (80 - d) 100², or 80 pairs of
/// each 100, times exp(-d / 10).
#[test]
fn friends_are_alike_in_age_as_the_decay_says() {
    let groups: Vec<u32> = (0..8_000)
        .map(|node| [0, 0, 0, 1, 2][node as usize % 5])
        .collect();
    let ages: Vec<u32> = (0..8_000).map(|node| node / 100).collect();
    let scale = 10.0;
    // Of pairs within a group and across, which have the same ages.
    let weight = |d: u32| {
        let pairs = if d == 0 {
            80.0 * 99.0 * 100.0 / 2.0
        } else {
            f64::from(80 - d) * 1e4
        };
        pairs * libm::exp(-f64::from(d) / scale)
    };
    let total: f64 = (0..80).map(weight).sum();
    for within in [0.0, 1.0] {
        let asked = Homophily {
            mean_degree: 4.0,
            within,
            age_scale: scale,
        };
        let edges = homophilous(&groups, &ages, &asked, &mut draw(7)).unwrap();
        assert_eq!(edges.len(), 16_000);
        let apart = |edge: &(u32, u32)| ages[edge.0 as usize].abs_diff(ages[edge.1 as usize]);
        for limit in [2, 5, 10, 20, 40] {
            let found = edges.iter().filter(|edge| apart(edge) >= limit).count() as f64 / 16_000.0;
            let expected = (limit..80).map(weight).sum::<f64>() / total;
            let tolerance = 4.0 * standard_error(expected, 16_000.0);
            close(
                found,
                expected,
                tolerance,
                &format!("{limit} years apart, within {within}"),
            );
        }
    }
}

#[test]
fn what_cannot_be_made_is_an_error_that_says_why() {
    let all = |age_scale, mean_degree, within| Homophily {
        mean_degree,
        within,
        age_scale,
    };
    let friends =
        |groups: &[u32], ages: &[u32], asked| homophilous(groups, ages, &asked, &mut draw(0));
    let four = [20, 20, 20, 20];
    let half = vec![0.5];
    for (made, says) in [
        (
            erdos_renyi(5, 1.5, &mut draw(0)),
            "p is 1.5: it must be from 0 to 1",
        ),
        (erdos_renyi(5, f64::NAN, &mut draw(0)), "p is NaN"),
        (
            erdos_renyi(u32::MAX, 0.5, &mut draw(0)),
            "more than a network can hold",
        ),
        (
            erdos_renyi_ties(5, 11, &mut draw(0)),
            "ties is 11: it must be at most 10",
        ),
        (
            watts_strogatz(10, 3, 0.1, &mut draw(0)),
            "k is 3: it must be even",
        ),
        (watts_strogatz(10, 10, 0.1, &mut draw(0)), "k is 10"),
        (watts_strogatz(10, 4, -0.1, &mut draw(0)), "p is -0.1"),
        (
            barabasi_albert(5, 5, &mut draw(0)),
            "m is 5: it must be from 1 to below 5",
        ),
        (barabasi_albert(5, 0, &mut draw(0)), "m is 0"),
        (
            block_model(&[1, 2], std::slice::from_ref(&half), &mut draw(0)),
            "p has 1 entries where 2",
        ),
        (
            block_model(&[1, 2], &[half.clone(), half.clone()], &mut draw(0)),
            "p has 1 entries where 2",
        ),
        (block_model(&[1], &[vec![2.0]], &mut draw(0)), "p is 2"),
        (
            block_model(&[1, 1], &[vec![0.5, 0.1], vec![0.2, 0.5]], &mut draw(0)),
            "p is 0.2: it must be 0.1, as p[0][1]",
        ),
        (
            block_model(&[u32::MAX, 9], &[vec![0.0; 2], vec![0.0; 2]], &mut draw(0)),
            "sizes is 4294967304",
        ),
        (
            configuration_model(&[1, 1, 1], &mut draw(0)),
            "add up to 3, which is odd",
        ),
        (
            configuration_model(&[3, 3, 1, 1], &mut draw(0)),
            "the 2 largest need 6 tie ends, and there is room for 4",
        ),
        (
            friends(&[0, 0], &[20], all(1.0, 1.0, 1.0)),
            "ages has 1 entries where 2",
        ),
        (
            friends(&[0, 0, 1, 1], &four, all(0.0, 1.0, 1.0)),
            "age_scale is 0",
        ),
        (
            friends(&[0, 0, 1, 1], &four, all(1.0, -1.0, 1.0)),
            "mean_degree is -1",
        ),
        (
            friends(&[0, 0, 1, 1], &four, all(1.0, 1.0, 1.1)),
            "within is 1.1",
        ),
        (
            friends(&[0, 0, 1, 1], &[20, 20, 200, 20], all(1.0, 1.0, 1.0)),
            "ages is 200",
        ),
        (
            friends(&[0, 1, 2, 3], &four, all(1.0, 1.0, 1.0)),
            "no group has two members",
        ),
        (
            friends(&[0; 4], &four, all(1.0, 1.0, 0.0)),
            "only 0 of 2 ties were found between groups",
        ),
        (
            friends(&[0, 0, 1, 1], &four, all(1.0, 3.0, 1.0)),
            "only 1 of 3 ties were found within group 0",
        ),
    ] {
        let error = made.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}
