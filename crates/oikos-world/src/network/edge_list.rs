//! Edge lists: the ties that a society starts with, from a table or from a generator.

use std::error::Error;

use bevy_ecs::world::World;
use oikos_core::StableId;
use oikos_engine::{Populate, Slots};

use super::edits::{check_value, number};
use super::{IdOf, Network, NetworkError, Tie, check_room, ordered};

const HEADER: &str = "from,to";
const HEADER_WITH_VALUE: &str = "from,to,value";

/// Ties that a society starts with, as a starting population, behind that of the members:
/// `populate(EdgeList::<Friendship>::read("friends.csv", &bytes)?)`.
///
/// Whether the members live and each tie stands once is checked when it is made so; an edge list with a
/// fault in any row changes nothing.
pub struct EdgeList<N: Tie> {
    name: String,
    rows: Vec<Row<N>>,
}

struct Row<N: Tie> {
    line: u64,
    from: IdOf<N>,
    to: IdOf<N>,
    value: N::Value,
}

impl<N: Tie> EdgeList<N> {
    /// Ties between members, under a name for errors, which count rows from 1.
    #[must_use]
    pub fn new(name: &str, ties: impl IntoIterator<Item = (IdOf<N>, IdOf<N>, N::Value)>) -> Self {
        let rows = (1..).zip(ties).map(|(line, (from, to, value))| Row {
            line,
            from,
            to,
            value,
        });
        Self {
            name: name.to_owned(),
            rows: rows.collect(),
        }
    }

    /// What a generator made: node *i* is `members[i]`, and every tie has the same value.
    ///
    /// # Errors
    /// [`NetworkError::NoSuchNode`].
    pub fn generated(
        name: &str,
        members: &[IdOf<N>],
        edges: &[(u32, u32)],
        value: N::Value,
    ) -> Result<Self, NetworkError> {
        let member = |node: u32| {
            let nodes = members.len();
            let found = members.get(node as usize).copied();
            found.ok_or(NetworkError::NoSuchNode { node, nodes })
        };
        let ties = edges
            .iter()
            .map(|(from, to)| Ok((member(*from)?, member(*to)?, value)));
        let ties: Vec<_> = ties.collect::<Result<_, NetworkError>>()?;
        Ok(Self::new(name, ties))
    }

    /// Reads a table with the header `from,to,value`, whose values `parse` reads. Blank lines and lines that
    /// start with `#` are left out.
    ///
    /// # Errors
    /// [`NetworkError::NotUtf8`], [`NetworkError::WrongHeader`], [`NetworkError::ColumnCount`],
    /// [`NetworkError::NotAnId`], [`NetworkError::NotAValue`].
    pub fn read_with_values(
        file: &str,
        bytes: &[u8],
        parse: impl Fn(&str) -> Option<N::Value>,
    ) -> Result<Self, NetworkError> {
        Self::read_table(file, bytes, HEADER_WITH_VALUE, |cells| match cells {
            [_, _, value] => parse(value),
            _ => None,
        })
    }

    fn read_table(
        file: &str,
        bytes: &[u8],
        header: &'static str,
        value: impl Fn(&[&str]) -> Option<N::Value>,
    ) -> Result<Self, NetworkError> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.iter().take(error.valid_up_to());
            let line = 1 + before.filter(|byte| **byte == b'\n').count() as u64;
            let file = file.to_owned();
            NetworkError::NotUtf8 { file, line }
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = (1_u64..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        check_header(file, lines.next(), header)?;
        let rows = lines.map(|(line, text)| {
            let mut cells = [""; 3];
            let cells = split(file, line, text, header, &mut cells)?;
            let id = |field| id_in::<N>(file, line, field, cells);
            let (from, to) = (id(0)?, id(1)?);
            let value = value(cells).ok_or_else(|| NetworkError::NotAValue {
                file: file.to_owned(),
                line,
                tie: N::NAME,
                text: cells.last().map_or_else(String::new, ToString::to_string),
            })?;
            let row = Row {
                line,
                from,
                to,
                value,
            };
            Ok(row)
        });
        Ok(Self {
            name: file.to_owned(),
            rows: rows.collect::<Result<_, NetworkError>>()?,
        })
    }
}

impl<N: Tie<Value = ()>> EdgeList<N> {
    /// Reads a table with the header `from,to`. Blank lines and lines that start with `#` are left out.
    ///
    /// # Errors
    /// As [`EdgeList::read_with_values`].
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, NetworkError> {
        Self::read_table(file, bytes, HEADER, |_| Some(()))
    }
}

fn check_header(
    file: &str,
    first: Option<(u64, &str)>,
    expected: &'static str,
) -> Result<(), NetworkError> {
    let (line, found) = first.unwrap_or((1, ""));
    if found.split(',').map(str::trim).eq(expected.split(',')) {
        return Ok(());
    }
    Err(NetworkError::WrongHeader {
        file: file.to_owned(),
        line,
        found: found.trim().to_owned(),
        expected,
    })
}

/// Cuts a line into as many cells as the header has.
fn split<'a, 'b>(
    file: &str,
    line: u64,
    text: &'a str,
    header: &str,
    cells: &'b mut [&'a str; 3],
) -> Result<&'b [&'a str], NetworkError> {
    let expected = header.split(',').count();
    let found = text.split(',').count();
    if found != expected {
        let file = file.to_owned();
        return Err(NetworkError::ColumnCount {
            file,
            line,
            expected,
            found,
        });
    }
    for (cell, text) in cells.iter_mut().zip(text.split(',')) {
        *cell = text.trim();
    }
    Ok(&cells[..expected])
}

fn id_in<N: Tie>(
    file: &str,
    line: u64,
    field: usize,
    cells: &[&str],
) -> Result<IdOf<N>, NetworkError> {
    let text = cells.get(field).copied().unwrap_or_default();
    // `parse` would take a plus sign too.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let id = text.parse().ok().filter(|_| digits);
    let id = id.and_then(|raw| StableId::new(raw).ok());
    id.ok_or_else(|| NetworkError::NotAnId {
        file: file.to_owned(),
        line,
        field: field_name(field),
        text: text.to_owned(),
    })
}

const fn field_name(field: usize) -> &'static str {
    if field == 0 { "from" } else { "to" }
}

/// Adds ties to a network before the first tick.
///
/// # Errors
/// [`NetworkError::NoNetwork`], [`NetworkError::Unknown`], [`NetworkError::SelfTieInList`],
/// [`NetworkError::BadValue`], [`NetworkError::Duplicate`], [`NetworkError::TiedAlready`],
/// [`NetworkError::TooManyTies`]: nothing has then changed.
pub fn found_ties<N: Tie>(world: &mut World, list: &EdgeList<N>) -> Result<(), NetworkError> {
    let network = world.get_resource::<Network<N>>();
    let living = world.get_resource::<Slots<N::Of>>();
    let (Some(network), Some(living)) = (network, living) else {
        return Err(NetworkError::NoNetwork { tie: N::NAME });
    };
    let mut ties = Vec::with_capacity(list.rows.len());
    for row in &list.rows {
        list.check(row, living)?;
        let (from, to) = (number(row.from.get())?, number(row.to.get())?);
        let (from, to) = ordered::<N>(from, to);
        ties.push((from, to, row.line, row.value));
    }
    ties.sort_unstable_by_key(|(from, to, line, _)| (*from, *to, *line));
    list.check_pairs(network, &ties)?;
    check_room::<N>(network.len(), ties.len())?;
    let ties = ties
        .into_iter()
        .map(|(from, to, _, value)| (from, to, value));
    if network.is_empty() {
        let network = Network::<N>::of_sorted(ties.collect());
        world.insert_resource(network);
        return Ok(());
    }
    let changes: Vec<_> = ties
        .map(|(from, to, value)| (from, to, Some(value)))
        .collect();
    world.resource_mut::<Network<N>>().change(&changes)
}

impl<N: Tie> EdgeList<N> {
    /// Whether a row by itself can be a tie.
    fn check(&self, row: &Row<N>, living: &Slots<N::Of>) -> Result<(), NetworkError> {
        let (file, line) = (|| self.name.clone(), row.line);
        for (field, id) in [row.from, row.to].into_iter().enumerate() {
            if !living.contains(id) {
                return Err(NetworkError::Unknown {
                    file: file(),
                    line,
                    field: field_name(field),
                    id: id.to_string(),
                });
            }
        }
        if row.from == row.to {
            let id = row.from.to_string();
            let file = file();
            return Err(NetworkError::SelfTieInList { file, line, id });
        }
        check_value::<N>(row.from, row.to, row.value)
    }

    /// Whether each tie stands once, here and in the network. The first line at fault is named.
    fn check_pairs(
        &self,
        network: &Network<N>,
        sorted: &[(u32, u32, u64, N::Value)],
    ) -> Result<(), NetworkError> {
        let twice = sorted
            .windows(2)
            .filter(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1));
        let twice = twice.map(|pair| (pair[1].2, pair[0].0, pair[0].1, Some(pair[0].2)));
        let there = sorted
            .iter()
            .filter(|(from, to, ..)| network.ahead.get(*from as usize, *to).is_some());
        let there = there.map(|(from, to, line, _)| (*line, *from, *to, None));
        let Some((line, from, to, first_line)) = twice.chain(there).min() else {
            return Ok(());
        };
        let name = |end| super::id::<N>(end).map_or_else(String::new, |id| id.to_string());
        let (file, from, to) = (self.name.clone(), name(from), name(to));
        Err(match first_line {
            Some(first_line) => NetworkError::Duplicate {
                file,
                line,
                first_line,
                from,
                to,
            },
            None => NetworkError::TiedAlready {
                file,
                line,
                from,
                to,
            },
        })
    }
}

impl<N: Tie> Populate for EdgeList<N> {
    fn populate(self: Box<Self>, world: &mut World) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(found_ties(world, &self)?)
    }
}
