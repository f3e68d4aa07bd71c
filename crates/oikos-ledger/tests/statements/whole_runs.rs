//! Whole random runs: the statements and the slow model's, S1 to S5 and S8 at every end of a period, S1 and S7 at
//! every step where they can break.

use std::cell::Cell;
use std::collections::BTreeMap;

use oikos_core::Currency;
use oikos_ledger::{Item, Owner, Prices, Sheet, SheetRow};
use oikos_testkit::Runs;
use proptest::prelude::*;

use crate::deeds::Deed;
use crate::invariants::broken;
use crate::model::Model;
use crate::script::{self, Next, SEED};
use crate::truth;
use crate::view::View;
use crate::world::{CURRENCIES, World};

/// The sheet of an owner with goods and things.
fn whole_sheet(world: &World, owner: Owner) -> Sheet {
    let mut sheet = Sheet::of_owner(&world.ledger, owner);
    let prices = Prices {
        currency: Currency(0),
        of: &world.prices,
    };
    sheet
        .add_goods(world.goods.stocks_of(owner), &prices)
        .unwrap();
    for title in world.titles.titles_of(owner) {
        sheet.add_title(world.titles.get(title).unwrap(), |known| known == owner);
    }
    sheet
}

type Rows = BTreeMap<(Currency, Item), i128>;

fn add_rows(rows: &mut Rows, sheet: &Sheet) {
    for SheetRow {
        currency,
        kind,
        item,
        amount,
    } in sheet.rows()
    {
        let sign = if kind.grows_by_debits() { 1 } else { -1 };
        *rows.entry((currency, item)).or_default() += sign * amount;
    }
}

/// S7: who has left has nothing and owes nothing, and the heir has what both had, line by line.
fn s7(before: [Sheet; 2], after: [Sheet; 2]) -> Result<(), TestCaseError> {
    let [dead, heir] = after;
    prop_assert!(dead.is_empty(), "S7: {dead:?}");
    let (mut was, mut is) = (Rows::new(), Rows::new());
    before.iter().for_each(|sheet| add_rows(&mut was, sheet));
    add_rows(&mut is, &heir);
    let things = |rows: &Rows| -> i128 {
        let things = rows
            .iter()
            .filter(|((_, item), _)| matches!(item, Item::Thing(_)));
        things.map(|(_, amount)| amount).sum()
    };
    // A unit of a thing of several owners may be rounded to another of them.
    let rounded = (things(&was) - things(&is)).abs();
    prop_assert!(rounded <= 12, "S7: things of {was:?} became {is:?}");
    for rows in [&mut was, &mut is] {
        rows.retain(|(_, item), amount| !matches!(item, Item::Thing(_)) && *amount != 0);
    }
    prop_assert_eq!(was, is, "S7");
    Ok(())
}

/// S1: what each owner owns less what is owed is what entries made of it, and is the sum of the lines.
fn s1(world: &World, worth: &BTreeMap<(Owner, u16), i128>) -> Result<(), TestCaseError> {
    let sheets = Sheet::of_owners(&world.ledger);
    for (&(owner, currency), &expected) in worth {
        let (sheet, currency) = (&sheets[&owner], Currency(currency));
        prop_assert_eq!(sheet, &Sheet::of_owner(&world.ledger, owner));
        let [assets, debts] = [sheet.assets(currency), sheet.liabilities(currency)];
        prop_assert_eq!(assets, debts + sheet.net_worth(currency), "S1");
        prop_assert_eq!(sheet.net_worth(currency), expected, "S1: {:?}", owner);
    }
    let all = Sheet::of_all(&world.ledger);
    for currency in (0..CURRENCIES).map(Currency) {
        // Debits are credits, so that over all owners net worth is what is booked.
        prop_assert_eq!(all.net_worth(currency), all.booked(currency), "S1 of all");
        let sectors =
            (0..4).map(|sector| Sheet::of_sector(&world.ledger, oikos_ledger::Sector(sector)));
        let sum: i128 = sectors.map(|sheet| sheet.net_worth(currency)).sum();
        prop_assert_eq!(all.net_worth(currency), sum, "S1 of sectors");
    }
    Ok(())
}

struct Run {
    world: World,
    model: Model,
    before: View,
    /// What entries made of each owner's net worth.
    worth: BTreeMap<(Owner, u16), i128>,
    /// Entries of the period that are added to it.
    added: usize,
    moved: u64,
}

impl Run {
    fn new() -> Self {
        let world = World::new();
        Self {
            model: Model::new(&world.prices, None),
            world,
            before: View::default(),
            worth: BTreeMap::new(),
            added: 0,
            moved: 0,
        }
    }

    fn add_worth(&mut self) {
        let world = &self.world;
        for entry in &world.raw.entries[self.added..] {
            for (account, amount) in truth::legs(entry) {
                let known = world.known[account];
                if truth::is_stock(known.kind) {
                    *self.worth.entry((known.owner, known.currency)).or_default() += amount;
                }
            }
        }
        self.added = world.raw.entries.len();
    }

    fn step(&mut self, next: Next) -> Result<(), TestCaseError> {
        match next {
            Next::Do(deed @ Deed::Exit([who, heir], _)) => {
                let before = [who, heir].map(|owner| whole_sheet(&self.world, owner));
                self.world.act(&deed);
                let after = [who, heir].map(|owner| whole_sheet(&self.world, owner));
                s7(before, after)?;
            }
            Next::Do(deed) => self.world.act(&deed),
            Next::Follow => self.world.follow(),
            Next::Drain => {
                self.world.follow();
                self.world.drain();
                self.add_worth();
                s1(&self.world, &self.worth)?;
            }
            Next::Close(prices) => self.close(&prices)?,
        }
        Ok(())
    }

    fn close(&mut self, prices: &[i64]) -> Result<(), TestCaseError> {
        let world = &mut self.world;
        let view = world
            .close(prices)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        world.drain();
        self.add_worth();
        let world = &mut self.world;
        let truth = truth::read(world);
        prop_assert_eq!(broken(&self.before, &view, &truth), Vec::<String>::new());
        prop_assert_eq!(&view, &self.model.close(&world.known, &world.raw, prices));
        prop_assert!(
            truth
                .worth
                .iter()
                .all(|(key, worth)| self.worth.get(key).unwrap_or(&0) == worth)
        );
        let raw = &world.raw;
        self.moved += (raw.entries.len() + raw.goods.len() + raw.titles.len()) as u64;
        world.raw = Default::default();
        self.added = 0;
        self.before = view;
        s1(&self.world, &self.worth)
    }
}

#[test]
fn s1_to_s5_s7_s8_the_statements_agree_with_the_slow_model() {
    let moved = Cell::new(0_u64);
    let runs = Runs::new(120).seed(SEED);
    let done = runs.check_script(&script::scripts(1_000), |script| {
        let mut run = Run::new();
        for &raw in script {
            let next = script::next(raw, &run.world);
            run.step(next)?;
        }
        run.close(&[3, 0, 7])?;
        moved.set(moved.get() + run.moved);
        run.world.ledger.audit().unwrap();
        Ok::<u64, TestCaseError>(script.len() as u64)
    });
    println!("{}, {} entries", done.unwrap(), moved.get());
    assert!(moved.get() >= 100_000, "{} entries", moved.get());
}
