//! The same market in the plain way: everybody looks at everybody.

use oikos_core::pair as both;
use proptest::prelude::*;

use super::*;

struct Slow<'a> {
    market: &'a Market,
    tick: Tick,
}

impl Slow<'_> {
    /// A man's age in days and parts of a day, from the documented draws.
    fn age(&self, man: &Candidate) -> i128 {
        let part = self
            .market
            .streams
            .place
            .at(man.subject, self.tick)
            .next_u32();
        i128::from(man.age_days) * 4_294_967_296 + i128::from(part)
    }

    /// The at most `most` men closest to the age sought, all sorted.
    fn closest(
        &self,
        men: &[Candidate],
        woman: &Candidate,
        round: u32,
        most: usize,
    ) -> Vec<Candidate> {
        let sought = i128::from(self.market.sought(self.tick, woman, round));
        let reach = i128::from(self.market.reach_days) * 4_294_967_296;
        let mut men = men.to_vec();
        // Of two equally far the younger comes first.
        men.sort_by_key(|man| {
            let age = self.age(man);
            ((age - sought).abs(), age, man.id)
        });
        men.retain(|man| (self.age(man) - sought).abs() <= reach);
        men.truncate(most);
        men
    }

    fn worth(&self, man: &Candidate, woman: &Candidate) -> f64 {
        let pair = both(woman.subject, man.subject);
        let unit = self.market.streams.taste.at(pair, self.tick).unit();
        alike(man, woman) - libm::log(-libm::log1p(-unit))
    }

    /// Repeats: of all pairs looked at the one worth most; those two are gone.
    fn pair(&self, candidates: &[Candidate]) -> Vec<Pair> {
        let mut single = candidates.to_vec();
        single.sort_by_key(|candidate| candidate.id);
        let mut pairs = Vec::new();
        for round in 0..2 * ROUNDS {
            let inside = round < ROUNDS;
            let of_sex = |sex: usize| -> Vec<Candidate> {
                single
                    .iter()
                    .filter(|candidate| candidate.sex == sex)
                    .copied()
                    .collect()
            };
            let (men, women) = (of_sex(MALE), of_sex(FEMALE));
            let mut looks = Vec::new();
            for woman in &women {
                let suits = |man: &&Candidate| !inside || man.partition == woman.partition;
                let men: Vec<Candidate> = men.iter().filter(suits).copied().collect();
                for man in self.closest(&men, woman, round, CANDIDATES_MAX) {
                    if !kin(&man, woman) && self.worth(&man, woman) > f64::NEG_INFINITY {
                        looks.push((self.worth(&man, woman), man.id, woman.id));
                    }
                }
            }
            let level = if inside {
                Level::Partition
            } else {
                Level::Pool
            };
            while let Some(best) = looks.iter().copied().max_by(|a, b| a.0.total_cmp(&b.0)) {
                let (_, man, woman) = best;
                pairs.push(Pair { woman, man, level });
                looks.retain(|look| look.1 != man && look.2 != woman);
                single.retain(|other| other.id != man && other.id != woman);
            }
        }
        pairs.sort();
        pairs
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_market_is_the_plain_one(
        seed: u64, men in 0_u64..60, women in 0_u64..60, partitions in 1_u64..4, day in 0_u32..1_000,
        reach_years in 1_u32..40, step in prop::sample::select(vec![1_u32, 2_000]),
    ) {
        let mut draw = draw(seed);
        let mut candidates = people(&mut draw, men, women, partitions);
        // At times there are few ages, with many men born on one day.
        candidates.iter_mut().for_each(|person| person.age_days -= person.age_days % step);
        let mut market = market(seed);
        market.reach_days = 365 * reach_years;
        let tick = Tick::new(day);
        let found = market.pair(tick, &candidates, kin, alike).unwrap();
        check(&candidates, &found);
        let slow = Slow { market: &market, tick };
        prop_assert_eq!(&found.pairs, &slow.pair(&candidates));
        let mut turned = candidates.clone();
        draw.shuffle(&mut turned);
        prop_assert_eq!(market.pair(tick, &turned, kin, alike).unwrap(), found);
    }

    #[test]
    fn nobody_in_a_small_market_would_rather_have_another(
        seed: u64, men in 0_u64..=16, women in 0_u64..30,
    ) {
        // So few men, all in one partition and within reach, that every woman looks at all of them.
        let candidates = people(&mut draw(seed), men, women, 1);
        let mut market = market(seed);
        market.reach_days = 365 * 200;
        let found = market.pair(Tick::ZERO, &candidates, kin, alike).unwrap();
        let slow = Slow { market: &market, tick: Tick::ZERO };
        let of = |id: u64| candidates.iter().find(|other| other.id == id).unwrap();
        let worth_to = |id: u64| {
            let own = found.pairs.iter().find(|pair| pair.man == id || pair.woman == id);
            own.map_or(f64::NEG_INFINITY, |pair| slow.worth(of(pair.man), of(pair.woman)))
        };
        for man in candidates.iter().filter(|candidate| candidate.sex == MALE) {
            for woman in candidates.iter().filter(|candidate| candidate.sex == FEMALE) {
                let worth = slow.worth(man, woman);
                let both_gain = worth > worth_to(man.id) && worth > worth_to(woman.id);
                prop_assert!(kin(man, woman) || !both_gain, "{} {}", man.id, woman.id);
            }
        }
    }

    #[test]
    fn random_search_is_the_plain_one(
        seed: u64, men in 0_u64..40, women in 0_u64..40, meetings in 0_u32..6,
    ) {
        let mut draw = draw(seed);
        let candidates = people(&mut draw, men, women, 1);
        let (market, tick) = (market(seed), Tick::new(5));
        let accept = |man: &Candidate, woman: &Candidate| libm::exp(ALIKE.score(man, woman)) / 2.0;
        let found = market.random_search(tick, &candidates, meetings, kin, accept).unwrap();
        check(&candidates, &found);
        let mut turned = candidates.clone();
        draw.shuffle(&mut turned);
        let again = market.random_search(tick, &turned, meetings, kin, accept).unwrap();
        prop_assert_eq!(&again, &found);

        let slow = Slow { market: &market, tick };
        let mut single = candidates;
        single.sort_by_key(|candidate| candidate.id);
        let mut pairs = Vec::new();
        for meeting in 0..meetings {
            let of_sex = |sex: usize| -> Vec<Candidate> {
                single.iter().filter(|candidate| candidate.sex == sex).copied().collect()
            };
            let men = of_sex(MALE);
            let mut women = of_sex(FEMALE);
            women.sort_by_key(|woman| {
                let turn = both(woman.subject, meeting.into());
                market.streams.place.at(turn, tick).next_u64()
            });
            let mut busy = Vec::new();
            for woman in &women {
                let Some(&man) = slow.closest(&men, woman, meeting, 1).first() else { continue };
                if busy.contains(&man.id) {
                    continue;
                }
                busy.push(man.id);
                let mut draw = market.streams.taste.at(both(woman.subject, man.subject), tick);
                if !kin(&man, woman) && draw.unit() < accept(&man, woman) {
                    pairs.push(Pair { woman: woman.id, man: man.id, level: Level::Pool });
                    single.retain(|other| other.id != man.id && other.id != woman.id);
                }
            }
        }
        pairs.sort();
        prop_assert_eq!(found.pairs, pairs);
    }
}
