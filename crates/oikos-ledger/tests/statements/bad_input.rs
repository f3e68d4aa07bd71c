//! What statements refuse, by name; and then nothing has changed.

use oikos_core::{Currency, Quantity, Ratio};
use oikos_ledger::{
    GoodsFlow, GoodsMove, GoodsOperation, GoodsPeriod, Instrument, Inventory, Item, Layout,
    LedgerError, Owner, OwnerKind, Period, Prices, Sector, Side, TitleOperation, TransferKind,
};

use crate::deeds::Deed;
use crate::world::{KINDS, Slot, World, goods_kind, kind, owner, sector_of};

fn paid() -> World {
    let mut world = World::new();
    let both = [owner(0, 0), owner(1, 0)];
    world.act(&Deed::Pay("purchase", Slot::Deposit, both, 40));
    world
}

fn period_bytes(period: &Period) -> Vec<u8> {
    let mut bytes = Vec::new();
    period.save(&mut bytes);
    bytes
}

#[test]
fn a_transfer_that_is_left_out_is_told_with_its_cell() {
    let mut world = paid();
    world.drain();
    let before = period_bytes(&world.period);
    world.follow();
    let error = world.close(&[1; 3]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`deposits` of `households`: opening 0 + flows 0 + revaluations 0 are not the -40 of the books: follow all \
         that moves, and drain only afterwards"
    );
    assert_ne!(
        period_bytes(&world.period),
        before,
        "it knows how far it has followed"
    );
    // Recorded, but by nobody.
    let mut world = World::new();
    world.ledger.record(oikos_ledger::Recording::Off);
    world.act(&Deed::Pay(
        "purchase",
        Slot::Cash,
        [owner(0, 1), owner(1, 0)],
        2,
    ));
    assert!(matches!(
        world.close(&[1; 3]),
        Err(LedgerError::CellOpen { .. })
    ));
}

#[test]
fn a_flow_in_the_wrong_sector_is_told_with_its_cell() {
    let mut world = paid();
    world.follow();
    let mut bytes = period_bytes(&world.period);
    // The last two turnovers of 38 bytes are those of the payer and the payee; the position is at byte 2.
    let end = bytes.len();
    let (payer, payee) = (end - 74, end - 36);
    let positions = [bytes[payer], bytes[payee]];
    assert_ne!(positions[0], positions[1]);
    bytes[payee] += 12;
    world.period = Period::load(&bytes).unwrap();
    let error = world.close(&[1; 3]).unwrap_err().to_string();
    assert!(
        error.starts_with("`deposits` of `firms`: opening 0 + flows 0 "),
        "{error}"
    );
}

#[test]
fn what_one_pays_and_none_receives_is_told_with_its_row() {
    let mut world = World::new();
    // A revaluation that is booked as if it were paid, by one of two alone.
    let accounts = [Slot::Worth, Slot::Bond].map(|slot| world.account(owner(0, 0), 0, slot));
    let gain = oikos_ledger::Transfer {
        kind: kind("dividend"),
        debit: accounts[1],
        credit: accounts[0],
        amount: 30,
        reference: 0,
    };
    world.ledger.post(&gain).unwrap();
    let statement = world.period.close(&world.ledger).unwrap();
    let flow = statement
        .transactions(&world.layout, Currency(0))
        .unwrap_err();
    assert_eq!(
        flow.to_string(),
        "the flow `dividend` comes to 30 USD over all sectors, not to 0: post the other half too, or declare what \
         nobody owes as real and what nobody paid as revaluing"
    );
    let stock = statement.balance(Currency(0)).unwrap_err().to_string();
    assert!(
        stock.starts_with("the instrument `bonds` comes to 30 USD"),
        "{stock}"
    );
    // One that is declared so is no flow, and leaves the instrument open.
    let mut world = World::new();
    let gain = oikos_ledger::Transfer {
        kind: kind("bond price"),
        ..gain
    };
    world.ledger.post(&gain).unwrap();
    let statement = world.period.close(&world.ledger).unwrap();
    assert!(statement.transactions(&world.layout, Currency(0)).is_ok());
    assert!(statement.balance(Currency(0)).is_err());
    assert!(statement.balance(Currency(1)).is_ok());
    assert!(matches!(
        statement.balance(Currency(2)),
        Err(LedgerError::NoSuchCurrency { .. })
    ));
    assert!(matches!(
        statement.integration(Currency(0), Sector(4)),
        Err(LedgerError::NoSuchSector { .. })
    ));
}

#[test]
fn a_layout_speaks_of_what_there_is_and_a_kind_is_in_one_flow() {
    let mut world = paid();
    let both = [owner(0, 0), owner(1, 0)];
    world.act(&Deed::Pay("wage", Slot::Deposit, both, 8));
    let statement = world.period.close(&world.ledger).unwrap();
    let mut layout = Layout::new();
    layout.flow("wages", kind("wage")).unwrap();
    layout.flow("wages", kind("wage")).unwrap();
    let error = layout.flow("gifts", kind("wage")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "transfer kind 0 is in the flow `wages` already: a kind is in one flow"
    );
    let unknown = TransferKind(KINDS.len() as u16);
    layout.on_capital(unknown, Side::Debit);
    let error = statement.transactions(&layout, Currency(0)).unwrap_err();
    assert_eq!(error, LedgerError::NoSuchKind { kind: unknown });
    let mut layout = Layout::new();
    layout.keep_capital(Sector(9));
    let error = statement.transactions(&layout, Currency(0)).unwrap_err();
    assert_eq!(error, LedgerError::NoSuchSector { sector: Sector(9) });
    // A kind that has the name of a flow is in it.
    let mut layout = Layout::new();
    layout.flow("purchase", kind("wage")).unwrap();
    let matrix = statement.transactions(&layout, Currency(0)).unwrap();
    assert_eq!(matrix.cell("purchase", "firms"), Some(48));
}

#[test]
fn a_period_belongs_to_its_books() {
    let mut world = paid();
    world.follow();
    let mut other = World::new();
    let error = world.period.follow(&other.ledger).unwrap_err();
    assert_eq!(error, LedgerError::OtherBook { book: "ledger" });
    let good = produce(&mut world, 5);
    world.follow();
    let error = world
        .goods_period
        .follow(&other.goods, sector_of)
        .unwrap_err();
    assert_eq!(
        error,
        LedgerError::OtherBook {
            book: "inventory book"
        }
    );
    register(&mut world);
    world.follow();
    let error = world.titles_period.follow(&other.titles).unwrap_err();
    assert_eq!(
        error,
        LedgerError::OtherBook {
            book: "title register"
        }
    );
    produce(&mut other, 4);
    assert_eq!(world.goods.stock(owner(1, 0), good).on_hand, Quantity(5));
}

fn produce(world: &mut World, quantity: i64) -> oikos_ledger::Good {
    let good = World::good(1);
    let harvest = GoodsOperation::Produce(GoodsMove {
        kind: goods_kind(GoodsFlow::Produce),
        good,
        owner: owner(1, 0),
        quantity: Quantity(quantity),
        reference: 0,
    });
    world.goods.apply(&harvest).unwrap();
    good
}

fn register(world: &mut World) -> oikos_ledger::TitleId {
    let shares = vec![(owner(0, 0), Ratio::ONE)];
    let operation = TitleOperation::Register {
        kind: oikos_ledger::TitleKind(0),
        currency: Currency(0),
        shares,
    };
    world.titles.apply(&operation).unwrap().title
}

#[test]
fn goods_have_prices_and_owners_sectors() {
    let mut world = World::new();
    let good = produce(&mut world, 5);
    for prices in [&[1][..], &[1, -1, 1], &[1, i64::MAX, 1]] {
        let error = world.close(prices).unwrap_err();
        assert_eq!(error, LedgerError::NoPrice { good });
    }
    let nobody = |_| None;
    let error = world.goods_period.follow(&world.goods, nobody).map(|()| 0);
    assert_eq!(error, Ok(0), "what is counted is not looked up again");
    let prices = Prices {
        currency: Currency(0),
        of: &[0, 3],
    };
    let stranger = Owner {
        kind: OwnerKind(1),
        id: 0,
    };
    let error = GoodsPeriod::open(&world.goods, nobody, &prices).unwrap_err();
    assert_eq!(error, LedgerError::NoSector { owner: stranger });
    let period = GoodsPeriod::open(&world.goods, sector_of, &prices).unwrap();
    assert_eq!(period.from(), world.now());
    let mut world = World::new();
    produce(&mut world, 5);
    let error = world.goods_period.follow(&world.goods, nobody).unwrap_err();
    assert_eq!(error, LedgerError::NoSector { owner: stranger });
    // Who once had something and is known no more is not asked for.
    world.follow();
    world.act(&Deed::Consume(stranger, 1, 5));
    world.follow();
    let closed = world.goods_period.close(&world.goods, nobody, &[1; 3]);
    assert_eq!(closed.unwrap().lines[0].consumed, 5);
    produce(&mut world, 5);
    // A good that nobody had at the beginning has the price of the end.
    let empty = Prices {
        currency: Currency(0),
        of: &[],
    };
    let mut period = GoodsPeriod::open(&Inventory::new(), sector_of, &empty).unwrap();
    let statement = period.close(&world.goods, sector_of, &[1, 4]).unwrap();
    let cell = &statement.cells[0];
    assert_eq!((cell.flows, cell.revaluations, cell.closing), (20, 0, 20));
}

#[test]
fn what_moved_unseen_is_told_of_goods_and_things() {
    let mut world = World::new();
    produce(&mut world, 5);
    drop(world.goods.drain());
    let error = world.close(&[1; 3]).unwrap_err().to_string();
    assert!(
        error.starts_with("`good 1` of `sector 1`: opening 0 + flows 0"),
        "{error}"
    );
    let mut world = World::new();
    let title = register(&mut world);
    let value = |amount| TitleOperation::Value { title, amount };
    world.titles.apply(&value(70)).unwrap();
    drop(world.titles.drain());
    let error = world.close(&[1; 3]).unwrap_err().to_string();
    assert!(
        error.starts_with("`thing 0` of `sector 0`: opening 0 + flows 0"),
        "{error}"
    );
    world.titles.apply(&value(80)).unwrap();
    world.follow();
    world.titles.apply(&value(90)).unwrap();
    drop(world.titles.drain());
    let error = world.close(&[1; 3]).unwrap_err();
    assert_eq!(error, LedgerError::ThingOpen { title });
}

#[test]
fn cells_that_cannot_be_are_not_included() {
    let mut world = World::new();
    produce(&mut world, 5);
    let mut statement = world.period.close(&world.ledger).unwrap();
    let goods = world
        .goods_period
        .close(&world.goods, sector_of, &[1; 3])
        .unwrap();
    let cell = &goods.cells[0];
    let with = |change: &dyn Fn(&mut oikos_ledger::Cell)| {
        let mut cell = cell.clone();
        change(&mut cell);
        [goods.cells[0].clone(), cell]
    };
    let before = statement.clone();
    let wrong = [
        with(&|cell| cell.sector = Sector(4)),
        with(&|cell| cell.currency = Currency(2)),
        with(&|cell| cell.item = Item::Instrument(Instrument(6))),
        with(&|cell| cell.closing += 1),
        with(&|cell| (cell.opening, cell.closing) = (i128::MAX, i128::MAX)),
    ];
    for cells in wrong {
        assert!(statement.include(&cells).is_err(), "{:?}", cells[1]);
        assert_eq!(statement, before);
    }
    statement.include(&goods.cells).unwrap();
    let balance = statement.balance(Currency(0)).unwrap();
    assert_eq!(balance.cell("good 1", "firms"), Some(5));
    assert_eq!(balance.cell("net worth", "sum"), Some(-5));
}
