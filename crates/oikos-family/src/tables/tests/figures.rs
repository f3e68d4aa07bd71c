//! Published figures about families: the bundled ones, and one wrong cell or row after the other.

use std::path::Path;

use crate::tables::{FamilyFigures, TableError};

const BUNDLED: &str = include_str!("../../../data/us/us_families.csv");

fn read(text: &str) -> Result<FamilyFigures, TableError> {
    FamilyFigures::from_bytes("figures.csv", text.as_bytes())
}

/// The message for the bundled figures with one change, which must hold all of `parts`.
fn refused(from: &str, to: &str, parts: &[&str]) {
    assert!(BUNDLED.contains(from), "{from}");
    let message = read(&BUNDLED.replace(from, to)).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "\"{part}\" is not in: {message}");
    }
}

#[test]
fn the_bundled_figures() {
    let figures = FamilyFigures::us().unwrap();
    let shares = [
        figures.never_married_at_40,
        figures.marriages_lasting_10_years,
        figures.marriages_lasting_20_years,
        figures.mothers_by_40,
        figures.aged_18_24_with_parents,
        figures.moved_back_by_27,
        figures.aged_18_34_sharing,
        figures.aged_65_sharing,
    ];
    let percent = shares.map(|share| libm::round(share * 1e6) / 1e4);
    assert_eq!(
        percent.map(|share| share.to_string()),
        ["25", "68", "52", "85", "58", "54.6", "72.4", "35.7"]
    );
    assert_eq!(
        figures
            .median_age_at_first_marriage
            .map(|age| age.to_string()),
        ["30.5", "28.1"]
    );
    let names: Vec<&str> = figures
        .checks
        .iter()
        .map(|check| check.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "never married aged 15 and over",
            "parents living with own children who are married",
            "one-person households",
            "people aged 25-34 in the parental home",
            "left the parental home before 27",
            "men aged 25-34 in the parental home",
            "women aged 25-34 in the parental home",
            "people aged 18-34 living alone",
            "people aged 65 and over living alone",
            "women aged 75 and over living alone",
        ]
    );
    let check = &figures.checks[0];
    assert_eq!((check.first_year, check.last_year), (2020, 2020));
    assert_eq!(
        (check.source.as_str(), check.value.to_string().as_str()),
        ("CPS", "33")
    );
}

#[test]
fn wrong_cells_are_named() {
    let line = "line 8, field";
    refused(
        "men,30.5,",
        "men,old,",
        &[line, "value", "\"old\" is not a number"],
    );
    refused("men,30.5,", "men,inf,", &[line, "value", "not a finite"]);
    refused(
        "men,30.5,",
        "men,5,",
        &[line, "value", "5 is out of range", "10 to 100"],
    );
    refused(
        "40,25,",
        "40,125,",
        &["line 10, field value", "125", "0 to 100"],
    );
    refused(
        "20 years,52,",
        "20 years,68,",
        &["line 13, field value", "lasts 10 years"],
    );
    refused(
        "2006-2010",
        "2010-2006",
        &["line 12, field year", "2010-2006"],
    );
    refused("2021,Pew", "last,Pew", &["line 10, field year", "last"]);
    refused(
        "2021,Pew,input",
        "2021,,input",
        &["line 10, field source", "some text"],
    );
    refused(
        "2021,Pew,input",
        "2021,Pew,maybe",
        &["line 10, field kind", "input or check"],
    );
}

#[test]
fn wrong_rows_are_named() {
    refused(
        "never married at 40,",
        "never married at 41,",
        &["line 10, field figure", "at 41"],
    );
    refused(
        "2021,Pew,input",
        "2021,Pew,check",
        &["no input \"never married at 40\""],
    );
    refused(
        "2021,Pew,input",
        "2021,Pew,input,x",
        &["line 10", "7 columns", "has 6"],
    );
    refused(
        "one-person households",
        "never married at 40",
        &["line 16, field figure", "line 10"],
    );
    refused(
        "figure,value",
        "figure,number",
        &["line 7", "figures table", "figure,number"],
    );
    let message = read("# nothing\n").unwrap_err().to_string();
    assert!(
        message.contains("figures.csv, line 2: no header"),
        "{message}"
    );
    let missing = FamilyFigures::load(Path::new("nowhere/figures.csv"));
    assert!(
        matches!(missing, Err(TableError::NotFound { .. })),
        "{missing:?}"
    );
}
