//! Towns as the tests need them.

use oikos::family::{MALE_SHARE_AT_BIRTH, MultipleBirths, VitalRates};
use oikos::prelude::*;

/// The seeds of all replicated runs.
pub(crate) const SEEDS: std::ops::RangeInclusive<u64> = 1..=10;

/// People, years and how hazards are looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub people: u64,
    pub years: u32,
    pub mode: HazardMode,
}

/// What a town lives by: these tables, with the United States' multiple births and sex ratio.
pub(crate) fn rates_of(tables: &Tables) -> VitalRates {
    VitalRates::new(tables, MultipleBirths::US_2020, MALE_SHARE_AT_BIRTH).unwrap()
}

/// A town with the people that `tables` count, from 1 July 2019, on one thread: the tests themselves
/// run side by side.
pub(crate) fn town(
    seed: u64,
    tables: &Tables,
    rates: VitalRates,
    setting: Setting,
) -> SocietyBuilder {
    Society::builder(Seed(seed))
        .start(date(2019, 7, 1))
        .tick(Days(1))
        .threads(1)
        .add_plugins(FamilyPlugin::with_rates(rates).hazards(setting.mode))
        .populate(Population::counted(tables.clone(), setting.people).unwrap())
}

/// Such a town after all its years.
pub(crate) fn history(seed: u64, tables: &Tables, rates: VitalRates, setting: Setting) -> Society {
    let mut town = town(seed, tables, rates, setting).build().unwrap();
    town.run(Years(setting.years)).unwrap();
    town
}

/// A folder of this process alone, for tables that a test writes.
pub(crate) fn scratch_folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("oikos-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
