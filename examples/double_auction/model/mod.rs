//! A market of buyers and sellers who call prices out, day by day; its rules and its books.

mod floor;
pub(crate) mod learner;
pub(crate) mod schedule;

use oikos::core::CurrencyInfo;
use oikos::data::Schema;
use oikos::ledger::{
    AccountId, AccountKind, AccountSpec, GoodsFlow, GoodsKind, Inventory, Ledger, Limit, Owner,
    TransferKind,
};
use oikos::market::{
    BookRules, Fees, GoodsMarket, OrderBook, PriceRange, SelfTrade, Side, Stall, TraderId, Venue,
    VenueRules,
};
use oikos::prelude::*;
use oikos::serde::{Deserialize, Serialize};

use self::floor::{Floor, Told, close, haggle, open};
use self::learner::Learner;
use self::schedule::Schedule;

kind! {
    /// Somebody on the floor.
    pub(crate) Participant, ParticipantId = "participant";
}

draw_stream!(pub(crate) Turns = "double-auction.turns");
draw_stream!(pub(crate) Talents = "double-auction.talents");

/// How prices are called.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) enum Strategy {
    /// Any price is as likely (zero intelligence, Gode and Sunder 1993): of all there are, or if `constrained` of
    /// those at which the caller does not lose.
    Random {
        /// Whether nobody may lose.
        constrained: bool,
    },
    /// Each has a margin, and learns it from what the others call.
    Learning {
        /// The rate of all, in the place of one that each draws.
        rate: Option<f64>,
    },
}

/// Parameters: saved with the society.
#[derive(Resource, Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Rules {
    /// How prices are called.
    pub(crate) strategy: Strategy,
    /// How many turns a day has; in each, somebody drawn may call a price.
    pub(crate) turns: u32,
    /// What units are worth and cost.
    pub(crate) schedule: Schedule,
}

/// The market: persisted.
#[derive(Resource, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Pit(pub(crate) GoodsMarket<OrderBook>);

/// The kinds of transfers and of moves of goods, and whose account the money is from.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Names {
    pub(crate) experimenter: AccountId,
    pub(crate) capital: TransferKind,
    pub(crate) redemption: TransferKind,
    pub(crate) cost: TransferKind,
    pub(crate) earning: TransferKind,
    pub(crate) make: GoodsKind,
    pub(crate) use_up: GoodsKind,
}

/// Somebody on the floor: what they may do, and what they have done today.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Seat {
    pub(crate) side: Side,
    /// Values or costs, the best unit first.
    pub(crate) limits: Vec<i64>,
    /// How many of them were traded today.
    pub(crate) traded: usize,
    pub(crate) trader: TraderId,
    pub(crate) owner: Owner,
    /// The money to trade with, the same each morning.
    pub(crate) purse: AccountId,
    /// What all days have brought, or cost.
    pub(crate) savings: AccountId,
    pub(crate) learner: Option<Learner>,
}

impl Seat {
    /// The limit of the unit that is to be traded next.
    pub(crate) fn next(&self) -> Option<i64> {
        self.limits.get(self.traded).copied()
    }
}

type Oops = Box<dyn std::error::Error + Send + Sync>;

fn specs(ledger: &mut Ledger) -> Result<[AccountSpec; 3], Oops> {
    let purse = AccountSpec {
        kind: AccountKind::Asset,
        owner: Owner {
            kind: ledger.owner_kind(Participant::NAME)?,
            id: 0,
        },
        sector: ledger.sector("participants")?,
        currency: ledger.currency(CurrencyInfo::new("TOK", "token", 0)?)?,
        limit: Limit::Credits(0),
        is_issuer: false,
    };
    let savings = AccountSpec {
        limit: Limit::None,
        ..purse
    };
    let issuer = AccountSpec {
        kind: AccountKind::Liability,
        sector: ledger.sector("experimenter")?,
        is_issuer: true,
        ..savings
    };
    Ok([issuer, purse, savings])
}

/// Declares money, goods and the market.
fn declare(world: &mut World, rules: &Rules) -> Result<(Floor, Pit), Oops> {
    let mut ledger = world.resource_mut::<Book<Ledger>>();
    let [issuer, purse, savings] = specs(&mut ledger)?;
    let (experimenter, house) = (ledger.open(&issuer)?, ledger.open(&purse)?);
    let (trade, fee) = (ledger.kind("trade")?, ledger.kind("fee")?);
    let (capital, redemption, cost) = (
        ledger.issuing_kind("working capital")?,
        ledger.issuing_kind("redemption")?,
        ledger.issuing_kind("cost")?,
    );
    let earning = ledger.kind("earning")?;
    let mut goods = world.resource_mut::<Book<Inventory>>();
    let unit = goods.good("unit")?;
    let sale = goods.kind("sale", GoodsFlow::Transfer)?;
    let make = goods.kind("making", GoodsFlow::Produce)?;
    let use_up = goods.kind("use", GoodsFlow::Consume)?;
    let stall = Stall::new(unit, sale, &goods)?;
    let book = OrderBook::new(BookRules {
        prices: PriceRange::new(1, rules.schedule.highest)?,
        self_trade: SelfTrade::CancelTaker,
    });
    let fees = VenueRules {
        fees: Fees::NONE,
        account: house,
        trade,
        fee,
    };
    let venue = Venue::new(book, fees, world.resource::<Book<Ledger>>())?;
    let names = Names {
        experimenter,
        capital,
        redemption,
        cost,
        earning,
        make,
        use_up,
    };
    let mut floor = Floor {
        names,
        seats: Vec::new(),
    };
    let mut market = GoodsMarket { venue, stall };
    take_seats(world, rules, [purse, savings], (&mut floor, &mut market))?;
    Ok((floor, Pit(market)))
}

/// Gives everybody a seat, a purse and savings: buyers first.
fn take_seats(
    world: &mut World,
    rules: &Rules,
    [purse, savings]: [AccountSpec; 2],
    (floor, market): (&mut Floor, &mut GoodsMarket<OrderBook>),
) -> Result<(), Oops> {
    let mut ledger = world.resource_mut::<Book<Ledger>>();
    let buyers = rules
        .schedule
        .values
        .iter()
        .map(|limits| (Side::Buy, limits));
    let sellers = rules
        .schedule
        .costs
        .iter()
        .map(|limits| (Side::Sell, limits));
    for (id, (side, limits)) in (0..).zip(buyers.chain(sellers)) {
        let owner = Owner { id, ..purse.owner };
        let purse = ledger.open(&AccountSpec { owner, ..purse })?;
        let savings = ledger.open(&AccountSpec { owner, ..savings })?;
        let trader = TraderId::new(id)?;
        market.venue.admit(trader, purse, &ledger)?;
        market.stall.open(trader, owner)?;
        floor.seats.push(Seat {
            side,
            limits: limits.clone(),
            traded: 0,
            trader,
            owner,
            purse,
            savings,
            learner: None,
        });
    }
    Ok(())
}

/// A society that trades, a day a tick.
pub(crate) fn society(seed: Seed, rules: Rules) -> SocietyBuilder {
    let people = (rules.schedule.values.len() + rules.schedule.costs.len()) as u64;
    let plugin = move |app: &mut App| {
        app.add_plugins(BooksPlugin::default());
        app.kind::<Participant>().derived::<Told>(None);
        match declare(app.world_mut(), &rules) {
            Ok((floor, pit)) => {
                app.persist_value("double-auction.floor", 1, floor)
                    .persist_value("double-auction.pit", 1, pit)
                    .persist_value("double-auction.rules", 1, rules.clone());
            }
            Err(error) => {
                app.problem("double auction", error.to_string());
                return;
            }
        }
        app.add_systems(Tick, open.in_set(Phase::Perceive))
            .add_systems(Tick, haggle.in_set(Phase::Act))
            .add_systems(Tick, close.in_set(Phase::Settle));
    };
    Society::builder(seed)
        .tick(Days(1))
        .threads(1)
        .add_plugins(plugin)
        .populate(move |world: &mut World| {
            found::<Participant>(world, 0..people)?;
            Ok(())
        })
}

/// Runs for so many days, and leaves the table `trades`.
pub(crate) fn run(seed: Seed, rules: Rules, days: u32) -> Result<Table, oikos::Error> {
    let column = |name, unit, about| ColumnSpec::new(name, ColumnKind::Int, unit, about);
    let schema = Schema::observed(vec![
        column("turn", "1", "The turn of the day, from 0."),
        column("buyer", "1", "The number of the participant who bought."),
        column("seller", "1", "The number of the participant who sold."),
        column("price", "TOK", "What was paid for the unit."),
        column("value", "TOK", "What the unit was worth to the buyer."),
        column("cost", "TOK", "What the unit cost the seller."),
    ])?;
    let mut table = Table::new("trades", schema, RunInfo::new(0, seed.0)?)?;
    let mut society = society(seed, rules).build()?;
    for day in 0..days {
        let date = society.today().days();
        society.step()?;
        for deal in &society.world().resource::<Told>().deals {
            let row = [
                i64::from(deal.turn),
                deal.buyer.get() as i64,
                deal.seller.get() as i64,
                deal.price,
                deal.value,
                deal.cost,
            ];
            table.push_at(day, date, &row.map(Value::Int))?;
        }
    }
    Ok(table)
}
