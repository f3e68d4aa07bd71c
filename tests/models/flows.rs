//! Economies of stocks and flows: budgets, matrices, and what the government owes.

use std::collections::BTreeMap;

use oikos::prelude::*;
use proptest::prelude::*;

use crate::sfc::{Economy, Shown, Tables, run};

fn column<'a>(table: &'a Table, name: &str) -> &'a [i64] {
    table.column(name).unwrap().minor_units().unwrap()
}

/// The sums of all rows and columns of the matrix of each year.
fn sums(flows: &Table) -> Vec<i64> {
    let years = flows.column("tick").unwrap().ints().unwrap();
    let (rows, _) = flows.column("flow").unwrap().labels().unwrap();
    let (columns, _) = flows.column("sector").unwrap().labels().unwrap();
    let mut sums: BTreeMap<(i64, bool, u16), i64> = BTreeMap::new();
    for (at, amount) in column(flows, "amount").iter().enumerate() {
        *sums.entry((years[at], false, rows[at])).or_default() += amount;
        *sums.entry((years[at], true, columns[at])).or_default() += amount;
    }
    sums.into_values().collect()
}

/// What each has more at the end of a year than at its beginning is what came less what went.
fn check_budgets(tables: &Tables, people: usize) {
    let of = |name| column(&tables.consumers, name);
    let (wages, interest) = (of("wages"), of("interest"));
    let (taxes, consumption) = (of("taxes"), of("consumption"));
    let (money, bills) = (of("money"), of("bills"));
    for row in 0..money.len() {
        let before = row.checked_sub(people);
        let had = before.map_or(0, |before| money[before] + bills[before]);
        let came = wages[row] + interest[row] - taxes[row] - consumption[row];
        assert_eq!(money[row] + bills[row], had + came, "row {row}");
        assert!(money[row] >= 0 && bills[row] >= 0, "row {row}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, failure_persistence: None, ..ProptestConfig::default() })]
    /// Whoever they are and however many: every budget holds, and every row and column of every year sums to zero.
    #[test]
    fn every_budget_and_every_sum_holds(
        seed in 0_u64..1_000, people in 1_u64..30, makers in 1_u64..6, spread in 0_i64..400, bills: bool,
        spending in 1_i64..2_000_000,
    ) {
        let mut economy = if bills { Economy::pc(people).unwrap() } else { Economy::sim(people) };
        (economy.makers, economy.spread, economy.spending) = (makers.min(people), spread, spending);
        let tables = run(Seed(seed), economy, 12).unwrap();
        let sums = sums(&tables.flows);
        prop_assert!(sums.len() > 12 * 5);
        prop_assert!(sums.iter().all(|sum| *sum == 0));
        check_budgets(&tables, people as usize);
    }
}

/// Some consume all but a thousandth of their income: as their wealth is so small beside it they would hold less than
/// no bills, and hold none.
#[test]
fn who_has_next_to_nothing_holds_no_bills() {
    let mut economy = Economy::pc(400).unwrap();
    economy.spread = 400;
    let tables = run(Seed(1), economy, 6).unwrap();
    check_budgets(&tables, 400);
    let (money, bills) = (
        column(&tables.consumers, "money"),
        column(&tables.consumers, "bills"),
    );
    let none = (0..400)
        .filter(|at| bills[*at] == 0 && money[*at] > 0)
        .count();
    assert!((1..40).contains(&none), "{none}");
}

/// What the table leaves out is missed.
#[test]
fn a_hidden_sector_leaves_sums_open() {
    let mut economy = Economy::pc(10).unwrap();
    economy.shown = Shown::Private;
    let tables = run(Seed(1), economy, 5).unwrap();
    assert!(sums(&tables.flows).iter().any(|sum| *sum != 0));
}

/// Model SIM: in the first year people earn 38.461538, pay 7.692308 of it, and keep 12.307692.
#[test]
fn the_first_year_is_that_of_the_book() {
    let tables = run(Seed(1), Economy::sim(100), 1).unwrap();
    let sum = |name| column(&tables.consumers, name).iter().sum::<i64>();
    for (name, expected) in [
        ("wages", 38_461_538),
        ("taxes", 7_692_308),
        ("consumption", 18_461_538),
        ("money", 12_307_692),
    ] {
        assert!((sum(name) - expected).abs() <= 100, "{name}: {}", sum(name));
    }
    assert_eq!(sum("wages"), sum("consumption") + 20_000_000);
}
