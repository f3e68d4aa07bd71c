//! Ages and traits of couples, whom a change touches, and what is refused.

use super::*;

#[test]
fn a_change_of_one_touches_few() {
    let candidates = people(&mut draw(1), 5_000, 5_000, 5);
    let market = market(1);
    let pairs = |candidates: &[Candidate]| {
        let found = market.pair(Tick::ZERO, candidates, kin, alike).unwrap();
        found
            .pairs
            .into_iter()
            .map(|pair| (pair.woman, pair.man))
            .collect::<Vec<_>>()
    };
    let before = pairs(&candidates);
    let mut changed = Vec::new();
    for gone in (0..candidates.len()).step_by(200) {
        let mut fewer = candidates.clone();
        fewer.remove(gone);
        let after = pairs(&fewer);
        changed.push(
            before
                .iter()
                .filter(|pair| after.binary_search(pair).is_err())
                .count(),
        );
    }
    changed.sort_unstable();
    let mean = changed.iter().sum::<usize>() as f64 / changed.len() as f64;
    let (median, most) = (changed[changed.len() / 2], changed[changed.len() - 1]);
    // Limits set before: a hundredth of the pairs on average, a twentieth at most.
    assert!(
        mean < 50.0 && most < 250,
        "mean {mean}, median {median}: {changed:?}"
    );
}

#[test]
fn couples_have_the_age_gap_and_most_find_somebody() {
    for (men, women) in [
        (50, 50),
        (500, 500),
        (10_000, 10_000),
        (8_000, 10_000),
        (12_000, 10_000),
    ] {
        let candidates = people(&mut draw(2), men, women, 10);
        let found = market(2).pair(Tick::ZERO, &candidates, kin, alike).unwrap();
        let age = |id: u64| {
            let of = candidates.iter().find(|other| other.id == id).unwrap();
            f64::from(of.age_days) / DAYS_PER_YEAR
        };
        let few = found.pairs.iter().step_by(1 + found.pairs.len() / 2_000);
        let gaps: Vec<f64> = few.map(|pair| age(pair.man) - age(pair.woman)).collect();
        let n = gaps.len() as f64;
        let mean = gaps.iter().sum::<f64>() / n;
        let sd = libm::sqrt(
            gaps.iter()
                .map(|gap| (gap - mean) * (gap - mean))
                .sum::<f64>()
                / n,
        );
        let matched = found.pairs.len() as f64 / men.min(women) as f64;
        // Limits set before.
        if men >= 8_000 {
            assert!(matched > 0.9, "{matched}");
            assert!(
                (mean - 2.3).abs() < 1.0 && (sd - 5.0).abs() < 1.5,
                "{mean} {sd}"
            );
        }
    }
}

#[test]
fn one_woman_chooses_in_proportion_to_the_attraction() {
    let person = |id: u64, sex: usize, trait_: u8| Candidate {
        id,
        subject: id,
        sex,
        age_days: 10_000,
        partition: 0,
        traits: [trait_, 0, 0, 0],
    };
    let candidates = [
        person(1, FEMALE, 0),
        person(2, MALE, 0),
        person(3, MALE, 0),
        person(4, MALE, 1),
    ];
    let mut market = market(3);
    market.reach_days = 365 * 100;
    let homophily = Homophily {
        costs: [libm::log(3.0), 0.0, 0.0, 0.0],
    };
    let mut chosen = [0.0; 5];
    let days = 20_000;
    for day in 0..days {
        let score = |man: &Candidate, woman: &Candidate| homophily.score(man, woman);
        let found = market
            .pair(Tick::new(day), &candidates, |_, _| false, score)
            .unwrap();
        chosen[found.pairs[0].man as usize] += 1.0 / f64::from(days);
    }
    // Attractions 3, 3 and 1; four standard errors.
    for (man, share) in [(2, 3.0 / 7.0), (3, 3.0 / 7.0), (4, 1.0 / 7.0)] {
        let error = libm::sqrt(share * (1.0 - share) / f64::from(days));
        assert!(
            (chosen[man] - share).abs() < 4.0 * error,
            "{man}: {chosen:?}"
        );
    }
}

#[test]
fn sure_searchers_unite_and_unwilling_ones_do_not() {
    let candidates = people(&mut draw(4), 1_000, 1_000, 3);
    let search = |accept: f64| {
        let nobody = |_: &Candidate, _: &Candidate| false;
        market(4).random_search(Tick::ZERO, &candidates, 20, nobody, |_, _| accept)
    };
    assert!(search(0.0).unwrap().pairs.is_empty());
    let sure = search(1.0).unwrap().pairs.len();
    assert!(sure > 800, "{sure}");
    for wrong in [-0.1, 1.1, f64::NAN] {
        assert!(
            matches!(search(wrong), Err(FamilyError::Score { .. })),
            "{wrong}"
        );
    }
}

#[test]
fn wrong_candidates_and_scores_are_refused() {
    let candidates = people(&mut draw(5), 5, 5, 1);
    let nobody = |_: &Candidate, _: &Candidate| false;
    let pair = |candidates: &[Candidate], score: f64| {
        let mut market = market(5);
        market.reach_days = 365 * 100;
        market.pair(Tick::ZERO, candidates, nobody, |_, _| score)
    };
    for wrong in [f64::NAN, f64::INFINITY] {
        let found = pair(&candidates, wrong);
        assert!(
            matches!(found, Err(FamilyError::Score { .. })),
            "{wrong}: {found:?}"
        );
    }
    assert!(
        pair(&candidates, f64::NEG_INFINITY)
            .unwrap()
            .pairs
            .is_empty()
    );
    let mut twice = candidates.clone();
    twice.push(candidates[3]);
    let id = candidates[3].id;
    assert_eq!(pair(&twice, 0.0), Err(FamilyError::CandidateTwice { id }));
    let mut third = candidates;
    third[0].sex = 2;
    assert_eq!(pair(&third, 0.0), Err(FamilyError::Sex { sex: 2 }));
    assert_eq!(pair(&[], 0.0), Ok(Pairing::default()));
}
