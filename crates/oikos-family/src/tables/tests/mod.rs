//! One test for each way in which a table can be wrong; each looks for file, line and field.

mod cells;
mod figures;
mod files;
mod folders;
mod rows;

use super::{TableError, Tables};
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
