//! Factors by hand, at the ends, and against the definition.

use super::*;
use proptest::prelude::*;
use serde::de::value::F64Deserializer;

fn sum(factor: LogitFactor, probabilities: &[f64]) -> f64 {
    probabilities.iter().map(|&value| factor.apply(value)).sum()
}

#[test]
fn by_hand() {
    // One probability of 1/3, odds 1/2; for 1/2 odds are doubled.
    let factor = LogitFactor::find(&[1.0 / 3.0], 0.5).unwrap();
    assert!((factor.get() - libm::log(2.0)).abs() < 1e-14);
    let nats = 0.5 * libm::log(1.5) + 0.5 * libm::log(0.75);
    let distortion = factor.distortion(&[1.0 / 3.0]).unwrap();
    assert!((distortion.nats - nats).abs() < 1e-14, "{distortion:?}");
    assert_eq!(distortion.people, 1);
}

#[test]
fn the_ends_stay_and_impossible_targets_are_refused() {
    let some = [0.0, 0.2, 0.4, 1.0];
    let factor = LogitFactor::find(&some, 2.5).unwrap();
    assert!(factor.apply(0.0).abs() < 1e-300 && factor.apply(1.0) >= 1.0);
    for target in [f64::NAN, -1.0, 0.0, 1.0, 3.0, 4.0, 5.0, f64::INFINITY] {
        let found = LogitFactor::find(&some, target);
        assert!(
            matches!(found, Err(FamilyError::Target { .. })),
            "{target}: {found:?}"
        );
    }
    assert!(LogitFactor::find(&[], 1.0).is_err());
    assert_eq!(
        LogitFactor::find(&[0.0, 1.0], 1.0).unwrap(),
        LogitFactor(0.0)
    );
    for wrong in [-0.1, 1.1, f64::NAN] {
        assert!(LogitFactor::find(&[0.5, wrong], 0.7).is_err(), "{wrong}");
        assert!(LogitFactor(0.5).distortion(&[wrong]).is_err(), "{wrong}");
    }
    for wrong in [f64::NAN, f64::INFINITY, -701.0] {
        assert!(LogitFactor::new(wrong).is_err());
    }
}

#[test]
fn a_save_holds_the_factor_and_no_other_number() {
    let load = |saved: f64| {
        let reader = F64Deserializer::<serde::de::value::Error>::new(saved);
        LogitFactor::deserialize(reader)
    };
    let factor = LogitFactor::find(&[0.1, 0.3], 0.7).unwrap();
    assert_eq!(load(f64::from(factor)), Ok(factor));
    assert!(load(f64::NAN).is_err() && load(1e3).is_err());
}

#[test]
fn a_million_probabilities_hit_their_target() {
    let unit = |index: u32| (f64::from(index) + 0.5) / 1e6;
    let many: Vec<f64> = (0..1_000_000).map(|index| 0.2 * unit(index)).collect();
    let factor = LogitFactor::find(&many, 40_000.0).unwrap();
    let distortion = factor.distortion(&many).unwrap();
    assert!(
        (distortion.aligned - 40_000.0).abs() < 1e-9,
        "{distortion:?}"
    );
    assert!((distortion.base - 100_000.0).abs() < 1e-6, "{distortion:?}");
}

proptest! {
    #[test]
    fn targets_are_hit_and_factors_reused(
        probabilities in prop::collection::vec(1e-6_f64..0.999, 1..60),
        share in 0.001_f64..0.999,
        other in 0.001_f64..0.999,
    ) {
        let target = share * probabilities.len() as f64;
        let factor = LogitFactor::find(&probabilities, target).unwrap();
        prop_assert!((sum(factor, &probabilities) - target).abs() < 1e-9);
        // A saved factor is the same number, and does the same elsewhere.
        let saved = LogitFactor::new(factor.get()).unwrap();
        prop_assert_eq!(saved.apply(other).to_bits(), factor.apply(other).to_bits());
        // Any order gives the same bits.
        let mut turned = probabilities.clone();
        turned.reverse();
        prop_assert_eq!(LogitFactor::find(&turned, target).unwrap(), factor);
        // Higher targets, higher factors; ranks stay.
        let more = LogitFactor::find(&probabilities, target + 1e-4 * (1.0 - share)).unwrap();
        prop_assert!(more.get() > factor.get());
        let base = probabilities[0];
        prop_assert_eq!(factor.apply(base) < factor.apply(other), base < other);
    }

    #[test]
    fn a_sum_that_is_the_target_needs_no_factor(
        probabilities in prop::collection::vec(0.0_f64..1.0, 1..60),
    ) {
        let mut exact = ExactSum::default();
        probabilities.iter().for_each(|&value| exact.add(value).unwrap());
        let factor = LogitFactor::find(&probabilities, exact.total()).unwrap();
        prop_assert_eq!(factor, LogitFactor(0.0));
        prop_assert!(factor.distortion(&probabilities).unwrap().nats.abs() < 1e-12);
    }

    #[test]
    fn the_distortion_is_the_relative_entropy_and_the_least(
        probabilities in prop::collection::vec(0.01_f64..0.9, 2..20),
        share in 0.05_f64..0.95,
    ) {
        let target = share * probabilities.len() as f64;
        let factor = LogitFactor::find(&probabilities, target).unwrap();
        let scaled: Vec<f64> = probabilities.iter().map(|&p| factor.apply(p)).collect();
        let entropy = |new: &[f64]| -> f64 {
            let term = |(&q, &p): (&f64, &f64)| {
                q * libm::log(q / p) + (1.0 - q) * libm::log((1.0 - q) / (1.0 - p))
            };
            new.iter().zip(&probabilities).map(term).sum()
        };
        let distortion = factor.distortion(&probabilities).unwrap();
        prop_assert!((distortion.nats - entropy(&scaled)).abs() < 1e-9);
        // Another way to the same sum costs more.
        let mut other = scaled.clone();
        let step = 0.1 * scaled[0].min(1.0 - scaled[0]).min(scaled[1]).min(1.0 - scaled[1]);
        other[0] += step;
        other[1] -= step;
        prop_assert!(entropy(&other) > entropy(&scaled) - 1e-12);
    }
}

proptest! {
    #[test]
    fn the_chance_of_a_scaled_force_is_the_scaled_chance(
        force in 1e-6_f64..8.0, factor in -12.0_f64..12.0,
    ) {
        let factor = LogitFactor::new(factor).unwrap();
        let chance = |force: f64| -libm::expm1(-force);
        let scaled = chance(factor.apply_to_force(force));
        let aligned = factor.apply(chance(force));
        // The chance of a large force is close to 1, where a float has few digits left for its odds.
        prop_assert!((scaled - aligned).abs() < 1e-11 * aligned.max(1e-3), "{scaled} {aligned}");
    }

    /// Higher forces stay higher, and the proportional force is above where odds rise: both bounds of hazards
    /// rest on it.
    #[test]
    fn scaled_forces_rise_and_stay_below_their_bounds(
        force in 0.0_f64..2_000.0, more in 0.0_f64..50.0, factor in -700.0_f64..700.0,
    ) {
        let factor = LogitFactor::new(factor).unwrap();
        let (low, high) = (factor.apply_to_force(force), factor.apply_to_force(force + more));
        prop_assert!(low.is_finite() && low >= 0.0);
        prop_assert!(low <= high * (1.0 + 1e-12) + 1e-12, "{low} {high}");
        let bound = force * libm::exp(factor.get()).max(1.0);
        prop_assert!(low <= bound * (1.0 + 1e-12) + 1e-12, "{low} {bound}");
    }

    #[test]
    fn counted_probabilities_are_as_many_single_ones(
        some in prop::collection::vec((0.001_f64..0.9, 1_u64..5), 1..12), share in 0.05_f64..0.95,
    ) {
        let each: Vec<f64> =
            some.iter().flat_map(|(p, people)| std::iter::repeat_n(*p, *people as usize)).collect();
        let target = share * each.len() as f64;
        let counted = LogitFactor::find_counted(&some, target).unwrap();
        let single = LogitFactor::find(&each, target).unwrap();
        prop_assert!((counted.get() - single.get()).abs() < 1e-9);
        let [left, right] =
            [counted.distortion_counted(&some).unwrap(), single.distortion(&each).unwrap()];
        prop_assert_eq!(left.people, right.people);
        prop_assert!((left.nats - right.nats).abs() < 1e-9);
    }
}
