//! The slow model: maps and wide integers. A row is seven columns; what is held is summed over open holds each
//! time; a chain is tried on a copy; of all that is wrong with an operation the least status counts.
//!
//! It can be told to be wrong in one way, so that tests can show what finds it.

mod rules;

use std::collections::BTreeMap;

use oikos_core::{Quantity, Tick};
use oikos_ledger::{
    Applied, Fate, Good, GoodsEntry, GoodsFlow, GoodsHold, GoodsKind, GoodsMove, GoodsOperation,
    GoodsStatus, HoldId, Owner,
};

use crate::inventory::Fault;
use crate::inventory::book::{Answer, Book, Deed, GOODS, Row, View, hold_id};

/// Produced, received, given, consumed, spoiled.
pub(crate) type Flows = [i128; 5];

/// The obvious book of goods, right or with one mistake.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub(crate) flows: BTreeMap<(Owner, Good), Flows>,
    holds: Vec<(Fate, GoodsHold)>,
    pub(crate) now: u32,
    next: u64,
    entries: Vec<GoodsEntry>,
    fault: Option<Fault>,
}

/// Goods on their way: why, what, whence, whither, how much, for what, out of which hold.
pub(crate) struct Way {
    pub(crate) flow: GoodsFlow,
    pub(crate) kind: GoodsKind,
    pub(crate) good: Good,
    pub(crate) from: Option<Owner>,
    pub(crate) to: Option<Owner>,
    pub(crate) quantity: i64,
    pub(crate) reference: u64,
    pub(crate) hold: Option<HoldId>,
}

impl Model {
    /// A book with nothing in it, right or with one mistake.
    #[must_use]
    pub fn new(fault: Option<Fault>) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }

    pub(crate) fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) fn on_hand(&self, owner: Owner, good: Good) -> i128 {
        let flows = self.flows.get(&(owner, good));
        flows.map_or(0, |[produced, received, given, consumed, spoiled]| {
            produced + received - given - consumed - spoiled
        })
    }

    pub(crate) fn held(&self, owner: Owner, good: Good) -> i128 {
        let open = self
            .holds
            .iter()
            .filter(|(fate, hold)| *fate == Fate::Open && (hold.owner, hold.good) == (owner, good));
        open.map(|(_, hold)| i128::from(hold.quantity.0)).sum()
    }

    /// The way that goods are to take, if the operation moves any.
    pub(crate) fn way(&self, operation: &GoodsOperation) -> Option<Way> {
        let plain = |what: &GoodsMove, flow, from, to| Way {
            flow,
            kind: what.kind,
            good: what.good,
            from,
            to,
            quantity: what.quantity.0,
            reference: what.reference,
            hold: None,
        };
        Some(match operation {
            GoodsOperation::Produce(what) => {
                plain(what, GoodsFlow::Produce, None, Some(what.owner))
            }
            GoodsOperation::Transfer { what, to } => {
                plain(what, GoodsFlow::Transfer, Some(what.owner), Some(*to))
            }
            GoodsOperation::Consume(what) => {
                plain(what, GoodsFlow::Consume, Some(what.owner), None)
            }
            GoodsOperation::Spoil(what) => plain(what, GoodsFlow::Spoil, Some(what.owner), None),
            GoodsOperation::Take {
                hold,
                kind,
                to,
                quantity,
            } => {
                let held = self.known(*hold)?.1;
                Way {
                    flow: GoodsFlow::Transfer,
                    kind: *kind,
                    good: held.good,
                    from: Some(held.owner),
                    to: Some(*to),
                    quantity: quantity.unwrap_or(held.quantity).0,
                    reference: held.reference,
                    hold: Some(*hold),
                }
            }
            GoodsOperation::Hold(_) | GoodsOperation::Release { .. } => return None,
        })
    }

    pub(crate) fn known(&self, hold: HoldId) -> Option<(Fate, GoodsHold)> {
        use oikos_core::StableId;
        self.holds.get(hold.get() as usize).copied()
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    fn go(&mut self, way: &Way) {
        let wide = i128::from(way.quantity);
        if let Some(from) = way.from {
            let flows = self.flows.entry((from, way.good)).or_default();
            flows[[0, 2, 3, 4][way.flow as usize]] += wide;
        }
        if let Some(to) = way.to {
            let lost = self.fault == Some(Fault::OffByOne) && way.quantity % 7 == 3;
            let flows = self.flows.entry((to, way.good)).or_default();
            flows[way.flow as usize] += wide - i128::from(lost);
        }
        let silent = self.is(Fault::SilentSpoil) && way.flow == GoodsFlow::Spoil;
        let number = self.number();
        if !silent {
            self.entries.push(GoodsEntry {
                number,
                tick: Tick::new(self.now),
                flow: way.flow,
                kind: way.kind,
                good: way.good,
                from: way.from,
                to: way.to,
                quantity: Quantity(way.quantity),
                reference: way.reference,
                hold: way.hold,
            });
        }
    }

    fn shrink(&mut self, id: HoldId, quantity: i64, fate: Fate) {
        use oikos_core::StableId;
        let rest_lost = self.is(Fault::RestLost);
        let held = &mut self.holds[id.get() as usize];
        held.1.quantity.0 -= quantity;
        if held.1.quantity.0 <= 0 || rest_lost {
            held.0 = fate;
        }
    }

    fn apply(&mut self, operation: &GoodsOperation) -> Result<Applied, GoodsStatus> {
        if let Some(first) = self.wrongs(operation).into_iter().min() {
            return Err(first);
        }
        let number = self.next;
        let (amount, hold) = match operation {
            GoodsOperation::Hold(hold) => {
                self.number();
                self.holds.push((Fate::Open, *hold));
                (hold.quantity.0, Some(hold_id(self.holds.len() as u64 - 1)))
            }
            GoodsOperation::Release { hold, quantity } => {
                let held = self.known(*hold).unwrap().1;
                let quantity = quantity.unwrap_or(held.quantity).0;
                self.number();
                self.shrink(*hold, quantity, Fate::Voided);
                (quantity, Some(*hold))
            }
            _ => {
                let way = self.way(operation).unwrap();
                self.go(&way);
                if let Some(hold) = way.hold {
                    self.shrink(hold, way.quantity, Fate::Posted);
                }
                (way.quantity, way.hold)
            }
        };
        Ok(Applied {
            number,
            amount,
            hold,
        })
    }

    fn chain(&mut self, operations: &[GoodsOperation], paid: bool) -> Answer {
        if operations.is_empty() {
            return Answer::Refused(GoodsStatus::ChainEmpty, 0);
        }
        let mut copy = self.clone();
        let mut done = Vec::new();
        for (step, operation) in (0..).zip(operations) {
            match copy.apply(operation) {
                Ok(applied) => done.push(applied),
                Err(status) => {
                    if self.is(Fault::PartialChain) {
                        *self = copy;
                    }
                    return Answer::Refused(status, step);
                }
            }
        }
        if paid || self.is(Fault::Unpaid) {
            *self = copy;
        }
        if paid {
            Answer::Done(done)
        } else {
            Answer::Unpaid(done.len())
        }
    }

    fn advance(&mut self, to: u32) -> Answer {
        if to < self.now {
            return Answer::ClockBack;
        }
        self.now = to;
        for (fate, hold) in &mut self.holds {
            if *fate == Fate::Open && hold.expires.is_some_and(|tick| tick.index() <= to) {
                *fate = Fate::Expired;
                self.next += 1;
            }
        }
        Answer::Nothing
    }
}

impl Book for Model {
    fn act(&mut self, deed: &Deed) -> Answer {
        match deed {
            Deed::Apply(operation) => self.apply(operation).map_or_else(
                |status| Answer::Refused(status, 0),
                |done| Answer::Done(vec![done]),
            ),
            Deed::Chain(operations) => self.chain(operations, true),
            Deed::Pay(operations, paid) => self.chain(operations, *paid),
            Deed::Advance(to) => self.advance(*to),
        }
    }

    fn view(&self) -> View {
        let row = |(&(owner, good), flows): (&(Owner, Good), &Flows)| {
            let mut row = [
                self.on_hand(owner, good),
                self.held(owner, good),
                0,
                0,
                0,
                0,
                0,
            ];
            row[2..].copy_from_slice(flows);
            ((owner, good), row)
        };
        let rows: BTreeMap<(Owner, Good), Row> = self.flows.iter().map(row).collect();
        let total = |number: u16| {
            let mut sum: Row = [0; 7];
            for (_, row) in rows.iter().filter(|((_, good), _)| good.0 == number) {
                (0..7).for_each(|column| sum[column] += row[column]);
            }
            sum
        };
        let holds = self.holds.iter();
        let holds = holds.map(|(fate, hold)| (*fate, (*fate == Fate::Open).then_some(*hold)));
        View {
            totals: (0..GOODS).map(total).collect(),
            rows,
            holds: holds.collect(),
            now: self.now,
            next: self.next,
        }
    }

    fn entries(&mut self) -> Vec<GoodsEntry> {
        std::mem::take(&mut self.entries)
    }
}
