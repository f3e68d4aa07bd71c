//! Whole runs: the ledger beside the slow model, replays (L10), threads and sizes of batches (L16), saves.

use std::convert::Infallible;

use oikos_core::{Digest, TypeKey};
use oikos_ledger::{Batch, Event, Ledger, Recording, Status};
use oikos_testkit::Runs;
use oikos_testkit::ledger::{
    Answer, Books, Checker, MINT, PAY, Raw, account, declare, empty_ledger, ignores_threads,
    new_ledger, new_model, replays, run, script, specs,
};

use crate::faults::fixed_scripts;

const KEY: TypeKey = TypeKey::new("ledger");

/// Scripts of up to 400 deeds; 900 of them have more than 10⁵, and as many that are carried out.
const CASES: u32 = 900;
const DEEDS: usize = 400;

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

/// Both answer alike and look alike after each deed, and no invariant is broken.
fn beside_the_model(script: &[Raw]) -> Result<u64, String> {
    let (mut ledger, mut model) = (new_ledger(), new_model(None));
    let mut checker = Checker::default();
    run(&mut ledger, script, |ledger, deed| {
        let (answer, broken) = checker.apply(ledger, deed);
        ensure(broken.is_empty(), || format!("after {deed:?}: {broken:?}"))?;
        let expected = model.act(deed);
        ensure(answer == expected, || {
            format!("{deed:?} gave {answer:?}, the model says {expected:?}")
        })?;
        let (view, expected) = (ledger.view(), model.view());
        ensure(view == expected, || {
            format!("after {deed:?} there is\n{view:?}, the model has\n{expected:?}")
        })?;
        let checked = ledger.check().and_then(|()| ledger.audit());
        checked.map_err(|error| format!("after {deed:?}: {error}"))
    })?;
    Ok(script.len() as u64)
}

/// More than 10⁵ deeds of random scripts.
fn for_all_scripts<E: std::fmt::Display>(test: impl Fn(&[Raw]) -> Result<u64, E>) {
    let done = Runs::new(CASES).check_script(&script(DEEDS), test).unwrap();
    println!("{done}");
    assert!(done.events >= 100_000, "{done}");
}

#[test]
fn l1_to_l15_the_ledger_is_the_slow_model() {
    for_all_scripts(beside_the_model);
}

#[test]
fn l10_a_replay_is_the_live_state() {
    for_all_scripts(replays);
}

#[test]
fn l16_any_number_of_threads_gives_the_same_ledger() {
    for_all_scripts(ignores_threads);
}

/// A ledger that was only looked at now and then is no other one.
#[test]
fn whoever_follows_a_ledger_finds_nothing_wrong() {
    for_all_scripts(|script| {
        let (mut ledger, mut checker, mut deeds) = (new_ledger(), Checker::default(), 0_u64);
        run(&mut ledger, script, |ledger, deed| {
            ledger.act(deed);
            deeds += 1;
            if deeds % 5 == 0 {
                checker.follow(ledger)?;
                ledger.drain(&mut Vec::<Event>::new());
            }
            Ok::<_, oikos_testkit::Broken>(())
        })?;
        Ok::<_, oikos_testkit::Broken>(deeds)
    });
}

/// A ledger after a script, and its events.
fn logged(script: &[Raw]) -> (Ledger, Vec<Event>) {
    let mut ledger = empty_ledger();
    declare(&mut ledger);
    let mut events = Vec::new();
    let Ok(()) = run(&mut ledger, script, |ledger, deed| {
        ledger.act(deed);
        ledger.drain(&mut events);
        Ok::<_, Infallible>(())
    });
    (ledger, events)
}

#[test]
fn l10_a_log_that_lacks_an_event_is_another_history() {
    let (ledger, events) = logged(&fixed_scripts(1, 60)[0]);
    for missing in 0..events.len() {
        let mut again = empty_ledger();
        let mut rest = events.iter().enumerate().filter(|(at, _)| *at != missing);
        let whole = rest.try_for_each(|(_, event)| again.replay(event));
        let same = whole.is_ok() && again.bytes() == ledger.bytes();
        // A step of the clock in which nothing is due, or an id that failed and is forgotten since, leaves nothing.
        let quiet = matches!(events[missing], Event::Advanced(_) | Event::Submitted(..));
        let operations = |count: usize| {
            let mut ledger = empty_ledger();
            events[..count]
                .iter()
                .for_each(|event| ledger.replay(event).unwrap());
            ledger.operations()
        };
        let left_nothing = quiet && operations(missing) == operations(missing + 1);
        assert!(
            !same || left_nothing,
            "event {missing} is not missed: {:?}",
            events[missing]
        );
    }
}

/// What scripts come to: they would prove little if some outcome never came up.
#[test]
fn scripts_come_to_every_status() {
    let mut seen = std::collections::BTreeSet::from([Status::Applied]);
    for script in fixed_scripts(120, DEEDS) {
        let mut ledger = new_ledger();
        let done = run(&mut ledger, &script, |ledger, deed| {
            match ledger.act(deed) {
                Answer::Refused { status, .. } => drop(seen.insert(status)),
                Answer::Batch { refused, .. } => {
                    seen.extend(refused.into_iter().map(|(_, status)| status));
                }
                _ => {}
            }
            Ok::<_, Infallible>(())
        });
        done.unwrap();
    }
    let missing: Vec<Status> = Status::ALL
        .iter()
        .copied()
        .filter(|status| !seen.contains(status))
        .collect();
    assert_eq!(missing, []);
}

/// A ledger of 1,000 purses, and a batch between them in which some rows are wrong or not covered.
fn crowd() -> (Ledger, Vec<(u64, u64, i64)>) {
    let mut ledger = new_ledger();
    let specs = specs(0);
    let kinds = [0, 1, 3, 4, 5, 6];
    for number in 0..1_000 {
        ledger.open(&specs[kinds[number % kinds.len()]]).unwrap();
    }
    let funding: Vec<(u64, u64, i64)> = (0..1_000)
        .filter(|number| number % 6 != 0)
        .map(|number| {
            if matches!(number % 6, 3 | 4) {
                (0, number, 60_000)
            } else {
                (number, 0, 60_000)
            }
        })
        .collect();
    assert_eq!(post(&mut ledger, MINT, &funding, 1).0, 833);
    let mut state = 1_u64;
    let mut below = |bound: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % bound
    };
    let rows = (0..60_000).map(|_| (below(1_001), below(1_000), below(2_000) as i64 - 3));
    (ledger, rows.collect())
}

/// Posts rows; how many were posted, and the refused ones.
fn post(
    ledger: &mut Ledger,
    kind: oikos_ledger::TransferKind,
    rows: &[(u64, u64, i64)],
    threads: usize,
) -> (u64, Vec<(u64, Status)>) {
    let debit: Vec<_> = rows.iter().map(|row| account(row.0)).collect();
    let credit: Vec<_> = rows.iter().map(|row| account(row.1)).collect();
    let amount: Vec<i64> = rows.iter().map(|row| row.2).collect();
    let batch = Batch {
        kind,
        debit: &debit,
        credit: &credit,
        amount: &amount,
    };
    let outcome = ledger.post_batch(&batch, threads).unwrap();
    (outcome.applied, outcome.refused)
}

fn after_a_batch(
    threads: usize,
    turn: impl Fn(&mut Vec<(u64, u64, i64)>),
) -> (u64, Vec<u8>, Digest) {
    let (mut ledger, mut rows) = crowd();
    turn(&mut rows);
    let (applied, refused) = post(&mut ledger, PAY, &rows, threads);
    let statuses: std::collections::BTreeSet<Status> =
        refused.iter().map(|(_, status)| *status).collect();
    let expected = [
        Status::AmountZero,
        Status::AmountNegative,
        Status::SameAccount,
        Status::DebitUnknown,
        Status::IssuerTouched,
        Status::DebitLimit,
        Status::CreditLimit,
    ];
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), expected);
    ledger.audit().unwrap();
    (applied, ledger.bytes(), ledger.digest(&KEY))
}

#[test]
fn l16_threads_and_order_of_rows_change_nothing() {
    let one = after_a_batch(1, |_| ());
    assert!(one.0 > 10_000, "{} rows posted", one.0);
    for threads in [2, 3, 4, 64, 0] {
        assert_eq!(after_a_batch(threads, |_| ()), one, "{threads} threads");
    }
    assert_eq!(after_a_batch(2, |rows| rows.reverse()), one);
    assert_eq!(after_a_batch(1, |rows| rows.rotate_left(12_345)), one);
}

#[test]
fn l16_a_batch_that_is_posted_whole_is_its_rows_one_by_one_and_its_parts() {
    let (ledger, rows) = crowd();
    let mut small = rows;
    small.retain_mut(|row| {
        row.2 = row.2 % 5 + 1;
        let kinds = [row.0 % 6, row.1 % 6];
        row.2 > 0 && row.0 != row.1 && row.0 < 1_000 && !kinds.contains(&0)
    });
    let of_size = |size: usize| {
        let mut ledger = ledger.fork();
        for part in small.chunks(size) {
            assert_eq!(
                post(&mut ledger, PAY, part, 2),
                (part.len() as u64, Vec::new())
            );
        }
        (ledger.bytes(), ledger.digest(&KEY))
    };
    let whole = of_size(small.len());
    for size in [1, 7, 9_000] {
        assert!(of_size(size) == whole, "parts of {size}");
    }
    let mut single = ledger.fork();
    for &(debit, credit, amount) in &small {
        single
            .post(&crate::numbered::transfer(PAY, debit, credit, amount))
            .unwrap();
    }
    assert!((single.bytes(), single.digest(&KEY)) == whole);
}

#[test]
fn l16_the_digest_is_that_of_a_ledger_just_loaded_at_any_time() {
    for script in fixed_scripts(20, 200) {
        let (mut ledger, mut seen) = (new_ledger(), std::collections::BTreeMap::new());
        let done = run(&mut ledger, &script, |ledger, deed| {
            ledger.act(deed);
            ledger.entries();
            let bytes = ledger.bytes();
            let digest = ledger.digest(&KEY);
            let loaded = Ledger::load(&bytes).unwrap();
            ensure(loaded.digest(&KEY) == digest, || {
                format!("another digest after {deed:?}")
            })?;
            // Different states have different digests.
            let known = seen.insert(digest.to_string(), bytes.clone());
            ensure(known.is_none_or(|known| known == bytes), || {
                format!("the same digest after {deed:?}")
            })
        });
        done.unwrap();
    }
}

#[test]
fn l16_recording_changes_no_state() {
    for script in fixed_scripts(5, 200) {
        let (mut with, mut without) = (new_ledger(), new_ledger());
        without.record(Recording::Off);
        let done = run(&mut with, &script, |with, deed| {
            let same = with.act(deed) == without.act(deed) && with.bytes() == without.bytes();
            ensure(same && without.entries().is_empty(), || {
                format!("recording shows in {deed:?}")
            })
        });
        done.unwrap();
    }
}
