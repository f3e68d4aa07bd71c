//! What takes more than one run: the slow model, L10 and L16.

use oikos_core::TypeKey;
use oikos_ledger::{Event, Ledger};

use super::books::{Books, Deed};
use super::script;
use crate::invariant::Broken;
use crate::invariant::Invariant::L;
use crate::raw::Raw;

const KEY: TypeKey = TypeKey::new("testkit.ledger");

/// Whether books answer as others do and look alike after each deed of a script. Use it to hold books against the slow
/// [`Model`](super::Model). Returns the number of deeds.
///
/// # Errors
/// The first deed that they answer differently, or after which they look different.
pub fn agrees<B: Books, C: Books>(
    books: &mut B,
    others: &mut C,
    script: &[Raw],
) -> Result<u64, String> {
    script::run(books, script, |books, deed| {
        let (answer, expected) = (books.act(deed), others.act(deed));
        if answer != expected {
            return Err(format!(
                "{deed:?} gives {answer:?}, the others give {expected:?}"
            ));
        }
        let (view, expected) = (books.view(), others.view());
        if view == expected {
            return Ok(());
        }
        Err(format!(
            "after {deed:?} there is\n{view:?}, the others have\n{expected:?}"
        ))
    })?;
    Ok(script.len() as u64)
}

/// A ledger after a script, its events, and what was saved after half of the deeds, with the number of events then.
fn logged(script: &[Raw]) -> (Ledger, Vec<Event>, (usize, Vec<u8>)) {
    let mut ledger = script::empty_ledger();
    script::declare(&mut ledger);
    let (mut events, mut saved, mut deeds) = (Vec::new(), None, 0);
    let done = script::run(&mut ledger, script, |ledger, deed| {
        ledger.act(deed);
        ledger.drain(&mut events);
        deeds += 1;
        if deeds * 2 >= script.len() && saved.is_none() {
            saved = Some((events.len(), ledger.bytes()));
        }
        Ok::<(), std::convert::Infallible>(())
    });
    let Ok(()) = done;
    let saved = saved.unwrap_or_else(|| (events.len(), ledger.bytes()));
    (ledger, events, saved)
}

/// L10: the log, replayed from the start, gives the same ledger byte for byte; so do a save and the rest of the log.
/// Returns the number of events.
///
/// # Errors
/// [`Broken`].
pub fn replays(script: &[Raw]) -> Result<u64, Broken> {
    let (ledger, events, (done, saved)) = logged(script);
    let live = (ledger.bytes(), ledger.digest(&KEY));
    let refused = |error: oikos_ledger::LedgerError| L(10).broken(error.to_string());
    let mut again = script::empty_ledger();
    for event in &events {
        again.replay(event).map_err(refused)?;
    }
    L(10).require((again.bytes(), again.digest(&KEY)) == live, || {
        "the replay from the start is another ledger".to_owned()
    })?;
    let mut tail = Ledger::load(&saved).map_err(refused)?;
    L(10).require(tail.bytes() == saved, || {
        "what is loaded is not what was saved".to_owned()
    })?;
    for event in &events[done..] {
        tail.replay(event).map_err(refused)?;
    }
    L(10).require((tail.bytes(), tail.digest(&KEY)) == live, || {
        "a save and the rest of the log are another ledger".to_owned()
    })?;
    Ok(events.len() as u64)
}

/// L16: with a batch posted on several threads, and cut into several batches where all of it is posted, the ledger is
/// the same byte for byte. Returns the number of deeds.
///
/// # Errors
/// [`Broken`].
pub fn ignores_threads(script: &[Raw]) -> Result<u64, Broken> {
    let mut ledger = script::new_ledger();
    script::run(&mut ledger, script, |ledger, deed| {
        if let Deed::Batch(kind, rows) = deed {
            let posted = |threads: usize, size: usize| {
                let (mut fork, mut applied) = (ledger.fork(), 0);
                for part in rows.chunks(size.max(1)) {
                    applied += super::books::post(&mut fork, *kind, part, threads).applied;
                }
                (applied, fork.bytes(), fork.digest(&KEY))
            };
            let whole = posted(1, rows.len());
            for threads in [2, 5] {
                L(16).require(posted(threads, rows.len()) == whole, || {
                    format!("{threads} threads post {deed:?} otherwise")
                })?;
            }
            if whole.0 == rows.len() as u64 {
                L(16).require(posted(1, 1).0 != whole.0 || posted(1, 1) == whole, || {
                    format!("row by row {deed:?} is another ledger")
                })?;
            }
        }
        ledger.act(deed);
        Ok(())
    })?;
    Ok(script.len() as u64)
}
