//! The society that the benchmarks of Oikos measure, and the plain code they hold it against.
//!
//! `cargo bench -p oikos-benches` runs all; `docs/performance.md` has the method and the figures.
//!
//! # Invariants
//! - Nothing depends on it, and it is not published.
//! - It checks no result and sets no limit: figures depend on the machine, so no test looks at them.

pub mod measure;

use bevy_app::App;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_core::{Seed, StableId, Stream, Tick};
use oikos_engine::{
    AppExt, Attribute, EngineError, Phase, Rows, Slot, Slots, Society, bevy_ecs::prelude::*, found,
    kind, set_all,
};

/// Members of the society, and entries of the plain vectors.
pub const MEMBERS: u32 = 1_000_000;

kind! {
    /// Somebody with a purse.
    pub Member, MemberId = "member";
}

/// What a member has.
#[derive(Attribute, Clone, Copy, Default, Debug)]
#[attribute(kind = Member)]
pub struct Wealth(pub u32);

/// What a member gets each tick.
#[derive(Attribute, Clone, Copy, Default, Debug)]
#[attribute(kind = Member)]
pub struct Income(pub u32);

/// Whom the systems that read at random read, in that order.
#[derive(Resource, Default)]
pub struct Asked {
    /// By id.
    pub ids: Vec<MemberId>,
    /// By slot.
    pub slots: Vec<Slot>,
}

/// What the systems that read came to, so that no compiler leaves the reading out.
#[derive(Resource, Default)]
pub struct Total(pub u64);

/// How often a system passes over all rows in a tick, so that what a tick costs by itself does not count.
pub const REPEATS: u32 = 20;

/// The one system of a society. It does its pass [`REPEATS`] times.
#[derive(Clone, Copy, Debug)]
pub enum Pass {
    /// None: what a tick costs by itself.
    Nothing,
    /// `wealth += income` for every row, one after the other.
    Column,
    /// The same in tasks.
    ColumnInTasks,
    /// Sum of the wealth of members asked for by slot, in random order.
    ReadByRow,
    /// Sum of the wealth of members asked for by id, in random order.
    ReadById,
}

fn earn(mut members: Rows<(&mut Wealth, &Income)>) {
    for _ in 0..REPEATS {
        members.for_each(|_, (wealth, income)| wealth.0 = wealth.0.wrapping_add(income.0));
    }
}

fn earn_in_tasks(mut members: Rows<(&mut Wealth, &Income)>) {
    for _ in 0..REPEATS {
        members.par_for_each(|_, (wealth, income)| wealth.0 = wealth.0.wrapping_add(income.0));
    }
}

fn read_by_row(mut members: Rows<&Wealth>, asked: Res<Asked>, mut total: ResMut<Total>) {
    for _ in 0..REPEATS {
        let found = asked
            .slots
            .iter()
            .filter_map(|slot| members.at(*slot).map(|wealth| wealth.0));
        total.0 = total.0.wrapping_add(found.map(u64::from).sum());
    }
}

fn read_by_id(mut members: Rows<&Wealth>, asked: Res<Asked>, mut total: ResMut<Total>) {
    for _ in 0..REPEATS {
        let found = asked
            .ids
            .iter()
            .filter_map(|id| members.get(*id).map(|wealth| wealth.0));
        total.0 = total.0.wrapping_add(found.map(u64::from).sum());
    }
}

/// A society of [`MEMBERS`] members in which `pass` is all that happens in a tick.
///
/// # Errors
/// None that a right build could give.
pub fn society(pass: Pass, threads: usize) -> Result<Society, EngineError> {
    let plugin = move |app: &mut App| {
        app.kind::<Member>()
            .attribute::<Wealth>()
            .attribute::<Income>();
        app.derived::<Asked>(None).derived::<Total>(None);
        match pass {
            Pass::Nothing => app,
            Pass::Column => app.add_systems(oikos_engine::Tick, earn.in_set(Phase::Settle)),
            Pass::ColumnInTasks => {
                app.add_systems(oikos_engine::Tick, earn_in_tasks.in_set(Phase::Settle))
            }
            Pass::ReadByRow => {
                app.add_systems(oikos_engine::Tick, read_by_row.in_set(Phase::Perceive))
            }
            Pass::ReadById => {
                app.add_systems(oikos_engine::Tick, read_by_id.in_set(Phase::Perceive))
            }
        };
    };
    let populate = |world: &mut World| {
        let members = found::<Member>(world, (0..MEMBERS).map(u64::from))?;
        let Some(first) = members.first().map(|member| member.id()) else {
            return Ok(());
        };
        set_all(
            world,
            first,
            &wealth().into_iter().map(Wealth).collect::<Vec<_>>(),
        )?;
        set_all(
            world,
            first,
            &(0..MEMBERS).map(|row| Income(row % 7)).collect::<Vec<_>>(),
        )?;
        let ids = random_order()
            .into_iter()
            .map(|row| MemberId::new(u64::from(row)));
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        let slots = world.resource::<Slots<Member>>();
        let slots = ids.iter().filter_map(|id| slots.slot(*id)).collect();
        world.insert_resource(Asked { ids, slots });
        Ok(())
    };
    Society::builder(Seed(1))
        .threads(threads)
        .add_plugins(plugin)
        .populate(populate)
        .build()
}

/// The wealth with which everybody starts, by row.
#[must_use]
pub fn wealth() -> Vec<u32> {
    (0..MEMBERS)
        .map(|row| row.wrapping_mul(2_654_435_761) >> 8)
        .collect()
}

/// Every row once, in random order.
#[must_use]
pub fn random_order() -> Vec<u32> {
    let mut order: Vec<u32> = (0..MEMBERS).collect();
    Stream::new(Seed(1), "benches.order")
        .at(0, Tick::ZERO)
        .shuffle(&mut order);
    order
}
