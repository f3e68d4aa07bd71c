//! Tables with a row for each living member of a kind.

use std::fmt;
use std::marker::PhantomData;

use bevy_ecs::world::World;
use oikos_core::StableId;
use oikos_engine::{Kind, Slot, Slots, Who};

use super::attributes::Readable;
use super::output::RowWriter;
use crate::error::DataError;
use crate::schema::{ColumnKind, ColumnSpec};
use crate::value::Value;

/// The member that a cell is about, and the world it lives in.
pub struct Member<'w, K: Kind> {
    /// The world, between two ticks: clock, parameters, maps, memberships.
    pub world: &'w World,
    /// Who it is.
    pub who: Who<K>,
}

/// A table with one row for each living member of a kind: its columns are named functions of the
/// member's attributes.
///
/// Rows come in the order of ids, which is that of coming into being, whatever the order in which
/// the society stores them. The first column of the table's own is the id, named after the kind:
/// `person_id`.
///
/// ```
/// use oikos_core::{Cadence, Unit};
/// use oikos_data::{Collect, ColumnKind, ColumnSpec, RowTable, Value};
/// use oikos_engine::Clock;
/// use oikos_world::{BirthDate, Person, Sex};
///
/// let sex = ColumnSpec::new("sex", ColumnKind::Label, "1", "Sex at birth.");
/// let age = ColumnSpec::new("age", ColumnKind::Int, "years", "Completed years.");
/// let people = RowTable::<Person>::new("people")
///     .column(sex, |_, sex: Sex| Value::Label(sex.label()))
///     .column(age, |member, born: BirthDate| {
///         let today = member.world.resource::<Clock>().today();
///         Value::Int(today.completed_years_since(born.0).into())
///     });
/// let plan = Collect::new(0).rows(Cadence::calendar(Unit::Year), people);
/// ```
pub struct RowTable<K: Kind> {
    name: String,
    columns: Vec<RowColumn<K>>,
}

struct RowColumn<K: Kind> {
    spec: ColumnSpec,
    read: Box<dyn ReadColumn<K>>,
}

/// The cells of one column, bound to a world.
type Cells<'w, K> = Box<dyn Fn(Who<K>, Slot) -> Option<Value<'w>> + 'w>;

/// A column's function with the attributes that it reads, whatever their types.
trait ReadColumn<K: Kind>: Send + Sync {
    /// Borrows what it reads, or names what the world does not have.
    fn bind<'w>(&'w self, world: &'w World) -> Result<Cells<'w, K>, &'static str>;
}

/// The one implementation of [`ReadColumn`].
struct Reader<F, A, Shape> {
    value: F,
    reads: PhantomData<fn() -> (A, Shape)>,
}

impl<K, F, A, Shape> ReadColumn<K> for Reader<F, A, Shape>
where
    K: Kind,
    A: Readable<Shape, Kind = K>,
    F: for<'w> Fn(Member<'w, K>, A) -> Value<'w> + Send + Sync,
{
    fn bind<'w>(&'w self, world: &'w World) -> Result<Cells<'w, K>, &'static str> {
        let columns = A::columns(world)?;
        Ok(Box::new(move |who, slot| {
            let attributes = A::at(&columns, slot)?;
            Some((self.value)(Member { world, who }, attributes))
        }))
    }
}

impl<K: Kind> RowTable<K> {
    /// A table of that name, `snake_case`, with the id as its only column so far.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            columns: Vec::new(),
        }
    }

    /// Adds a column: its name, kind, unit and meaning, and the function that makes a cell.
    ///
    /// The function names the attributes it reads by the type of its second argument: one, a tuple
    /// of two to four, or [`NoColumns`](oikos_engine::NoColumns).
    #[must_use]
    pub fn column<A, Shape>(
        mut self,
        spec: ColumnSpec,
        value: impl for<'w> Fn(Member<'w, K>, A) -> Value<'w> + Send + Sync + 'static,
    ) -> Self
    where
        A: Readable<Shape, Kind = K>,
        Shape: 'static,
    {
        let reads = PhantomData::<fn() -> (A, Shape)>;
        let read = Box::new(Reader { value, reads });
        self.columns.push(RowColumn { spec, read });
        self
    }

    fn slots<'w>(&self, world: &'w World) -> Result<&'w Slots<K>, DataError> {
        world.get_resource().ok_or_else(|| DataError::UnknownKind {
            table: self.name.clone(),
            kind: K::NAME,
        })
    }

    fn bind<'w>(&'w self, world: &'w World) -> Result<Vec<Cells<'w, K>>, DataError> {
        let columns = self.columns.iter();
        let bound = columns.map(|column| {
            let unknown = |attribute| DataError::UnknownAttribute {
                table: self.name.clone(),
                column: column.spec.name.clone(),
                attribute,
            };
            column.read.bind(world).map_err(unknown)
        });
        bound.collect()
    }
}

/// A [`RowTable`] of whatever kind.
pub(super) trait AnyRowTable: Send + Sync + fmt::Debug {
    fn name(&self) -> &str;
    /// The columns behind the leading four, if the world has what they read.
    fn columns(&self, world: &World) -> Result<Vec<ColumnSpec>, DataError>;
    /// Writes a row for each living member.
    fn observe(&self, world: &World, rows: &mut RowWriter<'_, '_>) -> Result<(), DataError>;
}

impl<K: Kind> AnyRowTable for RowTable<K> {
    fn name(&self) -> &str {
        &self.name
    }

    fn columns(&self, world: &World) -> Result<Vec<ColumnSpec>, DataError> {
        self.slots(world)?;
        self.bind(world)?;
        let own = self.columns.iter().map(|column| column.spec.clone());
        Ok([id_column::<K>()].into_iter().chain(own).collect())
    }

    fn observe(&self, world: &World, rows: &mut RowWriter<'_, '_>) -> Result<(), DataError> {
        let living = self.slots(world)?.iter();
        let columns = self.bind(world)?;
        let mut members: Vec<_> = living
            .map(|(slot, who)| (who.id().get(), slot, who))
            .collect();
        members.sort_unstable_by_key(|(id, _, _)| *id);
        let mut row = Vec::with_capacity(1 + columns.len());
        for (id, slot, who) in members {
            row.clear();
            // Ids stay below 2^53, so the cast is exact.
            row.push(Value::Int(id as i64));
            let cells = columns.iter().map(|cell| cell(who, slot));
            row.extend(cells.map(|cell| cell.unwrap_or(Value::Null)));
            rows.push(&row)?;
        }
        Ok(())
    }
}

impl<K: Kind> fmt::Debug for RowTable<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let specs = self.columns.iter().map(|column| &column.spec);
        formatter
            .debug_struct("RowTable")
            .field("name", &self.name)
            .field("columns", &specs.collect::<Vec<_>>())
            .finish()
    }
}

/// The id of a kind's members. Words of a kind's name may be joined by hyphens, those of a column
/// are not.
fn id_column<K: Kind>() -> ColumnSpec {
    let kind = K::NAME;
    let name = format!("{}_id", kind.replace('-', "_"));
    let meaning = format!("Which {kind} it is; never reused within a run.");
    ColumnSpec::new(&name, ColumnKind::Int, "1", &meaning)
}
