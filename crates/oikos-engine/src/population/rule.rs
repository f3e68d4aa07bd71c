//! What a birth of a kind must be like.

use std::any::TypeId;

use bevy_ecs::world::World;

use super::Given;
use crate::attribute::Attribute;

/// A check of each birth that is asked for, before it is applied. What it returns as an error says what is
/// wrong with it; the system that asked is then at fault.
pub type BirthRule = fn(&World, &BirthRequest<'_>) -> Result<(), String>;

/// A birth that was asked for.
pub struct BirthRequest<'a> {
    /// What it was asked for with: the mother's id, say.
    pub cause: u64,
    /// The number that tells births of one cause apart.
    pub ordinal: u32,
    pub(super) given: &'a [Given],
    pub(super) bytes: &'a [u8],
}

impl BirthRequest<'_> {
    /// The value that the newborn was given; `None` where it is to have that of every newborn.
    #[must_use]
    pub fn get<A: Attribute>(&self) -> Option<A> {
        let mut given = self.given.iter().rev();
        let (_, _, bytes) = given.find(|(attribute, ..)| *attribute == TypeId::of::<A>())?;
        A::take(self.bytes.get(bytes.clone())?)
    }
}
