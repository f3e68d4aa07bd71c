//! Random lives: births, deaths, saves, shuffles of any kind, beside an independent slow twin.

mod plugin;
mod run;
mod twin;

use std::fmt;
use std::marker::PhantomData;
use std::ops::AddAssign;

use oikos_engine::Kind;
use proptest::prelude::*;

/// One thing that a script does to a society.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Asks for a birth in the tick that runs next.
    Birth {
        /// The cause, which with a number of its own decides the order of the ids.
        cause: u8,
        /// The newborn's weight; its newborn value where it is `None`.
        weight: Option<u16>,
    },
    /// Asks for a death in the tick that runs next.
    Death {
        /// Picks one of all ids ever given and those about to be given.
        pick: u16,
        /// How often it is asked for, at least once.
        times: u8,
    },
    /// Asks for the death of a newborn of the tick that runs next, if there is one.
    NewbornDeath {
        /// Picks the newborn.
        pick: u16,
    },
    /// Runs a tick.
    Step,
    /// Saves, and goes on in a fresh build that loaded it.
    SaveAndLoad,
    /// Moves the rows together.
    Compact,
    /// Shuffles the rows.
    Scramble {
        /// The salt of the shuffle.
        salt: u64,
    },
}

/// A sequence of [`Operation`]s on members of kind `K`. [`script`] makes random ones.
pub struct Script<K> {
    /// What is done, in order.
    pub operations: Vec<Operation>,
    kind: PhantomData<fn() -> K>,
}

impl<K> Script<K> {
    /// A script of these operations.
    #[must_use]
    pub const fn new(operations: Vec<Operation>) -> Self {
        Self {
            operations,
            kind: PhantomData,
        }
    }
}

impl<K> Clone for Script<K> {
    fn clone(&self) -> Self {
        Self::new(self.operations.clone())
    }
}

impl<K: Kind> fmt::Debug for Script<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Script of {} {:?}", K::NAME, self.operations)
    }
}

/// How often a script met what is easily got wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Ticks.
    pub steps: u32,
    /// Newborns that got the slot of somebody who had died.
    pub reused_slots: u32,
    /// Ticks with both a birth and a death.
    pub births_and_deaths: u32,
    /// Newborns that died in the tick of their birth.
    pub newborn_deaths: u32,
    /// Deaths that were asked for more than once.
    pub double_deaths: u32,
    /// Requests for the death of somebody who was dead already or never was.
    pub void_deaths: u32,
    /// Saves that were loaded.
    pub loads: u32,
}

impl AddAssign for Coverage {
    fn add_assign(&mut self, other: Self) {
        self.steps += other.steps;
        self.reused_slots += other.reused_slots;
        self.births_and_deaths += other.births_and_deaths;
        self.newborn_deaths += other.newborn_deaths;
        self.double_deaths += other.double_deaths;
        self.void_deaths += other.void_deaths;
        self.loads += other.loads;
    }
}

/// Random scripts for members of kind `K`: up to 60 operations, a quarter of them ticks.
pub fn script<K: Kind>() -> impl Strategy<Value = Script<K>> {
    proptest::collection::vec(operation(), 1..60).prop_map(|mut operations| {
        operations.push(Operation::Step);
        Script::new(operations)
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => (0..4_u8, any::<Option<u16>>())
            .prop_map(|(cause, weight)| Operation::Birth { cause, weight }),
        4 => (any::<u16>(), 1..3_u8).prop_map(|(pick, times)| Operation::Death { pick, times }),
        1 => any::<u16>().prop_map(|pick| Operation::NewbornDeath { pick }),
        5 => Just(Operation::Step),
        1 => Just(Operation::SaveAndLoad),
        1 => Just(Operation::Compact),
        1 => any::<u64>().prop_map(|salt| Operation::Scramble { salt }),
    ]
}
