//! Two economies in which every payment comes from somewhere and goes somewhere: SIM and PC of Godley and Lavoie
//! (2007, Monetary Economics, chapters 3 and 4), as people and firms with accounts.

mod books;
mod year;

use oikos::core::{Rate, Ratio, Residue, Rounding};
use oikos::data::Schema;
use oikos::ledger::{AccountId, Ledger, Matrix};
use oikos::prelude::*;
use oikos::serde::{Deserialize, Serialize};

use self::books::{Statements, begin, close, declare};
use self::year::live;

kind! {
    /// Somebody who works, pays taxes and spends.
    pub(crate) Consumer, ConsumerId = "consumer";
}

kind! {
    /// A firm: what it takes in, it pays out as wages.
    pub(crate) Maker, MakerId = "maker";
}

draw_stream!(pub(crate) Shops = "sfc.shops");

/// Bills of the government, and what part of their wealth people hold in them: model PC.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Bills {
    /// The interest of a year.
    pub(crate) rate: Ratio,
    /// From which year on it is another, and which.
    pub(crate) later: Option<(u32, Ratio)>,
    /// The share of wealth in bills, how it rises with the rate of interest, and how it falls with income over
    /// wealth: lambda 0, 1 and 2.
    pub(crate) shares: [Ratio; 3],
}

impl Bills {
    /// The rate that is set in a year.
    fn rate_in(&self, year: u32) -> Ratio {
        match self.later {
            Some((from, rate)) if year >= from => rate,
            _ => self.rate,
        }
    }
}

/// What is taxed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) enum TaxBase {
    /// All income, as in both models.
    #[default]
    Income,
    /// What is spent: the fault by which the comparison with both is tried.
    Spending,
}

/// Whose flows the table shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) enum Shown {
    /// Those of all sectors.
    #[default]
    All,
    /// Those of all but the government: the fault by which the sums of the table are tried.
    Private,
}

/// Parameters: saved with the society.
#[derive(Resource, Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Economy {
    /// How many people there are.
    pub(crate) consumers: u64,
    /// How many firms there are. Each employs as many people, give or take one; where somebody buys, chance says.
    pub(crate) makers: u64,
    /// The share of disposable income that is consumed: alpha 1.
    pub(crate) of_income: Ratio,
    /// The share of last year's wealth that is consumed: alpha 2.
    pub(crate) of_wealth: Ratio,
    /// By how many thousandths alpha 1 of anybody may differ from `of_income`.
    pub(crate) spread: i64,
    /// The share of the tax base that is paid: theta.
    pub(crate) tax: Ratio,
    /// What is taxed.
    pub(crate) base: TaxBase,
    /// What the government buys in a year, in minor units: millionths.
    pub(crate) spending: i64,
    /// Bills and their interest; none in model SIM.
    pub(crate) bills: Option<Bills>,
    /// Whose flows the table shows.
    pub(crate) shown: Shown,
}

impl Economy {
    /// Model SIM with the numbers of the book, for so many people and one firm.
    pub(crate) fn sim(consumers: u64) -> Self {
        Self {
            consumers,
            makers: 1,
            of_income: Ratio::percent(60),
            of_wealth: Ratio::percent(40),
            spread: 0,
            tax: Ratio::percent(20),
            base: TaxBase::Income,
            spending: 20_000_000,
            bills: None,
            shown: Shown::All,
        }
    }

    /// Model PC with the numbers of the book, for so many people and one firm.
    pub(crate) fn pc(consumers: u64) -> Result<Self, oikos::Error> {
        let share = Ratio::new(635, 1_000)?;
        let bills = Bills {
            rate: Ratio::new(25, 1_000)?,
            later: None,
            shares: [share, Ratio::percent(500), Ratio::percent(1)],
        };
        Ok(Self {
            bills: Some(bills),
            ..Self::sim(consumers)
        })
    }
}

/// What somebody did in a year, in minor units.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Doings {
    wages: i64,
    interest: i64,
    taxes: i64,
    consumption: i64,
}

/// Somebody's accounts, and what rounding owes them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Home {
    purse: AccountId,
    bills: Option<AccountId>,
    /// The share of disposable income that they consume.
    of_income: Ratio,
    /// What they would still like to spend this year.
    wish: i64,
    /// With which part of a minor unit everything that is rounded down begins.
    part: Ratio,
    /// Minor units are whole; what they leave over is kept and counts later.
    rests: [Residue; 3],
    year: Doings,
}

/// A share of amounts, of whose sum whole minor units are paid.
const fn rounded_down(per_period: Ratio) -> Rate {
    let rounding = Rounding::Floor;
    Rate {
        per_period,
        rounding,
    }
}

/// All people, in the order of their ids: persisted.
#[derive(Resource, Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Homes(Vec<Home>);

/// A society in which a year is a tick.
pub(crate) fn society(seed: Seed, economy: Economy) -> SocietyBuilder {
    let plugin = move |app: &mut App| {
        app.add_plugins(BooksPlugin::default());
        app.kind::<Consumer>().kind::<Maker>();
        app.derived::<Statements>(None);
        match declare(app.world_mut(), seed, &economy) {
            Ok((accounts, homes)) => {
                app.persist_value("sfc.accounts", 1, accounts)
                    .persist_value("sfc.homes", 1, homes)
                    .persist_value("sfc.economy", 1, economy);
            }
            Err(error) => {
                app.problem("economy", error.to_string());
                return;
            }
        }
        app.add_systems(Tick, begin.in_set(Phase::Inputs))
            .add_systems(Tick, live.in_set(Phase::Act))
            .add_systems(Tick, close.in_set(Phase::Observe));
    };
    Society::builder(seed)
        .start(date(2000, 1, 1))
        .tick(Years(1))
        .threads(1)
        .add_plugins(plugin)
        .populate(move |world: &mut World| {
            found::<Consumer>(world, 0..economy.consumers)?;
            found::<Maker>(world, 0..economy.makers)?;
            Ok(())
        })
}

/// What a run leaves.
pub(crate) struct Tables {
    /// What each did in each year and has at its end.
    pub(crate) consumers: Table,
    /// The transactions-flow matrix of each year, cell by cell.
    pub(crate) flows: Table,
    /// The matrix of the last year, to be looked at.
    pub(crate) last: Option<Matrix>,
}

impl Tables {
    fn new(seed: Seed) -> Result<Self, oikos::Error> {
        let kind = ColumnKind::Decimal { scale: 6 };
        let money = |name, about| ColumnSpec::new(name, kind, "MON", about);
        let label = |name, about| ColumnSpec::new(name, ColumnKind::Label, "1", about);
        let consumers = Schema::observed(vec![
            ColumnSpec::new("consumer_id", ColumnKind::Int, "1", "Who."),
            money("wages", "Wages received in the year."),
            money("interest", "Interest received in the year."),
            money("taxes", "Taxes paid in the year."),
            money("consumption", "Spent in the year."),
            money("money", "Money at the end of the year."),
            money("bills", "Bills at the end of the year."),
        ])?;
        let flows = Schema::observed(vec![
            label("flow", "The row of the matrix."),
            label("sector", "The column of the matrix."),
            money("amount", "Received less paid."),
        ])?;
        let run = RunInfo::new(0, seed.0)?;
        Ok(Self {
            consumers: Table::new("consumers", consumers, run.clone())?,
            flows: Table::new("flows", flows, run)?,
            last: None,
        })
    }

    fn add(&mut self, year: u32, day: i32, world: &World) -> Result<(), oikos::Error> {
        let ledger = world.resource::<Book<Ledger>>();
        for (id, home) in (0..).zip(&world.resource::<Homes>().0) {
            let bills = match home.bills {
                Some(account) => ledger.balance(account)?.net_debit(),
                None => 0,
            };
            let Doings {
                wages,
                interest,
                taxes,
                consumption,
            } = home.year;
            let money = ledger.balance(home.purse)?.net_debit();
            let amounts = [wages, interest, taxes, consumption, money, bills];
            let row: Vec<Value<'_>> = std::iter::once(Value::Int(id))
                .chain(amounts.map(Value::Decimal))
                .collect();
            self.consumers.push_at(year, day, &row)?;
        }
        let economy = world.resource::<Economy>();
        let matrix = world.resource::<Statements>().matrix.clone();
        for (name, sector, amount) in matrix.iter().flat_map(books::cells) {
            let is_hidden = economy.shown == Shown::Private && sector == books::GOVERNMENT;
            let amount = i64::try_from(amount).ok().filter(|_| !is_hidden);
            if let Some(amount) = amount {
                let row = [
                    Value::Label(name),
                    Value::Label(sector),
                    Value::Decimal(amount),
                ];
                self.flows.push_at(year, day, &row)?;
            }
        }
        self.last = matrix;
        Ok(())
    }
}

/// Runs for so many years.
pub(crate) fn run(seed: Seed, economy: Economy, years: u32) -> Result<Tables, oikos::Error> {
    let mut tables = Tables::new(seed)?;
    let mut society = society(seed, economy).build()?;
    for year in 0..years {
        let day = society.today().days();
        society.step()?;
        tables.add(year, day, society.world())?;
    }
    Ok(tables)
}
