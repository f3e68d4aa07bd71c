//! Migration: four files of a directory, told by their headers.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::TableError;
use super::group::AgeGroup;
use super::sheet::{Row, Sheet};
use super::{YEAR_MAX, YEAR_MIN};
use crate::migration::{
    EmigrationGroup, FamilyShape, Fault, HeadGroup, MigrationTables, Parts, Place, check,
};

/// The files, by name of the table and header.
const TABLES: [(&str, &str); 4] = [
    (
        "emigration",
        "age_from,age_to,emigration_male,emigration_female,with_family",
    ),
    ("immigrants", "year,immigrants"),
    (
        "families",
        "family,share,adults,partner_gap,children,eldest_from,eldest_to,child_gap",
    ),
    ("heads", "family,age_from,age_to,share_male,share_female"),
];

/// Any number: what it may be is looked at when the tables are whole.
const ANYTHING: (f64, f64) = (f64::MIN, f64::MAX);

impl MigrationTables {
    /// Reads the four tables of migration from a directory. Other files whose names end in `.csv` are passed
    /// over, so these may lie beside tables of population, mortality and fertility.
    ///
    /// | table | header | |
    /// |---|---|---|
    /// | emigration | `age_from,age_to,emigration_male,emigration_female,with_family` | decisions to leave per person and year, groups from age 0 without gaps; the share in which the family goes along |
    /// | immigrants | `year,immigrants` | persons who arrive in a calendar year |
    /// | families | `family,share,adults,partner_gap,children,eldest_from,eldest_to,child_gap` | a shape of families and its share: see [`FamilyShape`] |
    /// | heads | `family,age_from,age_to,share_male,share_female` | ages and sexes of a shape's heads, whose shares sum to 1 |
    ///
    /// # Errors
    /// When the directory or a file cannot be read, a file is wrong in any way that [`TableError`] lists, or a
    /// table is missing or there twice.
    pub fn load_dir(path: &Path) -> Result<Self, TableError> {
        let files = super::csv_files(path)?;
        Self::from_files(&path.display().to_string(), &files)
    }

    /// Puts together what a list of files (name, content) holds.
    pub(crate) fn from_files(
        directory: &str,
        files: &[(String, Vec<u8>)],
    ) -> Result<Self, TableError> {
        let mut sheets: [Option<Sheet>; TABLES.len()] = Default::default();
        for (file, bytes) in files {
            let sheet = Sheet::parse(file, bytes)?;
            let header = sheet.header.cells.join(",");
            let Some(table) = TABLES.iter().position(|(_, known)| *known == header) else {
                continue;
            };
            sheet.check_columns()?;
            if let Some(first) = &sheets[table] {
                return Err(TableError::TwoTables {
                    first: first.file.clone(),
                    second: sheet.file,
                    table: TABLES[table].0,
                });
            }
            sheets[table] = Some(sheet);
        }
        let missing = TABLES
            .iter()
            .zip(&sheets)
            .find(|(_, sheet)| sheet.is_none());
        if let (
            [
                Some(emigration),
                Some(immigrants),
                Some(families),
                Some(heads),
            ],
            None,
        ) = (&sheets, missing)
        {
            return read(emigration, immigrants, families, heads);
        }
        let (table, header) = missing.map_or(TABLES[0], |(table, _)| *table);
        Err(TableError::MissingTable {
            directory: directory.to_owned(),
            table,
            header,
        })
    }
}

/// The lines of the rows, to tell where a fault is.
struct Lines<'a> {
    emigration: &'a Sheet,
    immigrants: &'a Sheet,
    families: &'a Sheet,
    heads: &'a Sheet,
    /// Places in `immigrants` by year, and in `heads` by family.
    years: Vec<usize>,
    of_family: Vec<Vec<usize>>,
}

impl Lines<'_> {
    fn error(&self, fault: Fault) -> TableError {
        let (sheet, row) = match fault.place {
            Place::Emigration(row) => (self.emigration, Some(row)),
            Place::Immigrants(row) => (self.immigrants, self.years.get(row).copied()),
            Place::Family(row) => (self.families, Some(row)),
            Place::Head(family, row) => {
                let rows = self.of_family.get(family);
                (self.heads, rows.and_then(|rows| rows.get(row)).copied())
            }
        };
        let row = row.and_then(|row| sheet.rows.get(row));
        TableError::Unfit {
            file: sheet.file.clone(),
            line: row.unwrap_or(&sheet.header).line,
            field: fault.field,
            text: fault.text,
            must: fault.must,
        }
    }
}

fn read(
    emigration: &Sheet,
    immigrants: &Sheet,
    families: &Sheet,
    heads: &Sheet,
) -> Result<MigrationTables, TableError> {
    let (by_year, years) = read_immigrants(immigrants)?;
    let mut lines = Lines {
        emigration,
        immigrants,
        families,
        heads,
        years,
        of_family: vec![Vec::new(); families.rows.len()],
    };
    let shapes = families.rows.iter().map(|row| shape(families, row));
    let mut parts = Parts {
        emigration: emigration
            .rows
            .iter()
            .map(|row| emigration_group(emigration, row))
            .collect::<Result<_, _>>()?,
        immigrants: by_year,
        families: shapes.collect::<Result<_, _>>()?,
    };
    for (at, row) in heads.rows.iter().enumerate() {
        let name = heads.text(row, 0);
        let family = parts.families.iter().position(|shape| shape.name == name);
        let family = family.ok_or_else(|| TableError::UnknownWord {
            file: heads.file.clone(),
            line: row.line,
            field: heads.field(0),
            text: name.to_owned(),
            allowed: "the name of a family in the table of families",
        })?;
        parts.families[family].heads.push(head(heads, row)?);
        lines.of_family[family].push(at);
    }
    check(&parts).map_err(|fault| lines.error(fault))?;
    // Nothing is left to refuse.
    MigrationTables::try_from(parts).map_err(|_| TableError::NoRows {
        file: families.file.clone(),
        line: families.header.line,
    })
}

fn number(sheet: &Sheet, row: &Row, column: usize) -> Result<f64, TableError> {
    sheet.number(row, column, ANYTHING, "a finite number")
}

fn whole(sheet: &Sheet, row: &Row, column: usize, max: u64) -> Result<u32, TableError> {
    let value = sheet.whole(row, column, (0, max), "a whole number, from 0 to 150")?;
    Ok(value as u32)
}

fn emigration_group(sheet: &Sheet, row: &Row) -> Result<EmigrationGroup, TableError> {
    let ages = AgeGroup::of_row(sheet, row)?;
    Ok(EmigrationGroup {
        age_from: ages.from,
        age_to: ages.to,
        rates: [number(sheet, row, 2)?, number(sheet, row, 3)?],
        with_family: number(sheet, row, 4)?,
    })
}

/// People by year, and the row of each year.
fn read_immigrants(sheet: &Sheet) -> Result<(BTreeMap<i32, f64>, Vec<usize>), TableError> {
    let mut years: BTreeMap<i32, (f64, usize)> = BTreeMap::new();
    for (at, row) in sheet.rows.iter().enumerate() {
        let year = sheet.whole(row, 0, (YEAR_MIN, YEAR_MAX), "a year from 1800 to 2200")? as i32;
        if let Some((_, first)) = years.get(&year) {
            return Err(sheet.duplicate(row, 0, sheet.rows[*first].line));
        }
        years.insert(year, (number(sheet, row, 1)?, at));
    }
    let rows = years.values().map(|(_, row)| *row).collect();
    let people = years.into_iter().map(|(year, (people, _))| (year, people));
    Ok((people.collect(), rows))
}

fn shape(sheet: &Sheet, row: &Row) -> Result<FamilyShape, TableError> {
    let gap = (-150.0, 150.0);
    let partner_gap = sheet.number(row, 3, gap, "years, from -150 to 150")?;
    if partner_gap.fract().abs() > 0.0 {
        return Err(sheet.out_of_range(row, 3, "a whole number of years"));
    }
    let whole = |column| whole(sheet, row, column, 150);
    Ok(FamilyShape {
        name: sheet.text(row, 0).to_owned(),
        share: number(sheet, row, 1)?,
        adults: whole(2)?,
        partner_gap: partner_gap as i32,
        children: whole(4)?,
        eldest: (whole(5)?, whole(6)?),
        child_gap: whole(7)?,
        heads: Vec::new(),
    })
}

fn head(sheet: &Sheet, row: &Row) -> Result<HeadGroup, TableError> {
    Ok(HeadGroup {
        age_from: whole(sheet, row, 1, 150)?,
        age_to: whole(sheet, row, 2, 150)?,
        shares: [number(sheet, row, 3)?, number(sheet, row, 4)?],
    })
}
