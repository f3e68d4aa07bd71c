//! Networks: who is tied to whom, by kin, friendship, work or anything else that joins members of a kind.
//!
//! A relation is a type that implements [`Tie`]; [`NetworkExt::network`] declares it. Who is tied to whom is
//! read from [`Network`], and changed by asking [`Edits`], which are made once a tick, after its births and
//! deaths. Whoever dies loses their ties. A relation that follows from other state is a [`DerivedTie`]:
//! [`NetworkExt::derived_network`].

mod edge_list;
mod edits;
mod error;
mod generate;
mod graph;
mod mixing;
mod plugin;
mod rows;
mod saved;

use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_core::{Digest, StableId, TypeKey};
use oikos_engine::{Departed, Field, Kind};

pub use edge_list::{EdgeList, found_ties};
pub use edits::Edits;
pub use error::NetworkError;
pub use generate::{
    Edges, Homophily, barabasi_albert, block_model, configuration_model, erdos_renyi,
    erdos_renyi_ties, homophilous, watts_strogatz,
};
pub use graph::Graph;
pub use plugin::{DerivedTie, NetworkExt, NetworkStep};

use rows::{ENTRIES_MAX, SparseRows};

/// The most bytes that the value of a tie may have.
const VALUE_BYTES_MAX: usize = 32;

/// A relation between members of one kind: friendship, kinship, lending.
///
/// ```
/// use oikos_world::{Person, Tie};
///
/// /// Who is whose friend, and how close they are from 0 to 255.
/// struct Friendship;
/// impl Tie for Friendship {
///     const NAME: &'static str = "mine.friendship";
///     type Of = Person;
///     type Value = u8;
///     const DIRECTED: bool = false;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation",
    note = "implement `Tie` for it and say whom it joins"
)]
pub trait Tie: Send + Sync + 'static {
    /// The name under which it is saved.
    const NAME: &'static str;
    /// Whom it joins.
    type Of: Kind;
    /// What a tie says beyond being there, in at most 32 bytes; `()` for nothing.
    type Value: Field;
    /// Whether a tie leads from one to another. If not, whoever is tied is tied both ways.
    const DIRECTED: bool;
}

/// Names a member in the kind of a relation.
type IdOf<N> = <<N as Tie>::Of as Kind>::Id;

/// Who is tied to whom by one relation. Persisted, or derived if it follows from other state ([`DerivedTie`]).
///
/// Neighbours are in the order of their ids, whatever the order in which ties were made. Members are found
/// by their ids: 8 bytes for each that there ever was, and 4 bytes and the value for each neighbour of each,
/// so that a million people with ten friends each take 48 MB; a directed relation takes 8 bytes a member and 4
/// a tie more, for the way back. Rows that grew leave waste, up to half as much again. An edit costs as many
/// steps as those it joins have neighbours. The digest is kept up to date, so that it costs nothing.
///
/// It holds at most 2³¹ ties, half as many if they are not directed, between ids below 2³² - 1.
#[derive(Resource)]
pub struct Network<N: Tie> {
    ahead: SparseRows<N::Value>,
    /// The way back of a directed relation.
    back: SparseRows<()>,
    digest: Digest,
}

impl<N: Tie> Default for Network<N> {
    fn default() -> Self {
        Self {
            ahead: SparseRows::default(),
            back: SparseRows::default(),
            digest: Digest::default(),
        }
    }
}

/// A tie by numbers, and what is to become of it.
type TieChange<N> = (u32, u32, Option<<N as Tie>::Value>);

impl<N: Tie> Network<N> {
    /// Those to whom a member is tied, in the order of their ids, with what the tie says. In a directed
    /// relation, those to whom the member's ties lead.
    pub fn neighbours(&self, of: IdOf<N>) -> impl Iterator<Item = (IdOf<N>, N::Value)> + '_ {
        let (targets, values) = self.ahead.row(row_of(of));
        let pairs = targets.iter().zip(values);
        pairs.filter_map(|(target, value)| Some((id::<N>(*target)?, *value)))
    }

    /// Those whose ties lead to a member, in the order of their ids. If the relation is not directed, the
    /// neighbours.
    pub fn sources(&self, of: IdOf<N>) -> impl Iterator<Item = IdOf<N>> + '_ {
        let targets = if N::DIRECTED {
            self.back.row(row_of(of)).0
        } else {
            self.ahead.row(row_of(of)).0
        };
        targets.iter().filter_map(|target| id::<N>(*target))
    }

    /// How many neighbours a member has. In a directed relation, how many ties lead from the member.
    #[must_use]
    pub fn degree(&self, of: IdOf<N>) -> usize {
        self.ahead.row(row_of(of)).0.len()
    }

    /// Whether there is a tie from one member to another.
    #[must_use]
    pub fn contains(&self, from: IdOf<N>, to: IdOf<N>) -> bool {
        self.get(from, to).is_some()
    }

    /// What the tie from one member to another says; `None` where there is none.
    #[must_use]
    pub fn get(&self, from: IdOf<N>, to: IdOf<N>) -> Option<N::Value> {
        let to = u32::try_from(to.get()).ok()?;
        self.ahead.get(row_of(from), to)
    }

    /// Number of ties.
    #[must_use]
    pub const fn len(&self) -> usize {
        if N::DIRECTED {
            self.ahead.entries()
        } else {
            self.ahead.entries() / 2
        }
    }

    /// Whether nobody is tied to anybody.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All ties as (from, to, value), in the order of the ids. If the relation is not directed, each once,
    /// from the lower id.
    pub fn iter(&self) -> impl Iterator<Item = (IdOf<N>, IdOf<N>, N::Value)> + '_ {
        let ties = self.ties();
        ties.filter_map(|(from, to, value)| Some((id::<N>(from)?, id::<N>(to)?, value)))
    }

    /// The ties among some members as a graph, whose node *i* is `members[i]`; a directed tie counts
    /// whichever way it leads. Somebody named twice is the first of the two nodes.
    #[must_use]
    pub fn graph(&self, members: &[IdOf<N>]) -> Graph {
        let mut nodes: Vec<(IdOf<N>, u32)> = members.iter().copied().zip(0..).collect();
        nodes.sort_unstable();
        nodes.dedup_by_key(|(member, _)| *member);
        let node = |member: IdOf<N>| {
            let at = nodes.binary_search_by_key(&member, |(other, _)| *other);
            at.ok().map(|at| nodes[at].1)
        };
        let mut edges = Vec::new();
        for (member, from) in &nodes {
            let to = self.neighbours(*member).filter_map(|(to, _)| node(to));
            edges.extend(to.map(|to| (*from, to)));
        }
        Graph::of_edges(members.len(), edges)
    }

    fn ties(&self) -> impl Iterator<Item = (u32, u32, N::Value)> + '_ {
        (0..self.ahead.rows()).flat_map(|row| {
            let (targets, values) = self.ahead.row(row);
            let from = row as u32;
            let first = if N::DIRECTED {
                0
            } else {
                targets.partition_point(|to| *to < from)
            };
            let pairs = targets[first..].iter().zip(&values[first..]);
            pairs.map(move |(to, value)| (from, *to, *value))
        })
    }

    /// A network of ties that are in order, each once; from the lower number if it is not directed.
    fn of_sorted(ties: Vec<(u32, u32, N::Value)>) -> Self {
        let key = TypeKey::new(N::NAME);
        let mut digest = Digest::default();
        for (from, to, value) in &ties {
            digest += cells::<N>(&key, *from, *to, *value);
        }
        let mut turned: Vec<_> = ties
            .iter()
            .map(|(from, to, value)| (*to, *from, *value))
            .collect();
        turned.sort_unstable_by_key(|(from, to, _)| (*from, *to));
        let mut network = Self {
            digest,
            ..Self::default()
        };
        if N::DIRECTED {
            let turned: Vec<_> = turned
                .iter()
                .map(|(from, to, _)| (*from, *to, ()))
                .collect();
            network.back = SparseRows::of_sorted(&turned);
            network.ahead = SparseRows::of_sorted(&ties);
        } else {
            // Two runs in order: the sort merges them.
            let mut both = ties;
            both.append(&mut turned);
            both.sort_by_key(|(from, to, _)| (*from, *to));
            network.ahead = SparseRows::of_sorted(&both);
        }
        network
    }

    /// Makes changes, of which there is at most one to a tie; undirected ties lead from the lower number.
    fn change(&mut self, changes: &[TieChange<N>]) -> Result<(), NetworkError> {
        check_room::<N>(self.len(), changes.len())?;
        let key = TypeKey::new(N::NAME);
        for (from, to, new) in changes {
            if let Some(old) = self.ahead.get(*from as usize, *to) {
                self.digest -= cells::<N>(&key, *from, *to, old);
            }
            if let Some(new) = new {
                self.digest += cells::<N>(&key, *from, *to, *new);
            }
        }
        let turned = changes.iter().map(|(from, to, new)| (*to, *from, *new));
        if N::DIRECTED {
            let turned = turned.map(|(from, to, new)| (from, to, new.map(|_| ())));
            edit_rows(&mut self.back, turned.collect());
            edit_rows(&mut self.ahead, changes.to_vec());
        } else {
            edit_rows(
                &mut self.ahead,
                changes.iter().copied().chain(turned).collect(),
            );
        }
        Ok(())
    }

    /// The dead have no ties.
    fn forget(world: &mut World, dead: &[Departed<N::Of>]) {
        let mut network = world.resource_mut::<Self>();
        let mut ties = Vec::new();
        for (dead, _) in dead {
            let Ok(from) = u32::try_from(dead.get()) else {
                continue;
            };
            let ahead = network.ahead.row(from as usize).0.iter();
            ties.extend(ahead.map(|to| ordered::<N>(from, *to)));
            let back = network.back.row(from as usize).0.iter();
            ties.extend(back.map(|other| (*other, from)));
        }
        ties.sort_unstable();
        ties.dedup();
        let changes: Vec<TieChange<N>> = ties.iter().map(|(from, to)| (*from, *to, None)).collect();
        // Only taking away: there is always room for that.
        let _ = network.change(&changes);
    }
}

/// Edits the rows that changes are about.
fn edit_rows<V: Copy>(rows: &mut SparseRows<V>, mut changes: Vec<(u32, u32, Option<V>)>) {
    changes.sort_unstable_by_key(|(row, target, _)| (*row, *target));
    let mut of_row = Vec::new();
    for changes in changes.chunk_by(|one, other| one.0 == other.0) {
        of_row.clear();
        of_row.extend(changes.iter().map(|(_, target, new)| (*target, *new)));
        rows.edit(changes[0].0, &of_row);
    }
}

fn check_room<N: Tie>(ties: usize, more: usize) -> Result<(), NetworkError> {
    let max = if N::DIRECTED {
        ENTRIES_MAX
    } else {
        ENTRIES_MAX / 2
    };
    if ties + more <= max {
        return Ok(());
    }
    Err(NetworkError::TooManyTies {
        ties: (ties + more) as u64,
        max: max as u64,
    })
}

/// The ends of a tie as it is kept: an undirected one leads from the lower number.
fn ordered<N: Tie>(from: u32, to: u32) -> (u32, u32) {
    if N::DIRECTED || from < to {
        (from, to)
    } else {
        (to, from)
    }
}

/// The digest of one tie: a cell that says it is there, and one for each word of its value.
fn cells<N: Tie>(key: &TypeKey, from: u32, to: u32, value: N::Value) -> Digest {
    let row = key.row(u64::from(from) << 32 | u64::from(to));
    let mut digest = row.cell(0, 1);
    let bytes = bytes_of(value);
    let words = bytes[..N::Value::BYTES].chunks(4);
    for (field, word) in (1..).zip(words) {
        let mut whole = [0; 4];
        whole[..word.len()].copy_from_slice(word);
        row.add(&mut digest, field, u32::from_le_bytes(whole));
    }
    digest
}

/// The bytes of a value; those behind its length are 0.
fn bytes_of<V: Field>(value: V) -> [u8; VALUE_BYTES_MAX] {
    const {
        assert!(
            V::BYTES <= VALUE_BYTES_MAX,
            "the value of a tie has at most 32 bytes"
        );
    }
    let mut bytes = [0; VALUE_BYTES_MAX];
    value.put(&mut bytes[..V::BYTES]);
    bytes
}

fn row_of(id: impl StableId) -> usize {
    usize::try_from(id.get()).unwrap_or(usize::MAX)
}

fn id<N: Tie>(number: u32) -> Option<IdOf<N>> {
    StableId::new(u64::from(number)).ok()
}
