//! Tables to write, and folders to write them to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use oikos_data::{ColumnKind, ColumnSpec, RunInfo, Schema, Sink, Table, Value};
use proptest::prelude::*;

/// A folder of its own for each test, removed when the test is over.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("data-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of all files, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.unwrap().file_name().into_string().unwrap()
        };
        let mut names: Vec<_> = fs::read_dir(&self.0).unwrap().map(name).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A cell that owns its text.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Float(f64),
    Text(String),
    Date(i32),
    Label(String),
    Decimal(i64),
    Bool(bool),
}

impl Cell {
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Int(value) => Value::Int(*value),
            Self::Float(value) => Value::Float(*value),
            Self::Text(value) => Value::Text(value),
            Self::Date(value) => Value::Date(*value),
            Self::Label(value) => Value::Label(value),
            Self::Decimal(value) => Value::Decimal(*value),
            Self::Bool(value) => Value::Bool(*value),
        }
    }
}

pub(crate) fn run() -> RunInfo {
    RunInfo::new(3, 42).unwrap()
}

pub(crate) fn table(name: &str, columns: &[ColumnSpec], rows: &[Vec<Cell>]) -> Table {
    let mut table = Table::new(name, Schema::new(columns.to_vec()).unwrap(), run()).unwrap();
    for row in rows {
        table
            .push(&row.iter().map(Cell::value).collect::<Vec<_>>())
            .unwrap();
    }
    table
}

/// One column of each kind, with the awkward values of each.
pub(crate) fn every_kind() -> Table {
    let column = |name, kind, unit| ColumnSpec::new(name, kind, unit, "").nullable();
    let columns = [
        column("id", ColumnKind::Int, "1"),
        column("share", ColumnKind::Float, "1/year"),
        column("said", ColumnKind::Text, "1"),
        column("born", ColumnKind::Date, "days"),
        column("state", ColumnKind::Label, "1"),
        column("wealth", ColumnKind::Decimal { scale: 2 }, "USD"),
        column("alive", ColumnKind::Bool, "1"),
    ];
    let row = |id, share, said: &str, born, state: &str, wealth, alive| {
        let (said, state) = (Cell::Text(said.into()), Cell::Label(state.into()));
        let (id, share, born) = (Cell::Int(id), Cell::Float(share), Cell::Date(born));
        vec![
            id,
            share,
            said,
            born,
            state,
            Cell::Decimal(wealth),
            Cell::Bool(alive),
        ]
    };
    let rows = [
        row(i64::MAX, 0.1, "a, \"b\"\r\nc", -1, "single", -5, true),
        row(i64::MIN, -0.0, "", -25_508, "in a union", i64::MIN, false),
        row(
            0,
            f64::MIN_POSITIVE,
            "žluťoučký 🏠",
            11_016,
            "single",
            i64::MAX,
            true,
        ),
        vec![Cell::Null; 7],
        row(1, f64::MAX, "NULL", -719_162, "", 0, true),
    ];
    table("every_kind", &columns, &rows)
}

/// Everything a text can hold that a careless writer would break on.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-z ,\"\r\n;\t'é漢🏠\\\\]{0,12}",
        any::<String>(),
    ]
}

fn kind() -> impl Strategy<Value = ColumnKind> {
    prop_oneof![
        Just(ColumnKind::Int),
        Just(ColumnKind::Float),
        Just(ColumnKind::Text),
        Just(ColumnKind::Date),
        Just(ColumnKind::Label),
        (0_u8..=18).prop_map(|scale| ColumnKind::Decimal { scale }),
        Just(ColumnKind::Bool),
    ]
}

fn whole() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -100_i64..100, Just(i64::MIN), Just(i64::MAX)]
}

fn cell(kind: ColumnKind) -> BoxedStrategy<Cell> {
    match kind {
        ColumnKind::Int => whole().prop_map(Cell::Int).boxed(),
        ColumnKind::Float => (prop::num::f64::NORMAL
            | prop::num::f64::SUBNORMAL
            | prop::num::f64::ZERO
            | prop::num::f64::POSITIVE
            | prop::num::f64::NEGATIVE)
            .prop_map(Cell::Float)
            .boxed(),
        ColumnKind::Text => text().prop_map(Cell::Text).boxed(),
        ColumnKind::Date => (-719_162..=2_932_896).prop_map(Cell::Date).boxed(),
        ColumnKind::Label => text().prop_map(Cell::Label).boxed(),
        ColumnKind::Decimal { .. } => whole().prop_map(Cell::Decimal).boxed(),
        ColumnKind::Bool => any::<bool>().prop_map(Cell::Bool).boxed(),
        _ => unreachable!("every kind has its cells"),
    }
}

/// Columns and rows of any kinds, missing cells where the columns allow them.
pub(crate) fn any_table() -> impl Strategy<Value = (Vec<ColumnSpec>, Vec<Vec<Cell>>)> {
    prop::collection::vec((kind(), any::<bool>(), text()), 1..7).prop_flat_map(|kinds| {
        let columns: Vec<_> = kinds
            .iter()
            .enumerate()
            .map(|(index, (kind, nullable, note))| {
                let spec = ColumnSpec::new(&format!("c{index}"), *kind, &format!("u{note}"), note);
                if *nullable { spec.nullable() } else { spec }
            })
            .collect();
        let cells: Vec<_> = columns
            .iter()
            .map(|column| {
                let weight = if column.nullable { 1 } else { 0 };
                prop_oneof![4 => cell(column.kind), weight => Just(Cell::Null)]
            })
            .collect();
        (Just(columns), prop::collection::vec(cells, 0..12))
    })
}

/// Writes one table in one batch.
pub(crate) fn write_whole(mut sink: Box<dyn Sink>, table: &Table) {
    sink.write(table).unwrap();
    sink.finish().unwrap();
}
