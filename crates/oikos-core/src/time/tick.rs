//! The number of a step.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::CoreError;

/// The number of a step of a society: 0 is the genesis, a history has at most 2³² − 1 steps.
///
/// How long a tick is in days or hours, the [`Calendar`](crate::Calendar) says.
#[derive(
    Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Tick {
    index: u32,
}

impl Tick {
    /// The genesis.
    pub const ZERO: Self = Self::new(0);

    /// The tick with this number.
    #[must_use]
    pub const fn new(index: u32) -> Self {
        Self { index }
    }

    /// The number of this tick.
    #[must_use]
    #[inline]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// The tick after this one.
    ///
    /// # Errors
    ///
    /// [`CoreError::TickOverflow`] after the last tick, 2³² − 1.
    pub const fn next(self) -> Result<Self, CoreError> {
        self.checked_add(1)
    }

    /// The tick `ticks` later.
    ///
    /// # Errors
    ///
    /// [`CoreError::TickOverflow`] beyond the last tick, 2³² − 1.
    pub const fn checked_add(self, ticks: u32) -> Result<Self, CoreError> {
        match self.index.checked_add(ticks) {
            Some(index) => Ok(Self { index }),
            None => Err(CoreError::TickOverflow {
                tick: self.index,
                ticks: ticks as u64,
            }),
        }
    }

    /// How many ticks this one comes after `earlier`; nothing if it comes before.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Option<u32> {
        self.index.checked_sub(earlier.index)
    }
}

impl fmt::Display for Tick {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "tick {}", self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_up_to_the_last_tick() {
        let last = Tick::new(u32::MAX);
        assert_eq!(Tick::ZERO.next(), Ok(Tick::new(1)));
        assert_eq!(Tick::ZERO.checked_add(u32::MAX), Ok(last));
        assert_eq!(
            last.next(),
            Err(CoreError::TickOverflow {
                tick: u32::MAX,
                ticks: 1
            })
        );
        assert_eq!(last.since(Tick::new(5)), Some(u32::MAX - 5));
        assert_eq!(Tick::ZERO.since(last), None);
        assert_eq!(Tick::new(12).to_string(), "tick 12");
    }
}
