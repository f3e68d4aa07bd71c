//! Rows that are missing, repeated or do not follow one another.

use super::*;

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
