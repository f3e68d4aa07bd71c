//! The society of a script: members with a weight, an age, marks and timers.

use std::marker::PhantomData;

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_core::{Digest, Seed, StableId, TypeKey};
use oikos_engine::{
    AppExt, Attribute, Births, Changes, Clock, Deaths, Due, EngineError, Field, FieldInfo, Kind,
    KindMap, LiveStep, Phase, Rows, Slots, Society, State, Tick, Timers, found,
};

/// Members that are there at the start; their ids are below it.
pub(super) const FOUNDERS: u64 = 4;
/// Ticks from a birth to the timer that is set for it.
pub(super) const FUSE_TICKS: u32 = 2;
/// The weight of newborns that were given none, and of founders.
pub(super) const NEWBORN_WEIGHT: u32 = 100;

/// Cause, ordinal, subject, weight.
pub(super) type BirthOrder = (u64, u32, u64, Option<u32>);
/// Id, cause.
pub(super) type DeathOrder = (u64, u32);
pub(super) const BIRTH: &str = "testkit.birth";
pub(super) const DEATH: &str = "testkit.death";

/// Grows each tick by an amount of the member's own, so that mixed-up rows show.
pub(super) struct Weight<K>(pub(super) u32, PhantomData<fn() -> K>);
/// Ticks lived.
pub(super) struct Age<K>(pub(super) u32, PhantomData<fn() -> K>);

macro_rules! number_of {
    ($attribute:ident, $name:literal, $newborn:expr) => {
        impl<K> Clone for $attribute<K> {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl<K> Copy for $attribute<K> {}
        impl<K: Kind> Field for $attribute<K> {
            const BYTES: usize = 4;
            fn put(self, out: &mut [u8]) {
                self.0.put(out);
            }
            fn take(bytes: &[u8]) -> Option<Self> {
                u32::take(bytes).map(|number| Self(number, PhantomData))
            }
        }
        impl<K: Kind> Attribute for $attribute<K> {
            type Kind = K;
            const NAME: &'static str = $name;
            const VERSION: u32 = 1;
            const FIELDS: &'static [FieldInfo] = &[FieldInfo {
                name: "0",
                bytes: 4,
            }];
            fn newborn() -> Self {
                Self($newborn, PhantomData)
            }
        }
    };
}
number_of!(Weight, "testkit.weight", NEWBORN_WEIGHT);
number_of!(Age, "testkit.age", 0);

/// Births, deaths and timers so far, in this order.
#[derive(Resource, Clone, Copy, Default)]
pub(super) struct Tally(pub(super) [u64; 3]);

impl State for Tally {
    fn save(&self, out: &mut Vec<u8>) {
        for count in self.0 {
            out.extend_from_slice(&count.to_le_bytes());
        }
    }
    fn load(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() != <[u64; 3]>::BYTES {
            return Err(format!("{} bytes where a tally has 24", bytes.len()));
        }
        <[u64; 3]>::take(bytes)
            .map(Self)
            .ok_or_else(|| "no numbers".to_owned())
    }
    fn digest(&self, key: &TypeKey) -> Digest {
        let mut digest = Digest::default();
        for (id, count) in (0..).zip(self.0) {
            digest += key.row(id).cell(0, count as u32);
            digest += key.row(id).cell(1, (count >> 32) as u32);
        }
        digest
    }
}

/// A fresh society of founders.
pub(super) fn society<K: Kind>() -> Result<Society, EngineError> {
    Society::builder(Seed(1))
        .threads(1)
        .with(members::<K>)
        .populate(founders::<K>)
        .build()
}

fn founders<K: Kind>(world: &mut World) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    found::<K>(world, (0..FOUNDERS as u32).map(u64::from))?;
    Ok(())
}

fn members<K: Kind>(app: &mut App) {
    app.kind::<K>()
        .attribute::<Weight<K>>()
        .attribute::<Age<K>>();
    app.map::<K, u64>("testkit.marks", 1)
        .timers::<K, u32>("testkit.timers", 1);
    app.state::<Tally>("testkit.tally", 1);
    app.input::<BirthOrder>(BIRTH, 1)
        .input::<DeathOrder>(DEATH, 1);
    app.add_systems(Tick, (live::<K>, ring::<K>).chain().in_set(Phase::Act));
    app.add_systems(Tick, order::<K>.in_set(Phase::Live));
    app.add_systems(Tick, count::<K>.in_set(LiveStep::React));
}

/// What a member gains each tick.
pub(super) const fn gain(subject: u64) -> u32 {
    1 + (subject % 7) as u32
}

fn live<K: Kind>(mut members: Rows<(&mut Weight<K>, &mut Age<K>)>) {
    members.par_for_each(|who, (weight, age)| {
        weight.0 += gain(who.subject());
        age.0 += 1;
    });
}

fn ring<K: Kind>(
    mut timers: ResMut<Timers<K, u32>>,
    members: Res<Slots<K>>,
    clock: Res<Clock>,
    mut tally: ResMut<Tally>,
) {
    let rung = timers.take_due(clock.tick());
    // A timer of the dead that rings counts a million, so that it shows.
    tally.0[2] += rung
        .iter()
        .map(|(id, _)| if members.contains(*id) { 1 } else { 1_000_000 })
        .sum::<u64>();
}

fn order<K: Kind>(
    births_due: Res<Due<BirthOrder>>,
    deaths_due: Res<Due<DeathOrder>>,
    mut births: ResMut<Births<K>>,
    mut deaths: ResMut<Deaths<K>>,
) {
    for (cause, ordinal, subject, weight) in births_due.iter().copied() {
        let newborn = births.request(cause, ordinal, subject);
        if let Some(weight) = weight {
            let _ = newborn.with(Weight::<K>(weight, PhantomData));
        }
    }
    for (id, cause) in deaths_due.iter().copied() {
        if let Ok(id) = K::Id::new(id) {
            deaths.request(id, cause);
        }
    }
}

fn count<K: Kind>(
    changes: Res<Changes<K>>,
    clock: Res<Clock>,
    members: Res<Slots<K>>,
    mut marks: ResMut<KindMap<K, u64>>,
    mut timers: ResMut<Timers<K, u32>>,
    mut tally: ResMut<Tally>,
) {
    tally.0[0] += changes.born.len() as u64;
    tally.0[1] += changes.died.len() as u64;
    for born in &changes.born {
        let Ok(id) = K::Id::new(born.id) else {
            continue;
        };
        if !members.contains(id) {
            continue;
        }
        marks.insert(id, born.cause);
        if let Ok(at) = clock.tick().checked_add(FUSE_TICKS) {
            timers.schedule(at, id, born.ordinal);
        }
    }
}
