//! What the slow model does that consists of several transfers: batches, splits, exchanges.

use std::collections::BTreeMap;

use oikos_core::Ratio;
use oikos_ledger::{AccountId, Entry, Exchange, Fate, Operation, Status, Transfer, TransferKind};

use super::{Account, Model};
use crate::ledger::Fault;
use crate::ledger::books::{Answer, Books, Deed, Row, Seen, SeenHold, View, account};

type Sums = BTreeMap<AccountId, i128>;

impl Model {
    fn batch(&mut self, kind: TransferKind, rows: &[Row]) -> Answer {
        if self.is(Fault::BatchInOrder) {
            return self.batch_in_order(kind, rows);
        }
        let mut statuses: Vec<Option<Status>> = Vec::new();
        let (mut debits, mut credits) = (Sums::new(), Sums::new());
        for &(debit, credit, amount) in rows {
            let mut wrongs = Vec::new();
            Self::amount_wrongs(amount, &mut wrongs);
            self.pair_wrongs(kind, debit, credit, &mut wrongs);
            let first = wrongs.into_iter().min();
            if first.is_none() {
                *debits.entry(debit).or_default() += i128::from(amount);
                *credits.entry(credit).or_default() += i128::from(amount);
            }
            statuses.push(first);
        }
        let before = self.clone();
        let first = self.next;
        let mut refused = Vec::new();
        for (row, (&(debit, credit, amount), status)) in (0..).zip(rows.iter().zip(statuses)) {
            let status = status
                .or_else(|| before.batch_wrong(debit, debits[&debit], credit, credits[&credit]));
            if let Some(status) = status {
                refused.push((row, status));
            } else {
                let reference = 0;
                let transfer = Transfer {
                    kind,
                    debit,
                    credit,
                    amount,
                    reference,
                };
                self.move_money(&transfer, None);
            }
        }
        Answer::Batch {
            first,
            applied: rows.len() as u64 - refused.len() as u64,
            refused,
        }
    }

    /// What is wrong with all that a batch takes from one account and gives to another.
    fn batch_wrong(
        &self,
        debit: AccountId,
        debits: i128,
        credit: AccountId,
        credits: i128,
    ) -> Option<Status> {
        let mut wrongs = Vec::new();
        let nobody = account((1 << 53) - 1);
        self.room_wrongs(debit, nobody, debits, false, &mut wrongs);
        self.room_wrongs(nobody, credit, credits, false, &mut wrongs);
        wrongs.into_iter().min()
    }

    /// A wrong way: each row sees what those before it did.
    fn batch_in_order(&mut self, kind: TransferKind, rows: &[Row]) -> Answer {
        let first = self.next;
        let mut refused = Vec::new();
        for (row, &(debit, credit, amount)) in (0..).zip(rows) {
            let reference = 0;
            let transfer = Transfer {
                kind,
                debit,
                credit,
                amount,
                reference,
            };
            if let Err(status) = self.apply(&Operation::Post(transfer)) {
                refused.push((row, status));
            }
        }
        Answer::Batch {
            first,
            applied: rows.len() as u64 - refused.len() as u64,
            refused,
        }
    }

    fn answer_chain(&mut self, operations: &[Operation]) -> Answer {
        match self.chain(operations) {
            Ok(done) => Answer::Done(done),
            Err((status, step)) => Answer::Refused {
                status,
                step,
                earlier: None,
            },
        }
    }

    /// Largest remainders, found one unit at a time.
    fn split(
        &mut self,
        kind: TransferKind,
        credit: AccountId,
        amount: i64,
        shares: &[(AccountId, u64)],
    ) -> Answer {
        let mut shares = shares.to_vec();
        shares.sort_unstable();
        let sum: i128 = shares.iter().map(|share| i128::from(share.1)).sum();
        if sum == 0 || sum > i128::from(u64::MAX) {
            return Answer::Error("core");
        }
        let size = i128::from(amount).abs();
        let exact: Vec<i128> = shares
            .iter()
            .map(|share| size * i128::from(share.1))
            .collect();
        let mut parts: Vec<i128> = exact.iter().map(|exact| exact / sum).collect();
        while parts.iter().sum::<i128>() < size && !self.is(Fault::SplitLosesUnit) {
            let lacking = |row: &usize| exact[*row] - parts[*row] * sum;
            let most = (0..parts.len())
                .max_by_key(|row| (lacking(row), std::cmp::Reverse(*row)))
                .unwrap();
            parts[most] += 1;
        }
        let sign = i128::from(amount.signum());
        let transfer = |(&(debit, _), part): (&(AccountId, u64), &i128)| Transfer {
            kind,
            debit,
            credit,
            amount: i64::try_from(sign * part).unwrap(),
            reference: 0,
        };
        let transfers = shares.iter().zip(&parts).map(transfer);
        let transfers = transfers.filter(|transfer| amount <= 0 || transfer.amount > 0);
        self.answer_chain(&transfers.map(Operation::Post).collect::<Vec<_>>())
    }

    fn exchange(&mut self, exchange: &Exchange) -> Answer {
        if exchange.rate <= Ratio::ZERO {
            return Answer::Error("rate");
        }
        let (above, below) = (
            i128::from(exchange.rate.numerator()),
            i128::from(exchange.rate.denominator()),
        );
        let exact = i128::from(exchange.amount) * above;
        let floor = exact.div_euclid(below);
        let twice = 2 * exact.rem_euclid(below);
        let up = twice > below || twice == below && floor % 2 != 0;
        let paid = floor + i128::from(up);
        let mut received = floor;
        if self.is(Fault::RoundsForCustomer) && twice > 0 {
            received += 1;
        }
        let fits = |value: i128| i64::try_from(value).ok();
        let (Some(received), Some(paid)) = (fits(received), fits(paid)) else {
            return Answer::Error("core");
        };
        if exchange.amount > 0 && received == 0 {
            return Answer::Error("too small");
        }
        let leg = |debit, credit, amount| {
            Operation::Post(Transfer {
                kind: exchange.kind,
                debit,
                credit,
                amount,
                reference: exchange.reference,
            })
        };
        let mut legs = vec![
            leg(exchange.liquidity_in, exchange.from, exchange.amount),
            leg(exchange.to, exchange.liquidity_out, received),
        ];
        if paid > received {
            legs.push(leg(
                exchange.rounding,
                exchange.liquidity_out,
                paid - received,
            ));
        }
        match self.answer_chain(&legs) {
            Answer::Done(_) => Answer::Exchanged {
                received,
                rounding: paid - received,
            },
            other => other,
        }
    }
}

impl Books for Model {
    fn act(&mut self, deed: &Deed) -> Answer {
        match deed {
            Deed::Open(spec, instrument) => {
                let account_of = Account {
                    spec: *spec,
                    instrument: *instrument,
                    debits: 0,
                    credits: 0,
                    closed: false,
                };
                self.accounts
                    .insert(account(self.accounts.len() as u64), account_of);
                Answer::Nothing
            }
            Deed::Apply(operation) => match self.apply(operation) {
                Ok(applied) => Answer::Done(vec![applied]),
                Err(status) => Answer::Refused {
                    status,
                    step: 0,
                    earlier: None,
                },
            },
            Deed::Chain(operations) => self.answer_chain(operations),
            Deed::Submit(id, operations) => self.submit(*id, operations),
            Deed::Batch(kind, rows) => self.batch(*kind, rows),
            Deed::Split {
                kind,
                credit,
                amount,
                shares,
            } => self.split(*kind, *credit, *amount, shares),
            Deed::Exchange(exchange) => self.exchange(exchange),
            Deed::Advance(tick) => self.advance(*tick),
        }
    }

    fn view(&self) -> View {
        use oikos_ledger::Side::{Credit, Debit};
        let accounts = self.accounts.iter().map(|(&id, known)| Seen {
            spec: known.spec,
            instrument: known.instrument,
            debits: known.debits,
            credits: known.credits,
            debits_pending: self.pending(id, Debit),
            credits_pending: self.pending(id, Credit),
            closed: known.closed,
        });
        let holds = self.holds.values().map(|held| SeenHold {
            fate: held.fate,
            open: (held.fate == Fate::Open).then_some((held.transfer, held.expires)),
        });
        let mut issued = vec![0; crate::ledger::script::CURRENCIES];
        for known in self.accounts.values().filter(|known| known.spec.is_issuer) {
            issued[usize::from(known.spec.currency.0)] += known.credits - known.debits;
        }
        View {
            accounts: accounts.collect(),
            holds: holds.collect(),
            issues: self.kinds.clone(),
            issued,
            next: self.next,
            now: self.now,
        }
    }

    fn entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    fn fork(&self) -> Self {
        self.clone()
    }

    fn bytes(&self) -> Vec<u8> {
        let without_log = Self {
            entries: Vec::new(),
            ..self.clone()
        };
        format!("{without_log:?}").into_bytes()
    }
}
