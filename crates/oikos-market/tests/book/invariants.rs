//! Each invariant by its number, over random scripts.

use oikos_core::{StableId, TypeKey};
use oikos_market::{
    Amended, BookRules, Fill, MarketError, Order, OrderId, OrderKind, Price, Receipt, Released,
    Report, Side,
};
use oikos_testkit::Runs;
use oikos_testkit::market::book::{
    Answer, Book, Engine, MODES, Message, Naive, rules, run, script as scripts,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Scripts of up to 260 messages; 900 of them have more than 10⁵.
const CASES: u32 = 900;
const LENGTH: usize = 260;
const EVENTS: u64 = 100_000;

/// Runs random scripts in all modes against self-trades.
pub(crate) fn for_all_scripts(test: impl Fn(BookRules, &[Message]) -> Result<(), TestCaseError>) {
    let strategy = (proptest::sample::select(&MODES[..]), scripts(LENGTH));
    let done = Runs::new(CASES).check(&strategy, |(mode, script)| {
        test(rules(*mode), script).map(|()| script.len() as u64)
    });
    let done = done.unwrap();
    println!("{done}");
    assert!(done.events >= EVENTS, "{done}");
}

/// One invariant, after every message.
fn holds(number: u8) {
    for_all_scripts(|rules, script| {
        let mut engine = Engine::new(rules);
        let found = run(&mut engine, script, |step| step.check(number).err());
        found.map_or(Ok(()), |broken| {
            Err(TestCaseError::fail(broken.to_string()))
        })
    });
}

#[test]
fn m1_the_book_is_never_crossed() {
    holds(1);
}

#[test]
fn m2_trades_are_at_the_makers_price() {
    holds(2);
}

#[test]
fn m3_price_then_time() {
    holds(3);
}

#[test]
fn m4_no_quantity_is_lost() {
    holds(4);
}

#[test]
fn m5_no_self_trade_in_any_mode() {
    holds(5);
}

#[test]
fn m6_a_change_that_crosses_trades() {
    holds(6);
}

#[test]
fn m7_every_kind_keeps_its_word() {
    holds(7);
}

#[test]
fn m8_closed_and_unknown_orders_are_refused() {
    holds(8);
}

#[test]
fn m9_caches_are_those_of_the_orders() {
    holds(9);
    for_all_scripts(|rules, script| {
        let mut engine = Engine::new(rules);
        for message in script {
            let _ = engine.apply(message, &mut Vec::new());
            prop_assert_eq!(engine.book.check(), Ok(()));
        }
        Ok(())
    });
}

#[test]
fn m10_a_cancel_keeps_those_behind() {
    holds(10);
}

#[test]
fn m11_whoever_goes_is_released() {
    holds(11);
}

/// What an answer and reports say, with ids counted from 0 in the order in which they were given.
fn numbered(
    answer: &Answer,
    reports: &[Report],
    number: impl Fn(OrderId) -> OrderId,
) -> (Answer, Vec<Report>) {
    let answer = match answer.clone() {
        Ok(receipt) => Ok(receipt.map(|receipt| Receipt {
            order: number(receipt.order),
            ..receipt
        })),
        Err(MarketError::UnknownOrder { order }) => Err(MarketError::UnknownOrder {
            order: number(order),
        }),
        Err(MarketError::ClosedOrder { order }) => Err(MarketError::ClosedOrder {
            order: number(order),
        }),
        Err(other) => Err(other),
    };
    let reports = reports.iter().map(|report| match *report {
        Report::Fill(fill) => Report::Fill(Fill {
            buy: number(fill.buy),
            sell: number(fill.sell),
            ..fill
        }),
        Report::Amended(amended) => Report::Amended(Amended {
            order: number(amended.order),
            ..amended
        }),
        Report::Released(released) => Report::Released(Released {
            order: number(released.order),
            ..released
        }),
    });
    (answer, reports.collect())
}

/// Whether our book and the naive model answer a script alike, message by message, and look alike after each.
fn equals_naive(rules: BookRules, script: &[Message]) -> Result<(), TestCaseError> {
    let (mut engine, mut naive) = (Engine::new(rules), Naive::new(rules, None));
    for (index, message) in script.iter().enumerate() {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let our_answer = engine.apply(message, &mut ours);
        let mut their_answer = naive.apply(message, &mut theirs);
        let number = |id: OrderId| {
            let found = engine.given.iter().position(|&other| other == id);
            OrderId::new(found.unwrap_or(engine.given.len()) as u64).unwrap()
        };
        if let Err(MarketError::UnknownOrder { order }) = &mut their_answer {
            *order = number(OrderId::LAST);
        }
        let (our_answer, mut ours) = numbered(&our_answer, &ours, number);
        if matches!(message, Message::Advance(_)) {
            // Which of those that expire at one tick comes first is the engine's own.
            ours.sort_by_key(order_of);
            theirs.sort_by_key(order_of);
        }
        let (ours, theirs) = ((our_answer, ours), (their_answer, theirs));
        prop_assert_eq!(ours, theirs, "message {}: {:?}", index, message);
        let mut state = engine.state();
        for order in state.orders.iter_mut().flatten() {
            order.order = number(order.order);
        }
        prop_assert_eq!(
            state,
            naive.state(),
            "after message {}: {:?}",
            index,
            message
        );
    }
    Ok(())
}

/// The order that was released.
fn order_of(report: &Report) -> OrderId {
    match report {
        Report::Released(released) => released.order,
        _ => OrderId::LAST,
    }
}

#[test]
fn m13_equals_the_naive_model_message_by_message() {
    for_all_scripts(equals_naive);
}

/// Long scripts over wide prices that drift: the window of the ladder moves and grows on the way.
#[test]
fn m13_equals_the_naive_model_while_prices_drift() {
    let mut runner = TestRunner::deterministic();
    for mode in MODES {
        let long = scripts(6_000);
        let mut made = std::iter::from_fn(|| Some(long.new_tree(&mut runner).unwrap().current()));
        let mut script = made.find(|script| script.len() >= 3_000).unwrap();
        for (index, message) in (0..).zip(&mut script) {
            let wide = |price: Price| {
                let is_near = price.0.abs() < 10_000;
                let drifted = price.0.wrapping_mul(97).wrapping_add(index / 300 * 70_000);
                if is_near { Price(drifted) } else { price }
            };
            *message = with_prices(*message, wide);
        }
        equals_naive(rules(mode), &script).unwrap();
    }
}

fn with_prices(message: Message, price: impl Fn(Price) -> Price) -> Message {
    match message {
        Message::Submit(order) => {
            let kind = match order.kind {
                OrderKind::Market => OrderKind::Market,
                OrderKind::Limit(limit) => OrderKind::Limit(price(limit)),
                OrderKind::ImmediateOrCancel(limit) => OrderKind::ImmediateOrCancel(price(limit)),
                OrderKind::FillOrKill(limit) => OrderKind::FillOrKill(price(limit)),
                OrderKind::PostOnly(limit) => OrderKind::PostOnly(price(limit)),
            };
            Message::Submit(Order { kind, ..order })
        }
        Message::Amend(number, limit, quantity) => Message::Amend(number, price(limit), quantity),
        other => other,
    }
}

fn mirrored(message: Message) -> Message {
    let price = |price: Price| Price(price.0.checked_neg().unwrap_or(i64::MAX));
    match with_prices(message, price) {
        Message::Submit(order) => Message::Submit(Order {
            side: order.side.opposite(),
            ..order
        }),
        other => other,
    }
}

fn mirrored_report(report: Report) -> Report {
    let price = |price: Price| Price(-price.0);
    match report {
        Report::Fill(fill) => Report::Fill(Fill {
            buy: fill.sell,
            sell: fill.buy,
            buyer: fill.seller,
            seller: fill.buyer,
            price: price(fill.price),
            quantity: fill.quantity,
            taker: fill.taker.map(Side::opposite),
        }),
        Report::Amended(amended) => Report::Amended(Amended {
            side: amended.side.opposite(),
            price: price(amended.price),
            from_price: price(amended.from_price),
            ..amended
        }),
        Report::Released(released) => Report::Released(Released {
            side: released.side.opposite(),
            price: released.price.map(price),
            ..released
        }),
    }
}

#[test]
fn m14_the_mirrored_script_has_the_mirrored_outcome() {
    for_all_scripts(|rules, script| {
        let (mut engine, mut mirror) = (Engine::new(rules), Engine::new(rules));
        for message in script {
            // Withdrawing goes along bids first, in the mirror as well.
            if matches!(message, Message::Withdraw(_)) {
                continue;
            }
            let (mut reports, mut theirs) = (Vec::new(), Vec::new());
            let answer = engine.apply(message, &mut reports);
            let their_answer = mirror.apply(&mirrored(*message), &mut theirs);
            prop_assert_eq!(answer.clone().ok(), their_answer.ok(), "{:?}", message);
            let reports: Vec<_> = reports.into_iter().map(mirrored_report).collect();
            prop_assert_eq!(reports, theirs, "{:?}", message);
        }
        Ok(())
    });
}

#[test]
fn m15_books_do_not_feel_each_other() {
    for_all_scripts(|rules, script| {
        // One script is spread over three books, message by message, or one book after the other.
        let book = |index: usize| index * 7 % 3;
        let mut together: Vec<_> = (0..3).map(|_| (Engine::new(rules), Vec::new())).collect();
        for (index, message) in script.iter().enumerate() {
            let (engine, reports) = &mut together[book(index)];
            let _ = engine.apply(message, reports);
        }
        for (number, (engine, reports)) in together.iter().enumerate().rev() {
            let (mut alone, mut its_reports) = (Engine::new(rules), Vec::new());
            for (_, message) in script
                .iter()
                .enumerate()
                .filter(|(index, _)| book(*index) == number)
            {
                let _ = alone.apply(message, &mut its_reports);
            }
            prop_assert_eq!(&alone.state(), &engine.state());
            prop_assert_eq!(&its_reports, reports);
        }
        Ok(())
    });
}

#[test]
fn m16_the_same_script_has_the_same_digest_on_any_thread() {
    let key = TypeKey::new("book");
    let play = |rules: BookRules, script: &[Message]| {
        let mut engine = Engine::new(rules);
        let mut reports = Vec::new();
        for message in script {
            let _ = engine.apply(message, &mut reports);
        }
        (engine.book.digest(&key, 0).unwrap(), reports)
    };
    for_all_scripts(|rules, script| {
        let here = play(rules, script);
        let there = std::thread::scope(|scope| {
            let threads = [(); 2].map(|()| scope.spawn(|| play(rules, script)));
            threads.map(|thread| thread.join().unwrap())
        });
        prop_assert!(there.iter().all(|other| *other == here));
        Ok(())
    });
}
