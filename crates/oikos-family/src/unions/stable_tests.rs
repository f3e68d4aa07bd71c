//! Stable pairs beside a slow twin: all scores in a table, and every two looked at for a blocking pair (F13).

use oikos_core::{Date, Seed, StableId, Stream, Tick};
use oikos_world::PersonId;
use proptest::prelude::*;

use super::choice::STABLE_BAND;
use super::group::MatchingGroup;
use super::stable::{Entrant, Sight, Sights, pair_stably};
use crate::AgeGap;
use crate::matching::{PairScore, stable_matching_by_score};

fn sights() -> Sights {
    Sights {
        gap: AgeGap::ASSUMED,
        tastes: Stream::new(Seed(3), "test.tastes"),
        tick: Tick::ZERO,
    }
}

fn entrant(id: u64, (years, group, own): (i32, u8, bool)) -> Entrant {
    Entrant {
        id: PersonId::new(id).unwrap(),
        subject: id * 7 + 1,
        born: Date::from_days(years * 365 + id as i32).unwrap(),
        group: MatchingGroup(group),
        own_group_first: own,
    }
}

type Trait = (i32, u8, bool);

fn side() -> impl Strategy<Value = Vec<Trait>> {
    prop::collection::vec((0..40_i32, 0..3_u8, any::<bool>()), 0..24)
}

fn entrants(women: &[Trait], men: &[Trait]) -> [Vec<Entrant>; 2] {
    let women: Vec<_> = (0..).zip(women).map(|(id, of)| entrant(id, *of)).collect();
    let men: Vec<_> = (100..).zip(men).map(|(id, of)| entrant(id, *of)).collect();
    [women, men]
}

/// Every fifth pair is kin.
fn kin(one: PersonId, other: PersonId) -> bool {
    (one.get() + other.get()).is_multiple_of(5)
}

fn sees(women: &[Entrant], men: &[Entrant], w: usize, m: usize) -> Option<[Sight; 2]> {
    let pair = sights().of_pair((w as u32, &women[w]), (m as u32, &men[m]));
    pair.filter(|_| !kin(women[w].id, men[m].id))
}

/// A pair that may unite, of whom both would rather have each other than whom they have.
fn blocking(
    women: &[Entrant],
    men: &[Entrant],
    pairs: &[(PersonId, PersonId)],
) -> Option<(PersonId, PersonId)> {
    let at = |side: &[Entrant], id: PersonId| side.iter().position(|one| one.id == id).unwrap();
    let of = |w: usize, m: usize, side: usize| sees(women, men, w, m).map(|both| both[side]);
    for w in 0..women.len() {
        for m in 0..men.len() {
            let Some([hers, his]) = sees(women, men, w, m) else {
                continue;
            };
            let her_man = pairs
                .iter()
                .find(|pair| pair.0 == women[w].id)
                .map(|pair| at(men, pair.1));
            let his_woman = pairs
                .iter()
                .find(|pair| pair.1 == men[m].id)
                .map(|pair| at(women, pair.0));
            let she_would = her_man.is_none_or(|man| of(w, man, 0).is_none_or(|has| hers < has));
            let he_would =
                his_woman.is_none_or(|woman| of(woman, m, 1).is_none_or(|has| his < has));
            if she_would && he_would {
                return Some((women[w].id, men[m].id));
            }
        }
    }
    None
}

proptest! {
    #[test]
    fn no_two_would_rather_have_each_other(women in side(), men in side()) {
        let [women, men] = entrants(&women, &men);
        let pairs = pair_stably(&women, &men, &sights(), kin);
        prop_assert_eq!(blocking(&women, &men, &pairs), None);
        for (woman, man) in &pairs {
            prop_assert!(!kin(*woman, *man));
            prop_assert_eq!(pairs.iter().filter(|pair| pair.0 == *woman || pair.1 == *man).count(), 1);
        }
    }

    /// The twin scores everybody in advance, kin as out of the question, and puts the own group first by a large
    /// number.
    #[test]
    fn pairs_are_those_of_the_table_of_scores(women in side(), men in side()) {
        let [women, men] = entrants(&women, &men);
        let mut pairs = pair_stably(&women, &men, &sights(), kin);
        pairs.sort_unstable();
        let rank = |w: usize, m: usize, side: usize| {
            let sight = sees(&women, &men, w, m)?[side];
            let others = if side == 0 { men.len() } else { women.len() };
            let better = (0..others).filter(|other| {
                let (w, m) = if side == 0 { (w, *other) } else { (*other, m) };
                sees(&women, &men, w, m).is_some_and(|both| both[side] < sight)
            });
            Some(-(better.count() as f64))
        };
        let twin = stable_matching_by_score(women.len() as u32, men.len() as u32, |w, m| {
            let (w, m) = (w as usize, m as usize);
            Some(PairScore { proposer: rank(w, m, 0)?, receiver: rank(w, m, 1)? })
        });
        let of = twin.unwrap().of_proposers;
        let twin: Vec<_> = women.iter().zip(of)
            .filter_map(|(woman, man)| Some((woman.id, men[man? as usize].id)))
            .collect();
        prop_assert_eq!(pairs, twin);
    }

    /// In whatever order women propose and men are asked, the pairs are the same.
    #[test]
    fn the_order_of_proposals_does_not_matter(women in side(), men in side(), turn in 0..24_usize) {
        let [mut women, mut men] = entrants(&women, &men);
        let pairs = |women: &[Entrant], men: &[Entrant]| {
            let mut pairs = pair_stably(women, men, &sights(), kin);
            pairs.sort_unstable();
            pairs
        };
        let before = pairs(&women, &men);
        women.reverse();
        let middle = turn.min(men.len());
        men.rotate_left(middle);
        prop_assert_eq!(pairs(&women, &men), before);
    }
}

#[test]
fn bands_bound_the_looks_and_hold_their_own() {
    let many = STABLE_BAND + 10;
    let women: Vec<_> = (0..many as u64)
        .map(|id| entrant(id, (20, 0, false)))
        .collect();
    let men: Vec<_> = (0..many as u64)
        .map(|id| entrant(5_000 + id, (18, 0, false)))
        .collect();
    let looks = std::cell::Cell::new(0_usize);
    let pairs = pair_stably(&women, &men, &sights(), |_, _| {
        looks.set(looks.get() + 1);
        false
    });
    assert_eq!(pairs.len(), many);
    let first: Vec<_> = women[..STABLE_BAND].iter().map(|woman| woman.id).collect();
    for (woman, man) in &pairs {
        let in_first = first.contains(woman);
        assert_eq!(in_first, man.get() < 5_000 + STABLE_BAND as u64);
    }
    assert!(looks.get() < many * STABLE_BAND / 8, "{}", looks.get());
}

#[test]
fn who_looks_in_the_own_group_first_would_rather_have_anybody_of_it() {
    let sights = sights();
    let woman = entrant(1, (20, 1, true));
    // The age gap of the man of another group is the best there is, that of hers four years off.
    let [near, own] = [entrant(2, (18, 0, false)), entrant(3, (13, 1, false))];
    let sees = |man| sights.of_pair((0, &woman), (0, man)).unwrap()[0];
    assert!(sees(&own) < sees(&near));
    let far = entrant(4, (-30, 1, false));
    assert!(sights.of_pair((0, &woman), (0, &far)).is_none());
}
