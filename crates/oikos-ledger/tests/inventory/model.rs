//! The slow model: maps and wide integers. A row is seven columns; what is held is summed over open holds each
//! time; a chain is tried on a copy; of all that is wrong with an operation the least status counts.
//!
//! It can be told to be wrong in one way, so that tests can show what finds it.

use std::collections::BTreeMap;

use oikos_core::{Quantity, Tick};
use oikos_ledger::{
    Applied, Fate, Good, GoodsEntry, GoodsFlow, GoodsHold, GoodsKind, GoodsMove, GoodsOperation,
    GoodsStatus, HoldId, MAX_AMOUNT, MAX_TURNOVER, Owner,
};

use crate::book::{Answer, Book, Deed, GOODS, KINDS, Row, View, hold_id};
use crate::faults::Fault;

/// Produced, received, given, consumed, spoiled.
type Flows = [i128; 5];

#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    flows: BTreeMap<(Owner, Good), Flows>,
    holds: Vec<(Fate, GoodsHold)>,
    now: u32,
    next: u64,
    entries: Vec<GoodsEntry>,
    fault: Option<Fault>,
}

/// Goods on their way: why, what, whence, whither, how much, for what, out of which hold.
struct Way {
    flow: GoodsFlow,
    kind: GoodsKind,
    good: Good,
    from: Option<Owner>,
    to: Option<Owner>,
    quantity: i64,
    reference: u64,
    hold: Option<HoldId>,
}

impl Model {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn on_hand(&self, owner: Owner, good: Good) -> i128 {
        let flows = self.flows.get(&(owner, good));
        flows.map_or(0, |[produced, received, given, consumed, spoiled]| {
            produced + received - given - consumed - spoiled
        })
    }

    fn held(&self, owner: Owner, good: Good) -> i128 {
        let open = self
            .holds
            .iter()
            .filter(|(fate, hold)| *fate == Fate::Open && (hold.owner, hold.good) == (owner, good));
        open.map(|(_, hold)| i128::from(hold.quantity.0)).sum()
    }

    /// The way that goods are to take, if the operation moves any.
    fn way(&self, operation: &GoodsOperation) -> Option<Way> {
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

    fn known(&self, hold: HoldId) -> Option<(Fate, GoodsHold)> {
        use oikos_core::StableId;
        self.holds.get(hold.get() as usize).copied()
    }

    /// Everything that is wrong with an operation.
    fn wrongs(&self, operation: &GoodsOperation) -> Vec<GoodsStatus> {
        let mut wrongs = Vec::new();
        let mut found = |is_so: bool, status: GoodsStatus| {
            if is_so {
                wrongs.push(status);
            }
        };
        let quantity = match operation {
            GoodsOperation::Produce(what)
            | GoodsOperation::Consume(what)
            | GoodsOperation::Spoil(what)
            | GoodsOperation::Transfer { what, .. } => Some(what.quantity),
            GoodsOperation::Hold(hold) => Some(hold.quantity),
            GoodsOperation::Take { quantity, .. } | GoodsOperation::Release { quantity, .. } => {
                *quantity
            }
        };
        if let Some(Quantity(quantity)) = quantity {
            found(quantity == 0, GoodsStatus::QuantityZero);
            found(quantity < 0, GoodsStatus::QuantityNegative);
            found(quantity > MAX_AMOUNT, GoodsStatus::QuantityTooLarge);
        }
        if let GoodsOperation::Take { kind, .. } = operation {
            found(kind.0 >= KINDS, GoodsStatus::KindUnknown);
            let other = kind.0 / 2 != GoodsFlow::Transfer as u16;
            found(other, GoodsStatus::KindOtherFlow);
        }
        if let GoodsOperation::Take { hold, .. } | GoodsOperation::Release { hold, .. } = operation
        {
            match self.known(*hold) {
                None => found(true, GoodsStatus::HoldUnknown),
                Some((fate, held)) => {
                    let late = fate == Fate::Expired && !self.is(Fault::HoldAfterExpiry);
                    found(fate == Fate::Posted, GoodsStatus::HoldTaken);
                    found(fate == Fate::Voided, GoodsStatus::HoldReleased);
                    found(late, GoodsStatus::HoldExpired);
                    let above = quantity.is_some_and(|quantity| quantity > held.quantity);
                    found(above, GoodsStatus::QuantityAboveHold);
                }
            }
        }
        if let GoodsOperation::Hold(hold) = operation {
            found(hold.good.0 >= GOODS, GoodsStatus::GoodUnknown);
            let late = hold.expires.is_some_and(|tick| tick.index() <= self.now);
            found(late, GoodsStatus::ExpiryPast);
            let free = self.on_hand(hold.owner, hold.good) - self.held(hold.owner, hold.good);
            found(free < i128::from(hold.quantity.0), GoodsStatus::Short);
        }
        if let Some(way) = self.way(operation) {
            found(way.kind.0 >= KINDS, GoodsStatus::KindUnknown);
            found(
                way.kind.0 / 2 != way.flow as u16,
                GoodsStatus::KindOtherFlow,
            );
            found(way.good.0 >= GOODS, GoodsStatus::GoodUnknown);
            found(way.from == way.to, GoodsStatus::SameOwner);
            let wide = i128::from(way.quantity);
            if let (Some(from), None) = (way.from, way.hold) {
                let held = self.held(from, way.good);
                let held = if self.is(Fault::HeldSold) { 0 } else { held };
                let free = self.on_hand(from, way.good) - held;
                found(free < wide, GoodsStatus::Short);
            }
            if let Some(to) = way.to {
                let flows = self.flows.get(&(to, way.good)).copied().unwrap_or_default();
                let beyond = flows[0] + flows[1] + wide > i128::from(MAX_TURNOVER);
                found(beyond, GoodsStatus::ReceivedOverflow);
            }
        }
        wrongs
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

    fn chain(&mut self, operations: &[GoodsOperation]) -> Answer {
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
        *self = copy;
        Answer::Done(done)
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
            Deed::Chain(operations) => self.chain(operations),
            Deed::Advance(to) => self.advance(*to),
        }
    }

    fn view(&self) -> View {
        let row = |(&(owner, good), flows): (&(Owner, Good), &Flows)| {
            let [produced, received, given, consumed, spoiled] = *flows;
            let (on_hand, held) = (self.on_hand(owner, good), self.held(owner, good));
            let row = [on_hand, held, produced, received, given, consumed, spoiled];
            ((owner, good), row)
        };
        let rows: BTreeMap<(Owner, Good), Row> = self.flows.iter().map(row).collect();
        let total = |number: u16| {
            let of = rows.iter().filter(|((_, good), _)| good.0 == number);
            of.fold([0; 7], |mut sum: Row, (_, row)| {
                sum.iter_mut()
                    .zip(row)
                    .for_each(|(sum, value)| *sum += value);
                sum
            })
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
