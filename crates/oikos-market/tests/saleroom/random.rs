//! Random scripts: every invariant after every message, nothing half done, and saves.

use std::cell::Cell;

use oikos_core::Ratio;
use oikos_ledger::{Ledger, Titles};
use oikos_market::{EscrowError, Fees, ListingReport, Reason, Saleroom};
use oikos_testkit::Runs;
use proptest::prelude::*;

use crate::checker::violations;
use crate::tally::Tally;
use crate::world::{Message, TRADERS, World, scripts, trader};

/// The least number of messages that a run goes through.
const EVENTS: u64 = 100_000;
/// What scripts are drawn from: another one goes through others.
const SEED: u64 = 3;

fn for_all_scripts(
    cases: u32,
    test: impl Fn(Fees, &[Message]) -> Result<(), TestCaseError>,
) -> u64 {
    let percent = |buyer, seller| Fees {
        buyer: Ratio::percent(buyer),
        seller: Ratio::percent(seller),
    };
    let fees = [Fees::NONE, percent(3, 0), percent(7, 25), percent(100, 100)];
    let fees = proptest::sample::select(fees.to_vec());
    let done = Runs::new(cases)
        .seed(SEED)
        .check(&(fees, scripts(150..280)), |(fees, script)| {
            test(*fees, script).map(|()| script.len() as u64)
        });
    let done = done.unwrap();
    println!("{done}");
    done.events
}

#[test]
fn m11_m12_hold_after_every_message_and_refusals_change_nothing() {
    let counts = [(); 4].map(|()| Cell::new(0_u64));
    let events = for_all_scripts(520, |fees, script| {
        let (mut world, mut tally) = (World::new(fees), Tally::new(fees));
        let everybody = (0..TRADERS).map(|who| Message::Withdraw(trader(who)));
        for message in script.iter().copied().chain(everybody) {
            let mut reports = Vec::new();
            let named = match message {
                Message::Bid(number, ..) | Message::Cancel(number) => world.id(number),
                _ => world.id(usize::MAX),
            };
            let before = world.digests();
            let answer = world.apply(&message, &mut reports);
            let listed = match &answer {
                Ok(listed) => *listed,
                Err(error) => {
                    let is_as_before = reports.is_empty() && world.digests() == before;
                    prop_assert!(is_as_before, "{:?} by {:?}", error, message);
                    // What was taken can always be settled.
                    let is_unfair =
                        matches!(error, EscrowError::Sale { .. } | EscrowError::Title { .. });
                    prop_assert!(!is_unfair, "{:?} by {:?}", error, message);
                    counts[1].set(counts[1].get() + 1);
                    continue;
                }
            };
            counts[0].set(counts[0].get() + 1);
            tally.follow(&message, listed, named, &reports);
            for report in &reports {
                let count = match report {
                    ListingReport::Sold { .. } => &counts[2],
                    ListingReport::Returned {
                        reason: Reason::Undelivered,
                        ..
                    } => &counts[3],
                    _ => continue,
                };
                count.set(count.get() + 1);
            }
            let broken = violations(&world, &tally);
            prop_assert!(
                broken.is_empty(),
                "{} after {:?} {:#?}",
                broken[0].1,
                message,
                reports
            );
        }
        prop_assert_eq!((world.ledger.open_holds(), tally.offers.len()), (0, 0));
        Ok(())
    });
    let [done, refused, sold, undelivered] = counts.map(Cell::into_inner);
    println!(
        "{events} messages: {done} done, {refused} refused, {sold} sold, {undelivered} not delivered"
    );
    assert!(events >= EVENTS, "{events} messages");
    assert!(
        done > EVENTS / 10 && refused > EVENTS / 10,
        "{done} {refused}"
    );
    assert!(sold > 1_000 && undelivered > 100, "{sold} {undelivered}");
}

#[test]
fn a_room_saved_and_loaded_after_every_message_goes_on_alike() {
    for_all_scripts(40, |fees, script| {
        let (mut world, mut reborn) = (World::new(fees), World::new(fees));
        for message in script {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            let answer = world.apply(message, &mut ours);
            prop_assert_eq!(answer, reborn.apply(message, &mut theirs));
            prop_assert_eq!(ours, theirs);
            prop_assert_eq!(world.digests(), reborn.digests());
            let (mut money, mut titles) = (Vec::new(), Vec::new());
            reborn.ledger.save(&mut money);
            reborn.titles.save(&mut titles);
            reborn.ledger = Ledger::load(&money).unwrap();
            reborn.titles = Titles::load(&titles).unwrap();
            let binary = bincode::config::standard();
            let bytes = bincode::serde::encode_to_vec(&reborn.room, binary).unwrap();
            let loaded: (Saleroom, usize) =
                bincode::serde::decode_from_slice(&bytes, binary).unwrap();
            let text = serde_json::to_string(&reborn.room).unwrap();
            prop_assert_eq!(
                &serde_json::from_str::<Saleroom>(&text).unwrap(),
                &reborn.room
            );
            prop_assert_eq!(&loaded.0, &reborn.room);
            reborn.room = loaded.0;
        }
        Ok(())
    });
}
