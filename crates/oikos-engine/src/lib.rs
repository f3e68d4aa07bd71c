//! The engine of Oikos: a society over [`bevy_ecs`], with one history.
//!
//! Plugins declare kinds, attributes, resources, messages, inputs and timers through [`AppExt`], and add
//! systems to phases of a tick. [`Society`] owns the result, runs it, saves it, loads it and digests it.
//! What is numerous is rows: one [`Column`] per attribute, reached through [`Rows`].
//!
//! # Invariants
//! - The engine knows no person, no money and no place; kinds come from the crates above.
//! - A tick does no I/O, waits for nothing and reads no clock.
//! - Between ticks there is no state outside what is registered as persisted.
//! - No result depends on slots, threads or hash maps.
//! - It never prints and never panics on what a user, a plugin or a snapshot supplies.

extern crate self as oikos_engine;

mod app;
mod attribute;
mod clock;
mod codec;
mod column;
mod draws;
mod entity;
mod error;
mod input;
mod invariant;
mod kind;
mod map;
mod message;
mod population;
mod registry;
mod rows;
mod schedule;
mod slots;
mod society;
mod timer;
mod vocabulary;

pub use bevy_app;
pub use bevy_ecs;
#[doc(hidden)]
pub use oikos_core as core;
pub use oikos_derive::Attribute;

pub use app::AppExt;
#[doc(hidden)]
pub use attribute::take_id;
pub use attribute::{Attribute, Field, FieldInfo, IdField};
pub use clock::Clock;
pub use column::Column;
pub use draws::{DrawStream, Draws};
pub use entity::{Entities, EntitiesMut};
pub use error::EngineError;
pub use input::{Due, JournalEntry};
pub use kind::{Kind, Subject, Who};
pub use map::KindMap;
pub use message::{Addressed, Mail, Message};
pub use population::{
    BirthRequest, BirthRule, Births, Born, Changes, Deaths, Departed, Died, NewMember, found,
    found_some, set_all, set_each,
};
pub use registry::{Layout, State, TypeInfo};
pub use rows::{
    AttributeSet, Chunk, NoColumns, Not, ROWS_PER_TASK_MAX, ROWS_PER_TASK_MIN, ReadOnlyRowData,
    RowData, RowFilter, Rows,
};
pub use schedule::{Ambiguity, LiveStep, Phase, Phases, Tick, TickSchedule};
pub use slots::{Slot, Slots};
pub use society::{
    Build, Collector, FaultPolicy, IntoDate, Populate, Section, Snapshot, Society, SocietyBuilder,
    SystemTrace,
};
pub use timer::Timers;
pub use vocabulary::{Topic, Vocabulary, Word};
