//! Stable matching by deferred acceptance.
//!
//! Gale & Shapley 1962 (Am. Math. Monthly 69: 9-15). Each proposer asks the receivers of a list in turn;
//! a receiver keeps the best proposer so far and lets the other go on. What comes out is stable: no two
//! would both rather have each other. Among all stable matchings it is the best one for every
//! proposer and the worst for every receiver, and it is the same in whatever order proposers propose.
//! In random complete lists of `n` the proposers' mean rank is about `H_n = 1 + 1/2 + ... + 1/n`, the
//! receivers' about `n / H_n` (Wilson 1972; Knuth 1976).

#[cfg(test)]
mod tests;

use crate::error::FamilyError;

/// Who is matched with whom, by index on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StableMatching {
    /// The receiver of each proposer.
    pub of_proposers: Vec<Option<u32>>,
    /// The proposer of each receiver.
    pub of_receivers: Vec<Option<u32>>,
}

impl StableMatching {
    /// Number of pairs.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.of_proposers.iter().flatten().count()
    }
}

/// How much each of two likes the other: more is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairScore {
    /// What the proposer sees in the receiver.
    pub proposer: f64,
    /// What the receiver sees in the proposer.
    pub receiver: f64,
}

/// The stable matching that is best for the proposers.
///
/// `proposers[p]` lists the receivers whom `p` would have, best first, and `receivers[r]` the proposers
/// whom `r` would have. Lists may be incomplete and the sides unequal: who is not listed by the other
/// is never matched with them, and who finds nobody stays single.
///
/// Takes time and space of the order of all lists together.
///
/// # Errors
/// [`FamilyError::Preference`] for an entry that nobody has, or that stands twice in a list.
pub fn stable_matching(
    proposers: &[Vec<u32>],
    receivers: &[Vec<u32>],
) -> Result<StableMatching, FamilyError> {
    check("proposer", proposers, receivers.len())?;
    check("receiver", receivers, proposers.len())?;
    let ranks = ranks(receivers);
    let order: Vec<u32> = (0..proposers.len() as u32).collect();
    let ask = asking(proposers, &ranks);
    Ok(deferred_acceptance(&order, receivers.len(), ask))
}

/// The stable matching, best for the proposers, of two sides that score each other.
///
/// `score(p, r)` is nothing for a pair that is out of the question; equal scores are told apart by the
/// lower index. Every pair is scored, so it takes time and space of the order of their number: for
/// pools of thousands, not of millions.
///
/// # Errors
/// [`FamilyError::Score`] for a score that is no finite number.
pub fn stable_matching_by_score(
    proposers: u32,
    receivers: u32,
    score: impl Fn(u32, u32) -> Option<PairScore>,
) -> Result<StableMatching, FamilyError> {
    let mut proposing = vec![Vec::new(); proposers as usize];
    let mut receiving = vec![Vec::new(); receivers as usize];
    for (first, of_proposer) in (0..).zip(proposing.iter_mut()) {
        for (second, of_receiver) in (0..).zip(receiving.iter_mut()) {
            let Some(PairScore { proposer, receiver }) = score(first, second) else {
                continue;
            };
            for score in [proposer, receiver] {
                if !score.is_finite() {
                    return Err(FamilyError::Score {
                        first: first.into(),
                        second: second.into(),
                        score,
                    });
                }
            }
            of_proposer.push((proposer, second));
            of_receiver.push((receiver, first));
        }
    }
    stable_matching(&best_first(proposing), &best_first(receiving))
}

/// Lists of (score, index) as lists of preference.
fn best_first(lists: Vec<Vec<(f64, u32)>>) -> Vec<Vec<u32>> {
    let sorted = |mut list: Vec<(f64, u32)>| {
        list.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        list.into_iter().map(|(_, index)| index).collect()
    };
    lists.into_iter().map(sorted).collect()
}

/// Whom a proposer asks as the n-th, from 0, and the rank that the proposer has there.
fn asking<'a>(
    lists: &'a [Vec<u32>],
    ranks: &'a [Vec<(u32, u32)>],
) -> impl Fn(u32, usize) -> Option<(u32, Option<u32>)> + 'a {
    |proposer, nth| {
        let receiver = *lists[proposer as usize].get(nth)?;
        Some((receiver, rank_of(&ranks[receiver as usize], proposer)))
    }
}

/// Lets proposers ask in the order given, each until accepted or at the end of the list.
///
/// `ask(proposer, nth)` is the receiver whom a proposer asks as the n-th, from 0, and the rank by which
/// that receiver knows the proposer: lower is better, nothing is unacceptable.
pub(crate) fn deferred_acceptance<R: Ord + Copy>(
    order: &[u32],
    receivers: usize,
    ask: impl Fn(u32, usize) -> Option<(u32, Option<R>)>,
) -> StableMatching {
    let mut asked = vec![0_usize; order.len()];
    let mut kept: Vec<Option<(R, u32)>> = vec![None; receivers];
    for &first in order {
        let mut asking = Some(first);
        while let Some(proposer) = asking {
            let nth = &mut asked[proposer as usize];
            let Some((receiver, rank)) = ask(proposer, *nth) else {
                break;
            };
            *nth += 1;
            let Some(rank) = rank else {
                continue;
            };
            let place = &mut kept[receiver as usize];
            match *place {
                Some((best, _)) if best < rank => {}
                before => {
                    *place = Some((rank, proposer));
                    asking = before.map(|(_, let_go)| let_go);
                }
            }
        }
    }
    let mut of_proposers = vec![None; order.len()];
    for (receiver, kept) in (0..).zip(&kept) {
        if let Some((_, proposer)) = kept {
            of_proposers[*proposer as usize] = Some(receiver);
        }
    }
    let of_receivers = kept.iter().map(|kept| kept.map(|(_, proposer)| proposer));
    StableMatching {
        of_proposers,
        of_receivers: of_receivers.collect(),
    }
}

/// A whole number that compares as the float does (that of `f64::total_cmp`).
pub(crate) fn in_order(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// For each receiver the ranks of the listed proposers, sorted by proposer.
fn ranks(receivers: &[Vec<u32>]) -> Vec<Vec<(u32, u32)>> {
    let sorted = |list: &Vec<u32>| {
        let mut ranks: Vec<(u32, u32)> = list.iter().copied().zip(0..).collect();
        ranks.sort_unstable();
        ranks
    };
    receivers.iter().map(sorted).collect()
}

fn rank_of(ranks: &[(u32, u32)], proposer: u32) -> Option<u32> {
    // In a complete list everybody stands at their own index.
    let direct = ranks
        .get(proposer as usize)
        .filter(|entry| entry.0 == proposer);
    let found = direct.or_else(|| {
        let place = ranks
            .binary_search_by_key(&proposer, |entry| entry.0)
            .ok()?;
        ranks.get(place)
    });
    found.map(|&(_, rank)| rank)
}

/// Refuses lists with entries that nobody has, or that stand twice.
fn check(side: &'static str, lists: &[Vec<u32>], others: usize) -> Result<(), FamilyError> {
    let mut listed_by = vec![None; others];
    for (who, list) in (0_u64..).zip(lists) {
        for &listed in list {
            let wrong = match listed_by.get_mut(listed as usize) {
                None => "is nobody",
                Some(by) if *by == Some(who) => "stands there twice",
                Some(by) => {
                    *by = Some(who);
                    continue;
                }
            };
            return Err(FamilyError::Preference {
                side,
                who,
                listed: listed.into(),
                wrong,
                others: others as u64,
            });
        }
    }
    Ok(())
}
