//! People with unions, homes, kin and families at the start, from 100,000 to 5 million: what it takes to make
//! them, to keep them, and to run them day by day; and what share of the time their unions and homes take.
//!
//! `cargo bench -p oikos-benches --bench family`, or with sizes in thousands: `-- 100 1000`. Programs of seconds
//! each, and no criterion group.

#![expect(
    clippy::unwrap_used,
    reason = "the bundled tables are sound, and a benchmark may stop"
)]

use oikos_benches::measure::{Counting, allocated, timed};
use oikos_core::{Months, Seed, Years, date};
use oikos_engine::Society;
use oikos_family::{
    FamilyFigures, FamilyPlugin, HazardMode, HomesPlugin, Lineage, MarriageHistory, PeriodRates,
    Population, RelativeRisks, Tables, UnionsPlugin,
};

#[global_allocator]
static COUNTING: Counting = Counting;

/// What is fitted once for all sizes.
struct Fitted {
    tables: Tables,
    figures: FamilyFigures,
    history: MarriageHistory,
    risks: RelativeRisks,
    unions: UnionsPlugin,
    homes: HomesPlugin,
}

/// What people have beside kin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum With {
    Nothing,
    Unions,
    UnionsAndHomes,
}

impl Fitted {
    fn us() -> Self {
        let (tables, figures) = (Tables::us().unwrap(), FamilyFigures::us().unwrap());
        let rates = PeriodRates::new(&tables).unwrap();
        Self {
            risks: RelativeRisks::fitted(&figures, &rates.at_year(2020).fertility).unwrap(),
            unions: UnionsPlugin::new(&figures, &tables).unwrap(),
            homes: HomesPlugin::new(&figures).unwrap(),
            history: MarriageHistory::us().unwrap(),
            tables,
            figures,
        }
    }

    fn society(&self, people: u64, with: With) -> Society {
        let family = FamilyPlugin::new(&self.tables).unwrap();
        let family = family
            .hazards(HazardMode::Thinned)
            .relative_risks(self.risks);
        let people = Population::us_2019(people).unwrap();
        let people = people.with_families(&self.figures, &self.history).unwrap();
        let mut builder = Society::builder(Seed(1))
            .start(date(2019, 7, 1))
            .threads(2)
            .add_plugins(family)
            .populate(people);
        if with != With::Nothing {
            builder = builder.add_plugins(self.unions.clone());
        }
        if with == With::UnionsAndHomes {
            builder = builder.add_plugins(self.homes);
        }
        builder.build().unwrap()
    }
}

fn living(town: &Society) -> f64 {
    town.slot_order::<oikos_world::Person>().len() as f64
}

/// Person-years per second over some years.
fn speed(town: &mut Society, years: u32) -> f64 {
    town.run(Months(1)).unwrap();
    let before = living(town);
    let (seconds, ()) = timed(|| {
        town.run(Years(years)).unwrap();
    });
    f64::from(years) * (before + living(town)) / 2.0 / seconds
}

fn main() {
    let asked: Vec<u64> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let sizes = if asked.is_empty() {
        vec![100, 1_000, 5_000]
    } else {
        asked
    };
    let (seconds, fitted) = timed(Fitted::us);
    println!("fitting unions, fertility and the history: {seconds:.2} s");
    for thousands in sizes {
        report(&fitted, thousands * 1_000);
    }
}

fn report(fitted: &Fitted, people: u64) {
    let before = allocated();
    let (seconds, mut town) = timed(|| fitted.society(people, With::UnionsAndHomes));
    let bytes = |now: usize| (now - before) as f64 / people as f64;
    let dead = town.world().resource::<Lineage>().len() as u64 - people;
    println!(
        "{people} people with families, and {dead} of the dead: built in {seconds:.2} s; {:.1} bytes a living person, \
         all told",
        bytes(allocated())
    );
    let all = speed(&mut town, 3);
    println!(
        "  {:.2} M person-years/s with unions, homes and kin",
        all / 1e6
    );
    println!(
        "  {:.1} bytes a living person after three years",
        bytes(allocated())
    );
    drop(town);
    let unions = speed(&mut fitted.society(people, With::Unions), 3);
    let without = speed(&mut fitted.society(people, With::Nothing), 3);
    println!(
        "  {:.2} M without homes, {:.2} M without unions: they take {:.0} and {:.0} % of the time",
        unions / 1e6,
        without / 1e6,
        100.0 * (1.0 - all / unions),
        100.0 * (all / unions - all / without)
    );
}
