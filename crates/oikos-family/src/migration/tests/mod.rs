//! Tables of migration, families that arrive, and who leaves together.

mod arrivals;
mod closed;
mod departures;
mod drawn;
mod files;

use oikos_engine::Society;

use super::*;
use crate::{
    FamilyFigures, FamilyPlugin, FertilityTable, HazardMode, LifeTable, Lineage, MultipleBirths,
    Series, Tables, UnionsPlugin, VitalRates,
};

/// Example tables, invented for these tests: no country has them.
const EMIGRATION: &str = "age_from,age_to,emigration_male,emigration_female,with_family
0,17,0,0,0
18,40,0.05,0.04,0.5
41,150,0.01,0.01,1
";
const IMMIGRANTS: &str = "year,immigrants\n2021,3000\n2019,1000\n";
const FAMILIES: &str = "family,share,adults,partner_gap,children,eldest_from,eldest_to,child_gap
alone,0.5,1,0,0,0,0,0
couple,0.2,2,3,0,0,0,0
family,0.2,2,-2,3,6,8,3
parent,0.1,1,0,1,0,5,0
";
const HEADS: &str = "family,age_from,age_to,share_male,share_female
alone,0,40,0.5,0.5
couple,20,60,0.5,0
couple,25,70,0,0.5
family,25,45,0.7,0.3
parent,20,40,0.2,0.3
parent,41,50,0,0.5
";

/// The example tables with a piece of one of them in the place of another.
fn read_with(from: &str, to: &str) -> Result<MigrationTables, crate::TableError> {
    let texts = [EMIGRATION, IMMIGRANTS, FAMILIES, HEADS];
    assert!(texts.iter().any(|text| text.contains(from)), "{from}");
    let names = [
        "emigration.csv",
        "immigrants.csv",
        "families.csv",
        "heads.csv",
    ];
    let files = names.map(str::to_owned).into_iter().zip(texts);
    let files: Vec<_> = files
        .map(|(name, text)| (name, text.replacen(from, to, 1).into_bytes()))
        .collect();
    MigrationTables::from_files("examples", &files)
}

fn example() -> MigrationTables {
    read_with("year", "year").unwrap()
}

/// Ten families arrive on each of the last days of 2019, and men of 25 and more leave in January 2020.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Script {
    with_family: f64,
}

impl Migration for Script {
    const NAME: &'static str = "script";

    fn emigration(&self, sex: Sex, age: u32, year: i32) -> f64 {
        let leaves = sex == Sex::Male && age >= 25 && year == 2020;
        f64::from(u8::from(leaves)) * 200.0
    }

    fn with_family(&self, _: Sex, _: u32, _: i32) -> f64 {
        self.with_family
    }

    fn families_per_year(&self, year: i32) -> f64 {
        f64::from(u8::from(year == 2019)) * 3652.425
    }

    /// A couple or a lone father, with a son of 20, a son of 10 and a daughter of 3.
    fn family(&self, today: Date, draw: &mut Draw) -> Result<NewFamily, FamilyError> {
        let is_couple = draw.below(2)? == 0;
        let father = usize::from(is_couple);
        let parents = [is_couple.then_some(0), Some(father)];
        let none = [None; 2];
        let all = [
            (42, Sex::Female, none),
            (45, Sex::Male, none),
            (20, Sex::Male, parents),
            (10, Sex::Male, parents),
            (3, Sex::Female, parents),
        ];
        let mut family = NewFamily::default();
        for (years, sex, [mother, father]) in all.into_iter().skip(1 - father) {
            let born = today.plus_years(-years)?;
            family.members.push(Newcomer {
                born,
                sex,
                mother,
                father,
            });
        }
        if is_couple {
            family.couple = Some(Couple {
                partners: [0, 1],
                since: today.plus_years(-21)?,
                married: draw.below(2)? == 0,
            });
        }
        Ok(family)
    }
}

/// Rates under which nobody is born and nobody dies.
fn still() -> VitalRates {
    let mut tables = Tables::us().unwrap();
    let table = LifeTable::new(vec![1e-12; 101]).unwrap();
    tables.mortality = Series::Timeless([table.clone(), table]);
    let fertility = FertilityTable::new(&[vec![0.0; 20], vec![1e-12; 20]].concat());
    tables.fertility = Series::Timeless(fertility.unwrap());
    VitalRates::new(&tables, MultipleBirths::NONE, 0.5).unwrap()
}

/// Unions, fitted once.
fn unions() -> UnionsPlugin {
    static FITTED: std::sync::OnceLock<UnionsPlugin> = std::sync::OnceLock::new();
    let figures = || FamilyFigures::us().unwrap();
    let fit = || UnionsPlugin::new(&figures(), &Tables::us().unwrap()).unwrap();
    FITTED.get_or_init(fit).clone()
}

/// The society of the script after so many days.
fn scripted(mode: HazardMode, with_family: f64, households: bool, days: u32) -> Society {
    let plugins = move |app: &mut bevy_app::App| {
        app.add_plugins(FamilyPlugin::with_rates(still()).hazards(mode));
        app.add_plugins((MigrationPlugin::new(Script { with_family }), unions()));
        if households {
            app.add_plugins(oikos_world::HouseholdsPlugin);
        }
    };
    let start = oikos_core::date(2019, 12, 22);
    let builder = Society::builder(oikos_core::Seed(3))
        .start(start)
        .threads(1);
    let mut society = builder.with(plugins).build().unwrap();
    society.step_n(days).unwrap();
    society
}

const MODES: [HazardMode; 2] = [HazardMode::Daily, HazardMode::Thinned];
/// Days of arrivals, and days until all who want to leave have left.
const ARRIVED: u32 = 10;
const GONE: u32 = 41;
