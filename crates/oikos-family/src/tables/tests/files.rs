//! Files that fit together, and files that do not.

use super::*;
use crate::tables::Series;

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
fn other_files_are_ignored_and_listed() {
    let tables = read_with(&[
        ("families.csv", "figure,value\nshare,1\n"),
        ("a.csv", "1,2\n"),
    ]);
    assert_eq!(tables.unwrap().ignored, ["families.csv", "a.csv"]);
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
    let mut loaded = Tables::load_dir(&folder).unwrap();
    // What else lies there is none of the three roles.
    let others = std::mem::take(&mut loaded.ignored);
    let names = ["us_families.csv", "us_marriage_history.csv", "us_names.csv"];
    assert_eq!(others.len(), names.len());
    assert!(
        others
            .iter()
            .zip(names)
            .all(|(file, name)| file.ends_with(name))
    );
    assert_eq!(loaded, Tables::us().unwrap());
    let nowhere = Tables::load_dir(&folder.join("nowhere")).unwrap_err();
    assert!(matches!(&nowhere, TableError::NotFound { path } if path.ends_with("nowhere")));
    let file = Tables::load_dir(&folder.join("us_2019_population.csv")).unwrap_err();
    assert!(matches!(file, TableError::Unreadable { .. }), "{file}");
}
