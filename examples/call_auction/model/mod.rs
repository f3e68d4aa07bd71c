//! A market that is called out once a day, its books, and how those who come to it bid.

mod day;

use oikos::core::{CurrencyInfo, Ratio};
use oikos::data::Schema;
use oikos::ledger::{
    AccountId, AccountKind, AccountSpec, GoodsFlow, GoodsKind, Inventory, Ledger, Limit, Owner,
    Transfer, TransferKind,
};
use oikos::market::{
    AuctionRules, CallAuction, Fees, Fill, GoodsMarket, OrderId, PriceRange, Rationing, Side,
    Stall, TraderId, Venue, VenueRules,
};
use oikos::prelude::*;
use oikos::serde::{Deserialize, Serialize};

use self::day::{call, gather, redeem};
use super::schedule::Schedule;

kind! {
    /// Somebody who comes to the market.
    pub(crate) Bidder, BidderId = "bidder";
}

draw_stream!(pub(crate) Arrival = "call-auction.arrival");

/// Parameters: saved with the society.
#[derive(Resource, Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Rules {
    /// What units are worth and cost.
    pub(crate) schedule: Schedule,
    /// What share of a value buyers keep back, and what share of the way from a cost to the highest price sellers
    /// add to it: 0 if they tell the truth.
    pub(crate) margins: [Ratio; 2],
}

/// The market: persisted.
#[derive(Resource, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
struct Hall(GoodsMarket<CallAuction>);

/// What was declared, and who comes: persisted.
#[derive(Resource, Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
struct Guests {
    experimenter: AccountId,
    redemption: TransferKind,
    cost: TransferKind,
    make: GoodsKind,
    use_up: GoodsKind,
    /// Buyers come first.
    all: Vec<Guest>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
struct Guest {
    side: Side,
    limits: Vec<i64>,
    trader: TraderId,
    owner: Owner,
    purse: AccountId,
}

/// What was traded today: output.
#[derive(Resource, Clone, Debug, Default)]
struct Told {
    /// Orders with their traders' limits, and the fills.
    limits: Vec<(OrderId, i64)>,
    fills: Vec<Fill>,
}

impl Told {
    fn limit(&self, order: OrderId) -> Option<i64> {
        let found = self.limits.iter().find(|(id, _)| *id == order);
        found.map(|(_, limit)| *limit)
    }

    /// The value and the cost of what was traded.
    fn limits_of(&self, fill: &Fill) -> Option<[i64; 2]> {
        Some([self.limit(fill.buy)?, self.limit(fill.sell)?])
    }
}

type Oops = Box<dyn std::error::Error + Send + Sync>;

fn declare(world: &mut World, rules: &Rules) -> Result<(Guests, Hall), Oops> {
    let mut ledger = world.resource_mut::<Book<Ledger>>();
    let purse = AccountSpec {
        kind: AccountKind::Asset,
        owner: Owner {
            kind: ledger.owner_kind(Bidder::NAME)?,
            id: 0,
        },
        sector: ledger.sector("bidders")?,
        currency: ledger.currency(CurrencyInfo::new("TOK", "token", 0)?)?,
        limit: Limit::Credits(0),
        is_issuer: false,
    };
    let issuer = AccountSpec {
        kind: AccountKind::Liability,
        sector: ledger.sector("experimenter")?,
        limit: Limit::None,
        is_issuer: true,
        ..purse
    };
    let (experimenter, account) = (ledger.open(&issuer)?, ledger.open(&purse)?);
    let (trade, fee) = (ledger.kind("trade")?, ledger.kind("fee")?);
    let (redemption, cost) = (
        ledger.issuing_kind("redemption")?,
        ledger.issuing_kind("cost")?,
    );
    let mut goods = world.resource_mut::<Book<Inventory>>();
    let (unit, sale) = (
        goods.good("unit")?,
        goods.kind("sale", GoodsFlow::Transfer)?,
    );
    let make = goods.kind("making", GoodsFlow::Produce)?;
    let use_up = goods.kind("use", GoodsFlow::Consume)?;
    let stall = Stall::new(unit, sale, &goods)?;
    let auction = CallAuction::new(AuctionRules {
        prices: PriceRange::new(1, rules.schedule.highest)?,
        rationing: Rationing::Time,
        reference: None,
    })?;
    let fees = VenueRules {
        fees: Fees::NONE,
        account,
        trade,
        fee,
    };
    let venue = Venue::new(auction, fees, world.resource::<Book<Ledger>>())?;
    let mut guests = Guests {
        experimenter,
        redemption,
        cost,
        make,
        use_up,
        all: Vec::new(),
    };
    let mut market = GoodsMarket { venue, stall };
    admit(world, rules, purse, (&mut guests, &mut market))?;
    Ok((guests, Hall(market)))
}

/// Lets all in, each with as much money as their units can cost.
fn admit(
    world: &mut World,
    rules: &Rules,
    purse: AccountSpec,
    (guests, market): (&mut Guests, &mut GoodsMarket<CallAuction>),
) -> Result<(), Oops> {
    let mut ledger = world.resource_mut::<Book<Ledger>>();
    let capital = ledger.issuing_kind("working capital")?;
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
        let trader = TraderId::new(id)?;
        ledger.post(&Transfer {
            kind: capital,
            debit: purse,
            credit: guests.experimenter,
            amount: rules.schedule.highest * limits.len() as i64,
            reference: 0,
        })?;
        market.venue.admit(trader, purse, &ledger)?;
        market.stall.open(trader, owner)?;
        guests.all.push(Guest {
            side,
            limits: limits.clone(),
            trader,
            owner,
            purse,
        });
    }
    Ok(())
}

/// A society that comes to market once a tick.
pub(crate) fn society(seed: Seed, rules: Rules) -> SocietyBuilder {
    let people = (rules.schedule.values.len() + rules.schedule.costs.len()) as u64;
    let plugin = move |app: &mut App| {
        app.add_plugins(BooksPlugin::default());
        app.kind::<Bidder>().derived::<Told>(None);
        match declare(app.world_mut(), &rules) {
            Ok((guests, hall)) => {
                app.persist_value("call-auction.guests", 1, guests)
                    .persist_value("call-auction.hall", 1, hall)
                    .persist_value("call-auction.rules", 1, rules.clone());
            }
            Err(error) => {
                app.problem("call auction", error.to_string());
                return;
            }
        }
        app.add_systems(Tick, gather.in_set(Phase::Act))
            .add_systems(Tick, call.in_set(Phase::Clear))
            .add_systems(Tick, redeem.in_set(Phase::Settle));
    };
    Society::builder(seed)
        .tick(Days(1))
        .threads(1)
        .add_plugins(plugin)
        .populate(move |world: &mut World| {
            found::<Bidder>(world, 0..people)?;
            Ok(())
        })
}

/// Runs for so many days, and leaves the table `trades`.
pub(crate) fn run(seed: Seed, rules: Rules, days: u32) -> Result<Table, oikos::Error> {
    let column = |name, unit, about| ColumnSpec::new(name, ColumnKind::Int, unit, about);
    let schema = Schema::observed(vec![
        column("buyer", "1", "The number of the bidder who bought."),
        column("seller", "1", "The number of the bidder who sold."),
        column("price", "TOK", "What was paid for the unit."),
        column("value", "TOK", "What the unit was worth to the buyer."),
        column("cost", "TOK", "What the unit cost the seller."),
    ])?;
    let mut table = Table::new("trades", schema, RunInfo::new(0, seed.0)?)?;
    let mut society = society(seed, rules).build()?;
    for day in 0..days {
        let date = society.today().days();
        society.step()?;
        let told = society.world().resource::<Told>();
        for fill in &told.fills {
            let Some([value, cost]) = told.limits_of(fill) else {
                continue;
            };
            let (buyer, seller) = (fill.buyer.get() as i64, fill.seller.get() as i64);
            let row = [buyer, seller, fill.price.0, value, cost];
            table.push_at(day, date, &row.map(Value::Int))?;
        }
    }
    Ok(table)
}
