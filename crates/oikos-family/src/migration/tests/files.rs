//! The four files: what they say, and what is refused with its file, line and field.

use oikos_world::Sex;

use super::*;
use crate::{FamilyError, TableError, Tables};

#[test]
fn the_files_say_who_leaves_and_who_comes() {
    let tables = example();
    let leaves = |sex, age| tables.emigration(sex, age, 2000);
    assert_eq!([leaves(Sex::Male, 17), leaves(Sex::Male, 18)], [0.0, 0.05]);
    assert_eq!(
        [leaves(Sex::Female, 40), leaves(Sex::Female, 41)],
        [0.04, 0.01]
    );
    assert_eq!(tables.with_family(Sex::Male, 30, 2000), 0.5);
    // 0.5 × 1 + 0.2 × 2 + 0.2 × 5 + 0.1 × 2 people a family.
    for (year, people) in [
        (1900, 1000.0),
        (2019, 1000.0),
        (2020, 1000.0),
        (2050, 3000.0),
    ] {
        let families = tables.families_per_year(year);
        assert!((families - people / 2.1).abs() < 1e-9, "{year}: {families}");
    }
}

#[test]
fn whatever_cannot_be_is_refused_with_its_file_line_and_field() {
    let cases = [
        (
            "18,40,0.05",
            "18,40,-0.05",
            "emigration.csv, line 3, field emigration_male",
        ),
        (
            "0.04,0.5",
            "101,0.5",
            "emigration.csv, line 3, field emigration_female",
        ),
        (
            "0.04,0.5",
            "0.04,1.5",
            "emigration.csv, line 3, field with_family",
        ),
        (
            "0.04,0.5",
            "0.04,x",
            "emigration.csv, line 3, field with_family: \"x\"",
        ),
        (
            "18,40,0",
            "19,40,0",
            "emigration.csv, line 3, field age_from",
        ),
        (
            "18,40,0",
            "16,40,0",
            "emigration.csv, line 3, field age_from",
        ),
        ("18,40,0", "18,17,0", "emigration.csv, line 3, field age_to"),
        ("41,150", "41,151", "emigration.csv, line 4, field age_to"),
        (
            "2021,3000",
            "2021,-1",
            "immigrants.csv, line 2, field immigrants",
        ),
        (
            "2021,3000",
            "2019,3000",
            "immigrants.csv, line 3, field year",
        ),
        (
            "2021,3000",
            "20210,3000",
            "immigrants.csv, line 2, field year",
        ),
        (
            "alone,0.5,1",
            "alone,0.4,1",
            "families.csv, line 2, field share: a sum of 0.9",
        ),
        (
            "alone,0.5,1",
            "alone,-0.5,1",
            "families.csv, line 2, field share",
        ),
        (
            "couple,0.2,2",
            "couple,0.2,3",
            "families.csv, line 3, field adults",
        ),
        (
            "3,6,8,3",
            "21,6,8,3",
            "families.csv, line 4, field children",
        ),
        (
            "3,6,8,3",
            "3,9,8,3",
            "families.csv, line 4, field eldest_to",
        ),
        (
            "3,6,8,3",
            "3,6,151,3",
            "families.csv, line 4, field eldest_to",
        ),
        (
            "3,6,8,3",
            "3,6,8,0",
            "families.csv, line 4, field child_gap",
        ),
        (
            "3,6,8,3",
            "3,6,8,4",
            "families.csv, line 4, field eldest_from",
        ),
        (
            "-2,3,6",
            "-2.5,3,6",
            "families.csv, line 4, field partner_gap",
        ),
        (
            "alone,0,40",
            "alone,0,151",
            "heads.csv, line 2, field age_to",
        ),
        (
            "alone,0,40",
            "alone,41,40",
            "heads.csv, line 2, field age_to",
        ),
        (
            "alone,0,40",
            "nobody,0,40",
            "heads.csv, line 2, field family: \"nobody\"",
        ),
        (
            "60,0.5,0",
            "60,0.4,0",
            "heads.csv, line 3, field share_male: a sum of 0.9",
        ),
        (
            "60,0.5,0",
            "60,-0.5,0",
            "heads.csv, line 3, field share_male",
        ),
        // A man of 17 has a woman of 14, and a woman of 148 a man of 151.
        (
            "couple,20,60",
            "couple,17,60",
            "heads.csv, line 3, field age_from",
        ),
        (
            "couple,25,70",
            "couple,25,148",
            "heads.csv, line 4, field age_to",
        ),
        // Younger than their children, or hardly older; and mothers too old.
        (
            "family,25,45",
            "family,15,45",
            "heads.csv, line 5, field age_from",
        ),
        (
            "family,25,45",
            "family,22,45",
            "heads.csv, line 5, field age_from",
        ),
        (
            "family,25,45",
            "family,25,66",
            "heads.csv, line 5, field age_to",
        ),
        (
            "parent,20,40",
            "parent,17,40",
            "heads.csv, line 6, field age_from",
        ),
        (
            "parent,41,50",
            "parent,41,66",
            "heads.csv, line 7, field age_to",
        ),
        ("41,50,0,0.5", "41,50,0", "heads.csv, line 7: 4 columns"),
    ];
    for (from, to, says) in cases {
        let said = read_with(from, to).unwrap_err().to_string();
        assert!(said.contains(says), "{to}: {said}");
    }
}

#[test]
fn each_table_is_there_once_and_other_files_are_passed_over() {
    let files = |texts: &[&str]| {
        let named = texts
            .iter()
            .zip(["a.csv", "b.csv", "c.csv", "d.csv", "e.csv"]);
        let files: Vec<_> = named
            .map(|(text, name)| (name.to_owned(), text.as_bytes().to_vec()))
            .collect();
        MigrationTables::from_files("examples", &files)
    };
    let other = "year,widgets\n1,2\n";
    assert!(files(&[HEADS, other, FAMILIES, EMIGRATION, IMMIGRANTS]).is_ok());
    let said = files(&[HEADS, FAMILIES, IMMIGRANTS])
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("no table of emigration") && said.contains("with_family"),
        "{said}"
    );
    let twice = files(&[HEADS, FAMILIES, IMMIGRANTS, EMIGRATION, IMMIGRANTS]).unwrap_err();
    let [first, second] = ["c.csv", "e.csv"].map(str::to_owned);
    let table = "immigrants";
    assert_eq!(
        twice,
        TableError::TwoTables {
            first,
            second,
            table
        }
    );
    let folder = std::env::temp_dir().join(format!("oikos-migration-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in [("1.csv", HEADS), ("2.csv", FAMILIES), ("3.csv", EMIGRATION)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    assert!(matches!(
        MigrationTables::load_dir(&folder),
        Err(TableError::MissingTable { .. })
    ));
    std::fs::write(folder.join("4.csv"), IMMIGRANTS).unwrap();
    assert_eq!(MigrationTables::load_dir(&folder), Ok(example()));
    // The tables of the rest of a society neither see these nor are in their way.
    assert!(matches!(
        Tables::load_dir(&folder),
        Err(TableError::MissingRole { .. })
    ));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn tables_made_by_hand_are_looked_at_too() {
    let Parts {
        mut emigration,
        immigrants,
        families,
    } = Parts::from(example());
    let same = MigrationTables::new(emigration.clone(), immigrants.clone(), families.clone());
    assert_eq!(same, Ok(example()));
    emigration[1].rates[0] = f64::NAN;
    let error = MigrationTables::new(emigration, immigrants.clone(), families.clone()).unwrap_err();
    assert!(
        matches!(
            error,
            FamilyError::Migration {
                table: "emigration",
                row: 1,
                ..
            }
        ),
        "{error}"
    );
    let mut twice = families.clone();
    twice[1].name = twice[0].name.clone();
    let error = MigrationTables::new(Vec::from(GROUP), immigrants.clone(), twice).unwrap_err();
    assert!(error.to_string().contains("a name of its own"), "{error}");
    let nobody = MigrationTables::new(Vec::new(), immigrants, families).unwrap_err();
    assert!(
        nobody.to_string().contains("at least one group"),
        "{nobody}"
    );
}

const GROUP: [EmigrationGroup; 1] = [EmigrationGroup {
    age_from: 0,
    age_to: 150,
    rates: [0.0; 2],
    with_family: 0.0,
}];
