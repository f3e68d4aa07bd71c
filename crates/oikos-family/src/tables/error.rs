//! What can be wrong with a directory of tables, and where.

use std::io;

/// An error in reading tables. It names the file, the line (from 1) and the field wherever they
/// apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// There is no such file or directory.
    #[error("{path}: not found: check the path")]
    NotFound {
        /// The path as given.
        path: String,
    },
    /// The operating system refuses to read it.
    #[error("{path}: cannot be read ({kind}): check that it is a directory of files you may read")]
    Unreadable {
        /// The path as given.
        path: String,
        /// What the operating system says.
        kind: io::ErrorKind,
    },
    /// A name that ends in `.csv` is not that of a file.
    #[error(
        "{path}: not a file that can be read, but a folder, a link that leads to none or the like: rename \
         or remove it"
    )]
    NotAFile {
        /// The path as given.
        path: String,
    },
    /// The file is not text in UTF-8.
    #[error(
        "{file}, line {line}: byte {byte} of the file is not UTF-8: save the file as UTF-8 text"
    )]
    NotUtf8 {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Offset of the first wrong byte in the file, from 0.
        byte: u64,
    },
    /// The file has nothing in it.
    #[error("{file}: the file is empty: fill it or remove it")]
    Empty {
        /// File name.
        file: String,
    },
    /// No line names the columns.
    #[error(
        "{file}, line {line}: no header: the first line that is not a comment must name the columns"
    )]
    MissingHeader {
        /// File name.
        file: String,
        /// Line where the header should stand, from 1.
        line: u64,
    },
    /// The file name promises a role that the header does not fit.
    #[error(
        "{file}, line {line}: header \"{found}\" does not fit a {role} table: expected {expected}"
    )]
    WrongHeader {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// The role that the file name promises.
        role: &'static str,
        /// The header found.
        found: String,
        /// The headers of that role.
        expected: &'static str,
    },
    /// A row has more or fewer cells than the header.
    #[error("{file}, line {line}: {found} columns where the header has {expected}")]
    ColumnCount {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Columns of the header.
        expected: u64,
        /// Columns of the row.
        found: u64,
    },
    /// A cell does not hold a number.
    #[error("{file}, line {line}, field {field}: \"{text}\" is not a number")]
    NotANumber {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column name.
        field: String,
        /// The text of the cell.
        text: String,
    },
    /// A cell holds NaN or an infinity.
    #[error("{file}, line {line}, field {field}: \"{text}\" is not a finite number")]
    NotFinite {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column name.
        field: String,
        /// The text of the cell.
        text: String,
    },
    /// A number lies outside what the field can take.
    #[error("{file}, line {line}, field {field}: {text} is out of range: it must be {range}")]
    OutOfRange {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column name.
        field: String,
        /// The text of the cell.
        text: String,
        /// The range allowed.
        range: &'static str,
    },
    /// A mortality table has no row for an age.
    #[error(
        "{file}, line {line}, field age: age {expected} is missing before age {found}: ages must \
         be 0, 1, 2, ..."
    )]
    MissingAge {
        /// File name.
        file: String,
        /// Line of the age that follows the gap, from 1.
        line: u64,
        /// The age that is missing.
        expected: u32,
        /// The age found instead.
        found: u32,
    },
    /// A mortality table stops at too young an age.
    #[error(
        "{file}, line {line}, field age: ages end at {last}: they must reach at least {needed}"
    )]
    AgesEndEarly {
        /// File name.
        file: String,
        /// Line of the last age, from 1.
        line: u64,
        /// The last age found.
        last: u32,
        /// The age that must be reached.
        needed: u32,
    },
    /// Two rows are about the same thing.
    #[error(
        "{file}, line {line}, field {field}: the same row stands in line {first_line}: remove one"
    )]
    DuplicateRow {
        /// File name.
        file: String,
        /// Line of the second row, from 1.
        line: u64,
        /// Column that tells the rows apart.
        field: String,
        /// Line of the first row, from 1.
        first_line: u64,
    },
    /// An age group starts before the one above it ends.
    #[error(
        "{file}, line {line}, field {field}: group {from}-{to} overlaps the one before: it must \
         start at {expected}"
    )]
    OverlappingGroups {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column name.
        field: String,
        /// First age of the group.
        from: u32,
        /// Last age of the group.
        to: u32,
        /// The age at which it must start.
        expected: u32,
    },
    /// An age group starts after an age that no group holds.
    #[error(
        "{file}, line {line}, field {field}: group {from}-{to} leaves a gap: it must start at \
         {expected}"
    )]
    GapBetweenGroups {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column name.
        field: String,
        /// First age of the group.
        from: u32,
        /// Last age of the group.
        to: u32,
        /// The age at which it must start.
        expected: u32,
    },
    /// An age group ends before it starts.
    #[error("{file}, line {line}, field {field}: group {from}-{to} runs backwards")]
    ReversedGroup {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column name.
        field: String,
        /// First age of the group.
        from: u32,
        /// Last age of the group.
        to: u32,
    },
    /// A mortality table has no rows at all.
    #[error("{file}, line {line}: no rows follow the header")]
    NoRows {
        /// File name.
        file: String,
        /// Line of the header, from 1.
        line: u64,
    },
    /// A fertility table has no women who bear children.
    #[error("{file}, line {line}: no woman bears a child here: give at least one positive rate")]
    NoBirths {
        /// File name.
        file: String,
        /// Line of the year, or of the header, from 1.
        line: u64,
    },
    /// The total fertility rate in a row is not the one its rates add up to.
    #[error(
        "{file}, line {line}, field tfr: {stated} is stated but the rates add up to {computed}: \
         correct one of them"
    )]
    TotalFertility {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// The text of the cell.
        stated: String,
        /// Group widths times rates, per 1,000 women, to one decimal.
        computed: String,
    },
    /// A population has nobody in it.
    #[error("{file}, line {line}: the population has no people: give at least one positive count")]
    NoPeople {
        /// File name.
        file: String,
        /// Line of the header, from 1.
        line: u64,
    },
    /// A population group has men but no women.
    #[error("{file}, line {line}, field female: group {from}-{to} has men but no women")]
    NoWomen {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// First age of the group.
        from: u32,
        /// Last age of the group.
        to: u32,
    },
    /// A file name holds more than one year.
    #[error(
        "{file}: the name holds the years {first} and {second}: leave one, the year of the table"
    )]
    AmbiguousYear {
        /// File name.
        file: String,
        /// The first year in the name.
        first: i32,
        /// Another year in the name.
        second: i32,
    },
    /// Two files give different tables for the same year.
    #[error("{first} and {second}: different {role} for {year}: remove one")]
    ConflictingYear {
        /// File read first.
        first: String,
        /// File read second.
        second: String,
        /// Role of the tables.
        role: &'static str,
        /// The year.
        year: i32,
    },
    /// A table without a year stands beside another of its role.
    #[error(
        "{file} and {other}: {file} has no year in its name, so it must be the only {role} table: \
         add the year"
    )]
    TimelessNotAlone {
        /// The file without a year.
        file: String,
        /// The other file.
        other: String,
        /// Role of the tables.
        role: &'static str,
    },
    /// Two files give different populations.
    #[error("{first} and {second}: different populations: leave the one to start from")]
    SeveralPopulations {
        /// File read first.
        first: String,
        /// File read second.
        second: String,
    },
    /// A directory lacks a table that is needed.
    #[error(
        "{directory}: no {missing} table: population, mortality and fertility are needed, found \
         {found}"
    )]
    MissingRole {
        /// The directory.
        directory: String,
        /// The roles that are missing.
        missing: String,
        /// The files found, with the role of each.
        found: String,
    },
    /// A cell holds another word than those that are known.
    #[error("{file}, line {line}, field {field}: \"{text}\" is unknown: it must be {allowed}")]
    UnknownWord {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column name.
        field: String,
        /// The text of the cell.
        text: String,
        /// What it can be.
        allowed: &'static str,
    },
    /// A value does not go with the rest of the tables of migration.
    #[error("{file}, line {line}, field {field}: {text} does not fit: {must}")]
    Unfit {
        /// File name.
        file: String,
        /// Line, from 1; that of the header where there are no rows.
        line: u64,
        /// Column name.
        field: &'static str,
        /// The value.
        text: String,
        /// What it must be instead.
        must: &'static str,
    },
    /// A directory lacks a table of migration.
    #[error("{directory}: there is no table of {table}: add a CSV file with the header {header}")]
    MissingTable {
        /// The directory.
        directory: String,
        /// The table that is missing.
        table: &'static str,
        /// Its header.
        header: &'static str,
    },
    /// Two files hold the same table of migration.
    #[error("{first} and {second}: both are tables of {table}: remove one")]
    TwoTables {
        /// File read first.
        first: String,
        /// File read second.
        second: String,
        /// The table.
        table: &'static str,
    },
    /// A file of figures lacks one that is needed.
    #[error("{file}: there is no input \"{figure}\": add its row")]
    MissingFigure {
        /// File name.
        file: String,
        /// Name of the figure.
        figure: &'static str,
    },
    /// A file of names lacks one of its lists.
    #[error("{file}: the list {list} has no names: add at least one row `{list},NAME,1`")]
    NoNames {
        /// File name.
        file: String,
        /// Which list: `male`, `female` or `family`.
        list: &'static str,
    },
}
