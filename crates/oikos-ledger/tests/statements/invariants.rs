//! What is so of statements, looked at from outside: S2 to S5 and S8, each with the number it has in the list.

use std::collections::BTreeMap;

use oikos_ledger::{Instrument, Item};

use crate::truth::Truth;
use crate::view::{Key, View};
use crate::world::{CURRENCIES, Slot};

fn ensure(holds: bool, text: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(text()) }
}

fn is_financial(item: Item) -> bool {
    matches!(item, Item::Instrument(Instrument(number)) if number != Slot::Machine as u16)
}

/// Of each financial instrument, what is owned is what is owed.
fn s2(view: &View) -> Result<(), String> {
    let mut sums = BTreeMap::<(u16, Item), i128>::new();
    for (&(currency, item, _), cells) in &view.cells {
        if is_financial(item) {
            *sums.entry((currency, item)).or_default() += cells[3];
        }
    }
    let open = sums.iter().find(|(_, sum)| **sum != 0);
    ensure(open.is_none(), || {
        format!("S2: {open:?} is owned by one and owed by none")
    })
}

/// Net worth of all is what real assets are worth.
fn s3(view: &View, truth: &Truth) -> Result<(), String> {
    for currency in 0..CURRENCIES {
        let of = view
            .cells
            .iter()
            .filter(|((known, ..), _)| *known == currency);
        let worth: i128 = of.map(|(_, sums)| sums[3]).sum();
        let of = truth.stocks.iter();
        let real = of.filter(|((known, item, _), _)| *known == currency && !is_financial(*item));
        let real: i128 = real.map(|(_, amount)| amount).sum();
        ensure(worth == real, || {
            format!("S3: net worth is {worth}, real assets are worth {real}")
        })?;
    }
    Ok(())
}

/// Every row and column of the transactions-flow matrix sums to 0.
fn s4(view: &View) -> Result<(), String> {
    let (mut rows, mut columns) = (BTreeMap::new(), BTreeMap::new());
    for ((currency, row, column), amount) in &view.flows {
        *rows.entry((currency, row)).or_insert(0_i128) += amount;
        *columns.entry((currency, column)).or_insert(0_i128) += amount;
    }
    for (what, sums) in [("row", rows), ("column", columns)] {
        let open = sums.iter().find(|(_, sum)| **sum != 0);
        ensure(open.is_none(), || format!("S4 {what}: {open:?} is not 0"))?;
    }
    Ok(())
}

/// Each cell goes from what there was to what there is by what moved and what was revalued, each of which is so.
fn s5(before: &View, view: &View, truth: &Truth) -> Vec<Result<(), String>> {
    let keys = before
        .cells
        .keys()
        .chain(view.cells.keys())
        .chain(truth.stocks.keys());
    let cell = |view: &View, key: &Key| view.cells.get(key).copied().unwrap_or([0; 4]);
    let mut all = Vec::new();
    for key in keys {
        let [opening, flows, revaluations, closing] = cell(view, key);
        let last = cell(before, key)[3];
        all.push(ensure(opening == last, || {
            format!("S5 opening: {key:?} has {opening}, the last period ended with {last}")
        }));
        all.push(ensure(opening + flows + revaluations == closing, || {
            format!("S5 sum: {key:?} is {opening} + {flows} + {revaluations}, not {closing}")
        }));
        let there = truth.stocks.get(key).copied().unwrap_or(0);
        all.push(ensure(closing == there, || {
            format!("S5 stock: {key:?} has {closing}, in the books are {there}")
        }));
        if let (_, Item::Instrument(_), _) = key {
            let told = truth.moved.get(key).copied().unwrap_or([0; 2]);
            all.push(ensure(flows == told[0], || {
                format!("S5 flow: {key:?} has {flows}, entries tell {}", told[0])
            }));
            all.push(ensure(revaluations == told[1], || {
                format!(
                    "S5 revaluation: {key:?} has {revaluations}, entries tell {}",
                    told[1]
                )
            }));
        }
    }
    all
}

/// Of each good, what there was, came and went is what there is.
fn s8(view: &View, truth: &Truth) -> Result<(), String> {
    for (key, line) in &view.lines {
        let [
            opening,
            produced,
            received,
            given,
            consumed,
            spoiled,
            closing,
        ] = *line;
        let there = truth.units.get(key).copied().unwrap_or(0);
        let net = produced + received - given - consumed - spoiled;
        ensure(opening + net == closing && closing == there, || {
            format!("S8: {key:?} is {line:?}, in the book are {there}")
        })?;
    }
    Ok(())
}

/// The invariants that the statements of a period break, after those of the period before.
pub(crate) fn broken(before: &View, view: &View, truth: &Truth) -> Vec<String> {
    let others = [s2(view), s3(view, truth), s4(view), s8(view, truth)];
    let all = others.into_iter().chain(s5(before, view, truth));
    all.filter_map(Result::err).collect()
}
