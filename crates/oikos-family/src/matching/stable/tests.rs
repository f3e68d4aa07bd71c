//! F13 and V14: stability by an independent check, any order of proposing, ranks in random lists.

use oikos_core::{Draw, Seed, Stream, Tick};
use proptest::prelude::*;

use super::*;

/// A pair that would both rather have each other, from the definition.
fn blocking_pair(
    proposers: &[Vec<u32>],
    receivers: &[Vec<u32>],
    matching: &StableMatching,
) -> Option<(u32, u32)> {
    let place = |list: &[u32], other: u32| list.iter().position(|&listed| listed == other);
    let better = |list: &[u32], other: u32, partner: Option<u32>| {
        let Some(rank) = place(list, other) else {
            return false;
        };
        partner.is_none_or(|partner| place(list, partner).is_none_or(|kept| rank < kept))
    };
    for (p, list) in (0..).zip(proposers) {
        let partner = matching.of_proposers[p as usize];
        for &r in list.iter().take_while(|&&r| Some(r) != partner) {
            let rival = matching.of_receivers[r as usize];
            if better(&receivers[r as usize], p, rival) {
                return Some((p, r));
            }
        }
    }
    None
}

/// Both sides tell the same, and nobody has one whom either does not list.
fn consistent(proposers: &[Vec<u32>], receivers: &[Vec<u32>], matching: &StableMatching) -> bool {
    let sides = [
        (&matching.of_proposers, &matching.of_receivers, proposers),
        (&matching.of_receivers, &matching.of_proposers, receivers),
    ];
    sides.iter().all(|(one, other, lists)| {
        (0..).zip(one.iter()).all(|(index, partner)| {
            partner.is_none_or(|partner| {
                other[partner as usize] == Some(index) && lists[index as usize].contains(&partner)
            })
        })
    })
}

/// All stable matchings, by trying every way to match the proposers one after the other.
fn all_stable(proposers: &[Vec<u32>], receivers: &[Vec<u32>]) -> Vec<StableMatching> {
    let mut found = Vec::new();
    let mut tried = vec![StableMatching {
        of_proposers: Vec::new(),
        of_receivers: vec![None; receivers.len()],
    }];
    while let Some(so_far) = tried.pop() {
        let p = so_far.of_proposers.len();
        if p == proposers.len() {
            if blocking_pair(proposers, receivers, &so_far).is_none() {
                found.push(so_far);
            }
            continue;
        }
        let free = |r: &u32| so_far.of_receivers[*r as usize].is_none();
        let willing = |r: &u32| receivers[*r as usize].contains(&(p as u32));
        let choices = proposers[p].iter().copied().filter(free).filter(willing);
        for choice in choices.map(Some).chain([None]) {
            let mut next = so_far.clone();
            next.of_proposers.push(choice);
            if let Some(r) = choice {
                next.of_receivers[r as usize] = Some(p as u32);
            }
            tried.push(next);
        }
    }
    found
}

/// Lists that keep each of the others with some chance, in random order.
fn lists(draw: &mut Draw, own: usize, others: u32, kept: f64) -> Vec<Vec<u32>> {
    let mut list = || {
        let mut list: Vec<u32> = (0..others).collect();
        draw.shuffle(&mut list);
        list.retain(|_| draw.unit() < kept);
        list
    };
    (0..own).map(|_| list()).collect()
}

fn draw(seed: u64) -> Draw {
    Stream::new(Seed(seed), "preferences").at(0, Tick::ZERO)
}

proptest! {
    #[test]
    fn no_two_would_rather_have_each_other(
        seed: u64, own in 0_usize..40, others in 0_usize..40, kept in 0.0_f64..1.2,
    ) {
        let mut draw = draw(seed);
        let proposers = lists(&mut draw, own, others as u32, kept);
        let receivers = lists(&mut draw, others, own as u32, kept);
        let matching = stable_matching(&proposers, &receivers).unwrap();
        prop_assert!(consistent(&proposers, &receivers, &matching));
        prop_assert_eq!(blocking_pair(&proposers, &receivers, &matching), None);
        if kept >= 1.0 {
            prop_assert_eq!(matching.pairs(), own.min(others));
        }
        // Whoever proposes first, the same comes out.
        let ranks = ranks(&receivers);
        let mut order: Vec<u32> = (0..own as u32).collect();
        draw.shuffle(&mut order);
        let reordered = deferred_acceptance(&order, others, asking(&proposers, &ranks));
        prop_assert_eq!(reordered, matching);
    }

    #[test]
    fn proposers_could_not_do_better_nor_receivers_worse(
        seed: u64, own in 1_usize..6, others in 1_usize..6, kept in 0.3_f64..1.2,
    ) {
        let mut draw = draw(seed);
        let proposers = lists(&mut draw, own, others as u32, kept);
        let receivers = lists(&mut draw, others, own as u32, kept);
        let matching = stable_matching(&proposers, &receivers).unwrap();
        let stable = all_stable(&proposers, &receivers);
        prop_assert!(stable.contains(&matching));
        let rank = |list: &[u32], partner: Option<u32>| {
            let of = |partner| list.iter().position(|&listed| listed == partner);
            partner.and_then(of).unwrap_or(list.len())
        };
        for other in &stable {
            for (p, list) in proposers.iter().enumerate() {
                prop_assert!(rank(list, matching.of_proposers[p]) <= rank(list, other.of_proposers[p]));
            }
            for (r, list) in receivers.iter().enumerate() {
                prop_assert!(rank(list, matching.of_receivers[r]) >= rank(list, other.of_receivers[r]));
            }
        }
    }

    #[test]
    fn scores_give_the_matching_of_their_lists(seed: u64, own in 0_u32..20, others in 0_u32..20) {
        let mut draw = draw(seed);
        // Few values, so that there are ties.
        let mut few = || f64::from(draw.next_u32() % 4);
        let scores: Vec<Vec<(f64, f64)>> =
            (0..own).map(|_| (0..others).map(|_| (few(), few())).collect()).collect();
        let at = |p: u32, r: u32| scores[p as usize][r as usize];
        let possible = |p: u32, r: u32| !(p + 2 * r).is_multiple_of(5);
        let matching = stable_matching_by_score(own, others, |p, r| {
            let (proposer, receiver) = at(p, r);
            possible(p, r).then_some(PairScore { proposer, receiver })
        });
        let matching = matching.unwrap();
        // No pair in which both gain by the scores themselves.
        for p in 0..own {
            for r in (0..others).filter(|&r| possible(p, r)) {
                let gains_p = matching.of_proposers[p as usize].is_none_or(|kept| at(p, kept).0 < at(p, r).0);
                let gains_r = matching.of_receivers[r as usize].is_none_or(|kept| at(kept, r).1 < at(p, r).1);
                prop_assert!(!(gains_p && gains_r), "{p} {r}");
            }
        }
        for (p, partner) in (0..).zip(&matching.of_proposers) {
            prop_assert!(partner.is_none_or(|r| possible(p, r)));
        }
    }
}

/// Mean ranks, from 1, of 20 matchings of `n` on each side with random complete lists.
fn mean_ranks(n: u32) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    for seed in 0..20 {
        let mut draw = draw(seed);
        let proposers = lists(&mut draw, n as usize, n, 2.0);
        let receivers = lists(&mut draw, n as usize, n, 2.0);
        let matching = stable_matching(&proposers, &receivers).unwrap();
        assert_eq!(matching.pairs(), n as usize);
        assert_eq!(blocking_pair(&proposers, &receivers, &matching), None);
        let mean = |lists: &[Vec<u32>], partners: &[Option<u32>]| {
            let rank = |(list, partner): (&Vec<u32>, &Option<u32>)| {
                list.iter()
                    .position(|&listed| Some(listed) == *partner)
                    .unwrap()
                    + 1
            };
            lists.iter().zip(partners).map(rank).sum::<usize>() as f64 / f64::from(n)
        };
        sums.0 += mean(&proposers, &matching.of_proposers) / 20.0;
        sums.1 += mean(&receivers, &matching.of_receivers) / 20.0;
    }
    sums
}

#[test]
fn ranks_in_random_lists_are_those_of_theory() {
    for (n, for_proposers, for_receivers) in [(1_000, 7.485, 133.6), (100, 5.117, 19.35)] {
        let (proposers, receivers) = mean_ranks(n);
        assert!(
            (proposers / for_proposers - 1.0).abs() < 0.15,
            "{proposers}"
        );
        assert!(
            (receivers / for_receivers - 1.0).abs() < 0.15,
            "{receivers}"
        );
    }
}

#[test]
fn wrong_lists_are_refused() {
    let refused = |proposers: &[Vec<u32>], receivers: &[Vec<u32>]| {
        stable_matching(proposers, receivers)
            .unwrap_err()
            .to_string()
    };
    let found = refused(&[vec![0], vec![2]], &[vec![], vec![]]);
    assert!(
        found.contains("proposer 1 lists 2, which is nobody"),
        "{found}"
    );
    let found = refused(&[vec![0]], &[vec![0, 0]]);
    assert!(
        found.contains("receiver 0 lists 0, which stands there twice"),
        "{found}"
    );
    let score = PairScore {
        proposer: 1.0,
        receiver: f64::NAN,
    };
    let found = stable_matching_by_score(1, 1, |_, _| Some(score));
    assert!(matches!(found, Err(FamilyError::Score { .. })), "{found:?}");
}
