//! The numbers that proptest makes and shrinks, read as deeds that mostly make sense.

use oikos_core::{Ratio, StableId, Tick};
use oikos_ledger::{
    AccountId, Exchange, HoldId, Instrument, MAX_AMOUNT, Operation, Side, Transfer, TransferKind,
};

use super::books::{Deed, View, account};
use super::script::{CURRENCIES, INSTRUMENTS, KINDS, MINT, PAY, REVALUE, specs};
use crate::raw::{Numbers, Raw};

fn amount(from: &mut Numbers) -> i64 {
    match from.below(60) {
        0 => 0,
        1 => -(from.below(50) as i64),
        2 => MAX_AMOUNT - from.below(3) as i64,
        3 => MAX_AMOUNT + 1,
        4 => [i64::MAX, i64::MIN, 1 << 62][from.below(3) as usize],
        5..20 => 200 + from.below(900) as i64,
        _ => 1 + from.below(160) as i64,
    }
}
/// Reads raw deeds against what there is, and remembers what was submitted.
#[derive(Default)]
pub(crate) struct Reader {
    submitted: Vec<(u128, Vec<Operation>)>,
}

impl Reader {
    pub(crate) fn deed(&mut self, raw: Raw, view: &View) -> Deed {
        let mut numbers = Numbers(raw.1);
        let from = &mut numbers;
        match raw.0 {
            0..110 => Deed::Apply(operation(from, view)),
            110..150 => Deed::Chain(operations(from, view, 5)),
            150..195 => self.submission(from, view),
            195..215 => batch(from, view),
            215..225 => split(from, view),
            225..235 => exchange(from, view),
            235..253 => Deed::Advance(view.now + from.below(3) as u32),
            253 => Deed::Advance(view.now.saturating_sub(1)),
            _ if view.accounts.len() > 24 => Deed::Advance(view.now),
            _ => {
                let all = specs(from.below(CURRENCIES as u64) as u16);
                let spec = all[from.below(all.len() as u64) as usize];
                Deed::Open(spec, Instrument(from.below(INSTRUMENTS) as u16))
            }
        }
    }

    fn submission(&mut self, from: &mut Numbers, view: &View) -> Deed {
        let known = self.submitted.len() as u64;
        if known > 0 && from.below(3) == 0 {
            let which = known - 1 - from.below(known.min(12));
            let (id, mut operations) = self.submitted[which as usize].clone();
            if from.below(3) == 0 {
                let step = from.below(operations.len().max(1) as u64) as usize;
                let other = operation(from, view);
                match operations.get_mut(step) {
                    Some(Operation::Post(transfer)) if from.below(2) == 0 => transfer.amount ^= 1,
                    Some(Operation::Post(transfer)) if from.below(2) == 0 => {
                        transfer.reference ^= 1;
                    }
                    Some(Operation::Hold { expires, .. }) if from.below(2) == 0 => {
                        *expires = expires.xor(Some(Tick::new(7)));
                    }
                    Some(step) => *step = other,
                    None => operations.push(other),
                }
            }
            return Deed::Submit(id, operations);
        }
        let id = u128::from(from.below(1 << 40)) << from.below(80);
        let most = if from.below(4) == 0 { 3 } else { 1 };
        let operations = operations(from, view, most);
        self.submitted.push((id, operations.clone()));
        Deed::Submit(id, operations)
    }
}

fn operations(from: &mut Numbers, view: &View, most: u64) -> Vec<Operation> {
    let count = if most == 1 { 1 } else { from.below(most + 1) };
    (0..count).map(|_| operation(from, view)).collect()
}

fn any_account(from: &mut Numbers, view: &View) -> AccountId {
    let there = view.accounts.len() as u64;
    account(if from.below(50) == 0 {
        there + from.below(2)
    } else {
        from.below(there)
    })
}

/// Two accounts, mostly of one currency, and a kind that mostly goes with them.
fn transfer(from: &mut Numbers, view: &View) -> Transfer {
    let spec = |id: AccountId| view.accounts.get(id.get() as usize).map(|seen| seen.spec);
    let debit = any_account(from, view);
    let mut credit = any_account(from, view);
    for _ in 0..4 {
        if spec(credit).map(|spec| spec.currency) != spec(debit).map(|spec| spec.currency) {
            credit = any_account(from, view);
        }
    }
    let touches = [debit, credit]
        .iter()
        .any(|id| spec(*id).is_some_and(|spec| spec.is_issuer));
    let kind = match from.below(25) {
        0 => TransferKind(KINDS),
        1 => MINT,
        2 => PAY,
        3..5 => REVALUE,
        _ if touches => MINT,
        _ => PAY,
    };
    Transfer {
        kind,
        debit,
        credit,
        amount: amount(from),
        reference: from.below(4),
    }
}

fn operation(from: &mut Numbers, view: &View) -> Operation {
    let made = view.holds.len() as u64;
    let hold = |from: &mut Numbers| {
        let back = from.below(12);
        HoldId::new(if back == 11 {
            made
        } else {
            made.saturating_sub(1 + back)
        })
        .unwrap()
    };
    match from.below(20) {
        0..8 => Operation::Post(transfer(from, view)),
        8..10 => Operation::Balance {
            transfer: transfer(from, view),
            side: if from.below(2) == 0 {
                Side::Debit
            } else {
                Side::Credit
            },
        },
        10..14 => Operation::Hold {
            transfer: transfer(from, view),
            expires: match from.below(4) {
                0 => None,
                _ => Some(Tick::new(view.now + from.below(6) as u32)),
            },
        },
        14..17 => Operation::PostHold {
            hold: hold(from),
            amount: match from.below(3) {
                0 => None,
                _ => Some(amount(from)),
            },
        },
        17..19 => Operation::VoidHold { hold: hold(from) },
        // Closing is final, so it is rare.
        _ if from.below(5) > 0 => Operation::Post(transfer(from, view)),
        _ => {
            let Transfer {
                kind,
                debit,
                credit,
                reference,
                ..
            } = transfer(from, view);
            Operation::Close {
                account: debit,
                into: credit,
                kind,
                reference,
            }
        }
    }
}

fn batch(from: &mut Numbers, view: &View) -> Deed {
    let kind = match from.below(12) {
        0 => TransferKind(KINDS),
        1..3 => MINT,
        3 => REVALUE,
        _ => PAY,
    };
    let count = from.below(12);
    let row = |_| {
        let transfer = transfer(from, view);
        (transfer.debit, transfer.credit, transfer.amount)
    };
    Deed::Batch(kind, (0..count).map(row).collect())
}

fn split(from: &mut Numbers, view: &View) -> Deed {
    let Transfer {
        kind,
        credit,
        amount,
        ..
    } = transfer(from, view);
    let currency = |id: AccountId| {
        view.accounts
            .get(id.get() as usize)
            .map(|seen| seen.spec.currency)
    };
    let count = from.below(5);
    let mut shares = Vec::new();
    for _ in 0..count {
        let debit = any_account(from, view);
        if currency(debit) == currency(credit) || from.below(8) == 0 {
            shares.push((debit, from.below(7)));
        }
    }
    Deed::Split {
        kind,
        credit,
        amount,
        shares,
    }
}

/// From a purse of one currency to one of the other, through the accounts without limit.
fn exchange(from: &mut Numbers, view: &View) -> Deed {
    let per_currency = specs(0).len() as u64;
    let (given, got) = if from.below(2) == 0 {
        (0, per_currency)
    } else {
        (per_currency, 0)
    };
    let side = |base: u64, number: u64| account(base + number);
    let rate = Ratio::new(from.below(40) as i64, 1 + from.below(30) as i64).unwrap();
    let rounding = if from.below(20) == 0 {
        any_account(from, view)
    } else {
        side(got, 7)
    };
    Deed::Exchange(Exchange {
        kind: PAY,
        from: side(given, 1 + from.below(3)),
        liquidity_in: side(given, 6),
        liquidity_out: side(got, 6),
        to: side(got, 1 + from.below(3)),
        rounding,
        amount: amount(from),
        rate,
        reference: 9,
    })
}
