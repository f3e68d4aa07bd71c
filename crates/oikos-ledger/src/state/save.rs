//! A ledger as bytes, and back. What can be counted from the rest (totals, pending columns) is not written.

use oikos_core::{Currency, CurrencyInfo, StableId, Tick};

use super::bytes::{Reader, Writer};
use super::{WORDS, from_words, words};
use crate::holds::Holds;
use crate::ids::Record;
use crate::transfer::MAX_TURNOVER;
use crate::vocabulary::Names;
use crate::{
    AccountId, AccountKind, AccountSpec, Applied, Balance, Hold, HoldId, Instrument, KindRule,
    Ledger, LedgerError, Limit, Sector, Status, TransferKind,
};

/// The first bytes of a saved ledger, with the version of the format.
const HEAD: &[u8] = b"oikos.ledger\x02";

/// Bytes of an account: 3 of 1, 4 of 2, 4 of 8.
const ACCOUNT_BYTES: usize = 43;

/// Bytes of an open hold: 5 of 8, one of 2, one of 4, one of 1.
const HOLD_BYTES: usize = 47;

/// Bytes of an id without its operations: 5 of 8, 3 of 4, one of 1.
const ID_BYTES: usize = 53;

pub(super) const fn limit_tag(limit: Limit) -> u8 {
    match limit {
        Limit::None => 0,
        Limit::Debits(_) => 1,
        Limit::Credits(_) => 2,
    }
}

impl Ledger {
    /// Writes all of the state behind what `out` holds. The same state gives the same bytes.
    pub fn save(&self, out: &mut Vec<u8>) {
        out.reserve(ACCOUNT_BYTES * self.books.len());
        let mut out = Writer(out);
        out.bytes(HEAD);
        out.word(self.id_window);
        out.word(self.now.index());
        out.wide(self.next);
        out.wide(self.currencies.len() as u64);
        for info in &self.currencies {
            out.text(info.code());
            out.text(info.name());
            out.byte(info.exponent());
        }
        for names in [
            &self.sectors,
            &self.owner_kinds,
            &self.kinds,
            &self.instruments,
        ] {
            save_vocabulary(names, &mut out);
        }
        out.wide(self.books.len() as u64);
        for index in 0..self.books.len() {
            self.save_account(index, &mut out);
        }
        self.save_holds(&mut out);
        self.save_ids(&mut out);
    }

    fn save_account(&self, index: usize, out: &mut Writer<'_>) {
        let (spec, balance) = (self.books.spec(index), self.books.balance(index));
        out.byte(spec.kind as u8);
        out.byte(limit_tag(spec.limit));
        out.byte(u8::from(spec.is_issuer) | u8::from(self.books.is_closed(index)) << 1);
        out.short(spec.currency.0);
        out.short(spec.sector.0);
        out.short(self.books.position(index).instrument.0);
        out.owner(spec.owner);
        out.wide(spec.limit.allowance() as u64);
        out.wide(balance.debits_posted as u64);
        out.wide(balance.credits_posted as u64);
    }

    fn save_holds(&self, out: &mut Writer<'_>) {
        out.wide(self.holds.made());
        out.bytes(self.holds.fates());
        out.wide(self.holds.open());
        for (id, hold) in self.holds.iter() {
            out.wide(id.get());
            out.wide(hold.debit.get());
            out.wide(hold.credit.get());
            out.wide(hold.amount as u64);
            out.wide(hold.reference);
            out.short(hold.kind.0);
            out.tick(hold.expires);
        }
    }

    fn save_ids(&self, out: &mut Writer<'_>) {
        out.wide(self.ids.len() as u64);
        for (record, operations) in self.ids.iter() {
            out.wide(record.id as u64);
            out.wide((record.id >> 64) as u64);
            out.word(record.tick.index());
            out.word(record.count);
            out.byte(record.status as u8);
            out.word(record.step);
            out.wide(record.last.number);
            out.wide(record.last.amount as u64);
            out.wide(record.last.hold.map_or(0, |hold| hold.get() + 1));
            for operation in operations {
                words(operation).into_iter().for_each(|word| out.wide(word));
            }
        }
    }

    /// Reads a ledger back that [`save`](Self::save) wrote, and audits it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Saved`] for bytes that are no ledger; the errors of [`audit`](Self::audit) for one that does
    /// not balance.
    pub fn load(bytes: &[u8]) -> Result<Self, LedgerError> {
        let mut from = Reader::new("ledger", bytes);
        if from.take(HEAD.len())? != HEAD {
            return Err(from.wrong("does not begin as one of this version does"));
        }
        let mut ledger = Self::new(from.word()?);
        let now = Tick::new(from.word()?);
        let next = from.wide()?;
        ledger.load_names(&mut from)?;
        let balances = ledger.load_accounts(&mut from)?;
        ledger.load_holds(&mut from, now, balances)?;
        ledger.now = now;
        ledger.next = next;
        ledger.load_ids(&mut from)?;
        from.end()?;
        ledger.books.totals = ledger.count_totals()?;
        ledger.audit()?;
        Ok(ledger)
    }

    fn load_names(&mut self, from: &mut Reader<'_>) -> Result<(), LedgerError> {
        let again = "has a name twice";
        for number in 0..from.count(17)? {
            let (code, name) = (from.text()?, from.text()?);
            let info = CurrencyInfo::new(code, name, from.byte()?)?;
            if usize::from(self.currency(info)?.0) != number {
                return Err(from.wrong(again));
            }
        }
        for (names, mark_max) in [
            (&mut self.sectors, 0),
            (&mut self.owner_kinds, 0),
            (&mut self.kinds, KindRule::Revaluing as u8),
            (&mut self.instruments, 1),
        ] {
            load_vocabulary(names, mark_max, from)?;
        }
        Ok(())
    }

    /// Opens the accounts; their posted columns, and whether they are closed.
    fn load_accounts(
        &mut self,
        from: &mut Reader<'_>,
    ) -> Result<Vec<(Balance, bool)>, LedgerError> {
        let count = from.count(ACCOUNT_BYTES)?;
        let mut balances = Vec::with_capacity(count);
        for _ in 0..count {
            let kind = AccountKind::ALL.get(usize::from(from.byte()?)).copied();
            let kind = kind.ok_or_else(|| from.wrong("has an account of no kind"))?;
            let (limit, flags) = (from.byte()?, from.byte()?);
            let currency = Currency(from.short()?);
            let sector = Sector(from.short()?);
            let instrument = Instrument(from.short()?);
            let owner = from.owner()?;
            let allowance = from.wide()? as i64;
            let limit = match limit {
                0 if allowance == 0 => Limit::None,
                1 => Limit::Debits(allowance),
                2 => Limit::Credits(allowance),
                _ => return Err(from.wrong("has an account with a limit of no sort")),
            };
            if flags > 3 {
                return Err(from.wrong("has an account with unknown flags"));
            }
            let spec = AccountSpec {
                kind,
                owner,
                sector,
                currency,
                limit,
                is_issuer: flags & 1 != 0,
            };
            self.open_as(&spec, instrument)?;
            let mut posted = || {
                let value = from.wide()? as i64;
                let possible = (0..=MAX_TURNOVER).contains(&value);
                possible
                    .then_some(value)
                    .ok_or_else(|| from.wrong("has an impossible balance"))
            };
            let balance = Balance {
                debits_posted: posted()?,
                credits_posted: posted()?,
                ..Balance::default()
            };
            balances.push((balance, flags & 2 != 0));
        }
        Ok(balances)
    }

    /// Reads holds, and puts them and the balances in their places.
    fn load_holds(
        &mut self,
        from: &mut Reader<'_>,
        now: Tick,
        mut balances: Vec<(Balance, bool)>,
    ) -> Result<(), LedgerError> {
        let made = from.wide()?;
        let fates = usize::try_from(made.div_ceil(4)).unwrap_or(usize::MAX);
        let fates = from.take(fates)?.to_vec();
        let count = from.count(HOLD_BYTES)?;
        let mut open = Vec::with_capacity(count);
        for _ in 0..count {
            let (id, hold) = load_hold(from)?;
            let (debit, credit) = (self.index(hold.debit)?, self.index(hold.credit)?);
            let currencies = [debit, credit].map(|index| self.books.hot[index].currency);
            let possible = hold.amount > 0 && debit != credit && currencies[0] == currencies[1];
            let late = hold.expires.is_some_and(|tick| tick <= now);
            if !possible || late || open.last().is_some_and(|&(last, _)| last >= id) {
                return Err(from.wrong("has an impossible hold"));
            }
            let debits = &mut balances[debit].0.debits_pending;
            *debits = debits.saturating_add(hold.amount);
            let credits = &mut balances[credit].0.credits_pending;
            *credits = credits.saturating_add(hold.amount);
            self.held[usize::from(currencies[0])] += i128::from(hold.amount);
            open.push((id, hold));
        }
        for (index, (balance, closed)) in balances.iter().enumerate() {
            if balance.debits_pending.max(balance.credits_pending) > crate::MAX_AMOUNT {
                return Err(from.wrong("has an account with impossible holds"));
            }
            self.books.restore(index, balance, *closed);
        }
        let holds = Holds::restore(made, fates, open);
        self.holds = holds.ok_or_else(|| from.wrong("has holds whose fates do not fit"))?;
        Ok(())
    }

    fn load_ids(&mut self, from: &mut Reader<'_>) -> Result<(), LedgerError> {
        let first = Tick::new(self.now.index().saturating_sub(self.id_window));
        let mut last_tick = first;
        let mut operations = Vec::new();
        for _ in 0..from.count(ID_BYTES)? {
            let id = u128::from(from.wide()?) | u128::from(from.wide()?) << 64;
            let (tick, count) = (Tick::new(from.word()?), from.word()?);
            let status = Status::from_number(from.byte()?);
            let status =
                status.filter(|status| *status == Status::Applied || status.is_transient());
            let status = status.ok_or_else(|| from.wrong("has an id with an impossible status"))?;
            let step = from.word()?;
            let (number, amount) = (from.wide()?, from.wide()? as i64);
            let hold = match from.wide()?.checked_sub(1) {
                Some(hold) => Some(HoldId::new(hold)?),
                None => None,
            };
            operations.clear();
            for _ in 0..count {
                let mut words = [0; WORDS];
                for word in &mut words {
                    *word = from.wide()?;
                }
                let operation = from_words(words);
                operations
                    .push(operation.ok_or_else(|| from.wrong("has an impossible operation"))?);
            }
            if tick < last_tick || tick > self.now || count == 0 || self.ids.find(id).is_some() {
                return Err(from.wrong("has an id out of place"));
            }
            last_tick = tick;
            let last = Applied {
                number,
                amount,
                hold,
            };
            let record = Record {
                id,
                tick,
                count,
                status,
                step,
                last,
                start: 0,
            };
            self.ids.insert(record, &operations);
        }
        Ok(())
    }
}

fn load_hold(from: &mut Reader<'_>) -> Result<(HoldId, Hold), LedgerError> {
    let id = HoldId::new(from.wide()?)?;
    let (debit, credit) = (AccountId::new(from.wide()?)?, AccountId::new(from.wide()?)?);
    let (amount, reference) = (from.wide()? as i64, from.wide()?);
    let kind = TransferKind(from.short()?);
    let expires = from.tick()?;
    let hold = Hold {
        kind,
        debit,
        credit,
        amount,
        reference,
        expires,
    };
    Ok((id, hold))
}

pub(crate) fn save_vocabulary(names: &Names, out: &mut Writer<'_>) {
    out.wide(names.iter().len() as u64);
    for (name, mark) in names.iter() {
        out.text(name);
        out.byte(mark);
    }
}

pub(crate) fn load_vocabulary(
    names: &mut Names,
    mark_max: u8,
    from: &mut Reader<'_>,
) -> Result<(), LedgerError> {
    for number in 0..from.count(9)? {
        let (name, mark) = (from.text()?, from.byte()?);
        if mark > mark_max
            || usize::from(names.declare(name, mark, "in the same bytes")?.0) != number
        {
            return Err(from.wrong("has a name twice, or with an unknown mark"));
        }
    }
    Ok(())
}
