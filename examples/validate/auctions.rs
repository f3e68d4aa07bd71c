//! Markets of known values and costs: V6, V7, V8 with callers, V9 with an auctioneer.

use oikos::core::Ratio;
use oikos::prelude::{Seed, Table};

use crate::call_auction;
use crate::double_auction::schedule::Schedule;
use crate::double_auction::{self, Rules, Strategy};
use crate::parallel;
use crate::row::Bound::{Above, Below, Errors, Within};
use crate::row::Row;
use crate::statistics::{mean, slope};

const DAYS: u32 = 1_000;
const TURNS: u32 = 6_000;
const OWN: &str = "own measurement before this model";
const GODE: &str = "Gode & Sunder 1993 [from memory]";
const SMITH: &str = "Smith 1962; Cliff & Bruten 1997";

/// What happened on one day, from the table of trades.
#[derive(Clone, Debug, Default)]
struct Day {
    prices: Vec<f64>,
    gained: i64,
}

/// The days of a run. A day without a trade has none.
fn days(trades: &Table, number: u32) -> Result<Vec<Day>, oikos::Error> {
    let column = |name| trades.column(name).and_then(|column| column.ints());
    let (ticks, prices) = (column("tick")?, column("price")?);
    let (values, costs) = (column("value")?, column("cost")?);
    let mut days = vec![Day::default(); number as usize];
    for row in 0..trades.len() {
        let day = &mut days[ticks[row] as usize];
        day.prices.push(prices[row] as f64);
        day.gained += values[row] - costs[row];
    }
    Ok(days)
}

/// The middle of the prices at which a market is in equilibrium.
fn middle(schedule: &Schedule) -> f64 {
    let [lowest, highest] = schedule.equilibrium().prices;
    (lowest + highest) as f64 / 2.0
}

/// The root of the mean squared distance of prices from where they should be.
fn spread(prices: &[f64], around: f64) -> f64 {
    let squares: Vec<f64> = prices.iter().map(|p| (p - around) * (p - around)).collect();
    libm::sqrt(mean(&squares))
}

/// The share that is gained each day of what could be.
fn efficiencies(days: &[Day], schedule: &Schedule) -> Vec<f64> {
    let most = schedule.equilibrium().surplus as f64;
    days.iter().map(|day| day.gained as f64 / most).collect()
}

fn markets() -> [(&'static str, Schedule); 3] {
    [
        ("linear", Schedule::linear()),
        ("flat supply", Schedule::flat_supply()),
        ("flat demand", Schedule::flat_demand()),
    ]
}

/// Rows of the double auction; with `perturb` who may not lose calls any price, who may lose does not, who learns
/// does not, and who does not learn does.
pub(crate) fn double(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let runs = parallel::over(0..6, |number| {
        let (_, schedule) = markets()[number as usize / 2].clone();
        let strategy = Strategy::Random {
            constrained: (number % 2 == 0) != perturb,
        };
        let rules = Rules {
            strategy,
            turns: TURNS,
            schedule,
        };
        days(&double_auction::run(Seed(1), rules, DAYS)?, DAYS)
    })?;
    let targets = [(0.987, 29.0), (1.0, 39.7), (1.0, 39.9)];
    let mut rows = Vec::new();
    let mut all = [Vec::new(), Vec::new()];
    for (((name, schedule), runs), (efficiency, off)) in
        markets().iter().zip(runs.chunks(2)).zip(targets)
    {
        let [bound, free] = [&runs[0], &runs[1]].map(|days| efficiencies(days, schedule));
        let around = middle(schedule);
        let spreads: Vec<f64> = runs[0]
            .iter()
            .map(|day| spread(&day.prices, around))
            .collect();
        let market = schedule.equilibrium();
        let exhausted = schedule.all_traded() as f64 / market.surplus as f64;
        rows.push(Row::of_mean(
            format!("V7 {name}, ZI-C: efficiency"),
            OWN,
            (efficiency, Within(0.003)),
            &bound,
        ));
        rows.push(Row::of_mean(
            format!("V7 {name}, ZI-C: r.m.s. of a day's prices"),
            OWN,
            (off, Within(1.0)),
            &spreads,
        ));
        rows.push(Row::of_mean(
            format!("V7 {name}, ZI-U until all is sold: efficiency"),
            "closed form",
            (exhausted, Within(1e-12)),
            &free,
        ));
        all[0].extend(bound);
        all[1].extend(free);
    }
    let differences: Vec<f64> = all[0].iter().zip(&all[1]).map(|(c, u)| c - u).collect();
    let (most, none) = ((0.97, Above), (0.0, Above));
    rows.push(Row::of_mean("V6 ZI-C: efficiency [R]", GODE, most, &all[0]));
    rows.push(Row::of_mean(
        "V6 ZI-C less ZI-U: efficiency [R]",
        GODE,
        none,
        &differences,
    ));
    rows.extend(learning(perturb)?);
    Ok(rows)
}

const SMITH_DAYS: u32 = 5;
const MARKETS: u64 = 200;

/// Smith's alpha by market and day: the spread of prices around the equilibrium, in percent of it.
fn alphas(strategy: Strategy) -> Result<Vec<Vec<f64>>, oikos::Error> {
    let schedule = Schedule::smith();
    let around = middle(&schedule);
    let runs = parallel::over(1..=MARKETS, |seed| {
        let rules = Rules {
            strategy,
            turns: TURNS,
            schedule: schedule.clone(),
        };
        days(
            &double_auction::run(Seed(seed), rules, SMITH_DAYS)?,
            SMITH_DAYS,
        )
    })?;
    let alpha = |day: &Day| 100.0 * spread(&day.prices, around) / around;
    Ok(runs
        .iter()
        .map(|days| days.iter().map(alpha).collect())
        .collect())
}

/// Prices come to rest where traders learn, and never where they do not.
fn learning(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let (zero, learning) = (
        Strategy::Random { constrained: true },
        Strategy::Learning { rate: None },
    );
    let stubborn = Strategy::Learning { rate: Some(0.0) };
    let flat = alphas(if perturb { learning } else { zero })?;
    let falls = alphas(if perturb { stubborn } else { learning })?;
    let slopes: Vec<f64> = flat.iter().map(|alphas| slope(alphas)).collect();
    let of_day = |alphas: &[Vec<f64>], day: usize| -> Vec<f64> {
        alphas.iter().map(|alphas| alphas[day]).collect()
    };
    let last = SMITH_DAYS as usize - 1;
    let ratio = mean(&of_day(&falls, last)) / mean(&of_day(&falls, 0));
    Ok(vec![
        Row::of_mean(
            "V8 ZI-C: alpha by day, slope",
            SMITH,
            (0.0, Errors(3.0)),
            &slopes,
        ),
        Row::of_value(
            "V8 learning: alpha of day 5 over that of day 1",
            SMITH,
            (0.8, Below),
            ratio,
            falls.len(),
        ),
    ])
}

const CALLS: u32 = 100;

/// Rows of the call auction; with `perturb` buyers keep half of a value back, and sellers add a quarter of the way to
/// the highest price.
pub(crate) fn call(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let mut rows = Vec::new();
    for (name, schedule) in markets() {
        let margins = if perturb { [50, 25] } else { [0, 0] };
        let rules = call_auction::Rules {
            schedule: schedule.clone(),
            margins: margins.map(Ratio::percent),
        };
        let days = days(&call_auction::run(Seed(1), rules, CALLS)?, CALLS)?;
        let market = schedule.equilibrium();
        let [lowest, highest] = market.prices.map(|price| price as f64);
        let outside = |price: &f64| (lowest - price).max(price - highest).max(0.0);
        // Of a day without trades there is no price, and no distance.
        let far = |day: &Day| {
            let worst = day.prices.iter().map(outside).reduce(f64::max);
            worst.unwrap_or(f64::NAN)
        };
        let traded: Vec<f64> = days.iter().map(|day| day.prices.len() as f64).collect();
        let far: Vec<f64> = days.iter().map(far).collect();
        let gained = efficiencies(&days, &schedule);
        let exactly = |target| (target, Within(0.0));
        let row = |what, target, values: &[f64]| {
            Row::of_mean(
                format!("V9 {name}: {what}"),
                "closed form",
                exactly(target),
                values,
            )
        };
        rows.push(row("efficiency", 1.0, &gained));
        rows.push(row("units traded", market.quantity as f64, &traded));
        rows.push(row("price beyond those of the equilibrium", 0.0, &far));
    }
    Ok(rows)
}
