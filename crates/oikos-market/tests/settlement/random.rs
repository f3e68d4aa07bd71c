//! Random scripts for each mechanism: every invariant after every message, and nothing half done.

use std::cell::Cell;

use oikos_core::Tick;
use oikos_market::{
    Bazaar, CallAuction, EscrowError, Fees, GoodsError, OrderBook, PostedPrice, Report,
};
use oikos_testkit::Runs;
use proptest::prelude::*;

use crate::checker::violations;
use crate::markets::Market;
use crate::own::Halfway;
use crate::tally::Tally;
use crate::world::{Message, TRADERS, World, all_fees, prices, round, scripts, trader};

/// The least number of messages that each run goes through.
const EVENTS: u64 = 100_000;
/// What scripts are drawn from: another one goes through others.
const SEED: u64 = 11;

/// Runs random scripts in all variants and with all fees.
pub(crate) fn for_all_scripts(
    cases: u32,
    test: impl Fn(usize, Fees, &[Message]) -> Result<(), TestCaseError>,
) -> u64 {
    let fees = proptest::sample::select(all_fees().to_vec());
    let done = Runs::new(cases).seed(SEED).check(
        &(0..4_usize, fees, scripts(150..280)),
        |(variant, fees, script)| test(*variant, *fees, script).map(|()| script.len() as u64),
    );
    let done = done.unwrap();
    println!("{done}");
    done.events
}

/// Whether it is a fault of who asked. What was taken can always be settled.
fn is_fair(error: &EscrowError) -> bool {
    use EscrowError::{Goods, Mechanism, NotCovered, TooMuch, TraderGone, UnknownTrader};
    matches!(
        error,
        Mechanism(_)
            | NotCovered { .. }
            | TooMuch { .. }
            | UnknownTrader { .. }
            | TraderGone { .. }
            | Goods(GoodsError::Short { .. })
    )
}

/// M2, M4, M11, M12 and A2 after every message; a refusal changes neither money nor goods nor orders; a mechanism
/// without money would have done the same; at the end all is released.
fn holds_after_every_message<M: Market>() {
    let (done, refused, trades) = (Cell::new(0_u64), Cell::new(0_u64), Cell::new(0_u64));
    let events = for_all_scripts(520, |variant, fees, script| {
        let mut bare = M::variant(prices(), variant);
        let (mut world, mut tally) = (World::new(bare.clone(), fees), Tally::new(fees));
        let everybody = (0..TRADERS).map(|who| Message::Withdraw(trader(who)));
        for message in script.iter().copied().chain(everybody) {
            let (mut reports, mut theirs) = (Vec::new(), Vec::new());
            let named = match message {
                Message::Cancel(number) => world.id(number),
                _ => world.id(usize::MAX),
            };
            let before = (world.digests(), tally.clone());
            let answer = world.apply(&message, &mut reports);
            let receipt = match &answer {
                Ok(receipt) => *receipt,
                Err(error) => {
                    let is_as_before = reports.is_empty() && world.digests() == before.0;
                    prop_assert!(is_as_before, "{:?} by {:?}", error, message);
                    prop_assert!(is_fair(error), "{:?} by {:?}", error, message);
                    refused.set(refused.get() + 1);
                    continue;
                }
            };
            match message {
                Message::Submit(order) => {
                    let same = bare.submit(order, &mut theirs);
                    prop_assert_eq!(same.ok(), receipt);
                }
                Message::Cancel(_) => prop_assert!(bare.cancel(named, &mut theirs).is_ok()),
                Message::Clear(tick) => {
                    prop_assert_eq!(bare.clear(round(tick), &mut theirs), Ok(()));
                }
                Message::Withdraw(gone) => bare.withdraw(&mut |who| who == gone, &mut theirs),
            }
            prop_assert_eq!(&reports, &theirs);
            tally.follow(&message, receipt, &reports);
            done.set(done.get() + 1);
            let fills = reports
                .iter()
                .filter(|report| matches!(report, Report::Fill(_)));
            trades.set(trades.get() + fills.count() as u64);
            let broken = violations(
                &world,
                (&before.1, &tally),
                M::rationing(variant),
                (&message, &answer, &reports),
            );
            prop_assert!(broken.is_empty(), "{}", broken[0].1);
        }
        prop_assert_eq!(world.ledger.open_holds(), 0);
        prop_assert_eq!(world.inventory.holds().count(), 0);
        Ok(())
    });
    let counts = [done.get(), refused.get(), trades.get()];
    println!("{events} messages: {counts:?} done, refused, trades");
    assert!(events >= EVENTS, "{events} messages");
    assert!(
        counts.iter().all(|&count| count > EVENTS / 20),
        "{counts:?} of {events}"
    );
}

#[test]
fn an_order_book_settles() {
    holds_after_every_message::<OrderBook>();
}

#[test]
fn a_call_auction_settles() {
    holds_after_every_message::<CallAuction>();
}

#[test]
fn posted_prices_settle() {
    holds_after_every_message::<PostedPrice>();
}

#[test]
fn a_bazaar_settles() {
    holds_after_every_message::<Bazaar>();
}

#[test]
fn a_mechanism_of_ones_own_settles() {
    holds_after_every_message::<Halfway>();
}

/// The same script comes to the same on any thread.
#[test]
fn threads_do_not_show() {
    for_all_scripts(20, |variant, fees, script| {
        let play = || {
            let mut world = World::new(CallAuction::variant(prices(), variant), fees);
            for message in script {
                let _ = world.apply(message, &mut Vec::new());
            }
            let _ = world.apply(&Message::Clear(Tick::new(500)), &mut Vec::new());
            world.digests()
        };
        let there = std::thread::scope(|scope| scope.spawn(play).join().unwrap());
        prop_assert!(play() == there);
        Ok(())
    });
}
