//! The society: what people make, use, want and offer, and who inherits.

use std::error::Error;

use oikos::bevy::ecs::system::SystemParam;
use oikos::core::{CurrencyInfo, Quantity, Ratio};
use oikos::engine::IdField;
use oikos::ledger::{
    AccountId, AccountKind, AccountSpec, Good, GoodsFlow, GoodsKind, GoodsMove, GoodsOperation,
    Inventory, Ledger, Limit, Operation, Titles, Transfer, TransferKind,
};
use oikos::market::{
    AuctionRules, BookRules, Books, CallAuction, Desk, EscrowError, Fees, GoodsMarket, Order,
    OrderBook, OrderKind, Price, PriceRange, Rationing, Report, Round, SelfTrade, Side, Stall,
    TraderId, Venue, VenueRules, withdraw_everywhere,
};
use oikos::prelude::*;
use oikos::world::{Estate, Estates};
use serde::{Deserialize, Serialize};

/// Minor units that everybody of the start has, and units of each good.
pub(crate) const PURSE: i64 = 10_000;
pub(crate) const LARDER: i64 = 20;
pub(crate) const GOODS: [&str; 2] = ["bread", "cloth"];

draw_stream!(pub(crate) Wishes = "trade.wishes");

/// Bread is traded all day long.
#[derive(Resource, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct BreadMarket(pub(crate) GoodsMarket<OrderBook>);

/// Cloth is called out once a day.
#[derive(Resource, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct ClothMarket(pub(crate) GoodsMarket<CallAuction>);

/// The numbers of what was declared.
#[derive(Resource, Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Names {
    pub(crate) treasury: AccountId,
    pub(crate) market: AccountId,
    purse: AccountSpec,
    estate: TransferKind,
    make: GoodsKind,
    eat: GoodsKind,
    bequeath: GoodsKind,
}

/// Somebody's account.
#[derive(Attribute, Clone, Copy, Debug, Default)]
#[attribute(name = "trade.purse")]
pub(crate) struct Purse(pub(crate) Option<IdField<AccountId>>);

/// What happened in a tick, for whoever counts.
#[derive(Resource, Clone, Debug, Default)]
pub(crate) struct Told {
    pub(crate) reports: [Vec<Report>; 2],
    pub(crate) made: Vec<(PersonId, usize)>,
    pub(crate) eaten: Vec<(PersonId, usize)>,
    /// Of whom, to whom, minor units and units of each good; nobody is the state.
    pub(crate) bequests: Vec<(PersonId, Option<PersonId>, [i64; 3])>,
    pub(crate) refused: usize,
}

type Oops = Box<dyn Error + Send + Sync>;

fn declare(app: &mut App) -> Result<(), Oops> {
    let mut ledger = app.world_mut().resource_mut::<Book<Ledger>>();
    let currency = ledger.currency(CurrencyInfo::new("USD", "US dollar", 2)?)?;
    let mut account = |sector: &str, kind, limit, is_issuer| -> Result<_, Oops> {
        let spec = AccountSpec {
            kind,
            owner: OrganisationId::FIRST.owner(),
            sector: ledger.sector(sector)?,
            currency,
            limit,
            is_issuer,
        };
        Ok((ledger.open(&spec)?, spec))
    };
    let (issuer, _) = account("state", AccountKind::Liability, Limit::None, true)?;
    let (treasury, _) = account("state", AccountKind::Asset, Limit::Credits(0), false)?;
    let (market, _) = account("markets", AccountKind::Asset, Limit::Credits(0), false)?;
    let (_, purse) = account("households", AccountKind::Asset, Limit::Credits(0), false)?;
    assert_eq!(issuer, AccountId::FIRST);
    ledger.issuing_kind("mint")?;
    let [sale, fee, estate] = ["sale", "fee", "estate"].map(|name| ledger.kind(name));
    let (sale, fee, estate) = (sale?, fee?, estate?);
    let mut inventory = app.world_mut().resource_mut::<Book<Inventory>>();
    let goods = GOODS.map(|name| inventory.good(name));
    let make = inventory.kind("make", GoodsFlow::Produce)?;
    let eat = inventory.kind("eat", GoodsFlow::Consume)?;
    let sold = inventory.kind("sold", GoodsFlow::Transfer)?;
    let bequeath = inventory.kind("bequeath", GoodsFlow::Transfer)?;
    let [bread, cloth] = goods;
    let stalls = [
        Stall::new(bread?, sold, &inventory)?,
        Stall::new(cloth?, sold, &inventory)?,
    ];
    let prices = PriceRange::new(1, 1_000)?;
    let self_trade = SelfTrade::CancelMaker;
    let book = OrderBook::new(BookRules { prices, self_trade });
    let (rationing, reference) = (Rationing::ProRata, None);
    let auction = CallAuction::new(AuctionRules {
        prices,
        rationing,
        reference,
    })?;
    let ledger = app.world().resource::<Book<Ledger>>();
    let fees = Fees {
        buyer: Ratio::new(1, 100)?,
        seller: Ratio::new(1, 200)?,
    };
    let rules = VenueRules {
        fees,
        account: market,
        trade: sale,
        fee,
    };
    let [bread, cloth] = stalls;
    let bread = GoodsMarket {
        venue: Venue::new(book, rules, ledger)?,
        stall: bread,
    };
    let cloth = GoodsMarket {
        venue: Venue::new(auction, rules, ledger)?,
        stall: cloth,
    };
    let names = Names {
        treasury,
        market,
        purse,
        estate,
        make,
        eat,
        bequeath,
    };
    app.persist_value("trade.bread", 1, BreadMarket(bread))
        .persist_value("trade.cloth", 1, ClothMarket(cloth))
        .persist_value("trade.names", 1, names);
    Ok(())
}

/// Everything that trading touches.
#[derive(SystemParam)]
pub(crate) struct Trading<'w> {
    clock: Res<'w, Clock>,
    names: Res<'w, Names>,
    ledger: ResMut<'w, Book<Ledger>>,
    inventory: ResMut<'w, Book<Inventory>>,
    titles: ResMut<'w, Book<Titles>>,
    bread: ResMut<'w, BreadMarket>,
    cloth: ResMut<'w, ClothMarket>,
    told: ResMut<'w, Told>,
}

const GOOD: [Good; 2] = [Good(0), Good(1)];

fn trader(person: PersonId) -> TraderId {
    TraderId::new(person.get()).unwrap()
}

impl Trading<'_> {
    /// Opens an account, and lets somebody trade.
    fn take_in(&mut self, person: PersonId) -> Result<AccountId, BevyError> {
        let owner = person.owner();
        let purse = self.ledger.open(&AccountSpec {
            owner,
            ..self.names.purse
        })?;
        self.bread
            .0
            .venue
            .admit(trader(person), purse, &self.ledger)?;
        self.bread.0.stall.open(trader(person), owner)?;
        self.cloth
            .0
            .venue
            .admit(trader(person), purse, &self.ledger)?;
        self.cloth.0.stall.open(trader(person), owner)?;
        Ok(purse)
    }

    fn make(&mut self, person: PersonId, good: usize, quantity: i64) -> Result<(), BevyError> {
        self.inventory.apply(&GoodsOperation::Produce(GoodsMove {
            kind: self.names.make,
            good: GOOD[good],
            owner: person.owner(),
            quantity: Quantity(quantity),
            reference: 0,
        }))?;
        self.told.made.extend((0..quantity).map(|_| (person, good)));
        Ok(())
    }

    /// Uses one up, if there is one to spare.
    fn eat(&mut self, person: PersonId, good: usize) {
        let eaten = self.inventory.apply(&GoodsOperation::Consume(GoodsMove {
            kind: self.names.eat,
            good: GOOD[good],
            owner: person.owner(),
            quantity: Quantity(1),
            reference: 0,
        }));
        if eaten.is_ok() {
            self.told.eaten.push((person, good));
        }
    }

    fn order(&mut self, good: usize, order: Order) -> Result<(), BevyError> {
        let reports = &mut self.told.reports[good];
        let (ledger, inventory) = (&mut **self.ledger, &mut **self.inventory);
        let outcome = if good == 0 {
            let market = &mut self.bread.0;
            let goods = &mut market.stall.at(inventory);
            market
                .venue
                .submit(&mut Desk { ledger, goods }, order, reports)
        } else {
            let market = &mut self.cloth.0;
            let goods = &mut market.stall.at(inventory);
            market
                .venue
                .submit(&mut Desk { ledger, goods }, order, reports)
        };
        match outcome {
            Ok(_) => {}
            // Nobody can offer or ask for what they do not have.
            Err(EscrowError::NotCovered { .. } | EscrowError::Goods(_)) => self.told.refused += 1,
            Err(other) => return Err(other.into()),
        }
        Ok(())
    }
}

/// Each adult makes, uses up, offers and wants as they draw.
fn live(
    (ages, draws): (Res<Ages>, Draws<Wishes>),
    mut people: Rows<&BirthDate>,
    mut trading: Trading,
) -> Result<(), BevyError> {
    *trading.told = Told::default();
    let now = trading.clock.tick();
    let adults = people
        .iter()
        .filter(|(_, born)| ages.completed(**born) >= 15);
    let mut adults: Vec<_> = adults.map(|(who, _)| who).collect();
    adults.sort_unstable_by_key(|who| who.id());
    for who in adults {
        let (person, mut draw) = (who.id(), draws.of(who));
        let good = draw.below(2)? as usize;
        match draw.below(6)? {
            0 => trading.make(person, good, draw.range(1..=4)?)?,
            1 => trading.eat(person, good),
            what @ (2 | 3) => {
                let side = if what == 2 { Side::Buy } else { Side::Sell };
                let price = Price(draw.range(80..=120)?);
                let kind = match draw.below(4)? {
                    0 if good == 0 => OrderKind::ImmediateOrCancel(price),
                    1 if good == 0 && side == Side::Sell => OrderKind::Market,
                    _ => OrderKind::Limit(price),
                };
                let order = Order::new(trader(person), side, draw.range(1..=6)?, kind);
                let last = oikos::core::Tick::new(now.index() + draw.range(1..=9)? as u32);
                let order = match kind {
                    OrderKind::Limit(_) => order.until(last),
                    _ => order,
                };
                trading.order(good, order)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// What expires is released, and cloth is called out.
fn clear(mut trading: Trading) -> Result<(), BevyError> {
    let Trading {
        clock,
        ledger,
        inventory,
        bread,
        cloth,
        told,
        ..
    } = &mut trading;
    let draws = oikos::core::Stream::new(clock.seed(), "trade.market");
    let round = Round {
        tick: clock.tick(),
        draws,
    };
    let (ledger, inventory) = (&mut ***ledger, &mut ***inventory);
    let [of_bread, of_cloth] = &mut told.reports;
    let GoodsMarket { venue, stall } = &mut bread.0;
    venue.clear(
        &mut Desk {
            ledger,
            goods: &mut stall.at(inventory),
        },
        round,
        of_bread,
    )?;
    let GoodsMarket { venue, stall } = &mut cloth.0;
    venue.clear(
        &mut Desk {
            ledger,
            goods: &mut stall.at(inventory),
        },
        round,
        of_cloth,
    )?;
    Ok(())
}

/// The newborn have accounts, with nothing in them.
fn welcome(
    born: Res<Changes<Person>>,
    mut purses: Rows<&mut Purse>,
    mut trading: Trading,
) -> Result<(), BevyError> {
    for newborn in &born.born {
        let person = PersonId::new(newborn.id)?;
        let account = trading.take_in(person)?;
        if let Some(purse) = purses.get(person) {
            *purse = Purse(Some(IdField(account)));
        }
    }
    Ok(())
}

/// Who died is no longer there to trade.
fn leave_markets(estates: Res<Estates>, mut trading: Trading) -> Result<(), BevyError> {
    let dead: Vec<TraderId> = estates.iter().map(|(person, _)| trader(person)).collect();
    if dead.is_empty() {
        return Ok(());
    }
    let Trading {
        ledger,
        inventory,
        titles,
        bread,
        cloth,
        told,
        ..
    } = &mut trading;
    let books = &mut Books {
        ledger,
        inventory,
        titles,
    };
    let mut departures = Vec::new();
    let is_gone = |trader| dead.binary_search(&trader).is_ok();
    withdraw_everywhere(
        &mut [&mut bread.0, &mut cloth.0],
        books,
        is_gone,
        &mut departures,
    )?;
    for (reports, departure) in told.reports.iter_mut().zip(departures) {
        reports.extend(departure.orders);
    }
    Ok(())
}

/// What the dead had goes to their heirs, and to the treasury where nobody inherits.
fn bequeath(
    estates: Res<Estates>,
    mut purses: Rows<&Purse>,
    mut trading: Trading,
) -> Result<(), BevyError> {
    let names = *trading.names;
    for (deceased, estate) in estates.due() {
        let from = trading.account_of(deceased)?;
        let worth = trading.ledger.balance(from)?.net_debit();
        let split = estate.split(worth).ok_or("nobody said who inherits")?;
        for &(heir, amount) in split.heirs.iter().filter(|(_, amount)| *amount > 0) {
            let to = purses
                .get(heir)
                .and_then(|purse| purse.0)
                .map(|purse| purse.0);
            let to = to.map_or_else(|| trading.account_of(heir), Ok)?;
            let transfer = Transfer {
                kind: names.estate,
                debit: to,
                credit: from,
                amount,
                reference: 0,
            };
            trading.ledger.post(&transfer)?;
            trading
                .told
                .bequests
                .push((deceased, Some(heir), [amount, 0, 0]));
        }
        // What is left escheats, and the account is closed.
        let (account, into, kind) = (from, names.treasury, names.estate);
        trading.ledger.apply(&Operation::Close {
            account,
            into,
            kind,
            reference: deceased.get(),
        })?;
        let mut escheat = [split.escheat, 0, 0];
        for (good, left) in GOOD.into_iter().zip(&mut escheat[1..]) {
            let owner = deceased.owner();
            let quantity = trading.inventory.stock(owner, good).on_hand;
            *left = quantity.0;
            if quantity.0 > 0 {
                let what = GoodsMove {
                    kind: names.bequeath,
                    good,
                    owner,
                    quantity,
                    reference: 0,
                };
                let to = OrganisationId::FIRST.owner();
                trading
                    .inventory
                    .apply(&GoodsOperation::Transfer { what, to })?;
            }
        }
        trading.told.bequests.push((deceased, None, escheat));
    }
    Ok(())
}

impl Trading<'_> {
    /// Somebody's account, whether they live or not: accounts are opened in the order of ids, after four others.
    pub(crate) fn account_of(&self, person: PersonId) -> Result<AccountId, BevyError> {
        account_of(&self.ledger, person)
    }
}

pub(crate) fn account_of(ledger: &Ledger, person: PersonId) -> Result<AccountId, BevyError> {
    let account = AccountId::new(person.get() + 4)?;
    if ledger.spec(account)?.owner != person.owner() {
        return Err(format!("{account} is not that of {person}").into());
    }
    Ok(account)
}

/// Purses and larders of those who live at the start.
fn furnish(world: &mut World) -> Result<(), Oops> {
    furnish_all(world).map_err(|error| error.to_string().into())
}

fn furnish_all(world: &mut World) -> Result<(), BevyError> {
    let mut people: Vec<PersonId> = world
        .resource::<Slots<Person>>()
        .iter()
        .map(|(_, who)| who.id())
        .collect();
    people.sort_unstable();
    let mut state = oikos::bevy::ecs::system::SystemState::<Trading>::new(world);
    let mut accounts = Vec::new();
    {
        let mut trading = state.get_mut(world)?;
        let mint = TransferKind(0);
        for person in &people {
            let debit = trading.take_in(*person)?;
            let credit = AccountId::FIRST;
            trading.ledger.post(&Transfer {
                kind: mint,
                debit,
                credit,
                amount: PURSE,
                reference: 0,
            })?;
            for good in 0..GOODS.len() {
                trading.make(*person, good, LARDER)?;
            }
            accounts.push(debit);
        }
    }
    for (person, account) in people.into_iter().zip(accounts) {
        set_all(world, person, &[Purse(Some(IdField(account)))])?;
    }
    Ok(())
}

/// Books, two markets, and what people do there.
fn trade(app: &mut App) {
    app.add_plugins((BooksPlugin::default(), EstatesPlugin));
    app.add_plugins(InheritancePlugin::new());
    app.attribute::<Purse>().derived::<Told>(None);
    if let Err(error) = declare(app) {
        app.problem("markets", error.to_string());
        return;
    }
    app.add_systems(Tick, live.in_set(Phase::Act));
    app.add_systems(Tick, clear.in_set(Phase::Clear));
    let settle = (
        leave_markets.in_set(Estate::Cancel),
        bequeath.in_set(Estate::Distribute),
    );
    app.add_systems(Tick, settle.in_set(Phase::Settle));
    app.add_systems(Tick, welcome.in_set(LiveStep::React).in_set(Phase::Live));
}

/// So many people, at a mortality and fertility that is felt within days.
pub(crate) fn society(people: u64) -> SocietyBuilder {
    let tables = Tables::us().unwrap();
    Society::builder(Seed(11))
        .start(date(2019, 7, 1))
        .add_plugins(FamilyPlugin::new(&tables).unwrap())
        .add_plugins(trade)
        .populate(Population::counted(tables, people).unwrap())
        .populate(furnish)
}
