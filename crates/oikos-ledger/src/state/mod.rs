//! The state of a ledger as numbers: its digest, and operations as words.

pub(crate) mod bytes;
pub(crate) mod save;

use oikos_core::{Digest, RowKey, StableId, Tick, TypeKey};

use crate::books::SEGMENT;
use crate::vocabulary::Names;
use crate::{AccountId, HoldId, Ledger, Operation, Side, Transfer, TransferKind};

/// Words of an operation.
pub(crate) const WORDS: usize = 6;

const BALANCE: TypeKey = TypeKey::new("oikos.ledger.balance");
const SPEC: TypeKey = TypeKey::new("oikos.ledger.account");
const NAME: TypeKey = TypeKey::new("oikos.ledger.name");

/// The digest of what has been digested, so that only what has changed since is digested again.
#[derive(Debug, Default)]
pub(crate) struct Digests {
    /// By segment of accounts.
    balances: Parts,
    /// By page of holds.
    holds: Parts,
    /// Of what is fixed of the first so many accounts.
    specs: Digest,
    specs_of: usize,
    /// Of the remembered ids with running numbers below `ids_to`.
    ids: Digest,
    ids_to: u64,
}

impl Digests {
    /// The running number below which ids have been digested.
    pub(crate) const fn ids_to(&self) -> u64 {
        self.ids_to
    }

    /// Remembered ids are forgotten.
    pub(crate) fn forget(&mut self, ids: Digest) {
        self.ids -= ids;
    }
}

/// Digests of the parts of something, and their sum.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    parts: Vec<Digest>,
    sum: Digest,
}

impl Parts {
    /// The sum, after those of `count` parts that have changed were digested again.
    pub(crate) fn update(
        &mut self,
        count: usize,
        changed: impl Fn(usize) -> bool,
        digest: impl Fn(usize) -> Digest,
    ) -> Digest {
        self.parts.resize(count, Digest::default());
        for (number, known) in self.parts.iter_mut().enumerate() {
            if changed(number) {
                let digest = digest(number);
                self.sum -= *known;
                self.sum += digest;
                *known = digest;
            }
        }
        self.sum
    }
}

/// Adds a wide value in two cells; words of 0 have none.
pub(crate) fn add_wide(row: &RowKey, digest: &mut Digest, field: u32, value: u64) {
    for (field, word) in [(field, value as u32), (field + 1, (value >> 32) as u32)] {
        if word != 0 {
            row.add(digest, field, word);
        }
    }
}

impl Ledger {
    /// A digest that is the same exactly when the state is: accounts, holds, remembered ids, names and the clock.
    /// What is recorded but not drained is output and no part of it.
    ///
    /// Only what has changed since the last digest is looked at again, accounts in groups of 16, holds in groups
    /// of 64.
    #[must_use]
    pub fn digest(&self, key: &TypeKey) -> Digest {
        let mut digests = self
            .digests
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let (books, holds) = (&self.books, &self.holds);
        let segments = books.len().div_ceil(SEGMENT);
        let balances = digests.balances.update(
            segments,
            |segment| books.take_mark(segment),
            |segment| self.digest_balances(segment),
        );
        let open = digests.holds.update(
            holds.pages(),
            |page| holds.take_mark(page),
            |page| holds.digest_page(page),
        );
        for index in digests.specs_of..self.books.len() {
            digests.specs += self.digest_spec(index);
        }
        digests.specs_of = self.books.len();
        for number in digests.ids_to.max(self.ids.first_record())..self.ids.next_record() {
            digests.ids += self.ids.digest_of(number);
        }
        digests.ids_to = self.ids.next_record();
        let parts = [
            balances,
            digests.specs,
            digests.ids,
            open,
            self.digest_names(),
        ];
        let row = key.row(0);
        let mut digest = Digest::default();
        let lanes = parts.iter().flat_map(|part| part.0);
        (0..)
            .zip(lanes)
            .for_each(|(field, lane)| row.add(&mut digest, field, lane));
        row.add(&mut digest, 32, self.now.index());
        row.add(&mut digest, 33, self.id_window);
        add_wide(&row, &mut digest, 34, self.next);
        add_wide(&row, &mut digest, 36, self.holds.made());
        digest
    }

    fn digest_balances(&self, segment: usize) -> Digest {
        let first = segment * SEGMENT;
        let last = (first + SEGMENT).min(self.books.len());
        let mut digest = Digest::default();
        for index in first..last {
            let balance = self.books.balance(index);
            let row = BALANCE.row(index as u64);
            add_wide(&row, &mut digest, 0, balance.debits_posted as u64);
            add_wide(&row, &mut digest, 2, balance.credits_posted as u64);
            add_wide(&row, &mut digest, 4, balance.debits_pending as u64);
            add_wide(&row, &mut digest, 6, balance.credits_pending as u64);
            if self.books.is_closed(index) {
                row.add(&mut digest, 8, 1);
            }
        }
        digest
    }

    fn digest_spec(&self, index: usize) -> Digest {
        let (spec, row) = (self.books.spec(index), SPEC.row(index as u64));
        let mut digest = Digest::default();
        let limit = save::limit_tag(spec.limit);
        let small = spec.kind as u32 | u32::from(limit) << 8 | u32::from(spec.is_issuer) << 16;
        row.add(&mut digest, 0, small);
        row.add(
            &mut digest,
            1,
            u32::from(spec.currency.0) | u32::from(spec.sector.0) << 16,
        );
        let instrument = u32::from(self.books.position(index).instrument.0);
        row.add(
            &mut digest,
            2,
            u32::from(spec.owner.kind.0) | instrument << 16,
        );
        add_wide(&row, &mut digest, 3, spec.owner.id);
        add_wide(&row, &mut digest, 5, spec.limit.allowance() as u64);
        digest
    }

    fn digest_names(&self) -> Digest {
        let mut digest = Digest::default();
        for (number, info) in (0..).zip(&self.currencies) {
            add_name(&mut digest, 0, number, info.code(), info.exponent());
            add_name(&mut digest, 8, number, info.name(), 0);
        }
        for (sort, names) in [
            (16, &self.sectors),
            (24, &self.owner_kinds),
            (32, &self.kinds),
            (40, &self.instruments),
        ] {
            add_vocabulary(&mut digest, sort, names);
        }
        digest
    }
}

fn add_name(digest: &mut Digest, sort: u32, number: u64, name: &str, mark: u8) {
    let row = NAME.row(number);
    let lanes = TypeKey::new(name).lanes();
    (sort..)
        .zip(lanes)
        .for_each(|(field, lane)| row.add(digest, field, lane));
    row.add(digest, sort + 4, u32::from(mark));
}

/// Adds names and marks of one sort; sorts are 8 fields apart.
pub(crate) fn add_vocabulary(digest: &mut Digest, sort: u32, names: &Names) {
    for (number, (name, mark)) in (0..).zip(names.iter()) {
        add_name(digest, sort, number, name, mark);
    }
}

/// An operation as words: what it is, two accounts or a hold, amount, reference, and what else there is.
pub(crate) fn words(operation: &Operation) -> [u64; WORDS] {
    let moved = |tag: u64, transfer: &Transfer, extra: u64| {
        [
            tag | u64::from(transfer.kind.0) << 8,
            transfer.debit.get(),
            transfer.credit.get(),
            transfer.amount as u64,
            transfer.reference,
            extra,
        ]
    };
    match operation {
        Operation::Post(transfer) => moved(0, transfer, 0),
        Operation::Balance { transfer, side } => moved(1 | (*side as u64) << 32, transfer, 0),
        Operation::Hold { transfer, expires } => {
            let expires = expires.map_or(0, |tick| u64::from(tick.index()) + 1);
            moved(2, transfer, expires)
        }
        Operation::PostHold { hold, amount } => {
            let is_part = u64::from(amount.is_some());
            [3, hold.get(), 0, amount.unwrap_or(0) as u64, 0, is_part]
        }
        Operation::VoidHold { hold } => [4, hold.get(), 0, 0, 0, 0],
        Operation::Close {
            account,
            into,
            kind,
            reference,
        } => [
            5 | u64::from(kind.0) << 8,
            account.get(),
            into.get(),
            0,
            *reference,
            0,
        ],
    }
}

/// The operation of these words, if they are one's.
pub(crate) fn from_words(given: [u64; WORDS]) -> Option<Operation> {
    let [head, first, second, amount, reference, extra] = given;
    let kind = TransferKind((head >> 8) as u16);
    let accounts = || Some((AccountId::new(first).ok()?, AccountId::new(second).ok()?));
    let transfer = || {
        let (debit, credit) = accounts()?;
        Some(Transfer {
            kind,
            debit,
            credit,
            amount: amount as i64,
            reference,
        })
    };
    let operation = match head as u8 {
        0 => Operation::Post(transfer()?),
        1 => Operation::Balance {
            transfer: transfer()?,
            side: if head >> 32 == 0 {
                Side::Debit
            } else {
                Side::Credit
            },
        },
        2 => Operation::Hold {
            transfer: transfer()?,
            expires: match extra.checked_sub(1) {
                Some(tick) => Some(Tick::new(u32::try_from(tick).ok()?)),
                None => None,
            },
        },
        3 => Operation::PostHold {
            hold: HoldId::new(first).ok()?,
            amount: (extra == 1).then_some(amount as i64),
        },
        4 => Operation::VoidHold {
            hold: HoldId::new(first).ok()?,
        },
        5 => {
            let (account, into) = accounts()?;
            Operation::Close {
                account,
                into,
                kind,
                reference,
            }
        }
        _ => return None,
    };
    // Words that are not used are 0, so that each operation has one form.
    (words(&operation) == given).then_some(operation)
}

#[cfg(test)]
mod tests;
