//! Kinds of rows: what a society has many of.

use bevy_ecs::component::Component;
use oikos_core::StableId;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A kind of thing that a society has many of and stores in rows: people, households, firms.
///
/// The engine knows no kind of its own. A crate that brings one declares a marker type and the id
/// that names its members, and registers it with
/// [`AppExt::kind`](crate::AppExt::kind).
///
/// ```
/// oikos_engine::kind! {
///     /// A tree.
///     pub Tree, TreeId = "tree";
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no kind of member",
    note = "declare it with `kind!`"
)]
pub trait Kind: Send + Sync + 'static {
    /// The kind's name: unique within a society, saved, shown in errors.
    const NAME: &'static str;
    /// What names one member. It is a component, so that an entity can carry it.
    type Id: StableId + Component + Serialize + DeserializeOwned;
}

/// Who a row is: the member's id and the subject of its draws.
///
/// The subject differs from the id so that one extra birth, which shifts the ids of everybody born
/// later, leaves their draws as they were (C1).
#[derive(Debug)]
pub struct Who<K: Kind> {
    id: u64,
    subject: u64,
    kind: std::marker::PhantomData<fn() -> K>,
}

impl<K: Kind> Clone for Who<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Kind> Copy for Who<K> {}

impl<K: Kind> Who<K> {
    pub(crate) const fn new(id: u64, subject: u64) -> Self {
        Self {
            id,
            subject,
            kind: std::marker::PhantomData,
        }
    }

    /// The member's id.
    #[must_use]
    pub fn id(self) -> K::Id {
        crate::slots::known_id::<K>(self.id)
    }

    /// The subject under which the member draws, see [`oikos_core::Stream::at`].
    #[must_use]
    pub const fn subject(self) -> u64 {
        self.subject
    }
}

/// Anything draws can be made for.
pub trait Subject {
    /// The draw subject.
    fn subject(&self) -> u64;
}

impl<K: Kind> Subject for Who<K> {
    fn subject(&self) -> u64 {
        self.subject
    }
}

impl Subject for u64 {
    fn subject(&self) -> u64 {
        *self
    }
}

/// Draws of the whole society, not of one member.
impl Subject for () {
    fn subject(&self) -> u64 {
        u64::MAX
    }
}

/// Declares a kind: a marker type, the id type that names its members, and the impls that join them.
///
/// `kind! { /// Docs. pub Tree, TreeId = "tree"; }` gives `struct Tree`, `struct TreeId` (a `u64` below 2⁵³,
/// see [`oikos_core::StableId`], a component and a [`Field`](crate::Field)).
#[macro_export]
macro_rules! kind {
    ($(#[$attr:meta])* $vis:vis $kind:ident, $id:ident = $name:literal;) => {
        $(#[$attr])*
        #[derive(Clone, Copy, Debug)]
        $vis struct $kind;

        $crate::core::id_type! {
            #[doc = concat!("Names one ", $name, "; never reused.")]
            $vis struct $id: $name;
        }

        impl $crate::bevy_ecs::component::Component for $id {
            const STORAGE_TYPE: $crate::bevy_ecs::component::StorageType =
                $crate::bevy_ecs::component::StorageType::Table;
            type Mutability = $crate::bevy_ecs::component::Immutable;
        }

        impl $crate::Kind for $kind {
            const NAME: &'static str = $name;
            type Id = $id;
        }

        impl $crate::Field for $id {
            const BYTES: usize = 8;
            fn put(self, out: &mut [u8]) {
                $crate::Field::put($crate::core::StableId::get(self), out);
            }
            fn take(bytes: &[u8]) -> Option<Self> {
                $crate::take_id(bytes)
            }
        }
    };
}
