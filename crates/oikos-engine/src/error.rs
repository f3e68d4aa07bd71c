//! What can go wrong in the engine, and what to do about it.

use oikos_core::{CoreError, Tick};

/// Any failure of building, stepping, saving or loading a society.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Several problems were found while building; all are listed.
    #[error("the society cannot be built:\n{}", list(.0))]
    Build(Vec<EngineError>),
    /// The world holds something that no save would contain; all of it is listed.
    #[error("the society cannot be saved:\n{}", list(.0))]
    Unsaved(Vec<EngineError>),
    /// A plugin panicked, or bevy refused it, while it was being added.
    #[error("plugin `{plugin}` could not be added: {reason}")]
    Plugin {
        /// Name of the plugin's type.
        plugin: String,
        /// What it said.
        reason: String,
    },
    /// A type was registered twice.
    #[error(
        "`{name}` is registered twice, by `{first}` and by `{second}`; give one of them another name"
    )]
    DuplicateType {
        /// The name under which it would be saved.
        name: String,
        /// The Rust type that had the name first.
        first: String,
        /// The Rust type that wanted it too.
        second: String,
    },
    /// Two draw streams share a name, so they would share their draws.
    #[error("draw stream `{name}` is declared by `{first}` and by `{second}`; rename one of them")]
    DuplicateStream {
        /// The stream's name.
        name: String,
        /// The type that had the name first.
        first: String,
        /// The type that wanted it too.
        second: String,
    },
    /// The world holds a resource that no save would contain.
    #[error(
        "resource `{rust_type}` is not registered, so a save would forget it; register it with \
         `app.persist`, `app.param`, `app.mail` or `app.derived`"
    )]
    UnregisteredResource {
        /// The Rust type.
        rust_type: String,
    },
    /// An entity holds a component that no save would contain.
    #[error(
        "component `{rust_type}` is not registered for the kind that carries it, so a save would forget it; \
         register it with `app.component`"
    )]
    UnregisteredComponent {
        /// The Rust type.
        rust_type: String,
    },
    /// An entity that belongs to no member of any kind.
    #[error(
        "an entity with {components:?} carries no id, so a save could not name it; spawn it with \
         `Entities::entity`"
    )]
    EntityWithoutId {
        /// The Rust types of its components.
        components: Vec<String>,
    },
    /// An attribute without a value: all that it could say is that somebody lives.
    #[error("attribute `{attribute}` holds nothing; give it a field, a `bool` say")]
    EmptyAttribute {
        /// The attribute's name.
        attribute: String,
    },
    /// One type was registered with two versions.
    #[error("`{name}` is registered as version {first} and as version {second}; agree on one")]
    TwoVersions {
        /// The name under which it is saved.
        name: String,
        /// The version that came first.
        first: u32,
        /// The version that came later.
        second: u32,
    },
    /// State that follows from the rest could not be made anew.
    #[error("`{rust_type}` could not be made anew from the state it follows from: {reason}")]
    Rebuild {
        /// The Rust type.
        rust_type: &'static str,
        /// What its `rebuild` said.
        reason: String,
    },
    /// A registered resource is not there.
    #[error("`{name}` is registered but the world does not hold it; insert it before building")]
    Missing {
        /// The registered name.
        name: String,
    },
    /// A kind was used that nobody registered.
    #[error("kind `{kind}` is not registered; add `app.kind::<…>()` before what uses it")]
    UnknownKind {
        /// The kind's name.
        kind: &'static str,
    },
    /// An attribute was used that nobody registered.
    #[error("attribute `{attribute}` is not registered; add `app.attribute::<…>()`")]
    UnknownAttribute {
        /// The attribute's name.
        attribute: String,
    },
    /// No registered type has this name.
    #[error("no persisted type is called `{name}`")]
    UnknownType {
        /// The name asked for.
        name: String,
    },
    /// A system stands in no phase.
    #[error("system `{system}` is in no phase; add `.in_set(Phase::…)`")]
    SystemWithoutPhase {
        /// The system.
        system: String,
    },
    /// A system stands in two phases or sub-steps.
    #[error("system `{system}` is in both {first} and {second}; a system runs in one of them")]
    SystemInTwoPhases {
        /// The system.
        system: String,
        /// One phase.
        first: String,
        /// The other phase.
        second: String,
    },
    /// Orders contradict each other.
    #[error("systems are ordered in a circle or against their phases: {}", .systems.join(", "))]
    ContradictoryOrder {
        /// The systems that take part.
        systems: Vec<String>,
    },
    /// A phase or sub-step was declared twice, or never.
    #[error("phase `{phase}`: {problem}")]
    Phase {
        /// The phase.
        phase: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A setting of the builder is unusable.
    #[error("setting `{setting}` of the builder: {problem}")]
    Setting {
        /// Which one.
        setting: &'static str,
        /// What is wrong with it, and what would do.
        problem: String,
    },
    /// The starting population could not be made.
    #[error("the starting population: {0}")]
    Populate(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A system returned an error or panicked. The society is back at its last saved state.
    #[error(
        "system `{system}` failed in phase {phase} of {tick}: {reason}; the society is back at {restored}"
    )]
    SystemFailed {
        /// The system.
        system: String,
        /// Its phase.
        phase: String,
        /// The tick that was being run.
        tick: Tick,
        /// The error or the panic's message.
        reason: String,
        /// The tick the society is at now.
        restored: Tick,
    },
    /// A tick could not be run, for a reason that lies in no one system. The society is back at its last
    /// saved state.
    #[error("{tick} cannot be run: {source}; the society is back at {restored}")]
    TickFailed {
        /// The tick that was being run.
        tick: Tick,
        /// Why.
        #[source]
        source: Box<EngineError>,
        /// The tick the society is at now.
        restored: Tick,
    },
    /// An invariant does not hold. The society is back at its last saved state.
    #[error(
        "invariant `{invariant}` is broken at {tick}: {detail}; the society is back at {restored}"
    )]
    InvariantBroken {
        /// The invariant.
        invariant: String,
        /// The tick after which it was checked.
        tick: Tick,
        /// What was found.
        detail: String,
        /// The tick the society is at now.
        restored: Tick,
    },
    /// A collector failed; the society itself is unharmed.
    #[error("collector `{collector}` failed at {tick}: {source}")]
    Collector {
        /// The collector.
        collector: String,
        /// The tick after which it ran.
        tick: Tick,
        /// What it said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Ids or slots of a kind are used up.
    #[error("no more of kind `{kind}` can be: at most 2^32 - 1 live at a time, 2^53 ever")]
    TooMany {
        /// The kind.
        kind: &'static str,
    },
    /// Two births of one cause carry the same ordinal, so their order would be arbitrary.
    #[error("{kind} births of cause {cause} share ordinal {ordinal}; number them")]
    DuplicateBirth {
        /// The kind.
        kind: &'static str,
        /// The cause's id: the mother's, say.
        cause: u64,
        /// The number given twice.
        ordinal: u32,
    },
    /// A birth that a plugin's rule refuses.
    #[error("the birth of a {kind} with cause {cause} and ordinal {ordinal}: {problem}")]
    BirthRefused {
        /// The kind.
        kind: &'static str,
        /// The cause it was asked for with.
        cause: u64,
        /// Its ordinal.
        ordinal: u32,
        /// What is wrong with it.
        problem: String,
    },
    /// Births or deaths were asked for after those of the tick had been applied.
    #[error(
        "{births} births and {deaths} deaths of kind `{kind}` were asked for after `LiveStep::Apply`, the first \
         by `{system}`: ask in an earlier phase, or in the next tick"
    )]
    TooLateToLive {
        /// The kind.
        kind: &'static str,
        /// The system that asked first.
        system: String,
        /// Births asked for too late.
        births: usize,
        /// Deaths asked for too late.
        deaths: usize,
    },
    /// An id names nobody who lives.
    #[error("{id} is not alive")]
    NotAlive {
        /// The id.
        id: String,
    },
    /// An id that nobody has had yet.
    #[error("{id} was never born, so it cannot die")]
    NeverBorn {
        /// The id.
        id: String,
    },
    /// An input came for a tick that is over.
    #[error("input `{kind}` is for {due}, but the society is already at {now}; give a later tick")]
    InputTooLate {
        /// The input's registered name.
        kind: String,
        /// The tick it is for.
        due: Tick,
        /// The tick that runs next.
        now: Tick,
    },
    /// An input of an unregistered kind.
    #[error("no plugin registered an input called `{kind}`; add `app.input`")]
    UnknownInput {
        /// The name.
        kind: String,
    },
    /// A system was to be left out that cannot be.
    #[error(
        "system `{system}` cannot be left out: {problem}; `Society::build_info` lists the systems by name"
    )]
    CannotLeaveOut {
        /// The name given.
        system: String,
        /// Why.
        problem: &'static str,
    },
    /// A journal does not continue this history.
    #[error(
        "journal entry {sequence} does not follow {expected}; replay entries in order, from genesis"
    )]
    JournalGap {
        /// The entry's number.
        sequence: u64,
        /// The number that would fit.
        expected: u64,
    },
    /// A snapshot was taken by another build.
    #[error("the snapshot is of another build: {}", .differences.join("; "))]
    OtherBuild {
        /// What differs, with names.
        differences: Vec<String>,
    },
    /// Bytes that are no value of the type they should be of.
    #[error("`{name}` cannot be read: {problem}")]
    Decode {
        /// The registered name.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// A value that cannot be written.
    #[error("`{name}` cannot be saved: {problem}")]
    Encode {
        /// The registered name.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// The society's threads could not be started.
    #[error("threads could not be started: {0}")]
    Threads(#[source] rayon::ThreadPoolBuildError),
    /// A number of the kernel's.
    #[error(transparent)]
    Core(#[from] CoreError),
}

fn list(errors: &[EngineError]) -> String {
    errors
        .iter()
        .map(|error| format!("  - {error}"))
        .collect::<Vec<_>>()
        .join("\n")
}
