//! Order books: scripts of messages that a book with amendments is asked, M1 to M11 after each, and a naive book (M13)
//! that can be told to make one mistake.
//!
//! For books that tell their queues, level by level. [`market::check`](super::check) needs to know less, and sees less.
//!
//! ```
//! use oikos_market::SelfTrade;
//! use oikos_testkit::market::book::{Engine, Naive, look, rules, script};
//! use oikos_testkit::Runs;
//!
//! let rules = rules(SelfTrade::CancelMaker);
//! Runs::new(20).check_script(&script(60), |script| look(&mut Engine::new(rules), script))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod checker;
mod fault;
mod naive;
mod script;

pub use self::fault::Fault;
pub use self::naive::Naive;
pub use self::script::{FAR, MODES, rules, script};

use oikos_core::{Quantity, StableId, Tick};
use oikos_market::{
    BookLevel, BookRules, MarketError, Order, OrderBook, OrderId, Price, Receipt, Report, Resting,
    TraderId,
};

use super::SIDES;
use crate::invariant::Broken;

/// What a book is asked. Orders are named by the number in which they were given, so that a message means the same
/// to everybody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Message {
    /// Gives an order.
    Submit(Order),
    /// Cancels the order with this number.
    Cancel(usize),
    /// Gives the order with this number another price and quantity.
    Amend(usize, Price, i64),
    /// Comes to a tick.
    Advance(Tick),
    /// Somebody is gone.
    Withdraw(TraderId),
}

/// All that can be seen of a book.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Orders to buy and to sell, the next to trade first.
    pub orders: [Vec<Resting>; 2],
    /// Levels to buy and to sell, the best first.
    pub levels: [Vec<BookLevel>; 2],
    /// The best price of each side.
    pub best: [Option<Price>; 2],
    /// What is left of all orders of each side.
    pub quantity: [Quantity; 2],
    /// The clock.
    pub now: Tick,
}

/// What came of a message.
pub type Answer = Result<Option<Receipt>, MarketError>;

/// An order book that can be looked into: [`Engine`], [`Naive`], or one of your own.
pub trait Book {
    /// What it was told once.
    fn rules(&self) -> BookRules;
    /// The id of the order that was the so-manieth to be given.
    fn id(&self, number: usize) -> OrderId;
    /// Does what it is asked.
    ///
    /// # Errors
    /// What is wrong with the message.
    fn apply(&mut self, message: &Message, reports: &mut Vec<Report>) -> Answer;
    /// All that can be seen.
    fn state(&self) -> State;
}

/// A message with what was before and after it.
#[derive(Debug)]
pub struct Step {
    /// What the book was told once.
    pub rules: BookRules,
    /// What it was asked.
    pub message: Message,
    /// The id that the message names.
    pub named: Option<OrderId>,
    /// What was to be seen before.
    pub before: State,
    /// What it answered.
    pub answer: Answer,
    /// What it reported.
    pub reports: Vec<Report>,
    /// What is to be seen now.
    pub after: State,
}

/// Applies a script and gives every step to `see`, until it finds something.
pub fn run<T>(
    book: &mut dyn Book,
    script: &[Message],
    mut see: impl FnMut(&Step) -> Option<T>,
) -> Option<T> {
    let mut before = book.state();
    for message in script {
        let named = match *message {
            Message::Cancel(number) | Message::Amend(number, ..) => Some(book.id(number)),
            _ => None,
        };
        let mut reports = Vec::new();
        let answer = book.apply(message, &mut reports);
        let after = book.state();
        let step = Step {
            rules: book.rules(),
            message: *message,
            named,
            before,
            answer,
            reports,
            after: after.clone(),
        };
        if let Some(found) = see(&step) {
            return Some(found);
        }
        before = after;
    }
    None
}

/// Goes through a script with a book and holds it to M1 to M11 after each message. Returns the number of messages.
///
/// # Errors
/// [`Broken`], with the lowest number of what is broken first.
pub fn look(book: &mut dyn Book, script: &[Message]) -> Result<u64, Broken> {
    match run(book, script, |step| step.broken().into_iter().next()) {
        Some(broken) => Err(broken),
        None => Ok(script.len() as u64),
    }
}

/// An [`OrderBook`], with the ids it gave.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The book.
    pub book: OrderBook,
    /// The ids in the order in which they were given.
    pub given: Vec<OrderId>,
}

impl Engine {
    /// A book without orders.
    #[must_use]
    pub fn new(rules: BookRules) -> Self {
        Self {
            book: OrderBook::new(rules),
            given: Vec::new(),
        }
    }
}

impl Book for Engine {
    fn rules(&self) -> BookRules {
        self.book.rules()
    }

    /// A number beyond those given stands for an id that never was.
    fn id(&self, number: usize) -> OrderId {
        self.given.get(number).copied().unwrap_or(OrderId::LAST)
    }

    fn apply(&mut self, message: &Message, reports: &mut Vec<Report>) -> Answer {
        match *message {
            Message::Submit(order) => {
                let receipt = self.book.submit(order, reports)?;
                self.given.push(receipt.order);
                Ok(Some(receipt))
            }
            Message::Cancel(number) => self.book.cancel(self.id(number), reports).map(|_| None),
            Message::Amend(number, price, quantity) => self
                .book
                .amend(self.id(number), price, Quantity(quantity), reports)
                .map(Some),
            Message::Advance(tick) => self.book.advance(tick, reports).map(|()| None),
            Message::Withdraw(trader) => {
                self.book.withdraw(|who| who == trader, reports);
                Ok(None)
            }
        }
    }

    fn state(&self) -> State {
        let book = &self.book;
        State {
            orders: SIDES.map(|side| book.orders(side).collect()),
            levels: SIDES.map(|side| book.levels(side).collect()),
            best: SIDES.map(|side| book.best_price(side)),
            quantity: SIDES.map(|side| book.quantity(side)),
            now: book.now(),
        }
    }
}
