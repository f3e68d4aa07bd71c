//! Who shares a household with others when they would otherwise live alone.

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, SystemParam};
use oikos_core::{Date, Draw, Prob, Stream};
use oikos_engine::{Draws, Slots, draw_stream};
use oikos_world::{Ages, BirthDate, Person, PersonId};
use serde::{Deserialize, Serialize};

use super::sharer::Sharer;
use crate::FamilyFigures;
use crate::error::FamilyError;

draw_stream!(pub(crate) SharingDraws = "family.sharing");

/// Completed age up to which the share of the young holds, and that from which the share of the old does, years.
pub(super) const AGES: (u32, u32) = (35, 65);

/// The most people who share one household: an assumption.
pub const FLAT_MAX: usize = 4;

/// The chance that somebody who would otherwise live alone shares a household, by age: constant below 35 and from 65
/// on, and linear between, which is an assumption. A parameter of the model.
///
/// Everybody has one draw for life: whether they share depends on whether it is below the chance at their age on
/// the day. So who shared and lost the others looks for others again, who shares moves out at the age at which the
/// chance falls below the draw, and the chances are the shares of people of an age who share.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u64; 2]", into = "[u64; 2]")]
pub struct SharingChances {
    young: Prob,
    old: Prob,
}

impl From<[u64; 2]> for SharingChances {
    fn from(thresholds: [u64; 2]) -> Self {
        let [young, old] = thresholds.map(Prob::from_threshold);
        Self { young, old }
    }
}

impl From<SharingChances> for [u64; 2] {
    fn from(chances: SharingChances) -> Self {
        [chances.young.threshold(), chances.old.threshold()]
    }
}

impl SharingChances {
    /// Everybody lives alone who would.
    pub const NOBODY: Self = Self {
        young: Prob::NEVER,
        old: Prob::NEVER,
    };

    /// The chances below 35 and from 65 on.
    ///
    /// # Errors
    /// [`FamilyError::Core`] for what is no chance from 0 to 1.
    pub fn new(young: f64, old: f64) -> Result<Self, FamilyError> {
        Ok(Self {
            young: Prob::from_f64(young)?,
            old: Prob::from_f64(old)?,
        })
    }

    /// As published: [`FamilyFigures::aged_18_34_sharing`] and [`FamilyFigures::aged_65_sharing`].
    ///
    /// # Errors
    /// As [`FamilyFigures::check`].
    pub fn of(figures: &FamilyFigures) -> Result<Self, FamilyError> {
        figures.check()?;
        Self::new(figures.aged_18_34_sharing, figures.aged_65_sharing)
    }

    /// The chance at a completed age.
    #[must_use]
    pub fn at(&self, age: u32) -> Prob {
        let (first, last) = AGES;
        let passed = u128::from(age.clamp(first, last) - first);
        let span = u128::from(last - first);
        let [young, old] = <[u64; 2]>::from(*self).map(u128::from);
        // A mean of two numbers of 64 bits is one.
        Prob::from_threshold(((young * (span - passed) + old * passed) / span) as u64)
    }

    /// The completed age from which somebody with a draw for life no longer shares who does when they are young: `None`
    /// for who never does, and who always does. The chance falls or rises with age all along.
    pub(super) fn outgrown_at(&self, draw: u64) -> Option<u32> {
        let (mut shares, mut does_not) = AGES;
        if !self.at(shares).hit(draw) || self.at(does_not).hit(draw) {
            return None;
        }
        while does_not - shares > 1 {
            let between = u32::midpoint(shares, does_not);
            if self.at(between).hit(draw) {
                shares = between;
            } else {
                does_not = between;
            }
        }
        Some(does_not)
    }

    /// Whether somebody of an age shares, by their draw for life.
    pub(crate) fn shares(&self, age: u32, draw: &mut Draw) -> bool {
        draw.chance(self.at(age))
    }
}

/// Who shares a household rather than live alone.
#[derive(SystemParam)]
pub(super) struct Dispositions<'w, 's> {
    people: Res<'w, Slots<Person>>,
    chances: Res<'w, SharingChances>,
    draws: Draws<'w, 's, SharingDraws>,
    ages: Res<'w, Ages>,
}

impl Dispositions<'_, '_> {
    pub(super) fn age(&self, born: Date) -> u32 {
        self.ages.completed(BirthDate(born))
    }

    /// The mark of somebody who shares.
    pub(super) fn mark(&self, person: PersonId, born: Date) -> Sharer {
        let who = self.people.find(person);
        who.map_or(Sharer::FOREVER, |who| {
            Sharer::of(&self.chances, &self.draws.stream(), who.subject(), born)
        })
    }

    /// The draw for life of somebody against the chance at their age.
    pub(super) fn shares(&self, person: PersonId, born: Date) -> bool {
        let who = self.people.find(person);
        who.is_some_and(|who| {
            let mut draw = disposition(&self.draws.stream(), who.subject());
            self.chances.shares(self.age(born), &mut draw)
        })
    }
}

/// The draw for life of somebody, by their subject.
pub(crate) const fn disposition(stream: &Stream, subject: u64) -> Draw {
    stream.at(subject, oikos_core::Tick::ZERO)
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn chances_are_linear_between_35_and_65() {
        let chances = SharingChances::of(&FamilyFigures::us().unwrap()).unwrap();
        for (age, expected) in [
            (18, 0.724),
            (35, 0.724),
            (50, 0.5405),
            (65, 0.357),
            (99, 0.357),
        ] {
            let found = chances.at(age).to_f64();
            assert!((found - expected).abs() < 1e-12, "{age}: {found}");
        }
        let saved = <[u64; 2]>::from(chances);
        assert_eq!(SharingChances::from(saved), chances);
        assert!(SharingChances::new(1.1, 0.5).is_err());
    }

    /// Against a walk through all ages.
    #[test]
    fn who_has_a_draw_outgrows_sharing_at_the_age_at_which_the_chance_passes_it() {
        for (young, old) in [
            (0.724, 0.357),
            (1.0, 0.0),
            (0.2, 0.6),
            (0.5, 0.5),
            (0.0, 0.0),
        ] {
            let chances = SharingChances::new(young, old).unwrap();
            for draw in (0..1_000).map(|part| u64::MAX / 999 * part) {
                let shares = |age: u32| chances.at(age).hit(draw);
                let age = (1..=150).find(|age| shares(age - 1) && !shares(*age));
                assert_eq!(chances.outgrown_at(draw), age, "{young} {old} {draw}");
            }
        }
    }
}
