//! The books of a society: saved, digested, advanced and checked with it.

use std::error::Error;

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_core::{CurrencyInfo, Quantity, Seed, StableId, Tick as Number};
use oikos_engine::{Clock, Phase, Rows, Society, SocietyBuilder, Tick, found};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Good, GoodsFlow, GoodsKind, GoodsMove, GoodsOperation,
    Inventory, Ledger, Limit, Operation, Titles, Transfer, TransferKind,
};
use oikos_testkit::Contract;
use oikos_world::{
    BirthDate, Book, BooksPlugin, Holder, HouseholdId, OrganisationId, PeoplePlugin, Person,
    PersonId,
};

const PEOPLE: u64 = 12;
const START: i64 = 1_000;

fn id(person: u64) -> PersonId {
    PersonId::new(person).unwrap()
}

/// The purse of somebody: they were opened in the order of the ids, after that of the issuer.
fn purse(person: u64) -> AccountId {
    AccountId::new(person + 1).unwrap()
}

/// Purses with money, and bread.
fn open_purses(world: &mut World) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut ledger = world.resource_mut::<Book<Ledger>>();
    let currency = ledger.currency(CurrencyInfo::new("EUR", "euro", 2)?)?;
    let (state, people) = (ledger.sector("state")?, ledger.sector("households")?);
    let mint = ledger.issuing_kind("mint")?;
    ledger.kind("gift")?;
    let issuer = ledger.open(&AccountSpec {
        kind: AccountKind::Liability,
        owner: OrganisationId::FIRST.owner(),
        sector: state,
        currency,
        limit: Limit::None,
        is_issuer: true,
    })?;
    for person in 0..PEOPLE {
        let spec = AccountSpec {
            kind: AccountKind::Asset,
            owner: id(person).owner(),
            sector: people,
            currency,
            limit: Limit::Credits(0),
            is_issuer: false,
        };
        let debit = ledger.open(&spec)?;
        let (kind, credit) = (mint, issuer);
        ledger.post(&Transfer {
            kind,
            debit,
            credit,
            amount: START,
            reference: 0,
        })?;
    }
    let mut goods = world.resource_mut::<Book<Inventory>>();
    goods.good("bread")?;
    goods.kind("bake", GoodsFlow::Produce)?;
    Ok(())
}

const GIFT: TransferKind = TransferKind(1);
const BREAD: Good = Good(0);

/// Everybody sets something aside for the next and bakes a loaf; what was set aside expires two days later, or is
/// paid.
fn give(
    clock: Res<Clock>,
    mut people: Rows<&BirthDate>,
    mut ledger: ResMut<Book<Ledger>>,
    mut goods: ResMut<Book<Inventory>>,
) -> Result<(), BevyError> {
    let now = clock.tick();
    assert_eq!((ledger.now(), goods.now()), (now, now));
    let mut givers: Vec<u64> = people.iter().map(|(who, _)| who.id().get()).collect();
    givers.sort_unstable();
    let open: Vec<_> = ledger.holds().map(|(hold, _)| hold).collect();
    for hold in open.into_iter().step_by(3) {
        let amount = None;
        ledger.apply(&Operation::PostHold { hold, amount })?;
    }
    for giver in givers {
        let transfer = Transfer {
            kind: GIFT,
            debit: purse((giver + 1) % PEOPLE),
            credit: purse(giver),
            amount: 1 + (giver + u64::from(now.index())) as i64 % 7,
            reference: 0,
        };
        ledger.apply(&Operation::Hold {
            transfer,
            expires: Some(Number::new(now.index() + 2)),
        })?;
        goods.apply(&GoodsOperation::Produce(GoodsMove {
            kind: GoodsKind(0),
            good: BREAD,
            owner: id(giver).owner(),
            quantity: Quantity(1),
            reference: 0,
        }))?;
    }
    Ok(())
}

fn books(app: &mut App) {
    app.add_plugins((PeoplePlugin, BooksPlugin { id_window: 3 }));
    app.add_systems(Tick, give.in_set(Phase::Act));
}

fn people(world: &mut World) -> Result<(), Box<dyn Error + Send + Sync>> {
    found::<Person>(world, 0..PEOPLE)?;
    Ok(())
}

fn builder() -> SocietyBuilder {
    Society::builder(Seed(5))
        .threads(1)
        .add_plugins(books)
        .populate(people)
        .populate(open_purses)
}

fn money(society: &Society) -> Vec<i64> {
    let ledger = society.world().resource::<Book<Ledger>>();
    let balance = |person| ledger.balance(purse(person)).unwrap().net_debit();
    (0..PEOPLE).map(balance).collect()
}

#[test]
fn books_go_with_the_society() {
    let mut society = builder().build().unwrap();
    let start = money(&society);
    assert_eq!(start, [START; PEOPLE as usize]);
    for day in 1..20 {
        society.step().unwrap();
        assert_eq!(money(&society).iter().sum::<i64>(), START * PEOPLE as i64);
        let world = society.world();
        let bread = world.resource::<Book<Inventory>>().totals(BREAD).unwrap();
        assert_eq!(bread.on_hand, i128::from(day * PEOPLE));
        // Those of the last two days are open, but for the third that was paid.
        let open = world.resource::<Book<Ledger>>().open_holds();
        assert!(
            (PEOPLE..3 * PEOPLE).contains(&open),
            "{open} holds are open"
        );
    }
    assert_ne!(money(&society), start);
}

#[test]
fn books_keep_the_contract() {
    let report = Contract::of(builder).ticks(6).assert();
    assert!(report.flipped > 3, "{report:?}");
}

#[test]
fn owners_are_told_apart_by_kind() {
    let society = builder().build().unwrap();
    let ledger = society.world().resource::<Book<Ledger>>();
    let kinds = [
        (id(0).owner(), "person"),
        (HouseholdId::FIRST.owner(), "household"),
        (OrganisationId::FIRST.owner(), "organisation"),
    ];
    for (owner, name) in kinds {
        assert_eq!(ledger.owner_kind_name(owner.kind), Some(name));
    }
    assert_eq!(society.world().resource::<Book<Titles>>().len(), 0);
}

/// Somebody turns the clock of a book ahead: the next tick fails, names the book, and changes nothing.
#[test]
fn a_book_whose_clock_runs_ahead_stops_the_society() {
    fn hurry(mut ledger: ResMut<Book<Ledger>>) -> Result<(), BevyError> {
        Ok(ledger.advance(Number::new(9))?)
    }
    let builder = builder().with(|app| {
        app.add_systems(Tick, hurry.in_set(Phase::Settle));
    });
    let mut society = builder.build().unwrap();
    let errors = (0..2).find_map(|_| society.step().err());
    let error = errors.unwrap().to_string();
    assert!(error.contains("cannot go back"), "{error}");
}

/// Without people, and in either order with them: the books' clock is that of the society.
#[test]
fn books_need_no_people() {
    let alone = Society::builder(Seed(1)).add_plugins(BooksPlugin::default());
    let before = Society::builder(Seed(1)).add_plugins((BooksPlugin::default(), PeoplePlugin));
    let after = Society::builder(Seed(1)).add_plugins((PeoplePlugin, BooksPlugin::default()));
    for builder in [alone, before, after] {
        let mut society = builder.threads(1).build().unwrap();
        society.step_n(3).unwrap();
        let ledger = society.world().resource::<Book<Ledger>>();
        assert_eq!(ledger.now(), Number::new(2));
    }
}
