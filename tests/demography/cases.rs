//! Random small societies: tables, sizes, modes and lengths that no country has.

use oikos::core::{Draw, Stream};
use oikos::family::{
    FertilityTable, LifeTable, MultipleBirths, PopulationGroup, Series, VitalRates,
};
use oikos::prelude::*;

/// One random society.
pub(crate) struct Case {
    pub number: u64,
    pub tables: Tables,
    pub rates: VitalRates,
    pub people: u64,
    pub mode: HazardMode,
    pub days: u32,
    /// The youngest completed age at which women bear children.
    pub mother_age_min: u32,
    /// The day after which it is saved and loaded, in the run that is disturbed.
    pub saved_after: u32,
}

impl Case {
    pub(crate) fn new(number: u64) -> Self {
        let mut draw =
            Stream::new(Seed(2_027), "validation.cases").at(number, oikos::core::Tick::ZERO);
        // Every sixth case is small and so long that children bear children.
        let long = number.is_multiple_of(6);
        let mother_age_min = between(&mut draw, 5, if long { 6 } else { 20 }) as u32;
        let tables = Tables {
            population: population(&mut draw),
            mortality: Series::Timeless([life_table(&mut draw), life_table(&mut draw)]),
            fertility: Series::Timeless(fertility(&mut draw, mother_age_min)),
            ignored: Vec::new(),
        };
        let multiple = MultipleBirths::new(0.5 * draw.unit(), 0.3 * draw.unit()).unwrap();
        let rates = VitalRates::new(&tables, multiple, draw.unit()).unwrap();
        let mode = [HazardMode::Daily, HazardMode::Thinned][between(&mut draw, 0, 1) as usize];
        let (shortest, longest) = if long { (2_500, 4_000) } else { (30, 1_200) };
        let days = between(&mut draw, shortest, longest) as u32;
        Self {
            number,
            tables,
            rates,
            people: between(&mut draw, 1, if long { 40 } else { 300 }) as u64,
            mode,
            days,
            mother_age_min,
            saved_after: between(&mut draw, 0, i64::from(days)) as u32,
        }
    }

    /// The society at its genesis.
    pub(crate) fn builder(&self) -> SocietyBuilder {
        // Every start lies near a leap day or the turn of a year for some of the cases.
        let start = date(2019, 1, 1)
            .unwrap()
            .plus_days(5 * self.number as i32)
            .unwrap();
        Society::builder(Seed(self.number))
            .start(start)
            .tick(Days(1))
            .threads(1)
            .add_plugins(FamilyPlugin::with_rates(self.rates.clone()).hazards(self.mode))
            .populate(Population::counted(self.tables.clone(), self.people).unwrap())
    }
}

fn between(draw: &mut Draw, low: i64, high: i64) -> i64 {
    draw.range(low..=high).unwrap()
}

/// A number between `low` and `high`, evenly on the logarithmic scale.
fn level(draw: &mut Draw, low: f64, high: f64) -> f64 {
    low * libm::exp(draw.unit() * libm::log(high / low))
}

fn population(draw: &mut Draw) -> Vec<PopulationGroup> {
    let group = |age_from: u32| PopulationGroup {
        age_from,
        age_to: age_from + 4,
        people: [0, 1 + draw.below(1000).unwrap()].map(|people| people + draw.below(500).unwrap()),
    };
    (0..100).step_by(5).map(group).collect()
}

fn life_table(draw: &mut Draw) -> LifeTable {
    let base = level(draw, 0.003, 4.0);
    let mut forces: Vec<f64> = (0..=100).map(|_| 2.0 * base * draw.unit()).collect();
    forces[0] *= level(draw, 0.1, 10.0);
    forces[100] = base;
    LifeTable::from_rates(&forces).unwrap()
}

fn fertility(draw: &mut Draw, youngest: u32) -> FertilityTable {
    let oldest = between(draw, i64::from(youngest), 65) as u32;
    let base = level(draw, 0.05, 6.0);
    let rate = |age: u32| match age {
        age if age < youngest || age > oldest => 0.0,
        age if age == youngest => base,
        _ => 2.0 * base * draw.unit(),
    };
    FertilityTable::new(&(0..=65).map(rate).collect::<Vec<_>>()).unwrap()
}
