//! Stock-flow consistent models as people and firms: V15, beside the published equations iterated here.

use std::collections::BTreeMap;

use oikos::core::Ratio;
use oikos::prelude::{Seed, Table};

use crate::parallel;
use crate::row::Bound::Within;
use crate::row::Row;
use crate::sfc::{self, Economy, Shown, Tables, TaxBase};

const SOURCE: &str = "Godley & Lavoie 2007";
const YEARS: u32 = 200;
/// The year from which on the rate of interest is 3.5 percent in model PC, from 0.
const RISE: u32 = 100;
/// Minor units of a unit.
const MINOR: f64 = 1e6;

/// Sums over all people in a year, in units.
#[derive(Clone, Copy, Debug, Default)]
struct Year {
    income: f64,
    taxes: f64,
    disposable: f64,
    consumption: f64,
    money: f64,
    bills: f64,
}

impl Year {
    fn distance(&self, other: &Self) -> f64 {
        let pairs = [
            (self.income, other.income),
            (self.taxes, other.taxes),
            (self.disposable, other.disposable),
            (self.consumption, other.consumption),
            (self.money, other.money),
            (self.bills, other.bills),
        ];
        pairs.iter().map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }
}

/// The published equations, with the numbers of the book, from nothing on. Without bills they are those of SIM.
fn path(has_bills: bool) -> Vec<Year> {
    let (of_income, of_wealth, tax, spending) = (0.6, 0.4, 0.2, 20.0);
    let rate_in = |year| if year >= RISE { 0.035 } else { 0.025 };
    let (mut years, mut last, mut rate) = (Vec::new(), Year::default(), 0.0);
    for year in 0..YEARS {
        let interest = rate * last.bills;
        let wealth = last.money + last.bills;
        // What people spend is income in the same year.
        let fixed = spending + of_income * (1.0 - tax) * interest + of_wealth * wealth;
        let income = fixed / (1.0 - of_income * (1.0 - tax));
        let taxes = tax * (income + interest);
        let disposable = income + interest - taxes;
        let consumption = of_income * disposable + of_wealth * wealth;
        let wealth = wealth + disposable - consumption;
        rate = rate_in(year);
        let bills = if has_bills {
            wealth * (0.635 + 5.0 * rate) - 0.01 * disposable
        } else {
            0.0
        };
        last = Year {
            income,
            taxes,
            disposable,
            consumption,
            money: wealth - bills,
            bills,
        };
        years.push(last);
    }
    years
}

/// The sums of a run, from the table of what each did.
fn sums(consumers: &Table) -> Result<Vec<Year>, oikos::Error> {
    let years = consumers.column("tick")?.ints()?;
    let column = |name| {
        consumers
            .column(name)
            .and_then(|column| column.minor_units())
    };
    let (wages, interest) = (column("wages")?, column("interest")?);
    let (taxes, consumption) = (column("taxes")?, column("consumption")?);
    let (money, bills) = (column("money")?, column("bills")?);
    let mut sums = vec![[0_i64; 6]; YEARS as usize];
    for (row, year) in years.iter().enumerate() {
        let disposable = wages[row] + interest[row] - taxes[row];
        let cells = [
            wages[row],
            taxes[row],
            disposable,
            consumption[row],
            money[row],
            bills[row],
        ];
        for (sum, cell) in sums[*year as usize].iter_mut().zip(cells) {
            *sum += cell;
        }
    }
    let in_units = |sum: [i64; 6]| {
        let [income, taxes, disposable, consumption, money, bills] =
            sum.map(|minor| minor as f64 / MINOR);
        Year {
            income,
            taxes,
            disposable,
            consumption,
            money,
            bills,
        }
    };
    Ok(sums.into_iter().map(in_units).collect())
}

/// Flows by year, row and column of their matrix.
type Cells = BTreeMap<(i64, String, String), i64>;

fn cells(flows: &Table) -> Result<Cells, oikos::Error> {
    let years = flows.column("tick")?.ints()?;
    let amounts = flows.column("amount")?.minor_units()?;
    let (rows, row_names) = flows.column("flow")?.labels()?;
    let (columns, column_names) = flows.column("sector")?.labels()?;
    let cell = |at: usize| {
        let row = row_names[usize::from(rows[at])].clone();
        let column = column_names[usize::from(columns[at])].clone();
        ((years[at], row, column), amounts[at])
    };
    Ok((0..flows.len()).map(cell).collect())
}

/// The largest sum of a row or of a column of any year, without its sign; no number if there are no flows.
fn largest_sum(cells: &Cells) -> f64 {
    let mut sums: BTreeMap<(i64, bool, &str), i64> = BTreeMap::new();
    for ((year, row, column), amount) in cells {
        *sums.entry((*year, false, row)).or_default() += amount;
        *sums.entry((*year, true, column)).or_default() += amount;
    }
    let largest = sums.values().map(|sum| sum.abs()).max();
    largest.map_or(f64::NAN, |sum| sum as f64)
}

/// The equation that nobody has written down: what the public sector came to owe in a year is what people came to have.
/// Its largest error of any year, in minor units; no number if something of it is not in the table.
fn hidden(cells: &Cells, years: &[Year], has_bills: bool) -> f64 {
    let change = |year: usize, of: &str, sector: &str| {
        let key = (year as i64, format!("change in {of}"), sector.to_owned());
        cells.get(&key).map(|amount| *amount as f64)
    };
    let owed = |year| {
        let own = change(
            year,
            if has_bills { "bills" } else { "money" },
            "government",
        )?;
        // Bills of the central bank are owed to nobody else.
        let banks = if has_bills {
            change(year, "bills", "central bank")?
        } else {
            0.0
        };
        Some(own + banks)
    };
    let has = |year: &Year| if has_bills { year.bills } else { year.money };
    let errors = (1..years.len()).map(|year| {
        let came = (has(&years[year]) - has(&years[year - 1])) * MINOR;
        owed(year).map_or(f64::NAN, |owed| libm::round(owed - came).abs())
    });
    // A maximum would pass over what is no number.
    errors.fold(0.0, |most, error| if error <= most { most } else { error })
}

fn run(economy: Economy, perturb: bool) -> Result<Tables, oikos::Error> {
    let mut economy = economy;
    if let Some(bills) = &mut economy.bills {
        bills.later = Some((RISE, Ratio::new(35, 1_000)?));
    }
    if perturb {
        (economy.base, economy.shown) = (TaxBase::Spending, Shown::Private);
    }
    sfc::run(Seed(1), economy, YEARS)
}

/// The rows; with `perturb` spending is taxed and not income, and the government is not in the table of flows.
pub(crate) fn rows(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let mut rows = Vec::new();
    for (name, has_bills) in [("SIM", false), ("PC", true)] {
        let with = |people| match has_bills {
            false => Ok(Economy::sim(people)),
            true => Economy::pc(people),
        };
        let expected = path(has_bills);
        let runs = parallel::over([10, 100, 1_000], |people| {
            let years = sums(&run(with(people)?, perturb)?.consumers)?;
            Ok((people, years))
        })?;
        for (people, years) in &runs {
            let pairs = years.iter().zip(&expected);
            let far = pairs
                .map(|(ours, path)| ours.distance(path))
                .fold(0.0, f64::max);
            rows.push(Row::of_value(
                format!("V15 {name}, {people} people: minor units off the path, each"),
                SOURCE,
                (0.0, Within(1.0)),
                far * MINOR / *people as f64,
                years.len(),
            ));
        }
        let Some((_, years)) = runs.iter().find(|(people, _)| *people == 100) else {
            continue;
        };
        rows.extend(if has_bills {
            steady_with_bills(years)
        } else {
            published(years)
        });
        let mut mixed = with(100)?;
        (mixed.makers, mixed.spread) = (7, 300);
        for (kind, economy) in [("all alike", with(100)?), ("all different, 7 firms", mixed)] {
            let tables = run(economy, perturb)?;
            let (cells, years) = (cells(&tables.flows)?, sums(&tables.consumers)?);
            let row = |what, ours| {
                let name = format!("V15 {name}, {kind}: {what}");
                Row::of_value(name, "accounting", (0.0, Within(0.0)), ours, years.len())
            };
            rows.push(row("largest sum of the matrix", largest_sum(&cells)));
            rows.push(row("hidden equation", hidden(&cells, &years, has_bills)));
        }
    }
    Ok(rows)
}

fn row(name: String, target: f64, ours: f64) -> Row {
    Row::of_value(name, SOURCE, (target, Within(1e-3)), ours, 1)
}

/// Model SIM: the table of its path, where it ends, and how fast it gets there.
fn published(years: &[Year]) -> Vec<Row> {
    let table = [
        (1, 38.462, 12.308),
        (2, 47.929, 22.722),
        (3, 55.940, 31.534),
        (10, 86.317, 64.948),
        (50, 99.983, 79.981),
    ];
    let mut rows = Vec::new();
    for (year, income, money) in table {
        let ours = &years[year - 1];
        rows.push(row(
            format!("V15 SIM, year {year}: income"),
            income,
            ours.income,
        ));
        rows.push(row(
            format!("V15 SIM, year {year}: money"),
            money,
            ours.money,
        ));
    }
    rows.push(row(
        "V15 SIM, year 10: taxes".to_owned(),
        17.263,
        years[9].taxes,
    ));
    let end = years[years.len() - 1];
    for (what, target, ours) in [
        ("income", 100.0, end.income),
        ("disposable income", 80.0, end.disposable),
        ("consumption", 80.0, end.consumption),
        ("money", 80.0, end.money),
    ] {
        rows.push(row(format!("V15 SIM, in the end: {what}"), target, ours));
    }
    let left = |year: usize| 100.0 - years[year].income;
    let factor = libm::pow(left(20) / left(0), 1.0 / 20.0);
    rows.push(Row::of_value(
        "V15 SIM: share of the way that is left after a year",
        SOURCE,
        (11.0 / 13.0, Within(1e-4)),
        factor,
        20,
    ));
    rows
}

/// Model PC: where nothing changes any more, at both rates of interest. Wealth is then disposable income times
/// (1 - alpha 1) / alpha 2 = 1, and taxes pay for spending and interest.
fn steady_with_bills(years: &[Year]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (percent, rate, year) in [("2.5", 0.025, RISE), ("3.5", 0.035, YEARS)] {
        let ours = &years[year as usize - 1];
        let share = 0.635 + 5.0 * rate - 0.01;
        let disposable = 80.0 / (1.0 - 4.0 * rate * share);
        for (what, target, ours) in [
            ("income", disposable + 20.0, ours.income),
            ("disposable income", disposable, ours.disposable),
            ("bills of households", share * disposable, ours.bills),
            ("money", (1.0 - share) * disposable, ours.money),
        ] {
            rows.push(row(
                format!("V15 PC, steady at {percent}%: {what}"),
                target,
                ours,
            ));
        }
    }
    rows
}
