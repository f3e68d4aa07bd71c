//! Published figures about families: `figure,value,unit,year,source,kind`.

use super::error::TableError;
use super::inputs::{INPUTS, LONG_MARRIAGES, SHORT_MARRIAGES};
use super::sheet::{Row, Sheet};
use super::{YEAR_MAX, YEAR_MIN};
use std::fs;
use std::path::Path;

const HEADER: [&str; 6] = ["figure", "value", "unit", "year", "source", "kind"];

const FIGURE: usize = 0;
const VALUE: usize = 1;
const UNIT: usize = 2;
const YEAR: usize = 3;
const SOURCE: usize = 4;
const KIND: usize = 5;

/// Published figures about families: those that drive the model and those that it is held against.
///
/// A file has the columns `figure,value,unit,year,source,kind`. `kind` is `input` for the figures
/// below, each of which must be there once, or `check` for any other. `year` is one year or a
/// range such as `2006-2010`; `unit` and `source` are free text and may not be empty.
///
/// Whoever makes figures by hand, or changes some, learns from [`Self::check`] what is wrong with them.
#[derive(Debug, Clone, PartialEq)]
pub struct FamilyFigures {
    /// Median age at first marriage by sex, years, as estimated by
    /// [`median_age_at_first_marriage`](crate::median_age_at_first_marriage).
    pub median_age_at_first_marriage: [f64; 2],
    /// Share of people who have never married by their 40th birthday, both sexes.
    pub never_married_at_40: f64,
    /// Share of women's first marriages that are not disrupted within 10 years.
    pub marriages_lasting_10_years: f64,
    /// Share of women's first marriages that are not disrupted within 20 years.
    pub marriages_lasting_20_years: f64,
    /// Share of women who have given birth by their 40th birthday.
    pub mothers_by_40: f64,
    /// Share of people aged 18-24 who live with their parents.
    pub aged_18_24_with_parents: f64,
    /// Of those who left the parental home before their 27th birthday, the share that moved back before it.
    pub moved_back_by_27: f64,
    /// Of people aged 18-34 who live with neither parents nor a partner, the share that lives with others.
    pub aged_18_34_sharing: f64,
    /// Of people aged 65 and over who live with no spouse, the share that lives with others.
    pub aged_65_sharing: f64,
    /// Figures to be printed beside those of a simulation, in the order of the file.
    pub checks: Vec<Figure>,
}

/// A published figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it is about.
    pub name: String,
    /// Value, in its unit.
    pub value: f64,
    /// Unit, with the population that it refers to.
    pub unit: String,
    /// First calendar year that it is about.
    pub first_year: i32,
    /// Last calendar year that it is about.
    pub last_year: i32,
    /// Who published it.
    pub source: String,
}

impl FamilyFigures {
    /// The bundled figures of the United States, with their sources (Current Population Survey,
    /// National Survey of Family Growth, Pew Research Center) in the file.
    ///
    /// # Errors
    /// None, as long as the bundled file is sound, which a test sees to.
    pub fn us() -> Result<Self, TableError> {
        let text = include_str!("../../data/us/us_families.csv");
        Self::from_bytes("us_families.csv", text.as_bytes())
    }

    /// Reads a file of figures.
    ///
    /// # Errors
    /// When the file cannot be read or is wrong in any way that [`TableError`] lists.
    pub fn load(path: &Path) -> Result<Self, TableError> {
        let bytes = fs::read(path).map_err(|error| super::unreadable(path, &error))?;
        Self::from_bytes(&path.display().to_string(), &bytes)
    }

    pub(super) fn from_bytes(file: &str, bytes: &[u8]) -> Result<Self, TableError> {
        let sheet = Sheet::parse(file, bytes)?;
        check_header(&sheet)?;
        sheet.check_columns()?;
        let mut inputs: [Option<f64>; INPUTS.len()] = [None; INPUTS.len()];
        let mut checks = Vec::new();
        for (at, row) in sheet.rows.iter().enumerate() {
            check_first(&sheet, at, row)?;
            let figure = figure(&sheet, row)?;
            match sheet.text(row, KIND) {
                "input" => {
                    let index = input(&sheet, row, figure.value)?;
                    inputs[index] = Some(INPUTS[index].range.of_cell(figure.value));
                }
                "check" => checks.push(figure),
                _ => return Err(sheet.unknown(row, KIND, "input or check")),
            }
        }
        check_marriages(&sheet, &inputs)?;
        let need = |index: usize| {
            inputs[index].ok_or_else(|| TableError::MissingFigure {
                file: file.to_owned(),
                figure: INPUTS[index].name,
            })
        };
        Ok(Self {
            median_age_at_first_marriage: [need(0)?, need(1)?],
            never_married_at_40: need(2)?,
            marriages_lasting_10_years: need(SHORT_MARRIAGES)?,
            marriages_lasting_20_years: need(LONG_MARRIAGES)?,
            mothers_by_40: need(5)?,
            aged_18_24_with_parents: need(6)?,
            moved_back_by_27: need(7)?,
            aged_18_34_sharing: need(8)?,
            aged_65_sharing: need(9)?,
            checks,
        })
    }
}

fn check_header(sheet: &Sheet) -> Result<(), TableError> {
    if sheet.header.cells == HEADER {
        return Ok(());
    }
    Err(sheet.wrong_header("figures", "figure,value,unit,year,source,kind"))
}

/// Refuses a figure that an earlier row has too.
fn check_first(sheet: &Sheet, at: usize, row: &Row) -> Result<(), TableError> {
    let same = |earlier: &&Row| sheet.text(earlier, FIGURE) == sheet.text(row, FIGURE);
    match sheet.rows.iter().take(at).find(same) {
        Some(first) => Err(sheet.duplicate(row, FIGURE, first.line)),
        None => Ok(()),
    }
}

fn figure(sheet: &Sheet, row: &Row) -> Result<Figure, TableError> {
    let anything = (f64::MIN, f64::MAX);
    let value = sheet.number(row, VALUE, anything, "a finite number")?;
    let (first_year, last_year) = years(sheet, row)?;
    let words = |column: usize| match sheet.text(row, column) {
        "" => Err(sheet.unknown(row, column, "some text")),
        text => Ok(text.to_owned()),
    };
    Ok(Figure {
        name: words(FIGURE)?,
        value,
        unit: words(UNIT)?,
        first_year,
        last_year,
        source: words(SOURCE)?,
    })
}

/// The input that a row gives, its value looked at.
fn input(sheet: &Sheet, row: &Row, value: f64) -> Result<usize, TableError> {
    let name = sheet.text(row, FIGURE);
    let Some(index) = INPUTS.iter().position(|input| input.name == name) else {
        let allowed = "the name of an input that the model has, or its kind check";
        return Err(sheet.unknown(row, FIGURE, allowed));
    };
    let range = INPUTS[index].range;
    if range.holds(range.of_cell(value)) {
        Ok(index)
    } else {
        Err(sheet.out_of_range(row, VALUE, range.in_files()))
    }
}

/// Refuses marriages of which more last long than last short.
fn check_marriages(sheet: &Sheet, inputs: &[Option<f64>]) -> Result<(), TableError> {
    let (short, long) = (inputs[SHORT_MARRIAGES], inputs[LONG_MARRIAGES]);
    let of_long = |row: &&Row| sheet.text(row, FIGURE) == INPUTS[LONG_MARRIAGES].name;
    match (short, long, sheet.rows.iter().find(of_long)) {
        (Some(short), Some(long), Some(row)) if long >= short => {
            Err(sheet.out_of_range(row, VALUE, "below the share that lasts 10 years"))
        }
        _ => Ok(()),
    }
}

/// The years of a cell: one, or the first and the last with a hyphen between them.
fn years(sheet: &Sheet, row: &Row) -> Result<(i32, i32), TableError> {
    let text = sheet.text(row, YEAR);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let year = |text: &str| {
        let year = text.trim().parse::<i32>().ok()?;
        (YEAR_MIN as i32..=YEAR_MAX as i32)
            .contains(&year)
            .then_some(year)
    };
    match (year(first), year(last)) {
        (Some(first), Some(last)) if first <= last => Ok((first, last)),
        _ => {
            let range = "a year from 1800 to 2200, or two with a hyphen between them";
            Err(sheet.out_of_range(row, YEAR, range))
        }
    }
}
