//! One history, and books that balance.

use oikos::prelude::*;
use oikos_testkit::Contract;

use oikos::market::{CallAuction, OrderBook, Venue};
use oikos_testkit::society::{CheckBooks, CheckVenue, HasVenue};

use super::market::{BreadMarket, ClothMarket, Told, society};
use super::tally::Tally;

const PEOPLE: u64 = 10_000;
const DAYS: u32 = 60;

/// 10,000 people: money and goods are those that an independent tally counts, for each owner; and the markets hold what
/// they have to.
#[test]
fn no_money_or_good_appears_or_goes() {
    let mut town = society(PEOPLE).build().unwrap();
    let mut tally = Tally::begin(&town);
    let mut refused = 0;
    for day in 1..=DAYS {
        town.step().unwrap();
        tally.follow(&town);
        refused += town.world().resource::<Told>().refused;
        if day % 5 == 0 {
            tally.compare(&town);
            check_markets(&town);
        }
    }
    println!(
        "{} trades, {} estates, {refused} orders refused",
        tally.trades, tally.deaths
    );
    assert!(tally.trades > 10_000 && tally.deaths > 2 && refused > 100);
}

fn check_markets(town: &Society) {
    use oikos::ledger::{Inventory, Ledger};
    let world = town.world();
    let (ledger, inventory) = (
        world.resource::<Book<Ledger>>(),
        world.resource::<Book<Inventory>>(),
    );
    let (bread, cloth) = (
        &world.resource::<BreadMarket>().0,
        &world.resource::<ClothMarket>().0,
    );
    bread.venue.check(ledger).unwrap();
    bread.stall.check(inventory, bread.venue.orders()).unwrap();
    cloth.venue.check(ledger).unwrap();
    cloth.stall.check(inventory, cloth.venue.orders()).unwrap();
    ledger.audit().unwrap();
    inventory.audit().unwrap();
}

impl HasVenue for BreadMarket {
    type Mechanism = OrderBook;

    fn venue(&self) -> &Venue<OrderBook> {
        &self.0.venue
    }
}

impl HasVenue for ClothMarket {
    type Mechanism = CallAuction;

    fn venue(&self) -> &Venue<CallAuction> {
        &self.0.venue
    }
}

/// The society with the checkers of the test kit.
fn looked_at(people: u64) -> SocietyBuilder {
    society(people).add_plugins((
        CheckBooks { period: 7 },
        CheckVenue::<BreadMarket>::default(),
        CheckVenue::<ClothMarket>::default(),
    ))
}

/// The checkers of the test kit look at the books and both markets after each tick, and change no history.
#[test]
fn a_town_that_is_looked_at_each_tick_has_the_same_history() {
    const FEW: u64 = 400;
    let run = |mut town: Society| {
        town.step_n(45).unwrap();
        town.digest().unwrap()
    };
    let looked_at = run(looked_at(FEW).build().unwrap());
    assert_eq!(looked_at, run(society(FEW).build().unwrap()));
}

/// One digest on one, two and four threads, with rows in another order, and saved and loaded in the middle of any day.
#[test]
fn ten_thousand_people_who_trade_have_one_history() {
    let run = |threads: usize, salt: Option<u64>| {
        let mut builder = society(PEOPLE).threads(threads);
        if let Some(salt) = salt {
            builder = builder.scramble(salt);
        }
        let mut town = builder.build().unwrap();
        town.step_n(6).unwrap();
        town.digest().unwrap()
    };
    let expected = run(1, None);
    assert_eq!(run(2, None), expected, "two threads");
    assert_eq!(run(4, Some(7)), expected, "four threads, scrambled");
    let mut town = society(PEOPLE).build().unwrap();
    for _ in 0..6 {
        let saved = town.snapshot().unwrap();
        let mut loaded = society(PEOPLE).build().unwrap();
        loaded.restore(&saved).unwrap();
        loaded.step().unwrap();
        town = loaded;
    }
    assert_eq!(
        town.digest().unwrap(),
        expected,
        "saved and loaded at every tick"
    );
}

/// The whole contract, on a village that is looked at each tick: flips of each field that is saved are in the digest,
/// and so on.
#[test]
fn a_village_that_trades_keeps_the_contract() {
    let report = Contract::of(|| looked_at(150)).ticks(10).assert();
    println!("{report:?}");
    assert!(report.flipped > 20, "{report:?}");
}
