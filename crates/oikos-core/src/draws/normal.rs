//! The quantile of the normal distribution.

/// The value of a polynomial, its coefficients from the constant upward.
fn polynomial(coefficients: [f64; 8], at: f64) -> f64 {
    coefficients
        .into_iter()
        .rev()
        .fold(0.0, |value, coefficient| value * at + coefficient)
}

/// The number below which a normal variable of mean 0 and deviation 1 lies with probability
/// `probability`, between 0 and 1 without the ends; relative accuracy about 10⁻¹⁶.
///
/// M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
/// Statistics 37 (1988), routine PPND16.
pub(super) fn normal_quantile(probability: f64) -> f64 {
    let centred = probability - 0.5;
    if centred.abs() <= 0.425 {
        let at = 0.180625 - centred * centred;
        return centred * polynomial(CENTRE_ABOVE, at) / polynomial(CENTRE_BELOW, at);
    }
    let tail = if centred < 0.0 {
        probability
    } else {
        1.0 - probability
    };
    let root = libm::sqrt(-libm::log(tail));
    let distance = if root <= 5.0 {
        polynomial(NEAR_ABOVE, root - 1.6) / polynomial(NEAR_BELOW, root - 1.6)
    } else {
        polynomial(FAR_ABOVE, root - 5.0) / polynomial(FAR_BELOW, root - 5.0)
    };
    if centred < 0.0 { -distance } else { distance }
}

const CENTRE_ABOVE: [f64; 8] = [
    3.387_132_872_796_366_608_0,
    1.331_416_678_917_843_774_5e2,
    1.971_590_950_306_551_442_7e3,
    1.373_169_376_550_946_112_5e4,
    4.592_195_393_154_987_145_7e4,
    6.726_577_092_700_870_085_3e4,
    3.343_057_558_358_812_810_5e4,
    2.509_080_928_730_122_672_7e3,
];
const CENTRE_BELOW: [f64; 8] = [
    1.0,
    4.231_333_070_160_091_125_2e1,
    6.871_870_074_920_579_082_0e2,
    5.394_196_021_424_751_107_7e3,
    2.121_379_430_158_659_586_7e4,
    3.930_789_580_009_271_061_0e4,
    2.872_908_573_572_194_267_4e4,
    5.226_495_278_852_854_561_0e3,
];
const NEAR_ABOVE: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_90,
    5.769_497_221_460_691_405_50,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    2.417_807_251_774_506_117_70e-1,
    2.272_384_498_926_918_458_33e-2,
    7.745_450_142_783_414_076_40e-4,
];
const NEAR_BELOW: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_40,
    6.897_673_349_851_000_045_50e-1,
    1.481_039_764_274_800_745_90e-1,
    1.519_866_656_361_645_719_66e-2,
    5.475_938_084_995_344_946_00e-4,
    1.050_750_071_644_416_843_24e-9,
];
const FAR_ABOVE: [f64; 8] = [
    6.657_904_643_501_103_777_20,
    5.463_784_911_164_114_369_90,
    1.784_826_539_917_291_335_80,
    2.965_605_718_285_048_912_30e-1,
    2.653_218_952_657_612_309_30e-2,
    1.242_660_947_388_078_438_60e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const FAR_BELOW: [f64; 8] = [
    1.0,
    5.998_322_065_558_879_376_90e-1,
    1.369_298_809_227_358_053_10e-1,
    1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591_00e-4,
    1.846_318_317_510_054_681_80e-5,
    1.421_511_758_316_445_888_70e-7,
    2.044_263_103_389_939_785_64e-15,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_published_checks() {
        // The three values that the paper prints for PPND16.
        for (probability, quantile) in [
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_814),
            (1e-20, -9.262_340_089_798_408),
        ] {
            let error: f64 = normal_quantile(probability) - quantile;
            assert!(error.abs() < 4e-15 * 10.0, "{probability}: {error}");
        }
    }

    #[test]
    fn inverts_the_distribution_function() {
        for index in 1..20_000 {
            let probability = f64::from(index) / 20_000.0;
            let below = 0.5 * libm::erfc(-normal_quantile(probability) / core::f64::consts::SQRT_2);
            assert!((below / probability - 1.0).abs() < 1e-13, "{probability}");
        }
        for exponent in 5..300 {
            let probability = libm::pow(10.0, -f64::from(exponent));
            let below = 0.5 * libm::erfc(-normal_quantile(probability) / core::f64::consts::SQRT_2);
            assert!((below / probability - 1.0).abs() < 1e-11, "{probability}");
        }
    }
}
