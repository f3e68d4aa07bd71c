//! One test for each way in which a table can be wrong; each looks for file, line and field.

use super::{Series, TableError, Tables};
use std::fmt::Write;

const POPULATION: &str = "age_from,age_to,male,female\n0,49,10,20\n50,119,5,6\n";
const FERTILITY: &str = "age_from,age_to,births_per_1000_women\n15,19,20\n20,44,80\n";

fn mortality() -> String {
    let mut text = "age,qx_male,qx_female\n".to_owned();
    for age in 0..=100 {
        writeln!(text, "{age},0.02,0.01").unwrap();
    }
    text
}

fn read(files: &[(&str, &[u8])]) -> Result<Tables, TableError> {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| ((*name).into(), text.to_vec()))
        .collect();
    Tables::from_files("folder", &files)
}

/// Reads good tables, with those of `files` in the place of the good one of the same name.
fn read_with(files: &[(&str, &str)]) -> Result<Tables, TableError> {
    let mortality = mortality();
    let good = [
        ("people.csv", POPULATION),
        ("births.csv", FERTILITY),
        ("deaths.csv", &mortality),
    ];
    let kept = good
        .iter()
        .filter(|(name, _)| files.iter().all(|(other, _)| name != other));
    let all: Vec<_> = kept
        .chain(files)
        .map(|&(name, text)| (name, text.as_bytes()))
        .collect();
    read(&all)
}

/// The message for one wrong file, which must hold all of `parts`.
fn refused(name: &str, text: &str, parts: &[&str]) {
    let message = read_with(&[(name, text)]).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "\"{part}\" is not in: {message}");
    }
}

fn deaths(change: impl Fn(String) -> String, parts: &[&str]) {
    refused("deaths.csv", &change(mortality()), parts);
}

fn people(rows: &str, parts: &[&str]) {
    refused(
        "people.csv",
        &format!("age_from,age_to,male,female\n{rows}"),
        parts,
    );
}

fn births(rows: &str, parts: &[&str]) {
    refused(
        "births.csv",
        &format!("age_from,age_to,births_per_1000_women\n{rows}"),
        parts,
    );
}

#[test]
fn bundled_tables_are_sound() {
    let tables = Tables::us().unwrap();
    assert_eq!(tables.population.len(), 18);
    let male: u64 = tables.population.iter().map(|group| group.people[0]).sum();
    let female: u64 = tables.population.iter().map(|group| group.people[1]).sum();
    assert_eq!((male, female), (161_657_324, 166_582_199));
    assert_eq!(tables.mortality.years(), Some((1900, 2017)));
    assert_eq!(tables.fertility.years(), Some((1940, 2020)));
    assert!(tables.ignored.is_empty());
}

#[test]
fn small_good_tables_are_read() {
    let tables = read_with(&[]).unwrap();
    assert!(matches!(tables.mortality, Series::Timeless(_)));
    assert!((tables.mortality.get(1500).unwrap()[1].probability(7) - 0.01).abs() < 1e-15);
    assert_eq!(tables.fertility.years(), None);
}

#[test]
fn windows_line_ends_a_byte_order_mark_spaces_and_quotes_are_fine() {
    let text = "\u{feff}# note, with a comma\r\n\"age_from\", age_to ,male,female\r\n 0, 49 ,10,20\r\n50,119,5,6\r\n\r\n\r\n";
    let tables = read_with(&[("people.csv", text)]).unwrap();
    assert_eq!(tables, read_with(&[]).unwrap());
}

#[test]
fn other_files_are_ignored_and_listed() {
    let tables = read_with(&[
        ("families.csv", "figure,value\nshare,1\n"),
        ("a.csv", "1,2\n"),
    ]);
    assert_eq!(tables.unwrap().ignored, ["families.csv", "a.csv"]);
}

#[test]
fn not_utf8() {
    let mut people = POPULATION.as_bytes().to_vec();
    people[30] = 0xff;
    let error = read(&[("people.csv", &people)]).unwrap_err();
    assert!(
        matches!(
            &error,
            TableError::NotUtf8 {
                line: 2,
                byte: 30,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("people.csv, line 2"));
}

#[test]
fn empty_file() {
    refused("people.csv", "\n \n", &["people.csv: the file is empty"]);
}

#[test]
fn only_comments() {
    refused(
        "people.csv",
        "# a\n# b\n",
        &["people.csv, line 3: no header"],
    );
}

#[test]
fn missing_header() {
    refused(
        "my_Population.csv",
        "# a\n0,4,5,6\n",
        &["my_Population.csv, line 2: no header"],
    );
}

#[test]
fn wrong_header() {
    let parts = [
        "us_MORTALITY.csv, line 1",
        "age,qx",
        "a mortality table",
        "expected age,qx_male,qx_f",
    ];
    refused("us_MORTALITY.csv", "age,qx\n0,0.1\n", &parts);
}

#[test]
fn wrong_column_count() {
    people(
        "0,49,10,20\n50,119,5\n",
        &["people.csv, line 3", "3 columns", "has 4"],
    );
    people(
        "0,49,10,20,9\n",
        &["people.csv, line 2", "5 columns", "has 4"],
    );
    people(
        "0,49,10,20\n\n50;119;5;6\n",
        &["people.csv, line 4", "1 columns"],
    );
}

#[test]
fn not_a_number() {
    people(
        "0,49,ten,20\n",
        &["people.csv, line 2, field male", "\"ten\" is not a number"],
    );
    people(
        "0,49,10,\n",
        &["people.csv, line 2, field female", "\"\" is not a number"],
    );
    deaths(
        |t| t.replace("\n7,0.02", "\n7,x"),
        &["deaths.csv, line 9, field qx_male", "\"x\""],
    );
}

#[test]
fn not_finite() {
    births(
        "15,19,inf\n",
        &["births.csv, line 2, field births_per_1000_women", "\"inf\""],
    );
    births(
        "15,19,NaN\n",
        &[
            "births.csv, line 2, field births_per_1000_women",
            "not a finite",
        ],
    );
}

#[test]
fn probability_out_of_range() {
    deaths(
        |t| t.replace("\n7,0.02", "\n7,1.02"),
        &["deaths.csv, line 9, field qx_male", "1.02"],
    );
    deaths(
        |t| t.replace("\n7,0.02,", "\n7,0.02,-"),
        &["line 9, field qx_female", "-0.01"],
    );
}

#[test]
fn nobody_dies_at_the_last_age() {
    let parts = [
        "deaths.csv, line 102, field qx_female",
        "0 is out of range",
        "last age",
    ];
    deaths(|t| t.replace("\n100,0.02,0.01", "\n100,0.02,0"), &parts);
}

#[test]
fn negative_or_broken_count() {
    people(
        "0,49,-10,20\n",
        &["people.csv, line 2, field male", "-10 is out of range"],
    );
    people(
        "0,49,10,2.5\n",
        &["people.csv, line 2, field female", "2.5 is out of range"],
    );
    people(
        "0,151,10,20\n",
        &["people.csv, line 2, field age_to", "151 is out of range"],
    );
}

#[test]
fn fertility_out_of_range() {
    births(
        "15,19,-1\n",
        &[
            "births.csv, line 2, field births_per_1000_women",
            "-1 is out of",
        ],
    );
    births(
        "15,19,3001\n",
        &["births.csv, line 2, field births", "3001 is out of range"],
    );
    births(
        "4,19,1\n",
        &["births.csv, line 2, field age_from", "5 to 65"],
    );
    births(
        "15,66,1\n",
        &["births.csv, line 2, field age_to", "5 to 65"],
    );
}

#[test]
fn missing_age() {
    deaths(
        |t| t.replace("\n7,0.02,0.01", ""),
        &["deaths.csv, line 9, field age", "age 7 is"],
    );
    deaths(
        |t| t.replace("\n0,0.02,0.01", ""),
        &["deaths.csv, line 2, field age", "age 0 is"],
    );
}

#[test]
fn ages_end_early() {
    let parts = [
        "deaths.csv, line 101, field age",
        "end at 99",
        "at least 100",
    ];
    deaths(|t| t.replace("\n100,0.02,0.01", ""), &parts);
}

#[test]
fn no_rows() {
    refused(
        "deaths.csv",
        "age,qx_male,qx_female\n",
        &["deaths.csv, line 1: no rows"],
    );
    refused(
        "deaths.csv",
        "year,age,qx_male,qx_female\n",
        &["deaths.csv, line 1: no rows"],
    );
}

#[test]
fn duplicate_row() {
    deaths(
        |t| t + "7,0.02,0.01\n",
        &["deaths.csv, line 103, field age", "line 9"],
    );
    people(
        "0,49,1,2\n0,49,1,2\n",
        &["people.csv, line 3, field age_from", "line 2"],
    );
    births(
        "15,19,1\n15,19,1\n",
        &["births.csv, line 3, field age_from", "line 2"],
    );
    let years = "year,15_19\n2000,5\n2000,5\n";
    refused(
        "births.csv",
        years,
        &["births.csv, line 3, field year", "line 2"],
    );
}

#[test]
fn overlapping_groups() {
    people(
        "0,4,1,2\n4,9,1,2\n",
        &["people.csv, line 3, field age_from", "4-9 overlaps", "at 5"],
    );
    births(
        "15,19,1\n18,22,1\n",
        &["births.csv, line 3, field age_from", "18-22 overlaps"],
    );
    let parts = ["births.csv, line 1, field 19_24", "19-24 overlaps"];
    refused("births.csv", "year,15_19,19_24\n2000,1,2\n", &parts);
}

#[test]
fn gap_between_groups() {
    people(
        "1,4,1,2\n",
        &[
            "people.csv, line 2, field age_from",
            "1-4 leaves a gap",
            "at 0",
        ],
    );
    people(
        "0,4,1,2\n6,9,1,2\n",
        &["people.csv, line 3, field age_from", "6-9 leaves a gap"],
    );
    births(
        "15,19,1\n21,22,1\n",
        &["births.csv, line 3, field age_from", "leaves a gap", "20"],
    );
}

#[test]
fn reversed_group() {
    people(
        "0,4,1,2\n5,3,1,2\n",
        &["people.csv, line 3, field age_from", "5-3 runs backwards"],
    );
    refused(
        "births.csv",
        "year,19_15\n2000,1\n",
        &["line 1, field 19_15", "runs backwards"],
    );
}

#[test]
fn group_name_out_of_range() {
    refused(
        "births.csv",
        "year,60_70\n2000,1\n",
        &["births.csv, line 1, field 60_70", "5 to 65"],
    );
}

#[test]
fn no_births() {
    births("15,19,0\n", &["births.csv, line 1: no woman"]);
    births("", &["births.csv, line 1: no woman"]);
    refused(
        "births.csv",
        "year,15_19\n2000,5\n2001,0\n",
        &["births.csv, line 3: no woman"],
    );
    refused(
        "births.csv",
        "year,15_19\n",
        &["births.csv, line 1: no woman"],
    );
}

#[test]
fn total_fertility_that_does_not_add_up() {
    let table = |total: &str| format!("year,15_19,20_24,tfr\n2000,20,80,{total}\n");
    refused(
        "births.csv",
        &table("502"),
        &["births.csv, line 2, field tfr", "502", "500.0"],
    );
    refused(
        "births.csv",
        &table("many"),
        &["births.csv, line 2, field tfr", "\"many\""],
    );
    let tables = read_with(&[("births.csv", &table("500.4"))]).unwrap();
    assert!((tables.fertility.get(2000).unwrap().tfr() - 0.5).abs() < 1e-12);
}

#[test]
fn nobody_in_the_population() {
    people("0,49,0,0\n", &["people.csv, line 1", "no people"]);
    people("", &["people.csv, line 1", "no people"]);
}

#[test]
fn group_without_women() {
    people(
        "0,49,10,20\n50,119,5,0\n",
        &["people.csv, line 3, field female", "50-119"],
    );
}

#[test]
fn the_year_stands_in_the_file_name() {
    let mortality = mortality();
    let files = [
        ("deaths_2003.csv", mortality.as_str()),
        ("deaths.csv", "figure\n"),
        ("births.csv", "x\n"),
    ];
    let births = [("births_1999_v12_02003.csv", FERTILITY)];
    let tables = read_with(&[files.as_slice(), &births].concat()).unwrap();
    assert_eq!(tables.mortality.years(), Some((2003, 2003)));
    assert_eq!(tables.fertility.years(), Some((1999, 1999)));
}

#[test]
fn two_years_in_a_file_name() {
    refused(
        "births_2003_2004.csv",
        FERTILITY,
        &["births_2003_2004.csv", "2003 and 2004"],
    );
}

#[test]
fn a_year_outside_the_range() {
    let years = "year,15_19\n1799,5\n";
    refused(
        "births.csv",
        years,
        &["births.csv, line 2, field year", "1800 to 2200"],
    );
}

#[test]
fn the_same_year_twice() {
    let other = mortality().replace("\n7,0.02", "\n7,0.03");
    let (hidden, mortality) = (("deaths.csv", "x\n"), mortality());
    let first = ("a_2003.csv", mortality.as_str());
    assert!(read_with(&[hidden, first, ("b_2003.csv", &mortality)]).is_ok());
    let error = read_with(&[hidden, first, ("b_2003.csv", &other)])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("a_2003.csv and b_2003.csv: different mortality for 2003"),
        "{error}"
    );
}

#[test]
fn a_table_without_a_year_must_be_alone() {
    let parts = ["births.csv and births_2003.csv", "births.csv has no year"];
    refused("births_2003.csv", FERTILITY, &parts);
    let parts = ["z.csv and births.csv", "the only fertility table"];
    refused("z.csv", &FERTILITY.replace("80", "81"), &parts);
    assert!(read_with(&[("z.csv", FERTILITY)]).is_ok());
}

#[test]
fn several_populations() {
    refused(
        "z.csv",
        &POPULATION.replace("20", "21"),
        &["people.csv and z.csv", "populations"],
    );
    assert!(read_with(&[("z.csv", POPULATION)]).is_ok());
}

#[test]
fn missing_roles() {
    let error = read(&[("people.csv", POPULATION.as_bytes()), ("x.csv", b"a,b\n")]);
    let message = error.unwrap_err().to_string();
    assert!(
        message.contains("folder: no mortality, no fertility table"),
        "{message}"
    );
    assert!(
        message.contains("population, mortality and fertility are needed"),
        "{message}"
    );
    assert!(
        message.contains("people.csv (population), x.csv (another header)"),
        "{message}"
    );
    let nothing = read(&[]).unwrap_err().to_string();
    assert!(nothing.contains("found no CSV file"), "{nothing}");
}

#[test]
fn directories_are_read_by_name() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/us");
    assert_eq!(Tables::load_dir(&folder).unwrap(), Tables::us().unwrap());
    let nowhere = Tables::load_dir(&folder.join("nowhere")).unwrap_err();
    assert!(matches!(&nowhere, TableError::NotFound { path } if path.ends_with("nowhere")));
    let file = Tables::load_dir(&folder.join("us_2019_population.csv")).unwrap_err();
    assert!(matches!(file, TableError::Unreadable { .. }), "{file}");
}
