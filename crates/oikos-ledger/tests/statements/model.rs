//! The slow model of statements: it keeps what every account, stock and thing has from the first entry on, and at the
//! end of a period goes through the whole raw log of it again, leg by leg, by names.
//!
//! It can be told to be wrong in one way, so that tests can show what finds it.

use std::collections::BTreeMap;

use oikos_ledger::{Good, Instrument, Item, Owner, Sector};

use crate::faults::Fault;
use crate::model_real::Thing;
use crate::truth::{is_stock, item, legs};
use crate::view::{Key, Sums, Units, View};
use crate::world::{CURRENCIES, FIRST_REVALUING, INSTRUMENTS, KINDS, Known, Raw, SECTORS, Slot};

#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    /// Net debits of each account.
    nets: Vec<i128>,
    pub(crate) units: BTreeMap<(Owner, Good), i128>,
    pub(crate) things: BTreeMap<u64, Thing>,
    pub(crate) prices: Vec<i64>,
    pub(crate) fault: Option<Fault>,
}

impl Model {
    pub(crate) fn new(prices: &[i64], fault: Option<Fault>) -> Self {
        Self {
            prices: prices.to_vec(),
            fault,
            ..Self::default()
        }
    }

    pub(crate) fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn stocks(&self, known: &[Known]) -> BTreeMap<Key, i128> {
        let mut sums = BTreeMap::new();
        for (known, net) in known.iter().zip(&self.nets) {
            if is_stock(known.kind) {
                let key = (known.currency, item(known.slot), known.sector);
                *sums.entry(key).or_default() += net;
            }
        }
        sums
    }

    /// The statements of the period whose log this is.
    pub(crate) fn close(&mut self, known: &[Known], raw: &Raw, prices: &[i64]) -> View {
        let mut view = View::default();
        self.nets.resize(known.len(), 0);
        let opening = self.stocks(known);
        let mut moved = BTreeMap::<Key, [i128; 2]>::new();
        for (number, entry) in raw.entries.iter().enumerate() {
            let left_out = number == 7 && (self.is(Fault::LeftOut) || self.is(Fault::Plugged));
            let revalues = usize::from(entry.kind.0) >= FIRST_REVALUING;
            let flows = !revalues || self.is(Fault::RevaluationAsFlow);
            for (account, amount) in legs(entry) {
                self.nets[account] += amount;
                let known = known[account];
                if left_out || !is_stock(known.kind) {
                    continue;
                }
                let mut sector = known.sector;
                if self.is(Fault::WrongSector) && number % 9 == 4 && amount > 0 {
                    sector = Sector((sector.0 + 1) % 4);
                }
                let key = (known.currency, item(known.slot), sector);
                moved.entry(key).or_default()[usize::from(!flows)] += amount;
                let half = self.is(Fault::HalfFlow) && number % 5 == 3 && amount < 0;
                if flows && known.slot != Slot::Machine && !half {
                    let row = flow_name(usize::from(entry.kind.0)).to_owned();
                    let capital = is_capital(usize::from(entry.kind.0), amount < 0);
                    let column = column(sector, capital);
                    *view.flows.entry((known.currency, row, column)).or_default() += amount;
                }
            }
        }
        self.add_cells(&mut view, opening, self.stocks(known), &moved);
        add_saving(&mut view);
        self.add_changes(&mut view);
        self.add_real(&mut view, raw, prices);
        view.flows.retain(|_, amount| *amount != 0);
        view.cells.retain(|_, sums| *sums != [0; 4]);
        view.lines.retain(|_, units: &mut Units| *units != [0; 7]);
        view
    }

    fn add_cells(
        &self,
        view: &mut View,
        opening: BTreeMap<Key, i128>,
        closing: BTreeMap<Key, i128>,
        moved: &BTreeMap<Key, [i128; 2]>,
    ) {
        for (key, amount) in opening {
            let opening = if self.is(Fault::StaleOpening) {
                amount / 2
            } else {
                amount
            };
            view.cells.entry(key).or_insert([0; 4])[0] = opening;
        }
        for (&key, &[flows, revaluations]) in moved {
            let sums = view.cells.entry(key).or_insert([0; 4]);
            (sums[1], sums[2]) = (flows, revaluations);
        }
        for (key, amount) in closing {
            view.cells.entry(key).or_insert([0; 4])[3] = amount;
        }
        if self.is(Fault::Plugged) {
            let plug = |sums: &mut Sums| sums[3] = sums[0] + sums[1] + sums[2];
            view.cells.values_mut().for_each(plug);
        }
    }

    /// What flows did to stocks of what is financial.
    fn add_changes(&self, view: &mut View) {
        for (&(currency, item, sector), sums) in &view.cells {
            let Item::Instrument(Instrument(number)) = item else {
                continue;
            };
            if number != Slot::Machine as u16 {
                let row = format!("change in {}", INSTRUMENTS[usize::from(number)]);
                let key = (currency, row, column(sector, true));
                *view.flows.entry(key).or_default() -= sums[3] - sums[0] - sums[2];
            }
        }
    }
}

/// By number of the kind.
fn flow_name(kind: usize) -> &'static str {
    match KINDS[kind] {
        "wage" | "bonus" => "wages",
        "lending" | "bond issue" => "finance",
        other => other,
    }
}

fn is_capital(kind: usize, is_credit: bool) -> bool {
    match KINDS[kind] {
        "investment" => is_credit,
        "bequest" => true,
        _ => false,
    }
}

fn column(sector: Sector, capital: bool) -> String {
    let name = SECTORS[usize::from(sector.0)];
    match (name, capital) {
        ("firms" | "banks", false) => format!("{name}, current"),
        ("firms" | "banks", true) => format!("{name}, capital"),
        _ => name.to_owned(),
    }
}

/// What the current accounts of those who keep two have left.
fn add_saving(view: &mut View) {
    for currency in 0..CURRENCIES {
        for name in ["firms", "banks"] {
            let [current, capital] = ["current", "capital"].map(|which| format!("{name}, {which}"));
            let of = view.flows.iter();
            let of = of.filter(|((known, _, column), _)| *known == currency && *column == current);
            let left: i128 = of.map(|(_, amount)| amount).sum();
            let key = |column| (currency, "saving".to_owned(), column);
            view.flows.insert(key(current), -left);
            view.flows.insert(key(capital), left);
        }
    }
}
