//! What a test can do to a book, fast or slow, and what it sees of it.

use std::collections::BTreeMap;

use oikos_core::{Quantity, StableId, Tick};
use oikos_ledger::{
    Applied, Fate, Good, GoodsEntry, GoodsFlow, GoodsHold, GoodsKind, GoodsOperation, GoodsRefusal,
    GoodsStatus, HoldId, Inventory, Owner, OwnerKind,
};

pub(crate) const GOODS: u16 = 3;
/// Two kinds of each flow, in the order of the flows.
pub(crate) const KINDS: u16 = 8;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Deed {
    Apply(GoodsOperation),
    Chain(Vec<GoodsOperation>),
    /// A chain, and a payment after it that succeeds or fails.
    Pay(Vec<GoodsOperation>, bool),
    Advance(u32),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Done(Vec<Applied>),
    Refused(GoodsStatus, u32),
    ClockBack,
    /// So many steps were carried out, and the payment failed.
    Unpaid(usize),
    Nothing,
}

/// On hand, held, produced, received, given, consumed, spoiled.
pub(crate) type Row = [i128; 7];

#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct View {
    pub(crate) rows: BTreeMap<(Owner, Good), Row>,
    pub(crate) totals: Vec<Row>,
    pub(crate) holds: Vec<(Fate, Option<GoodsHold>)>,
    pub(crate) now: u32,
    pub(crate) next: u64,
}

impl From<GoodsRefusal> for Answer {
    fn from(no: GoodsRefusal) -> Self {
        Self::Refused(no.status, no.step)
    }
}

pub(crate) trait Book {
    fn act(&mut self, deed: &Deed) -> Answer;
    fn view(&self) -> View;
    fn entries(&mut self) -> Vec<GoodsEntry>;
}

pub(crate) fn owner(number: u64) -> Owner {
    Owner {
        kind: OwnerKind((number % 2) as u16),
        id: number / 2,
    }
}

pub(crate) fn kind(flow: GoodsFlow, which: u16) -> GoodsKind {
    GoodsKind(flow as u16 * 2 + which)
}

pub(crate) fn hold_id(number: u64) -> HoldId {
    HoldId::new(number).unwrap()
}

pub(crate) fn new_book() -> Inventory {
    let mut book = Inventory::new();
    for number in 0..GOODS {
        assert_eq!(book.good(&format!("good {number}")).unwrap(), Good(number));
    }
    for flow in GoodsFlow::ALL {
        for which in 0..2 {
            let name = format!("{flow:?} {which}");
            assert_eq!(book.kind(&name, flow).unwrap(), kind(flow, which));
        }
    }
    book.record(true);
    book
}

pub(crate) fn bytes(book: &Inventory) -> Vec<u8> {
    let mut bytes = Vec::new();
    book.save(&mut bytes);
    bytes
}

impl Book for Inventory {
    fn act(&mut self, deed: &Deed) -> Answer {
        let done = match deed {
            Deed::Apply(operation) => self.apply(operation).map(|applied| vec![applied]),
            Deed::Chain(operations) => self.chain(operations),
            Deed::Pay(operations, paid) => {
                let done = self.chain_then(operations, |done| {
                    let unpaid = Answer::Unpaid(done.len());
                    paid.then(|| done.to_vec()).ok_or(unpaid)
                });
                return done.map_or_else(|no| no, Answer::Done);
            }
            Deed::Advance(tick) => {
                return match self.advance(Tick::new(*tick)) {
                    Ok(()) => Answer::Nothing,
                    Err(_) => Answer::ClockBack,
                };
            }
        };
        done.map_or_else(Answer::from, Answer::Done)
    }

    fn view(&self) -> View {
        let wide = |quantity: Quantity| i128::from(quantity.0);
        let rows = self.stocks().map(|(owner, good, stock)| {
            let flows = &stock.flows;
            let row = [
                stock.on_hand,
                stock.held,
                flows.produced,
                flows.received,
                flows.given,
                flows.consumed,
                flows.spoiled,
            ];
            ((owner, good), row.map(wide))
        });
        let totals = (0..GOODS).map(|good| {
            let all = self.totals(Good(good)).unwrap();
            [
                all.on_hand,
                all.held,
                all.produced,
                all.received,
                all.given,
                all.consumed,
                all.spoiled,
            ]
        });
        let hold = |number| {
            let id = hold_id(number);
            Some((self.fate(id)?, self.hold(id).copied()))
        };
        View {
            rows: rows.collect(),
            totals: totals.collect(),
            holds: (0..).map_while(hold).collect(),
            now: self.now().index(),
            next: self.operations(),
        }
    }

    fn entries(&mut self) -> Vec<GoodsEntry> {
        self.drain().collect()
    }
}
