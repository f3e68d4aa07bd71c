//! What can be done to a book, fast or slow, and what can be seen of it.

use std::collections::BTreeMap;

use oikos_core::{Quantity, StableId, Tick};
use oikos_ledger::{
    Applied, Fate, Good, GoodsEntry, GoodsFlow, GoodsHold, GoodsKind, GoodsOperation, GoodsRefusal,
    GoodsStatus, HoldId, Inventory, Owner, OwnerKind,
};

/// Goods of scripts.
pub const GOODS: u16 = 3;
/// Two kinds of each flow, in the order of the flows.
pub const KINDS: u16 = 8;

/// Something that is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// One operation.
    Apply(GoodsOperation),
    /// All operations or none.
    Chain(Vec<GoodsOperation>),
    /// A chain, and a payment after it that succeeds or fails.
    Pay(Vec<GoodsOperation>, bool),
    /// Comes to a tick.
    Advance(u32),
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// What came of each operation.
    Done(Vec<Applied>),
    /// Why it was refused, and which operation of the chain.
    Refused(GoodsStatus, u32),
    /// That the clock does not go back.
    ClockBack,
    /// So many steps were carried out, and the payment failed.
    Unpaid(usize),
    /// That it was done.
    Nothing,
}

/// On hand, held, produced, received, given, consumed, spoiled.
pub type Row = [i128; 7];

/// All that can be seen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// What each owner has of each good.
    pub rows: BTreeMap<(Owner, Good), Row>,
    /// What all have, by good.
    pub totals: Vec<Row>,
    /// What became of each hold; those that are open.
    pub holds: Vec<(Fate, Option<GoodsHold>)>,
    /// The clock.
    pub now: u32,
    /// The number of the next operation.
    pub next: u64,
}

impl From<GoodsRefusal> for Answer {
    fn from(no: GoodsRefusal) -> Self {
        Self::Refused(no.status, no.step)
    }
}

/// A book that can be asked and looked at: an inventory, the slow model, or a book of your own.
pub trait Book {
    /// Does what it is asked.
    fn act(&mut self, deed: &Deed) -> Answer;
    /// All that can be seen.
    fn view(&self) -> View;
    /// What moved since this was asked last.
    fn entries(&mut self) -> Vec<GoodsEntry>;
}

/// An owner of scripts.
#[must_use]
pub const fn owner(number: u64) -> Owner {
    Owner {
        kind: OwnerKind((number % 2) as u16),
        id: number / 2,
    }
}

/// A kind of scripts.
#[must_use]
pub const fn kind(flow: GoodsFlow, which: u16) -> GoodsKind {
    GoodsKind(flow as u16 * 2 + which)
}

pub(super) fn hold_id(number: u64) -> HoldId {
    HoldId::new(number).unwrap()
}

/// The inventory that scripts begin with, which records what moves.
#[must_use]
pub fn new_book() -> Inventory {
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

/// All of the state.
#[must_use]
pub fn bytes(book: &Inventory) -> Vec<u8> {
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
        let totals = (0..).map_while(|good| {
            let all = self.totals(Good(good)).ok()?;
            let columns = [
                all.on_hand,
                all.held,
                all.produced,
                all.received,
                all.given,
                all.consumed,
                all.spoiled,
            ];
            Some(columns)
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
