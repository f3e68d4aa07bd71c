//! The books of a society: its money, goods and titles, as resources.

mod kept;

use std::ops::{Deref, DerefMut};

use bevy_app::{App, Plugin};
use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_core::{Cadence, Digest, Span, StableId, TypeKey, Unit};
use oikos_engine::{AppExt, Clock, Kind, State, Tick};
use oikos_ledger::{Inventory, Ledger, Owner, OwnerKind, Titles};

use crate::age::{Dawn, add_dawn};
use crate::household::{Household, HouseholdId};
use crate::organisation::{Organisation, OrganisationId};
use crate::person::{Person, PersonId};
use kept::Kept;

/// A book of the society: of money ([`Ledger`]), of goods ([`Inventory`]), or of unique things ([`Titles`]).
/// Persisted; dereferences to what it holds.
///
/// Systems reach it as `Res<Book<Ledger>>` or `ResMut<Book<Ledger>>`. Its clock is that of the society: each book
/// advances at [`Dawn`], when its holds expire. What a book records is output and not state: whoever turns recording
/// on drains it in the same tick.
#[derive(Resource, Debug, Default)]
pub struct Book<B: Send + Sync + 'static>(pub B);

impl<B: Send + Sync + 'static> Deref for Book<B> {
    type Target = B;
    fn deref(&self) -> &B {
        &self.0
    }
}

impl<B: Send + Sync + 'static> DerefMut for Book<B> {
    fn deref_mut(&mut self) -> &mut B {
        &mut self.0
    }
}

impl<B: Kept> State for Book<B> {
    fn save(&self, out: &mut Vec<u8>) {
        self.0.save(out);
    }

    fn load(bytes: &[u8]) -> Result<Self, String> {
        let book = B::load(bytes).map_err(|error| error.to_string())?;
        Ok(Self(book))
    }

    fn digest(&self, key: &TypeKey) -> Digest {
        self.0.digest(key)
    }
}

/// Who can own accounts, goods and titles in the books of [`BooksPlugin`]: people, households, organisations.
///
/// ```
/// # use oikos_core::StableId;
/// use oikos_world::{Holder, PersonId};
/// let ann = PersonId::new(7)?;
/// assert_eq!(ann.owner().id, 7);
/// # Ok::<(), oikos_core::CoreError>(())
/// ```
pub trait Holder: StableId {
    /// What the numbers of these owners count.
    const OWNER_KIND: OwnerKind;

    /// This one as an owner.
    #[must_use]
    fn owner(self) -> Owner {
        Owner {
            kind: Self::OWNER_KIND,
            id: self.get(),
        }
    }
}

impl Holder for PersonId {
    const OWNER_KIND: OwnerKind = OwnerKind(0);
}

impl Holder for HouseholdId {
    const OWNER_KIND: OwnerKind = OwnerKind(1);
}

impl Holder for OrganisationId {
    const OWNER_KIND: OwnerKind = OwnerKind(2);
}

/// The kinds of owners that a ledger of [`BooksPlugin`] begins with, by their numbers.
const OWNER_KINDS: [&str; 3] = [Person::NAME, Household::NAME, Organisation::NAME];

/// Money, goods and titles for a society: a [`Book`] each of [`Ledger`], [`Inventory`] and [`Titles`], saved, digested
/// and advanced with it.
///
/// After each tick the running totals of each book are held against each other, and each year whatever the book holds
/// is counted anew: a society whose books do not balance stops with the account, good or title that is wrong.
/// Accounts are opened, goods and titles declared when the society is populated, or by systems. It needs no people: a
/// society of firms alone can keep books.
#[derive(Clone, Copy, Debug, Default)]
pub struct BooksPlugin {
    /// Ticks for which an id under which an operation was [submitted](Ledger::submit) is remembered after the tick in
    /// which it came.
    pub id_window: u32,
}

impl Plugin for BooksPlugin {
    fn build(&self, app: &mut App) {
        add_dawn(app);
        let mut ledger = Ledger::new(self.id_window);
        for name in OWNER_KINDS {
            if let Err(error) = ledger.owner_kind(name) {
                app.problem("owner kinds", error.to_string());
            }
        }
        app.insert_resource(Book(ledger));
        keep::<Ledger>(app);
        keep::<Inventory>(app);
        keep::<Titles>(app);
    }
}

fn keep<B: Kept>(app: &mut App)
where
    Book<B>: Default,
{
    app.state::<Book<B>>(B::NAME, 1)
        .invariant(B::BALANCES, Cadence::every(Span::Ticks(1)), check::<B>)
        .invariant(B::COUNTED, Cadence::calendar(Unit::Year), audit::<B>);
    app.add_systems(Tick, advance::<B>.in_set(Dawn));
}

fn advance<B: Kept>(clock: Res<Clock>, mut book: ResMut<Book<B>>) -> Result<(), BevyError> {
    Ok(book.advance(clock.tick())?)
}

fn check<B: Kept>(world: &World) -> Result<(), String> {
    let book = world.resource::<Book<B>>();
    book.check().map_err(|error| error.to_string())
}

fn audit<B: Kept>(world: &World) -> Result<(), String> {
    let book = world.resource::<Book<B>>();
    book.audit().map_err(|error| error.to_string())
}
