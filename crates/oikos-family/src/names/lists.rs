//! Lists of names, read from files.

use std::fs;
use std::path::Path;

use oikos_core::Draw;

use super::Names;
use crate::tables::sheet::{Row, Sheet};
use crate::tables::{TableError, unreadable};

/// Names with how likely each is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    names: Vec<String>,
    /// The weights of a name and of all before it.
    up_to: Vec<u64>,
}

impl List {
    fn add(&mut self, name: &str, weight: u64) {
        self.names.push(name.to_owned());
        self.up_to.push(self.sum() + weight);
    }

    fn sum(&self) -> u64 {
        self.up_to.last().copied().unwrap_or(0)
    }

    /// A name; a list that was read has one.
    pub(super) fn draw(&self, mut draw: Draw) -> &str {
        let point = draw.below(self.sum()).unwrap_or(0);
        let at = self.up_to.partition_point(|up_to| *up_to <= point);
        self.names.get(at).map_or("", String::as_str)
    }
}

const LIST: usize = 0;
const NAME: usize = 1;
const WEIGHT: usize = 2;
/// The lists, men's given names first, as sexes are numbered.
const LISTS: [&str; 3] = ["male", "female", "family"];
/// So many people bear at most one name; sums of weights then fit.
const WEIGHT_MAX: u64 = 10_000_000_000;

impl Names {
    /// Given names and family names that are well known in the United States, each as likely as the others: an
    /// illustration, no frequencies.
    ///
    /// # Errors
    /// None, as long as the bundled file is sound, which a test sees to.
    pub fn us() -> Result<Self, TableError> {
        let text = include_str!("../../data/us/us_names.csv");
        Self::read("us_names.csv", text.as_bytes())
    }

    /// Reads a file with the header `list,name,weight`: lists are `male`, `female` and `family`, and the weight
    /// says how common a name is, for instance how many people bear it. Lines that start with `#` are comments.
    ///
    /// # Errors
    /// When the file cannot be read, has another header, a row with another list, without a name, with a weight
    /// that is no whole number from 1 to 10,000,000,000 or with a name that the list has already, or a list
    /// without names.
    pub fn load(path: &Path) -> Result<Self, TableError> {
        let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
        Self::read(&path.display().to_string(), &bytes)
    }

    /// As [`Self::load`], from the content of a file, whose name is for errors.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, TableError> {
        let sheet = Sheet::parse(file, bytes)?;
        if sheet.header.cells != ["list", "name", "weight"] {
            return Err(sheet.wrong_header("names", "list,name,weight"));
        }
        sheet.check_columns()?;
        check_once(&sheet)?;
        let mut lists: [List; 3] = Default::default();
        for row in &sheet.rows {
            let list = LISTS.iter().position(|list| *list == sheet.text(row, LIST));
            let list = list.ok_or_else(|| sheet.unknown(row, LIST, "male, female or family"))?;
            let name = sheet.text(row, NAME);
            if name.is_empty() {
                return Err(sheet.unknown(row, NAME, "a name"));
            }
            let range = "a whole number from 1 to 10000000000";
            let weight = sheet.whole(row, WEIGHT, (1, WEIGHT_MAX), range)?;
            lists[list].add(name, weight);
        }
        let empty = lists.iter().position(|list| list.names.is_empty());
        if let Some(empty) = empty {
            return Err(TableError::NoNames {
                file: file.to_owned(),
                list: LISTS[empty],
            });
        }
        let [men, women, family] = lists;
        Ok(Self {
            given: [men, women],
            family,
        })
    }
}

/// Refuses a name that an earlier row of its list has too.
fn check_once(sheet: &Sheet) -> Result<(), TableError> {
    let key = |row: &Row| [LIST, NAME].map(|column| sheet.text(row, column).to_owned());
    let mut rows: Vec<_> = sheet.rows.iter().map(|row| (key(row), row)).collect();
    rows.sort_by(|(a, first), (b, second)| (a, first.line).cmp(&(b, second.line)));
    let twice = rows.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    match twice.min_by_key(|pair| pair[1].1.line) {
        Some(pair) => Err(sheet.duplicate(pair[1].1, NAME, pair[0].1.line)),
        None => Ok(()),
    }
}
