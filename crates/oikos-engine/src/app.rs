//! What plugins can say to a society while it is built.

use std::any::TypeId;
use std::marker::PhantomData;

use bevy_app::App;
use bevy_ecs::component::{Component, Mutable};
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::world::World;
use oikos_core::{Cadence, TypeKey};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::attribute::Attribute;
use crate::column::Column;
use crate::entity::{Entities, EntitiesOf};
use crate::error::EngineError;
use crate::input::{Due, InputEntry};
use crate::invariant::Invariant;
use crate::kind::Kind;
use crate::map::KindMap;
use crate::message::{Mail, Message};
use crate::population::{BirthRule, Births, Changes, Deaths, Departed, apply_changes};
use crate::registry::{
    Class, ColumnOf, ForgetBy, KindEntry, MapOf, MapOps, Registry, State, Stored, StoredColumn,
    StoredComponent, StoredEntities, StoredSerde, StoredSlots, StoredState, TypeEntry,
};
use crate::schedule::{LiveStep, Phases, Tick};
use crate::slots::Slots;
use crate::timer::{Timers, TimersOf};
use crate::vocabulary::{Topic, Vocabulary, Word};

/// What a plugin can declare, beside bevy's own `add_systems`, `insert_resource` and `add_plugins`.
///
/// To declare the same thing twice is fine; to declare two things under one name is an error when the
/// society is built. Names are what saves hold: keep them when types move or change their names.
pub trait AppExt {
    /// A kind of rows, with its births, deaths and entities.
    fn kind<K: Kind>(&mut self) -> &mut Self;
    /// An attribute: a column of its kind, saved, with a value for newborns.
    fn attribute<A: Attribute>(&mut self) -> &mut Self;
    /// A column that follows from persisted state, or that one tick fills and reads. After a load it holds
    /// newborn values.
    fn derived_attribute<A: Attribute>(&mut self) -> &mut Self;
    /// Lets relations of a plugin's own forget the dead, when their deaths are applied. The columns still
    /// hold in their slots what they left.
    fn on_death<K: Kind>(&mut self, forget: fn(&mut World, dead: &[Departed<K>])) -> &mut Self;
    /// A check of each birth that is asked for: what a newborn must be given, say.
    fn birth_rule<K: Kind>(&mut self, rule: BirthRule) -> &mut Self;
    /// What only some members of a kind have.
    fn map<K, T>(&mut self, name: &'static str, version: u32) -> &mut Self
    where
        K: Kind,
        T: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// A parameter of the model: a persisted resource, here with its default unless it was inserted.
    fn param<P>(&mut self, name: &'static str) -> &mut Self
    where
        P: Resource<Mutability = Mutable> + Serialize + DeserializeOwned + Default;
    /// A persisted resource, here with its default unless it was inserted.
    fn persist<R>(&mut self, name: &'static str, version: u32) -> &mut Self
    where
        R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned + Default;
    /// A persisted resource with a value that the plugin brings, in the place of what was inserted before.
    fn persist_value<R>(&mut self, name: &'static str, version: u32, value: R) -> &mut Self
    where
        R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned;
    /// A persisted resource that saves itself.
    fn state<R: State + Default>(&mut self, name: &'static str, version: u32) -> &mut Self;
    /// A resource that follows from persisted state. `rebuild` makes it anew after a load and after rows
    /// moved; `None` where nothing in it outlives a tick or depends on what was loaded.
    fn derived<R: Resource + Default>(&mut self, rebuild: Option<fn(&mut World)>) -> &mut Self;
    /// As [`AppExt::derived`], for what knows members by their ids alone: it is made anew after a load, and not
    /// when rows move, as they do at each compaction.
    fn derived_by_id<R: Resource + Default>(&mut self, rebuild: fn(&mut World)) -> &mut Self;
    /// A persisted component on the entities of a kind.
    fn component<K, C>(&mut self, name: &'static str, version: u32) -> &mut Self
    where
        K: Kind,
        C: Component + Serialize + DeserializeOwned;
    /// Timers for members of a kind.
    fn timers<K, E>(&mut self, name: &'static str, version: u32) -> &mut Self
    where
        K: Kind,
        E: Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Messages of one kind.
    fn mail<M: Message>(&mut self) -> &mut Self;
    /// Inputs of one kind, read through [`Due`].
    fn input<I>(&mut self, name: &'static str, version: u32) -> &mut Self
    where
        I: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// A vocabulary.
    fn vocabulary<T: Topic>(&mut self) -> &mut Self;
    /// A word of a vocabulary, added to it if it is new.
    fn word<T: Topic>(&mut self, name: &str) -> Word<T>;
    /// A check over the whole society, between ticks. What it returns as an error says what was found.
    fn invariant(
        &mut self,
        name: &'static str,
        cadence: Cadence,
        check: fn(&World) -> Result<(), String>,
    ) -> &mut Self;
    /// Changes the phases of a tick.
    fn phases(&mut self, change: impl FnOnce(&mut Phases) -> Result<(), EngineError>) -> &mut Self;
    /// Something cleared after each tick, which no save holds.
    fn transient<R: Resource<Mutability = Mutable> + Default>(&mut self) -> &mut Self;
    /// Reports that something a plugin was asked for cannot be; the society is then not built.
    fn problem(&mut self, setting: &'static str, problem: String) -> &mut Self;
    /// The version of a plugin, for the fingerprint of the build.
    fn plugin_version(&mut self, plugin: &str, version: &str) -> &mut Self;
}

impl AppExt for App {
    fn kind<K: Kind>(&mut self) -> &mut Self {
        if registry(self).kind(TypeId::of::<K>()).is_some() {
            return self;
        }
        let stored = Box::new(StoredSlots::<K>(PhantomData));
        register::<Slots<K>>(self, K::NAME, 1, Class::Persisted(stored));
        self.init_resource::<Slots<K>>();
        self.transient::<Births<K>>()
            .transient::<Deaths<K>>()
            .transient::<Changes<K>>();
        register_component::<K::Id>(self);
        let mut entry = KindEntry::new::<K>();
        entry
            .components
            .push(self.world_mut().register_component::<K::Id>());
        entry.maps.push(Box::new(EntitiesOf::<K>(PhantomData)));
        registry(self).kinds.push(entry);
        let stored = Box::new(StoredEntities::<K>(PhantomData));
        let name = format!("{}.entities", K::NAME);
        register::<Entities<K>>(self, &name, 1, Class::Persisted(stored));
        self.init_resource::<Entities<K>>();
        self.add_systems(
            Tick,
            apply_changes::<K>
                .in_set(LiveStep::Apply)
                .in_set(crate::Phase::Live),
        );
        self
    }

    fn attribute<A: Attribute>(&mut self) -> &mut Self {
        if A::BYTES == 0 {
            let attribute = A::NAME.to_owned();
            registry(self)
                .problems
                .push(EngineError::EmptyAttribute { attribute });
            return self;
        }
        let stored = Box::new(StoredColumn::<A>(PhantomData));
        if !register::<Column<A>>(self, A::NAME, A::VERSION, Class::Persisted(stored)) {
            return self;
        }
        add_column::<A>(self);
        self
    }

    fn derived_attribute<A: Attribute>(&mut self) -> &mut Self {
        fn rebuild<A: Attribute>(world: &mut World) {
            let slots = world.resource::<Slots<A::Kind>>().slots();
            world
                .resource_mut::<Column<A>>()
                .replace(vec![A::newborn(); slots]);
        }
        // Under its Rust name: nothing saves it.
        let name = std::any::type_name::<A>();
        if register::<Column<A>>(self, name, A::VERSION, Class::Derived(Some(rebuild::<A>))) {
            add_column::<A>(self);
        }
        self
    }

    fn on_death<K: Kind>(&mut self, forget: fn(&mut World, dead: &[Departed<K>])) -> &mut Self {
        add_map::<K>(self, Box::new(ForgetBy::<K>(forget)));
        self
    }

    fn birth_rule<K: Kind>(&mut self, rule: BirthRule) -> &mut Self {
        let mut registry = registry(self);
        match registry.kind_mut(TypeId::of::<K>()) {
            Some(kind) => kind.birth_rules.push(rule),
            None => registry
                .problems
                .push(EngineError::UnknownKind { kind: K::NAME }),
        }
        self
    }

    fn map<K, T>(&mut self, name: &'static str, version: u32) -> &mut Self
    where
        K: Kind,
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        if persist::<KindMap<K, T>>(self, name, version) {
            add_map::<K>(self, Box::new(MapOf::<K, T>(PhantomData)));
        }
        self
    }

    fn param<P>(&mut self, name: &'static str) -> &mut Self
    where
        P: Resource<Mutability = Mutable> + Serialize + DeserializeOwned + Default,
    {
        self.persist::<P>(name, 1)
    }

    fn persist<R>(&mut self, name: &'static str, version: u32) -> &mut Self
    where
        R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned + Default,
    {
        persist::<R>(self, name, version);
        self
    }

    fn persist_value<R>(&mut self, name: &'static str, version: u32, value: R) -> &mut Self
    where
        R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned,
    {
        self.insert_resource(value);
        register_present::<R>(self, name, version);
        self
    }

    fn state<R: State + Default>(&mut self, name: &'static str, version: u32) -> &mut Self {
        let stored = StoredState::<R> {
            name: name.to_owned(),
            marker: PhantomData,
        };
        if register::<R>(self, name, version, Class::Persisted(Box::new(stored))) {
            self.init_resource::<R>();
        }
        self
    }

    fn derived<R: Resource + Default>(&mut self, rebuild: Option<fn(&mut World)>) -> &mut Self {
        let name = std::any::type_name::<R>();
        if register::<R>(self, name, 1, Class::Derived(rebuild)) {
            self.init_resource::<R>();
        }
        self
    }

    fn derived_by_id<R: Resource + Default>(&mut self, rebuild: fn(&mut World)) -> &mut Self {
        let name = std::any::type_name::<R>();
        if register::<R>(self, name, 1, Class::DerivedById(rebuild)) {
            self.init_resource::<R>();
        }
        self
    }

    fn component<K, C>(&mut self, name: &'static str, version: u32) -> &mut Self
    where
        K: Kind,
        C: Component + Serialize + DeserializeOwned,
    {
        let stored = StoredComponent::<K, C> {
            name: name.to_owned(),
            marker: PhantomData,
        };
        if register::<C>(self, name, version, Class::Persisted(Box::new(stored))) {
            let component = self.world_mut().register_component::<C>();
            let mut registry = registry(self);
            match registry.kind_mut(TypeId::of::<K>()) {
                Some(kind) => kind.components.push(component),
                None => registry
                    .problems
                    .push(EngineError::UnknownKind { kind: K::NAME }),
            }
        }
        self
    }

    fn timers<K, E>(&mut self, name: &'static str, version: u32) -> &mut Self
    where
        K: Kind,
        E: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        if persist::<Timers<K, E>>(self, name, version) {
            add_map::<K>(self, Box::new(TimersOf::<K, E>(PhantomData)));
        }
        self
    }

    fn mail<M: Message>(&mut self) -> &mut Self {
        self.transient::<Mail<M>>()
    }

    fn input<I>(&mut self, name: &'static str, version: u32) -> &mut Self
    where
        I: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let entry = InputEntry::of::<I>(version);
        let mut registry = registry(self);
        match registry.inputs.get(name) {
            Some(other) if other.rust_type != entry.rust_type => {
                let first = other.rust_type.to_owned();
                let second = entry.rust_type.to_owned();
                let name = name.to_owned();
                registry.problems.push(EngineError::DuplicateType {
                    name,
                    first,
                    second,
                });
            }
            Some(other) if other.version != entry.version => {
                let (first, second) = (other.version, entry.version);
                let name = name.to_owned();
                registry.problems.push(EngineError::TwoVersions {
                    name,
                    first,
                    second,
                });
            }
            Some(_) => {}
            None => {
                registry.inputs.insert(name, entry);
            }
        }
        self.transient::<Due<I>>()
    }

    fn vocabulary<T: Topic>(&mut self) -> &mut Self {
        persist::<Vocabulary<T>>(self, T::NAME, 1);
        self
    }

    fn word<T: Topic>(&mut self, name: &str) -> Word<T> {
        self.vocabulary::<T>();
        let word = self.world_mut().resource_mut::<Vocabulary<T>>().word(name);
        word.unwrap_or_else(|| {
            let problem = format!(
                "vocabulary `{}` is full, `{name}` has no number left",
                T::NAME
            );
            let problem = EngineError::Setting {
                setting: "word",
                problem,
            };
            registry(self).problems.push(problem);
            Word::from_number(u16::MAX)
        })
    }

    fn invariant(
        &mut self,
        name: &'static str,
        cadence: Cadence,
        check: fn(&World) -> Result<(), String>,
    ) -> &mut Self {
        registry(self).invariants.push(Invariant {
            name,
            cadence,
            check,
        });
        self
    }

    fn phases(&mut self, change: impl FnOnce(&mut Phases) -> Result<(), EngineError>) -> &mut Self {
        if let Err(problem) = change(&mut self.world_mut().resource_mut::<Phases>()) {
            registry(self).problems.push(problem);
        }
        self
    }

    fn transient<R: Resource<Mutability = Mutable> + Default>(&mut self) -> &mut Self {
        fn clear<R: Resource<Mutability = Mutable> + Default>(world: &mut World) {
            *world.resource_mut::<R>() = R::default();
        }
        if register::<R>(
            self,
            std::any::type_name::<R>(),
            1,
            Class::Derived(Some(clear::<R>)),
        ) {
            self.init_resource::<R>();
            registry(self).transient.push(clear::<R>);
        }
        self
    }

    fn problem(&mut self, setting: &'static str, problem: String) -> &mut Self {
        registry(self)
            .problems
            .push(EngineError::Setting { setting, problem });
        self
    }

    fn plugin_version(&mut self, plugin: &str, version: &str) -> &mut Self {
        registry(self)
            .plugins
            .push((plugin.to_owned(), version.to_owned()));
        self
    }
}

fn registry(app: &mut App) -> bevy_ecs::change_detection::Mut<'_, Registry> {
    app.world_mut().resource_mut::<Registry>()
}

/// Enters a type; `false` when it was there already.
fn register<C: Component>(app: &mut App, name: &str, version: u32, class: Class) -> bool {
    let component = app.world_mut().register_component::<C>();
    let rust_type = std::any::type_name::<C>();
    let mut registry = registry(app);
    let mut known = registry.types.iter();
    let known = known.find(|entry| entry.component == component && entry.name == name);
    if let Some(first) = known.map(|entry| entry.version) {
        if first != version {
            registry.problems.push(EngineError::TwoVersions {
                name: name.to_owned(),
                first,
                second: version,
            });
        }
        return false;
    }
    let key = TypeKey::new(name);
    registry.add(TypeEntry {
        name: name.to_owned(),
        version,
        rust_type,
        component,
        class,
        key,
    });
    true
}

fn persist<R>(app: &mut App, name: &'static str, version: u32) -> bool
where
    R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned + Default,
{
    let stored: Box<dyn Stored> = Box::new(StoredSerde::<R> {
        name: name.to_owned(),
        marker: PhantomData,
    });
    let new = register::<R>(app, name, version, Class::Persisted(stored));
    if new {
        app.init_resource::<R>();
    }
    new
}

/// Registers a resource that has no default and is there already.
pub(crate) fn register_present<R>(app: &mut App, name: &'static str, version: u32)
where
    R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned,
{
    let stored = StoredSerde::<R> {
        name: name.to_owned(),
        marker: PhantomData,
    };
    register::<R>(app, name, version, Class::Persisted(Box::new(stored)));
}

fn register_component<C: Component>(app: &mut App) {
    register::<C>(app, std::any::type_name::<C>(), 1, Class::Derived(None));
}

fn add_column<A: Attribute>(app: &mut App) {
    app.init_resource::<Column<A>>();
    let mut registry = registry(app);
    let column = (
        TypeId::of::<A>(),
        Box::new(ColumnOf::<A>(PhantomData)) as Box<_>,
    );
    match registry.kind_mut(TypeId::of::<A::Kind>()) {
        Some(kind) => kind.columns.push(column),
        None => registry.problems.push(EngineError::UnknownKind {
            kind: A::Kind::NAME,
        }),
    }
}

fn add_map<K: Kind>(app: &mut App, map: Box<dyn MapOps>) {
    let mut registry = registry(app);
    match registry.kind_mut(TypeId::of::<K>()) {
        Some(kind) => kind.maps.push(map),
        None => registry
            .problems
            .push(EngineError::UnknownKind { kind: K::NAME }),
    }
}
