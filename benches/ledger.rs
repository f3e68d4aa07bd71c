//! A ledger of ten thousand and of a million purses: single transfers, transfers under random ids, batches, holds,
//! audits, digests and statements, each beside plain code that moves the same amounts between the same accounts.
//!
//! `cargo bench -p oikos-benches --bench ledger`. Each figure is the best of three runs, so this is a program of
//! its own and no criterion group.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop")]

use std::hint::black_box;

use oikos_benches::measure::{best, timed};
use oikos_core::{CurrencyInfo, Draw, Seed, StableId, Stream, Tick, TypeKey};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Batch, Entry, Layout, Ledger, Limit, Operation, Owner,
    Period, Recorder, Recording, Sheet, Transfer, TransferKind,
};

const TRANSFERS: usize = 4_000_000;
const FUNDS: i64 = 1_000_000_000;

/// What is moved, as columns.
struct Columns {
    debit: Vec<AccountId>,
    credit: Vec<AccountId>,
    amount: Vec<i64>,
}

fn account(number: u64) -> AccountId {
    AccountId::new(number).unwrap()
}

/// Purses that cannot give what they have not got, all of them funded by a batch; the issuer is account 0.
fn ledger(accounts: u64) -> (Ledger, TransferKind) {
    let mut ledger = Ledger::new(1);
    let currency = ledger
        .currency(CurrencyInfo::new("USD", "US dollar", 2).unwrap())
        .unwrap();
    let sector = ledger.sector("households").unwrap();
    let kind = ledger.owner_kind("person").unwrap();
    let (mint, pay) = (
        ledger.issuing_kind("mint").unwrap(),
        ledger.kind("pay").unwrap(),
    );
    let purse = |id| AccountSpec {
        kind: AccountKind::Asset,
        owner: Owner { kind, id },
        sector,
        currency,
        limit: Limit::Credits(0),
        is_issuer: false,
    };
    let issuer = AccountSpec {
        limit: Limit::None,
        is_issuer: true,
        ..purse(0)
    };
    ledger.open(&issuer).unwrap();
    for id in 1..accounts {
        ledger.open(&purse(id)).unwrap();
    }
    let debit: Vec<AccountId> = (1..accounts).map(account).collect();
    let credit = vec![account(0); debit.len()];
    let amount = vec![FUNDS; debit.len()];
    let batch = Batch {
        kind: mint,
        debit: &debit,
        credit: &credit,
        amount: &amount,
    };
    assert!(ledger.post_batch(&batch, 1).unwrap().refused.is_empty());
    (ledger, pay)
}

fn draw(name: &str) -> Draw {
    Stream::new(Seed(1), name).at(0, Tick::ZERO)
}

/// Between purses at random.
fn columns(accounts: u64) -> Columns {
    let mut draw = draw("bench.transfers");
    let mut columns = Columns {
        debit: Vec::new(),
        credit: Vec::new(),
        amount: Vec::new(),
    };
    for _ in 0..TRANSFERS {
        let one = 1 + draw.next_u64() % (accounts - 1);
        let other = 1 + draw.next_u64() % (accounts - 1);
        let other = if one == other {
            1 + other % (accounts - 1)
        } else {
            other
        };
        columns.debit.push(account(one));
        columns.credit.push(account(other));
        columns.amount.push(1 + (draw.next_u32() % 100) as i64);
    }
    columns
}

fn transfers(columns: &Columns, kind: TransferKind) -> Vec<Transfer> {
    let rows = columns
        .debit
        .iter()
        .zip(&columns.credit)
        .zip(&columns.amount);
    let transfer = |((&debit, &credit), &amount)| Transfer {
        kind,
        debit,
        credit,
        amount,
        reference: 0,
    };
    rows.map(transfer).collect()
}

fn report(what: &str, count: usize, seconds: f64) {
    let (rate, each) = (count as f64 / seconds / 1e6, seconds * 1e9 / count as f64);
    println!("{what:<44} {rate:>8.1} M/s {each:>8.1} ns");
}

/// Debits and credits of 128 bits and the payer's cover, no names and no numbers: the plain code.
fn plain(accounts: u64, columns: &Columns) -> f64 {
    let mut balances = vec![(FUNDS as u128, 0_u128); accounts as usize];
    best(|| {
        for ((debit, credit), &amount) in columns
            .debit
            .iter()
            .zip(&columns.credit)
            .zip(&columns.amount)
        {
            let payer = &mut balances[credit.get() as usize];
            if payer.1 + amount as u128 <= payer.0 {
                payer.1 += amount as u128;
                balances[debit.get() as usize].0 += amount as u128;
            }
        }
        black_box(balances.len())
    })
}

fn moving(accounts: u64) {
    let columns = columns(accounts);
    report("plain code", TRANSFERS, plain(accounts, &columns));
    let (mut ledger, pay) = ledger(accounts);
    let list = transfers(&columns, pay);
    let seconds = best(|| {
        list.iter()
            .filter(|transfer| ledger.post(transfer).is_ok())
            .count()
    });
    report("post", TRANSFERS, seconds);
    for threads in [1, 2] {
        let batch = Batch {
            kind: pay,
            debit: &columns.debit,
            credit: &columns.credit,
            amount: &columns.amount,
        };
        let seconds = best(|| ledger.post_batch(&batch, threads).unwrap().applied);
        report(
            &format!("post_batch, {threads} threads"),
            TRANSFERS,
            seconds,
        );
    }
    let mut ids = draw("bench.ids");
    let ids: Vec<u128> = (0..TRANSFERS)
        .map(|_| u128::from(ids.next_u64()) << 64 | u128::from(ids.next_u64()))
        .collect();
    // Each run in ticks of a million submissions, of which the last two million are remembered.
    let mut tick = 0;
    let seconds = best(|| {
        let mut applied = 0;
        for (chunk, ids) in list.chunks(1_000_000).zip(ids.chunks(1_000_000)) {
            tick += 2;
            ledger.advance(Tick::new(tick)).unwrap();
            for (transfer, id) in chunk.iter().zip(ids) {
                applied += usize::from(ledger.submit(*id, &Operation::Post(*transfer)).is_ok());
            }
        }
        applied
    });
    report("submit, random ids", TRANSFERS, seconds);
    ledger.advance(Tick::new(tick + 2)).unwrap();
    let holds = &list[..1_000_000];
    let seconds = best(|| {
        for transfer in holds {
            let expires = None;
            let transfer = *transfer;
            let hold = ledger
                .apply(&Operation::Hold { transfer, expires })
                .unwrap()
                .hold
                .unwrap();
            ledger
                .apply(&Operation::PostHold { hold, amount: None })
                .unwrap();
        }
    });
    report("hold and post it", holds.len(), seconds);
    statements(&mut ledger, &list, accounts);
    state(&mut ledger, &list, accounts);
}

fn state(ledger: &mut Ledger, list: &[Transfer], accounts: u64) {
    let count = accounts as usize;
    let seconds = best(|| ledger.audit().unwrap());
    println!("audit (full scan): {:.2} ms", seconds * 1e3);
    let seconds = best(|| ledger.check().unwrap());
    println!("check (totals): {:.0} ns", seconds * 1e9);
    let key = TypeKey::new("ledger");
    let (seconds, _) = timed(|| ledger.digest(&key));
    report("digest, all changed", count, seconds);
    for transfer in &list[..1_000] {
        let _ = ledger.post(transfer);
    }
    let (seconds, _) = timed(|| ledger.digest(&key));
    println!("digest after 1,000 transfers: {:.2} ms", seconds * 1e3);
    let mut bytes = Vec::new();
    let seconds = best(|| {
        bytes.clear();
        ledger.save(&mut bytes);
    });
    report(
        &format!("save, {:.1} MB", bytes.len() as f64 / 1e6),
        count,
        seconds,
    );
    let seconds = best(|| Ledger::load(&bytes).unwrap().accounts());
    report("load", count, seconds);
}

/// Who is told of entries and does nothing with them.
struct Nobody;

impl Recorder for Nobody {
    fn entry(&mut self, _entry: &Entry) {}
}

/// A period of which the entries are followed in a hundred drains.
fn statements(ledger: &mut Ledger, list: &[Transfer], accounts: u64) {
    ledger.record(Recording::Entries);
    let mut period = Period::open(ledger);
    let (mut posting, mut following) = (0.0, 0.0);
    for chunk in list.chunks(list.len() / 100) {
        posting += timed(|| {
            for transfer in chunk {
                let _ = black_box(ledger.post(transfer));
            }
        })
        .0;
        following += timed(|| period.follow(ledger).unwrap()).0;
        ledger.drain(&mut Nobody);
    }
    report("post, recorded", list.len(), posting);
    report("follow for statements", list.len(), following);
    let currency = oikos_core::Currency(0);
    let (seconds, _) = timed(|| {
        let statement = period.close(ledger).unwrap();
        statement.transactions(&Layout::new(), currency).unwrap()
    });
    println!("end of a period: {:.2} ms", seconds * 1e3);
    let seconds = best(|| Sheet::of_owners(ledger).len());
    report("sheets of all owners", accounts as usize, seconds);
    ledger.record(Recording::Off);
}

fn main() {
    for accounts in [10_000, 1_000_000] {
        println!("--- {accounts} accounts");
        moving(accounts);
    }
}
