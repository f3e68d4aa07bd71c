//! Draws against the published vectors, slow models and their distributions.

use super::*;
use proptest::prelude::*;

const BIRTHS: Stream = Stream::new(Seed(42), "births");

fn words(subject: u64, tick: u32) -> String {
    let mut draw = BIRTHS.at(subject, Tick::new(tick));
    let words: [u32; 4] = core::array::from_fn(|_| draw.next_u32());
    words.map(|word| format!("{word:08x}")).join(" ")
}

#[test]
fn published_vectors() {
    assert_eq!(
        BIRTHS.key().map(|word| format!("{word:08x}")),
        ["5947ed03", "cb35d7ea"]
    );
    assert_eq!(words(0, 0), "a987cf1c 2f80d9c4 24622c3e 948a1c4e");
    assert_eq!(words(1, 0), "80ce5dec ffd0ec54 9c811812 774a7625");
    assert_eq!(words(0, 1), "32473cb9 cd0596b8 cf8c633e 83a9bc85");
    assert_eq!(
        words((1 << 53) - 1, u32::MAX),
        "87bfcc45 bf463eb5 3144dabd b3fccc68"
    );
    let mut draw = BIRTHS.at(0, Tick::ZERO);
    let eight: [u32; 8] = core::array::from_fn(|_| draw.next_u32());
    assert_eq!(
        eight.map(|word| format!("{word:08x}"))[4..].join(" "),
        "32f52a39 40ac527d 9bed2f2b 7b1d0a09"
    );
    assert_eq!(format!("{:016x}", pair(1, 2)), "081a5c1377856b73");
    assert_eq!(format!("{:016x}", pair(2, 1)), "f2826f98653e9e57");
    assert_eq!(format!("{:016x}", child_subject(1, 0)), "fbe7a763b053d14c");
    assert_eq!(format!("{:016x}", child_subject(1, 1)), "b6fb42e7d00f7350");
}

#[test]
fn the_hashes_are_the_published_ones() {
    // FNV-1a 64 of "" and "foobar" from the authors' page, splitmix64's first output for state 0.
    assert_eq!(name_hash(""), 0xcbf2_9ce4_8422_2325);
    assert_eq!(name_hash("foobar"), 0x8594_4171_f739_67e8);
    assert_eq!(finalise(GOLDEN), 0xe220_a839_7b1d_cdaf);
}

#[test]
fn names_give_different_keys() {
    let mut keys: Vec<[u32; 2]> = ["", "a", "b", "births", "deaths"]
        .iter()
        .flat_map(|name| (0..200).map(|seed| Stream::new(Seed(seed), name).key()))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 1_000);
}

/// Draws `count` numbers, a few from each of many subjects.
fn sample<T>(count: u64, mut next: impl FnMut(&mut Draw) -> T) -> Vec<T> {
    let mut result = Vec::new();
    for subject in 0..count.div_ceil(10) {
        let mut draw = BIRTHS.at(subject, Tick::new(7));
        result.extend((0..10).map(|_| next(&mut draw)));
    }
    result
}

/// Pearson's statistic against equal shares.
fn chi_square(counts: &[u32]) -> f64 {
    let expected = counts.iter().map(|&count| f64::from(count)).sum::<f64>() / counts.len() as f64;
    counts
        .iter()
        .map(|&count| (f64::from(count) - expected) * (f64::from(count) - expected))
        .sum::<f64>()
        / expected
}

#[test]
fn below_is_uniform() {
    for bound in [1_u64, 2, 7, 10, 100] {
        let mut counts = vec![0; bound as usize];
        for number in sample(100_000, |draw| draw.below(bound).unwrap()) {
            counts[number as usize] += 1;
        }
        // The 0.999 quantile of chi-square with 99 degrees of freedom is 148.
        let limit = if bound == 100 { 148.0 } else { 30.0 };
        assert!(chi_square(&counts) < limit, "{bound}: {counts:?}");
    }
}

#[test]
fn below_is_unbiased_where_rejection_matters() {
    // Without rejection, the multiples of 3 would be drawn from two words each, the others from one.
    let bound = 3 << 62;
    let mut counts = [0; 3];
    for number in sample(60_000, |draw| draw.below(bound).unwrap()) {
        counts[(number % 3) as usize] += 1;
    }
    assert!(chi_square(&counts) < 13.8, "{counts:?}");
}

#[test]
fn ranges_include_both_ends() {
    let numbers = sample(1_000, |draw| draw.range(-2..=2).unwrap());
    for number in -2..=2 {
        assert!(numbers.contains(&number));
    }
    assert!(numbers.iter().all(|number| (-2..=2).contains(number)));
    let mut draw = BIRTHS.at(0, Tick::ZERO);
    assert_eq!(draw.range(5..=5), Ok(5));
    #[expect(clippy::reversed_empty_ranges, reason = "it is what must be refused")]
    let refused = draw.range(5..=4);
    assert_eq!(refused, Err(CoreError::EmptyRange { low: 5, high: 4 }));
    let whole = sample(1_000, |draw| draw.range(i64::MIN..=i64::MAX).unwrap());
    assert!(whole.iter().any(|&number| number < 0) && whole.iter().any(|&number| number > 0));
    assert_eq!(draw.below(0), Err(CoreError::ZeroBound));
}

#[test]
fn shuffles_reach_each_order_alike() {
    let mut counts = [0; 24];
    for order in sample(48_000, |draw| {
        let mut items = [0, 1, 2, 3];
        draw.shuffle(&mut items);
        items
    }) {
        let rank = |place: usize| {
            order[place + 1..]
                .iter()
                .filter(|&&later| later < order[place])
                .count()
        };
        counts[rank(0) * 6 + rank(1) * 2 + rank(2)] += 1;
    }
    // The 0.999 quantile with 23 degrees of freedom is 49.7.
    assert!(chi_square(&counts) < 49.7, "{counts:?}");
}

/// The largest distance between the sample's and the given distribution function, times √n.
fn kolmogorov(mut sample: Vec<f64>, distribution: impl Fn(f64) -> f64) -> f64 {
    sample.sort_unstable_by(f64::total_cmp);
    let count = sample.len() as f64;
    let mut largest: f64 = 0.0;
    for (index, &value) in sample.iter().enumerate() {
        let expected = distribution(value);
        largest = largest.max((expected - index as f64 / count).abs());
        largest = largest.max((expected - (index + 1) as f64 / count).abs());
    }
    largest * libm::sqrt(count)
}

#[test]
fn continuous_draws_follow_their_distributions() {
    // The 0.999 quantile of Kolmogorov's distribution is 1.95.
    assert!(kolmogorov(sample(100_000, Draw::unit), |value| value) < 1.95);
    assert!(
        kolmogorov(sample(100_000, Draw::exponential), |value| 1.0
            - libm::exp(-value))
            < 1.95
    );
    let normal = |value: f64| 0.5 * libm::erfc(-value / core::f64::consts::SQRT_2);
    assert!(kolmogorov(sample(100_000, Draw::normal), normal) < 1.95);
}

#[test]
fn moments_are_right() {
    let moments = |sample: Vec<f64>| {
        let count = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / count;
        let squares = sample
            .iter()
            .map(|value| (value - mean) * (value - mean))
            .sum::<f64>();
        (mean, squares / count)
    };
    let near = |(mean, variance): (f64, f64), expected_mean: f64, expected_variance: f64| {
        (mean - expected_mean).abs() < 0.01 && (variance - expected_variance).abs() < 0.03
    };
    assert!(near(moments(sample(200_000, Draw::unit)), 0.5, 1.0 / 12.0));
    assert!(near(moments(sample(200_000, Draw::exponential)), 1.0, 1.0));
    assert!(near(moments(sample(200_000, Draw::normal)), 0.0, 1.0));
}

#[test]
fn chances_and_weights_come_at_their_rates() {
    let prob = Prob::from_f64(0.3).unwrap();
    let hits = sample(100_000, |draw| draw.chance(prob))
        .into_iter()
        .filter(|&hit| hit)
        .count();
    assert!((29_300..30_700).contains(&hits), "{hits}");

    let mut counts = [0_u32; 4];
    for index in sample(100_000, |draw| draw.weighted(&[1, 0, 2, 7]).unwrap()) {
        counts[index] += 1;
    }
    assert!(
        (9_500..10_500).contains(&counts[0]) && counts[1] == 0,
        "{counts:?}"
    );
    assert!((19_300..20_700).contains(&counts[2]), "{counts:?}");

    let mut draw = BIRTHS.at(0, Tick::ZERO);
    for (weights, sum) in [
        (vec![], 0),
        (vec![0, 0], 0),
        (vec![u64::MAX, 1], 1_u128 << 64),
    ] {
        let count = weights.len() as u64;
        assert_eq!(
            draw.weighted(&weights),
            Err(CoreError::WeightSum { count, sum })
        );
    }
    assert_eq!(draw.weighted(&[0, u64::MAX]), Ok(1));
    assert_eq!(draw.choose::<u8>(&[]), None);
    assert_eq!(draw.choose(&[9]), Some(&9));
}

#[test]
fn a_chance_consumes_the_same_whatever_its_probability() {
    let after = |prob| {
        let mut draw = BIRTHS.at(3, Tick::ZERO);
        draw.chance(prob);
        draw.next_u32()
    };
    assert_eq!(after(Prob::NEVER), after(Prob::CERTAIN));
}

proptest! {
    #[test]
    fn draws_are_the_words_of_the_named_blocks(seed: u64, name: String, subject: u64, tick: u32) {
        let stream = Stream::new(Seed(seed), &name);
        let mut draw = stream.at(subject, Tick::new(tick));
        for block in 0..3 {
            let counter = [subject as u32, (subject >> 32) as u32, tick, block];
            for word in philox4x32_10(counter, stream.key()) {
                prop_assert_eq!(draw.next_u32(), word);
            }
        }
    }

    #[test]
    fn pairs_and_children_are_told_apart(first: u64, second: u64, number: u32) {
        prop_assume!(first != second);
        prop_assert_ne!(pair(first, second), pair(second, first));
        prop_assert_ne!(pair(first, second), pair(first, first));
        prop_assert_ne!(child_subject(first, number), child_subject(second, number));
        prop_assert_ne!(child_subject(first, number), child_subject(first, number ^ 1));
        prop_assert_ne!(child_subject(first, number), pair(first, u64::from(number)));
    }

    #[test]
    fn a_shuffle_keeps_the_items(mut items: Vec<u8>, subject: u64) {
        let mut before = items.clone();
        BIRTHS.at(subject, Tick::ZERO).shuffle(&mut items);
        items.sort_unstable();
        before.sort_unstable();
        prop_assert_eq!(items, before);
    }
}
