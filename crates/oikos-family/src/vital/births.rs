//! Deliveries: how many children, of which sex.

use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Draw, Prob, StableId, child_subject};
use oikos_engine::{Attribute, Births, Clock, Deaths, Draws, Rows, draw_stream};
use oikos_world::{BirthDate, Person, Sex};

use super::plugin::{Death, Delivery};
use super::rates::VitalRates;
use crate::demography::chance::threshold;
use crate::hazards::Occurrences;

draw_stream!(pub(super) DeliveryDraws = "family.delivery");

/// Number of children a woman has borne.
#[derive(Attribute, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[attribute(name = "family.children-borne")]
pub struct ChildrenBorn(pub u16);

/// Asks for the children of today's deliveries.
pub(super) fn deliver(
    deliveries: Res<Occurrences<Delivery>>,
    rates: Res<VitalRates>,
    clock: Res<Clock>,
    draws: Draws<DeliveryDraws>,
    mut mothers: Rows<&mut ChildrenBorn>,
    mut births: ResMut<Births<Person>>,
) {
    let [single, twins, _] = rates.multiple_births().children_per_delivery();
    let (single, at_most_two) = (threshold(single), threshold(single + twins));
    let boy = Prob::from_threshold(threshold(rates.male_share()));
    for delivery in deliveries.iter() {
        let mut draw = draws.of(delivery.who);
        let children = children(&mut draw, single, at_most_two);
        let Some(borne) = mothers.get(delivery.who.id()) else {
            continue;
        };
        for number in 0..children {
            let subject = child_subject(delivery.who.subject(), u32::from(borne.0) + number);
            let sex = if draw.chance(boy) {
                Sex::Male
            } else {
                Sex::Female
            };
            let child = births.request(delivery.who.id().get(), number, subject);
            let _ = child.with(BirthDate(clock.today())).with(sex);
        }
        borne.0 = borne.0.saturating_add(children as u16);
    }
}

fn children(draw: &mut Draw, single: u64, at_most_two: u64) -> u32 {
    let share = draw.next_u64();
    1 + u32::from(share >= single) + u32::from(share >= at_most_two)
}

/// Asks for today's deaths.
pub(super) fn die(died: Res<Occurrences<Death>>, mut deaths: ResMut<Deaths<Person>>) {
    for death in died.iter() {
        deaths.request(death.who.id(), u32::from(death.cause.number()));
    }
}
