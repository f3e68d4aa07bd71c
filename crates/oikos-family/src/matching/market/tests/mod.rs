//! The market against the plain way to do it, what it promises, and whom a change touches.

mod promises;
mod twin;

use oikos_core::{Draw, Seed, Stream, Tick};

use super::*;
use crate::{CoaleMcNeil, DAYS_PER_YEAR, FEMALE, MALE};

fn market(seed: u64) -> Market {
    Market::new(MarketStreams::new(Seed(seed)))
}

fn draw(seed: u64) -> Draw {
    Stream::new(Seed(seed), "candidates").at(0, Tick::ZERO)
}

/// So many of each sex, at ages of first marriage (mean 29.4 and 31.8 years), in random order of ids.
fn people(draw: &mut Draw, men: u64, women: u64, partitions: u64) -> Vec<Candidate> {
    let schedules = [31.8, 29.4].map(|mean| CoaleMcNeil::new(mean, 6.58, 1.0).unwrap());
    let mut ids: Vec<u64> = (0..men + women).map(|id| 7 * id + 3).collect();
    draw.shuffle(&mut ids);
    let person = |(index, id): (u64, u64)| {
        let sex = if index < men { MALE } else { FEMALE };
        let years = schedules[sex].age_at(0.001 + 0.998 * draw.unit());
        Candidate {
            id,
            subject: id ^ 0x5555,
            sex,
            age_days: (years.max(15.0) * DAYS_PER_YEAR) as u32,
            partition: draw.below(partitions).unwrap() as u32,
            traits: [0; TRAITS].map(|_: u8| (draw.next_u32() % 3) as u8),
        }
    };
    (0..).zip(ids).map(person).collect()
}

/// Siblings of a kind: a tenth of all pairs, by ids alone.
fn kin(man: &Candidate, woman: &Candidate) -> bool {
    (man.id + woman.id).is_multiple_of(10)
}

const ALIKE: Homophily = Homophily {
    costs: [0.7, 0.3, 0.0, 0.0],
};

fn alike(man: &Candidate, woman: &Candidate) -> f64 {
    if man.traits[3] == 2 && woman.traits[3] == 2 {
        f64::NEG_INFINITY
    } else {
        ALIKE.score(man, woman)
    }
}

/// Everybody once, women with men, nobody forbidden, partitions in level 1: from the result alone.
fn check(candidates: &[Candidate], pairing: &Pairing) {
    let of = |id: u64| candidates.iter().find(|other| other.id == id).unwrap();
    let united = pairing.pairs.iter().flat_map(|pair| [pair.man, pair.woman]);
    let mut everybody: Vec<u64> = united.chain(pairing.left_over.iter().copied()).collect();
    everybody.sort_unstable();
    let mut ids: Vec<u64> = candidates.iter().map(|candidate| candidate.id).collect();
    ids.sort_unstable();
    assert_eq!(everybody, ids);
    for pair in &pairing.pairs {
        let (man, woman) = (of(pair.man), of(pair.woman));
        assert_eq!((man.sex, woman.sex), (MALE, FEMALE));
        assert!(!kin(man, woman), "{pair:?}");
        if pair.level == Level::Partition {
            assert_eq!(man.partition, woman.partition, "{pair:?}");
        }
    }
    assert!(pairing.pairs.is_sorted() && pairing.left_over.is_sorted());
}
